// What arrives: nothing is lost, what is not valid goes to quarantine, what cannot be judged yet stays.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "session/world.hpp"
#include "support/coalition.hpp"
#include "wire/records.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

struct Inbox : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& clinic = (*world)["clinic"];

  fs::path in(const std::string& folder) { return world->home("clinic") / "spool" / "in" / folder; }
  session::InboxItem arrive(const std::string& file, ByteView bytes) {
    must(write_file_atomically(in("new") / file, bytes), "file");
    const auto report = must(clinic.process_inbox(), "inbox");
    for (const auto& item : report.items)
      if (item.file == file) return item;
    return {"not there", "", std::nullopt, false};
  }
  std::size_t count(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(in(folder)), fs::directory_iterator()));
  }
};

TEST_F(Inbox, PutsWhatItDoesNotKnowIntoQuarantine) {
  for (const auto* name : {"junk.lxe", "junk.lxo", "junk.lxs", "junk.lxr", "junk.lxp", "junk", "junk.exe"}) {
    const auto item = arrive(name, ByteView(std::string_view("this is no exchange file")));
    ASSERT_TRUE(item.error) << name;
    EXPECT_FALSE(item.waits) << name;
  }
  EXPECT_EQ(count("quarantine"), 7u);
  EXPECT_EQ(count("new"), 0u);
  EXPECT_EQ(count("cur"), 0u);
}

TEST_F(Inbox, JudgesByContentAndNotByName) {
  const auto sealed = must((*world)["harbor"].seal(request(grant)), "seal");
  const auto envelope = std::find_if(sealed.envelopes.begin(), sealed.envelopes.end(),
                                     [&](const auto& e) { return e.to == world->party("clinic").id; });
  const auto item = arrive("renamed.lxs", envelope->envelope);
  EXPECT_FALSE(item.error);
  EXPECT_EQ(item.what, "note");
  EXPECT_EQ(clinic.notes_waiting()->size(), 1u);
}

TEST_F(Inbox, CountsForgedObjectsInsteadOfJournallingEachOne) {
  const std::size_t before = count_events(clinic, EventKind::denied);
  for (int i = 0; i < 5; ++i) {
    Bytes forged(70000, static_cast<std::uint8_t>(i));
    std::copy_n("LXO1\0\1", 6, forged.begin());
    EXPECT_TRUE(arrive("forged" + std::to_string(i) + ".lxo", forged).error);
  }
  EXPECT_EQ(count_events(clinic, EventKind::denied), before + 1);  // one row an hour and code
  world->advance(kHour);
  Bytes forged(70000, 9);
  std::copy_n("LXO1\0\1", 6, forged.begin());
  EXPECT_TRUE(arrive("later.lxo", forged).error);
  EXPECT_EQ(count_events(clinic, EventKind::denied), before + 2);
}

TEST_F(Inbox, QuarantinesAnEnvelopeThatDoesNotOpen) {
  const auto sealed = must((*world)["harbor"].seal(request(grant)), "seal");
  auto envelope = std::find_if(sealed.envelopes.begin(), sealed.envelopes.end(), [&](const auto& e) {
                    return e.to == world->party("clinic").id;
                  })->envelope;
  envelope[envelope.size() / 2] ^= 1;
  EXPECT_FALSE(arrive("bent.lxe", envelope).error);  // received; judged when it is opened
  EXPECT_TRUE(refuses(open_waiting(clinic), Code::open_outer));
  EXPECT_TRUE(clinic.notes_waiting()->empty());
  EXPECT_TRUE(fs::exists(in("quarantine") / "bent.lxe"));
}

TEST_F(Inbox, RefusesAReceiptForNoNoteOfOurs) {
  const auto sealed = must((*world)["harbor"].seal(request(grant)), "seal");
  world->deliver_all();
  ASSERT_TRUE(passes(clinic.process_inbox()));
  ASSERT_TRUE(passes(open_waiting(clinic)));
  // The clinic's receipt is for harbor; carried to the office it opens with no key there.
  const fs::path out = world->home("clinic") / "spool" / "out" / "harbor" / "new";
  const auto receipt = fs::directory_iterator(out)->path();
  fs::rename(receipt, world->home("office") / "spool" / "in" / "new" / receipt.filename());
  const auto report = must((*world)["office"].process_inbox(), "inbox");
  ASSERT_EQ(report.items.size(), 1u);
  ASSERT_TRUE(report.items.front().error);
  EXPECT_EQ(report.items.front().error->code, Code::object_outer);
}

