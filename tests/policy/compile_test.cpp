// The compiler: what it makes of the default pack, and each thing it refuses, one change of the source at a time.
#include <algorithm>

#include "consent/pack_compiler/compile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packs.hpp"
#include "wire/records.hpp"

namespace xch::policy_test {
namespace {

using consent::compile_pack;
using consent::default_pack_toml;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string outcome(const Result<PolicyPack>& result) {
  if (result) return "compiled";
  return std::string(result.error().info().name) + " " + result.error().path;
}

/// with compiles the default source with one place changed.
std::string with(std::string_view from, std::string_view to) {
  std::string source(default_pack_toml());
  const auto at = source.find(from);
  if (at == std::string::npos || source.find(from, at + 1) != std::string::npos) return "the place is not unique";
  source.replace(at, from.size(), to);
  return outcome(compile_pack(source, note_schemas(), sha256));
}

/// adding compiles the default source with lines at its end.
std::string adding(std::string_view lines) {
  return outcome(compile_pack(std::string(default_pack_toml()) + "\n" + std::string(lines), note_schemas(), sha256));
}

TEST(Compile, TakesTheDefaultPack) {
  EXPECT_EQ(adding(""), "compiled");
  EXPECT_TRUE(policy::check_pack(default_pack()));
}

TEST(Compile, MakesAPackThatSurvivesTheWire) {
  const auto bytes = wire::encode(default_pack());
  const auto back = wire::decode_policy_pack(bytes);
  ASSERT_TRUE(back) << back.error().info().name;
  EXPECT_TRUE(policy::check_pack(*back));
  EXPECT_EQ(wire::encode(*back), bytes);
  EXPECT_EQ(back->cells.size(), default_pack().cells.size());
}

TEST(Compile, GivesTheSamePackEveryTime) {
  const auto again = compile_pack(default_pack_toml(), note_schemas(), sha256);
  ASSERT_TRUE(again);
  EXPECT_EQ(wire::encode(*again), wire::encode(default_pack()));
  auto reversed = note_schemas();
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(wire::encode(*compile_pack(default_pack_toml(), reversed, sha256)), wire::encode(default_pack()));
}

TEST(Compile, ListsWhatCounselShouldVerify) {
  consent::PackDiagnostics diagnostics;
  ASSERT_TRUE(compile_pack(default_pack_toml(), note_schemas(), sha256, &diagnostics));
  EXPECT_THAT(diagnostics.verify, ElementsAre(
      "basis.counselling-notes.signing.WA", "basis.crime-on-premises", "basis.hipaa-authorization.signing.WA", "basis.justice-condition",
      "basis.order-2-64", "basis.part2-consent.signing.WA", "basis.proceedings.signing.WA", "basis.serious-threat",
      "basis.tpo-consent.signing.WA", "basis.victim-release", "class.LEI", "edge.safety.alert", "matrix.IMM", "matrix.JUV"));
}

TEST(Compile, ListsCellsWhoseFormNoNoteTypeHas) {
  consent::PackDiagnostics diagnostics;
  ASSERT_TRUE(compile_pack(default_pack_toml(), note_schemas(), sha256, &diagnostics));
  EXPECT_THAT(diagnostics.no_slot, IsEmpty());
  auto schemas = note_schemas();
  schemas.erase(std::remove_if(schemas.begin(), schemas.end(), [](const NoteSchema& s) { return s.name == "housing.coord"; }),
                schemas.end());
  std::string source(default_pack_toml());
  for (const auto* end : {"[map.\"housing.coord\".status]", "[edge.\"housing.coord\"]"}) {
    const auto at = source.find(end);
    ASSERT_NE(at, std::string::npos);
    const auto next = source.find(end[1] == 'm' ? "[map.\"le.contact\"" : "[edge.\"le.contact\"", at);
    source.erase(at, next - at);
  }
  ASSERT_TRUE(compile_pack(source, schemas, sha256, &diagnostics));
  // LOC as an area for treatment stands in other note types too; housing as a level in none.
  EXPECT_THAT(diagnostics.no_slot, Contains("matrix.HOU.TXP"));
  EXPECT_THAT(diagnostics.no_slot, Not(Contains("matrix.LOC.TXP")));
}

TEST(Compile, RefusesWhatIsNoToml) {
  const auto at_a_line = StartsWith("policy_pack_malformed line ");
  EXPECT_THAT(adding("this is not toml"), at_a_line);
  EXPECT_THAT(adding("[class.ID]\ntitle = \"again\""), at_a_line);  // TOML names a table once
  EXPECT_THAT(with("PM = \"A\"\nCM = \"A\"\nTXP = \"A\"\nHSP = \"A\"\nPD = \"A\"\nCOURT = \"A\"", "PM = \"A\"\nPM = \"D\""),
              at_a_line);
  EXPECT_EQ(outcome(compile_pack("", note_schemas(), sha256)), "policy_pack_malformed name");
}

TEST(Compile, RefusesValuesOfAnotherShape) {
  EXPECT_EQ(with("name = \"lead-default\"", "name = 7"), "policy_pack_malformed name");
  EXPECT_EQ(with("name = \"lead-default\"", "name = \"\""), "policy_pack_malformed name");
  EXPECT_EQ(with("version = 1", "version = \"1\""), "policy_pack_malformed version");
  EXPECT_EQ(with("version = 1", "version = -1"), "policy_pack_malformed version");
  EXPECT_EQ(with("version = 1", "version = 1.5"), "policy_pack_malformed version");
  EXPECT_EQ(with("version = 1", "version = 0"), "policy_pack_malformed version");
  EXPECT_EQ(with("grant_leaves = 256 ", "grant_leaves = 255 "), "policy_pack_malformed parameters.grant_leaves");
  EXPECT_EQ(with("grant_leaves = 256 ", "grant_leaves = 65536 "), "policy_pack_malformed parameters.grant_leaves");
  EXPECT_EQ(with("intake_days = 14 ", "intake_days = 0 "), "policy_pack_malformed parameters");
  EXPECT_EQ(with("zone = \"America/Los_Angeles\"", "zone = \"Pacific time\""), "policy_pack_malformed parameters.zone");
  EXPECT_EQ(with("isolate = true", "isolate = \"yes\""), "policy_pack_malformed class.SDV.isolate");
  EXPECT_EQ(with("opens = [\"HOU\", \"ID\"]", "opens = [\"HOU\", 3]"), "policy_pack_malformed purpose.HOUSING.opens");
  EXPECT_EQ(with("[form.day]\nfunction = \"date-day\"", "[form.day]\nfunction = [\"date-day\"]"),
            "policy_pack_malformed form.day.function");
}

TEST(Compile, RefusesUnknownKeysEverywhere) {
  EXPECT_EQ(adding("[extra]\na = 1"), "policy_key_unknown extra");
  EXPECT_EQ(with("note_days = 30", "note_days = 30\nnote_weeks = 4"), "policy_key_unknown parameters.note_weeks");
  EXPECT_EQ(with("isolate = true", "isolated = true"), "policy_key_unknown class.SDV.isolated");
  EXPECT_EQ(with("[role.MHP]\nas", "[role.MHP]\nlike"), "policy_key_unknown role.MHP.like");
  EXPECT_EQ(with("[purpose.WARRANT]\ntitle", "[purpose.WARRANT]\nname"), "policy_key_unknown purpose.WARRANT.name");
  EXPECT_EQ(with("[form.area]\nfunction", "[form.area]\nmethod"), "policy_key_unknown form.area.method");
  EXPECT_EQ(with("[edge.\"intake.status\"]\nfrom", "[edge.\"intake.status\"]\nsender"), "policy_key_unknown edge.intake.status.sender");
  EXPECT_EQ(with("[notice.originator]\ntext", "[notice.originator]\nwords"), "policy_key_unknown notice.originator.words");
  EXPECT_EQ(with("{ give = \"A\", tick = true, reason = \"if the consent names it\" }", "{ give = \"A\", ticked = true }"),
            "policy_key_unknown matrix.SUD.PD.ticked");
  EXPECT_EQ(with("revocation = \"pending\"", "revoke = \"pending\""), "policy_key_unknown basis.justice-condition.revoke");
}

TEST(Compile, RefusesUnknownCodesEverywhere) {
  EXPECT_EQ(adding("[class.XYZ]\ntitle = \"x\""), "policy_key_unknown class.XYZ");
  EXPECT_EQ(adding("[role.XYZ]\nas = \"CM\""), "policy_key_unknown role.XYZ");
  EXPECT_EQ(with("[role.PROB]\nas = \"COURT\"", "[role.PROB]\nas = \"JUDGE\""), "policy_key_unknown role.PROB.as");
  EXPECT_EQ(adding("[purpose.XYZ]\ntitle = \"x\"\nopens = []"), "policy_key_unknown purpose.XYZ");
  EXPECT_EQ(with("opens = [\"HOU\", \"ID\"]", "opens = [\"HOU\", \"IDS\"]"), "policy_key_unknown purpose.HOUSING.opens");
  EXPECT_EQ(with("opens = \"all\"", "opens = \"most\""), "policy_key_unknown purpose.COORD.opens");
  EXPECT_EQ(adding("[matrix.XYZ]\nreason = \"x\""), "policy_key_unknown matrix.XYZ");
  EXPECT_EQ(adding("[matrix.GEN.XYZ]\ngive = \"A\""), "policy_key_unknown matrix.GEN.XYZ");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"Y\""), "policy_key_unknown matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"G(blurred)\""), "policy_key_unknown matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"Gyes-no\""), "policy_key_unknown matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"A\"\nrelation = \"cousin\""), "policy_key_unknown matrix.GEN.PD.relation");
  EXPECT_EQ(adding("[basis.xyz]\ntitle = \"x\"\ncitation = \"y\""), "policy_key_unknown basis.xyz");
  EXPECT_EQ(with("readers = [\"CM\", \"TXP\", \"MHP\", \"PD\"]", "readers = [\"CM\", \"TXP\", \"XYZ\"]"),
            "policy_key_unknown basis.part2-consent.readers");
  EXPECT_EQ(with("revocation = \"pending\"", "revocation = \"never\""), "policy_key_unknown basis.justice-condition.revocation");
  EXPECT_EQ(with("notice = \"originator\"", "notice = \"verbal\""), "policy_key_unknown basis.originator-authority.notice");
  EXPECT_EQ(with("notice = \"originator\"", "notice = \"42CFR2.32-2018\""), "policy_key_unknown basis.originator-authority.notice");
  EXPECT_EQ(with("\nkinds = [\"justice-agency\"]", "\nkinds = [\"police\"]"), "policy_key_unknown originator.kinds");
  EXPECT_EQ(with("[form.area]\nfunction = \"place-area\"", "[form.area]\nfunction = \"place-blur\""), "policy_key_unknown form.area.function");
  EXPECT_EQ(adding("[form.blur]\nfunction = \"table\"\nmin_preimages = 1"), "policy_key_unknown form.blur");
  EXPECT_EQ(adding("[notice.xyz]\ntext = \"x\""), "policy_key_unknown notice.xyz");
  EXPECT_EQ(adding("[edge.\"no.note\"]\nfrom = [\"CM\"]\nto = [\"PD\"]"), "policy_key_unknown edge.no.note");
  EXPECT_EQ(with("executable = [\"no-redisclosure\",", "executable = [\"no-telling\","), "policy_key_unknown executable");
}

