// Schemas on the command line: compiled, as bundles, or as text for the Cap'n Proto compiler.
#pragma once

#include <string>

#include "json.hpp"
#include "run.hpp"

namespace cli {

/// schema_input reads the file of an argument, as the verbs of schemas take it: a file whose name ends with .capnp goes
/// through `capnp compile` first. Throws what read_input does; EX1326 where the compiler is missing or refuses the file.
std::string schema_input(const Run& run, const std::string& path, const std::string& what);

/// add_schema gives a verb the argument: a note type of the library by its name (`type`), or a file (`file`).
void add_schema(const Run& run, Request& request, const std::string& argument, const char* file, const char* type,
                const std::string& what);

}  // namespace cli
