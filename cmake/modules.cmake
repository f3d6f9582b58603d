# xch_module(NAME [CXX17] [DEPENDS module...] [LIBRARIES target...]): one static library per folder of libexchange/,
# made of all its .cpp files. LAYERS says what it may include; tests/contract/layers reads every #include.
function(xch_module name)
  cmake_parse_arguments(M "CXX17" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)  # a header-only module
    add_library(xch_${name} INTERFACE)
    target_include_directories(xch_${name} INTERFACE ${CMAKE_SOURCE_DIR}/libexchange ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
    return()
  endif()
  add_library(xch_${name} STATIC ${sources})
  target_include_directories(xch_${name} PUBLIC ${CMAKE_SOURCE_DIR}/libexchange ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  foreach(dep ${M_DEPENDS})
    target_link_libraries(xch_${name} PUBLIC xch_${dep})
  endforeach()
  target_link_libraries(xch_${name} PRIVATE ${M_LIBRARIES})
  if(M_CXX17)
    set_target_properties(xch_${name} PROPERTIES CXX_STANDARD 17)
  endif()
  xch_precompile(xch_${name} library)
  if(XCH_TOGETHER STREQUAL "ALL")
    xch_together(xch_${name})
  endif()
endfunction()

# xch_test_flags(TARGET): how test code is compiled. That takes most of a build's time, so it is not optimised; the library
# under it is as it is shipped.
function(xch_test_flags target)
  target_compile_options(${target} PRIVATE -O0 -g1 -U_FORTIFY_SOURCE)
endfunction()

# xch_together(TARGET): with XCH_TOGETHER several files of this test program or fixture are compiled as one, in a third of
# the time; but for one changed file eight are compiled again. Modules are compiled so for the quick fuzz targets alone
# (ALL): what is shipped is compiled file by file.
set(XCH_TOGETHER OFF CACHE STRING "compile several files of a test suite as one (ON), of a module too (ALL): for building everything once")
function(xch_together target)
  if(XCH_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# xch_apart(FILE...): files of this folder that say what others of it say too, each for itself, and so stay apart.
function(xch_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# What the sanitizer run builds: the tests of modules, without those of files, the program and the benches.
add_custom_target(xch_module_tests)

# xch_fixture(TARGET): how a library that several suites use is compiled: as their own code is, but for the fuzz targets,
# which run it all the time.
function(xch_fixture target)
  if(XCH_SANITIZE MATCHES "fuzzer")
    xch_precompile(${target} library)
  else()
    xch_test_flags(${target})
    xch_precompile(${target} fixture)
  endif()
  xch_together(${target})
endfunction()

# xch_test(NAME [TIMEOUT s] [FIXTURE file...] DEPENDS module... [LIBRARIES target...]): one GoogleTest program from the
# suite folder's .cpp files. FIXTURE are those that other suites use too, as the library xch_NAME_fixture. OPTIMISED is for
# a suite whose own code takes most of its time.
function(xch_test name)
  cmake_parse_arguments(T "CXX17;OPTIMISED" "TIMEOUT" "FIXTURE;DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(T_FIXTURE)
    list(TRANSFORM T_FIXTURE PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(REMOVE_ITEM sources ${T_FIXTURE})
    add_library(xch_${name}_fixture STATIC ${T_FIXTURE})
    target_include_directories(xch_${name}_fixture PUBLIC ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(xch_${name}_fixture PUBLIC GTest::gtest ${T_LIBRARIES})
    foreach(dep ${T_DEPENDS})
      target_link_libraries(xch_${name}_fixture PUBLIC xch_${dep})
    endforeach()
    target_compile_definitions(xch_${name}_fixture PRIVATE XCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    xch_fixture(xch_${name}_fixture)
    list(APPEND T_LIBRARIES xch_${name}_fixture)
  endif()
  add_executable(test_${name} ${sources})
  foreach(dep ${T_DEPENDS})
    target_link_libraries(test_${name} PRIVATE xch_${dep})
  endforeach()
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE GTest::gtest GTest::gmock GTest::gtest_main ${T_LIBRARIES})
  target_compile_definitions(test_${name} PRIVATE
    XCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}" XCH_BUILD_DIR="${CMAKE_BINARY_DIR}")
  if(T_CXX17)
    set_target_properties(test_${name} PROPERTIES CXX_STANDARD 17)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  if(XCH_SANITIZE)
    target_compile_definitions(test_${name} PRIVATE XCH_SANITIZED)  # what no one macro of the compilers says
    math(EXPR T_TIMEOUT "${T_TIMEOUT} * 4")
  endif()
  if(T_OPTIMISED)
    target_compile_options(test_${name} PRIVATE -O1 -g1)
  else()
    xch_test_flags(test_${name})
    xch_precompile(test_${name} tests)
  endif()
  xch_together(test_${name})
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT})
  if(NOT name MATCHES "^(contract|cli|bench)$")
    set_tests_properties(${name} PROPERTIES LABELS module)
    add_dependencies(xch_module_tests test_${name})
  endif()
endfunction()

# xch_valgrind(NAME PROGRAM FILTER): the cases of the test program PROGRAM that FILTER names once more, under valgrind
# (ctest -L valgrind). A sanitizer build has none: the two cannot run together.
find_program(XCH_VALGRIND valgrind)
function(xch_valgrind name program filter)
  if(XCH_SANITIZE)
    return()
  endif()
  # These cases are counted where they run first: two runs of one program would write one file of results.
  # Where valgrind is not installed the command is ...-NOTFOUND and the test fails: nothing is skipped in silence.
  add_test(NAME ${name} COMMAND ${XCH_VALGRIND} --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite
    $<TARGET_FILE:${program}> --gtest_filter=${filter} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS valgrind TIMEOUT 1200 ENVIRONMENT_MODIFICATION "GTEST_OUTPUT=unset:"
    FAIL_REGULAR_EXPRESSION "0 tests from 0 test suites")  # a filter that names nothing
endfunction()
