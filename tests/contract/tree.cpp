#include "contract/tree.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace xch::contract {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<fs::path> files_below(const fs::path& folder, const std::vector<std::string>& endings) {
  std::vector<fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && std::find(endings.begin(), endings.end(), entry.path().extension()) != endings.end()) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string without_comments_and_raw_strings(const std::string& text) {
  std::string out = text;
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < out.size(); ++i)
      if (out[i] != '\n') out[i] = ' ';
    return to;
  };
  const auto end_of = [&](const std::string& mark, std::size_t from) {
    const auto at = text.find(mark, from);
    return at == std::string::npos ? text.size() : at + mark.size();
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "//") == 0) {
      i = blank(i, text.find('\n', i));
    } else if (text.compare(i, 2, "/*") == 0) {
      i = blank(i, end_of("*/", i + 2));
    } else if (text.compare(i, 2, "R\"") == 0 && text.find('(', i) != std::string::npos) {
      const auto open = text.find('(', i);
      i = blank(i, end_of(")" + text.substr(i + 2, open - i - 2) + "\"", open));
    } else if (text[i] == '"' || text[i] == '\'') {
      // An apostrophe between digits (1'000) opens nothing.
      const char quote = text[i++];
      if (quote == '\'' && i >= 2 && std::isxdigit(static_cast<unsigned char>(text[i - 2])) && i < text.size() && std::isxdigit(static_cast<unsigned char>(text[i]))) continue;
      while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
      ++i;
    } else {
      ++i;
    }
  }
  return out;
}

TempTree::TempTree() {
  std::string name = testing::TempDir() + "xch-contract-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
  root_ = name;
}

TempTree::~TempTree() { fs::remove_all(root_); }

void TempTree::write(const std::string& path, const std::string& text) const {
  fs::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path, std::ios::binary) << text;
}

Outcome run(const std::string& command) {
  Outcome out;
  FILE* pipe = ::popen(("{ " + command + "\n} 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> part;
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.output.append(part.data(), n);
  const int status = ::pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace xch::contract
