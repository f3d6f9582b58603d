// HOME/config.toml: what a home's people would otherwise say on every command line. A flag goes before the environment,
// and the environment before this file.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cli {

struct Settings {
  std::optional<bool> colour, progress, quiet, verbose;
  std::string passphrase_file;  // absolute, or below the home
};

/// read_settings reads the file of a home; nothing is set where there is none. Throws EX1002 with the number of the line
/// that is wrong and never what stands there, EX1013 and EX1014 as read_input.
Settings read_settings(const std::string& home);

/// setting_names are the names that may stand in it.
std::vector<std::string> setting_names();

}  // namespace cli