TEST(Compile, ReadsATableByItsName) {
  // A field that names a table has the map of a field that spells it out.
  const std::string rows = "{ housing = \"housing\", shelter = \"housing\", permanentHousing = \"housing\", basics = \"basics\", "
      "food = \"basics\", clothing = \"basics\", hygiene = \"basics\", identification = \"basics\", phone = \"basics\", "
      "transport = \"basics\", health = \"health\", primaryCare = \"health\", dental = \"health\", work = \"work\", "
      "benefits = \"work\", employment = \"work\", education = \"work\", legal = \"legal\", legalHelp = \"legal\", "
      "courtDates = \"legal\", connections = \"connections\", family = \"connections\", socialSupport = \"connections\" }";
  std::string source(default_pack_toml());
  const std::string named = "[map.\"progress.engagement\".goals]\ntheme = \"needs\"";
  ASSERT_NE(source.find(named), std::string::npos);
  source.replace(source.find(named), named.size(), "[map.\"progress.engagement\".goals]\ntheme = " + rows);
  const auto spelled = compile_pack(source, note_schemas(), sha256);
  ASSERT_TRUE(spelled);
  EXPECT_EQ(wire::encode(*spelled), wire::encode(default_pack()));

  EXPECT_EQ(with("[map.\"progress.engagement\".goals]\ntheme = \"needs\"", "[map.\"progress.engagement\".goals]\ntheme = \"wants\""),
            "policy_key_unknown map.progress.engagement.goals.theme");
  EXPECT_EQ(with("[map.\"progress.engagement\".goals]\ntheme = \"needs\"", "[map.\"progress.engagement\".goals]\ntheme = 3"),
            "policy_pack_malformed map.progress.engagement.goals.theme");
}

