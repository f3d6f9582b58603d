// Accepted and refused cases of rules that other tests do not name in both directions; the rule table (rules.toml) asks for
// both of each rule that the library keeps.
#include <gmock/gmock.h>

#include "consent/bases.hpp"
#include "policy/lint.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class RuleCases : public BasesTest {};

const PolicyPack& pack() { return default_pack(); }

TEST_F(RuleCases, P2_12_use_AcceptsThePackThatBindsEveryTreatmentFact) {
  for (const auto& finding : policy::lint(pack(), builtin_schemas())) EXPECT_FALSE(finding.is_error()) << finding.at;
  for (const auto basis : {Basis::part2Consent, Basis::tpoConsent, Basis::counsellingNotes, Basis::justiceCondition, Basis::order266}) {
    const auto obligations = policy::obligations_of(pack(), basis, {Compartment(FieldClass::sud, Form::full)});
    EXPECT_THAT(obligations, Contains(Obligation::noUseAgainst)) << code_of(basis);
  }
}

TEST_F(RuleCases, P2_12_use_RefusesAPackWhoseTreatmentFactsMayBeUsedAgainstThePerson) {
  for (const auto basis : {Basis::part2Consent, Basis::tpoConsent, Basis::order266}) {
    auto changed = pack();
    for (auto& row : changed.bases)
      if (row.basis == basis)
        row.obligations.erase(std::remove(row.obligations.begin(), row.obligations.end(), Obligation::noUseAgainst), row.obligations.end());
    const auto findings = policy::lint(changed, builtin_schemas());
    ASSERT_FALSE(findings.empty());
    EXPECT_TRUE(findings.front().is_error());
    EXPECT_EQ(findings.front().citation, "42 CFR 2.12(d)(1)") << code_of(basis);
  }
}

TEST_F(RuleCases, P2_13_a_AcceptsARecipientWhoNeedsWhatIsTicked) {
  auto draft = at.draft(Basis::part2Consent);
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(errors(draft), IsEmpty());
  for (const auto& line : consent::plan(draft, at.bench.pack, *at.bench.coalition.roster()))
    EXPECT_EQ(line.field_class, FieldClass::sud);
}

TEST_F(RuleCases, P2_13_c_AcceptsTheAgencyThatReferredThePersonAmongThoseWhoReceive) {
  auto draft = at.draft(Basis::part2Consent);
  draft.referred_by = "clinic";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_1_AcceptsAPersonNamedByTheOfficesId) {
  auto draft = at.draft(Basis::part2Consent);
  for (const char* id : {"p-417", "7", "A-b-9"}) {
    draft.subject = id;
    EXPECT_THAT(errors(draft), IsEmpty()) << id;
  }
}

TEST_F(RuleCases, P2_31_2_AcceptsSeveralWhoShare) {
  auto draft = at.draft(Basis::part2Consent);
  draft.disclosers = {"harbor", "clinic"};
  draft.recipients = {"harbor", "clinic"};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_3_AcceptsClassesTickedOneByOne) {
  auto draft = at.draft(Basis::part2Consent);
  draft.classes = {FieldClass::sud, FieldClass::mh, FieldClass::need};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_5_AcceptsEveryPurposeThatTheBasisOpens) {
  auto draft = at.draft(Basis::part2Consent);
  draft.purposes = {Purpose::coord, Purpose::intake};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_6_AcceptsAFormThatSaysHowToRevoke) {
  auto draft = at.draft(Basis::part2Consent);
  draft.revocation_explained = true;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_7_AcceptsAnEndOnThisVeryDay) {
  auto draft = at.draft(Basis::part2Consent);
  draft.last_day = "2026-11-26";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_8_9_AcceptsAFormSignedBeforeItBegins) {
  auto draft = at.draft(Basis::part2Consent);
  draft.signed_day = "2026-11-20";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_31_8_9_RefusesAFormWithoutSignatureOrDay) {
  auto draft = at.draft(Basis::part2Consent);
  draft.signer.clear();
  draft.signed_day.clear();
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-8 consent_not_signed", "P2-31-9 consent_not_signed"));
}

