// Events that end a consent, or make a condition revocable: what a draft may say of them, and what a statement does.
#include <gmock/gmock.h>

#include "base/encoding.hpp"
#include "consent/bases.hpp"
#include "grant/build.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kEvent = "my case is closed";

class EventEnds : public BasesTest {
 protected:
  Bench& bench = at.bench;

  static ConsentDraft ending_draft() {
    auto draft = care_draft();
    draft.ends_on = {kEvent, "prosecutor"};
    return draft;
  }
  consent::IssuedGrant issue(const ConsentDraft& draft) { return must(consent::issue(bench.desk(), draft), "issue"); }
  consent::GrantRow show(const GrantId& id) { return must(consent::show(bench.desk(), id), "show"); }
  std::optional<Bytes> awaited(const GrantId& id, const char* event = kEvent) {
    const auto& rows = bench.home.rows["awaited-events"];
    const auto row = rows.find(grant::event_digest(id, event).view().copy());
    return row == rows.end() ? std::nullopt : std::optional<Bytes>(row->second);
  }
  /// As the inbox leaves a statement that it has taken.
  void state(const GrantId& id, Timestamp when, const char* event = kEvent) {
    bench.home.rows["stated-events"][grant::event_digest(id, event).view().copy()] = ByteWriter().u64(when.seconds).raw(bytes_of("signed")).bytes();
  }
};
using RevocableEvents = EventEnds;

TEST_F(EventEnds, P2_31_7_AcceptsAnEventWithTheAgencyThatMaySaySo) {
  EXPECT_THAT(errors(ending_draft()), IsEmpty());
  auto own = ending_draft();
  own.ends_on.asserter = "office";
  EXPECT_THAT(errors(own), IsEmpty());
}

TEST_F(EventEnds, P2_31_7_RefusesAnEventThatNobodyMayStateAndOneThatIsNotTold) {
  for (const auto& [event, asserter] : std::vector<std::pair<std::string, std::string>>{
           {kEvent, ""}, {kEvent, "nobody"}, {"", "prosecutor"}, {std::string(201, 'x'), "prosecutor"}, {"two\nlines", "prosecutor"}}) {
    auto draft = care_draft();
    draft.ends_on = {event, asserter};
    EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_event")) << event << " / " << asserter;
    EXPECT_TRUE(refuses(consent::issue(bench.desk(), draft), Code::consent_event));
  }
  EXPECT_THAT(bench.home.events, IsEmpty());
}

TEST_F(EventEnds, ALastDayIsAskedAllTheSame) {
  auto draft = ending_draft();
  draft.last_day.clear();
  EXPECT_THAT(errors(draft), Contains("P2-31-7 consent_incomplete"));
}

