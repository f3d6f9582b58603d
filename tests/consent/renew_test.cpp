// Renewing under a form signed anew, who has confirmed what, and the life of a grant.
#include <gmock/gmock.h>

#include "base/encoding.hpp"
#include "consent/office.hpp"

namespace xch::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Renew : ::testing::Test {
  Bench bench;
  consent::IssuedGrant first = must(consent::issue(bench.desk(), care_draft()), "issue");

  consent::Renewal asked() {
    consent::Renewal out;
    out.last_day = "2027-05-20";
    out.signed_day = "2027-02-15";
    out.signed_form = bytes_of("the form of 2027, signed");
    return out;
  }
  /// The day of signing has come.
  Result<consent::IssuedGrant> renew(const consent::Renewal& renewal) {
    bench.now = after_now(82 * kDay);
    Roster roster = bench.coalition.roster_body();
    roster.issued = bench.now;
    roster.expires = bench.now + 60 * kDay;
    for (auto& party : roster.parties) must_have_key(party);
    bench.coalition.adopt(roster);
    return consent::renew(bench.desk(), first.id, renewal);
  }
  /// Encryption keys are targets for a week: each party has a new one by then.
  void must_have_key(Party& party) {
    auto& mine = bench.coalition[party.name];
    const auto key = mine.encryption_key->public_key().bytes();
    auto record = bench.coalition.record(KeyKind::agencyEncryption, party.name, key, mine.identity.id);
    record.serial += 1;
    record.not_before = Timestamp{bench.now.seconds - kDay};
    record.not_after = bench.now + 5 * kDay;
    mine.encryption = certified(record, *mine.identity_key);
    party.keys.push_back(mine.encryption.signed_record);
  }
};

TEST_F(Renew, MakesTheNextVersionWithALaterEndAndNewKeysAndEndsTheOldOne) {
  const auto before = must(bench.held_by("clinic"), "view");
  const auto done = must(renew(asked()), "renew");
  EXPECT_EQ(done.id, first.id);
  EXPECT_EQ(done.version, 2u);
  EXPECT_GT(done.not_after, first.not_after);
  EXPECT_EQ(format_time(done.not_after), "2027-05-21T07:59:59Z");
  EXPECT_EQ(format_time(done.not_before), "2027-02-15T08:00:00Z");  // from the day it was signed on
  EXPECT_EQ(bench.published_state(first.hash), GrantState::revoked);
  EXPECT_EQ(bench.published_state(done.hash), GrantState::active);
  const auto after = must(bench.held_by("clinic"), "view");
  EXPECT_EQ(after->pseudonym(), before->pseudonym());
  EXPECT_EQ(after->may_read(bench.id("clinic")), before->may_read(bench.id("clinic")));
  EXPECT_NE(after->hash(), before->hash());
}

TEST_F(Renew, AsksForASignatureOfItsOwn) {
  auto renewal = asked();
  renewal.signed_form.clear();
  EXPECT_TRUE(refuses(renew(renewal), Code::consent_not_signed));
  renewal.signed_form = care_draft().signed_form;  // the paper that was signed for the old days
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), first.id, renewal), Code::consent_not_signed));
  renewal = asked();
  renewal.signed_day.clear();
  EXPECT_FALSE(consent::renew(bench.desk(), first.id, renewal));
  EXPECT_EQ(bench.published_state(first.hash), GrantState::active);
}

TEST_F(Renew, GoesOnAndIsNoLongerThanTheBasisAllows) {
  auto renewal = asked();
  renewal.last_day = "2027-02-21";  // as before
  EXPECT_TRUE(refuses(renew(renewal), Code::consent_period));
  renewal.last_day = "soon";
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), first.id, renewal), Code::consent_period));
  renewal.last_day = "2029-02-21";
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), first.id, renewal), Code::consent_period));
}

TEST_F(Renew, WhatWasRevokedIsNotRenewed) {
  must(consent::revoke(bench.desk(), first.id, "asked"), "revoke");
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), first.id, asked()), Code::revoked));
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), GrantId(), asked()), Code::not_found));
}

TEST_F(Renew, NorOneWhoseRevocationWaitsForItsDay) {
  auto draft = justice_draft();
  draft.subject = "p-9";
  const auto issued = must(consent::issue(bench.desk(), draft), "issue");
  ASSERT_TRUE(must(consent::revoke(bench.desk(), issued.id, "asked"), "revoke").pending);
  EXPECT_TRUE(refuses(consent::renew(bench.desk(), issued.id, asked()), Code::revoked));
}

