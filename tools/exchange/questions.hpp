// Questions at the terminal, one plain line each, and answers checked as they come.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cli {

/// may_ask: somebody sits at the terminal, and --no-input does not forbid it.
bool may_ask();

/// Choice is one line of a list to choose from.
struct Choice {
  std::string name, says;
};

/// ask asks until `check` finds nothing wrong; it gives what is wrong as a sentence, "" for nothing. An empty answer is
/// `otherwise`. Throws EX1002 where the answers end.
using Check = std::function<std::string(const std::string&)>;
std::string ask(const std::string& question, const std::string& otherwise, const Check& check);
/// ask_day asks for a day; empty is allowed where `may_be_empty`.
enum class Empty : unsigned char { no, yes };
std::string ask_day(const std::string& question, Empty empty);
bool ask_yes(const std::string& question, bool otherwise);
/// choose shows a list and takes numbers or names of it, several with commas or spaces between where `many`.
enum class Many : unsigned char { no, yes };
std::vector<std::string> choose(const std::string& question, const std::vector<Choice>& list, Many many,
                                const std::string& otherwise = "");

}  // namespace cli
