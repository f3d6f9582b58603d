// What must not be in a tracked file: a path of one machine, a package registry, work left undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Ban: `pattern` is looked for in lines that have one of `words`, since a regular expression takes its time.
struct Ban {
  std::regex pattern;
  std::vector<std::string> words;
  std::string why;
  bool tests_too;
  bool found_in(const std::string& line) const {
    return std::any_of(words.begin(), words.end(), [&](const auto& word) { return line.find(word) != std::string::npos; }) &&
           std::regex_search(line, pattern);
  }
};

// The words are put together here, or this file would find itself.
const std::vector<Ban>& bans() {
  const std::string left = "(^|[^A-Za-z0-9_.})~*-])", word = "\\b";
  static const std::vector<Ban> kBans = {
      {std::regex(left + "/(work|home|root|var/tmp|" "tmp)(/|$|[\"' ])"), {"/wo" "rk", "/ho" "me", "/ro" "ot", "/var/t" "mp", "/t" "mp"}, "a path of one machine", false},
      {std::regex(left + "/(work|" "home)/"), {"/wo" "rk/", "/ho" "me/"}, "a path of one machine", true},
      {std::regex("deb\\.debian" "\\.org|security\\.debian" "\\.org|snapshot\\.debian" "\\.org|archive\\.ubuntu" "\\.com|pypi" "\\.org|pythonhosted" "\\.org|"
                  "registry\\.npm" "js|crates" "\\.io|rubygems" "\\.org|proxy\\.golang" "\\.org|pkg" "\\.dev|packages\\.cloud" "\\.google|artifac" "tory|docker" "\\.io|ghcr" "\\.io"),
       {".org", ".com", ".io", ".dev", ".google", "npm" "js", "artifac" "tory"}, "the host of a package registry", true},
      {std::regex(word + "(TO" "DO|FIX" "ME|XX" "X|DISABLED_[A-Z]\\w*)" + word), {"TO" "DO", "FIX" "ME", "XX" "X", "DISABLED" "_"}, "work left undone", true},
  };
  return kBans;
}

std::vector<std::string> offences(const std::string& root) {
  // New files count before they are committed; what .gitignore names does not.
  const Outcome listed = run("git -c safe.directory='*' -C " + quoted(root) + " ls-files --cached --others --exclude-standard");
  EXPECT_EQ(listed.status, 0) << listed.output;
  std::vector<std::string> out;
  std::istringstream names(listed.output);
  for (std::string name; std::getline(names, name);) {
    const std::string text = read_file(root + "/" + name);
    if (text.find('\0') != std::string::npos) continue;  // not text
    const bool test = name.rfind("tests/", 0) == 0;
    std::istringstream in(text);
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      for (const auto& ban : bans()) {
        if ((test && !ban.tests_too) || !ban.found_in(line)) continue;
        out.push_back(name + ":" + std::to_string(number) + ": " + ban.why);
        break;
      }
    }
  }
  return out;
}

TEST(Hygiene, HoldsForEveryTrackedFile) {
  const auto bad = offences(XCH_SOURCE_DIR);
  std::string lines;
  for (const auto& line : bad) lines += line + "\n";
  EXPECT_THAT(bad, IsEmpty()) << lines;
}

class SmallRepository : public testing::Test {
 protected:
  SmallRepository() {
    EXPECT_EQ(run("git init -q " + quoted(tree_.root())).status, 0);
    tree_.write(".gitignore", "/build/\n");
  }
  TempTree tree_;
};

TEST_F(SmallRepository, MayHaveSpoolFoldersAndOrdinaryPaths) {
  tree_.write("a.md", "spool/tmp/new, $HOME/notes, ~/home/x, /etc/exchange/agency, https://datatracker.ietf.org/doc/html/rfc9180\n");
  tree_.write("a.cpp", "auto p = spool / \"tmp\"; auto w = \"rework/home\";\n");
  tree_.write("build/x.txt", "/ho" "me/me/x\n");
  tree_.write("tests/a_test.cpp", "auto d = \"/tmp/exchange\";\n");
  EXPECT_THAT(offences(tree_.root()), IsEmpty());
}

TEST_F(SmallRepository, MayNotHaveAPathOfOneMachine) {
  tree_.write("a.cpp", "auto p = \"/tmp/exchange\";\n");
  tree_.write("b.md", "see `/ho" "me/me/notes`\n");
  tree_.write("c.sh", "cd /wo" "rk/tree\n");
  tree_.write("tests/d_test.cpp", "auto v = \"/wo" "rk/vectors\";\n");
  EXPECT_THAT(offences(tree_.root()), ElementsAre(HasSubstr("a.cpp:1"), HasSubstr("b.md:1"), HasSubstr("c.sh:1"), HasSubstr("tests/d_test.cpp:1")));
}

TEST_F(SmallRepository, MayNotHaveRegistriesOrUndoneWork) {
  tree_.write("a.txt", "fetched from deb.debian" ".org\n");
  tree_.write("tests/b.cpp", "// TO" "DO: later\n");
  tree_.write("c.cpp", "TEST(A, DISABLED_" "Thing) {}\n");
  EXPECT_THAT(offences(tree_.root()), ElementsAre("a.txt:1: the host of a package registry", "c.cpp:1: work left undone", "tests/b.cpp:1: work left undone"));
}

}  // namespace
}  // namespace xch::contract
