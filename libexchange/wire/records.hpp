// Wire records <-> plain structs. Decoding is strict: canonical bytes only, this version only, known codes only,
// every length bounded before it is used. What decodes encodes back to the same bytes.
#pragma once

#include "base/result.hpp"
#include "model/grant.hpp"
#include "model/log_proof.hpp"
#include "model/note.hpp"
#include "model/object.hpp"
#include "model/party.hpp"
#include "model/pack.hpp"
#include "wire/memory.hpp"

namespace xch::wire {

// Errors of every decode_*: record_malformed, record_not_canonical, record_version, record_limit, record_enum.
// message/ maps them to the exact code of its step.

Bytes encode(const Signed&);
Bytes encode(const KeyRecord&);
Bytes encode(const Roster&);
Bytes encode(const SignedRoster&);
Bytes encode(const GrantCore&);
/// encode(GrantView) puts consent keys into ordinary memory: the caller wipes the result (crypto::wipe).
Bytes encode(const GrantView&);
Bytes encode(const SealedObject&);
Bytes encode(const StatusBody&);
Bytes encode(const StatusList&);
Bytes encode(const Staple&);
Bytes encode(const RecipientTerms&);
Bytes encode(const NoteHeader&);
Bytes encode(const Redaction&);
Bytes encode(const Presentation&);  // holds disclosed values: the caller wipes the result
Bytes encode(const Receipt&);
Bytes encode(const ViewAck&);
Bytes encode(const RevocationNotice&);
Bytes encode(const EventStatement&);
Bytes encode(const StateAck&);
Bytes encode(const LogProof&);
/// encode(BreakGlass) puts disclosed values into ordinary memory: the caller wipes the result.
Bytes encode(const BreakGlass&);
Bytes encode(const OneShot&);  // likewise
Bytes encode(const PacketSent&);
Bytes encode(const PolicyPack&);

Result<Signed> decode_signed(ByteView);
Result<KeyRecord> decode_key_record(ByteView);
Result<Roster> decode_roster(ByteView);
Result<SignedRoster> decode_signed_roster(ByteView);
Result<GrantCore> decode_grant_core(ByteView);
Result<GrantView> decode_grant_view(ByteView);
Result<SealedObject> decode_sealed_object(ByteView);
Result<StatusBody> decode_status_body(ByteView);
Result<StatusList> decode_status_list(ByteView);
Result<Staple> decode_staple(ByteView);
Result<RecipientTerms> decode_terms(ByteView);
Result<NoteHeader> decode_header(ByteView);
Result<Redaction> decode_redaction(ByteView);
Result<Presentation> decode_presentation(ByteView);
/// ReceiptKind says which of the six a body of kind receipt is.
enum class ReceiptKind : std::uint16_t {
  note_opened = 1, view_taken = 2, state_changed = 3, state_seen = 4, event_stated = 5, packet_sent = 6,
};
Result<ReceiptKind> receipt_kind(ByteView);
Result<Receipt> decode_receipt(ByteView);
Result<ViewAck> decode_view_ack(ByteView);
Result<RevocationNotice> decode_revocation_notice(ByteView);
Result<StateAck> decode_state_ack(ByteView);
Result<LogProof> decode_log_proof(ByteView);
Result<EventStatement> decode_event_statement(ByteView);
Result<BreakGlass> decode_break_glass(ByteView);
Result<OneShot> decode_one_shot(ByteView);
Result<PacketSent> decode_packet_sent(ByteView);
Result<PolicyPack> decode_policy_pack(ByteView);

/// The grant entry's own byte form (no Cap'n Proto): see GrantEntry.
Bytes encode_entry(const GrantEntry&);
Result<GrantEntry> decode_entry(ByteView);

/// encode_view writes one canonical View into `memory` without a second copy (the hot path of seal).
Result<MutableView> encode_view(const ViewBorrowed&, Memory& memory);
/// encode_bundle_size / encode_bundle_into: the bundle's exact size, then its bytes at `out` (8-byte aligned not
/// required), so that a sealer can place it in the padded body directly.
std::size_t encoded_bundle_size(const BundleBorrowed&);
Status encode_bundle_into(const BundleBorrowed&, MutableView out);
Result<Bytes> encode_bundle(const BundleBorrowed&);

/// decode_bundle and decode_view borrow from `bytes`, which must be 8-byte aligned and outlive the result.
Result<BundleBorrowed> decode_bundle(ByteView bytes);
Result<ViewBorrowed> decode_view(ByteView bytes);

}  // namespace xch::wire
