# Dear ImGui, compiled from the source package that third_party/install verified. It is built twice:
# once with window and GL backends for the program, once with the test-engine hooks for the GUI tests.
# A library links balie::imgui; which of the two ends up in a program is decided by the program: tests
# that name balie::imgui_test get the one with hooks, so app/ui need not be compiled twice.

set(BALIE_IMGUI_SOURCE "${BALIE_CACHE}/imgui-1.90.1")
if(NOT EXISTS "${BALIE_IMGUI_SOURCE}/.complete")
  message(FATAL_ERROR "The source of Dear ImGui 1.90.1 is missing. ${BALIE_INSTALL_HINT}")
endif()

set(imgui_core imgui.cpp imgui_draw.cpp imgui_tables.cpp imgui_widgets.cpp misc/cpp/imgui_stdlib.cpp
    misc/freetype/imgui_freetype.cpp)
list(TRANSFORM imgui_core PREPEND "${BALIE_IMGUI_SOURCE}/")
set(imgui_backends
    "${BALIE_IMGUI_SOURCE}/backends/imgui_impl_glfw.cpp"
    "${BALIE_IMGUI_SOURCE}/backends/imgui_impl_opengl3.cpp")

add_library(balie_imgui_headers INTERFACE)
target_include_directories(balie_imgui_headers SYSTEM INTERFACE
  "${BALIE_IMGUI_SOURCE}" "${BALIE_IMGUI_SOURCE}/backends" "${BALIE_IMGUI_SOURCE}/misc/cpp"
  "${BALIE_IMGUI_SOURCE}/misc/freetype")
target_compile_definitions(balie_imgui_headers INTERFACE
  IMGUI_ENABLE_FREETYPE IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_OBSOLETE_KEYIO)

add_library(balie_imgui_plain STATIC EXCLUDE_FROM_ALL ${imgui_core} ${imgui_backends})
target_link_libraries(balie_imgui_plain PUBLIC balie_imgui_headers balie::freetype balie::glfw balie::gl
  PRIVATE balie_sanitizers ${CMAKE_DL_LIBS})

add_library(balie_imgui_hooks STATIC EXCLUDE_FROM_ALL ${imgui_core})
target_compile_definitions(balie_imgui_hooks PUBLIC IMGUI_ENABLE_TEST_ENGINE)
target_link_libraries(balie_imgui_hooks PUBLIC balie_imgui_headers balie::freetype PRIVATE balie_sanitizers)

balie_compile_fast(balie_imgui_hooks O1)

foreach(built IN ITEMS balie_imgui_plain balie_imgui_hooks)
  target_compile_options(${built} PRIVATE -w)
  set_target_properties(${built} PROPERTIES CXX_CLANG_TIDY "")
endforeach()

add_library(balie_3p_imgui INTERFACE)
add_library(balie::imgui ALIAS balie_3p_imgui)
target_link_libraries(balie_3p_imgui INTERFACE balie_imgui_headers
  $<IF:$<BOOL:$<TARGET_PROPERTY:BALIE_IMGUI_HOOKS>>,balie_imgui_hooks,balie_imgui_plain>)

add_library(balie_3p_imgui_test INTERFACE)
add_library(balie::imgui_test ALIAS balie_3p_imgui_test)
target_link_libraries(balie_3p_imgui_test INTERFACE balie_imgui_hooks)
