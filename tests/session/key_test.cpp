// Keys come and go: made, named by a roster, retired, and erased when what was sealed to them has had its time.
#include <algorithm>

#include "party/roster.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

using session::NewKey;

struct Keys : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);

  session::Session& harbor() { return (*world)["harbor"]; }
  session::Session& clinic() { return (*world)["clinic"]; }

  session::OwnKeyRow row(const KeyId& id) {
    for (auto& key : must(clinic().keys(), "keys"))
      if (key.key.id == id) return key;
    ADD_FAILURE() << "no such key";
    return {};
  }
  std::vector<KeyId> targets(const std::string& state) {
    std::vector<KeyId> out;
    for (const auto& key : must(clinic().keys(), "keys"))
      if (key.key.record.kind == KeyKind::agencyEncryption && key.state == state) out.push_back(key.key.id);
    return out;
  }
  /// The clinic's enrolment goes to the coalition, and the next roster to everybody.
  void enrol_and_publish() {
    const Party party = must(clinic().enrolment(), "enrolment");
    for (auto& there : world->roster().parties)
      if (there.id == party.id) there.keys = party.keys;
    world->publish_roster();
    world->publish_status();
    world->settle();
  }
  KeyId rotate(NewKey what = NewKey::encryption) { return party::key_id(must(clinic().rotate_key(what), "rotate").body); }
};

TEST_F(Keys, AreListedWithWhatBecameOfThem) {
  const auto keys = must(clinic().keys(), "keys");
  ASSERT_GE(keys.size(), 3u);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.key.record.serial < b.key.record.serial; }));
  for (const auto& key : keys) {
    EXPECT_EQ(key.state, "in force");
    EXPECT_TRUE(key.here);
    EXPECT_EQ(key.erase_at.has_value(), key.key.record.kind == KeyKind::agencyEncryption);
  }
  const KeyId made = rotate();
  EXPECT_EQ(row(made).state, "not in the roster");
  world->advance(kDay);
  enrol_and_publish();
  EXPECT_EQ(row(made).state, "in force");
  world->advance(8 * kDay);
  EXPECT_EQ(row(made).state, "expired");
}

TEST_F(Keys, ANewOneAndAnotherNewOneAreBothInTheEnrolment) {
  const KeyId one = rotate();
  world->advance(kHour);
  const KeyId two = rotate();
  const Party party = must(clinic().enrolment(), "enrolment");
  const auto names = [&](const KeyId& id) {
    return std::any_of(party.keys.begin(), party.keys.end(), [&](const Signed& key) { return party::key_id(key.body) == id; });
  };
  EXPECT_TRUE(names(one));
  EXPECT_TRUE(names(two));
}

TEST_F(Keys, TheOnlyTargetIsNotRetired) {
  const auto only = targets("in force");
  ASSERT_EQ(only.size(), 1u);
  EXPECT_TRUE(refuses(clinic().retire_keys(std::nullopt), Code::key_retire_newest));
  EXPECT_TRUE(refuses(clinic().retire_keys(only.front()), Code::key_retire_newest));
  rotate();  // made, but nobody can know of it yet
  EXPECT_TRUE(refuses(clinic().retire_keys(std::nullopt), Code::key_retire_newest));
  EXPECT_TRUE(refuses(clinic().retire_keys(KeyId()), Code::key_missing));
  EXPECT_TRUE(targets("retired").empty());
}

TEST_F(Keys, ARetiredOneIsNoTargetAnyMoreAndOpensUntilItsTimeIsOver) {
  const KeyId old = targets("in force").front();
  ASSERT_TRUE(passes(harbor().seal(request(grant))));  // on its way to the old key
  world->advance(kDay);
  const KeyId fresh = rotate();
  enrol_and_publish();
  ASSERT_EQ(must(clinic().retire_keys(std::nullopt), "retire"), std::vector<KeyId>{old});
  EXPECT_EQ(row(old).state, "retired");
  EXPECT_EQ(row(old).erase_at, world->now() + 30 * kDay);
  EXPECT_EQ(row(fresh).state, "in force");
  EXPECT_TRUE(refuses(clinic().retire_keys(std::nullopt), Code::key_retire_newest));  // nothing is left to retire

  enrol_and_publish();
  EXPECT_EQ(must(clinic().roster())->key(old), nullptr);
  EXPECT_NE(must(clinic().roster())->key(fresh), nullptr);
  ASSERT_TRUE(passes(open_waiting(clinic())));  // the old one opens what was sealed to it
  const auto sealed = must(harbor().seal(request(grant)), "seal");
  world->settle();
  const auto opened = must(open_waiting(clinic()), "open");
  EXPECT_EQ(opened.notes.front().opened.opened_under, fresh);

  world->advance(29 * kDay);
  must(clinic().erase_due(), "erase");
  EXPECT_EQ(row(old).state, "retired");
  world->advance(2 * kDay);
  EXPECT_GE(must(clinic().erase_due(), "erase"), 1u);
  EXPECT_EQ(row(old).state, "erased");
  EXPECT_NE(row(fresh).state, "erased");
}

TEST_F(Keys, WithoutRetiringAKeyOpensLonger) {
  const KeyId old = targets("in force").front();
  world->advance(kDay);
  rotate();
  enrol_and_publish();
  world->advance(30 * kDay + kHour);  // a day after its window and the retention after it
  must(clinic().erase_due(), "erase");
  EXPECT_NE(row(old).state, "erased");
}

TEST_F(Keys, ASeatIsFollowedByOneThatSigns) {
  world->advance(300 * kDay);
  world->publish_roster();
  // The old grant is over by now; a new seat needs no roster to be certified.
  auto& patrol = (*world)["patrol"];
  const auto before = must(patrol.keys(), "keys").size();
  const KeyId seat = party::key_id(must(patrol.rotate_key(NewKey::seat), "seat").body);
  const auto keys = must(patrol.keys(), "keys");
  EXPECT_EQ(keys.size(), before + 1);
  const auto made = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.key.id == seat; });
  ASSERT_NE(made, keys.end());
  EXPECT_EQ(made->state, "in force");
  EXPECT_EQ(made->key.record.not_after.seconds, world->now().seconds - kClockSkew + 365 * kDay);
  EXPECT_EQ(count_events(patrol, EventKind::keyRecord) > 0, true);
}

TEST_F(Keys, AnAuthorityKeyIsUsedOnceTheRosterNamesIt) {
  auto& office = (*world)["office"];
  const auto key_now = [&] { return must(office.authority_access().authority_key(Basis::part2Consent), "key").record->id; };
  const KeyId old = key_now();
  world->advance(kDay);
  const KeyId fresh = party::key_id(must(office.rotate_key(NewKey::authority), "authority").body);
  EXPECT_EQ(key_now(), old);
  const Party party = must(office.enrolment(), "enrolment");
  for (auto& there : world->roster().parties)
    if (there.id == party.id) there.keys = party.keys;
  world->publish_roster();
  world->settle();
  EXPECT_EQ(key_now(), fresh);
  // What was signed by the old one is still looked after by it.
  EXPECT_EQ(must(office.authority_access().authority_key_of(old), "old").record->id, old);
  EXPECT_TRUE(refuses(office.authority_access().authority_key_of(KeyId()), Code::key_missing));
  EXPECT_TRUE(refuses(clinic().rotate_key(NewKey::authority), Code::key_missing));
}

}  // namespace
}  // namespace xch::session_test
