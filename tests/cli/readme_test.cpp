// The README's commands are run as they stand there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "program.hpp"

namespace xch::cli {
namespace {

using testing::HasSubstr;

/// shell_blocks are the parts of a Markdown text fenced as sh.
std::vector<std::string> shell_blocks(const std::string& text) {
  std::vector<std::string> out;
  bool inside = false;
  for (const auto& line : lines(text)) {
    if (line == "```sh") {
      inside = true;
      out.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      out.back() += line + "\n";
    }
  }
  return out;
}

TEST(Readme, CommandsRunAsTheyStandThere) {
  ASSERT_EQ(demo().ran.status, 0);
  // A folder that looks like the project after scripts/demo.
  const Folder project;
  fs::create_directories(project.path / "build" / "release");
  fs::create_directory_symlink(fs::path(XCH_BUILD_DIR) / "bin", project.path / "build" / "release" / "bin");
  fs::create_directory_symlink(fs::path(XCH_SOURCE_DIR) / "examples", project.path / "examples");
  fs::create_directory_symlink(demo().folder, project.path / "exchange-demo");

  std::string script = "set -e\ncd " + project.path.string() + "\n";
  const auto blocks = shell_blocks(read(fs::path(XCH_SOURCE_DIR) / "README.md"));
  ASSERT_EQ(blocks.size(), 2u);
  for (const auto& block : blocks) script += block;
  const auto file = project.write("script", script);
  const int status = std::system(("bash " + file.string() + " >" + (project.path / "out").string() + " 2>&1").c_str());
  const std::string out = read(project.path / "out");
  EXPECT_EQ(WEXITSTATUS(status), 0) << out;
  EXPECT_THAT(out, HasSubstr("It can be issued: exchange consent issue"));
  EXPECT_THAT(out, HasSubstr("EX2219  the consent was revoked"));
}

}  // namespace
}  // namespace xch::cli
