#include "completion.hpp"

#include <algorithm>

#include "failure.hpp"
#include "help.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {

Offer offer_of(const Option& option) {
  Offer out{fill_of(option), ""};
  for (const auto& word : words_for(option))
    if (word.find_first_of(" '\"\\$`") == std::string::npos) out.words += (out.words.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> groups() {
  std::vector<std::string> out;
  for (const auto& word : command_words(""))
    if (!command_words(word).empty()) out.push_back(word);
  return out;
}

std::map<std::string, std::string> help_words() {
  std::map<std::string, std::string> out;
  out["help"] = joined(help_names(), " ");
  for (const auto& group : groups()) out["help " + group] = joined(command_words(group), " ");
  return out;
}

std::vector<std::string> valued_options() {
  std::vector<std::string> out;
  for (const auto& command : all_commands())
    for (const auto& option : options_of(command))
      if (!option.is_positional() && !option.is_switch()) out.push_back(option.name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string quoted(const std::string& text, const std::string& escape) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += escape;
    else out += c;
  }
  return out + "'";
}

std::optional<Offer> argument_of(const Command& command) {
  const auto at = std::find_if(command.options.begin(), command.options.end(), [](const Option& option) { return option.is_positional(); });
  if (at == command.options.end() || command.name == "help") return std::nullopt;
  return offer_of(*at);
}

namespace {

std::string shell_quoted(const std::string& text) { return quoted(text, "'\\''"); }

/// cases writes one case for each offer, with all places where it is made.
std::string cases(const std::map<Offer, std::vector<std::string>>& places, Act act) {
  std::string out;
  for (const auto& [offer, patterns] : places) out += "    (" + joined(patterns, "|") + ") " + act(offer) + "; return ;;\n";
  return out;
}

}  // namespace

std::string value_cases(Act act) {
  std::map<Offer, std::vector<std::string>> own, every;
  for (const auto& command : all_commands())
    for (const auto& option : command.options)
      if (!option.is_positional() && !option.is_switch()) own[offer_of(option)].push_back(shell_quoted(command.name + " " + option.name));
  for (const auto& option : global_options())
    if (!option.is_switch()) every[offer_of(option)].push_back("*" + shell_quoted(" " + option.name));
  return cases(own, act) + cases(every, act);  // a command's own option goes before one of all commands
}

std::string argument_cases(Act act) {
  std::string out;
  for (const auto& command : all_commands()) {
    const auto offer = argument_of(command);
    if (offer && offer->fill != Fill::anything) out += "    (" + shell_quoted(command.name) + ") " + act(*offer) + " ;;\n";
  }
  return out;
}

namespace {

int completion(Run& run) {
  const std::string shell = run.args().one("SHELL");
  std::string script;
  if (shell == "bash") script = bash_completion();
  else if (shell == "zsh") script = zsh_completion();
  else if (shell == "fish") script = fish_completion();
  else throw failure("EX1308", "SHELL");
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "completion").text("shell", shell).text("script", script).str());
    return 0;
  }
  script.pop_back();  // say ends the line
  say(script);
  return 0;
}

}  // namespace

std::vector<Command> completion_commands() {
  return {{"completion",
           "a script that completes commands, options and their values",
           {"exchange completion bash > ~/.local/share/bash-completion/completions/exchange", "source <(exchange completion bash)   # for this shell alone"},
           {{"SHELL", "", "bash, zsh or fish", Option::Need::must}},
           "",
           completion,
           Effect::reads}};
}

}  // namespace cli
