// Consents that contradict themselves, leave open what they mean, are half filled in, over, dated back or forged: each is
// refused with its rule and one sentence; nothing is issued, and nothing that was there is lost.
#include <gmock/gmock.h>

#include "consent/bases.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

struct BadConsent {
  const char* name;  // what is wrong, kind first
  Basis basis;
  std::function<void(ConsentDraft&)> spoil;
  const char* refusal;  // rule and code
};

void PrintTo(const BadConsent& bad, std::ostream* out) { *out << bad.name; }

const BadConsent kBad[] = {
    {"ContradictoryParentSignsForAnAdult", Basis::part2Consent, [](auto& d) { d.signer = "parent"; },
     "P2-15 consent_not_signed"},
    {"ContradictoryMinorOfEighteen", Basis::part2Consent, [](auto& d) { d.minor_age = 18, d.jurisdiction = "WA"; },
     "P2-14 consent_not_signed"},
    {"ContradictoryCounsellingNotesWithOthers", Basis::counsellingNotes,
     [](auto& d) { d.classes = {FieldClass::sudn, FieldClass::sud}; }, "P2-31-b consent_class"},
    {"ContradictoryProceedingsWithOthers", Basis::part2Consent,
     [](auto& d) { d.purposes.push_back(Purpose::proceeding); }, "P2-31-d consent_purpose"},
    {"ContradictoryRecipientFromWhomAllIsKeptBack", Basis::part2Consent,
     [](auto& d) { d.restrictions = {{"clinic", FieldClass::none}}; }, "P2-13-a consent_recipient"},
    {"ContradictoryEndBeforeItsBeginning", Basis::part2Consent, [](auto& d) { d.first_day = "2027-03-01"; },
     "P2-31-7 consent_period"},
    {"ContradictoryReferralByNoRecipient", Basis::part2Consent, [](auto& d) { d.referred_by = "patrol"; },
     "P2-13-c consent_recipient"},
    {"AmbiguousClassOfRecipients", Basis::part2Consent, [](auto& d) { d.recipients = {"law enforcement"}; },
     "P2-31-4i consent_recipient"},
    {"AmbiguousTreatingProviders", Basis::tpoConsent, [](auto& d) { d.recipients = {"my treating providers"}; },
     "P2-31-4i consent_recipient"},
    {"AmbiguousPersonByName", Basis::part2Consent, [](auto& d) { d.subject = "Maria Reyes"; },
     "P2-31-1 consent_incomplete"},
    {"AmbiguousDay", Basis::part2Consent, [](auto& d) { d.last_day = "02/03/2027"; }, "P2-31-7 consent_period"},
    {"AmbiguousDayThatIsNone", Basis::part2Consent, [](auto& d) { d.last_day = "2027-02-30"; },
     "P2-31-7 consent_period"},
    {"AmbiguousStateOfAMinor", Basis::part2Consent, [](auto& d) { d.minor_age = 15, d.jurisdiction = "ZZ"; },
     "P2-14 consent_not_signed"},
    {"AmbiguousRestriction", Basis::part2Consent,
     [](auto& d) { d.restrictions = {{"my brother's clinic", FieldClass::sud}}; }, "P2-22/26 consent_recipient"},
    {"AmbiguousStatement", Basis::part2Consent, [](auto& d) { d.statements = {"as discussed"}; },
     "LX-statement consent_incomplete"},
    {"HalfFilledWithoutBasis", Basis::part2Consent, [](auto& d) { d.basis = Basis::none; }, "LX-basis consent_authority"},
    {"HalfFilledWithoutPerson", Basis::part2Consent, [](auto& d) { d.subject.clear(); }, "P2-31-1 consent_incomplete"},
    {"HalfFilledWithoutTheName", Basis::part2Consent, [](auto& d) { d.subject_record.clear(); },
     "P2-31-1 consent_incomplete"},
    {"HalfFilledWithoutDisclosers", Basis::part2Consent, [](auto& d) { d.disclosers.clear(); },
     "P2-31-2 consent_incomplete"},
    {"HalfFilledWithoutClasses", Basis::part2Consent, [](auto& d) { d.classes.clear(); }, "P2-31-3 consent_incomplete"},
    {"HalfFilledWithoutRecipients", Basis::part2Consent, [](auto& d) { d.recipients.clear(); },
     "P2-31-4i consent_incomplete"},
    {"HalfFilledWithoutPurposes", Basis::part2Consent, [](auto& d) { d.purposes.clear(); }, "P2-31-5 consent_purpose"},
    {"HalfFilledWithoutRevocation", Basis::part2Consent, [](auto& d) { d.revocation_explained = false; },
     "P2-31-6 consent_incomplete"},
    {"HalfFilledWithoutLastDay", Basis::part2Consent, [](auto& d) { d.last_day.clear(); }, "P2-31-7 consent_incomplete"},
    {"HalfFilledWithoutFirstDay", Basis::part2Consent, [](auto& d) { d.first_day.clear(); },
     "P2-31-7 consent_incomplete"},
    {"HalfFilledWithoutDayOfSignature", Basis::part2Consent, [](auto& d) { d.signed_day.clear(); },
     "P2-31-9 consent_not_signed"},
    {"HalfFilledRedisclosureOfTreatment", Basis::tpoConsent, [](auto& d) { d.statements.clear(); },
     "P2-31-10 consent_incomplete"},
    {"HalfFilledAuthorisation", Basis::hipaaAuthorization, [](auto& d) { d.statements = {"copy"}; },
     "H-508-c consent_incomplete"},
    {"HalfFilledReleaseOfAVictim", Basis::victimRelease, [](auto& d) { d.statements = {"informed"}; },
     "V-2 consent_incomplete"},
    {"HalfFilledThreat", Basis::seriousThreat, [](auto& d) { d.circumstances.clear(); }, "H-512j consent_incomplete"},
    {"HalfFilledOrder", Basis::order266, [](auto& d) { d.order.findings = {"no-other-way"}; },
     "P2-66 consent_incomplete"},
    {"Expired", Basis::part2Consent,
     [](auto& d) { d.signed_day = d.first_day = "2026-10-01", d.last_day = "2026-11-25"; }, "P2-31-7 consent_period"},
    {"ExpiredLongerThanTheBasisAllows", Basis::part2Consent, [](auto& d) { d.last_day = "2028-01-01"; },
     "P2-31-7 consent_period"},
    {"BackdatedBeforeItsSignature", Basis::part2Consent, [](auto& d) { d.first_day = "2026-11-20"; },
     "P2-31-9 consent_period"},
    {"BackdatedSignatureOfTomorrow", Basis::part2Consent, [](auto& d) { d.signed_day = d.first_day = "2026-11-28"; },
     "P2-31-9 consent_period"},
    {"BackdatedBeforeTheOrder", Basis::order265, [](auto& d) { d.first_day = "2026-11-19"; }, "P2-61 consent_period"},
    {"ForgedWithoutPaper", Basis::part2Consent, [](auto& d) { d.signed_form.clear(); }, "P2-31-8 consent_not_signed"},
    {"ForgedBySomebodyElse", Basis::part2Consent, [](auto& d) { d.signer = "case-manager"; },
     "P2-31-8 consent_not_signed"},
    {"ForgedReleaseByTheAbuser", Basis::victimRelease,
     [](auto& d) { d.minor_age = 10, d.jurisdiction = "WA", d.co_signers = {"parent"}; }, "V-2 consent_incomplete"},
    {"ForgedSubpoenaForAnOrder", Basis::order265, [](auto& d) { d.order.kind = "subpoena"; },
     "P2-13-b consent_authority"},
    {"ForgedOrderWithoutPaper", Basis::order264, [](auto& d) { d.order.digest = "a copy is in the drawer"; },
     "P2-61 consent_incomplete"},
};

