// The same envelope again, the same id again, the same call again (docs/format.md, "Open", 17; "Idempotency").
#include <algorithm>

#include "base/file.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

struct Replay : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& harbor = (*world)["harbor"];
  session::Session& clinic = (*world)["clinic"];

  Bytes envelope_for(const session::SealAnswer& sealed, const std::string& name) {
    for (const auto& e : sealed.envelopes)
      if (e.to == world->party(name).id) return e.envelope;
    return {};
  }
};

TEST_F(Replay, GivesTheSameValuesMarkedAsARepeatWithOneReceiptAndAnEventEachTime) {
  const auto sealed = harbor.seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  const Bytes envelope = envelope_for(*sealed, "clinic");
  const auto first = clinic.open_envelope(envelope);
  ASSERT_TRUE(passes(first));
  const std::string value = value_of(first->notes.front(), "nextStep");
  world->advance(60);
  const auto second = clinic.open_envelope(envelope);
  ASSERT_TRUE(passes(second));
  EXPECT_TRUE(second->notes.front().opened.repeat);
  EXPECT_EQ(value_of(second->notes.front(), "nextStep"), value);
  EXPECT_EQ(second->notes.front().journal_seq, first->notes.front().journal_seq);
  EXPECT_EQ(second->notes.front().first_opened, first->notes.front().first_opened);
  ASSERT_TRUE(passes(clinic.open_envelope(envelope)));
  EXPECT_EQ(count_events(clinic, EventKind::opened), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::reopened), 2u);
  world->settle();
  EXPECT_EQ(count_events(harbor, EventKind::receipt), 1u);
}

TEST_F(Replay, StaysARepeatAfterTheHomeWasClosedAndOpenedAgain) {
  const auto sealed = harbor.seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  const Bytes envelope = envelope_for(*sealed, "clinic");
  ASSERT_TRUE(passes(clinic.open_envelope(envelope)));
  world->reopen("clinic");
  const auto again = (*world)["clinic"].open_envelope(envelope);
  ASSERT_TRUE(passes(again));
  EXPECT_TRUE(again->notes.front().opened.repeat);
}

// A sender whose store was set back makes the same note id again with another header: the idempotency key gives the id.
TEST_F(Replay, RaisesTheAlarmWhenAnotherHeaderBearsTheId) {
  auto asked = request(grant);
  asked.idempotency_key = "cad-88121";
  asked.deliver = false;
  world->close("harbor");
  const auto kept = world->folder() / "kept";
  std::filesystem::copy(world->home("harbor"), kept, std::filesystem::copy_options::recursive);
  const auto first = (*world)["harbor"].seal(asked);
  ASSERT_TRUE(passes(first));
  const Bytes one = envelope_for(*first, "clinic");
  world->close("harbor");
  std::filesystem::remove_all(world->home("harbor"));
  std::filesystem::copy(kept, world->home("harbor"), std::filesystem::copy_options::recursive);
  ASSERT_TRUE(refuses(session::Session::open(world->home("harbor"), world->environment()), Code::store_copied));
  {
    // Somebody says that the copy is the home itself, moved. It is not.
    auto copy = must(session::Session::open_restored(world->home("harbor"), world->environment()));
    ASSERT_TRUE(passes(copy->take_as_moved()));
    ASSERT_TRUE(passes(copy->new_mark()));
  }
  const auto second = (*world)["harbor"].seal(asked);
  ASSERT_TRUE(passes(second));
  ASSERT_EQ(first->notes.front().note_id, second->notes.front().note_id);
  ASSERT_NE(first->notes.front().header, second->notes.front().header);

  ASSERT_TRUE(passes(clinic.open_envelope(one)));
  const auto alarm = clinic.open_envelope(envelope_for(*second, "clinic"));
  ASSERT_TRUE(passes(alarm));
  EXPECT_TRUE(alarm->notes.empty());
  ASSERT_EQ(alarm->refused.size(), 1u);
  EXPECT_EQ(alarm->refused.front().code, Code::open_replay_alarm);
  EXPECT_EQ(count_events(clinic, EventKind::denied), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::opened), 1u);
}

TEST_F(Replay, GivesTheStoredEnvelopesForTheSameKeyAndContent) {
  auto asked = request(grant);
  asked.idempotency_key = "cad-88121";
  const auto first = harbor.seal(asked);
  ASSERT_TRUE(passes(first));
  world->advance(3600);
  const auto second = harbor.seal(asked);
  ASSERT_TRUE(passes(second));
  EXPECT_TRUE(second->duplicate);
  ASSERT_EQ(first->envelopes.size(), second->envelopes.size());
  for (std::size_t i = 0; i < first->envelopes.size(); ++i) {
    EXPECT_EQ(first->envelopes[i].to, second->envelopes[i].to);
    EXPECT_EQ(first->envelopes[i].envelope, second->envelopes[i].envelope);
    EXPECT_EQ(first->mailboxes[i], second->mailboxes[i]);
  }
  EXPECT_EQ(first->notes.front().note_id, second->notes.front().note_id);
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
  EXPECT_EQ(world->deliver_all(), 2u);
}

TEST_F(Replay, RefusesTheSameKeyForAnythingElse) {
  auto asked = request(grant);
  asked.idempotency_key = "cad-88121";
  ASSERT_TRUE(passes(harbor.seal(asked)));
  auto other = asked;
  other.notes.front().json = progress_note("another next step");
  EXPECT_TRUE(refuses(harbor.seal(other), Code::idempotency_conflict));
  other = asked;
  other.to = {"clinic"};
  EXPECT_TRUE(refuses(harbor.seal(other), Code::idempotency_conflict));
  other = asked;
  other.notes.push_back(other.notes.front());
  EXPECT_TRUE(refuses(harbor.seal(other), Code::idempotency_conflict));
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
}

TEST_F(Replay, MakesAFreshIdForEveryNoteWithoutAKey) {
  const auto one = harbor.seal(request(grant));
  const auto two = harbor.seal(request(grant));
  ASSERT_TRUE(passes(one));
  ASSERT_TRUE(passes(two));
  EXPECT_NE(one->notes.front().note_id, two->notes.front().note_id);
}

TEST_F(Replay, TakesAnEnvelopeThatCameTwiceOnce) {
  const auto sealed = harbor.seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  world->deliver_all();
  const Bytes envelope = envelope_for(*sealed, "clinic");
  const auto second = world->home("clinic") / "spool" / "in" / "new" / "second-copy.lxe";
  ASSERT_TRUE(passes(write_file_atomically(second, envelope)));
  ASSERT_TRUE(passes(clinic.process_inbox()));
  EXPECT_EQ(clinic.notes_waiting()->size(), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::received), 1u);
  EXPECT_FALSE(std::filesystem::exists(second));
}

}  // namespace
}  // namespace xch::session_test
