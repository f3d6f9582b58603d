// The command table: one entry per command. Parsing, help, manual pages, completion and "did you mean" are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Run;

/// Option is one option or positional argument of a command.
struct Option {
  enum class Need : std::uint8_t { may, must, many };  // many: none or more
  std::string name;                     // "--type"; "FILE" is positional
  std::string value;                    // "TYPE"; empty for a switch and for what is positional
  std::string help;
  Need need = Need::may;
  bool is_positional() const { return name[0] != '-'; }
  bool is_switch() const { return !is_positional() && value.empty(); }
  /// What stands for its value in help ("TYPE"); values.hpp knows what can be said there.
  const std::string& placeholder() const { return is_positional() ? name : value; }
};

/// Effect is what a command does beside answering. What writes, sends or shows a note's values has a preview for
/// --dry-run; --at is for what reads alone.
enum class Effect : std::uint8_t { unsaid, reads, writes };

struct Command {
  std::string name;  // "consent issue"
  std::string summary;
  std::vector<std::string> examples;  // first in the help
  std::vector<Option> options;
  std::string unharmed;  // second line of an error: "nothing was sealed"
  std::function<int(Run&)> run;
  Effect effect = Effect::unsaid;
  std::function<int(Run&)> preview = nullptr;  // what --dry-run does instead; of every command that writes
  std::string for_good = "";  // "it cannot be opened again": asked about before it is done

  std::string group() const { return name.substr(0, name.find(' ')); }
  bool has_option(std::string_view option) const;
};

/// The commands, group by group; each is defined in the file of its name.
std::vector<Command> init_commands();
std::vector<Command> roster_commands();
std::vector<Command> policy_commands();
std::vector<Command> schema_commands();
std::vector<Command> key_commands();
std::vector<Command> consent_commands();
std::vector<Command> consent_new_commands();
std::vector<Command> consent_form_commands();
std::vector<Command> consent_due_commands();
std::vector<Command> consent_life_commands();
std::vector<Command> consent_kept_back_commands();
std::vector<Command> consent_rules_commands();
std::vector<Command> note_commands();
std::vector<Command> packet_commands();
std::vector<Command> one_shot_commands();
std::vector<Command> pass_on_commands();
std::vector<Command> break_glass_commands();
std::vector<Command> spool_commands();
std::vector<Command> record_commands();
std::vector<Command> log_commands();
std::vector<Command> audit_commands();
std::vector<Command> explain_commands();
std::vector<Command> completion_commands();
std::vector<Command> manual_commands();
std::vector<Command> about_commands();
std::vector<Command> pipe_commands();
std::vector<Command> demo_commands();

/// all_commands is the table in the order in which help shows it.
const std::vector<Command>& all_commands();
/// command_named is the command of that whole name; nullptr where there is none.
const Command* command_named(std::string_view name);
/// command_words are the words that may follow `group`, in the table's order; "" for the first words.
std::vector<std::string> command_words(std::string_view group);

/// The options that every command takes.
const std::vector<Option>& global_options();
/// options_of is what may stand on the command's line: its own options, then the global ones that it has none of the
/// same name of (`redact --field` names a field of the note).
std::vector<Option> options_of(const Command& command);
/// concerns says whether a global option means something to this command: --at to what reads, --yes to what asks.
bool concerns(const Option& global, const Command& command);

/// Args is what stood on the command line, by option name.
class Args {
 public:
  std::map<std::string, std::vector<std::string>> given;
  bool has(std::string_view name) const { return given.count(std::string(name)) != 0; }
  std::string one(std::string_view name, std::string_view otherwise = "") const;
  std::vector<std::string> all(std::string_view name) const;
};

}  // namespace cli
