// explain, help, version: about this program.
#include <algorithm>

#include "failure.hpp"
#include "help.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

int explain(Run& run) {
  const auto& row = run.call_bare("errors.explain", Request().text("id", run.args().one("ID")));
  if (run.answered()) return 0;
  say(strong(row.str("id")) + "  " + row.str("text"));
  say("what to do   " + row.str("fix"));
  say("kind         " + row.str("class") + " (" + row.str("name") + ")");
  say("exit status  " + row.str("exit") + " (exchange help exit-codes)");
  return 0;
}

int help(Run& run) {
  std::string name;
  for (const auto& word : run.args().all("NAME")) name += (name.empty() ? "" : " ") + word;
  if (name.empty()) {
    help_overview();
    return 0;
  }
  std::vector<std::string> known = help_topics();
  for (const auto& command : all_commands()) {
    if (command.name == name) {
      help_command(command);
      return 0;
    }
    known.push_back(command.name);
    known.push_back(command.name.substr(0, command.name.find(' ')));
  }
  if (help_topic(name)) return 0;
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    help_group(name);
    return 0;
  }
  const std::string near = nearest(name, known);
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
  using Need = Option::Need;
  return {
      {"explain", "what an error id means and what to do", {"exchange explain EX2219"}, {{"ID", "", "as EX2219", Need::must}}, "", explain},
      {"help", "help on a command or a topic", {"exchange help consent issue", "exchange help exit-codes"}, {{"NAME", "", "a command, a group of commands, or a topic", Need::many}}, "", help},
      {"version", "versions of program, formats and libraries", {"exchange version", "exchange version --json"}, {}, "", version},
  };
}

}  // namespace cli