// ---- who has confirmed -----------------------------------------------------------------------------------------------

using Standing = Renew;

TEST_F(Standing, NamesWhoHasConfirmedAGrantAndItsEnd) {
  const auto by_name = [&](const std::string& name) {
    for (const auto& row : must(consent::standing(bench.desk(), first.id), "standing").holders)
      if (row.party == name) return row;
    give_up(Code::not_found, "holder");
  };
  must(consent::take_ack(bench.desk(), first.hash, bench.id("clinic")), "ack");
  EXPECT_EQ(by_name("clinic").acknowledged, kNow);
  EXPECT_EQ(by_name("defender").acknowledged, Timestamp{});

  must(consent::suspend(bench.desk(), first.id), "suspend");
  const auto confirm = [&](GrantState state) {
    bench.home.rows["state-acks"][consent::view_key(first.hash, bench.id("clinic"))] =
        ByteWriter().u64(kNow.seconds + 5).u8(static_cast<std::uint8_t>(state)).bytes();
  };
  EXPECT_EQ(by_name("clinic").end_confirmed, Timestamp{});
  confirm(GrantState::suspended);
  EXPECT_EQ(by_name("clinic").end_confirmed, after_now(5));
  // A receipt for the suspension is none for the revocation.
  must(consent::revoke(bench.desk(), first.id, "asked"), "revoke");
  EXPECT_EQ(by_name("clinic").end_confirmed, Timestamp{});
  confirm(GrantState::revoked);
  EXPECT_EQ(by_name("clinic").end_confirmed, after_now(5));
  EXPECT_EQ(by_name("defender").end_confirmed, Timestamp{});
  EXPECT_TRUE(refuses(consent::standing(bench.desk(), GrantId()), Code::not_found));
}

// ---- the life of a grant -----------------------------------------------------------------------------------------------

using History = Renew;

std::vector<session::JournalRow> journal_of(const FakeHome& home) {
  std::vector<session::JournalRow> out;
  for (const auto& event : home.events)
    out.push_back({out.size() + 1, event.kind, kNow, {}, event.object, event.detail_json});
  return out;
}

std::vector<std::string> words(const std::vector<consent::HistoryLine>& lines) {
  std::vector<std::string> out;
  for (const auto& line : lines) out.push_back(line.what + " " + std::to_string(line.version));
  return out;
}

TEST_F(History, TellsEveryStepInTheOrderOfTime) {
  const auto other = must(consent::issue(bench.desk(), justice_draft()), "another grant");
  must(consent::send_again(bench.desk(), first.id), "again");
  must(consent::suspend(bench.desk(), first.id), "suspend");
  auto changed = care_draft();
  changed.recipients = {"clinic"};
  must(consent::advance(bench.desk(), first.id, changed), "advance");
  must(consent::revoke(bench.desk(), first.id, "asked"), "revoke");
  const auto told = must(consent::history(bench.desk(), first.id, journal_of(bench.home)), "history");
  EXPECT_THAT(words(told), ElementsAre("signed 1", "signed 2", "issued 1", "sent-again 1", "suspended 1", "changed 2",
                                       "replaced 1", "revoked 2"));
  // The person's other grant on the same form waits for its day (42 CFR 2.35(c)).
  EXPECT_THAT(words(must(consent::history(bench.desk(), other.id, journal_of(bench.home)))),
              ElementsAre("signed 1", "issued 1", "revocation-lodged 1"));
  EXPECT_TRUE(refuses(consent::history(bench.desk(), GrantId(), {}), Code::not_found));
}

TEST_F(History, KnowsARenewalFromAChangeAndWhenAGrantHasExpired) {
  const auto done = must(renew(asked()), "renew");
  auto lines = must(consent::history(bench.desk(), first.id, journal_of(bench.home)), "history");
  EXPECT_THAT(words(lines), ElementsAre("signed 1", "issued 1", "renewed 2", "replaced 1", "signed 2"));
  bench.now = done.not_after + 1;
  lines = must(consent::history(bench.desk(), first.id, journal_of(bench.home)), "history");
  EXPECT_EQ(lines.back().what, "expired");
  EXPECT_EQ(lines.back().time, done.not_after + 1);
}

