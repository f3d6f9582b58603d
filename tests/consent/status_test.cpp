// The status list over time: indexes, versions, advancing, and the end of a grant at once or on its day.
#include <gmock/gmock.h>

#include <set>

#include "consent/office.hpp"

namespace xch::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class OverTime : public ::testing::Test {
 protected:
  Bench bench;

  consent::IssuedGrant issue(const ConsentDraft& draft) { return must(consent::issue(bench.desk(), draft), "issue"); }
  consent::RevokeAnswer revoke(const GrantId& id) { return must(consent::revoke(bench.desk(), id, "asked by the person"), "revoke"); }
  consent::GrantRow show(const GrantId& id) { return must(consent::show(bench.desk(), id), "show"); }
  std::vector<consent::GrantFile> files() {
    std::vector<consent::GrantFile> out;
    for (const auto& [key, value] : bench.home.rows["authority.grants"])
      out.push_back(must(consent::decode_grant_file(value), "file"));
    return out;
  }
  /// Notices of an end sent to a party.
  std::vector<RevocationNotice> notices_to(std::string_view name) {
    std::vector<RevocationNotice> out;
    for (const auto& sent : bench.home.sent) {
      if (sent.grant_view || sent.to != bench.id(name)) continue;
      const auto chain = must(party::verify_chain(sent.object.chain, {KeyKind::consentAuthority}, *bench.coalition.roster()), "chain");
      must(party::verify_object(sent.object.object, Kind::receipt, chain, Code::object_signature), "signature");
      out.push_back(must(wire::decode_revocation_notice(sent.object.object.body), "notice"));
    }
    return out;
  }
  static ConsentDraft numbered(unsigned n) {
    auto draft = care_draft();
    draft.subject = "p-" + std::to_string(n);
    draft.recipients = {"clinic"};
    draft.classes = {FieldClass::sud};
    return draft;
  }
};
using StatusLists = OverTime;
using Advance = OverTime;
using Revoke = OverTime;
using PendingRevocation = OverTime;

// ---- the list ---------------------------------------------------------------------------------------------------------

TEST_F(StatusLists, GoToEveryPartyWithTheFirstGrantAndVerify) {
  issue(care_draft());
  std::vector<std::string> to;
  for (const auto& [party, list] : bench.lists) to.push_back(party);
  EXPECT_EQ(to, bench.coalition.names());
  const auto list = bench.newest_list();
  EXPECT_EQ(list->body().version, 1u);
  EXPECT_EQ(list->body().authority, bench.id("office"));
  EXPECT_EQ(list->body().issued_at, kNow);
  EXPECT_EQ(list->body().next_update, after_now(grant::kMaxStatusLife));
}

TEST_F(StatusLists, ShowAThousandIndexesHoweverFewGrantsThereAre) {
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.newest_list()->body().chunk_count, 4u);
  issue(care_draft());
  EXPECT_EQ(bench.newest_list()->body().chunk_count, 4u);
  // All indexes but those of ended grants read the same.
  EXPECT_EQ(bench.newest_list()->list().chunks, Bytes(256, 0));
}

TEST_F(StatusLists, StayOutWhileTheLastOneIsGoodEnough) {
  issue(care_draft());
  bench.lists.clear();
  issue(numbered(1));
  EXPECT_THAT(bench.lists, IsEmpty());
  bench.now = after_now(grant::kMaxStatusLife - kHour);
  issue(numbered(2));
  EXPECT_EQ(bench.newest_list()->body().version, 2u);
}

TEST_F(StatusLists, OnlyGoUp) {
  std::uint32_t last = 0;
  for (unsigned i = 0; i < 5; ++i) {
    bench.now = after_now(i * kHour);
    const auto version = must(consent::publish_status(bench.desk()), "publish");
    EXPECT_EQ(version, last + 1);
    EXPECT_EQ(bench.newest_list()->body().version, version);
    last = version;
  }
}

TEST_F(StatusLists, AreNotPublishedByAClockThatWasSetBack) {
  must(consent::publish_status(bench.desk()), "publish");
  bench.now = before_now(1);
  EXPECT_TRUE(refuses(consent::publish_status(bench.desk()), Code::clock));
  bench.now = kNow;
  EXPECT_TRUE(passes(consent::publish_status(bench.desk())));
}

