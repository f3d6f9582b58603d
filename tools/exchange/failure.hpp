// Errors of this program: the library's own, or a row of its table chosen here; how they are shown.
#pragma once

#include <string>

#include "exchange/exchange.hpp"

namespace cli {

/// usage is EX1002 with a text of our own: the command line is wrong. Exit 2.
exchange::Exception usage(std::string text, std::string fix);
/// failure is a row of the library's table by its id ("EX1012"), with the path of what it is about: an option's name or
/// a role of the file, never what was typed.
exchange::Exception failure(const char* id, std::string path = "");

/// show_error prints an error: three lines on stderr, or one JSON object on stdout; returns the exit status.
int show_error(const exchange::Error& error, const std::string& unharmed, bool json);

/// error_json is the one form of an error as JSON.
std::string error_json(const exchange::Error& error);

}  // namespace cli
