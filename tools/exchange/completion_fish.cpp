#include "completion.hpp"

namespace cli {
namespace {

std::string text(const std::string& of) { return quoted(of, "\\'"); }

std::string at(const std::string& command) { return "complete -c exchange -n " + text("__exchange_at \"" + command + "\""); }

/// value_of is how fish takes an option's value.
std::string value_of(const Option& option) {
  if (option.is_switch()) return "";
  const Offer offer = offer_of(option);
  switch (offer.fill) {
    case Fill::files: return " -r -F";
    case Fill::folders: return " -x -a '(__fish_complete_directories)'";
    case Fill::words: return " -x -a '" + offer.words + "'";
    case Fill::anything: break;
  }
  return " -x";
}

std::string option_line(const std::string& head, const Option& option) {
  const bool is_long = option.name.rfind("--", 0) == 0;
  return head + (is_long ? " -l " + option.name.substr(2) : " -s " + option.name.substr(1)) + value_of(option) + " -d " + text(option.help) + "\n";
}

std::string lines_of(const Command& command) {
  std::string out;
  for (const auto& option : command.options)
    if (!option.is_positional()) out += option_line(at(command.name), option);
  const auto offer = argument_of(command);
  if (!offer) return out;
  if (offer->fill == Fill::files) out += at(command.name) + " -F\n";
  if (offer->fill == Fill::folders) out += at(command.name) + " -a '(__fish_complete_directories)'\n";
  if (offer->fill == Fill::words) out += at(command.name) + " -a '" + offer->words + "'\n";
  return out;
}

}  // namespace

std::string fish_completion() {
  std::string out = R"(# Completion of exchange in fish, made from its command table: exchange completion fish
function __exchange_command
    set -l command ''
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch $word
            case '--'
                break
            case )" + joined(valued_options(), " ") + R"(
                set skip 1
                continue
            case '-*'
                continue
        end
        switch $command
            case ''
                set command $word
            case help )" + joined(groups(), " ") + R"(
                set command "$command $word"
        end
    end
    echo "$command"
end
function __exchange_at
    test (__exchange_command) = "$argv[1]"
end
complete -c exchange -f
)";
  for (const auto& word : command_words("")) {
    const auto* command = command_named(word);
    out += at("") + " -a " + word + " -d " + text(command != nullptr ? command->summary : joined(command_words(word), ", ")) + "\n";
  }
  for (const auto& group : groups())
    for (const auto& word : command_words(group)) out += at(group) + " -a " + word + " -d " + text(command_named(group + " " + word)->summary) + "\n";
  for (const auto& [place, words] : help_words()) out += at(place) + " -a '" + words + "'\n";
  for (const auto& option : global_options()) out += option_line("complete -c exchange", option);
  for (const auto& command : all_commands()) out += lines_of(command);
  return out;
}

}  // namespace cli