TEST(Compile, ReadsASecondWayAndALongestLife) {
  EXPECT_EQ(with("[edge.\"safety.alert\".also]\nfrom", "[edge.\"safety.alert\".also]\nsender"),
            "policy_key_unknown edge.safety.alert.also.sender");
  EXPECT_EQ(with("max_hours = 72", "max_hours = 0"), "policy_pack_malformed edge.safety.alert.max_hours");
  EXPECT_EQ(with("max_hours = 72", "max_hours = -1"), "policy_pack_malformed edge.safety.alert.max_hours");
  EXPECT_EQ(with("max_hours = 72", "max_hours = 4000000000"), "policy_pack_malformed schema");
  EXPECT_EQ(with("max_hours = 72", "max_days = 3"), "policy_key_unknown edge.safety.alert.max_days");
}

TEST(Compile, RefusesACellSaidTwiceOrAgainstItself) {
  // A column that reads as another one, and a cell of its own beside it.
  EXPECT_EQ(adding("[matrix.GEN.MHP]\ngive = \"D\""), "policy_conflict matrix.GEN.MHP");
  EXPECT_EQ(adding("[matrix.GEN.VSP]\ngive = \"A\""), "policy_conflict matrix.GEN.VSP");
  EXPECT_EQ(with("[role.MHP]\nas = \"TXP\"", "[role.MHP]\nas = \"TXP\"\nnone = \"nothing\""), "policy_conflict role.MHP");
  EXPECT_EQ(with("[role.MHP]\nas = \"TXP\"", "[role.MHP]\nas = \"PROB\""), "policy_conflict role.MHP.as");
  // The matrix row as it stands, and a row of its own.
  EXPECT_EQ(with("[open.justice-condition.FILING]\nclasses = [\"LEG\"]", "[open.justice-condition.FILING]\nclasses = [\"ENG\", \"LEG\"]"),
            "policy_conflict open.justice-condition.FILING.ENG");
  // One code twice in a list.
  EXPECT_EQ(with("LEG = [\"PD\", \"CM\"]", "LEG = [\"PD\", \"CM\", \"PD\"]"), "policy_conflict originator.FILING.LEG");
  EXPECT_EQ(with("\"P2-35-c\", \"P2-35-d\"]", "\"P2-35-c\", \"P2-35-c\"]"), "policy_conflict basis.justice-condition.elements");
  // A form that is a mask given as generalised, and the other way round; nothing, under a condition.
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"G(initials)\""), "policy_conflict matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"M(level)\""), "policy_conflict matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"G(full)\""), "policy_conflict matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"D\"\ntick = true"), "policy_conflict matrix.GEN.PD");
}

