#include "help.hpp"

#include <algorithm>

#include "json.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

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
  for (const auto& option : options) width = std::max(width, option_head(option).size());
  for (const auto& option : options) say_pair(option_head(option), option_text(option), width);
}

std::vector<const Command*> commands_of(const std::string& group) {
  std::vector<const Command*> out;
  for (const auto& command : all_commands())
    if (command.group() == group) out.push_back(&command);
  return out;
}

}  // namespace

std::string option_head(const Option& option) { return option.name + (option.value.empty() ? "" : " " + option.value); }

std::string option_text(const Option& option) {
  return option.help + (option.need == Option::Need::must && !option.is_positional() ? " (required)" : "");
}

std::string group_summary(const std::string& group) {
  if (const auto* command = command_named(group)) return command->summary;
  std::string out;
  for (const auto& word : command_words(group)) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string synopsis_of(const Command& command) {
  std::string out = "exchange " + command.name, arguments;
  for (const auto& option : command.options) {
    const std::string head = option_head(option);
    std::string& part = option.is_positional() ? arguments : out;
    switch (option.need) {
      case Option::Need::must: part += " " + head; break;
      case Option::Need::may: part += " [" + head + "]"; break;
      case Option::Need::many: part += " [" + head + "]..."; break;
    }
  }
  return out + arguments;
}

void help_overview() {
  say_examples({"exchange demo                  # one arrest diversion among seven agencies",
                "exchange help start            # from nothing to the first opened note",
                "exchange seal --dry-run ...    # who would get what, and why"});
  say("");
  say_wrapped("exchange seals notes so that each agency gets exactly the fields that consent and policy allow it.");
  say("");
  say(strong("commands"));
  std::size_t width = 0;
  for (const auto& word : command_words("")) width = std::max(width, word.size());
  for (const auto& word : command_words("")) say_pair(word, group_summary(word), width);
  say("");
  say(strong("topics"));
  width = 0;
  for (const auto& topic : topics()) width = std::max(width, std::string(topic.name).size());
  for (const auto& topic : topics()) say_pair(topic.name, topic.summary, width);
  say("");
  say("exchange help COMMAND or TOPIC tells more; exchange explain EX2219 what an error");
  say("means, and exchange explain grant what a word does.");
}

void help_group(const std::string& group) {
  std::vector<std::string> examples;
  std::size_t width = 0;
  const auto commands = commands_of(group);
  for (const auto* command : commands) {
    if (examples.size() < 3) examples.push_back(command->examples.front());
    width = std::max(width, command->name.size());
  }
  say_examples(examples);
  say("");
  for (const auto* command : commands) say_pair(command->name, command->summary, width);
  say("");
  say("exchange help " + commands.front()->name + " tells its options; so for the others.");
}

void help_command(const Command& command) {
  say_examples(command.examples);
  say("");
  say_wrapped("exchange " + command.name + ": " + command.summary + ".");
  if (!command.for_good.empty()) say_wrapped("It cannot be undone: " + command.for_good + ". So it asks first, unless --yes is given.");
  if (!command.options.empty()) {
    say("");
    say_options(command.options);
  }
  std::vector<Option> also;
  for (const auto& option : global_options())
    if (concerns(option, command) && option.name != "--verbose" && option.name != "--as" && option.name.rfind("--no-", 0) != 0 && option.name != "--quiet") also.push_back(option);
  say("");
  say(strong("always"));
  say_options(also);
  say("  and more: exchange help options");
}

void help_topic(const Topic& topic) {
  say(topic.text);
  if (std::string(topic.name) == "options") say_options(global_options());
}

std::vector<std::string> help_names() {
  std::vector<std::string> out = command_words("");
  for (const auto& topic : topics()) out.emplace_back(topic.name);
  return out;
}

std::string help_json() {
  static constexpr const char* kNeeds[] = {"may", "must", "many"};
  const auto row = [](const Option& option) {
    Value out = Value::object();
    out.set("name", Value::text(option.name));
    if (!option.value.empty()) out.set("value", Value::text(option.value));
    out.set("help", Value::text(option.help));
    out.set("need", Value::text(kNeeds[static_cast<std::size_t>(option.need)]));
    return out;
  };
  Value commands = Value::array(), options = Value::array(), names = Value::array();
  for (const auto& command : all_commands()) {
    Value one = Value::object(), own = Value::array();
    one.set("name", Value::text(command.name));
    one.set("summary", Value::text(command.summary));
    if (command.effect != Effect::unsaid) one.set("effect", Value::text(command.effect == Effect::reads ? "reads" : "writes"));
    one.set("preview", Value::boolean(command.preview != nullptr));
    one.set("asks", Value::boolean(!command.for_good.empty()));
    for (const auto& option : command.options) own.add(row(option));
    one.set("options", std::move(own));
    commands.add(std::move(one));
  }
  for (const auto& option : global_options()) options.add(row(option));
  for (const auto& topic : topics()) names.add(Value::text(topic.name));
  return Request().natural("v", 1).text("kind", "commands").raw("commands", commands.dump()).raw("options", options.dump()).raw("topics", names.dump()).str();
}

}  // namespace cli
