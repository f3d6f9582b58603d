// S1, S2, S9, S10: what each key opens by itself, and what it does not.
#include <algorithm>
#include <cstring>
#include <set>

#include "crypto/hpke.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "message/cut.hpp"
#include "wire/records.hpp"

namespace xch::properties {
namespace {

using namespace message_test;

/// Candidate is 32 bytes that somebody could take for M or for a salt.
struct Candidate {
  std::string name;
  Bytes bytes;
};

class Secrets : public ::testing::TestWithParam<SuiteId> {
 protected:
  /// unwrapped gives S_k by what only the consent keys open: the wraps of a view.
  std::map<Compartment, Bytes> unwrapped(const Parts& parts, const std::string& by) {
    std::map<Compartment, Bytes> out;
    const auto& grant = *scene.care.held.at(by);
    for (const auto& [k, wrap] : parts.wraps) {
      const crypto::KemPrivateKey* key = grant.class_private_key(k);
      const Digest bound = message::class_wrap_info(grant.hash(), parts.header.sender, grant.agency(), k,
                                                    key->public_key().bytes());
      Bytes secret(32);
      must(crypto::hpke_open(*key, message::class_wrap_hpke_info(bound), ByteView(), wrap, secret, Code::open_wrap));
      out[k] = secret;
    }
    return out;
  }
  /// opens tries every full cell of a view under this M and these S_k, and gives how many open.
  std::size_t opens(const Parts& parts, ByteView note_secret, const std::map<Compartment, Bytes>& secrets) {
    const NoteCtx ctx = message::note_ctx(wire::encode(parts.header));
    std::size_t out = 0;
    for (std::uint16_t i = 0; i < parts.slots.size(); ++i) {
      if (parts.slots[i].size() == message::kLeafSize) continue;
      const SlotSpec& slot = progress().slots[i];
      const crypto::Expander prk(
          message::compartment_prk(ctx, note_secret, secrets.at(slot.compartment), slot.compartment));
      Bytes salted(message::kSaltSize + slot.size);
      if (message::open_cell(crypto::suite_info(GetParam()).aead, ctx, prk, i, parts.slots[i], salted)) ++out;
    }
    return out;
  }
  /// known lists what stands in a view, or is a constant, beside the secret that is looked for.
  std::vector<Candidate> known(const Parts& parts) {
    const Bytes core = wire::encode(parts.header);
    std::vector<Candidate> out{{"zeros", Bytes(32)},
                               {"ones", Bytes(32, 0xff)},
                               {"terms salt", parts.terms_salt.view().copy()},
                               {"recipient salt", parts.recipient_salt.view().copy()},
                               {"note ctx", message::note_ctx(core).view().copy()},
                               {"SHA-256 of the core", crypto::sha256(core).view().copy()},
                               {"grant hash", parts.header.grant.view().copy()},
                               {"status hash", parts.header.status.view().copy()},
                               {"recipients root", parts.header.recipients_root.view().copy()},
                               {"note id, twice", Bytes(32)}};
    for (std::size_t i = 0; i < 32; ++i) out.back().bytes[i] = parts.header.note_id.bytes[i % 16];
    for (std::size_t i = 0; i < parts.slots.size(); ++i)
      out.push_back({"first bytes of slot " + std::to_string(i), ByteView(parts.slots[i]).sub(0, 32).copy()});
    return out;
  }
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Secrets);

// ---- S1: the consent authority alone reads nothing

TEST_P(Secrets, S1EveryConsentKeyAndAFullViewOpenNoCellWithoutM) {
  const auto batch = scene.seal({scene.note()});
  const auto next = scene.seal({scene.note()});
  for (const std::string reader : {"harbor", "clinic", "defender"}) {
    const Parts parts = scene.take_apart(scene.for_party(batch, reader), reader);
    const auto secrets = unwrapped(parts, reader);
    for (const auto& [k, secret] : secrets) ASSERT_EQ(secret, scene.secret(k));
    ASSERT_GT(parts.salted.size(), 0u);
    ASSERT_EQ(opens(parts, parts.note_secret, secrets), parts.salted.size()) << "with M everything opens";

    auto candidates = known(parts);
    candidates.push_back({"M of the next note", scene.take_apart(scene.for_party(next, reader), reader).note_secret});
    for (const auto& [k, secret] : secrets) candidates.push_back({"S_k itself", secret});
    for (const auto& [slot, salted] : parts.salted)
      candidates.push_back({"a salt", ByteView(salted).sub(0, message::kSaltSize).copy()});
    for (std::size_t bit = 0; bit < 256; bit += 37) {
      candidates.push_back({"M but for a bit", parts.note_secret});
      candidates.back().bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
    for (const auto& wrong : candidates) EXPECT_EQ(opens(parts, wrong.bytes, secrets), 0u) << reader << ": " << wrong.name;
  }
}

// ---- S2: no consent key, no compartment; and no leaf is a guess oracle

TEST_P(Secrets, S2NoByteOfACellOutsideTheTermsStandsInAView) {
  const auto batch = scene.seal({scene.note()});
  std::map<std::string, Parts> views;
  for (const std::string reader : {"harbor", "clinic", "defender"})
    views[reader] = scene.take_apart(scene.for_party(batch, reader), reader);
  std::size_t looked = 0;
  for (const auto& [reader, mine] : views) {
    const Bytes body = scene.body_of(scene.for_party(batch, reader), reader);
    const auto holds = [&](ByteView piece) {
      return std::search(body.begin(), body.end(), piece.begin(), piece.end()) != body.end();
    };
    for (const auto& [other, theirs] : views)
      for (std::uint16_t i = 0; i < theirs.slots.size(); ++i) {
        const ByteView cell = theirs.slots[i];
        if (cell.size() == message::kLeafSize) continue;
        const bool mine_too = mine.slots[i].size() > message::kLeafSize;
        // Commitment, then ciphertext in pieces of 16 bytes.
        for (std::size_t at = 0; at + 16 <= cell.size(); at += 16) {
          ASSERT_EQ(holds(cell.sub(at, 16)), mine_too) << reader << " and slot " << i << " of " << other;
          looked += mine_too ? 0 : 1;
        }
      }
  }
  EXPECT_GT(looked, 100u);
}

// The cell is erased, its leaf stays; M, S_k, the core and the whole of the rest of the view are known. A field that is
// yes, no or absent cannot be told from the leaf.
TEST_P(Secrets, S2TheLeafOfAnErasedYesOrNoMatchesNoGuess) {
  const std::uint16_t slot = slot_at("medicationSupport");
  const SlotSpec& spec = progress().slots[slot];
  for (const std::string said : {"1", "2", ""}) {
    auto values = Scene::usual();
    values.erase("medicationSupport");
    if (!said.empty()) values["medicationSupport"] = said;
    Parts parts = scene.take_apart(scene.for_party(scene.seal({scene.note(values)}), "clinic"));
    const Bytes core = wire::encode(parts.header);
    const NoteCtx ctx = message::note_ctx(core);
    const crypto::Expander prk(
        message::compartment_prk(ctx, parts.note_secret, scene.secret(spec.compartment), spec.compartment));
    const ByteView cell = parts.slots[slot];
    Digest commit;
    ASSERT_TRUE(commit.copy_from(cell.sub(0, 32)));
    const Digest leaf = message::cell_leaf(slot, commit, message::cell_ct_hash(cell.sub(32)));
    const Bytes true_salt = ByteView(parts.salted.at(slot)).sub(0, message::kSaltSize).copy();
    parts.slots[slot] = leaf.view().copy();
    parts.salted.erase(slot);

    // leaf_of makes the whole cell again from a guess.
    const auto leaf_of = [&](ByteView salt, const std::string& guess) {
      Bytes salted(message::kSaltSize + spec.size);
      std::copy(salt.begin(), salt.end(), salted.begin());
      std::array<std::uint8_t, 8> word{};
      if (!guess.empty()) word[0] = static_cast<std::uint8_t>(std::stoi(guess));
      must(message::write_plain(!guess.empty(), ByteView(word), MutableView(salted).sub(message::kSaltSize)));
      Bytes made(message::cell_size(spec.size));
      return must(message::seal_cell(crypto::suite_info(GetParam()).aead, ctx, prk, slot, salted, made));
    };
    auto salts = known(parts);
    salts.push_back({"M", parts.note_secret});
    salts.push_back({"S_k", scene.secret(spec.compartment)});
    for (const auto& [other, salted] : parts.salted)
      salts.push_back({"salt of slot " + std::to_string(other), ByteView(salted).sub(0, message::kSaltSize).copy()});
    for (const std::string guess : {"1", "2", ""}) {
      for (const auto& salt : salts) EXPECT_NE(leaf_of(salt.bytes, guess), leaf) << salt.name;
      EXPECT_EQ(leaf_of(true_salt, guess) == leaf, guess == said) << "the salt, which is gone, was all that was missing";
    }
  }
}

// ---- S9: keys go together, and yesterday's envelopes with them

TEST_P(Secrets, S9NothingOpensOnceItsAgencyKeyOrItsConsentKeysAreErased) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  ASSERT_TRUE(passes(scene.open(bytes)));
  const auto keys = clinic.keys;
  clinic.keys.clear();
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_outer));
  clinic.keys = keys;
  ASSERT_TRUE(passes(scene.open(bytes)));
  scene.care.held.at("clinic")->erase_keys();
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_wrap));
  // The other readers' keys are their own.
  EXPECT_TRUE(passes(scene.open(scene.envelope("defender"), "defender")));
}

