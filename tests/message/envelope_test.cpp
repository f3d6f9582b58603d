// Steps 1 to 6: what an envelope is refused for before any of its notes is looked at.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class Envelope : public ::testing::TestWithParam<SuiteId> {
 protected:
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Envelope);

TEST_P(Envelope, OpensForEveryReaderWithItsOwnFields) {
  const auto batch = scene.seal({scene.note()});
  ASSERT_EQ(batch.envelopes.size(), 3u);
  for (const auto& name : {"harbor", "clinic", "defender"}) {
    const Bytes bytes = scene.for_party(batch, name);
    const auto opened = must(scene.open_bundle(bytes, name));
    ASSERT_EQ(opened.views.size(), 1u);
    ASSERT_TRUE(passes(opened.views[0].opened)) << name;
    for (const auto& cell : opened.views[0].opened->cells) {
      const auto& slot = progress().slots[cell.slot];
      const auto values = Scene::usual();
      const auto said = values.find(slot.path);
      EXPECT_EQ(cell.present, said != values.end()) << slot.path;
      if (cell.present && slot.type == ValueType::text) {
        EXPECT_EQ(cell.value.text(), said->second);
      }
    }
    EXPECT_FALSE(opened.views[0].opened->repeat);
  }
}

TEST_P(Envelope, TakenApartAndPutTogetherStillOpens) {
  EXPECT_TRUE(passes(scene.open_changed([](Parts&) {})));
  EXPECT_TRUE(passes(scene.open_changed([](Parts&) {}, "defender")));
}

TEST_P(Envelope, RefusesAFlippedBitByWhereItStands) {
  const Bytes good = scene.envelope();
  const auto flipped = [&](std::size_t at, std::uint8_t mask = 1) {
    Bytes bytes = good;
    bytes[at] ^= mask;
    return scene.open(bytes);
  };
  const std::size_t enc = crypto::hpke_enc_size(GetParam());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(refuses(flipped(i), Code::open_magic)) << i;
  EXPECT_TRUE(refuses(flipped(4), Code::open_suite));
  EXPECT_TRUE(refuses(flipped(5, 0x80), Code::open_suite));
  EXPECT_TRUE(refuses(flipped(6), Code::open_outer));
  EXPECT_TRUE(refuses(flipped(6 + enc / 2), Code::open_outer));
  EXPECT_TRUE(refuses(flipped(6 + enc), Code::open_outer));
  EXPECT_TRUE(refuses(flipped(good.size() / 2), Code::open_outer));
  EXPECT_TRUE(refuses(flipped(good.size() - 1), Code::open_outer));
  EXPECT_TRUE(passes(scene.open(good)));
}

TEST_P(Envelope, RefusesTheOtherSuitesNumber) {
  Bytes bytes = scene.envelope();
  store_u16(bytes.data() + 4, static_cast<std::uint16_t>(testing::other_suite(GetParam())));
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_outer));
}

TEST_P(Envelope, RefusesAnotherLength) {
  const Bytes good = scene.envelope();
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_TRUE(refuses(scene.open(longer), Code::open_outer));
  EXPECT_TRUE(refuses(scene.open(ByteView(good).sub(0, good.size() - 1)), Code::open_outer));
  EXPECT_TRUE(refuses(scene.open(ByteView(good).sub(0, 5)), Code::open_too_short));
  EXPECT_TRUE(refuses(scene.open(ByteView()), Code::open_too_short));
  const std::size_t least = 6 + crypto::hpke_overhead(GetParam()) + kMinBody;
  EXPECT_TRUE(refuses(scene.open(ByteView(good).sub(0, least - 1)), Code::open_too_short));
  EXPECT_TRUE(refuses(scene.open(ByteView(good).sub(0, least)), Code::open_outer));
  longer.resize(kMaxEnvelope + 1);
  EXPECT_TRUE(refuses(scene.open(longer), Code::open_too_long));
}

TEST_P(Envelope, NamesTheReservedBreakGlassMagic) {
  Bytes bytes = scene.envelope();
  bytes[2] = 'B';
  EXPECT_TRUE(refuses(scene.open(bytes), Code::break_glass_reserved));
}

