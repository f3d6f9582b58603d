// Redaction records, presentations and the four kinds of receipt.
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

// ---- Redaction -----------------------------------------------------------------------------------------------------

Bytes encode(const Redaction& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Redaction>();
  root.setVersion(kRecordVersion);
  root.setHeader(blob(value.header));
  put_numbers(value.slots, [&](unsigned n) { return root.initSlots(n); });
  if (!value.reason.empty()) root.setReason(text(value.reason));
  root.setTime(value.time.seconds);
  root.setRedactor(blob(value.redactor));
  root.setOpenedUnder(blob(value.opened_under));
  return canonical::to_bytes(message);
}

/// A reason is a short code, [a-z0-9-]{1,32}: no room for content.
static bool is_reason(const std::string& reason) {
  if (reason.empty()) return false;
  for (const char c : reason)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  return true;
}

static Status get_redaction(rec::Redaction::Reader from, Redaction& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_fixed(from.getHeader(), to.header));
  XCH_TRY(read_numbers(from.getSlots(), kMaxSlots, to.slots));
  if (to.slots.empty()) return fail(Code::record_malformed);
  if (!strictly_ascending(to.slots, [](std::uint16_t s) { return s; })) return fail(Code::record_malformed);
  if (to.slots.back() >= kMaxSlots) return fail(Code::record_limit);
  XCH_TRY(read_text(from.getReason(), kMaxReason, to.reason));
  if (!is_reason(to.reason)) return fail(Code::record_malformed);
  to.time.seconds = from.getTime();
  XCH_TRY(read_fixed(from.getRedactor(), to.redactor));
  return read_fixed(from.getOpenedUnder(), to.opened_under);
}

Result<Redaction> decode_redaction(ByteView bytes) {
  return canonical::read<rec::Redaction, Redaction>(bytes, get_redaction,
                                                    [](const Redaction& v) { return encode(v); });
}

// ---- Presentation --------------------------------------------------------------------------------------------------

namespace canonical {
/// A presentation holds disclosed values and their salts.
template <>
void forget<Presentation>(Presentation& value) {
  for (auto& slot : value.slots) {
    wipe_bytes(slot.plain);
    wipe_bytes(slot.salt.bytes);
  }
}
}  // namespace canonical

Bytes encode(const Presentation& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Presentation>();
  root.setVersion(kRecordVersion);
  root.setBatchPosition(value.batch_position);
  root.setRecipientPosition(value.recipient_position);
  root.setRole(static_cast<std::uint8_t>(value.role));
  root.setPurpose(number(value.purpose));
  root.setNotice(number(value.notice));
  root.setTime(value.time.seconds);
  if (!value.core.empty()) root.setCore(blob(value.core));
  root.setSlotsRoot(blob(value.slots_root));
  root.setBatchRoot(blob(value.batch_root));
  if (!value.batch_signature.empty()) root.setBatchSignature(blob(value.batch_signature));
  if (!value.batch_path.empty()) root.setBatchPath(blob(join(value.batch_path)));
  put_list(value.sender_chain, [&](unsigned n) { return root.initSenderChain(n); },
           [](rec::Signed::Builder b, const Signed& v) { put(b, v); });
  put_list(value.slots, [&](unsigned n) { return root.initSlots(n); },
           [](rec::DisclosedSlot::Builder b, const DisclosedSlot& v) {
             b.setIndex(v.index);
             b.setSalt(blob(v.salt));
             if (!v.plain.empty()) b.setPlain(blob(v.plain));
             b.setCtHash(blob(v.ct_hash));
             if (!v.path.empty()) b.setPath(blob(join(v.path)));
           });
  root.setRecipientSalt(blob(value.recipient_salt));
  root.setTermsDigest(blob(value.terms_digest));
  root.setRecipientKey(blob(value.recipient_key));
  if (!value.recipient_path.empty()) root.setRecipientPath(blob(join(value.recipient_path)));
  root.setRedisclosingGrant(blob(value.redisclosing_grant));
  root.setAudience(blob(value.audience));
  root.setAudienceKey(blob(value.audience_key));
  root.setNonce(blob(value.nonce));
  root.setPresenterKey(blob(value.presenter_key));
  if (!value.log_proof.empty()) root.setLogProof(blob(value.log_proof));
  return canonical::to_bytes(message);
}