TEST(Compile, RefusesToOpenMoreThanPurposeOrBasisAllows) {
  EXPECT_EQ(with("[open.part2-consent.SAFETY]\nclasses = [\"SAF\"]", "[open.part2-consent.SAFETY]\nclasses = [\"SAF\", \"CON\"]"),
            "policy_conflict open.part2-consent.SAFETY.classes");
  EXPECT_EQ(adding("[open.justice-condition.FILING.MH]\nreason = \"x\"\nPROS = \"A\""), "policy_conflict open.justice-condition.FILING.MH");
  EXPECT_EQ(adding("[open.justice-condition.COORD]\nclasses = [\"LEG\"]"), "policy_conflict open.justice-condition.COORD");
  EXPECT_EQ(adding("[open.originator-authority.REFER]\nclasses = [\"ID\"]"), "policy_conflict open.originator-authority");
  EXPECT_EQ(with("NEED = [\"CM\"]", "SUD = [\"CM\"]"), "policy_pack_malformed originator.COURT.SUD");  // not its own to write
  EXPECT_EQ(with("NEED = [\"CM\"]", "TXT = [\"CM\"]"), "policy_conflict originator.COURT.TXT");
  EXPECT_EQ(adding("[originator.COORD]\nreason = \"x\"\nID = [\"CM\"]"), "policy_conflict originator.COORD");
  EXPECT_EQ(with("purposes = [\"FILING\", \"COURT\"]", "purposes = [\"FILING\", \"COURT\", \"PROCEEDING\"]"),
            "policy_pack_malformed open.justice-condition.PROCEEDING");
}

