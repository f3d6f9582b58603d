// seal: a list of notes of one sender, one batch, one signature, one envelope per recipient.
// Reads top to bottom as docs/format.md, "Seal".
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "crypto/secret.hpp"
#include "grant/status.hpp"
#include "grant/view.hpp"
#include "model/note.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"
#include "party/roster.hpp"

namespace xch::message {

/// SlotValue is what a note holds in one slot; the view borrows from the caller's memory.
struct SlotValue {
  bool present = false;
  ByteView value;
};

/// NoteInput is one note to seal: a value for every slot of its schema (full slots and forms; fill_forms computes the
/// forms), for one part of the schema.
struct NoteInput {
  const NoteSchema* schema = nullptr;
  std::uint16_t part = 0;
  std::vector<SlotValue> slots;  // schema->slots.size()
  NoteId note_id;
  std::shared_ptr<const grant::HeldGrant> grant;
  Purpose purpose = Purpose::none;
  Timestamp expires_at;
  std::shared_ptr<const grant::HeldStatus> status;
  std::uint32_t newest_status_version = 0;            // highest version of that list this home has held
  std::optional<Timestamp> next_version_from;         // effective_at of a newer held version of the grant
  struct To {
    PartyId party;
    HeaderHash thread_prev;  // last note of the thread sent to this party; zeros when it begins
  };
  std::vector<To> to;  // 1 to 32, each once, the sender's own archive included
};

/// Sender is the sealing seat and what its home has in force.
struct Sender {
  PartyId party;
  std::shared_ptr<const party::VerifiedRoster> roster;
  const PolicyPack* pack = nullptr;
  PolicyHash policy_hash;
  std::vector<Signed> chain;  // the seat's record first
  KeyId seat_key_id;
  const crypto::SignPrivateKey* seat_key = nullptr;
  LogReference checkpoint;
};

/// CompartmentKeys gives the gate's S_k of (grant, compartment) and the wraps made of them; new ones are durable
/// before they are returned. Implemented by session/ over the store.
class CompartmentKeys {
 public:
  virtual ~CompartmentKeys() = default;
  /// Copies S_k to `out`, making it at first use.
  virtual Status secret(const GrantHash& grant, Compartment compartment, MutableView out) = 0;
  /// The wrap for one reader as made once; empty when there is none yet.
  virtual Result<Bytes> wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) = 0;
  virtual Status keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) = 0;
  /// flush makes what was kept since durable, once per seal.
  virtual Status flush() = 0;
};

struct SealedEnvelope {
  PartyId to;
  Bytes envelope;
};
/// SealReceipt is digests only: what session/ turns into events.
struct SealReceipt {
  NoteId note_id;
  HeaderHash header;
  GrantHash grant;
  StatusHash status;
  std::uint16_t part = 0;
  struct To {
    PartyId party;
    KeyId key;
    Digest terms;  // TH("LX1 recipient terms", ...)
    RecipientTerms plain_terms;
  };
  std::vector<To> to;
};
struct SealedBatch {
  std::vector<SealedEnvelope> envelopes;  // by party id, ascending
  std::vector<SealReceipt> notes;         // in the order given
};

/// check_seal is every refusal that needs no key, in the order of docs/format.md, "Seal refuses". seal calls it first;
/// a dry run calls it alone. Error.path names the note ("notes[2]") and, where one is at fault, the field.
/// Errors: seal_*, revoked, suspended, status_reserved, status_index, obligation_unknown, notice_superseded.
Status check_seal(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now);

/// seal makes the envelopes. Notes of an isolated part go into a batch of their own: the caller gives one part per
/// call (misuse otherwise: usage). One arena per call. Errors: those of check_seal, seal_value_too_large,
/// seal_batch_too_large, out_of_memory, locked_memory, crypto_unavailable, and whatever `keys` returns.
Result<SealedBatch> seal(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now, CompartmentKeys& keys,
                         crypto::ArenaPool& arenas, crypto::Random& random);

/// fill_forms computes every form slot from its full slot by the pack's generalisers; texts and lists live in `memory`.
/// Errors: generaliser_refused with the field's path.
Status fill_forms(const PolicyPack& pack, const NoteSchema& schema, std::vector<SlotValue>& slots, Memory& memory);

/// bundle_bound is U of docs/format.md, "Seal": 4096 + the view bounds; padded_body is the body's length for it.
std::uint64_t bundle_bound(const std::vector<const NoteSchema*>& schemas);
std::uint64_t padded_body(std::uint64_t bound);

}  // namespace xch::message
