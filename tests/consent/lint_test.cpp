// The lint, rule by rule: the drafts of office.hpp pass, and one change each is refused by its rule and code.
#include <gmock/gmock.h>

#include <algorithm>

#include "consent/office.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class Lint : public ::testing::Test {
 protected:
  Bench bench;
  Bench patrol{SuiteId::x25519, "patrol", "patrol"};

  std::vector<std::string> errors(const ConsentDraft& draft) { return errors_of(bench.judge(draft)); }
  std::vector<std::string> warnings(const ConsentDraft& draft) { return warnings_of(bench.judge(draft)); }
  std::vector<std::string> patrol_errors(const ConsentDraft& draft) { return errors_of(patrol.judge(draft)); }

  PackBasis& basis(Bench& at, Basis wanted) {
    for (auto& row : at.pack.bases)
      if (row.basis == wanted) return row;
    give_up(Code::not_found, "basis");
  }
  void change_party(const std::string& name, const std::function<void(Party&)>& change) {
    Roster roster = bench.coalition.roster_body();
    for (auto& party : roster.parties)
      if (party.name == name) change(party);
    bench.coalition.adopt(roster);
  }
};

TEST_F(Lint, PassesTheThreeKindsOfDraft) {
  EXPECT_THAT(errors(care_draft()), IsEmpty());
  EXPECT_THAT(errors(justice_draft()), IsEmpty());
  EXPECT_THAT(patrol_errors(referral_draft()), IsEmpty());
}

TEST_F(Lint, GivesEachFindingARuleACitationASentenceAndAWayOut) {
  auto draft = care_draft();
  draft.purposes.clear();
  const auto findings = consent::lint(draft, bench.pack, *bench.coalition.roster(), bench.id("office"), kNow);
  const auto error = std::find_if(findings.begin(), findings.end(), [](const auto& f) { return f.is_error && f.rule == "P2-31-5"; });
  ASSERT_NE(error, findings.end());
  EXPECT_EQ(error->citation, "42 CFR 2.31(a)(5)");
  EXPECT_EQ(error->text, "No purpose is given.");
  EXPECT_EQ(error->fix, "Name each purpose of the sharing.");
}

// ---- the ten elements of 42 CFR 2.31(a) ------------------------------------------------------------------------------

