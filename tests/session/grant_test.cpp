// Grants and status lists as a home takes them in: versions only go up, cut-offs hold notes, two bodies are an alarm.
#include <algorithm>

#include "base/file.hpp"
#include "base/encoding.hpp"
#include "session/world.hpp"
#include "support/coalition.hpp"

namespace xch::session_test {
namespace {


struct Grants : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& harbor = (*world)["harbor"];
  session::Session& clinic = (*world)["clinic"];

  /// Puts a file into a home's inbox and gives what became of it.
  session::InboxItem arrive(const std::string& home, const std::string& file, ByteView bytes) {
    must(write_file_atomically(world->home(home) / "spool" / "in" / "new" / file, bytes), "file");
    const auto report = must((*world)[home].process_inbox(), "inbox");
    for (const auto& item : report.items)
      if (item.file == file) return item;
    return {"not there", "", std::nullopt, false};
  }
  /// The next version of the grant, without the clinic.
  GrantHash advance(Timestamp effective_at) {
    auto next = care();
    next.version = 2;
    next.previous = grant;
    next.index = 8;
    next.effective_at = effective_at;
    next.rights.erase(std::remove_if(next.rights.begin(), next.rights.end(),
                                     [](const Right& r) { return r.party == "clinic"; }),
                      next.rights.end());
    next.edges = {{"harbor", "defender"}};
    return world->issue(next);
  }
};

TEST_F(Grants, AreAcknowledgedToTheirAuthority) {
  const auto acks = must((*world)["office"].authority_access().list("view-acks"), "acks");
  EXPECT_EQ(acks.size(), 3u);  // harbor, clinic, defender
  for (const auto& [key, value] : acks) {
    EXPECT_EQ(key.size(), 48u);
    EXPECT_TRUE(equal(ByteView(key).sub(0, 32), grant.view()));
  }
}

TEST_F(Grants, AreListedWithTheirStateAndVersion) {
  auto list = must(harbor.grants(), "grants");
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.front().hash, grant);
  EXPECT_EQ(list.front().authority_name, "office");
  EXPECT_EQ(list.front().state, GrantState::active);
  EXPECT_FALSE(list.front().superseded);
  world->advance(kHour);
  world->publish_status({{7, GrantState::suspended}});
  world->settle();
  list = must(harbor.grants(), "grants");
  EXPECT_EQ(list.front().state, GrantState::suspended);
}

TEST_F(Grants, S8RevokedSealNothingFromTheListOn) {
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  EXPECT_TRUE(refuses(harbor.seal(request(grant)), Code::revoked));
}

TEST_F(Grants, S8StaleListsSealNothing) {
  world->advance(21 * kHour);
  EXPECT_TRUE(refuses(harbor.seal(request(grant)), Code::seal_status_stale));
}

TEST_F(Grants, S8HoldANoteThatWasOnItsWayWhenTheConsentEnded) {
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->deliver_all();  // in the clinic's folder, not yet taken in
  world->advance(kHour);
  const Bytes list = world->make_status("office", 2, world->now(), {{7, GrantState::revoked}});
  must((*world)["office"].deliver("clinic", list, ".lxs"), "list");
  world->deliver_all();
  ASSERT_TRUE(passes(clinic.process_inbox()));
  const auto held = open_waiting(clinic);
  ASSERT_TRUE(passes(held));
  EXPECT_TRUE(held->notes.empty());
  ASSERT_EQ(held->refused.size(), 1u);
  EXPECT_EQ(held->refused.front().code, Code::open_held);
  EXPECT_EQ(clinic.notes_waiting()->size(), 1u);  // tried again when proof comes
}

TEST_F(Grants, S8OpenANoteThatWasReceivedBeforeTheConsentEnded) {
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->settle();  // the journal has it as received now
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  const auto opened = open_waiting(clinic);
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(opened->notes.size(), 1u);
}

TEST_F(Grants, S8RefuseANoteSealedAfterTheEnd) {
  world->advance(kHour);
  const Bytes list = world->make_status("office", 2, world->now(), {{7, GrantState::revoked}});
  EXPECT_FALSE(arrive("clinic", "list.lxs", list).error);
  world->advance(kHour);  // harbor has not heard of it: its own list is still fresh
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->deliver_all();
  ASSERT_TRUE(passes(clinic.process_inbox()));
  const auto refused = open_waiting(clinic);
  ASSERT_TRUE(passes(refused));
  ASSERT_EQ(refused->refused.size(), 1u);
  EXPECT_EQ(refused->refused.front().code, Code::open_cut_off);
  EXPECT_TRUE(clinic.notes_waiting()->empty());
}

