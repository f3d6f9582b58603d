#include "completion.hpp"

namespace cli {
namespace {

const std::string kQuote = "'\\''";

std::string act(const Offer& offer) {
  switch (offer.fill) {
    case Fill::files: return "_files";
    case Fill::folders: return "_files -/";
    case Fill::words: return "compadd -- " + offer.words;
    case Fill::anything: break;
  }
  return "_message value";
}

/// described is one entry of an array for _describe: name and text, a colon between.
std::string described(const std::string& name, const std::string& text) { return quoted(name + ":" + text, kQuote); }

std::string options_array(const std::vector<Option>& options) {
  std::string out = "offers=(";
  for (const auto& option : options)
    if (!option.is_positional()) out += " " + described(option.name, option.help);
  return out + " )";
}

std::string option_cases() {
  std::string out;
  for (const auto& command : all_commands()) out += "      (" + quoted(command.name, kQuote) + ") " + options_array(options_of(command)) + " ;;\n";
  return out + "      (*) " + options_array(global_options()) + " ;;\n";
}

std::string word_cases() {
  std::string first = "offers=(";
  for (const auto& word : command_words("")) {
    const auto* command = command_named(word);
    first += " " + described(word, command != nullptr ? command->summary : joined(command_words(word), ", "));
  }
  std::string out = "    ('') " + first + " ); _describe command offers ;;\n";
  for (const auto& group : groups()) {
    std::string words = "offers=(";
    for (const auto& word : command_words(group)) words += " " + described(word, command_named(group + " " + word)->summary);
    out += "    (" + quoted(group, kQuote) + ") " + words + " ); _describe command offers ;;\n";
  }
  for (const auto& [place, words] : help_words()) out += "    (" + quoted(place, kQuote) + ") compadd -- " + words + " ;;\n";
  return out + argument_cases(act);
}

}  // namespace

std::string zsh_completion() {
  return R"(#compdef exchange
# Completion of exchange in zsh, made from its command table: exchange completion zsh
_exchange() {
  local cur=$words[CURRENT] prev=$words[CURRENT-1] command='' skip='' ended='' word i
  local -a offers
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*}
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case $word in
      (--) ended=1; break ;;
      ()" + joined(valued_options(), "|") + R"() skip=1; continue ;;
      (-*) continue ;;
    esac
    case $command in
      ('') command=$word ;;
      (help|)" + joined(groups(), "|") + R"() command="$command $word" ;;
    esac
  done
  case "$command $prev" in
)" + value_cases(act) + R"(  esac
  if [[ -z $ended && $cur == -* ]]; then
    case $command in
)" + option_cases() + R"(    esac
    _describe option offers
    return
  fi
  case $command in
)" + word_cases() + R"(  esac
}
if [[ ${funcstack[1]} == _exchange ]]; then
  _exchange "$@"
else
  compdef _exchange exchange
fi
)";
}

}  // namespace cli
