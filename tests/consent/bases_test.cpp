// The bases other than the named consent of 42 CFR 2.31, 2.35 and originator authority: each passes, and one change each
// is refused by its rule.
#include <gmock/gmock.h>

#include "consent/authority/period.hpp"
#include "consent/bases.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class BasesLint : public BasesTest {};

TEST_F(BasesLint, EachOfThePackPassesWithTheDraftThatItsLawAsksFor) {
  for (std::uint16_t b = 1; b < kBasisCount; ++b) {
    const auto basis = static_cast<Basis>(b);
    if (basis == Basis::justiceCondition || basis == Basis::originatorAuthority || basis == Basis::medicalEmergency) continue;
    BasesBench fresh;
    EXPECT_THAT(fresh.errors(fresh.draft(basis)), IsEmpty()) << code_of(basis);
  }
}

TEST_F(BasesLint, EachOfThePackCanBeIssuedAndRevokedAtOnce) {
  for (std::uint16_t b = 1; b < kBasisCount; ++b) {
    const auto basis = static_cast<Basis>(b);
    if (basis == Basis::justiceCondition || basis == Basis::originatorAuthority || basis == Basis::medicalEmergency) continue;
    BasesBench fresh;
    const auto draft = fresh.draft(basis);
    const auto issued = consent::issue(fresh.bench.desk(), draft);
    ASSERT_TRUE(issued) << code_of(basis) << " " << issued.error().info().name << " " << issued.error().path;
    EXPECT_TRUE(fresh.bench.held_by(draft.recipients.front())) << code_of(basis);
    const auto ended = consent::revoke(fresh.bench.desk(), issued->id, "asked");
    ASSERT_TRUE(ended) << code_of(basis);
    EXPECT_FALSE(ended->pending) << code_of(basis);
    EXPECT_EQ(fresh.bench.published_state(issued->hash), GrantState::revoked) << code_of(basis);
  }
}

TEST_F(BasesLint, P2_51_RefusesAGrantForAMedicalEmergency) {
  auto draft = at.draft(Basis::medicalEmergency);
  EXPECT_THAT(errors(draft), ElementsAre("P2-51 consent_authority"));
  EXPECT_TRUE(refuses(consent::issue(at.bench.desk(), draft), Code::consent_authority));
}

// ---- treatment, payment, operations ------------------------------------------------------------------------------------

TEST_F(BasesLint, P2_31_4i_AcceptsTreatingProvidersForTreatmentPaymentAndOperations) {
  EXPECT_THAT(errors(at.draft(Basis::tpoConsent)), IsEmpty());
}

