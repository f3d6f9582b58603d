// What a person asked to have kept back from every consent, whatever a later draft ticks.
#include <gmock/gmock.h>

#include "consent/bases.hpp"

namespace xch::testing {
namespace {

using ::testing::IsEmpty;

class KeptBackTest : public BasesTest {
 protected:
  Bench& bench = at.bench;
  const consent::Restriction no_need{"clinic", FieldClass::need};

  void keep_back(std::vector<consent::Restriction> asked) {
    const auto done = consent::keep_back(bench.desk(), "p-417", asked);
    ASSERT_TRUE(done) << done.error().path;
  }
  /// Whether the clinic would read NEED under a draft.
  bool clinic_reads(const ConsentDraft& draft) {
    const auto lines = consent::plan(must(consent::restricted(bench.desk(), draft)), bench.pack, *bench.coalition.roster());
    return std::any_of(lines.begin(), lines.end(), [](const auto& line) {
      return line.party == "clinic" && line.field_class == FieldClass::need && line.reads;
    });
  }
  const consent::GrantFile newest(const GrantId& id) { return *must(consent::Shelf::read(bench.desk())).newest(id); }
};

TEST_F(KeptBackTest, P2_22_26_AcceptsThatItHoldsForEveryLaterDraftOfThePerson) {
  keep_back({no_need});
  EXPECT_FALSE(clinic_reads(at.draft(Basis::part2Consent)));
  EXPECT_FALSE(clinic_reads(at.draft(Basis::tpoConsent)));
  auto other = at.draft(Basis::part2Consent);
  other.subject = "p-418";
  EXPECT_TRUE(clinic_reads(other));
  const auto issued = must(consent::issue(bench.desk(), at.draft(Basis::part2Consent)), "issue");
  EXPECT_EQ(newest(issued.id).draft.restrictions.size(), 1u);
  keep_back({});
  EXPECT_TRUE(clinic_reads(at.draft(Basis::part2Consent)));
}

TEST_F(KeptBackTest, HoldsForARenewalAndTheNextVersionToo) {
  const auto draft = at.draft(Basis::part2Consent);
  const auto issued = must(consent::issue(bench.desk(), draft), "issue");
  EXPECT_THAT(newest(issued.id).draft.restrictions, IsEmpty());
  keep_back({no_need});
  const auto found = must(consent::check(bench.desk()), "check");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].findings.front().rule, "P2-22/26");
  EXPECT_TRUE(found[0].findings.front().is_error);

  must(consent::advance(bench.desk(), issued.id, draft), "advance");
  EXPECT_EQ(newest(issued.id).draft.restrictions.size(), 1u);
  for (const auto& grant : must(consent::check(bench.desk()), "check"))
    for (const auto& finding : grant.findings) EXPECT_FALSE(finding.is_error) << finding.text;

  consent::Renewal renewal;
  renewal.last_day = "2027-05-20";
  renewal.signed_day = "2026-11-26";
  renewal.signed_form = bytes_of("signed anew");
  keep_back({no_need, {"", FieldClass::eng}});
  EXPECT_EQ(must(consent::renewed(bench.desk(), issued.id, renewal)).restrictions.size(), 2u);
}

TEST_F(KeptBackTest, P2_22_26_RefusesARecipientFromWhomEverythingIsKeptBack) {
  keep_back({{"clinic", FieldClass::none}});
  const auto refused = consent::issue(bench.desk(), at.draft(Basis::part2Consent));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().path, "P2-13-a");
  EXPECT_THAT(bench.home.sent, IsEmpty());
}

TEST_F(KeptBackTest, RefusesAnAgencyOrAPersonThatThereIsNot) {
  const auto agency = consent::keep_back(bench.desk(), "p-417", {{"my brother", FieldClass::sud}});
  ASSERT_FALSE(agency);
  EXPECT_EQ(agency.error().path, "P2-22/26");
  EXPECT_FALSE(consent::keep_back(bench.desk(), "Maria Reyes", {no_need}));
  EXPECT_THAT(bench.home.rows["authority.kept-back"], IsEmpty());
}

TEST_F(KeptBackTest, P2_22_26_AcceptsSomebodyOutsideWhomAConsentOfThePersonHasNamed) {
  auto draft = at.draft(Basis::plainRelease);
  draft.classes = {FieldClass::eng, FieldClass::hou};
  draft.externals = {{"Corner Bakery", draft.last_day}};
  const consent::Restriction no_housing{"Corner Bakery", FieldClass::hou};
  const auto reads = [&](const ConsentDraft& asked) {
    std::size_t count = 0;
    for (const auto& line : consent::plan(must(consent::restricted(bench.desk(), asked)), bench.pack, *bench.coalition.roster()))
      count += line.party == "Corner Bakery" && line.reads ? 1 : 0;
    return count;
  };
  EXPECT_TRUE(refuses(consent::keep_back(bench.desk(), "p-417", {no_housing}), Code::not_found));
  const auto issued = must(consent::issue(bench.desk(), draft), "issue");
  EXPECT_EQ(reads(draft), 2u);
  keep_back({no_housing});
  EXPECT_EQ(reads(draft), 1u);
  const auto found = must(consent::check(bench.desk()), "check");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].findings.front().rule, "P2-22/26");
  EXPECT_TRUE(found[0].findings.front().is_error);
  // Named by no later draft it is no reason to refuse that one; and it is the person's own: nobody else may name it.
  EXPECT_THAT(must(consent::restricted(bench.desk(), at.draft(Basis::part2Consent))).restrictions, IsEmpty());
  EXPECT_TRUE(refuses(consent::keep_back(bench.desk(), "p-418", {no_housing}), Code::not_found));
}

TEST_F(KeptBackTest, SaysThatAnAgencyIsNotThereAndNotThatABasisForbidsIt) {
  EXPECT_TRUE(refuses(consent::keep_back(bench.desk(), "p-417", {{"my brother", FieldClass::sud}}), Code::not_found));
  EXPECT_TRUE(bench.home.events.empty());
}

TEST_F(KeptBackTest, LeavesALineThatNamesNeitherThePersonNorWhatIsKeptBack) {
  keep_back({no_need, {"", FieldClass::eng}});
  ASSERT_EQ(bench.home.events.size(), 1u);
  EXPECT_EQ(bench.home.events[0].kind, EventKind::status);
  EXPECT_EQ(bench.home.events[0].detail_json, "{\"what\":\"kept-back\",\"fields\":2}");
  const auto object = bench.home.events[0].object;
  keep_back({});
  ASSERT_EQ(bench.home.events.size(), 2u);
  EXPECT_EQ(bench.home.events[1].object, object);  // the same row, under a number that says nothing
  EXPECT_EQ(bench.home.events[1].detail_json, "{\"what\":\"kept-back\",\"fields\":0}");
}

TEST_F(KeptBackTest, NamesNobodyInTheKeysOfTheStore) {
  keep_back({no_need});
  keep_back({{"", FieldClass::mh}});
  ASSERT_EQ(bench.home.rows["authority.kept-back"].size(), 1u);
  EXPECT_EQ(bench.home.rows["authority.kept-back"].begin()->first.size(), 16u);
  const auto kept = must(consent::kept_back(bench.desk(), "p-417"));
  ASSERT_EQ(kept.restrictions.size(), 1u);
  EXPECT_EQ(kept.restrictions[0].field_class, FieldClass::mh);
  EXPECT_EQ(kept.since, bench.now);
}

}  // namespace
}  // namespace xch::testing
