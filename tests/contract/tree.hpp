// What the contract tests share: reading a source tree, making a small one up, and running a program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace xch::contract {

std::string read_file(const std::filesystem::path& file);
/// files_below gives the regular files below `folder` (none where it does not exist) with one of these endings, sorted.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder, const std::vector<std::string>& endings);
/// without_comments_and_raw_strings blanks both out, so that a search sees code alone. Line numbers stay.
std::string without_comments_and_raw_strings(const std::string& text);

/// TempTree is a folder that goes when it goes.
class TempTree {
 public:
  TempTree();
  ~TempTree();
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;
  const std::filesystem::path& root() const { return root_; }
  void write(const std::string& path, const std::string& text) const;

 private:
  std::filesystem::path root_;
};

struct Outcome {
  int status = -1;
  std::string output;  // standard output and standard error together
};
/// run gives a shell command and waits for it.
Outcome run(const std::string& command);
/// quoted is `text` as one word of the shell.
std::string quoted(const std::string& text);

}  // namespace xch::contract
