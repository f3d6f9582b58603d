// The whole path between homes that share nothing but files: home, roster, grant, seal, courier, open.
#include <algorithm>

#include "base/encoding.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

class Path : public ::testing::TestWithParam<SuiteId> {};
XCH_FOR_EVERY_SUITE(Path);

TEST_P(Path, CarriesANoteFromHomeToHomeAndEachReaderSeesItsOwnPart) {
  GrantHash grant;
  const auto world = world_with_care(GetParam(), &grant);
  const auto sealed = (*world)["harbor"].seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  EXPECT_EQ(sealed->notes.size(), 1u);
  EXPECT_EQ(sealed->envelopes.size(), 3u);  // clinic, defender, harbor's archive
  EXPECT_FALSE(sealed->duplicate);
  EXPECT_EQ(world->deliver_all(), 2u);
  ASSERT_TRUE(passes((*world)["clinic"].process_inbox()));
  ASSERT_TRUE(passes((*world)["defender"].process_inbox()));

  const auto clinic = open_waiting((*world)["clinic"]);
  ASSERT_TRUE(passes(clinic));
  ASSERT_EQ(clinic->notes.size(), 1u);
  EXPECT_TRUE(clinic->refused.empty());
  const auto& note = clinic->notes.front();
  EXPECT_EQ(note.sender_name, "harbor");
  EXPECT_EQ(value_of(note, "nextStep"), kCanaryText);
  EXPECT_FALSE(value_of(note, "participation").empty());
  EXPECT_TRUE(value_of(note, "narrative").empty());
  EXPECT_FALSE(note.notice_text.empty());
  EXPECT_FALSE(note.opened.repeat);
  EXPECT_GT(note.journal_seq, 0u);

  const auto defender = open_waiting((*world)["defender"]);
  ASSERT_TRUE(passes(defender));
  ASSERT_EQ(defender->notes.size(), 1u);
  EXPECT_EQ(value_of(defender->notes.front(), "nextStep"), kCanaryText);
  EXPECT_TRUE(value_of(defender->notes.front(), "participation").empty());
  EXPECT_TRUE((*world)["clinic"].notes_waiting()->empty());
}

TEST_P(Path, BringsTheReceiptBackToTheSender) {
  GrantHash grant;
  const auto world = world_with_care(GetParam(), &grant);
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  ASSERT_TRUE(passes(open_waiting((*world)["clinic"])));
  world->settle();
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::receipt), 1u);
  EXPECT_EQ(count_events((*world)["clinic"], EventKind::opened), 1u);
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::sealed), 1u);
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::disclosed), 3u);
}

TEST(Session, SaysInPlainWordsWhatAReaderMaySee) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  const auto defender = open_waiting((*world)["defender"]);
  ASSERT_TRUE(passes(defender));
  EXPECT_EQ(defender->notes.front().scope_summary,
            "You may see: takes part and keeps in touch, needs, goals and barriers; for coordination; from "
            "2026-11-16T12:00:00Z to 2027-02-24T11:59:59Z, unless revoked.");
}

TEST(Session, OpensItsOwnArchiveCopyWithoutSendingAReceipt) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  const auto sealed = (*world)["harbor"].seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  world->deliver_all();
  const PartyId own = world->party("harbor").id;
  const auto archive = std::find_if(sealed->envelopes.begin(), sealed->envelopes.end(),
                                    [&](const auto& e) { return e.to == own; });
  ASSERT_NE(archive, sealed->envelopes.end());
  const auto opened = (*world)["harbor"].open_envelope(archive->envelope);
  ASSERT_TRUE(passes(opened));
  ASSERT_EQ(opened->notes.size(), 1u);
  EXPECT_EQ(value_of(opened->notes.front(), "nextStep"), kCanaryText);
  EXPECT_EQ(world->deliver_all(), 0u);
}

TEST(Session, SealsWithoutDeliveringWhenAsked) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto asked = request(grant);
  asked.deliver = false;
  const auto sealed = (*world)["harbor"].seal(asked);
  ASSERT_TRUE(passes(sealed));
  EXPECT_EQ(world->deliver_all(), 0u);
  EXPECT_EQ(sealed->mailboxes.size(), sealed->envelopes.size());
}

