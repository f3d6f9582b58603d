// Break-glass: what a holder tells medical personnel in an emergency, without a consent (42 CFR 2.51). A format of its
// own, told apart by its first bytes: nothing here opens a note, and nothing that opens a note opens this.
//
//   "LXB1" || u16 suite || HPKE(agency encryption key,
//       info = "LX1 break-glass" || TH("LX1 break-glass info", agency || key id), aad = the first 6 bytes, body)
//   body = u32 len || SealedObject || zeros, 65,536 bytes or Padme(4 + len)
//
// Whoever holds the facts gives them: no key is released, and a recipient opens nothing that was not sealed to it.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "message/knowledge.hpp"
#include "model/grant.hpp"
#include "model/object.hpp"

namespace xch::message {

constexpr std::uint32_t kBreakGlassBody = 65536;

/// is_break_glass tells such an envelope by its first four bytes.
bool is_break_glass(ByteView bytes);

/// check_facts refuses a disclosure that lacks one of the four facts of 42 CFR 2.51(c), or has no text for it: who was
/// told and where they work, who told, when, and the nature of the emergency. Errors: break_glass_facts.
Status check_facts(const BreakGlass& told);

/// is_medical: a party whose personnel treat people, by its role, and which the law knows as a provider, by its kind.
bool is_medical(const Party& party);
/// may_tell: a provider, which is who 42 CFR 2.51 speaks to. Whoever has only received it passes nothing on.
bool may_tell(const Party& party);

/// check_fields refuses a field that is no full field of the type, a victim's (34 USC 12291(b)(2)), or whose value the
/// type does not allow. Errors: verify_slot, seal_schema, verify_value.
Status check_fields(const BreakGlass& told, const wire::NoteType& type);

/// seal_break_glass seals the signed object to the recipient's key. Errors: envelope_too_large, crypto_unavailable.
Result<Bytes> seal_break_glass(const SealedObject& object, const PartyId& to, const KeyId& key_id,
                               const crypto::KemPublicKey& key, crypto::Random& random);

/// OpenedBreakGlass: its values are in ordinary memory; forget wipes them.
struct OpenedBreakGlass {
  BreakGlass told;
  const wire::NoteType* type = nullptr;
  Digest body;  // SHA-256 of the signed body: the object of its events
};
void forget(BreakGlass& told);

/// verify_told does the checks behind the envelope's own, on an object that this key has opened. Errors: those of
/// open_break_glass from object_kind on.
Result<OpenedBreakGlass> verify_told(SealedObject object, const KeyId& opened_under, const Knowledge& knowledge,
                                     Timestamp now);

/// open_break_glass does every check of docs/format.md, "Break-glass", in its order. Nothing of it may be handed out
/// before the event is durable. Errors: object_too_short, object_magic, object_suite, object_outer, object_padding,
/// object_malformed, object_kind, open_roster_unsure, object_signature, verify_basis, break_glass_recipient,
/// break_glass_facts, open_schema_unknown, verify_slot, seal_schema, verify_value.
Result<OpenedBreakGlass> open_break_glass(ByteView envelope, const Knowledge& knowledge, Timestamp now);

}  // namespace xch::message
