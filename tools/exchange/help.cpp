#include "help.hpp"

#include <algorithm>

#include "terminal.hpp"

namespace cli {
namespace {

struct Topic {
  const char* name;
  const char* summary;
  const char* text;
};

constexpr Topic kTopics[] = {
    {"start", "from nothing to the first opened note",
     R"(See the whole path first: exchange demo lets a coalition live through one
arrest diversion and leaves every home and envelope in ./exchange-demo.

A coalition      exchange init coalition county --name county
An agency        exchange init agency patrol --name patrol ...
Together         exchange roster admit patrol.enrolment --home county ...
                 exchange roster publish --home county -o county.roster \
                     --policy county.policy
At each agency   exchange roster import county.roster --trust HASH
                 exchange policy import county.policy
A consent        exchange consent check draft.json, then exchange consent issue
A note           exchange seal ... note.json; the envelopes wait in the spool
On its way       exchange outbox list; any courier may carry the files
At the reader    exchange inbox process, list and open

--home DIR or EXCHANGE_HOME says whose home a command works in.)"},
    {"exit-codes", "what the exit status says",
     R"(  0  done; also for a repeated call that was done before
  1  failure of this program or of the machine: disk, input and output
  2  wrong command line or request
  3  no: policy or consent does not allow it
  4  no such thing
  5  damaged or forged: signature, hash, format or proof is wrong
  6  cannot tell yet: try again later, and never take it for done
  7  key or passphrase is not available
  8  part of several failed; each line says its own
 75  busy: try again in a moment
130  interrupted (143: terminated); nothing was half-done)"},
    {"passphrase", "where a passphrase comes from",
     R"(A home's keys are protected by a passphrase. It is read, in this order, from
  --passphrase-fd N          the first line of an open file descriptor
  EXCHANGE_PASSPHRASE_FILE   the first line of the file that it names
  the terminal               without echo; twice when a key is made
It is never taken from the command line or from the environment itself, which
other processes can read.

  exchange doctor --passphrase-fd 3 3< patrol.passphrase)"},
    {"json", "the form of machine-readable output",
     R"(With --json every command prints one JSON object a line on stdout, with "v":1
and "kind"; docs/verbs.md lists their members. An error is an object too:
  {"v":1,"kind":"error","code":3,"id":"EX2219","text":...,"path":...,"fix":...}
and the exit status is the same as without --json. Text for people may change
at any time; these objects only gain members.)"},
};

std::vector<std::string> names_in(const std::string& group) {
  std::vector<std::string> out;
  for (const auto& command : all_commands())
    if (command.name.rfind(group + " ", 0) == 0) out.push_back(command.name);
  return out;
}

void say_examples(const std::vector<std::string>& examples) {
  for (const auto& example : examples) {
    std::string line = "  " + example;
    // An example may be broken over lines by a backslash.
    for (std::size_t at = 0; (at = line.find('\n', at)) != std::string::npos; ++at) line.insert(at + 1, "  ");
    say(line);
  }
}

void say_pair(const std::string& left, const std::string& right, std::size_t width) {
  const auto lines = wrap(right, kWidth - width - 4);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string head = i == 0 ? left : "";
    say("  " + head + std::string(width - std::min(width, width_of(head)) + 2, ' ') + lines[i]);
  }
}

void say_options(const std::vector<Option>& options) {
  std::size_t width = 0;
  const auto left = [](const Option& o) { return o.name + (o.value.empty() ? "" : " " + o.value); };
  for (const auto& option : options) width = std::max(width, left(option).size());
  for (const auto& option : options) {
    const bool must = option.need == Option::Need::must && !option.is_positional();
    say_pair(left(option), option.help + (must ? " (required)" : ""), width);
  }
}

}  // namespace

void help_overview() {
  say_examples({"exchange demo                  # one arrest diversion among seven agencies",
                "exchange help start            # from nothing to the first opened note",
                "exchange seal --dry-run ...    # who would get what, and why"});
  say("");
  say_wrapped("exchange seals notes so that each agency gets exactly the fields that consent and policy allow it.");
  say("");
  say(strong("commands"));
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& command : all_commands()) {
    const auto space = command.name.find(' ');
    const std::string group = command.name.substr(0, space);
    if (space == std::string::npos) {
      rows.emplace_back(group, command.summary);
      continue;
    }
    const std::string word = command.name.substr(space + 1);
    if (!rows.empty() && rows.back().first == group) rows.back().second += ", " + word;
    else rows.emplace_back(group, word);
  }
  for (const auto& [name, text] : rows) say_pair(name, text, 9);
  say("");
  say(strong("topics"));
  for (const auto& topic : kTopics) say_pair(topic.name, topic.summary, 10);
  say("");
  say("exchange help COMMAND or TOPIC tells more; exchange explain EX2219 an error.");
}

void help_group(const std::string& group) {
  std::vector<std::string> examples;
  const auto names = names_in(group);
  std::size_t width = 0;
  for (const auto& command : all_commands()) {
    if (std::find(names.begin(), names.end(), command.name) == names.end()) continue;
    if (examples.size() < 3) examples.push_back(command.examples.front());
    width = std::max(width, command.name.size());
  }
  say_examples(examples);
  say("");
  for (const auto& command : all_commands())
    if (std::find(names.begin(), names.end(), command.name) != names.end()) say_pair(command.name, command.summary, width);
}

void help_command(const Command& command) {
  say_examples(command.examples);
  say("");
  say_wrapped("exchange " + command.name + ": " + command.summary + ".");
  if (!command.options.empty()) {
    say("");
    say_options(command.options);
  }
  say("");
  say(strong("always"));
  say_options(global_options());
}

bool help_topic(const std::string& topic) {
  for (const auto& known : kTopics) {
    if (topic != known.name) continue;
    say(known.text);
    return true;
  }
  return false;
}

std::vector<std::string> help_topics() {
  std::vector<std::string> out;
  for (const auto& topic : kTopics) out.emplace_back(topic.name);
  return out;
}

}  // namespace cli