TEST_F(Inbox, ConfirmsThatAGrantEnded) {
  session::Session& office = (*world)["office"];
  auto& access = office.authority_access();
  const auto key = must(access.authority_key(Basis::part2Consent), "key");
  const auto end = [&](GrantState state) {
    SealedObject object;
    object.chain = key.chain;
    object.object = must(party::sign_object(Kind::receipt, wire::encode(RevocationNotice{grant, state, world->now()}),
                                            key.record->id, *key.key));
    must(access.send_object(object, world->party("clinic").id, false), "send");
    world->settle();
  };
  const auto confirmed = [&]() -> std::string {
    const Bytes of = ByteWriter().raw(grant.view()).raw(world->party("clinic").id.view()).bytes();
    const auto row = must(access.get("state-acks", of), "row");
    return row ? to_hex(*row) : "";
  };
  const std::size_t receipts = count_events(office, EventKind::receipt);
  end(GrantState::suspended);
  EXPECT_EQ(confirmed(), to_hex(ByteWriter().u64(world->now().seconds).u8(2).bytes()));
  EXPECT_EQ(count_events(office, EventKind::receipt), receipts + 1);
  world->advance(60);
  end(GrantState::suspended);  // told again: one receipt is enough
  EXPECT_EQ(count_events(office, EventKind::receipt), receipts + 1);
  end(GrantState::revoked);
  EXPECT_EQ(confirmed(), to_hex(ByteWriter().u64(world->now().seconds).u8(1).bytes()));
  EXPECT_EQ(count_events(office, EventKind::receipt), receipts + 2);
}

TEST_F(Inbox, RefusesAConfirmationInAnothersName) {
  const StateAck ack{grant, world->party("harbor").id, GrantState::revoked, world->now()};
  auto& access = (*world)["office"].authority_access();
  const auto key = must(access.authority_key(Basis::part2Consent), "key");
  SealedObject object;
  object.chain = key.chain;
  object.object = must(party::sign_object(Kind::receipt, wire::encode(ack), key.record->id, *key.key));
  must(access.send_object(object, world->party("clinic").id, false), "send");
  world->deliver_all();
  const auto report = must(clinic.process_inbox(), "inbox");
  ASSERT_EQ(report.items.size(), 1u);
  ASSERT_TRUE(report.items[0].error);
  EXPECT_EQ(report.items[0].error->code, Code::object_signature);
}

TEST_F(Inbox, TakesRosterVersionsInAnyOrderOfArrivalAndNeverGoesBack) {
  const Bytes two = world->next_roster();
  const Bytes three = world->next_roster();
  const Bytes four = world->next_roster();
  // The third and fourth cannot be judged without the second.
  must(write_file_atomically(in("new") / "a.lxr", four), "file");
  const auto item = arrive("b.lxr", three);
  ASSERT_TRUE(item.error);
  EXPECT_EQ(item.error->code, Code::roster_previous);
  EXPECT_TRUE(item.waits);
  EXPECT_EQ(must(clinic.roster())->roster().version, 1u);
  EXPECT_FALSE(arrive("c.lxr", two).error);
  EXPECT_EQ(must(clinic.roster())->roster().version, 4u);
  EXPECT_EQ(count("new"), 0u);
  const auto back = arrive("d.lxr", three);
  ASSERT_TRUE(back.error);
  EXPECT_EQ(back.error->code, Code::roster_rollback);
  EXPECT_FALSE(back.waits);
  EXPECT_FALSE(arrive("e.lxr", four).error);  // the newest again, as another courier brings it
}

TEST_F(Inbox, ReadsOnlyNamesOfTheSpool) {
  EXPECT_TRUE(refuses(clinic.read_spooled("../../agency.json"), Code::usage));
  EXPECT_TRUE(refuses(clinic.read_spooled("nothing.lxe"), Code::file_missing));
  EXPECT_TRUE(refuses(clinic.deliver("nobody", ByteView(std::string_view("x")), ".lxs"), Code::party_unknown));
}

}  // namespace
}  // namespace xch::session_test
