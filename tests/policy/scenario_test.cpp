// Scenarios: the stories of the default pack, and that each could fail.
#include "consent/pack_compiler/claims.hpp"
#include "packs.hpp"
#include "policy/scenario.hpp"

namespace xch::policy_test {
namespace {

std::vector<policy::Scenario> stories() {
  auto out = consent::read_scenarios(consent::default_scenarios_toml());
  EXPECT_TRUE(out) << out.error().path;
  return out ? *out : std::vector<policy::Scenario>();
}

std::vector<policy::Mismatch> run(const policy::Scenario& story, const PolicyPack& pack = default_pack()) {
  auto out = policy::run_scenario(story, pack, note_schemas());
  EXPECT_TRUE(out) << story.name << ": " << out.error().path;
  return out ? *out : std::vector<policy::Mismatch>();
}

TEST(Scenarios, OfTheDefaultPackComeOutAsTheySay) {
  EXPECT_EQ(stories().size(), 16u);
  for (const auto& story : stories())
    for (const auto& mismatch : run(story))
      ADD_FAILURE() << story.name << ": " << mismatch.at << ": expected \"" << mismatch.expected << "\", found \"" << mismatch.found << "\"";
}

TEST(Scenarios, NoticeWhatIsGivenTooMuchAndWhatTooLittle) {
  for (auto story : stories()) {
    ASSERT_TRUE(run(story).empty());
    if (story.gets.empty()) continue;
    auto less = story;
    less.gets.pop_back();
    const auto too_much = run(less);
    ASSERT_EQ(too_much.size(), 1u) << story.name;
    EXPECT_EQ(too_much[0].expected, "");
    EXPECT_EQ(too_much[0].at, story.gets.back().field);
    story.gets.back().form = Form::year;
    const auto other = run(story);
    ASSERT_EQ(other.size(), 1u) << story.name;
    EXPECT_EQ(other[0].expected, "year");
    EXPECT_NE(other[0].found, "");
  }
}

TEST(Scenarios, NoticeAWayThatIsOpenOrClosed) {
  for (auto story : stories()) {
    story.may_send = !story.may_send;
    const auto out = run(story);
    ASSERT_EQ(out.size(), 1u) << story.name;
    EXPECT_EQ(out[0].at, "may send");
    EXPECT_EQ(out[0].expected, story.may_send ? "yes" : "no");
  }
}

TEST(Scenarios, TellTheWritersOwnCopyFromSomebodyElses) {
  policy::Scenario story;
  story.note_type = "progress.engagement";
  story.from = story.to = Role::cm;
  story.basis = Basis::justiceCondition;
  story.purpose = Purpose::filing;
  story.gets = {};
  const auto others = run(story);
  story.own = true;
  EXPECT_NE(run(story).size(), others.size());
}

TEST(Scenarios, RefuseNoteTypesAndFieldsThatAreNot) {
  auto story = stories().front();
  story.note_type = "no.such.note";
  EXPECT_EQ(policy::run_scenario(story, default_pack(), note_schemas()).error().code, Code::schema_unknown);
  story = stories().front();
  story.gets.push_back({"no-such-field", Form::full});
  const auto out = policy::run_scenario(story, default_pack(), note_schemas());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::policy_key_unknown);
  EXPECT_EQ(out.error().path, "gets.no-such-field");
}

TEST(ScenariosFile, IsStrict) {
  const std::string good = "[scenario.s]\nnote = \"court.event\"\nfrom = \"COURT\"\nto = \"CM\"\nbasis = \"part2-consent\"\npurpose = \"COORD\"\n";
  EXPECT_TRUE(consent::read_scenarios(good + "gets = { court = \"full\" }\n"));
  const auto refused = [&](const std::string& toml, Code code, std::string_view path) {
    const auto out = consent::read_scenarios(toml);
    return !out && out.error().code == code && out.error().path == path;
  };
  EXPECT_TRUE(refused(good, Code::policy_pack_malformed, "scenario.s.gets"));
  EXPECT_TRUE(refused(good + "gets = { court = \"whole\" }\n", Code::policy_key_unknown, "scenario.s.gets.court"));
  EXPECT_TRUE(refused(good + "consent = []\ngets = {}\n", Code::policy_pack_malformed, "scenario.s.consent"));
  EXPECT_TRUE(refused(good + "consent = [\"SUD\", \"SUD\"]\ngets = {}\n", Code::policy_conflict, "scenario.s.consent"));
  EXPECT_TRUE(refused(good + "too = \"CM\"\ngets = {}\n", Code::policy_key_unknown, "scenario.s.too"));
  for (const auto key : {"from", "to", "basis", "purpose"}) {
    std::string toml = good;
    const auto at = toml.find(std::string(key) + " = \"") + std::string(key).size() + 4;
    toml.insert(at, "X");
    EXPECT_TRUE(refused(toml + "gets = {}\n", Code::policy_key_unknown, std::string("scenario.s.") + key)) << key;
  }
}

}  // namespace
}  // namespace xch::policy_test