TEST_F(Grants, LearnNothingFromAnOlderList) {
  world->advance(kHour);
  world->publish_status();
  world->settle();
  const std::size_t before = count_events(clinic, EventKind::status);
  const auto item = arrive("clinic", "old.lxs", world->make_status("office", 1, kNow, {}));
  EXPECT_FALSE(item.error);
  // Nor from one that was never seen: couriers keep no order, and it is nobody's fault.
  const auto older = arrive("clinic", "older.lxs", world->make_status("office", 0, kNow, {{7, GrantState::revoked}}));
  EXPECT_FALSE(older.error);
  EXPECT_EQ(older.what, "status list, older than the one held");
  EXPECT_EQ(count_events(clinic, EventKind::status), before);
  for (const auto* folder : {"new", "cur", "quarantine"})
    EXPECT_FALSE(std::filesystem::exists(world->home("clinic") / "spool" / "in" / folder / "older.lxs")) << folder;
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->deliver_all();
  ASSERT_TRUE(passes(clinic.process_inbox()));
  const auto opened = open_waiting(clinic);
  ASSERT_TRUE(passes(opened));
  EXPECT_TRUE(opened->refused.empty());
}

TEST_F(Grants, RaiseAnAlarmForTwoListsOfOneVersion) {
  const std::size_t before = count_events(clinic, EventKind::status);
  const auto item = arrive("clinic", "twin.lxs", world->make_status("office", 1, kNow, {{9, GrantState::revoked}}));
  ASSERT_TRUE(item.error);
  EXPECT_EQ(item.error->code, Code::status_conflict);
  EXPECT_EQ(count_events(clinic, EventKind::status), before + 1);
  world->reopen("clinic");  // kept for good
  EXPECT_EQ(count_events((*world)["clinic"], EventKind::status), before + 1);
}

TEST_F(Grants, LearnANewerListFromWhatANoteBrings) {
  world->advance(kHour);
  const Bytes list = world->make_status("office", 2, world->now(), {});
  EXPECT_FALSE(arrive("harbor", "list.lxs", list).error);
  ASSERT_TRUE(passes(harbor.seal(request(grant))));
  world->deliver_all();
  ASSERT_TRUE(passes(clinic.process_inbox()));
  ASSERT_TRUE(passes(open_waiting(clinic)));
  // The clinic never saw version 2 whole, but what claims to be an older one is refused from now on, and another body
  // of version 2 is an alarm.
  const auto twin = arrive("clinic", "twin.lxs", world->make_status("office", 2, world->now(), {{9, GrantState::revoked}}));
  ASSERT_TRUE(twin.error);
  EXPECT_EQ(twin.error->code, Code::status_conflict);
  const auto whole = arrive("clinic", "whole.lxs", list);
  EXPECT_FALSE(whole.error);
}

TEST_F(Grants, S8ANewVersionTakesOverFromItsTimeAndListsWhatHasToBeSealedAgain) {
  const auto sealed = harbor.seal(request(grant));
  ASSERT_TRUE(passes(sealed));
  world->settle();
  ASSERT_TRUE(passes(open_waiting((*world)["defender"])));
  world->settle();
  world->advance(kHour);
  const GrantHash next = advance(world->now());
  world->publish_status({{7, GrantState::revoked}});
  world->deliver_all();
  const auto report = must(harbor.process_inbox(), "inbox");
  const auto again = std::find_if(report.items.begin(), report.items.end(),
                                  [](const auto& item) { return item.what == "note to seal again"; });
  ASSERT_NE(again, report.items.end());
  EXPECT_EQ(again->file, to_hex(sealed->notes.front().header.view()));
  world->settle();

  EXPECT_TRUE(refuses(harbor.seal(request(grant)), Code::seal_grant_superseded));
  const auto under_next = harbor.seal(request(next));
  ASSERT_TRUE(passes(under_next));
  EXPECT_EQ(under_next->envelopes.size(), 2u);  // defender and archive: the clinic is out
  auto by_subject = request(GrantHash());
  by_subject.grant.reset();
  by_subject.subject = to_hex(harbor.grants()->front().pseudonym.view());
  ASSERT_TRUE(passes(harbor.seal(by_subject)));
  EXPECT_TRUE(harbor.grants()->front().superseded);
}

