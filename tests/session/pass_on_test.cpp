// One field onward and fewer cells: recorded, then released.
#include <algorithm>

#include "session/world.hpp"

namespace xch::session_test {
namespace {

struct PassOn : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& harbor = (*world)["harbor"];
  session::Session& clinic = (*world)["clinic"];
  Bytes to_clinic, archive;
  HeaderHash header;

  void SetUp() override {
    const auto sealed = must(harbor.seal(request(grant)), "seal");
    for (const auto& e : sealed.envelopes) {
      if (e.to == world->party("clinic").id) to_clinic = e.envelope;
      if (e.to == world->party("harbor").id) archive = e.envelope;
    }
    header = sealed.notes.front().header;
    world->settle();
    must(open_waiting(clinic), "open");
  }
};

TEST_F(PassOn, ASenderPresentsOneFieldAndTheAudienceVerifiesIt) {
  const auto nonce = must(clinic.new_nonce(), "nonce");
  const auto presented = harbor.present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt);
  ASSERT_TRUE(passes(presented));
  EXPECT_EQ(presented->mailbox, "clinic");
  EXPECT_EQ(count_events(harbor, EventKind::presentation), 1u);
  const auto verified = clinic.verify(presented->envelope);
  ASSERT_TRUE(passes(verified));
  EXPECT_EQ(verified->presenter_name, "harbor");
  EXPECT_EQ(verified->sender_name, "harbor");
  EXPECT_EQ(verified->presentation.verification, message::Verification::indeterminate);
  ASSERT_EQ(verified->presentation.slots.size(), 1u);
  EXPECT_EQ(verified->presentation.slots.front().value.text(), kCanaryText);
  EXPECT_EQ(count_events(clinic, EventKind::presentation), 1u);
}

TEST_F(PassOn, ANonceAnswersOnce) {
  const auto nonce = must(clinic.new_nonce(), "nonce");
  const auto presented = must(harbor.present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt), "present");
  ASSERT_TRUE(passes(clinic.verify(presented.envelope)));
  EXPECT_TRUE(refuses(clinic.verify(presented.envelope), Code::verify_nonce));
  EXPECT_EQ(count_events(clinic, EventKind::denied), 1u);
  const std::array<std::uint8_t, 32> never_asked{};
  const auto other = must(harbor.present(archive, header, {"nextStep"}, "clinic", never_asked, Purpose::coord, std::nullopt), "present");
  EXPECT_TRUE(refuses(clinic.verify(other.envelope), Code::verify_nonce));
}

TEST_F(PassOn, RefusesWhatTheAudienceMayNotSee) {
  const auto nonce = must(clinic.new_nonce(), "nonce");
  const auto refused = harbor.present(archive, header, {"contactApproach"}, "clinic", nonce, Purpose::coord, std::nullopt);
  ASSERT_TRUE(refuses(refused, Code::present_audience));
  EXPECT_EQ(refused.error().path, "contactApproach");
  EXPECT_TRUE(refuses(harbor.present(archive, header, {"barriers"}, "clinic", nonce, Purpose::coord, std::nullopt), Code::present_absent));
  const auto unknown = harbor.present(archive, header, {kCanaryName}, "clinic", nonce, Purpose::coord, std::nullopt);
  ASSERT_TRUE(refuses(unknown, Code::present_absent));
  EXPECT_EQ(unknown.error().path, "paths");
  EXPECT_TRUE(refuses(harbor.present(archive, header, {}, "clinic", nonce, Purpose::coord, std::nullopt), Code::usage));
  EXPECT_TRUE(refuses(harbor.present(archive, header, {"nextStep"}, "nobody", nonce, Purpose::coord, std::nullopt), Code::party_unknown));
  EXPECT_TRUE(refuses(harbor.present(archive, HeaderHash(), {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt), Code::not_found));
  EXPECT_EQ(count_events(harbor, EventKind::presentation), 0u);
}

TEST_F(PassOn, RefusesANoteUnderAPart2BasisToWhoHoldsNoPart2Compartment) {
  const auto nonce = must((*world)["defender"].new_nonce(), "nonce");
  EXPECT_TRUE(refuses(harbor.present(archive, header, {"nextStep"}, "defender", nonce, Purpose::coord, std::nullopt), Code::present_audience));
}

TEST_F(PassOn, RefusesUnderAnEndedConsent) {
  const auto nonce = must(clinic.new_nonce(), "nonce");
  world->advance(kHour);
  world->publish_status({{7, GrantState::revoked}});
  world->settle();
  EXPECT_TRUE(refuses(harbor.present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt), Code::revoked));
}

TEST_F(PassOn, ARedactedCopyOpensWithoutWhatWasRedacted) {
  const auto copy = clinic.redact(to_clinic, header, {"nextStep"}, "court-copy");
  ASSERT_TRUE(passes(copy));
  EXPECT_EQ(count_events(clinic, EventKind::redaction), 1u);
  const auto opened = clinic.open_envelope(*copy);
  ASSERT_TRUE(passes(opened));
  ASSERT_EQ(opened->notes.size(), 1u);
  EXPECT_TRUE(opened->notes.front().opened.repeat);
  EXPECT_TRUE(value_of(opened->notes.front(), "nextStep").empty());
  EXPECT_FALSE(opened->notes.front().opened.redacted.empty());
  EXPECT_FALSE(value_of(opened->notes.front(), "participation").empty());
  EXPECT_TRUE(refuses(clinic.redact(to_clinic, header, {"narrative"}, "court-copy"), Code::redact_nothing));
  EXPECT_TRUE(refuses(clinic.redact(to_clinic, header, {}, "court-copy"), Code::redact_nothing));
  EXPECT_TRUE(refuses(clinic.redact(to_clinic, header, {"nextStep"}, "Not A Code"), Code::redact_nothing));
}

}  // namespace
}  // namespace xch::session_test
