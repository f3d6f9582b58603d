// consent new: one draft from options, from TOML and from answers; previewed before anything is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ConsentNew : public ::testing::Test {
 protected:
  Folder folder;

  Ran make(std::vector<std::string> options, With with = {}) {
    options.insert(options.begin(), {"consent", "new"});
    with.folder = folder.path;
    return demo().as("program-office", options, with);
  }
  Ran answer(std::vector<std::pair<std::string, std::string>> typing, std::vector<std::string> options = {}) {
    Terminal terminal;
    for (auto& [question, text] : typing) terminal.typing.push_back({question, text + "\n"});
    terminal.env = {{"EXCHANGE_HOME", demo().home("program-office")},
                    {"EXCHANGE_PASSPHRASE_FILE", demo().folder / "program-office.passphrase"}};
    terminal.folder = folder.path;
    options.insert(options.begin(), {"consent", "new"});
    return run_on_terminal(options, terminal);
  }
  json written(const std::string& name) const { return json::parse(read(folder.path / name)); }
};

TEST_F(ConsentNew, GivesTheSameDraftFromOptionsTomlAndAnswers) {
  const std::string last = day(100), revocable = day(60);
  const auto options = make({"--subject",       "p-7",
                             "--name",          "Maria Reyes",
                             "--born",          "1991-07-14",
                             "--basis",         "justice-condition",
                             "--discloser",     "case-management",
                             "--recipient",     "prosecutor",
                             "--class",         "ENG",
                             "--class",         "LEG",
                             "--class",         "SUD",
                             "--class",         "ID",
                             "--purpose",       "FILING",
                             "--last-day",      last,
                             "--proceeding",    "26-1-00417-3",
                             "--revocable-day", revocable,
                             "--ends-on",       "my case is closed",
                             "--ends-says",     "prosecutor",
                             "--keep-back",     "all LEG",
                             "--printed-form",  "-o",
                             "options.json"});
  EXPECT_EQ(options.status, 0) << options.out << options.err;

  folder.write("draft.toml",
               "subject = \"p-7\"\nbasis = \"justice-condition\"\ndisclosers = [\"case-management\"]\n"
               "recipients = [\"prosecutor\"]\nclasses = [\"ENG\", \"LEG\", \"SUD\", \"ID\"]\npurposes = [\"FILING\"]\n"
               "last_day = " +
                   last + "\nproceeding = \"26-1-00417-3\"\nrevocable_day = " + revocable +
                   "\nrevocation_explained = true\nredisclosure_explained = true\n"
                   "[subject_record]\nname = \"Maria Reyes\"\ndateOfBirth = \"1991-07-14\"\n"
                   "[[restrictions]]\nclass = \"LEG\"\n[ends_on]\nevent = \"my case is closed\"\nasserter = \"prosecutor\"\n");
  const auto toml = make({"--from", "draft.toml", "-o", "toml.json"});
  EXPECT_EQ(toml.status, 0) << toml.out << toml.err;

  const auto answers = answer({{"never the name:", "p-7"},
                               {"legal ground?", "2"},
                               {"Who may share?", "case-management"},
                               {"Who may receive it?", "prosecutor"},
                               {"person agrees to", "eng leg sud id"},
                               {"person's name", "Maria Reyes"},
                               {"Date of birth", "1991-07-14"},
                               {"What for?", "FILING"},
                               {"From which day", ""},
                               {"Until the end", "tomorrow"},
                               {"Please write the day", last},
                               {"end it sooner?", "my case is closed"},
                               {"may say that this has happened?", "prosecutor"},
                               {"number of the case", "26-1-00417-3"},
                               {"taken back", revocable},
                               {"person's age", ""},
                               {"Who signs", ""},
                               {"kept back?", "y"},
                               {"From whom?", "all"},
                               {"What?", "LEG"},
                               {"Anything more", ""},
                               {"passing on.", ""},
                               {"Write it to", ""}},
                              {"-o", "answers.json"});
  EXPECT_EQ(answers.status, 0) << answers.out;

  EXPECT_EQ(written("options.json")["signer"], "participant");
  EXPECT_EQ(written("options.json"), written("toml.json"));  // members of the record by their names
  EXPECT_EQ(read(folder.path / "options.json"), read(folder.path / "answers.json"));
  for (const auto& ran : {options.out, answers.out})
    EXPECT_THAT(ran, AllOf(HasSubstr("They would then have:"), HasSubstr("prosecutor")));
}

