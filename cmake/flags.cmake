# Compiler and linker flags of the whole tree. Presets choose the build type; options choose what is added to it.
# -g1 tells functions and lines, which is what a stack trace needs; all of -g makes the library twice as long to compile.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

option(XCH_WERROR "treat warnings as errors" ON)
option(XCH_HARDENING "stack protector, FORTIFY_SOURCE, full RELRO" ON)
set(XCH_SANITIZE "" CACHE STRING "sanitizers of the whole tree, as -fsanitize= takes them: address,undefined")

add_compile_options(-Wall -Wextra -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
if(XCH_WERROR)
  add_compile_options(-Werror)
endif()

if(XCH_SANITIZE)
  # -O1 keeps the stack traces and a third of the time of -O0; tests, which take longest to compile, are at -O0.
  # FORTIFY_SOURCE hides calls from the sanitizers, so it stays off.
  set(CMAKE_C_FLAGS_RELEASE "-O1 -g1")
  set(CMAKE_CXX_FLAGS_RELEASE "-O1 -g1")
  add_compile_options(-fsanitize=${XCH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # The checks that the sanitizers add make g++ see uninitialised members in std::regex and overflows in std::vector
  # that are none.
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-stringop-overflow>")
  add_link_options(-fsanitize=${XCH_SANITIZE})
endif()
if(XCH_HARDENING)
  add_compile_options(-fstack-protector-strong)
  if(NOT XCH_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")  # FORTIFY_SOURCE needs optimisation
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# A compiler cache is used where there is one, and never needed.
find_program(XCH_CCACHE ccache)
if(XCH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${XCH_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${XCH_CCACHE})
endif()
