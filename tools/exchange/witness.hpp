// Witnesses: the commands that make and run one, and how a home asks those of its own log.
#pragma once

#include <vector>

#include "command.hpp"

namespace cli {

Command init_witness_command();
/// log witness, log cosign, log submit, log collect.
std::vector<Command> witness_commands();

/// ask_witnesses asks each witness that has a URL about the newest checkpoint, and takes its answer in. What went wrong
/// is talk, not an error. Returns how many have been asked, and how many of them have cosigned.
struct Asked {
  std::size_t asked = 0, cosigned = 0;
};
Asked ask_witnesses(Run& run, const std::string& only = "");

}  // namespace cli