TEST_F(StatusLists, AreNotPublishedWithoutAnAuthorityKey) {
  Bench stranger(SuiteId::x25519, "clinic", "stranger");
  EXPECT_TRUE(refuses(consent::publish_status(stranger.desk()), Code::consent_authority));
}

TEST_F(StatusLists, ForgetAVersionThatCouldNotBeStored) {
  must(consent::publish_status(bench.desk()), "publish");
  bench.lists.clear();
  bench.home.disk_full = true;
  EXPECT_TRUE(refuses(consent::publish_status(bench.desk()), Code::store_full));
  EXPECT_THAT(bench.lists, IsEmpty());
  bench.home.disk_full = false;
  EXPECT_EQ(must(consent::publish_status(bench.desk()), "publish"), 2u);
}

TEST_F(StatusLists, BelongToOneKeyEach) {
  // The office also gets a key for its own facts: grants under it are proven by a list of its own.
  auto& office = bench.coalition["office"];
  const auto consents = *office.authority;
  issue(care_draft());
  const auto first = files().front().core.status_list;
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("a new key")));
  office.authority_key = must(crypto::SignPrivateKey::generate(SuiteId::x25519, random));
  KeyRecord record = consents.record;
  record.public_key = office.authority_key->public_key().bytes().copy();
  record.serial = 99;
  office.authority = vouched(record);
  Roster roster = bench.coalition.roster_body();
  for (auto& party : roster.parties)
    if (party.name == "office") party.keys.push_back(office.authority->signed_record);
  bench.coalition.adopt(roster);
  issue(numbered(1));
  std::set<StatusListId> lists;
  for (const auto& file : files()) lists.insert(file.core.status_list);
  EXPECT_EQ(lists.size(), 2u);
  EXPECT_EQ(lists.count(first), 1u);
}

TEST_F(StatusLists, NeverGiveAnIndexTwiceAndGrowWhenHalfOfThemAreGone) {
  consent::Lists lists = must(consent::Lists::read(bench.desk()), "lists");
  auto& list = lists.of(fixed_id<KeyId>("a key"), Basis::part2Consent, bench.home.random());
  list.changed = false;
  std::set<std::uint32_t> given;
  for (unsigned i = 0; i < 512; ++i) EXPECT_TRUE(given.insert(consent::Lists::take_index(list, bench.home.random())).second);
  EXPECT_EQ(list.file.size(), 1024u);
  EXPECT_FALSE(list.changed);
  EXPECT_LT(*given.rbegin(), 1024u);
  EXPECT_TRUE(given.insert(consent::Lists::take_index(list, bench.home.random())).second);
  EXPECT_EQ(list.file.size(), 2048u);
  EXPECT_EQ(list.file.chunks.size(), 8 * kStatusChunk);
  EXPECT_TRUE(list.changed);
}

TEST_F(StatusLists, RefuseAListFileCutAnywhere) {
  issue(care_draft());
  const Bytes whole = bench.home.rows["authority.lists"].begin()->second;
  EXPECT_EQ(consent::encode(must(consent::decode_list_file(whole), "file")), whole);
  for (std::size_t n = 0; n < whole.size(); ++n)
    ASSERT_TRUE(refuses(consent::decode_list_file(ByteView(whole).sub(0, n)), Code::store_damaged)) << n;
}

// ---- advancing ----------------------------------------------------------------------------------------------------------

TEST_F(Advance, EndsTheOldIndexInTheListPublishedWithTheNewVersion) {
  const auto first = issue(care_draft());
  bench.now = after_now(kHour);
  auto draft = care_draft();
  draft.recipients = {"clinic"};
  const auto second = must(consent::advance(bench.desk(), first.id, draft), "advance");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.version, 2u);
  EXPECT_THAT(second.given_to, ElementsAre("harbor", "clinic"));
  EXPECT_EQ(bench.published_state(first.hash), GrantState::revoked);
  EXPECT_EQ(bench.published_state(second.hash), GrantState::active);

  const auto held = must(bench.held_by("clinic", {1, (*bench.held_by("clinic"))->pseudonym()}), "view");
  EXPECT_EQ(held->core().previous, first.hash);
  EXPECT_EQ(held->core().effective_at, after_now(kHour));
  EXPECT_EQ(held->core().effective_at, bench.newest_list()->body().issued_at);
}

