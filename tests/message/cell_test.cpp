// Steps 15 and 16: cells that lie about themselves, by a sender who has every key.
#include <algorithm>
#include <cstring>

#include "crypto/labels.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class Cell : public ::testing::TestWithParam<SuiteId> {
 protected:
  template <class Edit>
  Status changed(Edit edit) {
    return scene.open_changed(edit);
  }
  /// with_plain changes plain_i of a slot before it is sealed: commitment, tag and roots are all honest.
  template <class Edit>
  Status with_plain(const std::string& path, Edit edit) {
    return changed([&](Parts& p) { edit(MutableView(p.salted.at(slot_at(path))).sub(message::kSaltSize)); });
  }
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Cell);

TEST_P(Cell, FlippedBitAnywhereIsRefused) {
  const std::uint16_t slot = slot_at("nextStep");
  const auto flipped = [&](std::size_t from_end) {
    return changed([&](Parts& p) {
      Bytes cell = p.slots[slot];
      cell[cell.size() - 1 - from_end] ^= 1;
      p.raw(slot, cell);
    });
  };
  EXPECT_TRUE(refuses(flipped(0), Code::open_cell_tag));
  EXPECT_TRUE(refuses(flipped(40), Code::open_cell_tag));
  EXPECT_TRUE(refuses(flipped(message::cell_size(256) - 1), Code::open_cell_tag));  // in the commitment
}

TEST_P(Cell, MustHaveTheLengthItsSlotHas) {
  const std::uint16_t slot = slot_at("nextStep");
  EXPECT_TRUE(refuses(changed([&](Parts& p) {
    Bytes cell = p.slots[slot];
    cell.push_back(0);
    p.raw(slot, cell);
  }), Code::open_cell_length));
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.raw(slot, Bytes(33, 7)); }), Code::open_cell_length));
}

TEST_P(Cell, TwoOfOneSizeCannotChangePlaces) {
  const std::uint16_t a = slot_at("engaged"), b = slot_at("contacts");
  EXPECT_TRUE(refuses(changed([&](Parts& p) {
    const Bytes first = p.slots[a], second = p.slots[b];
    p.raw(a, second);
    p.raw(b, first);
  }), Code::open_cell_tag));
}

TEST_P(Cell, OfAnotherNoteDoesNotOpenHere) {
  const std::uint16_t slot = slot_at("engaged");
  const Parts other = scene.take_apart(scene.envelope());
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.raw(slot, other.slots[slot]); }), Code::open_cell_tag));
}

// S10: a ciphertext that opens under a key made for it still has to open its commitment.
TEST_P(Cell, S10ThatOpensToAnotherPlaintextThanItsCommitmentIsRefused) {
  const std::uint16_t slot = slot_at("nextStep");
  const Compartment k = progress().slots[slot].compartment;
  const auto salamander = [&](bool honest) {
    return changed([&](Parts& p) {
      // The core must be the one put_together will write: nothing of it is changed here.
      const NoteCtx ctx = message::note_ctx(wire::encode(p.header));
      const crypto::Expander prk(message::compartment_prk(ctx, p.note_secret, scene.secret(k), k));
      const Bytes salted = p.salted.at(slot);
      const ByteView salt = ByteView(salted).sub(0, message::kSaltSize), plain = ByteView(salted).sub(message::kSaltSize);
      Digest commit = message::cell_commit(ctx, slot, salt, plain);
      if (!honest) commit.bytes[0] ^= 1;
      std::array<std::uint8_t, 2> number{};
      store_u16(number.data(), slot);
      Bytes key(crypto::kAeadKey + crypto::kAeadNonce);
      prk.xp(crypto::label::kCellKey, {ByteView(number), commit}, MutableView(key));
      Bytes cell = commit.view().copy();
      cell.resize(message::cell_size(256));
      Bytes aad = ctx.view().copy();
      aad.insert(aad.end(), number.begin(), number.end());
      must(crypto::aead_seal(crypto::suite_info(GetParam()).aead, ByteView(key).sub(0, crypto::kAeadKey),
                             ByteView(key).sub(crypto::kAeadKey), aad, salted,
                             MutableView(cell).sub(message::kCommitSize)));
      p.raw(slot, cell);
    });
  };
  EXPECT_TRUE(passes(salamander(true)));
  EXPECT_TRUE(refuses(salamander(false), Code::open_cell_commitment));
}