TEST_F(ConsentNew, AsksOnlyForWhatIsMissingAndOnlyAtATerminal) {
  const std::vector<std::string> most = {"--subject", "p-8",         "--basis",         "part2-consent", "--discloser",
                                         "treatment", "--recipient", "case-management", "--class",       "SUD",
                                         "--purpose", "COORD",       "--printed-form"};
  const auto refused = make(most);
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("P2-31-7 (42 CFR 2.31(a)(7))"), HasSubstr("No last day is given.")));
  EXPECT_THAT(names(folder.path), IsEmpty());
  const auto asked = answer({{"From which day", ""},
                             {"Until the end", day(50)},
                             {"end it sooner?", ""},
                             {"age in years", ""},
                             {"Who signs", ""},
                             {"kept back?", ""},
                             {"Write it to", "n"}},
                            most);
  EXPECT_EQ(asked.status, 0) << asked.out;
  EXPECT_THAT(asked.out, AllOf(Not(HasSubstr("Who may share?")), HasSubstr("Nothing was written.")));
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST_F(ConsentNew, KeepsAnswersThatCannotBeIssuedToBeMended) {
  const auto asked =
      answer({{"Until the end", day(900)},
              {"end it sooner?", ""},
              {"age in years", ""},
              {"Who signs", ""},
              {"kept back?", ""},
              {"to be mended there?", ""}},
             {"--subject", "p-9", "--basis", "part2-consent", "--discloser", "treatment", "--recipient",
              "case-management", "--class", "SUD", "--purpose", "COORD", "--printed-form", "--first-day", day(-1)});
  EXPECT_EQ(asked.status, 3) << asked.out;
  EXPECT_THAT(asked.out, HasSubstr("The period is longer than this basis allows."));
  EXPECT_EQ(written("draft-p-9.json")["subject"], "p-9");
  const auto again = make({"--from", "no.toml"});
  EXPECT_EQ(again.status, 4);
}

TEST_F(ConsentNew, WritesNothingWhereTheAnswersEnd) {
  const auto ended = answer({{"never the name:", "p-10"}, {"legal ground?", "\x04"}});
  EXPECT_EQ(ended.status, 2) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("the answers end before the questions do"));
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST_F(ConsentNew, RefusesAFileThatIsNoDraftWithOneSentenceAndItsId) {
  struct Case {
    const char *toml, *id, *where;
  };
  for (const auto& c : std::vector<Case>{{"subjct = \"Maria\"\n", "EX2020", "line 1"},
                                         {"subject = \"Maria\"\nsubject = \"p\"\n", "EX2019", "line 2"},
                                         {"subject = 417\n", "EX2021", "subject"},
                                         {"basis = \"Maria\"\n", "EX2021", "basis"},
                                         {"classes = [\"SUD\", \"Maria\"]\n", "EX2021", "classes[1]"},
                                         {"minor_age = 1000\n", "EX2021", "minor_age"}}) {
    folder.write("draft.toml", c.toml);
    for (const char* command : {"new", "check", "issue", "form"}) {
      With with;
      with.folder = folder.path;
      const auto ran = std::string(command) == "new"
                           ? make({"--from", "draft.toml"})
                           : demo().as("program-office", {"consent", command, "draft.toml"}, with);
      EXPECT_EQ(ran.status, 2) << c.toml;
      EXPECT_THAT(ran.err, AllOf(HasSubstr(c.id), HasSubstr(c.where), Not(HasSubstr("Maria")))) << command;
      EXPECT_THAT(ran.out, IsEmpty());
    }
  }
  EXPECT_THAT(names(folder.path), ElementsAre("draft.toml"));
}