static Status get_disclosed_slot(rec::DisclosedSlot::Reader from, DisclosedSlot& to) {
  to.index = from.getIndex();
  if (to.index >= kMaxSlots) return fail(Code::record_limit);
  XCH_TRY(read_fixed(from.getSalt(), to.salt));
  XCH_TRY(read_bytes(from.getPlain(), 1, kMaxPlain, to.plain));
  XCH_TRY(read_fixed(from.getCtHash(), to.ct_hash));
  return read_digests(from.getPath(), kMaxSlotPath, to.path);
}

/// The presenter's own recipient leaf; a sender has none, and then all of it is zeros.
static Status get_recipient_leaf(rec::Presentation::Reader from, Presentation& to) {
  to.recipient_position = from.getRecipientPosition();
  XCH_TRY(read_fixed(from.getRecipientSalt(), to.recipient_salt));
  XCH_TRY(read_fixed(from.getTermsDigest(), to.terms_digest));
  XCH_TRY(read_fixed(from.getRecipientKey(), to.recipient_key));
  XCH_TRY(read_digests(from.getRecipientPath(), kRecipientDepth, to.recipient_path));
  if (to.role == PresenterRole::recipient) {
    if (to.recipient_path.size() != kRecipientDepth) return fail(Code::record_malformed);
    return to.recipient_position < kMaxRecipients ? Status(Ok{}) : fail(Code::record_limit);
  }
  const bool none = to.recipient_position == 0 && to.recipient_salt.is_zero() && to.terms_digest.is_zero() &&
                    to.recipient_key.is_zero() && to.recipient_path.empty();
  return none ? Status(Ok{}) : fail(Code::record_malformed);
}

static Status get_presentation(rec::Presentation::Reader from, Presentation& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  to.batch_position = from.getBatchPosition();
  if (to.batch_position >= kMaxViews) return fail(Code::record_limit);
  XCH_TRY(read_small(from.getRole(), PresenterRole::recipient, PresenterRole::sender, to.role));
  XCH_TRY(read_code(from.getPurpose(), to.purpose));
  XCH_TRY(read_code_or_none(from.getNotice(), to.notice));
  to.time.seconds = from.getTime();
  XCH_TRY(read_bytes(from.getCore(), 1, kMaxRecord, to.core));
  XCH_TRY(read_fixed(from.getSlotsRoot(), to.slots_root));
  XCH_TRY(read_fixed(from.getBatchRoot(), to.batch_root));
  XCH_TRY(read_bytes(from.getBatchSignature(), kSignatureSize, kSignatureSize, to.batch_signature));
  XCH_TRY(read_digests(from.getBatchPath(), kBatchDepth, to.batch_path));
  if (to.batch_path.size() != kBatchDepth) return fail(Code::record_malformed);
  XCH_TRY(get_chain(from.getSenderChain(), to.sender_chain));
  XCH_TRY(read_list<rec::DisclosedSlot>(from.getSlots(), kMaxSlots, to.slots, get_disclosed_slot));
  if (!strictly_ascending(to.slots, [](const DisclosedSlot& s) { return s.index; }))
    return fail(Code::record_malformed);
  XCH_TRY(get_recipient_leaf(from, to));
  XCH_TRY(read_fixed(from.getRedisclosingGrant(), to.redisclosing_grant));
  XCH_TRY(read_fixed(from.getAudience(), to.audience));
  XCH_TRY(read_fixed(from.getAudienceKey(), to.audience_key));
  XCH_TRY(read_fixed(from.getNonce(), to.nonce));
  XCH_TRY(read_fixed(from.getPresenterKey(), to.presenter_key));
  return read_bytes(from.getLogProof(), 0, kMaxLogProof, to.log_proof);
}

Result<Presentation> decode_presentation(ByteView bytes) {
  return canonical::read<rec::Presentation, Presentation>(bytes, get_presentation,
                                                          [](const Presentation& v) { return encode(v); });
}

// ---- receipts ------------------------------------------------------------------------------------------------------

