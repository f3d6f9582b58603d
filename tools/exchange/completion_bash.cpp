#include "completion.hpp"

namespace cli {
namespace {

/// act is what bash does with an offer.
std::string act(const Offer& offer) {
  switch (offer.fill) {
    case Fill::files: return "_exchange_files -f";
    case Fill::folders: return "_exchange_files -d";
    case Fill::words: return "_exchange_words '" + offer.words + "'";
    case Fill::anything: break;
  }
  return ":";
}

std::string pattern(const std::string& text) { return "'" + text + "'"; }

std::string option_cases() {
  std::string out;
  for (const auto& command : all_commands()) {
    std::vector<std::string> names;
    for (const auto& option : options_of(command))
      if (!option.is_positional()) names.push_back(option.name);
    out += "      " + pattern(command.name) + ") _exchange_words '" + joined(names, " ") + "' ;;\n";
  }
  std::vector<std::string> names;
  for (const auto& option : global_options()) names.push_back(option.name);
  return out + "      *) _exchange_words '" + joined(names, " ") + "' ;;\n";
}

std::string word_cases() {
  std::string out = "    '') _exchange_words '" + joined(command_words(""), " ") + "' ;;\n";
  for (const auto& group : groups()) out += "    " + pattern(group) + ") _exchange_words '" + joined(command_words(group), " ") + "' ;;\n";
  for (const auto& [place, words] : help_words()) out += "    " + pattern(place) + ") _exchange_words '" + words + "' ;;\n";
  return out + argument_cases(act);
}

}  // namespace

std::string bash_completion() {
  return R"(# Completion of exchange in bash, made from its command table: exchange completion bash
_exchange_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_exchange_files() {
  local IFS=$'\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null || :
}
_exchange() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' skip='' ended='' word i
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $skip ]]; then
      [[ $word == = ]] || skip=''
      continue
    fi
    case $word in
      --) ended=1; break ;;
      )" + joined(valued_options(), "|") + R"() skip=1; continue ;;
      -* | =) continue ;;
    esac
    case $command in
      '') command=$word ;;
      help|)" + joined(groups(), "|") + R"() command="$command $word" ;;
    esac
  done
  case "$command $prev" in
)" + value_cases(act) + R"(  esac
  if [[ ! $ended && $cur == -* ]]; then
    case $command in
)" + option_cases() + R"(    esac
    return
  fi
  case $command in
)" + word_cases() + R"(  esac
}
complete -F _exchange exchange
)";
}

}  // namespace cli
