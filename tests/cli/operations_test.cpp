// docs/operations.md and docs/audit.md: their commands are run as they stand there, section by section, and give what the
// page says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

#include "program.hpp"

namespace xch::cli {
namespace {

using ::testing::HasSubstr;

/// Block is commands, and what the page says they give: an exit status, and texts in the order of the output.
struct Block {
  std::string section, commands;
  int status = 0;
  std::vector<std::string> says;
};

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> out;
  std::string section, fence;
  for (const auto& line : lines(page)) {
    if (fence.empty() && line.substr(0, 3) == "## ") section = line.substr(3);
    if (line.substr(0, 3) == "```") {
      const std::string opened = line.substr(3);
      if (!fence.empty()) {
        fence.clear();
        continue;
      }
      EXPECT_TRUE(opened == "sh" || (opened == "text" && !out.empty()))
          << "a block of " << section << " is neither run nor compared";
      fence = opened;
      if (opened == "sh") out.push_back({section, "", 0, {}});
      continue;
    }
    if (fence == "sh") out.back().commands += line + "\n";
    if (fence != "text") continue;
    std::smatch status;
    if (std::regex_match(line, status, std::regex("exit status ([0-9]+)")))
      out.back().status = std::stoi(status[1]);
    else
      out.back().says.push_back(line);
  }
  return out;
}

/// joined is text as one line, so that where the program breaks a line makes no difference.
std::string joined(const std::string& text) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n';
    if (!is_blank && blank && !out.empty()) out += ' ';
    if (!is_blank) out += c;
    blank = is_blank;
  }
  return out;
}

/// run_page runs a page's commands over the homes of a demo in folder/exchange, and compares.
void run_page(const Folder& folder, const std::string& page, std::size_t least) {
  SCOPED_TRACE(page);
  const auto blocks = blocks_of(read(fs::path(XCH_SOURCE_DIR) / "docs" / page));
  ASSERT_GE(blocks.size(), least);

  // One shell for the whole page, as an operator has one: what is exported in one block holds in the next.
  std::string script =
      "export PATH=" + (fs::path(XCH_BUILD_DIR) / "bin").string() + ":$PATH\ncd '" + folder.path.string() + "'\n";
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    std::string commands =
        std::regex_replace(blocks[i].commands, std::regex("/srv/exchange"), (folder.path / "exchange").string());
    commands = std::regex_replace(commands, std::regex("/srv/new"), (folder.path / "new").string());
    commands = std::regex_replace(commands, std::regex("/mnt/backup"), (folder.path / "backup").string());
    ASSERT_EQ(commands.find("/srv"), std::string::npos);
    const std::string number = std::to_string(i);
    script += "exec >out" + number + " 2>&1\n" + commands + "echo $? >status" + number + "\n";
  }
  const auto file = folder.write("script", script);
  ASSERT_EQ(
      std::system(("env -u EXCHANGE_HOME -u EXCHANGE_HOMES -u EXCHANGE_PASSPHRASE_FILE bash " + file.string()).c_str()),
      0);

  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::string out = joined(read(folder.path / ("out" + std::to_string(i))));
    const std::string what = blocks[i].section + ":\n" + blocks[i].commands + out;
    EXPECT_EQ(read(folder.path / ("status" + std::to_string(i))), std::to_string(blocks[i].status) + "\n") << what;
    std::size_t from = 0;
    for (const auto& said : blocks[i].says) {
      const auto at = out.find(joined(said), from);
      EXPECT_NE(at, std::string::npos) << "\"" << said << "\" is not in the output of\n" << what;
      if (at != std::string::npos) from = at + joined(said).size();
    }
  }
}

TEST(Operations, CommandsOfThePageGiveWhatItSays) {
  const Folder folder;
  ASSERT_EQ(run({"demo", "--dir", (folder.path / "exchange").string()}).status, 0);
  fs::create_directories(folder.path / "backup");
  run_page(folder, "audit.md", 7);  // looks on; what comes next moves and restores homes
  run_page(folder, "operations.md", 20);
}

}  // namespace
}  // namespace xch::cli
