// What an agency knows when it opens: given to message/ by session/, looked up, never changed there.
#pragma once

#include <optional>
#include <vector>

#include "crypto/keys.hpp"
#include "grant/status.hpp"
#include "grant/view.hpp"
#include "model/note.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"
#include "party/chain.hpp"
#include "party/roster.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::message {

/// GateKey is one live agency encryption key, with the window its record states.
struct GateKey {
  KeyId id;
  const crypto::KemPrivateKey* key = nullptr;
  Timestamp not_before, not_after;
};

/// StatusKnowledge is what this agency's own lists and grant versions say about one grant (docs/format.md, "Open", 11).
struct StatusKnowledge {
  /// effective_at of the next held version of this grant.
  std::optional<Timestamp> next_version_from;
  /// Where the newest held list does not show the index active: issued_at of the first held list of that run.
  std::optional<Timestamp> inactive_since;
};

/// What the replay store has under (sender, note id).
struct ReplayMark {
  HeaderHash header;
  Timestamp first_opened;
};

/// What the sender's log says of a note: a proof that it was sealed when it says holds; there is none, or none that can
/// be judged; or the log says otherwise (docs/format.md, "Freshness").
enum class Freshness : std::uint8_t { pending, verified, contradicted };

/// LogCheck is that, and where it is verified the time by which enough witnesses had signed for it.
struct LogCheck {
  Freshness freshness = Freshness::pending;
  Timestamp logged_by;
};

class Knowledge {
 public:
  virtual ~Knowledge() = default;
  virtual PartyId self() const = 0;
  virtual SuiteId suite() const = 0;                       // that the newest roster pins
  virtual std::vector<GateKey> gate_keys() const = 0;      // live agency keys, newest first, at most 8
  virtual std::shared_ptr<const party::VerifiedRoster> newest_roster() const = 0;
  /// roster_at is the roster in force at `at`; null when this home has none of that time.
  virtual std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp at) const = 0;
  virtual const PolicyPack* pack(const PolicyHash& hash) const = 0;
  /// note_type finds a note type this home knows by its schema digest; nullptr when it knows none.
  virtual const wire::NoteType* note_type(const SchemaDigest& digest) const = 0;
  virtual std::shared_ptr<const grant::HeldGrant> held_grant(const GrantHash& hash) const = 0;
  virtual StatusKnowledge status_of(const grant::HeldGrant& grant) const = 0;
  /// A held list issued in [from, to] shows the index not active.
  virtual bool inactive_between(const grant::HeldGrant& grant, Timestamp from, Timestamp to) const = 0;
  /// The body hash held for this version of the list; nullopt when none is held.
  virtual std::optional<StatusHash> status_version(const PartyId& authority, const StatusListId& list,
                                                   std::uint32_t version) const = 0;
  virtual std::optional<ReplayMark> replay_mark(const PartyId& sender, const NoteId& note) const = 0;
  /// When this very envelope was first received, by its SHA-256; nullopt when it was not.
  virtual std::optional<Timestamp> received_at(const Digest& envelope) const = 0;
  /// log_check judges a log proof of a note's sealed event (canonical LogProof), or the one held for it where `proof` is
  /// empty.
  virtual LogCheck log_check(ByteView proof, const HeaderHash& hash, const NoteHeader& header) const = 0;
  /// A seat key of this agency, for redaction records of its own; nullptr when the id is none.
  virtual const crypto::SignPublicKey* own_seat(const KeyId& id) const = 0;
  /// The key a redacted copy first opened under, where it is no longer live; nullopt when never ours.
  virtual std::optional<GateKey> former_gate_key(const KeyId& id) const = 0;

  virtual party::ChainCache& chains() const = 0;
  virtual grant::StapleCache& staples() const = 0;
};

/// SecretCache keeps unwrapped S_k under TH("LX1 class wrap info", ...) || SHA-256(wrap), while the class_sk is held.
/// Thread-safe.
class SecretCache {
 public:
  virtual ~SecretCache() = default;
  /// copies the 32 bytes to `out`; false when there is none.
  virtual bool find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) = 0;
  virtual void keep(const GrantHash& grant, Compartment compartment, const Digest& wrap_info, const Digest& wrap_hash,
                    ByteView secret) = 0;
};

}  // namespace xch::message
