// The completion scripts, in the shells themselves. And the manual pages, as groff reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const fs::path kSurface = XCH_BUILD_DIR "/tools/exchange/surface";

/// runs says whether the shell is there to be tested with.
bool runs(const std::string& shell) {
  if (is_installed(shell)) return true;
  EXPECT_EQ(std::getenv("CI"), nullptr) << shell << " is not installed (scripts/setup test)";
  std::cout << "not run: " << shell << " is not installed\n";
  return false;
}

/// shell runs a script with arguments and gives its lines.
std::vector<std::string> shell(const std::string& program, const std::string& script, const std::string& argument) {
  const Folder folder;
  const auto file = folder.write("script", script), out = folder.path / "out", given = folder.write("argument", argument);
  const int status = std::system((program + " " + file.string() + " " + given.string() + " >" + out.string() + " 2>&1").c_str());
  EXPECT_EQ(WEXITSTATUS(status), 0) << read(out);
  return lines(read(out));
}

/// completed is what TAB offers after `line` in each shell.
std::vector<std::string> in_bash(const std::string& line) {
  return shell("bash --norc",
               "source " + (kSurface / "exchange.bash").string() +
                   "\nread -ra COMP_WORDS < \"$1\"\n[[ $(cat \"$1\") == *' ' ]] && COMP_WORDS+=('')\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_exchange\n"
                   "for word in \"${COMPREPLY[@]}\"; do printf '%s\\n' \"$word\"; done\n",
               line);
}

std::vector<std::string> in_fish(const std::string& line) {
  auto out = shell("fish --no-config", "source " + (kSurface / "exchange.fish").string() + "\ncomplete -C (cat $argv[1] | string collect -N)\n", line);
  for (auto& word : out) word = word.substr(0, word.find('\t'));
  return out;
}

/// in_zsh types a line and TAB at zsh's prompt, and sees what the line became.
std::string in_zsh(const std::string& line, const std::string& becomes) {
  // The prompt is written in two parts, so that the echo of this line is not taken for it.
  const std::string setup = "PS1=rea'dy> '; fpath=(" + kSurface.string() + " $fpath); autoload -Uz compinit; compinit -D -u\n";
  const auto ran = run_on_terminal({"-f", "-i"}, {{{"", setup}, {"ready> ", line + "\t"}, {becomes, "\x15" "exit\n"}}, {{"TERM", "dumb"}}, 200, "zsh"});
  return ran.status == 0 ? "" : ran.out;
}

struct Case {
  std::string line;
  std::vector<std::string> offers, not_these;
};
const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"exchange con", {"consent"}, {"coalition", "check"}},
      {"exchange ", {"seal", "consent", "roster", "help"}, {"issue"}},
      {"exchange consent ", {"issue", "revoke"}, {"seal", "consent"}},
      {"exchange consent i", {"issue"}, {"check"}},
      {"exchange --home here consent i", {"issue"}, {"inbox"}},
      {"exchange consent --json i", {"issue"}, {"inbox"}},
      {"exchange seal --pu", {"--purpose"}, {"--home"}},
      {"exchange seal --home here --dr", {"--dry-run"}, {}},
      {"exchange seal --type progress", {"progress.engagement"}, {"court.event"}},
      {"exchange seal --purpose CO", {"COORD", "COURT"}, {"FILING"}},
      {"exchange init agency --role P", {"PROS", "PD"}, {"CM"}},
      {"exchange init coalition --suite ", {"p256", "x25519"}, {"county"}},
      {"exchange redact --field atten", {"attendance"}, {}},
      {"exchange completion ", {"bash", "zsh", "fish"}, {}},
      {"exchange help con", {"consent"}, {"confirm"}},
      {"exchange help exit", {"exit-codes"}, {}},
      {"exchange help consent i", {"issue"}, {"init"}},
      {"exchange explain redis", {"redisclosure"}, {}},
      {"exchange manual exchange-co", {"exchange-consent", "exchange-completion"}, {"exchange-seal"}},
  };
  return kCases;
}

TEST(Completion, OffersInBashWhatTheTableHas) {
  ASSERT_TRUE(is_installed("bash"));
  for (const auto& one : cases()) {
    const auto offered = in_bash(one.line);
    for (const auto& word : one.offers) EXPECT_THAT(offered, Contains(word)) << one.line;
    for (const auto& word : one.not_these) EXPECT_THAT(offered, Not(Contains(word))) << one.line;
  }
  EXPECT_THAT(in_bash("exchange seal --subject "), IsEmpty()) << "whoever it is, nobody knows here";
  EXPECT_THAT(in_bash("exchange seal --purpose = CO"), Contains("COORD")) << "bash takes --purpose=CO apart";
  EXPECT_THAT(in_bash("exchange open -- --js"), Not(Contains("--json"))) << "options have ended";
}

TEST(Completion, OffersInBashEveryCommandAndEveryOption) {
  for (const auto& command : table()["commands"]) {
    const std::string name = command["name"];
    const auto words = split(name);
    EXPECT_THAT(in_bash("exchange " + std::string(words.size() == 2 ? words[0] + " " : "")), Contains(words.back())) << name;
    const auto offered = in_bash("exchange " + name + " -");
    for (const auto* list : {&command["options"], &table()["options"]})
      for (const auto& option : *list)
        if (option["name"].get<std::string>()[0] == '-') {
          EXPECT_THAT(offered, Contains(option["name"].get<std::string>())) << name;
        }
  }
}