TEST_F(BasesLint, P2_31_4i_RefusesPoliceProsecutorsDefendersAndHousingUnderATreatmentConsent) {
  auto draft = at.draft(Basis::tpoConsent);
  for (const char* name : {"patrol", "liaison", "prosecutor", "defender"}) {
    draft.recipients = {"clinic", name};
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_recipient")) << name;
  }
  at.change("defender", [](Party& party) { party.kind = PartyKind::community, party.role = Role::hsp; });
  draft.recipients = {"defender"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_recipient"));
  at.role("defender", Role::cm);  // a role alone does not make a treating provider
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4i consent_recipient"));
  at.kind("defender", PartyKind::coveredEntity);
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, P2_31_4ii_RefusesAnIntermediaryAsARecipient) {
  auto draft = at.draft(Basis::tpoConsent);
  at.role("clinic", Role::relay);
  EXPECT_THAT(errors(draft), Contains("P2-31-4ii consent_recipient"));
}

TEST_F(BasesLint, P2_31_4ii_AcceptsTheMembersOfAnIntermediaryByName) {
  at.role("office", Role::relay);
  auto draft = at.draft(Basis::part2Consent);
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, P2_31_4iii_AcceptsACoveredEntityWhereRedisclosureIsExplained) {
  auto draft = at.draft(Basis::tpoConsent);
  at.kind("clinic", PartyKind::coveredEntity);
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, P2_31_4iii_RefusesACoveredEntityWhereRedisclosureIsNotExplained) {
  auto draft = at.draft(Basis::tpoConsent);
  at.kind("clinic", PartyKind::coveredEntity);
  draft.redisclosure_explained = false;
  EXPECT_THAT(errors(draft), Contains("P2-31-4iii consent_incomplete"));
}

TEST_F(BasesLint, P2_31_10_AcceptsATreatmentConsentThatSaysWhatFollows) {
  EXPECT_THAT(errors(at.draft(Basis::tpoConsent)), IsEmpty());
}

TEST_F(BasesLint, P2_31_10_RefusesATreatmentConsentThatDoesNotSayWhatFollows) {
  auto draft = at.draft(Basis::tpoConsent);
  draft.statements.clear();
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-10 consent_incomplete"));
  draft.statements = {"refusal"};
  draft.redisclosure_explained = false;
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-10 consent_incomplete"));
}

// ---- what goes alone -----------------------------------------------------------------------------------------------------

TEST_F(BasesLint, P2_31_b_AcceptsCounsellingNotesAlone) {
  EXPECT_THAT(errors(at.draft(Basis::counsellingNotes)), IsEmpty());
}

TEST_F(BasesLint, P2_31_b_RefusesCounsellingNotesTogetherWithAnything) {
  auto draft = at.draft(Basis::counsellingNotes);
  for (const auto field_class : {FieldClass::id, FieldClass::sud, FieldClass::psyn}) {
    draft.classes = {FieldClass::sudn, field_class};
    EXPECT_THAT(errors(draft), Contains("P2-31-b consent_class")) << code_of(field_class);
  }
}

TEST_F(BasesLint, P2_31_d_AcceptsAConsentForProceedingsAlone) {
  EXPECT_THAT(errors(at.draft(Basis::proceedings)), IsEmpty());
}

TEST_F(BasesLint, P2_31_d_RefusesProceedingsWithAnotherPurposeAndOtherReceivers) {
  auto draft = at.draft(Basis::proceedings);
  draft.purposes.push_back(Purpose::coord);
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-d consent_purpose"));
  draft = at.draft(Basis::proceedings);
  draft.recipients = {"clinic"};
  EXPECT_THAT(errors(draft), Contains("P2-31-d consent_recipient"));
}

TEST_F(BasesLint, H_508_b3_AcceptsPsychotherapyNotesAlone) {
  auto draft = at.draft(Basis::hipaaAuthorization);
  draft.classes = {FieldClass::psyn};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, H_508_b3_RefusesPsychotherapyNotesTogetherWithAnything) {
  auto draft = at.draft(Basis::hipaaAuthorization);
  draft.classes = {FieldClass::psyn, FieldClass::mh};
  EXPECT_THAT(errors(draft), ElementsAre("H-508-b3 consent_class"));
}

// ---- HIPAA and releases ----------------------------------------------------------------------------------------------------

TEST_F(BasesLint, H_508_c_AcceptsAnAuthorisationWithItsStatements) {
  EXPECT_THAT(errors(at.draft(Basis::hipaaAuthorization)), IsEmpty());
}

TEST_F(BasesLint, H_508_c_RefusesAnAuthorisationWithoutSignatureDayOrAStatement) {
  const auto good = at.draft(Basis::hipaaAuthorization);
  for (const auto& spoil : std::vector<std::function<void(ConsentDraft&)>>{
           [](ConsentDraft& d) { d.signer.clear(); }, [](ConsentDraft& d) { d.signed_day.clear(); },
           [](ConsentDraft& d) { d.redisclosure_explained = false; }, [](ConsentDraft& d) { d.statements = {"copy"}; },
           [](ConsentDraft& d) { d.statements = {"conditioning"}; }}) {
    auto draft = good;
    spoil(draft);
    const auto found = errors(draft);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].substr(0, 8), "H-508-c ");
  }
}

