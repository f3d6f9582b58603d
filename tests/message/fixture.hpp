// A note on its way: coalition, default pack, a grant harbor -> clinic and defender, and an envelope taken apart and put
// together again by somebody who has every key. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "message/object_envelope.hpp"
#include "message/open.hpp"
#include "message/present.hpp"
#include "message/seal.hpp"
#include "support/coalition.hpp"
#include "support/expect.hpp"
#include "support/grants.hpp"

namespace xch::message_test {

using testing::after_now;
using testing::before_now;
using testing::kNow;
using testing::must;
using testing::passes;
using testing::refuses;

constexpr Timestamp kExpires = after_now(2 * kDay);

const PolicyPack& default_pack();
/// living is the default pack in which a progress.engagement lives so many hours at most.
PolicyPack living(std::uint32_t hours);
PolicyHash default_pack_hash();
PolicyHash hash_of(const PolicyPack& pack);
const wire::NoteType& progress_type();
const NoteSchema& progress();
std::uint16_t slot_at(const std::string& path, Form form = Form::full);
/// builtin_type is a note type of the library by name.
const wire::NoteType& builtin_type(std::string_view name);
std::uint16_t slot_of(const NoteSchema& schema, const std::string& path, Form form = Form::full);

/// HeapMemory keeps what is taken until it goes.
class HeapMemory final : public Memory {
 public:
  Result<MutableView> take(std::size_t size) override {
    auto& words = pieces_.emplace_back((size + 7) / 8 + 1);
    return MutableView(reinterpret_cast<std::uint8_t*>(words.data()), size);
  }

 private:
  std::deque<std::vector<std::uint64_t>> pieces_;
};

/// GateKeys is S_k and wraps in memory.
class GateKeys final : public message::CompartmentKeys {
 public:
  explicit GateKeys(crypto::Random& random) : random_(random) {}
  Status secret(const GrantHash& grant, Compartment k, MutableView out) override;
  Result<Bytes> wrap(const GrantHash& grant, Compartment k, const PartyId& reader) override;
  Status keep_wrap(const GrantHash& grant, Compartment k, const PartyId& reader, ByteView sealed) override;
  Status flush() override { return Ok{}; }

 private:
  crypto::Random& random_;
  std::map<std::pair<GrantHash, Compartment>, Bytes> secrets_;
  std::map<std::pair<std::pair<GrantHash, Compartment>, PartyId>, Bytes> wraps_;
};

class NoCache final : public message::SecretCache {
 public:
  bool find(const Digest&, const Digest&, MutableView) override { return false; }
  void keep(const GrantHash&, Compartment, const Digest&, const Digest&, ByteView) override {}
};

/// Reader is what one agency knows; every answer can be changed.
class Reader final : public message::Knowledge {
 public:
  Reader(const testing::Coalition& coalition, const testing::TestParty& party, SuiteId suite);

  PartyId self_id;
  SuiteId suite_id;
  std::vector<message::GateKey> keys;
  std::shared_ptr<const party::VerifiedRoster> roster;
  bool roster_of_then = true;
  std::shared_ptr<const party::VerifiedRoster> older;  // what roster_at gives, where it is not the newest
  std::map<GrantHash, std::shared_ptr<const grant::HeldGrant>> grants;
  message::StatusKnowledge status;
  bool inactive = false;
  std::optional<StatusHash> held_status;
  std::optional<message::ReplayMark> mark;
  std::map<Digest, Timestamp> received;
  message::LogCheck log;          // the answer for `log_proof`
  Bytes log_proof;                // empty: for what is held
  std::map<KeyId, crypto::SignPublicKey> seats;
  std::map<KeyId, message::GateKey> former;
  PolicyPack own_pack;
  PolicyHash own_pack_hash = default_pack_hash();
  const wire::NoteType* own_type = &progress_type();
  bool knows_pack = true, knows_type = true;

  PartyId self() const override { return self_id; }
  SuiteId suite() const override { return suite_id; }
  std::vector<message::GateKey> gate_keys() const override { return keys; }
  std::shared_ptr<const party::VerifiedRoster> newest_roster() const override { return roster; }
  std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp) const override {
    if (!roster_of_then) return nullptr;
    return older ? older : roster;
  }
  const PolicyPack* pack(const PolicyHash& hash) const override;
  const wire::NoteType* note_type(const SchemaDigest& digest) const override;
  std::shared_ptr<const grant::HeldGrant> held_grant(const GrantHash& hash) const override;
  message::StatusKnowledge status_of(const grant::HeldGrant&) const override { return status; }
  bool inactive_between(const grant::HeldGrant&, Timestamp, Timestamp) const override { return inactive; }
  std::optional<StatusHash> status_version(const PartyId&, const StatusListId&, std::uint32_t) const override {
    return held_status;
  }
  std::optional<message::ReplayMark> replay_mark(const PartyId&, const NoteId&) const override { return mark; }
  std::optional<Timestamp> received_at(const Digest& envelope) const override;
  message::LogCheck log_check(ByteView proof, const HeaderHash&, const NoteHeader&) const override {
    return equal(proof, log_proof) ? log : message::LogCheck();
  }
  const crypto::SignPublicKey* own_seat(const KeyId& id) const override;
  std::optional<message::GateKey> former_gate_key(const KeyId& id) const override;
  party::ChainCache& chains() const override { return chains_; }
  grant::StapleCache& staples() const override { return staples_; }

 private:
  mutable party::ChainCache chains_;
  mutable grant::StapleCache staples_;
};

