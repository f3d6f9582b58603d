// The command table: what holds for every command, also for those that are added later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Table, SaysOfEveryCommandWhetherItWrites) {
  for (const auto& command : table()["commands"]) {
    const std::string name = command["name"];
    EXPECT_TRUE(command.contains("effect")) << name << ": its row says neither Effect::reads nor Effect::writes";
    EXPECT_EQ(command["preview"].get<bool>(), command.value("effect", "") == "writes") << name << ": what writes, sends or shows a value has a preview for --dry-run";
    EXPECT_TRUE(command["effect"] == "writes" || !command["asks"].get<bool>()) << name;
    EXPECT_NE(command["summary"].get<std::string>().back(), '.') << name;
  }
}

TEST(Table, HasOptionsThatTakeAValueEverywhereOrNowhere) {
  // The words before a command, and the completion, are read without knowing the command.
  std::map<std::string, std::set<bool>> seen;
  const auto add = [&](const json& options) {
    for (const auto& option : options)
      if (option["name"].get<std::string>()[0] == '-') seen[option["name"]].insert(option.contains("value"));
  };
  add(table()["options"]);
  for (const auto& command : table()["commands"]) add(command["options"]);
  for (const auto& [name, ways] : seen) EXPECT_EQ(ways.size(), 1u) << name;
}

TEST(Table, TakesEveryCommonOptionWithEveryCommand) {
  // Refused for another reason, or done: but never for the option.
  for (const auto& command : table()["commands"]) {
    auto words = split(command["name"]);
    words.insert(words.end(), {"--quiet", "--verbose", "--no-input", "--no-color", "--no-progress", "--help"});
    const auto ran = run(words);
    EXPECT_EQ(ran.status, 0) << command["name"] << ran.err;
  }
}

// ---- --home, --as ----------------------------------------------------------------------------------------------------

With homes_at(const fs::path& folder) {
  With with;
  with.env["EXCHANGE_HOMES"] = folder;
  with.env["EXCHANGE_PASSPHRASE_FILE"] = (demo().folder / "treatment.passphrase").string();
  return with;
}

TEST(As, IsTheHomeOfThatNameInTheFolderOfHomes) {
  const auto expected = demo().as("treatment", {"grants"}).out;
  EXPECT_EQ(run({"grants", "--as", "treatment"}, homes_at(demo().folder)).out, expected);
  With with = homes_at(demo().folder);
  with.env["EXCHANGE_HOME"] = demo().home("patrol");
  EXPECT_EQ(run({"grants", "--as", "treatment"}, with).out, expected) << "an option goes before the environment";
  const auto missing = run({"grants", "--as", "nobody", "--verbose"}, homes_at(demo().folder));
  EXPECT_EQ(missing.status, 4);
  EXPECT_THAT(missing.err, HasSubstr("EX1015"));
  EXPECT_THAT(run({"grants", "--as", "nobody", "--verbose"}).err, HasSubstr("home /etc/exchange/nobody\n"));
}

TEST(As, LeadsToNoOtherFolder) {
  for (const char* name : {"../treatment", "", "/etc", "a/b", ".", "Treatment"}) {
    const auto ran = run({"grants", "--as", name}, homes_at(demo().folder));
    EXPECT_EQ(ran.status, 2) << name;
    EXPECT_THAT(ran.err, HasSubstr("--as is no agency's name")) << name;
  }
}

TEST(As, GuardsTheHomeThatIsNamed) {
  const auto with = homes_at(demo().folder);
  EXPECT_EQ(run({"grants", "--as", "treatment", "--home", demo().home("treatment")}, with).status, 0);
  const auto other = run({"grants", "--as", "treatment", "--home", demo().home("patrol")}, with);
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("the home of --home is not that of --as; nothing was done"));
  EXPECT_EQ(run({"roster", "show", "--as", "county", "--home", demo().home("coalition")}).status, 0) << "a coalition has a name as well";
}

TEST(Home, OfACoalitionShowsItsRoster) {
  const auto ran = run({"roster", "show", "--home", demo().home("coalition")});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("coalition  "));
}

// ---- --field -----------------------------------------------------------------------------------------------------------

TEST(Field, GivesOneMemberOfTheAnswer) {
  const auto whole = json::parse(run({"version", "--json"}).out);
  EXPECT_EQ(run({"version", "--field", "library"}).out, whole["library"].get<std::string>() + "\n");
  EXPECT_EQ(run({"version", "--field", "library", "--json"}).out, whole["library"].dump() + "\n");
  EXPECT_EQ(run({"version", "--field", "verbs.1"}).out, whole["verbs"][1].get<std::string>() + "\n");
  EXPECT_EQ(json::parse(run({"version", "--field", "verbs"}).out), whole["verbs"]);
  EXPECT_EQ(run({"version", "--field", "abi"}).out, std::to_string(whole["abi"].get<int>()) + "\n");
}