TEST_F(BasesLint, H_508_b5_AcceptsAnAuthorisationThatExplainsItsRevocation) {
  EXPECT_THAT(errors(at.draft(Basis::hipaaAuthorization)), IsEmpty());
}

TEST_F(BasesLint, H_508_b5_RefusesAnAuthorisationThatDoesNotExplainItsRevocation) {
  auto draft = at.draft(Basis::hipaaAuthorization);
  draft.revocation_explained = false;
  EXPECT_THAT(errors(draft), ElementsAre("H-508-b5 consent_incomplete"));
}

TEST_F(BasesLint, P2_12_a_AcceptsAPlainReleaseOfAnAgencyThatIsNoProgram) {
  EXPECT_THAT(errors(at.draft(Basis::plainRelease)), IsEmpty());
}

TEST_F(BasesLint, P2_12_a_RefusesAProgramThatSharesUnderAPlainReleaseOrAnAuthorisation) {
  for (const auto basis : {Basis::plainRelease, Basis::hipaaAuthorization}) {
    BasesBench fresh;
    const auto draft = fresh.draft(basis);
    fresh.kind("harbor", PartyKind::part2Program);
    EXPECT_THAT(fresh.errors(draft), ElementsAre("P2-12-a consent_recipient")) << code_of(basis);
  }
}

TEST_F(BasesLint, PlainReleaseRefusesHealthFactsAndAFormThatIsNotSigned) {
  auto draft = at.draft(Basis::plainRelease);
  draft.classes = {FieldClass::mh};
  EXPECT_THAT(errors(draft), Contains("P2-13-a consent_recipient"));
  draft = at.draft(Basis::plainRelease);
  draft.signer.clear();
  EXPECT_THAT(errors(draft), ElementsAre("ROI-signed consent_not_signed"));
  draft = at.draft(Basis::plainRelease);
  draft.revocation_explained = false;
  EXPECT_THAT(errors(draft), ElementsAre("ROI-revoke consent_incomplete"));
}

// ---- victims -----------------------------------------------------------------------------------------------------------------

TEST_F(BasesLint, V_1_AcceptsAVictimServiceUnderTheVictimsOwnRelease) {
  EXPECT_THAT(errors(at.draft(Basis::victimRelease)), IsEmpty());
}

TEST_F(BasesLint, V_1_RefusesAVictimServiceUnderAnyOtherBasisAndAnybodyElseUnderARelease) {
  for (const auto basis : {Basis::part2Consent, Basis::plainRelease}) {
    BasesBench fresh;
    auto draft = fresh.draft(basis);
    fresh.kind("harbor", PartyKind::victimService);
    EXPECT_THAT(fresh.errors(draft), Contains("V-1 consent_recipient")) << code_of(basis);
  }
  auto draft = at.draft(Basis::victimRelease);
  at.kind("defender", PartyKind::community);
  EXPECT_THAT(errors(draft), ElementsAre("V-1 consent_recipient"));
}

TEST_F(BasesLint, V_2_AcceptsAGuardianWhoIsNotTheAbuser) {
  auto draft = at.draft(Basis::victimRelease);
  draft.signer = "guardian";
  draft.statements.push_back("no-abuser-signs");
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, V_2_RefusesAReleaseThatIsNotInformedOrAConditionOrPerhapsSignedByTheAbuser) {
  auto draft = at.draft(Basis::victimRelease);
  draft.signer = "guardian";
  EXPECT_THAT(errors(draft), ElementsAre("V-2 consent_incomplete"));
  draft = at.draft(Basis::victimRelease);
  draft.statements = {"informed"};
  EXPECT_THAT(errors(draft), ElementsAre("V-2 consent_incomplete"));
  draft.statements = {"not-a-condition"};
  EXPECT_THAT(errors(draft), ElementsAre("V-2 consent_incomplete"));
  draft = at.draft(Basis::victimRelease);
  draft.signed_form.clear();
  EXPECT_THAT(errors(draft), ElementsAre("V-2 consent_not_signed"));
  draft = at.draft(Basis::victimRelease);
  draft.last_day = "2027-06-30";  // longer than what the pack calls reasonable
  EXPECT_THAT(errors(draft), Contains("P2-31-7 consent_period"));
}