// ---- S10: two honest readers of one header see one value, or one of them sees an error

TEST_P(Secrets, S10TwoReadersOfOneHeaderCannotBeGivenTwoValues) {
  const std::uint16_t slot = slot_at("nextStep");
  const auto batch = scene.seal({scene.note()});
  const Bytes to_clinic = scene.for_party(batch, "clinic"), to_defender = scene.for_party(batch, "defender");
  const auto value_of = [&](const std::string& by, ByteView envelope) {
    const auto opened = must(scene.open_bundle(envelope, by));
    for (const auto& cell : must(opened.views.front().opened, "view").cells)
      if (cell.slot == slot) return std::string(cell.value.text());
    return std::string("no such cell");
  };
  EXPECT_EQ(value_of("clinic", to_clinic), value_of("defender", to_defender));
  EXPECT_EQ(scene.header_of(to_clinic), scene.header_of(to_defender, "defender"));

  // The sender has every key. It makes the defender a second cell under the header that both get.
  const auto& defender = scene.coalition["defender"];
  const Parts parts = scene.take_apart(to_defender, "defender");
  const Compartment k = progress().slots[slot].compartment;
  const NoteCtx ctx = message::note_ctx(wire::encode(parts.header));
  const crypto::Expander prk(message::compartment_prk(ctx, parts.note_secret, scene.secret(k), k));
  Bytes salted = parts.salted.at(slot);
  salted[message::kSaltSize + message::kPlainHead] ^= 1;
  Bytes second(parts.slots[slot].size());
  must(message::seal_cell(crypto::suite_info(GetParam()).aead, ctx, prk, slot, salted, MutableView(second)));

  const auto given = [&](const Bytes& cell) {
    Cut cut = cut_open(to_defender, defender);
    cut.views.front().slots[slot] = cell;
    return scene.open(sew_up(cut, defender, scene.random), "defender");
  };
  EXPECT_TRUE(passes(given(parts.slots[slot])));
  EXPECT_TRUE(refuses(given(second), Code::open_slots_root));
  // The first commitment over the second ciphertext, and the other way round.
  Bytes mixed = second;
  std::copy_n(parts.slots[slot].begin(), message::kCommitSize, mixed.begin());
  EXPECT_TRUE(refuses(given(mixed), Code::open_slots_root));
  mixed = parts.slots[slot];
  std::copy_n(second.begin(), message::kCommitSize, mixed.begin());
  EXPECT_TRUE(refuses(given(mixed), Code::open_slots_root));
  // Another slots root would be another header, which the batch did not sign.
  const auto rooted = [&] {
    Cut cut = cut_open(to_defender, defender);
    Parts changed = parts;
    changed.raw(slot, second);
    cut.views.front().slots[slot] = second;
    cut.views.front().slots_root = must(scene.open_bundle(to_defender, "defender")).views.front().opened->slots_root;
    cut.views.front().slots_root.bytes[0] ^= 1;
    return scene.open(sew_up(cut, defender, scene.random), "defender");
  };
  EXPECT_TRUE(refuses(rooted(), Code::open_batch_path));
}

}  // namespace
}  // namespace xch::properties
