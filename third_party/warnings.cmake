# How our own targets are built: warnings, sanitizers, hardening, and the functions that every folder's
# CMakeLists.txt uses:
#
#   balie_library(<target> [SOURCES a.cpp …] [HEADERS only.h …] [DEPENDS …] [APART])
#   balie_program(<target> SOURCES … [DEPENDS …])
#   balie_test(<target> SOURCES … [DEPENDS …] [LABELS asan tsan named …] [TIMEOUT seconds] [SERIAL] [NO_MAIN]
#              [APART] [ARGS …])
#   balie_fuzz(<target> SOURCES … [DEPENDS …])
#
# Labels: every test runs in the release preset. `asan` and `tsan` run it under that preset too; `named`
# keeps it out of the default run (benchmarks, soaks). The header beside each .cpp is found by itself.
#
# With BALIE_UNITY a target's files are compiled several at a time, which halves a clean build: most of a
# file's time goes to the headers it shares with its neighbours. A target whose files have local names in
# common says APART. The dev preset compiles every file by itself, so a file that leans on its
# neighbour's includes is found there.

set(BALIE_SANITIZE "" CACHE STRING "Sanitizers for everything compiled here: address,undefined or thread")
option(BALIE_FUZZ "Build the fuzzers (clang only)" OFF)
option(BALIE_UNITY "Compile a target's files several at a time" OFF)
option(BALIE_TIDY "Run clang-tidy on every file that is compiled" OFF)

add_library(balie_warnings INTERFACE)
target_compile_options(balie_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough -Werror
  $<$<CXX_COMPILER_ID:Clang>:-Wreserved-identifier>)

add_library(balie_sanitizers INTERFACE)
if(BALIE_SANITIZE)
  set(sanitize -fsanitize=${BALIE_SANITIZE} -fno-omit-frame-pointer)
  if(BALIE_SANITIZE MATCHES "undefined")
    list(APPEND sanitize -fno-sanitize-recover=all)
  endif()
  target_compile_options(balie_sanitizers INTERFACE ${sanitize} $<$<BOOL:${BALIE_FUZZ}>:-fsanitize=fuzzer-no-link>)
  target_link_options(balie_sanitizers INTERFACE ${sanitize})
  # g++ 12 sees "maybe uninitialized" ghosts in instrumented code; the release build still looks for them.
  target_compile_options(balie_warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized -Wno-error=stringop-overflow -Wno-error=array-bounds
    -Wno-error=restrict -Wno-error=tsan>)
endif()
target_compile_options(balie_warnings INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)

if(NOT BALIE_SANITIZE AND CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(BALIE_LLD ld.lld)
if(BALIE_LLD)
  add_link_options(-fuse-ld=lld)
endif()
find_program(BALIE_CCACHE ccache)
if(BALIE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BALIE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${BALIE_CCACHE}")
endif()

if(BALIE_TIDY)
  find_program(BALIE_CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${BALIE_CLANG_TIDY};--quiet")
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/reports")

# Which tests this preset is for: all, or those with its label.
set(BALIE_ONLY_LABEL "")
if(BALIE_SANITIZE MATCHES "address")
  set(BALIE_ONLY_LABEL asan)
elseif(BALIE_SANITIZE MATCHES "thread")
  set(BALIE_ONLY_LABEL tsan)
endif()
add_custom_target(balie_asan_tests)
add_custom_target(balie_tsan_tests)
add_custom_target(balie_fuzzers)

function(balie_together target apart)
  if(BALIE_UNITY AND NOT apart)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  endif()
endfunction()

# For code whose own speed nobody waits for: LEVEL O1 for subcommands and for tests that compute much, O0 for the
# other tests. What they call is compiled as it is shipped.
function(balie_compile_fast target level)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-${level}>)
endfunction()

function(balie_library target)
  cmake_parse_arguments(arg "APART" "" "SOURCES;HEADERS;DEPENDS" ${ARGN})
  set(headers ${arg_HEADERS})
  foreach(source IN LISTS arg_SOURCES)
    string(REGEX REPLACE "\\.cpp$" ".h" header "${source}")
    if(NOT header STREQUAL source AND EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
      list(APPEND headers "${header}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES headers)
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE balie_warnings balie_sanitizers)
    balie_together(${target} "${arg_APART}")
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  # The root is an include folder of its own besides the file set: a library may have no header yet.
  target_include_directories(${target} ${scope} "${PROJECT_SOURCE_DIR}")
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
  target_link_libraries(${target} ${scope} ${arg_DEPENDS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

function(balie_executable_common target)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE balie_warnings balie_sanitizers ${ARGN})
  add_dependencies(${target} balie_assets)
endfunction()

function(balie_program target)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  balie_executable_common(${target} ${arg_DEPENDS})
endfunction()

function(balie_test target)
  cmake_parse_arguments(arg "SERIAL;NO_MAIN;APART;BUSY" "TIMEOUT" "SOURCES;DEPENDS;LABELS;ARGS" ${ARGN})
  set(main balie::catch_main)
  if(arg_NO_MAIN)
    set(main balie::catch)
  endif()
  add_executable(${target} ${arg_SOURCES})
  balie_executable_common(${target} ${arg_DEPENDS} ${main})
  balie_together(${target} "${arg_APART}")
  # A benchmark's own code is measured too.
  if(arg_BUSY)
    balie_compile_fast(${target} O1)
  elseif(NOT "bench" IN_LIST arg_LABELS)
    balie_compile_fast(${target} O0)
  endif()
  target_compile_definitions(${target} PRIVATE
    BALIE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BALIE_BUILD_DIR="${CMAKE_BINARY_DIR}")
  if("balie::imgui_test" IN_LIST arg_DEPENDS)
    set_target_properties(${target} PROPERTIES BALIE_IMGUI_HOOKS ON)
  endif()
  foreach(label IN ITEMS asan tsan)
    if(label IN_LIST arg_LABELS)
      add_dependencies(balie_${label}_tests ${target})
    endif()
  endforeach()
  if(BALIE_ONLY_LABEL AND NOT BALIE_ONLY_LABEL IN_LIST arg_LABELS)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT "named" IN_LIST arg_LABELS)
    list(APPEND arg_LABELS release)
  endif()
  # tests/run adds up the XML reports; the console shows what failed.
  add_test(NAME ${target} COMMAND ${target} ${arg_ARGS} --reporter console
    --reporter xml::out=${CMAKE_BINARY_DIR}/reports/${target}.xml
    WORKING_DIRECTORY "${CMAKE_BINARY_DIR}")
  set_tests_properties(${target} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  if(arg_SERIAL)
    set_tests_properties(${target} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

function(balie_fuzz target)
  if(NOT BALIE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${target} EXCLUDE_FROM_ALL ${arg_SOURCES})
  balie_executable_common(${target} ${arg_DEPENDS})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  add_dependencies(balie_fuzzers ${target})
endfunction()

# Leaf folders are added in dependency order, each from the day it has a CMakeLists.txt.
function(balie_add_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