TEST_F(BasesLint, V_WA_AcceptsAReleaseWithoutALastDayForNinetyDays) {
  auto draft = at.draft(Basis::victimRelease);
  draft.last_day.clear();
  draft.jurisdiction = "WA";
  EXPECT_THAT(errors(draft), IsEmpty());
  EXPECT_THAT(warnings(draft), Contains("V-WA"));
  const auto issued = consent::issue(at.bench.desk(), draft);
  ASSERT_TRUE(issued) << issued.error().info().name << " " << issued.error().path;
  EXPECT_EQ(format_time(issued->not_after), "2027-02-25T07:59:59Z");  // 90 days after the 26th, to the end of that day
}

TEST_F(BasesLint, V_WA_RefusesAReleaseWithoutALastDayElsewhereAndAMinorWithoutAParent) {
  auto draft = at.draft(Basis::victimRelease);
  draft.last_day.clear();
  EXPECT_THAT(errors(draft), Contains("P2-31-7 consent_incomplete"));
  draft = at.draft(Basis::victimRelease);
  draft.jurisdiction = "WA";
  draft.minor_age = 17;
  EXPECT_THAT(errors(draft), ElementsAre("V-WA consent_not_signed"));
  draft.co_signers = {"parent"};
  draft.statements.push_back("no-abuser-signs");
  EXPECT_THAT(errors(draft), IsEmpty());
}

// ---- who signs -----------------------------------------------------------------------------------------------------------------