TEST(Completion, OffersFilesAndFoldersWhereThoseAreMeant) {
  const Folder folder;
  folder.write("note one.json", "");
  fs::create_directory(folder.path / "note-folder");
  const std::string start = (folder.path / "note").string();
  for (const auto& complete : {in_bash, in_fish}) {
    if (complete == in_fish && !runs("fish")) continue;
    const auto files = complete("exchange seal --type court.event " + start);
    EXPECT_EQ(files.size(), 2u) << start;
    const auto folders = complete("exchange doctor --home " + start);
    ASSERT_EQ(folders.size(), 1u) << start;
    EXPECT_THAT(folders[0], StartsWith(start + "-folder"));
  }
}

TEST(Completion, OffersInFishWhatTheTableHas) {
  if (!runs("fish")) return;
  EXPECT_EQ(WEXITSTATUS(std::system(("fish --no-execute " + (kSurface / "exchange.fish").string()).c_str())), 0);
  for (const auto& one : cases()) {
    const auto offered = in_fish(one.line);
    for (const auto& word : one.offers) EXPECT_THAT(offered, Contains(word)) << one.line;
    for (const auto& word : one.not_these) EXPECT_THAT(offered, Not(Contains(word))) << one.line;
  }
}

TEST(Completion, CompletesInZshAtItsPrompt) {
  if (!runs("zsh")) return;
  EXPECT_EQ(WEXITSTATUS(std::system(("zsh -n " + (kSurface / "_exchange").string()).c_str())), 0);
  const std::vector<std::pair<std::string, std::string>> typed = {
      {"exchange cons", "exchange consent "},           {"exchange consent iss", "exchange consent issue "}, {"exchange seal --purp", "exchange seal --purpose "},
      {"exchange seal --purpose COO", "--purpose COORD "}, {"exchange seal --type progr", "progress.engagement "}, {"exchange help exit", "exchange help exit-codes "},
      {"exchange --home h key rot", "exchange --home h key rotate "}};
  for (const auto& [line, becomes] : typed) EXPECT_EQ(in_zsh(line, becomes), "") << line;
}

TEST(Completion, IsWhatTheProgramWritesNow) {
  EXPECT_EQ(run({"completion", "bash"}).out, read(kSurface / "exchange.bash"));
  EXPECT_EQ(run({"completion", "zsh"}).out, read(kSurface / "_exchange"));
  EXPECT_EQ(run({"completion", "fish"}).out, read(kSurface / "exchange.fish"));
  const auto other = run({"completion", "powershell"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("SHELL is one of bash, zsh, fish"));
}

// ---- manual pages ------------------------------------------------------------------------------------------------------

std::vector<std::string> pages() { return lines(run({"manual"}).out); }

std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '-' ? std::string("\\-") : std::string(1, c);
  return out;
}

TEST(Manual, HasAPageForEveryFirstWordAndEveryCommandAndOptionOnIt) {
  auto expected = first_words();
  for (auto& word : expected) word = "exchange-" + word;
  expected.insert(expected.begin(), "exchange");
  EXPECT_EQ(pages(), expected);
  for (const auto& command : table()["commands"]) {
    const std::string name = command["name"];
    const auto page = run({"manual", "exchange-" + split(name).front()}).out;
    EXPECT_THAT(page, HasSubstr("\n.B exchange " + roff(name))) << name;
    for (const auto& option : command["options"]) EXPECT_THAT(page, HasSubstr("\n.B " + roff(option["name"].get<std::string>()))) << name;
  }
  const auto whole = run({"manual", "exchange"}).out;
  for (const auto& option : table()["options"]) EXPECT_THAT(whole, HasSubstr("\n.B " + roff(option["name"].get<std::string>())));
}

TEST(Manual, IsInstalledAsTheProgramWritesItNow) {
  std::vector<std::string> files;
  for (const auto& page : pages()) {
    EXPECT_EQ(run({"manual", page}).out, read(kSurface / "man1" / (page + ".1"))) << page;
    files.push_back(page + ".1");
  }
  std::sort(files.begin(), files.end());
  EXPECT_EQ(names(kSurface / "man1"), files);
}

TEST(Manual, IsReadByGroffWithoutAWarning) {
  if (!runs("groff")) return;
  const Folder folder;
  for (const auto& page : pages()) {
    const auto file = kSurface / "man1" / (page + ".1"), out = folder.path / "out", err = folder.path / "err";
    const int status = std::system(("groff -man -ww -Tascii -P-cbou -rLL=78n " + file.string() + " >" + out.string() + " 2>" + err.string()).c_str());
    EXPECT_EQ(WEXITSTATUS(status), 0) << page;
    EXPECT_EQ(read(err), "") << page;
    EXPECT_THAT(read(out), HasSubstr("SYNOPSIS")) << page;
  }
}

TEST(Manual, SuggestsThePageThatWasMeant) {
  const auto ran = run({"manual", "exchange-consnet"});
  EXPECT_EQ(ran.status, 4);
  EXPECT_THAT(ran.err, HasSubstr("did you mean \"exchange-consent\"?"));
}

}  // namespace
}  // namespace xch::cli
