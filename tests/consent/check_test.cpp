// The lint over what the office has issued: what holds today of grants that were issued before.
#include <gmock/gmock.h>

#include "consent/bases.hpp"

namespace xch::testing {
namespace {

TEST(CheckOfTheOffice, SaysNothingOfGrantsThatCouldBeIssuedToday) {
  BasesBench at;
  ASSERT_TRUE(consent::issue(at.bench.desk(), at.draft(Basis::part2Consent)));
  const auto out = consent::check(at.bench.desk());
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->empty());
}

TEST(CheckOfTheOffice, CJ_exch_NamesTheGrantWhoseAgreementHasEnded) {
  BasesBench at;
  const auto first = must(consent::issue(at.bench.desk(), at.draft(Basis::part2Consent)), "first");
  auto other = at.draft(Basis::part2Consent);
  other.recipients = {"defender"};
  ASSERT_TRUE(consent::issue(at.bench.desk(), other));
  at.change("clinic", [](Party& party) { party.agreement_not_after = before_now(1); });
  const auto out = consent::check(at.bench.desk());
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 1u);
  EXPECT_EQ((*out)[0].id, first.id);
  ASSERT_EQ((*out)[0].findings.size(), 1u);
  EXPECT_EQ((*out)[0].findings[0].rule, "CJ-exch");
  EXPECT_TRUE((*out)[0].findings[0].is_error);
}

TEST(CheckOfTheOffice, LeavesOutWhatIsRevokedOrPast) {
  BasesBench at;
  const auto issued = must(consent::issue(at.bench.desk(), at.draft(Basis::part2Consent)), "issue");
  at.change("clinic", [](Party& party) { party.agreement_not_after = before_now(1); });
  EXPECT_EQ(must(consent::check(at.bench.desk()), "check").size(), 1u);
  ASSERT_TRUE(consent::revoke(at.bench.desk(), issued.id, ""));
  EXPECT_TRUE(must(consent::check(at.bench.desk()), "check").empty());
}

TEST(CheckOfADraft, NamesErrorsBeforeWarnings) {
  BasesBench at;
  auto draft = at.draft(Basis::part2Consent);
  draft.classes.push_back(FieldClass::lei);  // nobody would see it: a warning, found early
  draft.signer = "parent";                   // an error, found late
  const auto findings = consent::lint(draft, at.bench.pack, *at.bench.coalition.roster(), at.bench.id("office"), kNow);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].rule, "P2-15");
  EXPECT_EQ(findings[1].rule, "P2-31-3");
}

}  // namespace
}  // namespace xch::testing