TEST_F(ConsentNew, TakesNothingTwiceAndReplacesNoFile) {
  folder.write("draft.toml", "subject = \"p-1\"\n");
  const auto twice = make({"--from", "draft.toml", "--subject", "p-2"});
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.err, HasSubstr("--subject says what the file of --from says too"));
  folder.write("draft-p-1.json", "what was there");
  const auto there = make({"--from", "draft.toml"});
  EXPECT_EQ(there.status, 2);
  EXPECT_THAT(there.err, HasSubstr("there is such a file already"));
  EXPECT_EQ(read(folder.path / "draft-p-1.json"), "what was there");
}

TEST_F(ConsentNew, CountsDaysInTheZoneThatIsNamed) {
  const std::vector<std::string> whole = {"--subject", "p-3",         "--basis",         "part2-consent", "--discloser",
                                          "treatment", "--recipient", "case-management", "--class",       "SUD",
                                          "--purpose", "COORD",       "--printed-form",  "--last-day",    day(60)};
  const auto in = [&](const std::string& zone) {
    auto words = whole;
    words.insert(words.end(), {"--zone", zone, "--json"});
    return json::parse(make(words).out);
  };
  EXPECT_EQ(in("America/New_York")["draft"]["zone"], "America/New_York");
  auto named = whole;
  named.insert(named.end(), {"--zone", "America/New_York", "-o", "ny.json"});
  EXPECT_THAT(make(named).out, HasSubstr("until the end of " + day(60) + ", by the clocks of America/New_York"));
  auto unnamed = whole;
  unnamed.insert(unnamed.end(), {"-o", "pack.json"});
  EXPECT_THAT(make(unnamed).out, HasSubstr("by the clocks of America/Los_Angeles"));
  EXPECT_EQ(in("Mars/Olympus")["rows"][0]["rule"], "P2-31-7");
}

TEST_F(ConsentNew, NamesWhoPassesOnAndToWhom) {
  const auto draft = json::parse(make({"--subject", "p-4", "--via", "hub: treatment, public-defender", "--via", "hub: treating", "--json"}).out)["draft"];
  EXPECT_EQ(draft["intermediaries"][0], json::parse(R"({"party":"hub","members":["treatment","public-defender"]})"));
  EXPECT_EQ(draft["intermediaries"][1], json::parse(R"({"party":"hub","treating":true})"));
}

/// What is answered to all the questions behind the days, and to none of them something special.
std::vector<std::pair<std::string, std::string>> and_the_rest() {
  return {{"age in years", ""}, {"Who signs", ""}, {"kept back?", ""}, {"passing on.", ""}, {"Write it to", ""}};
}
std::vector<std::pair<std::string, std::string>> with_the_rest(std::vector<std::pair<std::string, std::string>> first) {
  for (auto& one : and_the_rest()) first.push_back(std::move(one));
  return first;
}

