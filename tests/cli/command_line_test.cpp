// The command line: what is wrong with it, said in one form, and never repeating what was typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  const auto ran = run({"consnet"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_EQ(ran.err, "exchange: error: no command \"consnet\"; did you mean \"consent\"? (EX1002)\n  exchange help\n");
}

TEST(CommandLine, SuggestsTheSecondWordOfACommand) {
  const auto ran = run({"consent", "isue"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("no command \"isue\"; did you mean \"issue\"?"));
}

TEST(CommandLine, SuggestsTheOptionThatWasMeant) {
  const auto ran = run({"seal", "--tpye", "court.event"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("there is no option \"--tpye\"; did you mean \"--type\"?"));
}

TEST(CommandLine, NeverRepeatsWhatWasTyped) {
  const std::string secret = "MariaReyes-hunter2";
  const std::vector<std::vector<std::string>> calls = {
      {secret}, {"consent", secret}, {"seal", "--" + secret, "x"}, {"seal", "--type", "court.event", "a", secret}, {"seal", "--" + secret + "=" + secret},
      {"journal", "--limit", secret}, {"explain", "EX2219", secret}, {"doctor", "--passphrase-fd", secret}, {"seal", "--type", "x", "--type", secret},
      {"help", secret}, {"explain", secret}};
  for (const auto& call : calls) {
    for (const bool as_json : {false, true}) {
      auto words = call;
      if (as_json) words.push_back("--json");
      const auto ran = run(words);
      EXPECT_THAT(ran.status, AnyOf(2, 4)) << call[0];
      EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("hunter2"))) << call[0];
      EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("MariaReyes"))) << call[0];
    }
  }
}

TEST(CommandLine, SaysWhichOptionIsMissing) {
  const auto ran = run({"seal"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.err, "exchange: error: --type is missing (EX1002)\n  nothing was sealed\n  exchange help seal\n");
}

TEST(CommandLine, SaysWhichOptionLacksItsValueOrStandsTwice) {
  for (const auto& words : {std::vector<std::string>{"seal", "--type"}, {"seal", "--type", "a", "--type", "b"}}) {
    const auto ran = run(words);
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("--type stands twice, lacks its value, or has one that does not fit (EX1002)"));
  }
}

TEST(CommandLine, WantsACommandAndTheSecondWordOfAGroup) {
  EXPECT_THAT(run({}).err, HasSubstr("no command was given"));
  EXPECT_EQ(run({}).status, 2);
  EXPECT_THAT(run({"roster"}).err, HasSubstr("\"roster\" is a group of commands; which one?"));
  EXPECT_EQ(run({"roster"}).status, 2);
}

TEST(CommandLine, TakesGlobalOptionsBeforeAndAfterTheCommand) {
  EXPECT_EQ(run({"--json", "version"}).out, run({"version", "--json"}).out);
  EXPECT_THAT(run({"--home", "nowhere", "outbox", "list"}).err, HasSubstr("EX1015"));
}

TEST(CommandLine, TakesAValueThatIsAlsoACommandsName) {
  // CLI11's own subcommands would have run "seal" here.
  EXPECT_THAT(run({"help", "seal"}).out, HasSubstr("exchange seal: seal a note"));
  EXPECT_THAT(run({"--home", "seal", "outbox", "list"}).err, HasSubstr("EX1015"));
}

TEST(CommandLine, EndsOptionsAtTwoDashes) { EXPECT_THAT(run({"open", "--", "--json"}).err, HasSubstr("no such file at FILE (EX1012)")); }

TEST(Errors, AreThreeLinesOnStderrOrOneObjectOnStdout) {
  const auto plain = run({"open", "missing.note", "--home", "nowhere"});
  EXPECT_EQ(plain.status, 4);
  EXPECT_THAT(plain.out, IsEmpty());
  ASSERT_THAT(lines(plain.err), SizeIs(3));
  EXPECT_THAT(lines(plain.err)[0], MatchesRegex("exchange: [a-z ]+: .* \\(EX[0-9]+\\)"));
  EXPECT_THAT(lines(plain.err)[1], StartsWith("  nothing was opened"));
  EXPECT_THAT(lines(plain.err)[2], StartsWith("  "));

  const auto machine = run({"open", "missing.note", "--home", "nowhere", "--json"});
  EXPECT_EQ(machine.status, 4);
  EXPECT_THAT(machine.err, IsEmpty());
  ASSERT_THAT(lines(machine.out), SizeIs(1));
  const auto error = json::parse(machine.out);
  EXPECT_EQ(error["v"], 1);
  EXPECT_EQ(error["kind"], "error");
  EXPECT_EQ(error["code"], 4);
  EXPECT_EQ(error["id"], "EX1012");
  EXPECT_EQ(error["path"], "FILE");
  EXPECT_TRUE(error["text"].is_string());
  EXPECT_TRUE(error["fix"].is_string());
  EXPECT_EQ(error.size(), 7u);
}

TEST(Errors, FindAFullDiskBehindStdout) {
  const int status = std::system(XCH_BUILD_DIR "/bin/exchange help >/dev/full 2>/dev/null");
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST(Errors, DoNotGoIntoAFileThatTookAClosedDescriptor) {
  // The output file would be opened as descriptor 1, and get what is meant for stdout.
  const Folder folder;
  const auto file = folder.path / "copy";
  const std::string call = "EXCHANGE_PASSPHRASE_FILE=" + (demo().folder / "coalition.passphrase").string() + " " XCH_BUILD_DIR "/bin/exchange roster publish --json --home " +
                           demo().home("coalition").string() + " -o " + file.string() + " >&- 2>&-";
  const int status = std::system(call.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_THAT(read(file), Not(HasSubstr("\"kind\"")));
}

// ---- schema

TEST(Schema, ListsTheNoteTypesAndTheFieldsOfOne) {
  const auto types = run({"schema", "classes"});
  EXPECT_EQ(types.status, 0) << types.err;
  EXPECT_EQ(lines(types.out).size(), 29u) << types.out;
  EXPECT_THAT(types.out, StartsWith("accounting.report\naccounting.request\ncourt.event\n"));
  EXPECT_THAT(types.out, Not(HasSubstr("bench")));
  for (const auto& type : lines(types.out)) {
    const auto fields = run({"schema", "classes", type});
    EXPECT_EQ(fields.status, 0) << fields.err;
    EXPECT_TRUE(fits(fields.out)) << fields.out;
    EXPECT_GT(lines(fields.out).size(), 5u);
  }
  const auto progress = run({"schema", "classes", "progress.engagement"}).out;
  EXPECT_THAT(progress, HasSubstr("participation"));
  EXPECT_THAT(progress, HasSubstr("SUD"));
  EXPECT_THAT(progress, HasSubstr("permanentHousing"));
  const auto unknown = run({"schema", "classes", "diary"});
  EXPECT_EQ(unknown.status, 4);
  EXPECT_THAT(unknown.err, HasSubstr("no such note type here (EX1317)"));
}

}  // namespace
}  // namespace xch::cli
