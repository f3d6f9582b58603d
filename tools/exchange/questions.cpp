#include "questions.hpp"

#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "failure.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr std::size_t kMaxAnswer = 2000;

/// read_answer reads one line without the blanks around it.
std::string read_answer(const std::string& question) {
  std::fflush(stdout);
  std::fputs((question + " ").c_str(), stderr);
  std::string line;
  int c = std::getc(stdin);
  for (; c != EOF && c != '\n'; c = std::getc(stdin))
    if (line.size() < kMaxAnswer) line += static_cast<char>(c);
  if (c == EOF)
    throw usage("the answers end before the questions do", "answer each question, or give options or a file");
  const auto from = line.find_first_not_of(" \t\r");
  if (from == std::string::npos) return "";
  return line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

bool is_day(const std::string& text) {
  int year = 0, month = 0, day = 0, end = 0;
  const bool shaped =
      std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 && end == 10 && text.size() == 10;
  return shaped && 1 <= month && month <= 12 && 1 <= day && day <= 31;
}

/// find is the name that a word means: its number in the list, or itself whatever the case of its letters; "" for none.
std::string find(const std::vector<Choice>& list, const std::string& word) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (word == std::to_string(i + 1) || ::strcasecmp(word.c_str(), list[i].name.c_str()) == 0) return list[i].name;
  return "";
}

std::vector<std::string> words_of(const std::string& answer) {
  std::vector<std::string> out(1);
  for (const char c : answer) {
    if (c != ',' && c != ' ')
      out.back() += c;
    else if (!out.back().empty())
      out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

void show(const std::vector<Choice>& list) {
  std::size_t width = 0;
  for (const auto& choice : list) width = std::max(width, width_of(choice.name));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    std::string head = std::string(number.size() < 2 ? 3 : 2, ' ') + number + "  " + printable(list[i].name);
    head.append(width + 2 - width_of(list[i].name), ' ');
    for (const auto& line : wrap(list[i].says, kWidth - 8 - width)) {
      complain(head + line);
      head.assign(width + 8, ' ');
    }
  }
}

}  // namespace

bool may_ask() { return manners().ask && is_terminal(STDIN_FILENO); }

std::string ask(const std::string& question, const std::string& otherwise, const Check& check) {
  for (;;) {
    std::string answer = read_answer(question);
    if (answer.empty()) answer = otherwise;
    const std::string wrong = check(answer);
    if (wrong.empty()) return answer;
    complain(wrong);
  }
}

std::string ask_day(const std::string& question, Empty empty) {
  return ask(question, "", [&](const std::string& answer) -> std::string {
    if (answer.empty() && empty == Empty::yes) return "";
    return is_day(answer) ? "" : "Please write the day as YYYY-MM-DD, as 2027-02-23.";
  });
}

bool ask_yes(const std::string& question, bool otherwise) {
  const auto yes = [](const std::string& answer) {
    return ::strcasecmp(answer.c_str(), "y") == 0 || ::strcasecmp(answer.c_str(), "yes") == 0;
  };
  const auto no = [](const std::string& answer) {
    return ::strcasecmp(answer.c_str(), "n") == 0 || ::strcasecmp(answer.c_str(), "no") == 0;
  };
  const std::string answer =
      ask(question + (otherwise ? " [Y/n]" : " [y/N]"), otherwise ? "y" : "n",
          [&](const std::string& said) { return yes(said) || no(said) ? "" : "Please answer y or n."; });
  return yes(answer);
}

std::vector<std::string> choose(const std::string& question, const std::vector<Choice>& list, Many many,
                                const std::string& otherwise) {
  complain("");
  show(list);
  std::vector<std::string> out;
  ask(question, otherwise, [&](const std::string& answer) -> std::string {
    out.clear();
    if (const std::string whole = find(list, answer); !whole.empty()) {  // a name may have blanks
      out = {whole};
      return "";
    }
    for (const auto& word : words_of(answer)) {
      const std::string name = find(list, word);
      if (name.empty())
        return "\"" + printable(word) + "\" is not on the list. Please write a number or a name of the list.";
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    if (out.empty()) return "Please choose from the list.";
    return out.size() > 1 && many == Many::no ? "Please choose one." : "";
  });
  return out;
}

}  // namespace cli