TEST_F(ConsentNew, AsksForSomebodyOutsideWhereTheBasisAllowsIt) {
  const auto said = answer({{"Who may share?", "program-office"},
                            {"outside the coalition, as a landlord? [y/N]", "y"},
                            {"name that the person knows?", "Corner Bakery"},
                            {"Anybody else outside?", "y"},
                            {"name that the person knows?", "Corner Bakery"},
                            {"named already", "City Hall"},
                            {"Anybody else outside?", ""},
                            {"by its own name, too?", ""},
                            {"person agrees to", "ENG HOU"},
                            {"What for?", "COORD"},
                            {"From which day", ""},
                            {"Until the end", day(60)},
                            {"end it sooner?", ""},
                            {"go to Corner Bakery (Enter: " + day(60) + ")?", day(20)},
                            {"go to City Hall", ""},
                            {"age in years", ""},
                            {"Who signs", ""},
                            {"kept back?", "y"},
                            {"From whom?", "city hall"},
                            {"What?", "HOU"},
                            {"Anything more", ""},
                            {"passing on.", ""},
                            {"Write it to", ""}},
                           {"--subject", "p-5", "--basis", "plain-release", "-o", "answers.json"});
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, AllOf(HasSubstr("outside the coalition: Corner Bakery, until the end of " + day(20)),
                              HasSubstr("outside the coalition: City Hall, until the end of " + day(60)),
                              Not(HasSubstr("Who may receive it?"))));
  const auto options =
      make({"--subject", "p-5", "--basis", "plain-release", "--discloser", "program-office", "--external",
            "Corner Bakery: " + day(20), "--external", "City Hall: " + day(60), "--class", "ENG", "--class", "HOU",
            "--purpose", "COORD", "--last-day", day(60), "--keep-back", "City Hall HOU", "--printed-form", "-o",
            "options.json"});
  EXPECT_EQ(options.status, 0) << options.out << options.err;
  EXPECT_EQ(read(folder.path / "options.json"), read(folder.path / "answers.json"));
  EXPECT_THAT(written("answers.json")["restrictions"][0]["party"], "City Hall");
  EXPECT_THAT(options.out, AllOf(HasSubstr("Corner Bakery   HOU"), Not(HasSubstr("City Hall       HOU"))));
}

TEST_F(ConsentNew, AsksNothingOfOutsideOrOfIntermediariesWhereNeitherCanBe) {
  const auto said = answer({{"Who may share?", "treatment"},
                            {"Who may receive it?", "case-management"},
                            {"person agrees to", "SUD"},
                            {"What for?", "COORD"},
                            {"From which day", ""},
                            {"Until the end", day(60)},
                            {"end it sooner?", ""},
                            {"age in years", ""},
                            {"Who signs", ""},
                            {"kept back?", ""},
                            {"passing on.", ""},
                            {"Write it to", "n"}},
                           {"--subject", "p-5", "--basis", "part2-consent"});
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, AllOf(Not(HasSubstr("outside")), Not(HasSubstr("intermediary"))));
}

TEST_F(ConsentNew, AsksForAnEventWhereNoDayMakesItRevocable) {
  const auto said = answer(with_the_rest({{"From which day", ""},
                                          {"Until the end", day(100)},
                                          {"end it sooner?", ""},
                                          {"number of the case", "26-1-00417-3"},
                                          {"Enter: from an event on", ""},
                                          {"After what", ""},
                                          {"it is needed", "sentence is passed"},
                                          {"may say that this has happened?", "prosecutor"}}),
                           {"--subject", "p-6", "--basis", "justice-condition", "--discloser", "case-management",
                            "--recipient", "prosecutor", "--class", "SUD", "--purpose", "FILING", "-o", "answers.json"});
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("may be taken back after \"sentence is passed\", once prosecutor has said so"));
  const auto options = make({"--subject", "p-6", "--basis", "justice-condition", "--discloser", "case-management",
                             "--recipient", "prosecutor", "--class", "SUD", "--purpose", "FILING", "--last-day", day(100),
                             "--proceeding", "26-1-00417-3", "--revocable-on", "sentence is passed", "--revocable-says",
                             "prosecutor", "--printed-form", "-o", "options.json"});
  EXPECT_EQ(options.status, 0) << options.out << options.err;
  EXPECT_EQ(read(folder.path / "options.json"), read(folder.path / "answers.json"));
}