namespace {

/// ReceiptBody is the one struct behind the six.
struct ReceiptBody {
  ReceiptKind what = ReceiptKind::note_opened;
  Timestamp time;
  Digest subject;
  PartyId reader;
  GrantState state = GrantState::active;
};

Bytes encode_body(const ReceiptBody& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Receipt>();
  root.setVersion(kRecordVersion);
  root.setWhat(static_cast<std::uint16_t>(value.what));
  root.setTime(value.time.seconds);
  root.setSubject(blob(value.subject));
  if (value.what != ReceiptKind::state_changed) root.setReader(blob(value.reader));
  root.setState(static_cast<std::uint8_t>(value.state));
  return canonical::to_bytes(message);
}

Status get_body(rec::Receipt::Reader from, ReceiptBody& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  if (from.getWhat() < 1 || from.getWhat() > 6) return fail(Code::record_enum);
  to.what = static_cast<ReceiptKind>(from.getWhat());
  to.time.seconds = from.getTime();
  XCH_TRY(read_fixed(from.getSubject(), to.subject));
  const bool of_state = to.what == ReceiptKind::state_changed || to.what == ReceiptKind::state_seen;
  if (!of_state && from.getState() != 0) return fail(Code::record_malformed);
  if (to.what != ReceiptKind::state_changed) XCH_TRY(read_fixed(from.getReader(), to.reader));
  if (!of_state) return Ok{};
  if (to.what == ReceiptKind::state_changed && from.hasReader()) return fail(Code::record_malformed);
  return read_small(from.getState(), GrantState::active, GrantState::suspended, to.state);
}

Result<ReceiptBody> decode_body(ByteView bytes) {
  return canonical::read<rec::Receipt, ReceiptBody>(bytes, get_body, encode_body);
}

/// decode_as refuses a receipt of another kind than the caller asked for.
Result<ReceiptBody> decode_as(ReceiptKind what, ByteView bytes) {
  XCH_ASSIGN(ReceiptBody body, decode_body(bytes));
  if (body.what != what) return fail(Code::record_malformed);
  return body;
}

}  // namespace

Bytes encode(const Receipt& v) {
  return encode_body({ReceiptKind::note_opened, v.time, retag<Digest>(v.header), v.reader, GrantState::active});
}

Bytes encode(const ViewAck& v) {
  return encode_body({ReceiptKind::view_taken, v.time, retag<Digest>(v.grant), v.reader, GrantState::active});
}

Bytes encode(const RevocationNotice& v) {
  return encode_body({ReceiptKind::state_changed, v.effective_at, retag<Digest>(v.grant), PartyId{}, v.state});
}

Bytes encode(const StateAck& v) {
  return encode_body({ReceiptKind::state_seen, v.time, retag<Digest>(v.grant), v.reader, v.state});
}

Bytes encode(const EventStatement& v) {
  return encode_body({ReceiptKind::event_stated, v.time, v.event, v.asserter, GrantState::active});
}

Bytes encode(const PacketSent& v) {
  return encode_body({ReceiptKind::packet_sent, v.time, retag<Digest>(v.grant), v.to, GrantState::active});
}

Result<ReceiptKind> receipt_kind(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_body(bytes));
  return body.what;
}

Result<Receipt> decode_receipt(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::note_opened, bytes));
  return Receipt{retag<HeaderHash>(body.subject), body.reader, body.time};
}

Result<ViewAck> decode_view_ack(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::view_taken, bytes));
  return ViewAck{retag<GrantHash>(body.subject), body.reader, body.time};
}

Result<RevocationNotice> decode_revocation_notice(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::state_changed, bytes));
  return RevocationNotice{retag<GrantHash>(body.subject), body.state, body.time};
}

Result<StateAck> decode_state_ack(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::state_seen, bytes));
  return StateAck{retag<GrantHash>(body.subject), body.reader, body.state, body.time};
}

Result<EventStatement> decode_event_statement(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::event_stated, bytes));
  return EventStatement{body.subject, body.reader, body.time};
}

Result<PacketSent> decode_packet_sent(ByteView bytes) {
  XCH_ASSIGN(const ReceiptBody body, decode_as(ReceiptKind::packet_sent, bytes));
  return PacketSent{retag<GrantHash>(body.subject), body.reader, body.time};
}

}  // namespace xch::wire