TEST(Compile, RefusesWhatIsMissing) {
  EXPECT_EQ(with("[open.part2-consent.INTAKE]\nclasses = [\"ENG\"]\n", ""), "policy_pack_malformed open.part2-consent.INTAKE");
  EXPECT_EQ(with("title = \"gender\"", ""), "policy_pack_malformed class.GEN.title");
  EXPECT_EQ(with("reason = \"privilege\"\n", ""), "policy_pack_malformed matrix.PRV.reason");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ntick = true"), "policy_pack_malformed matrix.GEN.PD.give");
  EXPECT_EQ(adding("[matrix.GEN.PD]\ngive = \"G\""), "policy_pack_malformed matrix.GEN.PD.give");  // GEN has no coarsest form
  EXPECT_EQ(with("[form.theme]\nfunction = \"table\"\nmin_preimages = 2\n", ""), "policy_key_unknown matrix.NEED.LES");
  EXPECT_EQ(with("[notice.originator]\ntext = \"", "[notice.originator]\ntext = \"\" # \""), "policy_pack_malformed notice.originator.text");
  std::string without(default_pack_toml());
  without.resize(without.find("[originator]"));
  EXPECT_EQ(outcome(compile_pack(without, note_schemas(), sha256)), "policy_pack_malformed originator");
}

TEST(Compile, RefusesTablesThatAreNotWhole) {
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }", "yes-no = { active = \"yes\", lostContact = \"no\" }"),
            "policy_pack_malformed map.progress.engagement.engaged.yes-no.intermittent");
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }", "yes-no = { active = \"yes\", intermittent = \"maybe\", lostContact = \"no\" }"),
            "policy_key_unknown map.progress.engagement.engaged.yes-no.intermittent");
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }", "yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\", gone = \"no\" }"),
            "policy_key_unknown map.progress.engagement.engaged.yes-no.gone");
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }", "yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"unstated\" }"),
            "policy_conflict map.progress.engagement.engaged.yes-no.lostContact");
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }", "yes-no = { unstated = \"no\", active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }"),
            "policy_conflict map.progress.engagement.engaged.yes-no.unstated");
  EXPECT_EQ(with("yes-no = { active = \"yes\", intermittent = \"yes\", lostContact = \"no\" }\n", ""), "policy_pack_malformed schema.progress.engagement.engaged");
  // The levels and the yes-no form of one field must tell one story.
  EXPECT_EQ(with("level = { active = \"active\", intermittent = \"intermittent\", lostContact = \"lostContact\" }",
                 "level = { active = \"active\", intermittent = \"lostContact\", lostContact = \"lostContact\" }"),
            "policy_pack_malformed map.progress.engagement.engaged.level");
  // A group named by a code that belongs to another group: coarsening twice would go on.
  EXPECT_EQ(with("usual = \"usual\", crisisTeam = \"crisisTeam\", calmAndSlow = \"crisisTeam\"", "usual = \"calmAndSlow\", crisisTeam = \"crisisTeam\", calmAndSlow = \"crisisTeam\""),
            "policy_pack_malformed map.progress.engagement.contactApproach.category");
  // More than three levels; a theme of one code.
  EXPECT_EQ(with("threeToFive = \"threeOrMore\", sixOrMore = \"threeOrMore\"", "threeToFive = \"threeToFive\", sixOrMore = \"threeOrMore\""),
            "policy_pack_malformed map.progress.engagement.contacts.level");
  EXPECT_EQ(with("doNotContact = \"doNotContact\"\nnoHomeVisit = \"doNotContact\"\nnoVoicemail = \"doNotContact\"",
                 "doNotContact = \"takeCare\"\nnoHomeVisit = \"takeCare\"\nnoVoicemail = \"noVoicemail\""),
            "policy_pack_malformed map.referral.arrest.hazards.theme");
}

