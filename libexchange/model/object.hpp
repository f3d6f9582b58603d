// Objects between agencies other than notes: redaction records, presentations, receipts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/grant.hpp"
#include "model/ids.hpp"
#include "model/note.hpp"
#include "model/party.hpp"

namespace xch {

struct Redaction {
  HeaderHash header;
  std::vector<std::uint16_t> slots;  // ascending; whole compartments
  std::string reason;                // a short code, [a-z0-9-]{1,32}
  Timestamp time;
  KeyId redactor;
  KeyId opened_under;  // encryption key the note first opened under
};

struct DisclosedSlot {
  std::uint16_t index = 0;
  Salt salt;
  Bytes plain;     // plain_i, exactly B_i bytes
  Digest ct_hash;  // TH("LX1 cell ct", ct_i)
  std::vector<Digest> path;
};

enum class PresenterRole : std::uint8_t { recipient = 1, sender = 2 };

struct Presentation {
  Bytes core;  // canonical NoteHeader
  Digest slots_root, batch_root;
  Bytes batch_signature;
  std::uint16_t batch_position = 0;
  std::vector<Digest> batch_path;
  std::vector<Signed> sender_chain;
  std::vector<DisclosedSlot> slots;  // indexes strictly ascending
  PresenterRole role = PresenterRole::recipient;
  Salt recipient_salt;        // of the presenter's own recipient leaf; zeros for the sender
  Digest terms_digest;        // TH("LX1 recipient terms", ...); zeros for the sender
  KeyId recipient_key;        // encryption key id in that leaf; zeros for the sender
  std::uint8_t recipient_position = 0;
  std::vector<Digest> recipient_path;
  GrantHash redisclosing_grant;
  PartyId audience;
  KeyId audience_key;
  std::array<std::uint8_t, 32> nonce{};
  Timestamp time;
  Purpose purpose = Purpose::none;
  Notice notice = Notice::none;
  KeyId presenter_key;  // seat
  Bytes log_proof;      // canonical LogProof of the sealed event; empty: none
};

struct Receipt {
  HeaderHash header;
  PartyId reader;
  Timestamp time;
};

/// ViewAck tells the authority that a grant view was taken into the reader's store.
struct ViewAck {
  GrantHash grant;
  PartyId reader;
  Timestamp time;
};

/// DisclosedField is one field as it was given in a medical emergency: its full slot and its value (docs/format.md,
/// "Values").
struct DisclosedField {
  std::uint16_t slot = 0;
  Bytes value;
};

using BreakGlassId = Fixed<16, struct BreakGlassIdTag>;

/// BreakGlass is what a holder tells medical personnel in an emergency (42 CFR 2.51), with the four facts that it writes
/// down: who was told and where they work, who told, when, and the nature of the emergency.
struct BreakGlass {
  BreakGlassId id;
  CoalitionId coalition;
  PartyId sender, recipient;
  KeyId recipient_key;  // encryption key it was sealed to
  Timestamp time;
  std::uint64_t schema_id = 0;
  SchemaDigest schema_digest;
  std::string personnel, facility, discloser, nature;
  std::vector<DisclosedField> fields;  // slots strictly ascending, at least one
};

/// OneShot is what one external recipient gets of one note about one person, with what it takes to see that the person's
/// grant names this recipient and these compartments.
struct OneShot {
  NoteId id;
  CoalitionId coalition;
  PartyId sender;
  ExternalRecipient to;
  Digest key;  // TH("LX1 one-shot key", the one-time public key)
  Timestamp sealed_at, expires_at;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  StatusHash status;  // by which the grant was active
  Signed grant;       // kind grant
  std::vector<Signed> authority;     // the chain of the key that signed it
  std::vector<ProvenEntry> entries;  // the recipient's, one for each compartment of the fields; indexes ascending
  Notice notice = Notice::none;
  std::string notice_text;
  std::vector<Obligation> obligations;  // ascending
  std::uint64_t schema_id = 0;
  SchemaDigest schema_digest;
  std::vector<DisclosedField> fields;  // slots strictly ascending, at least one; forms have slots of their own
};

/// PacketSent tells the authority that an external recipient of its grant was sent a packet.
struct PacketSent {
  GrantHash grant;
  PartyId to;  // external
  Timestamp time;
};

/// RevocationNotice tells a reader that an index turned; the status list is what decides.
struct RevocationNotice {
  GrantHash grant;
  GrantState state = GrantState::revoked;
  Timestamp effective_at;
};

/// EventStatement says that an event has happened that a grant ends with, or that makes it revocable (42 CFR 2.31(a)(7),
/// 2.35(c)). Signed by a seat of the agency that the grant's form names for it.
struct EventStatement {
  Digest event;  // grant::event_digest: which event, of which grant
  PartyId asserter;
  Timestamp time;  // when it was said
};

/// StateAck tells the authority that a reader has taken in that an index turned.
struct StateAck {
  GrantHash grant;
  PartyId reader;
  GrantState state = GrantState::revoked;
  Timestamp time;
};

}  // namespace xch