class BadConsents : public ::testing::TestWithParam<BadConsent> {};

bool is_one_sentence(const std::string& text) { return text.back() == '.' && text.find(". ") == std::string::npos; }

TEST_P(BadConsents, AreRefusedWithTheirRuleAndOneSentenceAndNothingIsIssuedOrLost) {
  const auto& bad = GetParam();
  BasesBench at;
  const auto good = at.draft(bad.basis);
  ASSERT_THAT(at.errors(good), IsEmpty());
  must(consent::issue(at.bench.desk(), good), "the good one");
  const auto rows = at.bench.home.rows;
  const auto sent = at.bench.home.sent.size(), events = at.bench.home.events.size(), lists = at.bench.lists.size();

  auto draft = good;
  draft.subject = "p-418";
  bad.spoil(draft);
  const auto judged = at.bench.judge(draft);
  EXPECT_THAT(errors_of(judged), Contains(bad.refusal));
  for (const auto& one : judged) {
    EXPECT_TRUE(is_one_sentence(one.finding.text)) << one.finding.text;
    EXPECT_FALSE(one.finding.citation.empty());
    EXPECT_EQ(one.finding.text.find("Maria"), std::string::npos) << one.finding.text;
  }
  const auto issued = consent::issue(at.bench.desk(), draft);
  ASSERT_FALSE(issued);
  EXPECT_EQ(errors_of(judged).front().rfind(issued.error().path + " ", 0), 0u) << issued.error().path;
  EXPECT_EQ(at.bench.home.rows, rows);
  EXPECT_EQ(at.bench.home.sent.size(), sent);
  EXPECT_EQ(at.bench.home.events.size(), events);
  EXPECT_EQ(at.bench.lists.size(), lists);
}

INSTANTIATE_TEST_SUITE_P(Cases, BadConsents, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

/// What is wrong with those who take part, and not with the draft.
class BadOffices : public BasesTest {};

TEST_F(BadOffices, AnAgreementOrAKeyThatIsOverIssuesNothing) {
  const auto good = at.draft(Basis::part2Consent);
  at.change("clinic", [](Party& party) { party.agreement_not_after = before_now(kDay); });
  EXPECT_THAT(errors(good), Contains("CJ-exch consent_recipient"));
  EXPECT_EQ(consent::issue(at.bench.desk(), good).error().path, "CJ-exch");
  EXPECT_THAT(at.bench.home.sent, IsEmpty());
}

TEST_F(BadOffices, ASupersededNoticeIssuesNothing) {
  for (auto& notice : at.bench.pack.notices) notice.superseded = true;
  const auto refused = consent::issue(at.bench.desk(), at.draft(Basis::part2Consent));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::notice_superseded);
  EXPECT_EQ(refused.error().path, "P2-32");
  EXPECT_THAT(at.bench.home.sent, IsEmpty());
}

TEST_F(BadOffices, AnOfficeWithoutTheKeyIssuesNothing) {
  Bench patrol(SuiteId::x25519, "patrol");
  const auto refused = consent::issue(patrol.desk(), care_draft());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().path, "LX-basis");
  EXPECT_THAT(patrol.home.sent, IsEmpty());
}

TEST_F(BadOffices, AViewThatWasChangedOnItsWayIsTakenByNobody) {
  must(consent::issue(at.bench.desk(), at.draft(Basis::part2Consent)), "issue");
  for (auto& object : at.bench.home.sent)
    if (object.grant_view) object.object.object.body[object.object.object.body.size() / 2] ^= 1;
  EXPECT_FALSE(at.bench.held_by("clinic"));
}

}  // namespace
}  // namespace xch::testing