TEST(Session, FindsTheGrantBySubjectAndBasis) {
  const auto world = world_with_care();
  auto asked = request(GrantHash());
  asked.grant.reset();
  asked.subject = to_hex((*world)["harbor"].grants()->front().pseudonym.view());
  asked.basis = Basis::part2Consent;
  EXPECT_TRUE(passes((*world)["harbor"].seal(asked)));
  asked.basis = Basis::justiceCondition;
  EXPECT_TRUE(refuses((*world)["harbor"].seal(asked), Code::seal_no_grant));
}

TEST(Session, S3NothingToShareMakesTheSameShapesAsANote) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto empty = request(grant, "");
  empty.notes.front().nothing_to_share = true;
  const auto full = (*world)["harbor"].seal(request(grant));
  const auto none = (*world)["harbor"].seal(empty);
  ASSERT_TRUE(passes(full));
  ASSERT_TRUE(passes(none));
  ASSERT_EQ(full->envelopes.size(), none->envelopes.size());
  for (std::size_t i = 0; i < full->envelopes.size(); ++i)
    EXPECT_EQ(full->envelopes[i].envelope.size(), none->envelopes[i].envelope.size());
}

TEST(Session, NamesThePreviousNoteOfTheThreadToEachReader) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  const auto first = (*world)["harbor"].seal(request(grant));
  ASSERT_TRUE(passes(first));
  world->settle();
  const auto one = open_waiting((*world)["clinic"]);
  ASSERT_TRUE(passes(one));
  EXPECT_TRUE(one->notes.front().opened.terms.thread_prev.is_zero());
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  const auto two = open_waiting((*world)["clinic"]);
  ASSERT_TRUE(passes(two));
  EXPECT_EQ(two->notes.front().opened.terms.thread_prev, first->notes.front().header);
}

TEST(Session, PreviewsTheVeryDecisionsAndWritesNothing) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  const auto before = (*world)["harbor"].journal(1, 1000)->size();
  const auto preview = (*world)["harbor"].preview(request(grant));
  ASSERT_TRUE(passes(preview));
  EXPECT_FALSE(preview->would_refuse);
  ASSERT_EQ(preview->rows.size(), 3u);
  for (const auto& row : preview->rows) EXPECT_FALSE(row.decision.terms.empty());
  EXPECT_EQ((*world)["harbor"].journal(1, 1000)->size(), before);
  EXPECT_EQ(world->deliver_all(), 0u);

  world->set_now(kNow + 200 * kDay);
  const auto late = (*world)["harbor"].preview(request(grant));
  ASSERT_TRUE(passes(late));
  EXPECT_TRUE(late->would_refuse);
}

TEST(Session, RefusesToSealForWhoIsNotNamed) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto asked = request(grant);
  asked.to = {"clinic", "patrol"};
  const auto refused = (*world)["harbor"].seal(asked);
  ASSERT_TRUE(refuses(refused, Code::seal_recipient_not_named));
  EXPECT_EQ(refused.error().path, "to[1]");
  asked.to = {"nobody"};
  EXPECT_TRUE(refuses((*world)["harbor"].seal(asked), Code::seal_recipient_unknown));
  asked = request(grant);
  asked.purpose = Purpose::none;
  EXPECT_TRUE(refuses((*world)["harbor"].seal(asked), Code::seal_purpose_missing));
  EXPECT_EQ(count_events((*world)["harbor"], EventKind::sealed), 0u);
}

TEST(Session, RefusesAnUnknownFieldByItsPathWithoutItsValue) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  const auto refused = (*world)["harbor"].seal(request(grant, R"({"engagd": "Zephyrine Quillfeather"})"));
  ASSERT_TRUE(refuses(refused, Code::json_unknown_field));
  EXPECT_EQ(refused.error().path.find("Zephyrine"), std::string::npos);
  EXPECT_EQ(refused.error().path.find("notes[0]"), 0u);
}

}  // namespace
}  // namespace xch::session_test
