// A statement that an event has happened, as the office's inbox judges it: the one agency that may say so, the event that
// is waited for, a time within the grant, once.
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "grant/build.hpp"
#include "session/world.hpp"
#include "wire/records.hpp"

namespace xch::session_test {
namespace {

constexpr const char* kEvent = "my case is closed";

struct EventStatements : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& office = (*world)["office"];
  GrantId id{{1, 2, 3}};

  void SetUp() override { await("clinic", world->now()); }

  /// As the office says when it issues (consent/authority/events.cpp).
  void await(const std::string& asserter, Timestamp from) {
    const auto value = ByteWriter().raw(world->party(asserter).id).u64(from.seconds).bytes();
    must(office.authority_access().put_all({{"awaited-events", grant::event_digest(id, kEvent).view().copy(), value}}, {}), "await");
  }
  std::optional<Bytes> stated() {
    return must(office.authority_access().get("stated-events", grant::event_digest(id, kEvent)), "stated");
  }
  session::InboxItem take() {
    world->deliver_all();
    const auto report = must(office.process_inbox(), "inbox");
    for (const auto& item : report.items)
      if (item.what == "event") return item;
    return {"none came", "", std::nullopt, false};
  }
  session::InboxItem said_by(const std::string& who, const char* event = kEvent) {
    must((*world)[who].state_event(id, event, "office"), "state");
    return take();
  }
  /// Signed with the key that issues consents, which is no seat.
  session::InboxItem said_with_authority_key(const EventStatement& statement) {
    auto& access = office.authority_access();
    const auto key = must(access.authority_key(Basis::part2Consent), "key");
    SealedObject object;
    object.chain = key.chain;
    object.object = must(party::sign_object(Kind::receipt, wire::encode(statement), key.record->id, *key.key), "sign");
    must(access.send_object(object, world->party("office").id, false), "send");
    return take();
  }
  void refused(const session::InboxItem& item, Code code) {
    ASSERT_TRUE(item.error) << item.file;
    EXPECT_EQ(item.error->code, code);
    EXPECT_FALSE(item.waits);
  }
};

TEST_F(EventStatements, AreTakenFromASeatOfTheAgencyThatIsNamed) {
  world->advance(60);
  const auto item = said_by("clinic");
  EXPECT_FALSE(item.error);
  ASSERT_TRUE(stated());
  EXPECT_EQ(load_u64(stated()->data()), world->now().seconds);
  // The statement itself is kept, as evidence.
  const auto object = must(wire::decode_sealed_object(ByteView(*stated()).sub(8)), "object");
  EXPECT_EQ(must(wire::decode_event_statement(object.object.body), "statement").asserter, world->party("clinic").id);
}

TEST_F(EventStatements, AreRefusedFromAnyOtherAgency) {
  refused(said_by("harbor"), Code::event_asserter);
  EXPECT_FALSE(stated());
}

TEST_F(EventStatements, AreRefusedForAnotherEventOrAnotherGrant) {
  refused(said_by("clinic", "my case is open"), Code::event_unknown);
  id = GrantId{{9}};
  refused(said_by("clinic"), Code::event_unknown);
}

TEST_F(EventStatements, AreRefusedTheSecondTime) {
  EXPECT_FALSE(said_by("clinic").error);
  const auto first = *stated();
  world->advance(60);
  refused(said_by("clinic"), Code::event_repeated);
  EXPECT_EQ(*stated(), first);
}

TEST_F(EventStatements, AreRefusedAgainAsTheVeryFileThatWasTaken) {
  must((*world)["clinic"].state_event(id, kEvent, "office"), "state");
  world->deliver_all();
  const auto in = world->home("office") / "spool" / "in" / "new";
  const auto copy = must(read_file(std::filesystem::directory_iterator(in)->path(), 1 << 20), "read");
  EXPECT_FALSE(take().error);
  must(write_file_atomically(in / "again.lxo", copy), "write");
  const auto report = must(office.process_inbox(), "inbox");
  ASSERT_EQ(report.items.size(), 1u);
  refused(report.items.front(), Code::event_repeated);
}

TEST_F(EventStatements, AreRefusedFromBeforeTheGrantAndFromTheFuture) {
  await("clinic", world->now() + 10);
  refused(said_by("clinic"), Code::event_time);
  await("clinic", world->now());
  const auto before = world->now();
  world->advance(kClockSkew + 1);
  must((*world)["clinic"].state_event(id, kEvent, "office"), "state");
  world->deliver_all();
  world->set_now(before);  // the office's clock is behind by a second too many
  const auto report = must(office.process_inbox(), "inbox");
  ASSERT_EQ(report.items.size(), 1u);
  refused(report.items.front(), Code::event_time);
  EXPECT_FALSE(stated());
}

TEST_F(EventStatements, AreRefusedInAnothersName) {
  const EventStatement statement{grant::event_digest(id, kEvent), world->party("clinic").id, world->now()};
  refused(said_with_authority_key(statement), Code::object_signature);
}

TEST_F(EventStatements, AreRefusedFromAKeyThatOnlyIssues) {
  await("office", world->now());
  const EventStatement statement{grant::event_digest(id, kEvent), world->party("office").id, world->now()};
  refused(said_with_authority_key(statement), Code::object_signature);
}

TEST_F(EventStatements, OfTheOfficeItselfAreTakenAtOnce) {
  await("office", world->now());
  EXPECT_TRUE(refuses(office.state_event(id, "another event", "office"), Code::event_unknown));
  EXPECT_TRUE(passes(office.state_event(id, kEvent, "office")));
  EXPECT_TRUE(stated());
  EXPECT_TRUE(refuses(office.state_event(id, kEvent, "office"), Code::event_repeated));
}

TEST_F(EventStatements, GoToNobodyWhoIsNotInTheRoster) {
  EXPECT_TRUE(refuses((*world)["clinic"].state_event(id, kEvent, "nobody"), Code::party_unknown));
}

}  // namespace
}  // namespace xch::session_test