TEST_F(Advance, SendsNewKeysOnlyToThoseWhoRemain) {
  const auto first = issue(care_draft());
  const auto held = must(bench.held_by("harbor"), "view");
  const auto old_key = held->class_public_key(bench.id("clinic"), Compartment(FieldClass::sud, Form::full));
  const Bytes old_bytes = old_key->bytes().copy();
  auto draft = care_draft();
  draft.recipients = {"clinic"};
  must(consent::advance(bench.desk(), first.id, draft), "advance");
  EXPECT_EQ(bench.views_to("defender").size(), 1u);
  EXPECT_EQ(bench.views_to("clinic").size(), 2u);
  const auto harbor = *bench.held_by("harbor");
  EXPECT_NE(harbor->class_public_key(bench.id("clinic"), Compartment(FieldClass::sud, Form::full))->bytes().copy(), old_bytes);
  EXPECT_THAT(harbor->edges(), ElementsAre(bench.id("clinic")));
  ASSERT_EQ(notices_to("defender").size(), 1u);
  EXPECT_EQ(notices_to("defender")[0].grant, first.hash);
}

TEST_F(Advance, TakesAnIndexThatWasNeverUsed) {
  const auto first = issue(care_draft());
  std::set<std::uint32_t> given;
  for (unsigned i = 0; i < 20; ++i) must(consent::advance(bench.desk(), first.id, care_draft()), "advance");
  for (const auto& file : files()) given.insert(file.core.status_index);
  EXPECT_EQ(given.size(), 21u);
  EXPECT_EQ(show(first.id).version, 21u);
}

TEST_F(Advance, RefusesAnUnknownGrantAnEndedOneAndAnotherPersonsDraft) {
  const auto first = issue(care_draft());
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), fixed_id<GrantId>("none"), care_draft()), Code::not_found));
  auto other = care_draft();
  other.subject = "p-418";
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), first.id, other), Code::usage));
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), first.id, justice_draft()), Code::usage));
  auto unsigned_draft = care_draft();
  unsigned_draft.signed_form.clear();
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), first.id, unsigned_draft), Code::consent_not_signed));
  EXPECT_TRUE(passes(consent::advance(bench.desk(), first.id, care_draft())));
  revoke(first.id);
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), first.id, care_draft()), Code::revoked));
}

TEST_F(Advance, LeavesEverythingAsItWasWhenTheStoreRefuses) {
  const auto first = issue(care_draft());
  bench.home.sent.clear();
  bench.lists.clear();
  const auto rows = bench.home.rows;
  bench.home.disk_full = true;
  EXPECT_TRUE(refuses(consent::advance(bench.desk(), first.id, care_draft()), Code::store_full));
  EXPECT_THAT(bench.home.sent, IsEmpty());
  EXPECT_THAT(bench.lists, IsEmpty());
  EXPECT_EQ(bench.home.rows, rows);
}

// ---- revoking -----------------------------------------------------------------------------------------------------------

TEST_F(Revoke, P2_31_6_TurnsTheIndexAtOnceAndTellsEveryHolder) {
  const auto issued = issue(care_draft());
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::active);
  bench.now = after_now(60);
  const auto answer = revoke(issued.id);
  EXPECT_FALSE(answer.pending);
  EXPECT_EQ(answer.effective_at, after_now(60));
  EXPECT_THAT(answer.told, ElementsAre("harbor", "clinic", "defender"));
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::revoked);
  EXPECT_EQ(bench.newest_list()->body().issued_at, after_now(60));
  EXPECT_EQ(show(issued.id).state, GrantState::revoked);
  for (const char* name : {"harbor", "clinic", "defender"}) {
    ASSERT_EQ(notices_to(name).size(), 1u) << name;
    EXPECT_EQ(notices_to(name)[0].grant, issued.hash);
    EXPECT_EQ(notices_to(name)[0].state, GrantState::revoked);
  }
}

TEST_F(Revoke, LeavesTheIndexTurnedInEveryLaterList) {
  const auto issued = issue(care_draft());
  revoke(issued.id);
  for (unsigned i = 1; i < 4; ++i) {
    bench.now = after_now(i * kHour);
    must(consent::publish_status(bench.desk()), "publish");
    EXPECT_EQ(bench.published_state(issued.hash), GrantState::revoked);
  }
}