TEST_F(BasesLint, P2_14_AcceptsAMinorAloneFromTheAgeOfTheStateAndWithAParentBelowIt) {
  auto draft = at.draft(Basis::part2Consent);
  draft.jurisdiction = "WA";
  draft.minor_age = 13;
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.minor_age = 12;
  draft.co_signers = {"parent"};
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.co_signers = {"guardian"};
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(BasesLint, P2_14_RefusesAParentWhereTheMinorAloneSignsAndAMinorWhereBothDo) {
  auto draft = at.draft(Basis::part2Consent);
  draft.jurisdiction = "WA";
  draft.minor_age = 13;
  draft.co_signers = {"parent"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
  draft.co_signers.clear();
  draft.signer = "parent";
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
  draft.signer = "participant";
  draft.minor_age = 12;
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
  draft.signer = "parent";
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
}

TEST_F(BasesLint, P2_14_RefusesAMinorOfAStateThatThePackDoesNotKnowAndAnAgeThatIsNone) {
  auto draft = at.draft(Basis::part2Consent);
  draft.minor_age = 15;
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
  draft.jurisdiction = "OR";
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
  draft.jurisdiction = "WA";
  draft.minor_age = 18;
  EXPECT_THAT(errors(draft), ElementsAre("P2-14 consent_not_signed"));
}

// ---- what the person asked to have kept back -------------------------------------------------------------------------------------

TEST_F(BasesLint, P2_22_26_AcceptsARestrictionAndKeepsBackWhatIsTickedAllTheSame) {
  auto draft = at.draft(Basis::tpoConsent);
  const auto reads = [&](FieldClass field_class) {
    for (const auto& line : consent::plan(draft, at.bench.pack, *at.bench.coalition.roster()))
      if (line.party == "clinic" && line.field_class == field_class && line.reads) return true;
    return false;
  };
  EXPECT_TRUE(reads(FieldClass::need));
  draft.restrictions = {{"clinic", FieldClass::need}};
  EXPECT_THAT(errors(draft), IsEmpty());
  EXPECT_THAT(warnings(draft), Contains("P2-22/26"));
  EXPECT_FALSE(reads(FieldClass::need));
  EXPECT_TRUE(reads(FieldClass::sud));
  draft.restrictions = {{"", FieldClass::eng}};
  EXPECT_FALSE(reads(FieldClass::eng));
  draft.restrictions = {{"defender", FieldClass::none}};  // of another agency
  EXPECT_TRUE(reads(FieldClass::need));
}

TEST_F(BasesLint, P2_22_26_RefusesARecipientFromWhomEverythingIsKeptBackAndAnUnknownOne) {
  auto draft = at.draft(Basis::tpoConsent);
  draft.restrictions = {{"clinic", FieldClass::none}};
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-a consent_recipient"));
  draft.restrictions = {{"the clinic", FieldClass::sud}};
  EXPECT_THAT(errors(draft), ElementsAre("P2-22/26 consent_recipient"));
}

// ---- threat and crime --------------------------------------------------------------------------------------------------------------

TEST_F(BasesLint, H_512j_AcceptsAThreatToThoseWhoCanPreventIt) {
  EXPECT_THAT(errors(at.draft(Basis::seriousThreat)), IsEmpty());
}

TEST_F(BasesLint, H_512j_RefusesAThreatThatIsNotImminentOrFromTherapyOrNotWrittenDownOrAProgram) {
  const auto good = at.draft(Basis::seriousThreat);
  for (std::size_t i = 0; i < good.statements.size(); ++i) {
    auto draft = good;
    draft.statements.erase(draft.statements.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(errors(draft), ElementsAre("H-512j consent_incomplete")) << i;
  }
  auto draft = good;
  draft.circumstances.clear();
  EXPECT_THAT(errors(draft), ElementsAre("H-512j consent_incomplete"));
  at.kind("harbor", PartyKind::part2Program);  // 42 CFR part 2 knows no such exception
  EXPECT_THAT(errors(good), ElementsAre("P2-12-a consent_recipient"));
}

TEST_F(BasesLint, P2_12_c5_AcceptsNameAddressWhereaboutsAndCircumstancesForPolice) {
  EXPECT_THAT(errors(at.draft(Basis::crimeOnPremises)), IsEmpty());
}

TEST_F(BasesLint, P2_12_c5_RefusesADateOfBirthAnythingElseAndAnybodyElse) {
  auto draft = at.draft(Basis::crimeOnPremises);
  draft.subject_record = R"({"name":"Maria Reyes","born":"1990-02-03"})";
  EXPECT_THAT(errors(draft), ElementsAre("P2-12-c5 consent_class"));
  draft = at.draft(Basis::crimeOnPremises);
  draft.circumstances.clear();
  EXPECT_THAT(errors(draft), ElementsAre("P2-12-c5 consent_incomplete"));
  draft = at.draft(Basis::crimeOnPremises);
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(errors(draft), ElementsAre("P2-13-a consent_recipient"));  // nothing is given
  draft = at.draft(Basis::crimeOnPremises);
  at.kind("patrol", PartyKind::community);
  EXPECT_THAT(errors(draft), ElementsAre("P2-12-c5 consent_recipient"));
}

// ---- orders of a court ---------------------------------------------------------------------------------------------------------------

TEST_F(BasesLint, P2_13_b_AcceptsAnOrderOfTheCourt) { EXPECT_THAT(errors(at.draft(Basis::order265)), IsEmpty()); }

TEST_F(BasesLint, P2_13_b_RefusesASubpoenaAloneWithItsCitation) {
  for (const auto basis : {Basis::order264, Basis::order265, Basis::order266, Basis::order267}) {
    auto draft = at.draft(basis);
    draft.order.kind = "subpoena";
    EXPECT_THAT(errors(draft), ElementsAre("P2-13-b consent_authority")) << code_of(basis);
    const auto judged = at.bench.judge(draft);
    EXPECT_EQ(judged.front().finding.citation, "42 CFR 2.13(b), 2.61");
    EXPECT_TRUE(refuses(consent::issue(at.bench.desk(), draft), Code::consent_authority));
  }
}

TEST_F(BasesLint, P2_61_AcceptsAnOrderWithItsDigestCourtAndDay) { EXPECT_THAT(errors(at.draft(Basis::order266)), IsEmpty()); }

TEST_F(BasesLint, P2_61_RefusesAnOrderWithoutDigestCourtOrDayOrBeforeIt) {
  const auto good = at.draft(Basis::order266);
  for (const auto& spoil : std::vector<std::function<void(ConsentDraft&)>>{
           [](ConsentDraft& d) { d.order.digest.pop_back(); }, [](ConsentDraft& d) { d.order.digest.clear(); },
           [](ConsentDraft& d) { d.order.court.clear(); }, [](ConsentDraft& d) { d.order.kind.clear(); },
           [](ConsentDraft& d) { d.order.day.clear(); }, [](ConsentDraft& d) { d.order.day = "2026-11-27"; },
           [](ConsentDraft& d) { d.first_day = "2026-11-19"; }}) {
    auto draft = good;
    spoil(draft);
    const auto found = errors(draft);
    ASSERT_FALSE(found.empty());
    for (const auto& one : found) EXPECT_EQ(one.substr(0, 6), "P2-61 ");
  }
}

TEST_F(BasesLint, AnOrderThatIsTakenInStandsInTheLogWithWhatItsParagraphAsksFor) {
  auto draft = at.draft(Basis::order265);
  draft.order.findings.emplace_back("notice-given");  // which this paragraph does not ask for
  const auto issued = testing::must(consent::issue(at.bench.desk(), draft), "issue");
  std::vector<consent::AuthorityAccess::EventDraft> orders;
  for (const auto& event : at.bench.home.events)
    if (event.kind == EventKind::courtOrder) orders.push_back(event);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].object, retag<Digest>(issued.hash));
  const auto day = consent::start_of_day("2026-11-20", draft.zone_offset_minutes);
  EXPECT_EQ(orders[0].detail_json,
            "{\"basis\":\"order-2-65\",\"paper\":\"" + std::string(64, 'a') + "\",\"ordered\":" +
                std::to_string(day->seconds) +
                ",\"findings\":\"holder-heard extremely-serious-crime substantial-value no-other-way public-interest\"}");
  testing::must(consent::issue(at.bench.desk(), at.draft(Basis::seriousThreat)), "issue");
  for (const auto& event : at.bench.home.events)
    EXPECT_TRUE(event.kind != EventKind::courtOrder || event.object == orders[0].object);
}

TEST_F(BasesLint, P2_62_AcceptsTheProgramAsWhoSharesUnderAnOrder) { EXPECT_THAT(errors(at.draft(Basis::order265)), IsEmpty()); }

TEST_F(BasesLint, P2_62_RefusesAnEvaluatorOrAuditorAsWhoSharesUnderAnOrder) {
  auto draft = at.draft(Basis::order265);
  at.kind("harbor", PartyKind::oversight);
  EXPECT_THAT(errors(draft), ElementsAre("P2-62 consent_recipient"));
}

TEST_F(BasesLint, P2_63_AcceptsWhatTheOrderNamesOfTheRecord) { EXPECT_THAT(errors(at.draft(Basis::order264)), IsEmpty()); }

TEST_F(BasesLint, P2_63_RefusesWhatWasSaidInConfidence) {
  for (const auto field_class : {FieldClass::sudn, FieldClass::psyn, FieldClass::txt}) {
    auto draft = at.draft(Basis::order265);
    draft.classes.push_back(field_class);
    EXPECT_THAT(errors(draft), Contains("P2-63 consent_class")) << code_of(field_class);
  }
}

class Orders : public BasesLint {
 protected:
  /// Each finding of the rule left out by itself is named.
  void refuses_without_each_finding(Basis basis, const std::string& rule) {
    const auto good = at.draft(basis);
    for (std::size_t i = 0; i < good.order.findings.size(); ++i) {
      auto draft = good;
      draft.order.findings.erase(draft.order.findings.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_THAT(errors(draft), ElementsAre(rule + " consent_incomplete")) << good.order.findings[i];
    }
  }
};

TEST_F(Orders, P2_64_AcceptsAnOrderOnAFictitiousNameWithNotice) { EXPECT_THAT(errors(at.draft(Basis::order264)), IsEmpty()); }
TEST_F(Orders, P2_64_RefusesAnOrderThatLacksOneOfItsFindings) { refuses_without_each_finding(Basis::order264, "P2-64"); }
TEST_F(Orders, P2_65_AcceptsAnOrderForAnExtremelySeriousCrime) { EXPECT_THAT(errors(at.draft(Basis::order265)), IsEmpty()); }
TEST_F(Orders, P2_65_RefusesAnOrderThatLacksOneOfItsFindings) { refuses_without_each_finding(Basis::order265, "P2-65"); }
TEST_F(Orders, P2_66_AcceptsAnOrderAgainstTheProgram) { EXPECT_THAT(errors(at.draft(Basis::order266)), IsEmpty()); }
TEST_F(Orders, P2_66_RefusesAnOrderThatLacksOneOfItsFindings) { refuses_without_each_finding(Basis::order266, "P2-66"); }
TEST_F(Orders, P2_67_AcceptsAnUndercoverOrderWithACrimeInTheProgram) { EXPECT_THAT(errors(at.draft(Basis::order267)), IsEmpty()); }
TEST_F(Orders, P2_67_RefusesAnOrderThatLacksOneOfItsFindings) { refuses_without_each_finding(Basis::order267, "P2-67"); }

TEST_F(BasesLint, RefusesAStatementOrAFindingThatNobodyKnows) {
  auto draft = at.draft(Basis::part2Consent);
  draft.statements = {"all-is-well"};
  EXPECT_THAT(errors(draft), ElementsAre("LX-statement consent_incomplete"));
  draft = at.draft(Basis::order266);
  draft.order.findings.push_back("it-is-fine");
  EXPECT_THAT(errors(draft), ElementsAre("LX-statement consent_incomplete"));
}

TEST_F(BasesLint, KeepsWhatTheDraftSaidInTheOfficesFile) {
  auto draft = at.draft(Basis::victimRelease);
  draft.jurisdiction = "WA";
  draft.minor_age = 16;
  draft.co_signers = {"guardian"};
  draft.statements.push_back("no-abuser-signs");
  draft.restrictions = {{"harbor", FieldClass::saf}};
  draft.circumstances = "told in the office";
  draft.order.court = "none";
  ASSERT_TRUE(consent::issue(at.bench.desk(), draft));
  const auto& files = at.bench.home.rows["authority.grants"];
  ASSERT_EQ(files.size(), 1u);
  const auto file = must(consent::decode_grant_file(files.begin()->second), "file");
  EXPECT_EQ(file.draft.jurisdiction, "WA");
  EXPECT_EQ(file.draft.minor_age, 16u);
  EXPECT_EQ(file.draft.co_signers, draft.co_signers);
  EXPECT_EQ(file.draft.statements, draft.statements);
  ASSERT_EQ(file.draft.restrictions.size(), 1u);
  EXPECT_EQ(file.draft.restrictions[0].party, "harbor");
  EXPECT_EQ(file.draft.restrictions[0].field_class, FieldClass::saf);
  EXPECT_EQ(file.draft.circumstances, draft.circumstances);
  EXPECT_EQ(file.draft.order.court, "none");
  // A file of the format before ends where these members begin.
  Bytes cut(files.begin()->second);
  cut[0] = 1;
  EXPECT_TRUE(refuses(consent::decode_grant_file(cut), Code::store_damaged));
}

}  // namespace
}  // namespace xch::testing
