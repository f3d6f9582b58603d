// Completion scripts for bash, zsh and fish, made from the command table. They are static: nothing runs at a TAB.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "command.hpp"
#include "values.hpp"

namespace cli {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

/// Offer is what can be typed at one place: files, folders, some words, or nothing that is known.
struct Offer {
  Fill fill = Fill::anything;
  std::string words;  // with spaces between; none holds one
  bool operator<(const Offer& other) const { return std::tie(fill, words) < std::tie(other.fill, other.words); }
};
Offer offer_of(const Option& option);

/// The words of `exchange help`, by what stands there already ("help", "help consent").
std::map<std::string, std::string> help_words();
/// groups are the first words that another command word follows.
std::vector<std::string> groups();
/// valued_options are all options that take a value, of whatever command.
std::vector<std::string> valued_options();
std::string joined(const std::vector<std::string>& words, const std::string& between);
/// quoted puts a text between single quotes, as `escape` writes one inside them ("'\\''" in bash and zsh, "\\'" in fish).
std::string quoted(const std::string& text, const std::string& escape);
/// argument_of is what can be typed as a command's first argument; nothing where it takes none, and for help, whose words
/// are help_words.
std::optional<Offer> argument_of(const Command& command);

/// The cases of bash and zsh for what follows an option (value_cases) and for arguments (argument_cases): `act` is what
/// the shell does with an offer.
using Act = std::string (*)(const Offer& offer);
std::string value_cases(Act act);
std::string argument_cases(Act act);

}  // namespace cli
