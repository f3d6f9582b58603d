// What needs a terminal: passphrases, binary data, interruption.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "how_far.hpp"
#include "program.hpp"

namespace xch::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Terminal, IsNotGivenBinaryDataUnlessAskedFor) {
  const auto& d = demo();
  const auto refused = run_on_terminal({"key", "rotate", "--home", d.home("patrol")});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.out, HasSubstr("binary data does not go to a terminal; nothing was done (EX1002)"));
  EXPECT_THAT(refused.out, HasSubstr("-o - to send it there all the same"));

  const std::map<std::string, std::string> unlocked = {{"EXCHANGE_PASSPHRASE_FILE", (d.folder / "patrol.passphrase").string()}};
  const auto forced = run_on_terminal({"key", "rotate", "-o", "-", "--home", d.home("patrol")}, {{}, unlocked});
  EXPECT_EQ(forced.status, 0) << forced.out;
}

TEST(Terminal, IsAskedForAPassphraseWithoutEcho) {
  const auto& d = demo();
  const std::string passphrase = read(d.folder / "treatment.passphrase");
  const auto ran = run_on_terminal({"roster", "list", "--home", d.home("treatment")}, {{{"Passphrase for", passphrase}}, {}});
  EXPECT_EQ(ran.status, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("case-management"));
  EXPECT_THAT(ran.out, Not(HasSubstr(passphrase.substr(0, 20))));
}

TEST(Terminal, SaysThatAPassphraseIsWrongAndNotWhatItWas) {
  const auto ran = run_on_terminal({"roster", "list", "--home", demo().home("treatment")}, {{{"Passphrase for", "hunter2hunter2\n"}}, {}});
  EXPECT_EQ(ran.status, 7);
  EXPECT_THAT(ran.out, HasSubstr("EX6105"));
  EXPECT_THAT(ran.out, Not(HasSubstr("hunter2")));
}

TEST(Terminal, AsksTwiceWhenAKeyFileIsMade) {
  const Folder folder;
  const auto ran = run_on_terminal({"init", "coalition", folder.path / "c", "--name", "c"}, {{{"Passphrase for", "one long passphrase\n"}, {"once more", "another passphrase\n"}}, {}});
  EXPECT_EQ(ran.status, 7);
  EXPECT_THAT(ran.out, HasSubstr("The two are not the same."));
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST(Terminal, GetsItsEchoBackWhenInterruptedAtTheHiddenPrompt) {
  // Typed at the hidden prompt: the terminal turns it into SIGINT.
  const auto ran = run_on_terminal({"roster", "list", "--home", demo().home("treatment")}, {{{"Passphrase for", "\x03"}}, {}});
  EXPECT_EQ(ran.status, 130);
  EXPECT_THAT(ran.out, HasSubstr("interrupted; nothing was half-done (EX1018)"));
}

TEST(Progress, IsShownOnATerminalAfterASecondAndErased) {
  const auto shown = run_on_terminal({"bench", "--quick", "--no-color"});
  ASSERT_EQ(shown.status, 0) << shown.out;
  EXPECT_THAT(shown.out, HasSubstr("\r\x1b[Kexchange: bench, 1 s"));
  EXPECT_THAT(shown.out, Not(HasSubstr("bench, 0 s"))) << "nothing is said of what is done within a second";
  // The last thing drawn is the empty line; only then comes the table.
  const auto last = shown.out.rfind("\x1b[K");
  EXPECT_EQ(shown.out.substr(last + 3, 4), "item") << shown.out.substr(last);
  for (const char* option : {"--no-progress", "--quiet"})
    EXPECT_THAT(run_on_terminal({"bench", "--quick", option}).out, Not(HasSubstr("\x1b[K"))) << option;
}

TEST(Progress, SaysHowFarItIsHowFastItGoesAndHowLongTheRestTakes) {
  EXPECT_EQ(::cli::how_far(12, 40, 3), "12 of 40, 4/s, 8 s left") << "a second begun counts as one";
  EXPECT_EQ(::cli::how_far(40, 40, 10), "40 of 40, 4/s");
  EXPECT_EQ(::cli::how_far(3'000'000, 10'000'000, 1.5), "3000000 of 10000000, 2000000/s, 4 s left");
  EXPECT_EQ(::cli::how_far(1, 10, 4), "1 of 10, 0/s, 37 s left") << "less than one a second";
  EXPECT_EQ(::cli::how_far(0, 40, 3), "0 of 40") << "nothing to tell a rate by";
  EXPECT_EQ(::cli::how_far(12, 40, 0), "12 of 40");
  EXPECT_EQ(::cli::how_far(12, 0, 3), "") << "nobody knows the end";
}

TEST(Progress, IsNeitherDrawnIntoAFileNorIntoAnAnsweredPrompt) {
  EXPECT_THAT(run({"bench", "--quick"}).err, Not(HasSubstr("\x1b[K")));
  Terminal slow{{{"Passphrase for", read(demo().folder / "treatment.passphrase")}}, {}};
  slow.hesitate_ms = 2500;
  const auto ran = run_on_terminal({"grants", "--home", demo().home("treatment")}, slow);
  EXPECT_EQ(ran.status, 0) << ran.out;
  const auto prompt = ran.out.substr(0, ran.out.find('\n'));
  EXPECT_THAT(prompt, Not(HasSubstr("unlocking"))) << "drawn over what somebody types";
}

TEST(Passphrase, ComesFromADescriptorOrAFileAndNeverFromTheEnvironmentItself) {
  const auto& d = demo();
  const std::string home = d.home("treatment");
  EXPECT_EQ(d.as("treatment", {"grants"}).status, 0);
  With from_stdin;
  from_stdin.input = read(d.folder / "treatment.passphrase");
  EXPECT_EQ(run({"grants", "--home", home, "--passphrase-fd", "0"}, from_stdin).status, 0);
  With in_the_environment;
  in_the_environment.env["EXCHANGE_PASSPHRASE"] = from_stdin.input;
  const auto none = run({"grants", "--home", home}, in_the_environment);
  EXPECT_EQ(none.status, 7);
  EXPECT_THAT(none.err, HasSubstr("EX6106"));
  EXPECT_EQ(run({"grants", "--home", home, "--passphrase-fd", "9"}).status, 7);
}

}  // namespace
}  // namespace xch::cli
