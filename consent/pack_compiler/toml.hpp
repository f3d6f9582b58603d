// The TOML reader of consent/, as every file that reads TOML takes it: without exceptions, and without its assertions.
// Include it last.
#pragma once

#define TOML_EXCEPTIONS 0
// toml++ 3.3 asserts of a table's header what it checks right after: "[=" would end a debug build, and where NDEBUG is set
// tell the compiler something false. Its assertions are off in every build.
#undef NDEBUG
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>
