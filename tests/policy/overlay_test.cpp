// A pack that says how it differs from the default one: a new jurisdiction is data.
#include <fstream>
#include <sstream>

#include "consent/pack_compiler/claims.hpp"
#include "packs.hpp"
#include "policy/claim.hpp"
#include "policy/compare.hpp"
#include "policy/lint.hpp"
#include "policy/prove.hpp"
#include "policy/scenario.hpp"

namespace xch::policy_test {
namespace {

std::string santa_fe() {
  std::ifstream in(XCH_SOURCE_DIR "/consent/packs/santa-fe/pack.toml");
  std::stringstream out;
  out << in.rdbuf();
  EXPECT_FALSE(out.str().empty());
  return out.str();
}

Result<PolicyPack> compile(const std::string& toml) { return consent::compile_pack(toml, note_schemas(), sha256); }

PolicyPack laid(const std::string& more) {
  auto out = compile("base = \"lead-default\"\nname = \"county\"\nversion = 7\n" + more);
  EXPECT_TRUE(out) << out.error().info().name << " at " << out.error().path;
  return out ? *out : PolicyPack();
}

std::vector<std::string> rules(const PolicyPack& pack) {
  std::vector<std::string> out;
  for (const auto& change : policy::compare(default_pack(), pack).rules) out.push_back(change.rule);
  return out;
}

const PackCell& cell(const PolicyPack& pack, Role role, FieldClass field_class) {
  return *policy::cell_for(pack, Basis::part2Consent, Purpose::coord, role, field_class);
}

TEST(Overlay, OfNothingIsTheDefaultPackByAnotherName) {
  const auto pack = laid("");
  EXPECT_EQ(pack.name, "county");
  EXPECT_EQ(pack.pack_version, 7u);
  EXPECT_EQ(rules(pack), (std::vector<std::string>{"name", "version"}));
  EXPECT_TRUE(policy::compare(default_pack(), pack).disclosures.empty());
}

TEST(Overlay, KeepsTheMembersOfARowThatItDoesNotName) {
  const auto pack = laid("[matrix.HOU]\nPD = \"D\"\n");
  EXPECT_EQ(cell(pack, Role::pd, FieldClass::hou).effect, Effect::deny);
  EXPECT_EQ(cell(pack, Role::cm, FieldClass::hou).effect, Effect::allow);
  EXPECT_EQ(cell(pack, Role::cm, FieldClass::hou).reason, cell(default_pack(), Role::cm, FieldClass::hou).reason);
}

TEST(Overlay, PutsACellInPlaceOfTheWholeOfTheOldOne) {
  // The tick of the default cell must not stay on what is given here, nor its reason.
  const auto pack = laid("[matrix.HIV]\nCM = { give = \"A\" }\n");
  EXPECT_FALSE(cell(pack, Role::cm, FieldClass::hiv).tick);
  EXPECT_EQ(cell(pack, Role::cm, FieldClass::hiv).reason, "state law (RCW 70.02.220)");
  const auto opened = laid("[open.part2-consent.INTAKE]\nclasses = []\n");
  EXPECT_EQ(policy::cell_for(opened, Basis::part2Consent, Purpose::intake, Role::cm, FieldClass::eng), nullptr);
}

TEST(Overlay, IsRefusedWithoutANameAVersionOrAKnownBase) {
  const auto refused = [](const std::string& toml, Code code, const std::string& path) {
    const auto out = compile(toml);
    return !out && out.error().code == code && out.error().path == path;
  };
  EXPECT_TRUE(refused("base = \"lead-default\"\nversion = 1\n", Code::policy_pack_malformed, "name"));
  EXPECT_TRUE(refused("base = \"lead-default\"\nname = \"n\"\n", Code::policy_pack_malformed, "version"));
  EXPECT_TRUE(refused("base = \"other\"\nname = \"n\"\nversion = 1\n", Code::policy_key_unknown, "base"));
  EXPECT_TRUE(refused("base = 1\nname = \"n\"\nversion = 1\n", Code::policy_pack_malformed, "base"));
  EXPECT_TRUE(refused("base = \"lead-default\"\nname = \"n\"\nversion = 1\n[matrx.HIV]\nCM = \"A\"\n", Code::policy_key_unknown, "matrx"));
  EXPECT_TRUE(refused("base = \"lead-default\"\nname = \"n\"\nversion = 1\n[matrix.HIV]\nCMM = \"A\"\n", Code::policy_key_unknown, "matrix.HIV.CMM"));
}

TEST(SantaFe, DiffersFromTheDefaultPackByItsIntakeAndTheLawItCites) {
  const auto pack = compile(santa_fe());
  ASSERT_TRUE(pack) << pack.error().info().name << " at " << pack.error().path;
  EXPECT_EQ(pack->name, "santa-fe");
  EXPECT_EQ(pack->intake_days, 30u);
  EXPECT_EQ(pack->zone, "America/Denver");
  const auto difference = policy::compare(default_pack(), *pack);
  EXPECT_TRUE(difference.disclosures.empty());
  EXPECT_GT(difference.rules.size(), 10u);
  for (const auto& change : difference.rules) {
    const bool reason = change.rule.substr(0, 5) == "cell." && change.rule.substr(change.rule.size() - 7) == ".reason";
    const bool signing = change.rule.find(".signing.") != std::string::npos;
    const bool parameter = change.rule == "parameters.intake_days" || change.rule == "parameters.zone";
    EXPECT_TRUE(reason || signing || parameter || change.rule == "name") << change.rule;
    EXPECT_EQ(change.after.find("RCW"), std::string::npos) << change.rule;
  }
  for (const auto& row : pack->cells) EXPECT_EQ(row.reason.find("RCW"), std::string::npos) << code_of(row.field_class) << code_of(row.role);
}

TEST(SantaFe, HoldsToTheClaimsAndStoriesOfTheDefaultPack) {
  const auto pack = compile(santa_fe());
  ASSERT_TRUE(pack);
  for (const auto& finding : policy::lint(*pack, note_schemas())) EXPECT_FALSE(finding.is_error()) << finding.at;
  const auto claims = consent::read_claims(consent::default_claims_toml());
  const policy::Decisions decisions(*pack, note_schemas());
  for (const auto& row : *claims) EXPECT_TRUE(decisions.prove(*policy::parse_claim(row.says, *pack)).holds()) << row.id;
  const auto stories = consent::read_scenarios(consent::default_scenarios_toml());
  for (const auto& story : *stories) EXPECT_TRUE(policy::run_scenario(story, *pack, note_schemas())->empty()) << story.name;
}

}  // namespace
}  // namespace xch::policy_test