TEST_F(Grants, RefuseAnOlderVersionThanTheOneHeld) {
  world->advance(kHour);
  advance(world->now());
  world->settle();
  auto other = care();  // another grant of version 1 with the same id
  other.index = 9;
  world->issue(other);
  world->deliver_all();
  const auto report = must(harbor.process_inbox(), "inbox");
  ASSERT_EQ(report.items.size(), 1u);
  ASSERT_TRUE(report.items.front().error);
  EXPECT_EQ(report.items.front().error->code, Code::grant_rollback);
}

TEST_F(Grants, WaitForTheirNotesOrTheNotesForThem) {
  auto second = care();
  second.id = testing::fixed_id<GrantId>("grant two");
  second.index = 20;
  const GrantHash two = world->issue(second);
  // Only harbor gets its view for now.
  const auto hold = world->home("office") / "spool" / "out" / "clinic" / "new";
  const auto aside = world->folder() / "aside";
  std::filesystem::rename(hold, aside);
  std::filesystem::create_directory(hold);
  world->settle();
  ASSERT_TRUE(passes(harbor.seal(request(two))));
  world->settle();
  const auto held = open_waiting(clinic);
  ASSERT_TRUE(passes(held));
  ASSERT_EQ(held->refused.size(), 1u);
  EXPECT_EQ(held->refused.front().code, Code::open_grant_unknown);
  EXPECT_EQ(clinic.notes_waiting()->size(), 1u);
  for (const auto& file : std::filesystem::directory_iterator(aside))
    std::filesystem::rename(file.path(), world->home("clinic") / "spool" / "in" / "new" / file.path().filename());
  ASSERT_TRUE(passes(clinic.process_inbox()));
  const auto opened = open_waiting(clinic);
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(opened->notes.size(), 1u);
}

TEST_F(Grants, OfOriginatorAuthorityComeFromTheHomeItself) {
  GrantAsked own;
  own.authority = "patrol";
  own.basis = Basis::originatorAuthority;
  own.purposes = {Purpose::refer};
  own.id = testing::fixed_id<GrantId>("referral");
  own.index = 3;
  own.not_before = own.effective_at = Timestamp{kNow.seconds - kHour};
  own.not_after = Timestamp{kNow.seconds + 13 * kDay};
  for (const auto c : {FieldClass::id, FieldClass::con, FieldClass::leg}) {
    own.rights.push_back({"patrol", Compartment(c, Form::full), Rights::both});
    own.rights.push_back({"harbor", Compartment(c, Form::full), Rights::read});
  }
  own.edges = {{"patrol", "harbor"}};
  const GrantHash hash = world->issue(own);
  const Bytes list = world->make_status("patrol", 1, world->now(), {});
  for (const auto* name : {"patrol", "harbor"}) must((*world)["patrol"].deliver(name, list, ".lxs"), "list");
  world->settle();
  auto asked = request(hash);
  asked.notes.front().type = "referral.arrest";
  asked.notes.front().json = R"({"name": "Zephyrine Quillfeather", "phone": "206-555-0101", "incidentNumber": "2026-1"})";
  asked.purpose = Purpose::refer;
  auto& patrol = (*world)["patrol"];
  ASSERT_TRUE(passes(patrol.seal(asked)));
  world->settle();
  const auto opened = open_waiting(harbor);
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(value_of(opened->notes.front(), "name"), kCanaryName);

  // Victim data is a part of its own; nobody holds it under this grant, so a value there is refused and not dropped.
  asked.notes.front().json = R"({"name": "Zephyrine Quillfeather", "victimPresent": "yes"})";
  const auto refused = patrol.seal(asked);
  ASSERT_TRUE(refuses(refused, Code::seal_no_write_right));
  EXPECT_EQ(refused.error().path, "notes[0].victimPresent");
}

}  // namespace
}  // namespace xch::session_test