TEST(Compile, RefusesTablesOfFieldsAndFormsThatAreNotThere) {
  EXPECT_EQ(adding("[map.\"no.note\".f]\nyes-no = { a = \"yes\" }"), "policy_key_unknown map.no.note");
  EXPECT_EQ(adding("[map.\"progress.engagement\".mood]\nyes-no = { a = \"yes\" }"), "policy_key_unknown map.progress.engagement.mood");
  EXPECT_EQ(adding("[map.\"progress.engagement\".medicationSupport]\nyes-no = { yes = \"yes\" }"),
            "policy_key_unknown map.progress.engagement.medicationSupport.yes-no");  // it declares no form
  EXPECT_EQ(adding("[map.\"progress.engagement\".wellbeing]\nyes-no = { yes = \"yes\" }"),
            "policy_key_unknown map.progress.engagement.wellbeing.yes-no");  // it is no coded field
  EXPECT_EQ(adding("[map.\"intake.status\".completedOn]\nyes-no = { yes = \"yes\" }"),
            "policy_key_unknown map.intake.status.completedOn.yes-no");
}

TEST(Compile, RefusesAFunctionThatGivesAnotherFormOrPromisesTooMuch) {
  EXPECT_EQ(with("[form.area]\nfunction = \"place-area\"", "[form.area]\nfunction = \"text-initials\""), "policy_pack_malformed form.area.function");
  EXPECT_EQ(with("function = \"date-month\"\nmin_preimages = 28", "function = \"date-month\"\nmin_preimages = 29"),
            "policy_pack_malformed form.month.min_preimages");
  EXPECT_EQ(with("function = \"date-month\"\nmin_preimages = 28", "function = \"date-month\"\nmin_preimages = 0"),
            "policy_pack_malformed form.month.min_preimages");
}

TEST(Compile, RefusesASupersededNoticeInABasis) {
  EXPECT_EQ(with("[notice.originator]", "[notice.originator]\nsuperseded = true"), "notice_superseded basis.originator-authority.notice");
  EXPECT_EQ(with("[notice.\"42CFR2.32-short\"]", "[notice.\"42CFR2.32-short\"]\nsuperseded = true"), "compiled");
}

TEST(Compile, RefusesOriginatorsThatKnowThePersonInConfidence) {
  for (const auto* kind : {"part2-program", "covered-entity", "victim-service"})
    EXPECT_EQ(with("\nkinds = [\"justice-agency\"]", "\nkinds = [\"justice-agency\", \"" + std::string(kind) + "\"]"),
              "policy_pack_malformed originator.kinds");
  EXPECT_EQ(with("own = [\"ID\",", "own = [\"SUD\", \"ID\","), "policy_pack_malformed originator.own");
}

TEST(Compile, P2_51_RefusesAMedicalEmergencyAsABasis) {
  EXPECT_EQ(with("[basis.plain-release]", "[basis.medical-emergency]"), "policy_key_unknown open.plain-release");
  PolicyPack pack = default_pack();
  for (auto& row : pack.bases)
    if (row.basis == Basis::order267) row.basis = Basis::medicalEmergency;
  pack.cells.erase(std::remove_if(pack.cells.begin(), pack.cells.end(), [](const PackCell& c) { return c.basis == Basis::order267; }),
                   pack.cells.end());
  const auto out = policy::check_pack(pack);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().path, "basis.medical-emergency");
}

TEST(Compile, P2_31_d_RefusesProceedingsBesideAnotherPurposeAndUnderAnotherBasis) {
  EXPECT_EQ(with("[open.proceedings.PROCEEDING]", "[open.proceedings.COORD]\nclasses = [\"ID\"]\n[open.proceedings.PROCEEDING]"),
            "policy_conflict open.proceedings.COORD");
  for (const auto basis : {Basis::proceedings, Basis::part2Consent}) {
    PolicyPack pack = default_pack();
    for (auto& row : pack.bases)
      if (row.basis == basis) row.purposes = {Purpose::coord, Purpose::proceeding};
    const auto out = policy::check_pack(pack);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().path, "basis." + std::string(code_of(basis)) + ".purposes");
  }
}

