#include "table.hpp"

#include <algorithm>

#include "program.hpp"

namespace xch::cli {

const nlohmann::json& table() {
  static const auto kTable = nlohmann::json::parse(run({"help", "--json"}).out);
  return kTable;
}

std::vector<std::string> split(const std::string& name) {
  const auto space = name.find(' ');
  if (space == std::string::npos) return {name};
  return {name.substr(0, space), name.substr(space + 1)};
}

std::vector<std::string> first_words() {
  std::vector<std::string> out;
  for (const auto& command : table()["commands"]) {
    const auto word = split(command["name"]).front();
    if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
  }
  return out;
}

std::vector<std::string> groups() {
  std::vector<std::string> out;
  for (const auto& command : table()["commands"]) {
    const auto words = split(command["name"]);
    if (words.size() == 2 && std::find(out.begin(), out.end(), words.front()) == out.end()) out.push_back(words.front());
  }
  return out;
}

bool fits(const std::string& text) {
  for (const auto& line : lines(text))
    if (std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }) > 80) return false;
  return true;
}

}  // namespace xch::cli