TEST_P(Cell, PlaintextMustBeInForm) {
  EXPECT_TRUE(passes(with_plain("nextStep", [](MutableView) {})));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { p[p.size() - 1] = 1; }), Code::open_cell_padding));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { p[0] = 2; }), Code::open_cell_present));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { store_u32(p.data() + 1, 252); }), Code::open_cell_size));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { store_u32(p.data() + 1, 0xffffffff); }),
                      Code::open_cell_size));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { p[0] = 0; }), Code::open_cell_absent_value));
  EXPECT_TRUE(passes(with_plain("nextStep", [](MutableView p) { std::memset(p.data(), 0, p.size()); })));
}

TEST_P(Cell, ValueMustBeOfItsType) {
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { p[5] = 0; }), Code::open_value_type));
  EXPECT_TRUE(refuses(with_plain("nextStep", [](MutableView p) { p[5] = 0xff; }), Code::open_value_type));
  EXPECT_TRUE(refuses(with_plain("engaged", [](MutableView p) { p[5] = 200; }), Code::open_value_type));
  EXPECT_TRUE(refuses(with_plain("engaged", [](MutableView p) { store_u32(p.data() + 1, 7); }), Code::open_value_type));
}

// ---- what a view and its size tell

// S2: the bytes of a view hold no cell outside its terms, and none of the plaintext of any.
TEST_P(Cell, S2ViewHoldsNoneOutsideItsTerms) {
  for (const std::string name : {"clinic", "defender"}) {
    const Bytes envelope = scene.envelope(name);
    const Parts parts = scene.take_apart(envelope, name);
    const auto& terms = parts.terms.compartments;
    for (std::uint16_t i = 0; i < parts.slots.size(); ++i) {
      const bool inside = i < progress().slots.size() &&
                          std::find(terms.begin(), terms.end(), progress().slots[i].compartment) != terms.end();
      EXPECT_EQ(parts.slots[i].size(), inside ? message::cell_size(progress().slots[i].size) : message::kLeafSize);
    }
    const Bytes body = scene.body_of(envelope, name);
    const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
    for (const auto* words : {"call on Monday", "tired", "a long story"})
      EXPECT_EQ(text.find(words), std::string_view::npos) << words;
  }
}

// S3: the length of an envelope says nothing of what the note holds.
TEST_P(Cell, S3LengthOfAnEnvelopeDoesNotDependOnWhatTheNoteHolds) {
  const auto lengths = [&](const Scene::Values& values) {
    std::vector<std::size_t> out;
    for (const auto& sealed : scene.seal({scene.note(values)}).envelopes) out.push_back(sealed.envelope.size());
    return out;
  };
  const auto usual = lengths(Scene::usual());
  EXPECT_EQ(lengths({}), usual);
  EXPECT_EQ(lengths({{"wellbeing", "x"}}), usual);
  for (const std::size_t size : {0u, 1u, 8u, 63u, 64u, 250u, 251u}) {
    auto values = Scene::usual();
    values["nextStep"] = std::string(size, 'n');
    EXPECT_EQ(lengths(values), usual) << size;
  }
  for (const std::size_t size : {0u, 100u, 1019u}) {
    auto values = Scene::usual();
    values["wellbeing"] = std::string(size, 'w');
    values.erase("narrative");
    EXPECT_EQ(lengths(values), usual) << size;
  }
  EXPECT_TRUE(refuses(scene.try_seal({scene.note({{"nextStep", std::string(252, 'n')}})}), Code::seal_value_too_large));
}

// S4: two envelopes of one note share nothing by which a carrier could tell that they belong together.
TEST_P(Cell, S4EnvelopesOfOneNoteShareNoEightBytesAfterTheirHead) {
  const auto batch = scene.seal({scene.note()});
  std::map<std::uint64_t, std::size_t> seen;
  for (std::size_t e = 0; e < batch.envelopes.size(); ++e) {
    const Bytes& bytes = batch.envelopes[e].envelope;
    ASSERT_TRUE(equal(ByteView(bytes).sub(0, 6), ByteView(batch.envelopes[0].envelope).sub(0, 6)));
    for (std::size_t i = 6; i + 8 <= bytes.size(); ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + i, 8);
      const auto [at, fresh] = seen.emplace(word, e);
      ASSERT_TRUE(fresh || at->second == e) << "bytes " << i << " of envelope " << e;
    }
  }
}

TEST_P(Cell, SameNoteSealedTwiceSharesNothingEither) {
  const auto input = scene.note();
  const Bytes a = scene.for_party(scene.seal({input}), "clinic"), b = scene.for_party(scene.seal({input}), "clinic");
  EXPECT_FALSE(equal(ByteView(a).sub(6), ByteView(b).sub(6)));
  const Parts first = scene.take_apart(a), second = scene.take_apart(b);
  for (std::uint16_t i = 0; i < first.slots.size(); ++i) EXPECT_NE(first.slots[i], second.slots[i]) << i;
}

}  // namespace
}  // namespace xch::message_test
