# Precompiled headers: half of a build's time was the same headers parsed again in each file. One is made for each set of
# flags (a mismatch is an error, -Winvalid-pch), by a target that does nothing else, and shared by all others.
#   library  modules of C++20 or C++17
#   program  executables
#   tests    test programs, with GoogleTest, not optimised
option(XCH_PRECOMPILED "parse common headers once; OFF shows whether every file includes what it uses" ON)
if(XCH_PRECOMPILED AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What ccache needs to see through one; its own setting is sloppiness = pch_defines,time_macros.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  # g++ takes code of the standard library that it inlines from one for the program's own, and warns of what it never
  # warns of there: said, and no error. The presets without precompiled headers have them as errors.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-error=array-bounds;-Wno-error=stringop-overflow;-Wno-error=restrict>")
endif()

# xch_precompile(TARGET KIND): KIND is library, program, tests or fixture (a library of tests).
function(xch_precompile target kind)
  if(NOT XCH_PRECOMPILED)
    return()
  endif()
  get_target_property(standard ${target} CXX_STANDARD)
  set(owner xch_precompiled_${kind}_${standard})
  if(NOT TARGET ${owner})
    set(headers standard)
    if(kind MATCHES "^(library|fixture)$")
      add_library(${owner} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled/empty.cpp)
    else()
      add_executable(${owner} ${CMAKE_SOURCE_DIR}/cmake/precompiled/empty.cpp)
    endif()
    if(kind MATCHES "^(tests|fixture)$")
      xch_test_flags(${owner})
    endif()
    if(kind STREQUAL "tests")
      target_link_libraries(${owner} PRIVATE GTest::gtest GTest::gmock)
      set(headers tests)
    endif()
    target_precompile_headers(${owner} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${headers}.hpp)
    target_include_directories(${owner} PRIVATE ${CMAKE_SOURCE_DIR})
    set_target_properties(${owner} PROPERTIES CXX_STANDARD ${standard})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
