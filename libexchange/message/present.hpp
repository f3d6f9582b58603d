// present and verify: one field onward, with the first sender's signature over it; redact: fewer cells, same root.
#pragma once

#include <array>
#include <set>
#include <vector>

#include "base/result.hpp"
#include "message/knowledge.hpp"
#include "message/open.hpp"
#include "model/object.hpp"

namespace xch::message {

struct PresentRequest {
  std::vector<std::uint16_t> slots;  // ascending
  PartyId audience;
  KeyId audience_key;
  std::array<std::uint8_t, 32> nonce{};
  Purpose purpose = Purpose::none;
  std::shared_ptr<const grant::HeldGrant> under;  // the redisclosing grant
  Bytes log_proof;                                // of the sealed event, as it came; empty: none is held
};

/// check_present decides whether this holder may pass these fields to that audience, before any bytes are made:
/// the basis lets a holder of its kind present (present_not_allowed), the redisclosing grant is of the same person,
/// active now, names the purpose, and gives the audience a read right on each slot's compartment that the pack allows
/// its role (present_audience); a note under a Part 2 basis goes only to a holder of a Part 2 compartment; a slot that
/// is not there or absent is present_absent. Of the same person: the grant is the note's own grant, or both carry one
/// pseudonym for this agency.
Status check_present(const Opened& note, const PresentRequest& request, const Party& holder, const Party& audience,
                     const PolicyPack& pack, Timestamp now);

/// make_presentation builds the body; the caller signs it (Kind::presentation) and seals it to the audience.
Result<Presentation> make_presentation(const Opened& note, const PresentRequest& request, const PartyId& self,
                                       const KeyId& presenter_seat, const PolicyPack& pack, Timestamp now);

/// Without a log proof that can be judged: indeterminate.
enum class Verification : std::uint8_t { pass, indeterminate };

struct VerifiedSlot {
  std::uint16_t slot = 0;
  ByteView value;  // into the presentation's plain
};
/// VerifiedPresentation: values stay in `presentation`, whose plains the caller wipes.
struct VerifiedPresentation {
  Presentation presentation;
  NoteHeader header;
  HeaderHash header_hash;
  const wire::NoteType* type = nullptr;
  const NoteSchema* schema = nullptr;  // type's
  PartyId presenter;
  std::vector<VerifiedSlot> slots;
  Verification verification = Verification::indeterminate;
};

/// verify_presentation does every check of docs/format.md, "Presentation". `nonce_is_open` answers whether this
/// verifier issued the nonce and has not used it. Values are handed out by session/ only after its event is durable.
/// Errors: object_malformed, verify_*.
Result<VerifiedPresentation> verify_presentation(const SealedObject& object, const Knowledge& knowledge,
                                                 const KeyId& opened_under, bool nonce_is_open, Timestamp now);

/// redact gives the envelope of a redacted copy: the named slots' cells replaced by their leaves, with a signed
/// record, sealed to this agency's own current key. Whole compartments only: `slots` is widened to every slot of the
/// compartments it touches. The post-condition (same slots_root) is checked inside.
struct RedactRequest {
  std::vector<std::uint16_t> slots;
  std::string reason;  // [a-z0-9-]{1,32}
};
Result<Bytes> redact(ByteView envelope, const HeaderHash& which, const RedactRequest& request, const Knowledge& knowledge,
                     const GateKey& own_key, const crypto::KemPublicKey& own_public, const KeyId& seat,
                     const crypto::SignPrivateKey& seat_key, crypto::ArenaPool& arenas, crypto::Random& random,
                     Timestamp now);

}  // namespace xch::message
