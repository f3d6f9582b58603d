// The command table: one entry per command. Parsing, help and "did you mean" are made from it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Run;

/// Option is one option or positional argument of a command.
struct Option {
  enum class Need { may, must, many };  // many: none or more
  std::string name;                     // "--type"; "FILE" is positional
  std::string value;                    // "TYPE"; empty for a switch and for what is positional
  std::string help;
  Need need = Need::may;
  bool is_positional() const { return name[0] != '-'; }
  bool is_switch() const { return !is_positional() && value.empty(); }
};

struct Command {
  std::string name;  // "consent issue"
  std::string summary;
  std::vector<std::string> examples;  // first in the help
  std::vector<Option> options;
  std::string unharmed;  // second line of an error: "nothing was sealed"
  std::function<int(Run&)> run;
};

/// The commands, group by group; each is defined in the file of its name.
std::vector<Command> init_commands();
std::vector<Command> roster_commands();
std::vector<Command> policy_commands();
std::vector<Command> schema_commands();
std::vector<Command> key_commands();
std::vector<Command> consent_commands();
std::vector<Command> note_commands();
std::vector<Command> pass_on_commands();
std::vector<Command> spool_commands();
std::vector<Command> record_commands();
std::vector<Command> about_commands();
std::vector<Command> pipe_commands();
std::vector<Command> demo_commands();

/// all_commands is the table in the order in which help shows it.
const std::vector<Command>& all_commands();
/// The options that every command takes.
const std::vector<Option>& global_options();

/// Args is what stood on the command line, by option name.
class Args {
 public:
  std::map<std::string, std::vector<std::string>> given;
  bool has(std::string_view name) const { return given.count(std::string(name)) != 0; }
  std::string one(std::string_view name, std::string_view otherwise = "") const;
  std::vector<std::string> all(std::string_view name) const;
};

}  // namespace cli