TEST_P(Envelope, RefusesPaddingThatIsNotZeroAndLengthsOffTheGrid) {
  const auto& clinic = scene.coalition["clinic"];
  Bytes body = scene.body_of(scene.envelope());
  const auto sealed = [&](const Bytes& changed) {
    return scene.open(scene.seal_body(changed, clinic.id(), clinic.encryption.id));
  };
  EXPECT_TRUE(passes(sealed(body)));
  Bytes dirty = body;
  ASSERT_LT(4 + load_u32(body.data()), body.size());
  dirty.back() = 1;
  EXPECT_TRUE(refuses(sealed(dirty), Code::open_padding));
  dirty = body;
  dirty[4 + load_u32(body.data())] = 1;
  EXPECT_TRUE(refuses(sealed(dirty), Code::open_padding));
  Bytes lying = body;
  store_u32(lying.data(), static_cast<std::uint32_t>(body.size() - 3));
  EXPECT_TRUE(refuses(sealed(lying), Code::open_padding));
  Bytes longer = body;
  longer.push_back(0);
  EXPECT_TRUE(refuses(sealed(longer), Code::open_padme));
  Bytes cut = body;
  store_u32(cut.data(), load_u32(body.data()) - 8);
  std::fill(cut.begin() + 4 + load_u32(cut.data()), cut.end(), std::uint8_t{0});
  EXPECT_TRUE(refuses(sealed(cut), Code::open_bundle));
}

TEST_P(Envelope, OpensForItsAddresseeOnly) {
  const Bytes bytes = scene.envelope("clinic");
  EXPECT_TRUE(passes(scene.open(bytes, "clinic")));
  for (const auto& other : {"defender", "harbor", "patrol"}) EXPECT_TRUE(refuses(scene.open(bytes, other), Code::open_outer));
}

// S1: consent keys alone open nothing, whoever holds them.
TEST_P(Envelope, S1StaysClosedToWhoHoldsEveryConsentKeyButNoAgencyKey) {
  Reader& thief = scene["patrol"];
  const Reader& clinic = scene["clinic"];
  thief.self_id = clinic.self_id;
  thief.grants = clinic.grants;
  const Bytes bytes = scene.envelope();
  EXPECT_TRUE(refuses(scene.open(bytes, "patrol"), Code::open_outer));
  thief.keys.clear();
  EXPECT_TRUE(refuses(scene.open(bytes, "patrol"), Code::open_outer));
  thief.keys = clinic.keys;  // with the agency key it opens: that key was what was missing
  EXPECT_TRUE(passes(scene.open(bytes, "patrol")));
}

TEST_P(Envelope, RefusesASignatureThatIsNotTheSeatsOverThisBatch) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.flip_signature = true; }), Code::open_batch_signature));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.label = "LX1 sign redaction"; }), Code::open_batch_signature));
  const auto& other = scene.coalition["defender"];
  EXPECT_TRUE(refuses(scene.open_changed([&](Parts& p) { p.signer = &*other.seat_key; }), Code::open_batch_signature));
  EXPECT_TRUE(refuses(scene.open_changed([&](Parts& p) { p.signer_id = other.seat.id; }), Code::open_batch_signature));
  const auto foreign_chain = [&](Parts& p) {
    p.signer = &*other.seat_key;
    p.signer_id = other.seat.id;
    p.chain.clear();
    for (const auto& record : other.seat_chain()) p.chain.push_back(wire::encode(record));
  };
  EXPECT_TRUE(refuses(scene.open_changed(foreign_chain), Code::open_sender_key));
  EXPECT_TRUE(refuses(scene.open_changed([&](Parts& p) {
    foreign_chain(p);
    p.header.sender_key = other.seat.id;
  }), Code::open_header_sender));
}

TEST_P(Envelope, OpensWhatIsSealedFiveMinutesAheadAndNotASecondMore) {
  const Bytes bytes = scene.envelope();
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", before_now(300))));
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", before_now(301)), Code::open_from_future));
}

TEST_P(Envelope, SaysItCannotTellWithoutTheRosterOfThatTime) {
  const Bytes bytes = scene.envelope();
  scene["clinic"].roster_of_then = false;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_roster_unsure));
  scene["clinic"].roster_of_then = true;
  EXPECT_TRUE(passes(scene.open(bytes)));
  scene["clinic"].roster = nullptr;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_roster_unsure));
}

TEST_P(Envelope, RefusesAPackTheRosterDoesNotPinAndOneItDoesNotHave) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.header.policy_pack.bytes[0] ^= 1; }), Code::open_policy_pack));
  scene["clinic"].knows_pack = false;
  EXPECT_TRUE(refuses(scene.open(scene.envelope()), Code::policy_pack_unknown));
}

TEST_P(Envelope, RefusesOneHeaderTwice) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.views = 2; }), Code::open_header_twice));
}

TEST_P(Envelope, RefusesASuperfluousOrRepeatedStaple) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.staples.push_back(p.staples.front()); }), Code::open_bundle));
}

TEST_P(Envelope, RefusesASenderWhoseSeatWasNotYetValid) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.header.sealed_at = before_now(61 * kDay); }),
                      Code::open_chain_window));
}

}  // namespace
}  // namespace xch::message_test