TEST(Field, SaysWhichMembersThereAre) {
  const auto ran = run({"version", "--field", "libary"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("there are: v, kind, library, abi"));
  for (const char* path : {"verbs.9999", "verbs.x", "verbs.-1", "library.x", "", "verbs..0", "."}) {
    const auto wrong = run({"version", "--field", path});
    EXPECT_EQ(wrong.status, 2) << path;
    EXPECT_THAT(wrong.out, IsEmpty()) << path;
  }
}

TEST(Field, IsTakenByEveryCommandThatAnswersWithAnObject) {
  for (const char* name : {"consent list", "doctor", "grants", "inbox list", "journal", "key list", "outbox list", "policy show", "quarantine list", "roster list", "roster show", "schema classes", "version"}) {
    auto words = split(name);
    words.insert(words.end(), {"--field", "v"});
    EXPECT_EQ(demo().as("program-office", words).out, "1\n") << name;
  }
}

// ---- --at --------------------------------------------------------------------------------------------------------------

TEST(At, AnswersAsOfThatTime) {
  const auto& d = demo();
  EXPECT_THAT(d.as("prosecutor", {"grants"}).out, Not(HasSubstr("ended")));
  EXPECT_THAT(d.as("prosecutor", {"grants", "--at", "2099-01-01"}).out, HasSubstr("ended"));
  EXPECT_THAT(d.as("prosecutor", {"grants", "--at", "2001-01-01T00:00Z"}).out, HasSubstr("not yet"));
  const auto doctor = d.as("prosecutor", {"doctor", "--at", "2099-01-01T12:00:00Z"});
  EXPECT_EQ(doctor.status, 1);
  EXPECT_THAT(doctor.out, HasSubstr("wrong roster"));
}

TEST(At, IsRefusedWhereSomethingIsRecorded) {
  for (const auto& command : table()["commands"]) {
    if (command["effect"] != "writes") continue;
    auto words = split(command["name"]);
    words.insert(words.end(), {"--at", "2026-01-01"});
    for (const auto& option : command["options"]) {
      if (option["need"] != "must") continue;
      if (option["name"].get<std::string>()[0] == '-') words.push_back(option["name"]);
      words.push_back("x");
    }
    const auto ran = run(words);
    EXPECT_EQ(ran.status, 2) << command["name"];
    EXPECT_THAT(ran.err, HasSubstr("--at is for commands that only read")) << command["name"];
  }
}

TEST(At, IsADayOrATimeOfUtc) {
  for (const char* wrong : {"", "tomorrow", "2026-13-01", "2026-01-01T25:00Z", "2026-01-01T10:00", "1969-12-31", "2026-01-01Z", "2026-01-01T10:00Z "}) {
    const auto ran = demo().as("treatment", {"grants", "--at", wrong});
    EXPECT_EQ(ran.status, 2) << wrong;
    EXPECT_THAT(ran.err, HasSubstr("--at is no time")) << wrong;
  }
}

// ---- --yes, --no-input -------------------------------------------------------------------------------------------------

std::vector<std::string> erase_nothing() { return {"erase", std::string(64, '0'), "--home", demo().home("patrol")}; }

TEST(Yes, IsNeededForWhatCannotBeUndoneWhereNobodyCanBeAsked) {
  for (const auto& command : table()["commands"]) {
    if (!command["asks"].get<bool>()) continue;
    auto words = split(command["name"]);
    for (const auto& option : command["options"])
      if (option["need"] == "must") words.push_back(std::string(64, '0'));
    words.insert(words.end(), {"--home", demo().home("patrol")});
    const auto ran = run(words);
    EXPECT_EQ(ran.status, 2) << command["name"];
    EXPECT_THAT(ran.err, HasSubstr("this cannot be undone, and nobody can be asked; nothing was done")) << command["name"];
  }
  auto words = erase_nothing();
  words.push_back("--yes");
  EXPECT_EQ(run(words).status, 7) << "it goes on, to the missing passphrase";
}

TEST(Yes, IsAskedForAtTheTerminal) {
  const auto no = run_on_terminal(erase_nothing(), {{{"[y/N]", "n\n"}}, {}});
  EXPECT_EQ(no.status, 2) << no.out;
  EXPECT_THAT(no.out, HasSubstr("the note does not open again in this home. Go on?"));
  EXPECT_THAT(no.out, HasSubstr("nothing was done"));
  const auto enter = run_on_terminal(erase_nothing(), {{{"[y/N]", "\n"}}, {}});
  EXPECT_EQ(enter.status, 2) << enter.out;
  const auto yes = run_on_terminal(erase_nothing(), {{{"[y/N]", "y\n"}, {"Passphrase for", "wrong passphrase\n"}}, {}});
  EXPECT_EQ(yes.status, 7) << yes.out;
}

TEST(NoInput, AsksNeitherForAPassphraseNorForAFile) {
  auto words = erase_nothing();
  words.push_back("--no-input");
  EXPECT_THAT(run_on_terminal(words).out, HasSubstr("nobody can be asked"));
  const auto locked = run_on_terminal({"grants", "--no-input", "--home", demo().home("patrol")});
  EXPECT_EQ(locked.status, 7);
  EXPECT_THAT(locked.out, HasSubstr("no passphrase was given (EX6106)"));
  const auto file = run_on_terminal({"inspect", "--no-input"});
  EXPECT_EQ(file.status, 2);
  EXPECT_THAT(file.out, HasSubstr("FILE is missing, and --no-input does not read it from the terminal"));
}

// ---- --quiet, --verbose ------------------------------------------------------------------------------------------------

TEST(Quiet, LeavesResultsAndErrors) {
  const auto& d = demo();
  EXPECT_THAT(d.as("treatment", {"grants"}).err, Not(IsEmpty()));
  const auto quiet = d.as("treatment", {"grants", "--quiet"});
  EXPECT_THAT(quiet.err, IsEmpty());
  EXPECT_EQ(quiet.out, d.as("treatment", {"grants"}).out);
  EXPECT_THAT(run({"grants", "--quiet"}).err, HasSubstr("EX1015"));
}

TEST(Verbose, SaysWhichHomeAndHowLongAndNothingOfContent) {
  const auto& d = demo();
  const auto ran = d.as("treatment", {"grants", "--verbose"});
  EXPECT_EQ(ran.out, d.as("treatment", {"grants"}).out);
  EXPECT_THAT(ran.err, HasSubstr("exchange: home " + d.home("treatment").string() + "\n"));
  EXPECT_THAT(ran.err, testing::ContainsRegex("exchange: grants.list, [0-9]+ ms"));
}

}  // namespace
}  // namespace xch::cli
