#include "suggest.hpp"

#include <algorithm>

#include "parse.hpp"
#include "values.hpp"

namespace cli {
namespace {

constexpr std::size_t kFew = 20;

/// parties are the names of the roster in force; none where the home is not open: no passphrase is asked for a hint.
std::vector<std::string> parties(Run& run) {
  std::vector<std::string> out;
  if (!run.has_opened_home()) return out;
  auto answer = run.home().call("roster.show");
  if (!answer) return out;
  const auto roster = Value::parse(answer->view()).value_or(Value());
  for (const auto& party : roster["parties"].items()) out.push_back(party.str("name"));
  return out;
}

bool caused_by_a_value(const exchange::Error& error) {
  static const std::vector<std::string> kIds = {"EX1308", "EX1317", "EX2110", "EX2124", "EX3522", "EX6208"};
  return std::find(kIds.begin(), kIds.end(), error.id) != kIds.end();
}

}  // namespace

void suggest(Run& run, exchange::Error& error) {
  if (!caused_by_a_value(error)) return;
  for (const auto& option : run.command().options) {
    const std::size_t length = hash_length(option);
    if (length != 0 && run.args().has(option.name) && !is_hash(run.args().one(option.name), length)) {
      error.fix = option.name + " is " + std::to_string(length) + " characters of 0 to 9 and a to f, as --json shows it";
      return;
    }
    const bool party = option.placeholder() == "PARTY";
    if (!run.args().has(option.name) || (!party && fill_of(option) != Fill::words)) continue;
    const auto known = party ? parties(run) : words_for(option);
    for (const auto& given : run.args().all(option.name)) {
      if (known.empty() || std::find(known.begin(), known.end(), given.substr(0, given.find('@'))) != known.end()) continue;
      const std::string near = nearest(given, known);
      if (!near.empty()) {
        error.fix = option.name + ": did you mean \"" + near + "\"?";
        return;
      }
      if (known.size() > kFew) continue;
      std::string all;
      for (const auto& word : known) all += (all.empty() ? "" : ", ") + word;
      error.fix = option.name + " is one of " + all;
      return;
    }
  }
}

}  // namespace cli