TEST_F(EventEnds, AnOrderOfACourtEndsOnNoEvent) {
  auto draft = at.draft(Basis::order264);
  draft.ends_on = {kEvent, "prosecutor"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-31-7 consent_event"));
}

TEST_F(EventEnds, TellTheInboxWhoMaySaySoAndFromWhenOn) {
  const auto grant = issue(ending_draft());
  const auto row = awaited(grant.id);
  ASSERT_TRUE(row);
  EXPECT_EQ(*row, ByteWriter().raw(bench.id("prosecutor")).u64(kNow.seconds).bytes());
  EXPECT_FALSE(awaited(grant.id, "another event"));
}

TEST_F(EventEnds, EndTheGrantWithANewListAndNoticesToItsHolders) {
  const auto grant = issue(ending_draft());
  bench.now = after_now(kHour);
  state(grant.id, bench.now);
  bench.home.sent.clear();
  EXPECT_EQ(must(consent::end_due(bench.desk()), "end"), 1u);
  EXPECT_EQ(bench.published_state(grant.hash), GrantState::revoked);
  EXPECT_EQ(show(grant.id).state, GrantState::revoked);
  EXPECT_TRUE(show(grant.id).ended_by_event);
  std::size_t notices = 0;
  for (const auto& sent : bench.home.sent) notices += sent.grant_view ? 0 : 1;
  EXPECT_EQ(notices, grant.given_to.size());
  EXPECT_FALSE(awaited(grant.id));
  EXPECT_EQ(must(consent::end_due(bench.desk()), "again"), 0u);
}

TEST_F(EventEnds, StandInTheHistoryWithWhoSaidSo) {
  const auto grant = issue(ending_draft());
  state(grant.id, after_now(60));
  bench.now = after_now(kHour);
  ASSERT_TRUE(passes(consent::end_due(bench.desk())));
  std::vector<session::JournalRow> journal;
  for (const auto& event : bench.home.events) journal.push_back({journal.size() + 1, event.kind, bench.now, KeyId(), event.object, event.detail_json});
  std::vector<std::string> words;
  for (const auto& line : must(consent::history(bench.desk(), grant.id, journal), "history")) words.push_back(line.what + " " + line.party);
  EXPECT_THAT(words, ElementsAre("signed ", "event-stated prosecutor", "issued ", "ended-by-event "));
}

TEST_F(EventEnds, HoldForTheNextVersionToo) {
  const auto first = issue(ending_draft());
  auto draft = ending_draft();
  draft.recipients = {"clinic"};
  bench.now = after_now(kHour);
  const auto second = must(consent::advance(bench.desk(), first.id, draft), "advance");
  ASSERT_TRUE(awaited(first.id));
  EXPECT_EQ(*awaited(first.id), ByteWriter().raw(bench.id("prosecutor")).u64(bench.now.seconds).bytes());
  state(first.id, bench.now);
  ASSERT_TRUE(passes(consent::end_due(bench.desk())));
  EXPECT_EQ(bench.published_state(second.hash), GrantState::revoked);
}

TEST_F(EventEnds, AreAwaitedNoMoreOnceTheGrantIsRevokedOrHasExpired) {
  const auto revoked = issue(ending_draft());
  must(consent::revoke(bench.desk(), revoked.id, ""), "revoke");
  EXPECT_FALSE(awaited(revoked.id));
  const auto over = issue(ending_draft());
  bench.now = *parse_time("2027-02-23T00:00:00Z");
  ASSERT_TRUE(passes(consent::end_due(bench.desk())));
  EXPECT_FALSE(awaited(over.id));
}

TEST_F(EventEnds, AGrantWithoutOneStays) {
  const auto grant = issue(care_draft());
  state(grant.id, kNow);
  EXPECT_EQ(must(consent::end_due(bench.desk()), "end"), 0u);
  EXPECT_EQ(show(grant.id).state, GrantState::active);
}

TEST_F(EventEnds, AreKeptInTheFileOfTheGrant) {
  auto draft = ending_draft();
  draft.zone_offset_minutes = 0;
  draft.zone = "America/Denver";
  const auto grant = issue(draft);
  const auto row = show(grant.id);
  EXPECT_EQ(row.ends_on.event, kEvent);
  EXPECT_EQ(row.ends_on.asserter, "prosecutor");
  EXPECT_EQ(row.zone, "America/Denver");
  EXPECT_EQ(row.last_day, draft.last_day);
}

TEST_F(EventEnds, CloseWhatAnOfficerSharesBeforeConsent) {
  Bench patrol(SuiteId::x25519, "patrol", "a patrol");
  EXPECT_THAT(warnings_of(patrol.judge(referral_draft())), Contains("LX-originator"));
  auto draft = referral_draft();
  draft.ends_on = {"the person has signed, or said no", "office"};
  EXPECT_THAT(errors_of(patrol.judge(draft)), IsEmpty());
  EXPECT_THAT(warnings_of(patrol.judge(draft)), Not(Contains("LX-originator")));
  const auto grant = must(consent::issue(patrol.desk(), draft), "issue");
  const auto digest = grant::event_digest(grant.id, draft.ends_on.event).view().copy();
  patrol.home.rows["stated-events"][digest] = ByteWriter().u64(kNow.seconds).bytes();
  EXPECT_EQ(must(consent::end_due(patrol.desk()), "end"), 1u);
  EXPECT_EQ(patrol.published_state(grant.hash), GrantState::revoked);
}

// ---- 42 CFR 2.35(c) ---------------------------------------------------------------------------------------------------

TEST_F(RevocableEvents, P2_35_c_AcceptsAnEventInPlaceOfTheDayAndBeside) {
  auto draft = justice_draft();
  draft.revocable_on = {"the charges are dropped", "prosecutor"};
  EXPECT_THAT(errors(draft), IsEmpty());
  draft.revocable_day.clear();
  EXPECT_THAT(errors(draft), IsEmpty());
}

TEST_F(RevocableEvents, P2_35_c_RefusesAnEventOfNobodyAndOneThatNothingWaitsFor) {
  auto draft = justice_draft();
  draft.revocable_day.clear();
  draft.revocable_on = {"the charges are dropped", ""};
  EXPECT_THAT(errors(draft), Contains("P2-35-c consent_event"));
  draft = care_draft();
  draft.revocable_on = {"the charges are dropped", "prosecutor"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-c consent_event"));
  draft = justice_draft();
  draft.ends_on = draft.revocable_on = {"the charges are dropped", "prosecutor"};
  EXPECT_THAT(errors(draft), ElementsAre("P2-35-c consent_event"));
}

TEST_F(RevocableEvents, LetALodgedRevocationTakeEffect) {
  auto draft = justice_draft();
  draft.revocable_on = {"the charges are dropped", "prosecutor"};
  const auto grant = issue(draft);
  EXPECT_TRUE(must(consent::revoke(bench.desk(), grant.id, ""), "revoke").pending);
  bench.now = after_now(kHour);
  EXPECT_EQ(must(consent::end_due(bench.desk()), "not yet"), 0u);
  EXPECT_EQ(show(grant.id).state, GrantState::active);
  state(grant.id, bench.now, "the charges are dropped");
  EXPECT_EQ(must(consent::end_due(bench.desk()), "now"), 1u);
  EXPECT_EQ(bench.published_state(grant.hash), GrantState::revoked);
  EXPECT_FALSE(show(grant.id).ended_by_event);
}

TEST_F(RevocableEvents, MakeTheConditionRevocableAndEndNothing) {
  auto draft = justice_draft();
  draft.revocable_day.clear();
  draft.revocable_on = {"the charges are dropped", "prosecutor"};
  const auto grant = issue(draft);
  state(grant.id, after_now(60), "the charges are dropped");
  bench.now = after_now(kHour);
  EXPECT_EQ(must(consent::end_due(bench.desk()), "end"), 0u);
  EXPECT_EQ(show(grant.id).state, GrantState::active);
  EXPECT_FALSE(must(consent::revoke(bench.desk(), grant.id, ""), "revoke").pending);
  EXPECT_EQ(bench.published_state(grant.hash), GrantState::revoked);
}

// ---- what the days alone end ------------------------------------------------------------------------------------------

TEST_F(EventEnds, AnExpiryLeavesOneLineInTheJournal) {
  const auto grant = issue(care_draft());
  bench.now = *parse_time("2027-02-23T00:00:00Z");
  const auto lines = [&] {
    return std::count_if(bench.home.events.begin(), bench.home.events.end(), [&](const auto& event) {
      return event.kind == EventKind::status && event.object == retag<Digest>(grant.hash) &&
             event.detail_json == "{\"what\":\"expired\",\"until\":1803283199}";
    });
  };
  EXPECT_EQ(lines(), 0);
  EXPECT_EQ(must(consent::end_due(bench.desk()), "end"), 0u);
  EXPECT_EQ(lines(), 1);
  EXPECT_EQ(must(consent::end_due(bench.desk()), "again"), 0u);
  EXPECT_EQ(lines(), 1);
  EXPECT_EQ(show(grant.id).state, GrantState::active);  // its days decide, and an index is never turned for them
}

}  // namespace
}  // namespace xch::testing