TEST_F(RuleCases, P2_32_AcceptsTheNoticeInForce) {
  const auto* row = policy::basis_row(pack(), Basis::tpoConsent);
  EXPECT_EQ(row->notice, Notice::p2Long2024);
  EXPECT_THAT(errors(at.draft(Basis::tpoConsent)), IsEmpty());
}

TEST_F(RuleCases, P2_33_b1_AcceptsACoveredEntityThatPassesOnUnderATreatmentConsent) {
  EXPECT_TRUE(policy::may_present(pack(), Basis::tpoConsent, PartyKind::coveredEntity));
}

TEST_F(RuleCases, P2_33_b1_RefusesACoveredEntityThatPassesOnForProceedings) {
  for (const auto basis : {Basis::proceedings, Basis::order264, Basis::order265, Basis::order266, Basis::order267})
    EXPECT_FALSE(policy::may_present(pack(), basis, PartyKind::coveredEntity)) << code_of(basis);
  EXPECT_FALSE(policy::allows(pack(), Basis::tpoConsent, Purpose::proceeding, Role::txp, Compartment(FieldClass::sud, Form::full)));
}

TEST_F(RuleCases, P2_33_b2_AcceptsAProgramThatPassesOnWhatTheConsentNames) {
  EXPECT_TRUE(policy::may_present(pack(), Basis::part2Consent, PartyKind::part2Program));
  EXPECT_TRUE(policy::allows(pack(), Basis::part2Consent, Purpose::coord, Role::txp, Compartment(FieldClass::sud, Form::full)));
}

TEST_F(RuleCases, P2_33_b2_RefusesAProgramThatPassesOnToARoleOutsideTheConsent) {
  for (const auto role : {Role::leo, Role::les, Role::pros, Role::hsp, Role::pm})
    EXPECT_FALSE(policy::allows(pack(), Basis::part2Consent, Purpose::coord, role, Compartment(FieldClass::sud, Form::full)));
  EXPECT_FALSE(policy::may_present(pack(), Basis::counsellingNotes, PartyKind::part2Program));
}

TEST_F(RuleCases, P2_33_b3_AcceptsOnlyProgramsAndCoveredEntitiesAsWhoPassesOn) {
  for (const auto kind : {PartyKind::part2Program, PartyKind::coveredEntity})
    EXPECT_TRUE(policy::may_present(pack(), Basis::tpoConsent, kind)) << code_of(kind);
}

TEST_F(RuleCases, P2_33_b3_RefusesPoliceProsecutorsDefendersAndHousingAsWhoPassesOn) {
  for (const auto& row : pack().bases) {
    if (row.basis == Basis::originatorAuthority) continue;  // its own facts
    for (const auto kind : {PartyKind::justice, PartyKind::defence, PartyKind::community, PartyKind::victimService})
      EXPECT_FALSE(policy::may_present(pack(), row.basis, kind)) << code_of(row.basis) << " " << code_of(kind);
  }
}

TEST_F(RuleCases, P2_35_a1_AcceptsTheProsecutorWhoHoldsTheCharges) { EXPECT_THAT(errors(justice_draft()), IsEmpty()); }

TEST_F(RuleCases, P2_35_a2_AcceptsAConditionWithoutTheStatementOnRevocation) {
  auto draft = justice_draft();
  draft.revocation_explained = false;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_35_a2_RefusesAConditionWithoutTheOtherElements) {
  auto draft = justice_draft();
  draft.signed_form.clear();
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-8 consent_not_signed"));
}