/// Parts is an envelope taken apart: one bundle of one view. put_together computes again all that follows from what
/// was changed, so that a change meets the check it is meant for and no earlier one.
struct Parts {
  std::vector<Bytes> chain, staples, redactions;
  NoteHeader header;
  RecipientTerms terms;
  Salt terms_salt, recipient_salt;
  std::uint8_t recipient_position = 0;
  std::uint16_t batch_position = 0;
  std::vector<Digest> recipient_path, batch_path;
  Bytes note_secret;
  std::vector<std::pair<Compartment, Bytes>> wraps;
  std::vector<Bytes> slots;            // as they stood: leaves and cells
  std::map<std::uint16_t, Bytes> salted;  // salt || plain of every full cell, sealed again in put_together
  PartyId to;
  KeyId to_key;

  // What put_together leaves as it was.
  bool keep_recipients_root = false;
  std::size_t views = 1;               // the same view so many times
  std::optional<Digest> slots_root, batch_root;
  std::optional<Bytes> core_bytes, terms_bytes;  // instead of what header and terms encode to
  std::optional<KeyId> leaf_key;       // key id in the recipient leaf
  std::string label;                   // of the signature; empty for the note's
  const crypto::SignPrivateKey* signer = nullptr;  // null for the sending seat
  std::optional<KeyId> signer_id;
  bool flip_signature = false;
  Bytes signature;                     // these bytes instead of one

  /// raw puts bytes in place of a slot, sealed no more.
  void raw(std::uint16_t slot, Bytes bytes) {
    salted.erase(slot);
    slots[slot] = std::move(bytes);
  }
};

/// Scene is one note type on its way from one sender under one grant.
class Scene {
 public:
  explicit Scene(SuiteId suite, const testing::GrantSpec& spec = spec_of(), const wire::NoteType& type = progress_type(),
                 const std::string& from = "harbor", const PolicyPack& pack = default_pack());
  /// spec_of: harbor writes ENG, NEED, SUD, MH and TXT and reads them back; clinic reads ENG, NEED and SUD, defender
  /// ENG and NEED.
  static testing::GrantSpec spec_of();

  SuiteId suite;
  const wire::NoteType& type;
  std::string from;  // the sending party's name
  const PolicyPack& pack;
  testing::Coalition coalition;
  testing::TestGrant care;
  std::shared_ptr<const grant::HeldStatus> status;
  message::Sender sender;
  std::map<std::string, std::unique_ptr<Reader>> readers;
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("message tests"))};
  GateKeys keys{random};
  crypto::ArenaPool arenas;
  NoCache cache;

  Reader& operator[](const std::string& name) { return *readers.at(name); }
  /// demanding builds the usual grant once more, with a suite that it demands, as `name` holds it.
  std::shared_ptr<const grant::HeldGrant> demanding(SuiteId required, const std::string& name);
  /// values by path of full slots: a number's digits for a code, else text.
  using Values = std::map<std::string, std::string>;
  static Values usual();
  message::NoteInput note(const Values& values = usual(), const std::vector<std::string>& to = {"harbor", "clinic", "defender"});
  const NoteSchema& schema() const { return type.schema(); }
  Result<message::SealedBatch> try_seal(const std::vector<message::NoteInput>& notes, Timestamp at = kNow);
  message::SealedBatch seal(const std::vector<message::NoteInput>& notes, Timestamp at = kNow) {
    return must(try_seal(notes, at), "seal");
  }
  Bytes envelope(const std::string& to = "clinic") { return for_party(seal({note()}), to); }
  Bytes for_party(const message::SealedBatch& batch, const std::string& to) const;

  Result<message::OpenedBundle> open_bundle(ByteView envelope, const std::string& by = "clinic", Timestamp now = kNow);
  /// open gives the envelope's refusal, or that of the first view that has one.
  Status open(ByteView envelope, const std::string& by = "clinic", Timestamp now = kNow);

  Parts take_apart(ByteView envelope, const std::string& by = "clinic");
  /// take_all_apart does so with every view of the bundle; each has the bundle's chain and staples.
  std::vector<Parts> take_all_apart(ByteView envelope, const std::string& by = "clinic");
  Bytes put_together(const Parts& parts);
  /// header_of_parts and view_of are put_together's two halves; put_views seals any views under the frame of `parts`
  /// (its chain, staples, signature and addressee).
  HeaderHash header_of_parts(const Parts& parts);
  Bytes view_of(const Parts& parts);
  Bytes put_views(const Parts& parts, const std::vector<Bytes>& views);
  /// batch_root_of is the root that the paths of `parts` lead to.
  Digest batch_root_of(const Parts& parts);
  Bytes seal_body(ByteView body, const PartyId& to, const KeyId& key);
  Bytes body_of(ByteView envelope, const std::string& by = "clinic");
  Bytes secret(Compartment k);
  HeaderHash header_of(ByteView envelope, const std::string& by = "clinic");

  template <class Edit>
  Status open_changed(Edit edit, const std::string& by = "clinic", Timestamp now = kNow) {
    Parts parts = take_apart(envelope(by), by);
    edit(parts);
    return open(put_together(parts), by, now);
  }

 private:
  struct Core {  // what put_together computes of a note before its view
    Bytes terms, bytes;
    std::vector<Bytes> slots;
    Digest slots_root;
  };
  Core core_of(const Parts& parts);

  HeapMemory memory_;
  std::uint32_t serial_ = 0;
};

}  // namespace xch::message_test
