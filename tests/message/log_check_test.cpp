// What the sender's log says of a note, when it is opened and when it is presented.
#include <algorithm>

#include "crypto/digest.hpp"
#include "message/onward.hpp"

namespace xch::message_test {
namespace {

using message::Freshness;

class LogSays : public ::testing::TestWithParam<SuiteId> {
 protected:
  Scene scene{GetParam()};
  const testing::TestParty& harbor = scene.coalition["harbor"];
  Reader& clinic = scene["clinic"];
  const Bytes bytes = scene.envelope();
  const Timestamp later = after_now(kHour);

  Status with_reference(const LogReference& seen) {
    return scene.open_changed([&](Parts& p) { p.header.checkpoint = seen; }, "clinic", kNow);
  }
  /// The seat that signed was revoked at `t`, as the newest roster says and the one of then did not.
  void revoke_seat(Timestamp t) {
    if (!clinic.older) clinic.older = clinic.roster;
    Roster roster = scene.coalition.roster_body();
    roster.revoked = {{harbor.seat.id, t}};
    clinic.roster = scene.coalition.adopt(roster);
  }
  static Digest some(std::string_view text) { return crypto::sha256(ByteView(text)); }
};
XCH_FOR_EVERY_SUITE(LogSays);

TEST_P(LogSays, AHeaderNamesACheckpointOrNoneAtAll) {
  const Digest nothing = crypto::sha256(ByteView());
  EXPECT_TRUE(passes(with_reference({Digest(), 0, nothing})));
  EXPECT_TRUE(passes(with_reference({some("log"), 1, some("root")})));
  EXPECT_TRUE(passes(with_reference({some("log"), 64, nothing}))) << "what stands there is for the log to prove";
  EXPECT_TRUE(refuses(with_reference({Digest(), 64, some("root")}), Code::open_log_reference)) << "of no log";
  EXPECT_TRUE(refuses(with_reference({some("log"), 0, nothing}), Code::open_log_reference)) << "of a log without entries";
  Digest last;
  last.bytes.fill(0xff);
  for (const Digest& root : {Digest(), some("root"), last})
    EXPECT_TRUE(refuses(with_reference({Digest(), 0, root}), Code::open_log_reference)) << "of a log that has nothing yet";
}

TEST_P(LogSays, IsToldWithTheNote) {
  EXPECT_EQ(must(scene.open_bundle(bytes)).views.front().opened->freshness, Freshness::pending);
  clinic.log = {Freshness::verified, after_now(60)};
  EXPECT_EQ(must(scene.open_bundle(bytes)).views.front().opened->freshness, Freshness::verified);
}

TEST_P(LogSays, ANoteThatItContradictsIsRefused) {
  clinic.log.freshness = Freshness::contradicted;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_contradicted));
  // Also where it would be held, and after the checks before it.
  clinic.status.next_version_from = after_now(60);
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_contradicted));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.header.expires_at = before_now(1); }, "clinic", kNow),
                      Code::open_sealed_after_expiry));
}

TEST_P(LogSays, ThatANoteIsOlderThanACutOff) {
  for (auto* cut : {&clinic.status.next_version_from, &clinic.status.inactive_since}) {
    *cut = after_now(60);
    clinic.log = {};
    EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
    // The witnesses may have signed after it: the sender's log says when it was sealed.
    clinic.log = {Freshness::verified, after_now(600)};
    EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
    *cut = kNow;  // sealed in its very second
    EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_cut_off));
    cut->reset();
  }
}

TEST_P(LogSays, NothingOfARevokedKeyButWhatWitnessesSignedBefore) {
  revoke_seat(after_now(60));
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
  clinic.log = {Freshness::verified, after_now(59)};
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
  clinic.log.logged_by = after_now(60);
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
  // Nor where another cut-off is the earlier one.
  clinic.status.next_version_from = after_now(30);
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
  clinic.log.logged_by = after_now(59);
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
  // Received before all of that, no log is needed.
  clinic.log = {};
  clinic.received[crypto::sha256(bytes)] = after_now(29);
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
}

TEST_P(LogSays, AKeyThatWillBeRevokedIsNoneThatWas) {
  clinic.status.next_version_from = after_now(60);
  clinic.log = {Freshness::verified, later + 2};
  revoke_seat(later + 1);
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", later)));
  revoke_seat(later);
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
}

class LogOfAPresentation : public Onward {};
XCH_FOR_EVERY_SUITE(LogOfAPresentation);

TEST_P(LogOfAPresentation, MakesItPass) {
  Reader& harbor = scene["harbor"];
  request.log_proof = Bytes(80, 7);
  EXPECT_EQ(body().log_proof, request.log_proof);
  EXPECT_EQ(must(changed([](Presentation&) {})).verification, message::Verification::indeterminate);
  harbor.log = {Freshness::verified, kNow};
  EXPECT_EQ(must(changed([](Presentation&) {})).verification, message::Verification::indeterminate) << "of another proof";
  harbor.log_proof = request.log_proof;
  EXPECT_EQ(must(changed([](Presentation&) {})).verification, message::Verification::pass);
  harbor.log.freshness = Freshness::contradicted;
  EXPECT_TRUE(refuses(changed([](Presentation&) {}), Code::verify_log_proof));
}

TEST_P(LogOfAPresentation, MayBeTheVerifiersOwn) {
  EXPECT_TRUE(body().log_proof.empty());
  scene["harbor"].log = {Freshness::verified, kNow};
  EXPECT_EQ(must(changed([](Presentation&) {})).verification, message::Verification::pass);
}

}  // namespace
}  // namespace xch::message_test