TEST_F(RuleCases, P2_35_b_AcceptsAConditionWithAPeriodWithinTheYear) {
  auto draft = justice_draft();
  draft.last_day = "2027-11-25";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_35_c_AcceptsAConditionThatBecomesRevocableOnItsLastDay) {
  auto draft = justice_draft();
  draft.revocable_day = draft.last_day;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, P2_35_d_AcceptsAPackThatBindsToOfficialDuties) {
  const auto obligations = policy::obligations_of(pack(), Basis::justiceCondition, {Compartment(FieldClass::sud, Form::yesNo)});
  EXPECT_THAT(obligations, Contains(Obligation::officialDutiesOnly));
}

TEST_F(RuleCases, CJ_exch_AcceptsAgenciesUnderAnAgreementInForce) {
  EXPECT_THAT(errors(at.draft(Basis::part2Consent)), Not(Contains("CJ-exch consent_recipient")));
}

TEST_F(RuleCases, P2_33_a1_AcceptsWhoIsNamed) {
  EXPECT_THAT(errors(at.draft(Basis::part2Consent)), IsEmpty());
  EXPECT_THAT(errors(justice_draft()), IsEmpty());
}

TEST_F(RuleCases, P2_33_a1_RefusesTheProsecutorUnderANamedConsentAndTreatmentFactsWithoutTheCondition) {
  auto draft = at.draft(Basis::part2Consent);
  draft.recipients = {"prosecutor"};
  EXPECT_THAT(errors(draft), Contains("P2-31-4i consent_recipient"));
  for (const auto purpose : {Purpose::coord, Purpose::filing})
    EXPECT_FALSE(policy::allows(pack(), Basis::part2Consent, purpose, Role::pros, Compartment(FieldClass::sud, Form::yesNo)));
  EXPECT_TRUE(policy::allows(pack(), Basis::justiceCondition, Purpose::filing, Role::pros, Compartment(FieldClass::sud, Form::yesNo)));
}

TEST_F(RuleCases, CJ_AU8_AcceptsTimesInUtcAlone) {
  EXPECT_EQ(format_time(kNow).back(), 'Z');
  const auto grant = must(consent::issue(at.bench.desk(), care_draft()), "issue");
  EXPECT_EQ(format_time(grant.not_after), "2027-02-22T07:59:59Z");  // of a day in Seattle
}

TEST_F(RuleCases, CJ_AU8_RefusesATimeThatDoesNotSaySo) {
  for (const char* text : {"2026-11-26T12:00:00", "2026-11-26T12:00:00+01:00", "2026-11-26 12:00:00Z", "12:00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST_F(RuleCases, V_4_AcceptsWhereAVictimIsUnderTheVictimsOwnRelease) {
  auto draft = at.draft(Basis::victimRelease);
  draft.classes = {FieldClass::id, FieldClass::loc, FieldClass::con, FieldClass::hou};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RuleCases, V_4_RefusesWhereAVictimIsAndWhatTellsItUnderAnyOtherConsent) {
  at.draft(Basis::victimRelease);  // makes the defender's place a victim service's
  for (const auto basis : {Basis::part2Consent, Basis::plainRelease, Basis::hipaaAuthorization})
    for (const auto field_class : {FieldClass::loc, FieldClass::con, FieldClass::hou, FieldClass::need, FieldClass::id}) {
      auto draft = care_draft();
      draft.basis = basis;
      draft.disclosers = {"defender"};
      draft.recipients = {"harbor"};
      draft.classes = {field_class};
      EXPECT_THAT(errors(draft), Contains("V-1 consent_recipient")) << code_of(basis) << " " << code_of(field_class);
    }
}

TEST_F(RuleCases, ORI_9_AcceptsAProsecutorWhoseOriEndsInA) {
  EXPECT_THAT(at.warnings(justice_draft()), Not(Contains("ORI-9")));
}

TEST_F(RuleCases, ORI_9_RefusesToTakeAPoliceOriForAProsecutorsWithoutAWarning) {
  at.change("prosecutor", [](Party& party) { party.ori = "WA0170130"; });
  EXPECT_THAT(at.warnings(justice_draft()), Contains("ORI-9"));
}

}  // namespace
}  // namespace xch::testing
