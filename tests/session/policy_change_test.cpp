// A coalition whose policy pack changes: the new one is held first, a roster pins it, and consents are issued again.
#include "session/world.hpp"

namespace xch::session_test {
namespace {

TEST(PolicyChange, IsTakenUpWithTheRosterThatPinsIt) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  auto& harbor = (*world)["harbor"];
  auto& clinic = (*world)["clinic"];
  const auto before = must(harbor.seal(request(grant)), "before");

  world->pack().pack_version = 2;
  world->pack().note_days = 5;
  world->change_pack();
  EXPECT_EQ(must(harbor.pack(), "pack")->pack_version, 1u);  // held, and not in force yet
  EXPECT_TRUE(passes(harbor.seal(request(grant))));
  world->advance(kHour);
  world->publish_roster();
  world->publish_status();
  world->settle();
  EXPECT_EQ(must(harbor.pack(), "pack")->pack_version, 2u);

  // What was sealed before is judged by the pack of then.
  for (const auto& envelope : before.envelopes)
    if (envelope.to == world->party("clinic").id) {
      EXPECT_TRUE(passes(clinic.open_envelope(envelope.envelope)));
    }
  // A consent is for the rules that it was signed under.
  EXPECT_TRUE(refuses(harbor.seal(request(grant)), Code::seal_policy_pack));
  auto again = care();
  again.version = 2;
  again.previous = grant;
  again.index = 8;
  again.effective_at = again.not_before = world->now();
  const GrantHash next = world->issue(again);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  const auto sealed = harbor.seal(request(next));
  ASSERT_TRUE(passes(sealed));
  for (const auto& envelope : sealed->envelopes)
    if (envelope.to == world->party("clinic").id) {
      const auto opened = clinic.open_envelope(envelope.envelope);
      ASSERT_TRUE(passes(opened));
      EXPECT_EQ(opened->notes.front().opened.header.expires_at, world->now() + 5 * kDay);
    }
}

TEST(PolicyChange, WithoutThePackARosterThatPinsItSealsNothing) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  world->roster().policy_pack.bytes.fill(7);
  world->advance(kHour);
  world->publish_roster();
  EXPECT_TRUE(refuses((*world)["harbor"].seal(request(grant)), Code::policy_pack_unknown));
}

}  // namespace
}  // namespace xch::session_test
