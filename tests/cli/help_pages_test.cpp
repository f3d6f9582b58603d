// Every page of `exchange help`, compared with its text in golden/. After a change of a page that is meant:
//
//   XCH_REWRITE_GOLDEN=1 build/release/bin/test_cli --gtest_filter='HelpPages.*'
//
// writes the texts anew; the difference is then read like any other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const fs::path kGolden = XCH_SOURCE_DIR "/tests/cli/golden";

/// pages are what stands after `exchange`, by the name of the file.
std::map<std::string, std::vector<std::string>> pages() {
  std::map<std::string, std::vector<std::string>> out;
  out["help.txt"] = {"help"};
  out["explain.txt"] = {"explain"};
  const auto add = [&](const std::string& name) {
    auto words = split(name);
    std::string file = "help";
    for (const auto& word : words) file += "-" + word;
    words.insert(words.begin(), "help");
    out[file + ".txt"] = words;
  };
  for (const auto& command : table()["commands"]) add(command["name"]);
  for (const auto& group : groups()) add(group);
  for (const auto& topic : table()["topics"]) add(topic);
  return out;
}

TEST(HelpPages, AreTheGoldenOnesAndFitIn80Columns) {
  const bool rewrite = std::getenv("XCH_REWRITE_GOLDEN") != nullptr;
  if (rewrite) {
    fs::remove_all(kGolden);
    fs::create_directories(kGolden);
  }
  std::vector<std::string> known;
  for (const auto& [file, words] : pages()) {
    known.push_back(file);
    const auto ran = run(words);
    EXPECT_EQ(ran.status, 0) << file;
    EXPECT_THAT(ran.err, IsEmpty()) << file;
    EXPECT_TRUE(fits(ran.out)) << ran.out;
    EXPECT_THAT(ran.out, Not(HasSubstr("\x1b"))) << file;
    for (const auto& line : lines(ran.out)) EXPECT_TRUE(line.empty() || line.back() != ' ') << file << ": " << line;
    if (rewrite) std::ofstream(kGolden / file, std::ios::binary) << ran.out;
    EXPECT_EQ(ran.out, read(kGolden / file)) << file << ": if the change is meant, XCH_REWRITE_GOLDEN=1 (see above)";
  }
  EXPECT_GT(known.size(), 60u);
  EXPECT_THAT(names(kGolden), ElementsAreArray(known)) << "a page without its command, or a command without its page";
}

TEST(HelpPages, OfCommandsBeginWithAnExampleAndAreTheSameByBothWays) {
  for (const auto& command : table()["commands"]) {
    const std::string name = command["name"];
    auto words = split(name);
    words.push_back("--help");
    const auto page = run(words).out;
    const bool piped = name == "pipe";  // its example pipes something into it
    EXPECT_THAT(page, StartsWith(piped ? "  echo " : "  exchange " + name)) << name;
    auto asked = split(name);
    asked.insert(asked.begin(), "help");
    EXPECT_EQ(page, run(asked).out) << name;
    for (const auto& option : command["options"]) EXPECT_THAT(page, HasSubstr(option["name"].get<std::string>())) << name;
  }
}

TEST(HelpPages, NameEveryCommandInTheOverview) {
  const auto whole = run({"--help"}).out;
  EXPECT_EQ(whole, run({"help"}).out);
  for (const auto& command : table()["commands"])
    for (const auto& word : split(command["name"])) EXPECT_THAT(whole, HasSubstr(word));
  for (const auto& topic : table()["topics"]) EXPECT_THAT(whole, HasSubstr("\n  " + topic.get<std::string>() + " "));
}

TEST(HelpPages, SuggestThePageThatWasMeant) {
  const auto ran = run({"help", "exit-code"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("did you mean \"exit-codes\"?"));
  EXPECT_THAT(run({"help", "consent", "isue"}).err, HasSubstr("did you mean \"consent issue\"?"));
}

With with_env(const std::string& name, const std::string& value) {
  With with;
  with.env[name] = value;
  return with;
}

TEST(HelpPages, HaveNoColourWithoutATerminal) {
  EXPECT_THAT(run({"help"}, with_env("CLICOLOR_FORCE", "1")).out, HasSubstr("\x1b[1m"));
  EXPECT_THAT(run_on_terminal({"help"}).out, HasSubstr("\x1b[1m"));
  EXPECT_THAT(run_on_terminal({"help"}, {{}, {{"NO_COLOR", "1"}}}).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(run_on_terminal({"help", "--no-color"}).out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace xch::cli