TEST_F(History, BeginsWithTheDraftAndTheFormOfTheVeryConsentThatIsIssued) {
  auto draft = care_draft();
  draft.subject = "p-900";
  draft.signed_day = format_time(kNow).substr(0, 10);
  must(consent::note(bench.desk(), draft, consent::DraftStep::drafted), "drafted");
  must(consent::note(bench.desk(), draft, consent::DraftStep::proposed), "proposed");
  must(consent::note(bench.desk(), draft, consent::DraftStep::proposed), "a second copy");
  auto other = draft;
  other.recipients = {"clinic"};
  must(consent::note(bench.desk(), other, consent::DraftStep::proposed), "another form, never signed");
  const auto issued = must(consent::issue(bench.desk(), draft), "issue");
  const auto told = must(consent::history(bench.desk(), issued.id, journal_of(bench.home)), "history");
  EXPECT_THAT(words(told), ElementsAre("drafted 1", "proposed 1", "proposed 1", "signed 1", "issued 1"));
  EXPECT_NE(told[1].journal_seq, 0u);
  EXPECT_LT(told[1].journal_seq, told[2].journal_seq);
  // Nothing of the first grant.
  EXPECT_THAT(words(must(consent::history(bench.desk(), first.id, journal_of(bench.home)))),
              ElementsAre("signed 1", "issued 1"));
}

TEST_F(History, FindsTheFormThatNamedNoFirstDay) {
  auto draft = care_draft();
  draft.subject = "p-902";
  draft.first_day.clear();
  must(consent::note(bench.desk(), draft, consent::DraftStep::proposed), "proposed");
  const auto found = [&](const std::string& from, const std::string& day) {
    auto given = draft;
    given.first_day = from;
    given.signed_day = day;
    return must(consent::number_of(bench.desk(), must(consent::restricted(bench.desk(), given)))).has_value();
  };
  EXPECT_TRUE(found("2026-05-04", "2026-05-04"));
  EXPECT_FALSE(found("2026-05-05", "2026-05-04"));
}

TEST_F(History, FindsTheDraftThatWasHeldToWhatThePersonKeepsBack) {
  auto draft = care_draft();
  draft.subject = "p-901";
  must(consent::keep_back(bench.desk(), draft.subject, {{"defender", FieldClass::none}}), "keep back");
  must(consent::note(bench.desk(), draft, consent::DraftStep::proposed), "proposed");
  const auto wanted = must(consent::restricted(bench.desk(), draft));
  EXPECT_TRUE(must(consent::number_of(bench.desk(), wanted)).has_value());
  EXPECT_FALSE(must(consent::number_of(bench.desk(), draft)).has_value());
}

TEST_F(History, OfADraftTellsTheJournalNothingButThatThereIsOne) {
  const auto before = bench.home.events.size();
  must(consent::note(bench.desk(), care_draft(), consent::DraftStep::drafted), "drafted");
  ASSERT_EQ(bench.home.events.size(), before + 1);
  const auto& event = bench.home.events.back();
  EXPECT_EQ(event.kind, EventKind::grant);
  EXPECT_EQ(event.detail_json, "{\"what\":\"drafted\"}");
  EXPECT_NE(event.object, consent::draft_hash(care_draft()));
  EXPECT_NE(event.object, consent::draft_hash(must(consent::restricted(bench.desk(), care_draft()))));
}

TEST_F(History, NamesThePartyThatConfirmed) {
  auto journal = journal_of(bench.home);
  const std::string reader = to_hex(bench.id("clinic"));
  for (const char* what : {"view-taken", "state-seen", "note-opened"})
    journal.push_back({journal.size() + 1, EventKind::receipt, after_now(1), {}, retag<Digest>(first.hash),
                       "{\"what\":\"" + std::string(what) + "\",\"reader\":\"" + reader + "\"}"});
  const auto lines = must(consent::history(bench.desk(), first.id, journal), "history");
  ASSERT_THAT(words(lines), ElementsAre("signed 1", "issued 1", "confirmed 1", "end-confirmed 1"));
  EXPECT_EQ(lines[2].party, "clinic");
  EXPECT_EQ(lines[3].party, "clinic");
}

}  // namespace
}  // namespace xch::testing