TEST_F(Revoke, ChangesNothingTheSecondTimeWhateverAcknowledgementsCame) {
  const auto issued = issue(care_draft());
  must(consent::take_ack(bench.desk(), issued.hash, bench.id("clinic")), "ack of the view");
  revoke(issued.id);
  must(consent::take_ack(bench.desk(), issued.hash, bench.id("clinic")), "the same ack again");
  must(consent::take_ack(bench.desk(), issued.hash, bench.id("harbor")), "late ack of the view");
  const auto lists = bench.lists.size();
  bench.now = after_now(60);
  const auto again = revoke(issued.id);
  EXPECT_EQ(again.effective_at, kNow);
  EXPECT_THAT(again.told, ElementsAre("harbor", "clinic", "defender"));
  EXPECT_EQ(bench.lists.size(), lists);
}

TEST_F(Revoke, RefusesAnUnknownGrantAndAReasonThatIsNoText) {
  const auto issued = issue(care_draft());
  EXPECT_TRUE(refuses(consent::revoke(bench.desk(), fixed_id<GrantId>("none"), ""), Code::not_found));
  EXPECT_TRUE(refuses(consent::revoke(bench.desk(), issued.id, std::string(201, 'x')), Code::usage));
  EXPECT_TRUE(refuses(consent::revoke(bench.desk(), issued.id, "\xff"), Code::usage));
  EXPECT_TRUE(passes(consent::revoke(bench.desk(), issued.id, std::string(200, 'x'))));
}

TEST_F(Revoke, SendsNothingWhenTheStoreRefuses) {
  const auto issued = issue(care_draft());
  bench.home.sent.clear();
  bench.lists.clear();
  bench.home.disk_full = true;
  EXPECT_TRUE(refuses(consent::revoke(bench.desk(), issued.id, ""), Code::store_full));
  EXPECT_THAT(bench.home.sent, IsEmpty());
  EXPECT_THAT(bench.lists, IsEmpty());
  bench.home.disk_full = false;
  EXPECT_EQ(show(issued.id).state, GrantState::active);
}

TEST_F(Revoke, EndsTheOtherGrantsOfTheSameFormAndNoOthers) {
  const auto named = issue(care_draft());
  auto same_form = care_draft();
  same_form.recipients = {"clinic"};
  const auto sibling = issue(same_form);
  auto other_form = care_draft();
  other_form.recipients = {"defender"};
  other_form.signed_form = bytes_of("another form of p-417");
  const auto kept = issue(other_form);
  auto other_person = care_draft();
  other_person.subject = "p-418";
  const auto other = issue(other_person);
  revoke(named.id);
  EXPECT_EQ(bench.published_state(sibling.hash), GrantState::revoked);
  EXPECT_EQ(bench.published_state(kept.hash), GrantState::active);
  EXPECT_EQ(bench.published_state(other.hash), GrantState::active);
}

TEST_F(Revoke, Originator_EndsNothingElse) {
  Bench patrol(SuiteId::x25519, "patrol", "patrol");
  const auto first = must(consent::issue(patrol.desk(), referral_draft()), "issue");
  auto other = referral_draft();
  other.recipients = {"office"};
  const auto second = must(consent::issue(patrol.desk(), other), "issue");
  EXPECT_FALSE(must(consent::revoke(patrol.desk(), first.id, ""), "revoke").pending);
  EXPECT_EQ(patrol.published_state(first.hash), GrantState::revoked);
  EXPECT_EQ(patrol.published_state(second.hash), GrantState::active);
}

TEST_F(Revoke, SuspendedShowsAsSuspendedAndCanStillBeRevokedOrRenewed) {
  const auto issued = issue(care_draft());
  const auto answer = must(consent::suspend(bench.desk(), issued.id), "suspend");
  EXPECT_EQ(answer.effective_at, kNow);
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::suspended);
  EXPECT_EQ(show(issued.id).state, GrantState::suspended);
  const auto renewed = must(consent::advance(bench.desk(), issued.id, care_draft()), "advance");
  EXPECT_EQ(bench.published_state(renewed.hash), GrantState::active);
  must(consent::suspend(bench.desk(), issued.id), "suspend");
  revoke(issued.id);
  EXPECT_EQ(bench.published_state(renewed.hash), GrantState::revoked);
  EXPECT_TRUE(refuses(consent::suspend(bench.desk(), issued.id), Code::revoked));
}

