// The program's own table of commands, as `exchange help --json` tells it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace xch::cli {

/// table is {"commands":[{"name","summary","effect","preview","asks","options":[...]}],"options":[...],"topics":[...]}.
const nlohmann::json& table();
/// split takes "consent issue" apart.
std::vector<std::string> split(const std::string& name);
/// first_words are the first words of all commands, each once; groups those that another word follows.
std::vector<std::string> first_words();
std::vector<std::string> groups();
/// fits says whether no line is longer than 80 columns, a code point being one.
bool fits(const std::string& text);

}  // namespace xch::cli
