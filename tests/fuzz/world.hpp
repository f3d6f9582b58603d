// The fuzz world: the test coalition with every key it has, a grant, and honest notes on their way from harbor to clinic
// under the note type that has every shape (tests/vectors). One world for each suite, made once. For tests only.
#pragma once

#include <deque>

#include "fuzz/edits.hpp"
#include "message/fixture.hpp"

namespace xch::fuzz {

using message_test::Parts;
using message_test::Scene;
using testing::after_now;
using testing::before_now;
using testing::kNow;
using testing::must;

/// Draft is an honest envelope taken apart: its views share chain and staples.
struct Draft {
  std::vector<Parts> views;
};

struct World {
  explicit World(SuiteId suite);
  static World& of(std::uint8_t variant);  // bit 0 of a variant chooses the suite

  Scene scene;
  Ring ring;
  std::vector<Draft> drafts;  // one note; three notes; a redacted copy
  std::vector<Bytes> envelopes;

  const testing::TestParty& party(std::string_view name) const { return scene.coalition[name]; }
  crypto::SeededRandom_for_testing random() const {
    return crypto::SeededRandom_for_testing(ByteView(std::string_view("fuzz")));
  }
};

/// fill_ring gives a ring every key and id of a coalition.
void fill_ring(Ring& ring, const testing::Coalition& coalition);

/// Knows is what the opening agency knows in one run: a scene's reader with caches of its own, so that no input depends
/// on the one before, and with `doubts`, a bit each, that change an answer.
class Knows final : public message::Knowledge {
 public:
  enum Doubt : std::uint8_t {
    kSeenThis = 1,          // the replay store has a header under this note id
    kOtherBody = 2,         // another body of this list version is held
    kInactive = 4,          // the newest list shows the grant revoked
    kNextVersion = 8,       // a newer version of the grant is in force
    kNoRosterOfThen = 16,
    kNoPack = 32,
    kOldKey = 64,           // two live keys, the right one second
    kInactiveBetween = 128
  };
  Knows(Scene& scene, const std::string& party, std::uint8_t doubts);

  PartyId self() const override { return reader_.self(); }
  SuiteId suite() const override { return reader_.suite(); }
  std::vector<message::GateKey> gate_keys() const override;
  std::shared_ptr<const party::VerifiedRoster> newest_roster() const override { return reader_.newest_roster(); }
  std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp at) const override;
  const PolicyPack* pack(const PolicyHash& hash) const override;
  const wire::NoteType* note_type(const SchemaDigest& digest) const override { return reader_.note_type(digest); }
  std::shared_ptr<const grant::HeldGrant> held_grant(const GrantHash& hash) const override { return reader_.held_grant(hash); }
  message::StatusKnowledge status_of(const grant::HeldGrant& grant) const override;
  bool inactive_between(const grant::HeldGrant& grant, Timestamp from, Timestamp to) const override;
  std::optional<StatusHash> status_version(const PartyId&, const StatusListId&, std::uint32_t) const override;
  std::optional<message::ReplayMark> replay_mark(const PartyId&, const NoteId&) const override;
  std::optional<Timestamp> received_at(const Digest& envelope) const override { return reader_.received_at(envelope); }
  message::LogCheck log_check(ByteView proof, const HeaderHash& hash, const NoteHeader& header) const override {
    return reader_.log_check(proof, hash, header);
  }
  const crypto::SignPublicKey* own_seat(const KeyId& id) const override { return reader_.own_seat(id); }
  std::optional<message::GateKey> former_gate_key(const KeyId& id) const override { return reader_.former_gate_key(id); }
  party::ChainCache& chains() const override { return chains_; }
  grant::StapleCache& staples() const override { return staples_; }

 private:
  bool doubts(Doubt which) const { return (doubts_ & which) != 0; }
  const message_test::Reader& reader_;
  const crypto::KemPrivateKey* other_key_;
  std::uint8_t doubts_;
  mutable party::ChainCache chains_;
  mutable grant::StapleCache staples_;
};

/// aligned copies bytes to where a decoder that borrows may read them.
ByteView aligned(message_test::HeapMemory& memory, ByteView bytes);

}  // namespace xch::fuzz
