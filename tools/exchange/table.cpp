// The whole table, and the options of every command.
#include <algorithm>

#include "command.hpp"

namespace cli {

const std::vector<Command>& all_commands() {
  static const std::vector<Command> kAll = [] {
    std::vector<Command> all;
    for (const auto group : {demo_commands, init_commands, roster_commands, policy_commands, schema_commands, key_commands,
                             consent_new_commands, consent_commands, consent_form_commands, consent_due_commands, consent_life_commands,
                             consent_kept_back_commands, consent_rules_commands,
                             note_commands, packet_commands, one_shot_commands, pass_on_commands, break_glass_commands, spool_commands, pipe_commands,
                             record_commands, log_commands, audit_commands, explain_commands, completion_commands, manual_commands,
                             about_commands})
      for (auto& command : group()) all.push_back(std::move(command));
    return all;
  }();
  return kAll;
}

const Command* command_named(std::string_view name) {
  for (const auto& command : all_commands())
    if (command.name == name) return &command;
  return nullptr;
}

std::vector<std::string> command_words(std::string_view group) {
  std::vector<std::string> out;
  for (const auto& command : all_commands()) {
    const auto space = command.name.find(' ');
    std::string word;
    if (group.empty()) word = command.group();
    else if (space != std::string::npos && command.group() == group) word = command.name.substr(space + 1);
    if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

const std::vector<Option>& global_options() {
  static const std::vector<Option> kOptions = {
      {"--home", "DIR", "whose home; else EXCHANGE_HOME"},
      {"--as", "AGENCY", "the home of that name in EXCHANGE_HOMES, else in /etc/exchange"},
      {"--passphrase-fd", "N", "read the passphrase from this descriptor"},
      {"--json", "", "one JSON object a line, errors as well"},
      {"--field", "MEMBER", "one member of that object alone, as rows.0.grant"},
      {"--dry-run", "", "say what would be written or sent, and do none of it"},
      {"--at", "TIME", "answer as of this time, as 2026-11-26 or 2026-11-26T14:05Z"},
      {"--yes", "", "do what cannot be undone without asking"},
      {"--no-input", "", "ask nothing: what would be asked is refused"},
      {"--quiet", "", "results and errors only"},
      {"--verbose", "", "say which home is used and how long each step takes"},
      {"--no-color", "", "no bold headings; as NO_COLOR"},
      {"--no-progress", "", "no progress line on a terminal"},
      {"--help", "", "this help"},
  };
  return kOptions;
}

bool Command::has_option(std::string_view option) const {
  return std::any_of(options.begin(), options.end(), [&](const Option& o) { return o.name == option; });
}

std::vector<Option> options_of(const Command& command) {
  std::vector<Option> out = command.options;
  for (const auto& global : global_options())
    if (!command.has_option(global.name)) out.push_back(global);
  return out;
}

bool concerns(const Option& global, const Command& command) {
  if (command.has_option(global.name)) return false;
  if (global.name == "--dry-run") return command.effect == Effect::writes;
  if (global.name == "--at") return command.effect == Effect::reads;
  if (global.name == "--yes") return !command.for_good.empty();
  return true;
}

std::string Args::one(std::string_view name, std::string_view otherwise) const {
  const auto at = given.find(std::string(name));
  return at == given.end() || at->second.empty() ? std::string(otherwise) : at->second.back();
}

std::vector<std::string> Args::all(std::string_view name) const {
  const auto at = given.find(std::string(name));
  return at == given.end() ? std::vector<std::string>() : at->second;
}

}  // namespace cli