TEST_F(Lint, P2_31_1_RefusesAPersonWithoutAParticipantId) {
  auto draft = care_draft();
  for (const char* subject : {"", "Maria Reyes", "p/417", "ppppppppppppppppppppppppppppppppp"}) {
    draft.subject = subject;
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-1 consent_incomplete")) << subject;
  }
  draft.subject = "pppppppppppppppppppppppppppppppp";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_31_1_RefusesIdentityWithoutTheNameAndARecordThatIsNoObject) {
  auto draft = care_draft();
  draft.subject_record = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-1 consent_incomplete"));
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(errors(draft), IsEmpty());
  for (const char* record : {"Maria", "[1]", "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":"}) {
    draft.subject_record = record;
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-1 consent_incomplete")) << record;
  }
  draft.subject_record = "{\"name\":\"" + std::string(4096 - 11, 'm') + "\"}";
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.subject_record = "{\"name\":\"" + std::string(4096 - 10, 'm') + "\"}";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-1 consent_incomplete"));
}

TEST_F(Lint, P2_31_2_RefusesADraftWithoutADiscloserOrWithOneThatIsNotEnrolled) {
  auto draft = care_draft();
  draft.disclosers = {};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-2 consent_incomplete"));
  draft.disclosers = {"harbor", "any provider"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-2 consent_recipient"));
}

TEST_F(Lint, P2_31_3_RefusesADraftThatDoesNotSayWhat) {
  auto draft = care_draft();
  draft.classes = {};
  EXPECT_THAT(errors(draft), Contains("P2-31-3 consent_incomplete"));
  draft.classes = {FieldClass::sud, FieldClass::none};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-3 consent_class"));
}

TEST_F(Lint, P2_31_3_WarnsOfAClassThatNobodyWouldSee) {
  auto draft = care_draft();
  EXPECT_THAT(warnings(draft), Not(Contains("P2-31-3")));
  draft.classes.push_back(FieldClass::lei);
  EXPECT_THAT(errors(draft), IsEmpty());
  EXPECT_THAT(warnings(draft), Contains("P2-31-3"));
}

TEST_F(Lint, P2_31_4i_RefusesAClassOfRecipientsAndAnUnknownOne) {
  auto draft = care_draft();
  for (const char* name : {"law enforcement", "my treating providers", "seattle-pd", "Clinic"}) {
    draft.recipients = {"clinic", name};
    const auto found = bench.judge(draft);
    EXPECT_THAT(errors_of(found), ElementsAre("P2-31-4i consent_recipient")) << name;
    for (const auto& judged : found) EXPECT_EQ(judged.finding.text.find(name), std::string::npos) << name;
  }
  draft.recipients = {};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_incomplete"));
}

TEST_F(Lint, P2_31_4i_RefusesPoliceProsecutorsAndHousingOnANamedConsent) {
  auto draft = care_draft();
  for (const char* name : {"patrol", "liaison", "prosecutor", "office"}) {
    draft.recipients = {"clinic", name};
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_recipient")) << name;
  }
}

TEST_F(Lint, P2_31_4i_RefusesAnybodyButTreatingProvidersForTreatment) {
  basis(bench, Basis::part2Consent).purposes.push_back(Purpose::etreat);
  auto draft = care_draft();
  draft.purposes.push_back(Purpose::etreat);
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_recipient"));  // the defender
  draft.recipients = {"clinic"};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_31_4iii_AsksForTheRedisclosureStatementWhereACoveredEntityReceives) {
  basis(bench, Basis::part2Consent).elements.push_back("P2-31-4iii");
  auto draft = care_draft();
  EXPECT_THAT(errors(draft), IsEmpty());
  change_party("clinic", [](Party& party) { party.kind = PartyKind::coveredEntity; });
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4iii consent_incomplete"));
  draft.redisclosure_explained = true;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_31_5_RefusesADraftWithoutPurposeOrWithOneTheBasisDoesNotOpen) {
  auto draft = care_draft();
  draft.purposes = {};
  EXPECT_THAT(errors(draft), Contains("P2-31-5 consent_purpose"));
  draft.purposes = {Purpose::coord, Purpose::filing};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-5 consent_purpose"));
}

TEST_F(Lint, P2_31_6_RefusesANamedConsentWithoutTheRightToRevoke) {
  auto draft = care_draft();
  draft.revocation_explained = false;
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-6 consent_incomplete"));
}

TEST_F(Lint, P2_31_7_RefusesADraftWithoutAnEnd) {
  auto draft = care_draft();
  draft.last_day = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_incomplete"));
}

TEST_F(Lint, P2_31_7_RefusesDaysThatAreNoDatesOrLieBackward) {
  auto draft = care_draft();
  for (const char* day : {"2027-02-30", "soon", "2026-11-25"}) {
    draft.last_day = day;
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_period")) << day;
  }
  draft = care_draft();
  draft.first_day = "26 Nov 2026";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_period"));
  draft = care_draft();
  draft.zone_offset_minutes = 15 * 60;
  EXPECT_THAT(errors(draft), Contains("P2-31-7 consent_zone"));
}

TEST_F(Lint, P2_31_7_RefusesAnEndThatIsPast) {
  auto draft = care_draft();
  bench.now = *parse_time("2027-02-22T08:00:00Z");  // one second after the last day in the form's zone
  EXPECT_THAT(errors(draft), Contains("P2-31-7 consent_period"));
  bench.now = *parse_time("2027-02-22T07:59:59Z");
  EXPECT_THAT(errors(draft), Not(Contains("P2-31-7 consent_period")));
}

TEST_F(Lint, P2_31_7_RefusesALongerPeriodThanThePackAllows) {
  auto draft = care_draft();
  draft.last_day = "2027-11-25";  // 365 days, both included
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.last_day = "2027-11-26";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_period"));
}

TEST_F(Lint, P2_31_8_RefusesAFormWithoutSignature) {
  auto draft = care_draft();
  draft.signer = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-8 consent_not_signed"));
  draft = care_draft();
  draft.signed_form.clear();
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-8 consent_not_signed"));
}

TEST_F(Lint, P2_15_RefusesASignerWhoMayNotSign) {
  auto draft = care_draft();
  draft.signer = "officer";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-8 consent_not_signed"));
  draft.signer = "parent";  // of an adult
  EXPECT_THAT(errors(draft), ElementsAre("P2-15 consent_not_signed"));
  draft.signer = "participant";
  draft.co_signers = {"parent"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-15 consent_not_signed"));
}

TEST_F(Lint, P2_15_AcceptsWhoMaySignForAnAdult) {
  auto draft = care_draft();
  for (const char* signer : {"participant", "guardian", "personal-representative", "court-appointed-guardian"}) {
    draft.signer = signer;
    EXPECT_THAT(errors(draft), IsEmpty()) << signer;
  }
}

TEST_F(Lint, P2_31_9_RefusesASignatureWithoutADayOrInTheFuture) {
  auto draft = care_draft();
  draft.signed_day = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-9 consent_not_signed"));
  draft.signed_day = "yesterday";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-9 consent_period"));
  draft.signed_day = draft.first_day = "2026-11-27";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-9 consent_period"));
  bench.now = *parse_time("2026-11-27T08:00:00Z");  // the day has begun where the form was signed
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_31_9_RefusesAConsentThatHoldsBeforeItWasSigned) {
  auto draft = care_draft();
  draft.first_day = "2026-11-25";
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-9 consent_period"));
  draft.signed_day = "2026-11-20";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_31_10_AsksForTheStatementWhereThePackDemandsIt) {
  basis(bench, Basis::part2Consent).elements.push_back("P2-31-10");
  auto draft = care_draft();
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-10 consent_incomplete", "P2-31-10 consent_incomplete"));
  draft.redisclosure_explained = true;
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-10 consent_incomplete"));
  draft.statements = {"refusal"};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, RefusesAnElementThatNobodyKnowsHowToCheck) {
  basis(bench, Basis::part2Consent).elements.push_back("P2-99-z");
  EXPECT_THAT(errors(care_draft()), ElementsAre("P2-99-z consent_incomplete"));
}

// ---- around the elements -----------------------------------------------------------------------------------------------

TEST_F(Lint, P2_31_b_RefusesCounsellingNotesBesideAnythingElse) {
  auto draft = care_draft();
  draft.classes.push_back(FieldClass::sudn);
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-b consent_class"));
  draft.classes = {FieldClass::psyn, FieldClass::sud};
  EXPECT_THAT(errors(draft), ElementsAre("H-508-b3 consent_class"));
  draft.classes = {FieldClass::sudn, FieldClass::psyn};
  EXPECT_THAT(errors(draft), Contains("P2-31-b consent_class"));
  EXPECT_THAT(errors(draft), Contains("H-508-b3 consent_class"));
  draft.classes = {FieldClass::sudn};
  EXPECT_THAT(errors(draft), Not(Contains("P2-31-b consent_class")));
}

TEST_F(Lint, P2_31_d_RefusesProceedingsInAnyConsent) {
  for (auto draft : {care_draft(), justice_draft()}) {
    draft.purposes.push_back(Purpose::proceeding);
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-d consent_purpose"));
  }
}

TEST_F(Lint, P2_32_RefusesASupersededNotice) {
  for (auto& notice : bench.pack.notices) notice.superseded = notice.notice == Notice::p2Long2024;
  EXPECT_THAT(errors(care_draft()), ElementsAre("P2-32 notice_superseded"));
  bench.pack.notices.clear();
  EXPECT_THAT(errors(care_draft()), ElementsAre("P2-32 notice_superseded"));
}

TEST_F(Lint, P2_13_a_RefusesAReaderWithoutAPart2CompartmentUnderAPart2Basis) {
  auto draft = care_draft();
  draft.classes = {FieldClass::id, FieldClass::eng};
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-a consent_recipient", "P2-13-a consent_recipient"));
  draft.classes.push_back(FieldClass::sud);
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.classes = {FieldClass::id, FieldClass::eng};
  basis(bench, Basis::part2Consent).part2 = false;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_13_a_RefusesARecipientWhoWouldGetNothing) {
  auto draft = care_draft();
  draft.classes = {FieldClass::lei};
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-a consent_recipient", "P2-13-a consent_recipient"));
}

TEST_F(Lint, P2_13_c_RefusesAReferrerWhoIsNoRecipient) {
  auto draft = care_draft();
  draft.referred_by = "patrol";
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-c consent_recipient"));
  draft.referred_by = "nobody";
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-c consent_recipient"));
  draft.referred_by = "clinic";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, RefusesMoreAgenciesThanOneNoteGoesTo) {
  Roster roster = bench.coalition.roster_body();
  const Party clinic = *bench.coalition.roster()->party_named("clinic");
  auto draft = care_draft();
  draft.recipients.clear();
  for (int i = 0; i < 32; ++i) {
    Party another = clinic;
    another.name = "clinic " + std::to_string(i);
    another.id = fixed_id<PartyId>(another.name);
    another.keys.clear();
    roster.parties.push_back(another);
    if (i < 31) draft.recipients.push_back(another.name);
  }
  std::sort(roster.parties.begin(), roster.parties.end(), [](const Party& a, const Party& b) { return a.id < b.id; });
  bench.coalition.adopt(roster);
  const std::string refused = "LX-size consent_recipient";
  EXPECT_THAT(errors(draft), Not(Contains(refused))) << "and the archive copy makes 32";
  draft.recipients.push_back("clinic 31");
  EXPECT_THAT(errors(draft), Contains(refused));
}

TEST_F(Lint, RefusesAnEvaluatorBesideOthers) {
  change_party("defender", [](Party& party) { party.role = Role::eval; });
  basis(bench, Basis::part2Consent).readers = {Role::cm, Role::txp, Role::eval};
  bench.pack.cells.push_back({Basis::part2Consent, Purpose::coord, Role::eval, FieldClass::sud, Effect::generalise, Form::yesNo,
                              false, Relation::any, ""});
  std::sort(bench.pack.cells.begin(), bench.pack.cells.end(), [](const PackCell& a, const PackCell& b) {
    return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
  });
  bench.pack.cells.erase(std::unique(bench.pack.cells.begin(), bench.pack.cells.end(),
                                     [](const PackCell& a, const PackCell& b) {
                                       return std::tie(a.basis, a.purpose, a.role, a.field_class) ==
                                              std::tie(b.basis, b.purpose, b.role, b.field_class);
                                     }),
                         bench.pack.cells.end());
  auto draft = care_draft();
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(errors(draft), ElementsAre("LX-alone consent_recipient"));
  draft.recipients = {"defender"};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, RefusesABasisThePackDoesNotKnow) {
  auto draft = care_draft();
  draft.basis = Basis::none;
  EXPECT_THAT(errors(draft), ElementsAre("LX-basis consent_authority"));
}

TEST_F(Lint, RefusesAnAuthorityThatMayNotIssueTheBasis) {
  const auto issued_by = [&](const char* name) {
    return errors_of(consent::judge(care_draft(), bench.pack, *bench.coalition.roster(), bench.id(name), kNow));
  };
  EXPECT_THAT(issued_by("office"), IsEmpty());
  EXPECT_THAT(issued_by("harbor"), ElementsAre("LX-basis consent_authority"));  // no key
  EXPECT_THAT(issued_by("patrol"), ElementsAre("LX-basis consent_authority"));  // a key for its own facts only
  change_party("office", [](Party& party) { party.kind = PartyKind::justice; });
  EXPECT_THAT(issued_by("office"), ElementsAre("LX-basis consent_authority"));  // a kind the pack does not name
}

TEST_F(Lint, RefusesAnAuthorityKeyThatIsRevokedOrOutOfItsWindow) {
  Roster roster = bench.coalition.roster_body();
  roster.revoked = {{bench.coalition["office"].authority->id, after_now(1)}};
  bench.coalition.adopt(roster);
  EXPECT_THAT(errors(care_draft()), IsEmpty());
  bench.now = after_now(1);
  EXPECT_THAT(errors(care_draft()), ElementsAre("LX-basis consent_authority"));
}

TEST_F(Lint, CJ_exch_RefusesAnAgencyWhoseAgreementIsNotInForce) {
  change_party("clinic", [](Party& party) { party.agreement_not_after = before_now(1); });
  EXPECT_THAT(errors(care_draft()), ElementsAre("CJ-exch consent_recipient"));
  change_party("clinic", [](Party& party) { party.agreement_not_after = after_now(0); });
  EXPECT_THAT(errors(care_draft()), IsEmpty());
  EXPECT_THAT(warnings(care_draft()), Contains("CJ-exch"));  // it ends before the consent does
  change_party("clinic", [](Party& party) { party.agreement_not_after = after_now(300 * kDay); });
  change_party("harbor", [](Party& party) { party.agreement_not_before = after_now(1); });
  EXPECT_THAT(errors(care_draft()), ElementsAre("CJ-exch consent_recipient"));
  change_party("harbor", [](Party& party) { party.agreement_not_before = before_now(1); });
  change_party("office", [](Party& party) { party.agreement_not_after = before_now(1); });
  EXPECT_THAT(errors(care_draft()), ElementsAre("CJ-exch consent_authority"));
}

TEST_F(Lint, RefusesAnAgencyWithoutAnEncryptionKeyInForce) {
  bench.now = after_now(4 * kDay + 1);
  EXPECT_THAT(errors(care_draft()), Contains("LX-key seal_recipient_key"));
  bench.now = after_now(4 * kDay);
  EXPECT_THAT(errors(care_draft()), IsEmpty());
}

TEST_F(Lint, WarnsOfAnOriThatIsNotOneOfTheRole) {
  EXPECT_THAT(warnings(justice_draft()), Not(Contains("ORI-9")));
  change_party("prosecutor", [](Party& party) { party.ori = "WA0170130"; });
  EXPECT_THAT(errors(justice_draft()), IsEmpty());
  EXPECT_THAT(warnings(justice_draft()), Contains("ORI-9"));
}

TEST_F(Lint, WarnsOfARecipientThatNoNoteTypeReaches) {
  EXPECT_THAT(warnings(care_draft()), Not(Contains("P2-31-4i")));
  auto draft = care_draft();
  draft.disclosers = {"clinic"};
  draft.recipients = {"harbor", "defender"};
  EXPECT_THAT(errors(draft), IsEmpty());
  EXPECT_THAT(warnings(draft), Contains("P2-31-4i"));
}

TEST_F(Lint, RefusesOversizedTexts) {
  auto draft = care_draft();
  draft.signed_form.assign(4u * 1024 * 1024, 'x');
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.signed_form.push_back('x');
  EXPECT_THAT(errors(draft), ElementsAre("LX-size consent_incomplete"));
  auto justice = justice_draft();
  justice.proceeding.assign(201, 'x');
  EXPECT_THAT(errors(justice), ElementsAre("LX-size consent_incomplete"));
}

// ---- 42 CFR 2.35 ---------------------------------------------------------------------------------------------------------

TEST_F(Lint, P2_35_a1_RefusesAConditionWithoutAProceeding) {
  auto draft = justice_draft();
  draft.proceeding = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-a1 consent_incomplete"));
}

TEST_F(Lint, P2_35_a1_RefusesALineOfficerAndAnybodyOutsideCriminalJustice) {
  auto draft = justice_draft();
  for (const char* name : {"patrol", "liaison", "clinic", "defender"}) {
    draft.recipients = {name};
    EXPECT_THAT(errors(draft), ElementsAre("P2-35-a1 consent_recipient")) << name;
  }
}

TEST_F(Lint, P2_35_a2_AsksForNoStatementOnRevocation) {
  auto draft = justice_draft();
  draft.revocation_explained = false;
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_35_b_RefusesAConditionWithoutAPeriodOfEffect) {
  auto draft = justice_draft();
  draft.last_day = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-b consent_incomplete"));
  draft.last_day = "2027-11-26";
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-b consent_period"));
}

TEST_F(Lint, P2_35_c_RefusesAConditionThatNeverBecomesRevocable) {
  auto draft = justice_draft();
  draft.revocable_day = "";
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-c consent_incomplete"));
  draft.revocable_day = "2027-02-22";  // after the last day
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-c consent_period"));
  draft.revocable_day = "2027-02-21";
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(Lint, P2_35_d_RefusesAPackThatDoesNotBindToOfficialDuties) {
  auto& duties = basis(bench, Basis::justiceCondition).obligations;
  duties.erase(std::remove(duties.begin(), duties.end(), Obligation::officialDutiesOnly), duties.end());
  EXPECT_THAT(errors(justice_draft()), ElementsAre("P2-35-d consent_incomplete"));
}

// ---- originator authority ------------------------------------------------------------------------------------------------

TEST_F(Lint, Originator_RefusesAnyWriterButTheAuthorityItself) {
  auto draft = referral_draft();
  draft.disclosers = {"patrol", "liaison"};
  EXPECT_THAT(patrol_errors(draft), Contains("LX-originator consent_recipient"));
  draft.disclosers = {"liaison"};
  EXPECT_THAT(patrol_errors(draft), Contains("LX-originator consent_recipient"));
  draft.disclosers = {};
  EXPECT_THAT(patrol_errors(draft), Contains("LX-originator consent_incomplete"));
}

TEST_F(Lint, Originator_RefusesAClassThatIsNotTheWritersOwn) {
  auto draft = referral_draft();
  draft.classes.push_back(FieldClass::sud);
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_class"));
  draft.classes.back() = FieldClass::chri;
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_class"));
}

TEST_F(Lint, Originator_RefusesAReaderTheRowsDoNotOpenTo) {
  auto draft = referral_draft();
  draft.recipients = {"office", "defender"};
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_recipient"));
  draft.recipients = {"office", "clinic"};  // a role the basis does not name
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_recipient"));
  draft.recipients = {"office", "prosecutor"};
  EXPECT_THAT(patrol_errors(draft), IsEmpty());
}

TEST_F(Lint, Originator_RefusesAPurposeOutsideTheRows) {
  auto draft = referral_draft();
  draft.purposes.push_back(Purpose::coord);
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_purpose"));
}

TEST_F(Lint, Originator_RefusesMoreDaysThanThePackGives) {
  auto draft = referral_draft();
  draft.last_day = "2026-12-25";  // 30 days
  EXPECT_THAT(patrol_errors(draft), IsEmpty());
  draft.last_day = "2026-12-26";
  EXPECT_THAT(patrol_errors(draft), ElementsAre("LX-originator consent_period"));
}

TEST_F(Lint, Originator_RefusesAKindThatKnowsThePersonInConfidence) {
  const auto found = consent::judge(referral_draft(), patrol.pack, *patrol.coalition.roster(), patrol.id("harbor"), kNow);
  EXPECT_THAT(errors_of(found), Contains("LX-basis consent_authority"));
}

}  // namespace
}  // namespace xch::testing
