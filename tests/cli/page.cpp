#include "page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

namespace xch::cli {
namespace {

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
    if (line == "```console" || fence == "console") {  // run_dialogue's
      fence = line == "```" ? "" : "console";
      continue;
    }
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

}  // namespace

void run_page(const Page& page, std::size_t least) {
  SCOPED_TRACE(page.name);
  const fs::path& folder = page.folder;
  const auto blocks = blocks_of(read(fs::path(XCH_SOURCE_DIR) / "docs" / page.name));
  ASSERT_GE(blocks.size(), least);

  // One shell for the whole page, as an operator has one: what is exported in one block holds in the next.
  std::string script =
      "export PATH=" + (fs::path(XCH_BUILD_DIR) / "bin").string() + ":$PATH\ncd '" + folder.string() + "'\n";
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    std::string commands = std::regex_replace(blocks[i].commands, std::regex("/srv/exchange"), page.exchange.string());
    commands = std::regex_replace(commands, std::regex("/srv/new"), (folder / "new").string());
    commands = std::regex_replace(commands, std::regex("/mnt/backup"), (folder / "backup").string());
    ASSERT_EQ(commands.find("/srv"), std::string::npos);
    const std::string number = std::to_string(i);
    script += "exec >out" + number + " 2>&1\n" + commands + "echo $? >status" + number + "\n";
  }
  const fs::path file = folder / "script";
  std::ofstream(file, std::ios::binary) << script;
  ASSERT_EQ(
      std::system(("env -u EXCHANGE_HOME -u EXCHANGE_HOMES -u EXCHANGE_PASSPHRASE_FILE bash " + file.string()).c_str()),
      0);

  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::string out = joined(read(folder / ("out" + std::to_string(i))));
    const std::string what = blocks[i].section + ":\n" + blocks[i].commands + out;
    EXPECT_EQ(read(folder / ("status" + std::to_string(i))), std::to_string(blocks[i].status) + "\n") << what;
    std::size_t from = 0;
    for (const auto& said : blocks[i].says) {
      const auto at = out.find(joined(said), from);
      EXPECT_NE(at, std::string::npos) << "\"" << said << "\" is not in the output of\n" << what;
      if (at != std::string::npos) from = at + joined(said).size();
    }
  }
}

Ran run_dialogue(const Page& page, const std::map<std::string, std::string>& env) {
  std::vector<std::string> command;
  Terminal terminal;
  terminal.env = env;
  terminal.folder = page.folder;
  bool inside = false;
  for (auto line : lines(read(fs::path(XCH_SOURCE_DIR) / "docs" / page.name))) {
    if (line == "```console" || (inside && line == "```")) {
      inside = !inside;
      continue;
    }
    if (!inside) continue;
    line = std::regex_replace(line, std::regex("2027-02-23"), day(60));
    if (line.rfind("$ exchange ", 0) == 0) {
      std::istringstream words(line.substr(11));
      for (std::string word; words >> word;) command.push_back(word);
      continue;
    }
    // A question ends with a colon, a question mark or a bracket; what follows is typed, and nothing is Enter.
    std::smatch parts;
    if (std::regex_match(line, parts, std::regex("(.*[:?\\]]) ?([^:?\\]]*)")))
      terminal.typing.push_back({parts[1], std::string(parts[2]) + "\n"});
    else
      ADD_FAILURE() << "no question: " << line;
  }
  EXPECT_GT(terminal.typing.size(), 3u) << page.name;
  return run_on_terminal(command, terminal);
}

}  // namespace xch::cli