// ---- 42 CFR 2.35(c) -------------------------------------------------------------------------------------------------------

constexpr const char* kRevocable = "2027-01-15T08:00:00Z";  // the revocable day begins, in the form's zone

TEST_F(PendingRevocation, P2_35_c_WaitsForItsDayAndShowsNowhereUntilThen) {
  const auto issued = issue(justice_draft());
  bench.home.sent.clear();
  bench.lists.clear();
  const auto answer = revoke(issued.id);
  EXPECT_TRUE(answer.pending);
  EXPECT_EQ(answer.effective_at, *parse_time(kRevocable));
  EXPECT_THAT(bench.home.sent, IsEmpty());
  EXPECT_THAT(bench.lists, IsEmpty());  // not even a list out of turn
  const auto row = show(issued.id);
  EXPECT_EQ(row.state, GrantState::active);
  EXPECT_TRUE(row.revocation_pending);
  EXPECT_EQ(row.revocable_at, *parse_time(kRevocable));

  bench.now = *parse_time("2026-12-25T12:00:00Z");
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::active);
}

TEST_F(PendingRevocation, P2_35_c_TakesEffectOnItsDayWithTheNextList) {
  const auto issued = issue(justice_draft());
  revoke(issued.id);
  bench.now = Timestamp{parse_time(kRevocable)->seconds - 1};
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::active);
  bench.now = *parse_time(kRevocable);
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::revoked);
  const auto row = show(issued.id);
  EXPECT_EQ(row.state, GrantState::revoked);
  EXPECT_FALSE(row.revocation_pending);
  EXPECT_FALSE(revoke(issued.id).pending);
}

TEST_F(PendingRevocation, P2_35_c_IsImmediateFromItsDayOn) {
  const auto issued = issue(justice_draft());
  bench.now = *parse_time(kRevocable);
  const auto answer = revoke(issued.id);
  EXPECT_FALSE(answer.pending);
  EXPECT_EQ(answer.effective_at, bench.now);
  EXPECT_EQ(bench.published_state(issued.hash), GrantState::revoked);
}

TEST_F(PendingRevocation, P2_35_c_HoldsBackThatGrantOnlyAndEndsTheOthersOfTheFormAtOnce) {
  const auto justice = issue(justice_draft());
  const auto care = issue(care_draft());
  EXPECT_TRUE(revoke(justice.id).pending);
  EXPECT_EQ(bench.published_state(justice.hash), GrantState::active);
  EXPECT_EQ(bench.published_state(care.hash), GrantState::revoked);
}

TEST_F(PendingRevocation, P2_35_c_IsLodgedWhenTheNamedConsentOfTheFormIsRevoked) {
  const auto justice = issue(justice_draft());
  const auto care = issue(care_draft());
  EXPECT_FALSE(revoke(care.id).pending);
  EXPECT_EQ(bench.published_state(care.hash), GrantState::revoked);
  EXPECT_EQ(bench.published_state(justice.hash), GrantState::active);
  EXPECT_TRUE(show(justice.id).revocation_pending);
  EXPECT_TRUE(revoke(justice.id).pending);
}

TEST_F(PendingRevocation, P2_35_c_IsNotPutOffByANewVersion) {
  const auto first = issue(justice_draft());
  revoke(first.id);
  auto draft = justice_draft();
  draft.revocable_day = "2027-02-20";
  const auto second = must(consent::advance(bench.desk(), first.id, draft), "advance");
  EXPECT_TRUE(show(first.id).revocation_pending);
  EXPECT_EQ(show(first.id).revocable_at, *parse_time(kRevocable));
  EXPECT_EQ(bench.published_state(second.hash), GrantState::active);
  bench.now = *parse_time(kRevocable);
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(second.hash), GrantState::revoked);
}

TEST_F(PendingRevocation, IsNotTakenTwice) {
  const auto issued = issue(justice_draft());
  revoke(issued.id);
  const auto events = bench.home.events.size();
  bench.now = after_now(60);
  EXPECT_TRUE(revoke(issued.id).pending);
  EXPECT_EQ(bench.home.events.size(), events);
}

}  // namespace
}  // namespace xch::testing
