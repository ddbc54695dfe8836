# Finds every third party and gives each one name: balie::sqlite, balie::imgui, … Nothing else in the
# tree calls find_package or pkg_check_modules. third_party/install gets what is not there.

set(BALIE_INSTALL_HINT "Run third_party/install, then configure again.")

if(DEFINED ENV{BALIE_CACHE})
  set(BALIE_CACHE "$ENV{BALIE_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(BALIE_CACHE "$ENV{XDG_CACHE_HOME}/balie")
else()
  set(BALIE_CACHE "$ENV{HOME}/.cache/balie")
endif()

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
  message(FATAL_ERROR "pkg-config is missing. ${BALIE_INSTALL_HINT}")
endif()
find_package(Threads REQUIRED)

# An interface target whose headers are never ours to be warned about.
function(balie_third_party name)
  cmake_parse_arguments(arg "" "" "INCLUDE;LINK;DEFINE" ${ARGN})
  add_library(balie_3p_${name} INTERFACE)
  add_library(balie::${name} ALIAS balie_3p_${name})
  target_include_directories(balie_3p_${name} SYSTEM INTERFACE ${arg_INCLUDE})
  target_link_libraries(balie_3p_${name} INTERFACE ${arg_LINK})
  target_compile_definitions(balie_3p_${name} INTERFACE ${arg_DEFINE})
endfunction()

# The same for one that pkg-config knows.
function(balie_third_party_pkg name lowest modules)
  cmake_parse_arguments(arg "" "" "DEFINE" ${ARGN})
  list(GET modules 0 first)
  if(lowest)
    list(TRANSFORM modules APPEND ">=${lowest}" AT 0)
  endif()
  pkg_check_modules(${name} QUIET IMPORTED_TARGET ${modules})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${first} ${lowest} is missing. ${BALIE_INSTALL_HINT}")
  endif()
  balie_third_party(${name} LINK PkgConfig::${name} INCLUDE ${${name}_INCLUDE_DIRS} DEFINE ${arg_DEFINE})
endfunction()

# And for one that ships a CMake configuration.
function(balie_third_party_config name package target)
  find_package(${package} ${ARGN} QUIET CONFIG GLOBAL)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} ${ARGN} is missing. ${BALIE_INSTALL_HINT}")
  endif()
  balie_third_party(${name} LINK ${target})
endfunction()

# SQLCipher (pkg-config gives the version of the SQLite inside it), never SQLite: its own folder of headers, its own library, the macro that shows sqlite3_key.
balie_third_party_pkg(sqlite 3.46 sqlcipher DEFINE SQLITE_HAS_CODEC)
balie_third_party_pkg(sodium 1.0.18 libsodium)
balie_third_party_pkg(openssl 3.0 openssl)
balie_third_party_pkg(icu 72 "icu-i18n;icu-uc")
balie_third_party_pkg(freetype "" freetype2)
balie_third_party_pkg(glfw 3.3 glfw3)
balie_third_party_pkg(gl "" gl)
balie_third_party_pkg(qrencode "" libqrencode)
balie_third_party_pkg(zstd "" libzstd)
balie_third_party_pkg(zlib "" zlib)

balie_third_party_config(json nlohmann_json nlohmann_json::nlohmann_json 3.11)
balie_third_party_config(fmt fmt fmt::fmt 9)
balie_third_party_config(spdlog spdlog spdlog::spdlog 1.10)
balie_third_party_config(cli11 CLI11 CLI11::CLI11 2.1)
balie_third_party_config(catch Catch2 Catch2::Catch2 3.7)
balie_third_party_config(catch_main Catch2 Catch2::Catch2WithMain 3.7)
balie_third_party_config(rapidcheck rapidcheck rapidcheck)
balie_third_party_config(prometheus prometheus-cpp prometheus-cpp::core)

# Boost is headers only here. The private copy is Debian 12's (see install); later Debians have it in
# the usual place. sync/net has the one source file that holds what the two macros keep out of headers.
find_path(BALIE_BOOST_INCLUDE boost/beast/src.hpp
  PATHS "${BALIE_CACHE}/libboost1.81-dev/usr/include" NO_DEFAULT_PATH)
find_path(BALIE_BOOST_INCLUDE boost/beast/src.hpp)
if(NOT BALIE_BOOST_INCLUDE)
  message(FATAL_ERROR "Boost's headers are missing. ${BALIE_INSTALL_HINT}")
endif()
set(boost_include)
if(NOT BALIE_BOOST_INCLUDE STREQUAL "/usr/include")
  set(boost_include "${BALIE_BOOST_INCLUDE}")
endif()
balie_third_party(boost INCLUDE ${boost_include} LINK Threads::Threads
  DEFINE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

find_path(BALIE_PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h
  PATHS "${BALIE_CACHE}/libphonenumber-dev/usr/include" /usr/include)
find_library(BALIE_PHONENUMBER_LIBRARY NAMES phonenumber libphonenumber.so.8)
find_library(BALIE_PROTOBUF_LIBRARY NAMES protobuf)
if(NOT BALIE_PHONENUMBER_INCLUDE OR NOT BALIE_PHONENUMBER_LIBRARY OR NOT BALIE_PROTOBUF_LIBRARY)
  message(FATAL_ERROR "libphonenumber is missing. ${BALIE_INSTALL_HINT}")
endif()
set(phonenumber_include ${boost_include})
if(NOT BALIE_PHONENUMBER_INCLUDE STREQUAL "/usr/include")
  list(APPEND phonenumber_include "${BALIE_PHONENUMBER_INCLUDE}")
endif()
balie_third_party(phonenumber INCLUDE ${phonenumber_include}
  LINK ${BALIE_PHONENUMBER_LIBRARY} ${BALIE_PROTOBUF_LIBRARY} Threads::Threads)

include("${CMAKE_CURRENT_LIST_DIR}/imgui.cmake")

# Fonts, and where programs and tests find the data: ../share/balie from the program.
find_file(BALIE_FONT_INTER Inter-Regular.otf
  PATHS /usr/share/fonts/opentype/inter /usr/share/fonts/truetype/inter NO_DEFAULT_PATH)
find_file(BALIE_FONT_ICONS materialdesignicons-webfont.ttf
  PATHS /usr/share/fonts/truetype/materialdesignicons-webfont
        /usr/share/fonts-materialdesignicons-webfont/fonts NO_DEFAULT_PATH)
if(NOT BALIE_FONT_INTER OR NOT BALIE_FONT_ICONS)
  message(FATAL_ERROR "The fonts (fonts-inter, fonts-materialdesignicons-webfont) are missing. ${BALIE_INSTALL_HINT}")
endif()
set(BALIE_SHARE_DIR "${CMAKE_BINARY_DIR}/share/balie")
cmake_path(GET BALIE_FONT_INTER PARENT_PATH inter_folder)
foreach(font "${BALIE_FONT_INTER}" "${inter_folder}/Inter-Medium.otf" "${inter_folder}/Inter-SemiBold.otf"
        "${inter_folder}/Inter-Bold.otf" "${BALIE_FONT_ICONS}")
  file(COPY "${font}" DESTINATION "${BALIE_SHARE_DIR}/fonts")
endforeach()
add_custom_target(balie_assets ALL
  COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/assets -DTO=${BALIE_SHARE_DIR}
          -P ${CMAKE_CURRENT_LIST_DIR}/copy_assets.cmake
  COMMENT "Copying assets" VERBATIM)
