// Who passes on what it cannot read, and to whom: 42 CFR 2.31(a)(4)(ii).
#include <gmock/gmock.h>

#include "consent/bases.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// The patrol's place in the roster becomes a hub's.
class Intermediaries : public BasesTest {
 protected:
  void SetUp() override {
    at.change("liaison", [](Party& party) { party.role = Role::relay, party.kind = PartyKind::community; });
  }
  static ConsentDraft through(std::vector<std::string> members, bool treating = false) {
    auto draft = care_draft();
    draft.recipients.clear();
    draft.classes = {FieldClass::id, FieldClass::sud};
    draft.intermediaries = {{"liaison", std::move(members), treating}};
    return draft;
  }
  std::vector<std::string> readers(const ConsentDraft& draft) {
    std::vector<std::string> out;
    for (const auto& line : consent::plan(draft, at.bench.pack, *at.bench.coalition.roster()))
      if (line.reads && (out.empty() || out.back() != line.party)) out.push_back(line.party);
    return out;
  }
};

TEST_F(Intermediaries, P2_31_4ii_AcceptsAHubWithItsMembersByName) {
  EXPECT_THAT(errors(through({"clinic", "defender"})), IsEmpty());
  EXPECT_THAT(readers(through({"clinic"})), UnorderedElementsAre("harbor", "clinic"));
}

TEST_F(Intermediaries, P2_31_4ii_AcceptsAHubForTreatingProvidersInGeneral) {
  EXPECT_THAT(errors(through({}, true)), IsEmpty());
  EXPECT_THAT(readers(through({}, true)), UnorderedElementsAre("harbor", "clinic"));
  const auto grant = must(consent::issue(at.bench.desk(), through({}, true)), "issue");
  EXPECT_THAT(grant.given_to, UnorderedElementsAre("harbor", "clinic"));  // and the hub gets nothing
}

TEST_F(Intermediaries, P2_24_AcceptsThatAGrantsRowNamesItsHubAndMembers) {
  const auto issued = must(consent::issue(at.bench.desk(), through({"clinic"})), "issue");
  const auto row = must(consent::show(at.bench.desk(), issued.id), "show");
  ASSERT_EQ(row.intermediaries.size(), 1u);
  EXPECT_EQ(row.intermediaries[0].party, "liaison");
  EXPECT_THAT(row.intermediaries[0].members, ElementsAre("clinic"));
}

TEST_F(Intermediaries, P2_31_4ii_RefusesAGeneralDesignationThatReachesPoliceOrProsecutors) {
  for (const char* member : {"patrol", "prosecutor", "defender"})
    EXPECT_THAT(errors(through({member}, true)), Contains("P2-31-4ii consent_recipient")) << member;
  auto justice = justice_draft();
  justice.intermediaries = {{"liaison", {}, true}};
  EXPECT_THAT(errors(justice), Contains("P2-31-4ii consent_recipient"));
  std::vector<std::string> texts;
  for (const auto& finding : consent::lint(justice, at.bench.pack, *at.bench.coalition.roster(), at.bench.id("office"), kNow))
    texts.push_back(finding.text);
  EXPECT_THAT(texts, Contains("Treating providers in general are named where police or courts receive."));
}

TEST_F(Intermediaries, P2_31_4ii_RefusesAHubWithoutMembersAnUnknownOneAndOneThatIsNone) {
  EXPECT_THAT(errors(through({})), Contains("P2-31-4ii consent_incomplete"));
  EXPECT_THAT(errors(through({"nobody"})), Contains("P2-31-4ii consent_recipient"));
  for (const char* hub : {"nobody", "clinic", "patrol"}) {
    auto draft = through({"defender"});
    draft.intermediaries.front().party = hub;
    EXPECT_THAT(errors(draft), Contains("P2-31-4ii consent_recipient")) << hub;
  }
  auto provider = through({"defender"});
  at.kind("liaison", PartyKind::coveredEntity);
  EXPECT_THAT(errors(provider), ElementsAre("P2-31-4ii consent_recipient"));
}

TEST_F(Intermediaries, P2_31_4ii_RefusesAHubAmongThoseWhoReceive) {
  auto draft = care_draft();
  draft.recipients.push_back("liaison");
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4ii consent_recipient"));
}

TEST_F(Intermediaries, MembersAreHeldToWhatEveryRecipientIsHeldTo) {
  EXPECT_THAT(errors(through({"patrol"})), ElementsAre("P2-31-4i consent_recipient"));
  auto kept = through({"clinic", "defender"});
  kept.restrictions = {{"clinic", FieldClass::none}};
  EXPECT_THAT(errors(kept), ElementsAre("P2-13-a consent_recipient"));
}

TEST_F(Intermediaries, AWholeRosterOfProvidersIsNarrowedToThoseWhoGetSomething) {
  auto draft = through({}, true);
  draft.restrictions = {{"clinic", FieldClass::none}};
  EXPECT_THAT(errors(draft), Contains("P2-31-4ii consent_recipient"));  // nobody is left behind it
}

TEST_F(Intermediaries, AreNotNamedInAnOrderOrBeforeConsent) {
  auto draft = at.draft(Basis::order264);
  draft.intermediaries = {{"liaison", {"defender"}, false}};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-4ii consent_recipient"));
}

TEST_F(Intermediaries, AreKeptInTheFileOfTheGrantAndMakeAnotherConsent) {
  must(consent::issue(at.bench.desk(), through({"clinic"})), "issue");
  EXPECT_TRUE(refuses(consent::issue(at.bench.desk(), through({"clinic"})), Code::consent_exists));
  EXPECT_TRUE(passes(consent::issue(at.bench.desk(), through({"clinic", "defender"}))));
}

}  // namespace
}  // namespace xch::testing
