#include "parse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "failure.hpp"

namespace cli {
namespace {

/// distance counts the letters to insert, remove or replace (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t above_left = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above_left + (a[i - 1] == b[j - 1] ? 0 : 1);
      above_left = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

/// takes_value: a global option that may stand before the command and has a value in the next word.
bool takes_value(const std::string& word) {
  const auto& options = global_options();
  return std::any_of(options.begin(), options.end(), [&](const Option& o) { return o.name == word && !o.is_switch(); });
}

/// next_word is the position of the next word that is no option; words.size() where there is none.
std::size_t next_word(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") return words.size();
    if (words[i].size() < 2 || words[i][0] != '-') return i;
    if (takes_value(words[i])) ++i;
  }
  return words.size();
}

[[noreturn]] void refuse_word(const std::string& word, const std::string& group) {
  const std::string near = nearest(word, command_words(group));
  const std::string help = group.empty() ? "exchange help" : "exchange help " + group;
  // The word is repeated only where it is nearly a command: anything else may be a name or a passphrase gone astray.
  if (near.empty()) throw usage(group.empty() ? "no such command" : "no such command in \"" + group + "\"", help);
  throw usage("no command \"" + word + "\"; did you mean \"" + near + "\"?", help);
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = 3;
  for (const auto& candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    // Two letters off a word of three is another word.
    if (d < least && d * 2 < candidate.size()) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

bool wants_json(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, "--json") != end;
}

Manners manners_of(const std::vector<std::string>& words) {
  const auto has = [&, end = std::find(words.begin(), words.end(), "--")](const char* name) { return std::find(words.begin(), end, name) != end; };
  Manners out;
  out.quiet = has("--quiet");
  out.verbose = has("--verbose") && !out.quiet;
  out.colour = !has("--no-color");
  out.progress = !has("--no-progress") && !out.quiet;
  out.ask = !has("--no-input");
  out.yes = has("--yes");
  return out;
}

bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end, [](const std::string& w) { return w == "--help" || w == "-h"; });
}

namespace {

/// Other names of a command: how it is looked for, or was called before.
struct Also {
  std::vector<std::string> said, meant;
};
const std::vector<Also>& also() {
  static const std::vector<Also> kAlso = {{{"inbox", "quarantine"}, {"quarantine"}}, {{"roster", "admit"}, {"roster", "add"}}};
  return kAlso;
}

/// say_as_meant puts a command's own name where another one stands.
void say_as_meant(std::vector<std::string>& words) {
  for (const auto& name : also()) {
    std::vector<std::string> rest = words;
    std::size_t first = words.size(), matched = 0;
    for (; matched < name.said.size(); ++matched) {
      const std::size_t at = next_word(rest);
      if (at == rest.size() || rest[at] != name.said[matched]) break;
      if (matched == 0) first = at;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (matched < name.said.size()) continue;
    rest.insert(rest.begin() + static_cast<std::ptrdiff_t>(first), name.meant.begin(), name.meant.end());
    words = std::move(rest);
    return;
  }
}

}  // namespace

const Command* take_command(std::vector<std::string>& words, std::string& group) {
  say_as_meant(words);
  const std::size_t first = next_word(words);
  if (first == words.size()) return nullptr;
  const std::string word = words[first];
  if (const Command* command = command_named(word)) {
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(first));
    return command;
  }
  if (command_words(word).empty()) refuse_word(word, "");
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(first));
  group = word;
  const std::size_t second = next_word(words);
  if (second == words.size()) return nullptr;
  const Command* command = command_named(group + " " + words[second]);
  if (command == nullptr) refuse_word(words[second], group);
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(second));
  return command;
}

// ---- options -------------------------------------------------------------------------------------------------------

namespace {

std::string help_for(const Command& command) { return "exchange help " + command.name; }

std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> out;
  for (const auto& option : options_of(command)) out.push_back(option.name);
  return out;
}

[[noreturn]] void refuse_extra(const Command& command, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') throw usage("there are more arguments than this command takes", help_for(command));
  const std::string near = nearest(word.substr(0, word.find('=')), option_names(command));
  if (near.empty()) throw usage("there is an option that this command does not know", help_for(command));
  throw usage("there is no option \"" + word.substr(0, word.find('=')) + "\"; did you mean \"" + near + "\"?", help_for(command));
}

/// blamed is the option that a text of CLI11 begins with. Only that name is used of the text: the rest of it quotes
/// what was typed.
std::string blamed(const Command& command, const std::string& text) {
  std::string best;
  for (const auto& name : option_names(command))
    if (text.rfind(name, 0) == 0 && name.size() > best.size()) best = name;
  return best;
}

void add(CLI::App& app, const Option& option, std::map<std::string, CLI::Option*>& made) {
  if (option.is_switch()) {
    made[option.name] = app.add_flag(option.name);
    return;
  }
  CLI::Option* added = app.add_option(option.name);
  if (option.need == Option::Need::many) {
    added->take_all();
    // A positional one takes all words that are left; an option one value each time it stands there, or it would
    // swallow the file name after it.
    if (option.is_positional()) added->allow_extra_args();
  }
  made[option.name] = added;
}

}  // namespace

Args parse_options(const Command& command, std::vector<std::string> words) {
  // An App of this one command: subcommands of CLI11 would take a value that is also a command's name for the command.
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<std::string, CLI::Option*> made;
  for (const auto& option : options_of(command)) add(app, option, made);

  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    const std::string name = blamed(command, error.what());
    if (name.empty()) throw usage("the command line is not understood", help_for(command));
    throw usage(name + " stands twice, lacks its value, or has one that does not fit", help_for(command));
  }
  for (const auto& extra : app.remaining())
    if (extra != "--") refuse_extra(command, extra);

  Args args;
  for (const auto& [name, option] : made)
    if (option->count() > 0) args.given[name] = option->results();
  for (const auto& option : command.options)
    if (option.need == Option::Need::must && !args.has(option.name))
      throw usage(option.name + " is missing", help_for(command));
  return args;
}

}  // namespace cli
