// One-shot packets: what a person's grant lets somebody have who is in no roster (a business, an official). A format of its
// own, told apart by its first bytes: nothing here opens a note, and nothing that opens a note opens this.
//
//   "LXP1" || u16 suite || HPKE(one-time key, info = "LX1 one-shot" || TH("LX1 one-shot key", public key),
//       aad = the first 6 bytes, body)
//   body = u32 len || content || zeros, 65,536 bytes or Padme(4 + len);  content = u32 len || SignedRoster || SealedObject
//
// The one-time key pair follows from a code that is drawn for this packet, shown once and kept nowhere; it goes to the
// recipient by another way than the packet. Whoever opens it has no home: the roster inside is held against the digest of
// the coalition's roots that was given with the code.
#pragma once

#include <functional>

#include "message/seal.hpp"
#include "model/object.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::message {

constexpr std::uint32_t kOneShotBody = 65536;
constexpr std::uint64_t kOneShotDays = 7;  // how long a packet may wait where nobody says otherwise

/// is_one_shot tells such a packet by its first four bytes.
bool is_one_shot(ByteView bytes);

/// OneShotPlan is what would go: slots ascending, full ones and forms, and what goes with them.
struct OneShotPlan {
  std::vector<std::uint16_t> slots;
  RecipientTerms terms;  // the compartments of those slots, notice and obligations
};
/// plan_one_shot makes every refusal that needs no key. `note` has no recipients; its expires_at is the packet's. Every
/// value that the note has must go, whole or coarser: none is left out in silence.
/// Errors: those of sealing a note but of its recipients; one_shot_recipient (the grant does not name it), seal_grant_expired
/// also past the recipient's own end, policy_denied (the from-to table), one_shot_field with the field's path.
Result<OneShotPlan> plan_one_shot(const Sender& sender, const NoteInput& note, const PartyId& to, Timestamp now);

struct SealedOneShot {
  Bytes packet;
  Digest body;  // SHA-256 of what was signed: the object of its events
};
/// seal_one_shot seals what was planned to the one-time key. Errors: usage, envelope_too_large, crypto_unavailable.
Result<SealedOneShot> seal_one_shot(const Sender& sender, const NoteInput& note, const PartyId& to, const OneShotPlan& plan,
                                    ByteView signed_roster, const crypto::KemPublicKey& key, crypto::Random& random,
                                    Timestamp now);

/// one_shot_key is TH("LX1 one-shot key", public key).
Digest one_shot_key(const crypto::KemPublicKey& key);

/// OpenedOneShot: its values are in ordinary memory; forget wipes them.
struct OpenedOneShot {
  OneShot told;
  GrantCore grant;
  GrantHash grant_hash;
  const wire::NoteType* type = nullptr;
  std::string sender, authority;  // by the roster inside
  Digest roots;
};
void forget(OneShot& told);

/// suite_of_one_shot judges what needs no key. Errors: object_too_short, object_magic, object_suite, object_padding.
Result<SuiteId> suite_of_one_shot(ByteView packet);

struct OneShotKnowledge {
  /// Whether these are the roots whose digest was given with the code.
  std::function<bool(const Digest&)> are_roots;
  std::function<const wire::NoteType*(const SchemaDigest&)> note_type;
};
/// open_one_shot does every check of docs/format.md, "One-shot packet", in its order. Errors: those of suite_of_one_shot,
/// one_shot_closed, object_padding, object_malformed, one_shot_roots, object_kind, object_signature, one_shot_early,
/// one_shot_expired, one_shot_grant, open_schema_unknown, verify_slot, verify_value.
Result<OpenedOneShot> open_one_shot(ByteView packet, const crypto::KemPrivateKey& key, const OneShotKnowledge& knowledge,
                                    Timestamp now);

}  // namespace xch::message
