// help, version: about this program.
#include <algorithm>

#include "failure.hpp"
#include "help.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

int help(Run& run) {
  std::string name;
  for (const auto& word : run.args().all("TOPIC")) name += (name.empty() ? "" : " ") + word;
  const bool known = name.empty() || command_named(name) || topic_named(name) || !command_words(name).empty();
  if (run.json() && known) {
    run.give(help_json());
    return 0;
  }
  if (name.empty()) {
    help_overview();
    return 0;
  }
  if (const auto* command = command_named(name)) {
    help_command(*command);
    return 0;
  }
  if (const auto* topic = topic_named(name)) {
    help_topic(*topic);
    return 0;
  }
  if (!command_words(name).empty()) {
    help_group(name);
    return 0;
  }
  auto names = help_names();
  for (const auto& command : all_commands()) names.push_back(command.name);
  const std::string near = nearest(name, names);
  throw usage(near.empty() ? "there is no help on that" : "there is no help on that; did you mean \"" + near + "\"?", "exchange help");
}

int version(Run& run) {
  const auto& answer = run.call_bare("version");
  if (run.answered()) return 0;
  const std::uint64_t abi = answer["abi"].as_natural();
  say("exchange " + answer.str("library") + ", ABI " + std::to_string(abi >> 16) + "." + std::to_string(abi & 0xffff) + ", " + answer.str("format"));
  say(answer.str("openssl") + ", libsodium " + answer.str("sodium"));
  return 0;
}

}  // namespace

std::vector<Command> about_commands() {
  return {
      {"help",
       "help on a command or a topic",
       {"exchange help consent issue", "exchange help exit-codes", "exchange help --json   # the table of all commands"},
       {{"TOPIC", "", "a command, a group of commands, or a topic", Option::Need::many}},
       "",
       help,
       Effect::reads},
      {"version", "versions of program, formats and libraries", {"exchange version", "exchange version --json"}, {}, "", version, Effect::reads},
  };
}

}  // namespace cli