TEST_F(ConsentNew, AsksForAnIntermediaryWhereTheRosterHasOne) {
  // A small county: an office, two programs, and a hub.
  Demo own;
  own.folder = folder.path / "own";
  fs::create_directories(own.folder);
  const auto as = [&](const std::string& who, std::vector<std::string> words) {
    std::ofstream(own.folder / (who + ".passphrase")) << "a passphrase of " << who << " 417\n";
    With with;
    with.env["EXCHANGE_PASSPHRASE_FILE"] = (own.folder / (who + ".passphrase")).string();
    const auto ran = run(words, with);
    EXPECT_EQ(ran.status, 0) << who << ": " << ran.err;
    return ran.out;
  };
  const auto county =
      json::parse(as("coalition", {"init", "coalition", own.home("coalition"), "--name", "county", "--json"}));
  const std::vector<std::array<std::string, 3>> members = {{"program-office", "PM", "programme-office"},
                                                           {"treatment", "TXP", "part2-program"},
                                                           {"clinic", "TXP", "part2-program"},
                                                           {"hub", "RELAY", "community-provider"}};
  for (const auto& [name, role, kind] : members) {
    std::vector<std::string> words = {"init", "agency", own.home(name), "--name", name, "--role", role, "--kind", kind,
                                      "--coalition", county["id"], "--root", county["roots"][0], "-o",
                                      own.folder / (name + ".enrolment")};
    if (name == "program-office") words.insert(words.end(), {"--authority", "part2-consent"});
    as(name, words);
    as("coalition", {"roster", "add", own.folder / (name + ".enrolment"), "--home", own.home("coalition"), "--from", day(-1),
                     "--until", day(300)});
  }
  const fs::path roster = own.folder / "county.roster", policy = own.folder / "county.policy";
  const auto published = json::parse(as("coalition", {"roster", "publish", "--home", own.home("coalition"), "-o", roster,
                                                      "--policy", policy, "--json"}));
  as("program-office", {"roster", "import", roster, "--trust", published["hash"], "--home", own.home("program-office")});
  as("program-office", {"policy", "import", policy, "--home", own.home("program-office")});

  const std::vector<std::string> first = {"--subject", "p-4", "--basis", "part2-consent", "--discloser", "treatment"};
  const auto ask = [&](const std::string& to, const std::string& file) {
    Terminal terminal;
    for (auto& [question, text] :
         with_the_rest({{"pass it on to those who receive it? [y/N]", "y"},
                        {"To whom does hub pass it on?", to},
                        {"by its own name, too?", ""},
                        {"person agrees to", "SUD"},
                        {"What for?", "COORD"},
                        {"From which day", ""},
                        {"Until the end", day(60)},
                        {"end it sooner?", ""}}))
      terminal.typing.push_back({question, text + "\n"});
    terminal.env = {{"EXCHANGE_HOME", own.home("program-office")},
                    {"EXCHANGE_PASSPHRASE_FILE", own.folder / "program-office.passphrase"}};
    terminal.folder = folder.path;
    std::vector<std::string> words = {"consent", "new"};
    words.insert(words.end(), first.begin(), first.end());
    words.insert(words.end(), {"-o", file});
    return run_on_terminal(words, terminal);
  };
  const auto named = ask("clinic", "members.json");
  EXPECT_THAT(named.out, HasSubstr("passed on by hub to clinic"));
  EXPECT_EQ(written("members.json")["intermediaries"][0], json::parse(R"({"party":"hub","members":["clinic"]})"));
  const auto treating = ask("treating", "treating.json");
  EXPECT_THAT(treating.out, HasSubstr("passed on by hub to its treating providers, as listed"));
  EXPECT_EQ(written("treating.json")["intermediaries"][0], json::parse(R"({"party":"hub","treating":true})"));
}

TEST(ConsentRules, GivesEveryRuleItsCitationAndWhoKeepsIt) {
  const auto all = json::parse(run({"consent", "rules", "--json"}).out)["rows"];
  EXPECT_GE(all.size(), 87u);
  const auto one = run({"consent", "rules", "V-3"});
  EXPECT_THAT(one.out, AllOf(HasSubstr("34 USC 12291(b)(2)(C)"), HasSubstr("docs/organisation.md")));
  EXPECT_EQ(run({"consent", "rules", "P2-99"}).status, 2);
}

}  // namespace
}  // namespace xch::cli