TEST(Compile, ReadsWhoSignsByState) {
  const auto* row = policy::basis_row(default_pack(), Basis::victimRelease);
  ASSERT_EQ(row->signing.size(), 1u);
  EXPECT_EQ(row->signing[0].jurisdiction, "WA");
  EXPECT_EQ(row->signing[0].minor_alone_from, 0u);
  EXPECT_EQ(row->signing[0].undated_days, 90u);
  EXPECT_EQ(policy::basis_row(default_pack(), Basis::part2Consent)->signing[0].minor_alone_from, 13u);
  EXPECT_EQ(with("undated_days = 90", "undated_days = 90000"), "policy_pack_malformed basis.victim-release.signing.WA.undated_days");
  EXPECT_EQ(with("undated_days = 90", "undated_days = 181"), "policy_pack_malformed basis.victim-release.signing.WA");
  EXPECT_EQ(with("undated_days = 90", "minor_alone_from = 18"), "policy_pack_malformed basis.victim-release.signing.WA");
  EXPECT_EQ(with("undated_days = 90", "days = 90"), "policy_key_unknown basis.victim-release.signing.WA.days");
}

TEST(Compile, RefusesAPart2ReaderWithoutAPart2Compartment) {
  EXPECT_EQ(with("readers = [\"CM\", \"TXP\", \"MHP\", \"PD\"]", "readers = [\"CM\", \"TXP\", \"MHP\", \"PD\", \"HSP\"]"),
            "policy_pack_malformed basis.part2-consent.readers");
  EXPECT_EQ(with("readers = [\"CM\", \"TXP\", \"MHP\", \"PD\"]", "readers = [\"CM\", \"TXP\", \"MHP\", \"PD\", \"LES\"]"),
            "policy_pack_malformed basis.part2-consent.readers");
}

TEST(Compile, RefusesObligationsTheReadersAreNotExpectedToCarryOut) {
  EXPECT_EQ(with("\"official-duties-only\", \"no-integrate\"]\n\n[parameters]", "\"official-duties-only\"]\n\n[parameters]"),
            "policy_pack_malformed basis.serious-threat.obligations");
  EXPECT_EQ(with("[class.CHRI]\ntitle = \"criminal history\"\nobligations = [\"no-integrate\"]",
                 "[class.CHRI]\ntitle = \"criminal history\"\nobligations = [\"human-approval\"]"),
            "policy_pack_malformed class.CHRI");
  EXPECT_EQ(with("obligations = [\"no-redisclosure\", \"minimum-necessary\", \"accounting\"]", "obligations = [\"no-redisclosure\", \"human-approval\"]"),
            "policy_pack_malformed basis.originator-authority.obligations");
}

TEST(Compile, RefusesASchemaThatIsolatesOtherwise) {
  EXPECT_EQ(with("isolate = true ", "isolate = false "), "policy_pack_malformed schema.housing.coord.victimRelocation");
}

TEST(Compile, LeavesOutANoteTypeThatNobodyMaySend) {
  auto at_hand = note_schemas();
  for (const auto& bundle : wire::builtin_bundles())
    if (bundle.name == "bench.work") at_hand.push_back(wire::NoteType::load(bundle.bytes)->schema());
  ASSERT_EQ(at_hand.size(), 30u);
  consent::PackDiagnostics diagnostics;
  const auto pack = compile_pack(default_pack_toml(), at_hand, sha256, &diagnostics);
  ASSERT_TRUE(pack);
  EXPECT_EQ(wire::encode(*pack), wire::encode(default_pack()));
  EXPECT_THAT(diagnostics.no_edge, ElementsAre("bench.work"));
}

TEST(Compile, RefusesTwoNoteTypesOfOneName) {
  auto schemas = note_schemas();
  schemas.push_back(schemas.front());
  EXPECT_EQ(outcome(compile_pack(default_pack_toml(), schemas, sha256)), "policy_conflict " + schemas.front().name);
}

}  // namespace
}  // namespace xch::policy_test
