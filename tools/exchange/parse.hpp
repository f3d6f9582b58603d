// From the command line to a command of the table and its arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "terminal.hpp"

namespace cli {

/// wants_json says whether --json stands on the command line, so that even an error of parsing has the right form.
bool wants_json(const std::vector<std::string>& words);
/// manners_of reads the switches that hold for an error of parsing as well.
Manners manners_of(const std::vector<std::string>& words);
/// asks_for_help says whether --help or -h stands on it.
bool asks_for_help(const std::vector<std::string>& words);

/// take_command finds the command and takes its words out of `words`. Throws exchange::Exception (EX1002) with a
/// suggestion where a word is near a known one. `group` is set, and nullptr returned, where only a group is named
/// ("exchange consent --help").
const Command* take_command(std::vector<std::string>& words, std::string& group);

/// parse_options reads what is left. Throws exchange::Exception (EX1002), which never repeats what was typed: somebody
/// may have typed a name or a passphrase.
Args parse_options(const Command& command, std::vector<std::string> words);

/// nearest is the candidate at most two letters away from `word`; "" where there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace cli
