#include "session/events.hpp"

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "session/codec.hpp"
#include "session/json_line.hpp"

namespace xch::session {

Digest note_digest(const PartyId& sender, const NoteId& note) {
  return crypto::th(crypto::label::kNoteId, {sender, note});
}

Event plain_event(EventKind kind, const Digest& object, std::string detail_json, const KeyId& actor, Timestamp now) {
  return Event{kind, now, actor, object, std::move(detail_json)};
}

Event sealed_event(const HeaderHash& header, const NoteId& note, const PartyId& sender, const KeyId& actor, Timestamp now) {
  return plain_event(EventKind::sealed, retag<Digest>(header), JsonLine().hex("note", note_digest(sender, note)).text(),
                     actor, now);
}

Event disclosed_event(const message::SealReceipt& note, const message::SealReceipt::To& to,
                      const message::NoteInput& input, Role reader, const PolicyHash& policy, const KeyId& actor,
                      Timestamp now) {
  JsonLine detail;
  detail.hex("to", to.party).hex("key", to.key).hex("terms", to.terms);
  // What decide was given, so that an auditor can replay it.
  detail.hex("grant", note.grant).hex("status", note.status).hex("policy", policy);
  detail.hex("schema", input.schema->digest).number("part", note.part);
  detail.word("basis", code_of(input.grant->core().basis)).word("purpose", code_of(input.purpose));
  detail.word("role", code_of(reader)).compartments("compartments", to.plain_terms.compartments);
  return plain_event(EventKind::disclosed, retag<Digest>(note.header), detail.text(), actor, now);
}

Event received_event(const Digest& envelope, const KeyId& actor, Timestamp now) {
  return plain_event(EventKind::received, envelope, JsonLine().text(), actor, now);
}

Event opened_event(EventKind kind, const message::Opened& note, const Digest& envelope, const KeyId& actor,
                   Timestamp now) {
  JsonLine detail;
  detail.hex("note", note_digest(note.header.sender, note.header.note_id)).hex("envelope", envelope);
  detail.hex("sender", note.header.sender).hex("terms", note.terms_digest).hex("grant", note.header.grant);
  detail.hex("status", note.header.status).hex("policy", note.header.policy_pack).hex("schema", note.header.schema_digest);
  detail.number("part", note.header.part);
  detail.word("basis", code_of(note.header.basis)).word("purpose", code_of(note.header.purpose));
  detail.compartments("compartments", note.terms.compartments).word("freshness", freshness_name(note.freshness));
  return plain_event(kind, retag<Digest>(note.header_hash), detail.text(), actor, now);
}

Event denied_event(Code code, const Digest& object, const KeyId& actor, Timestamp now) {
  return plain_event(EventKind::denied, object, JsonLine().word("code", info(code).name).word("id", info(code).id).text(),
                     actor, now);
}

std::string_view freshness_name(message::Freshness freshness) {
  switch (freshness) {
    case message::Freshness::pending: return "pending";
    case message::Freshness::verified: return "verified";
    case message::Freshness::contradicted: break;
  }
  return "contradicted";
}

namespace {

bool proves_no_sender(Code code) {
  // The table has the codes of steps 1 to 5 in one run: EX3101 to EX3113, then EX3201 to EX3208.
  if (code >= Code::open_too_short && code <= Code::open_batch_signature) return true;
  // Objects likewise, up to a signature that holds: EX3501 to EX3508.
  return code >= Code::object_too_short && code <= Code::object_kind;
}

/// count_refusal raises the row of this hour and code.
Status count_refusal(Change& change, Code code, const KeyId& actor, Timestamp now) {
  const std::uint64_t hour = now.seconds / kHour;
  const Bytes key = ByteWriter().u64(hour).u16(static_cast<std::uint16_t>(code)).bytes();
  XCH_ASSIGN(const auto row, change.get(space::kRefusals, key));
  std::uint64_t count = 0;
  if (row) {
    FieldReader in(row->expose());
    count = in.u64();
    XCH_TRY(in.done());
  }
  XCH_TRY(change.put(space::kRefusals, key, ByteWriter().u64(count + 1)));
  if (count != 0) return Ok{};
  // The hour's first one leaves a line; how many followed stands in the row.
  const std::string detail =
      JsonLine().word("code", info(code).name).word("id", info(code).id).number("hour", hour * kHour).text();
  XCH_TRY(change.append(plain_event(EventKind::denied, Digest(), detail, actor, now)));
  return Ok{};
}

}  // namespace

Status record_denied(Change& change, Code code, const Digest& object, const KeyId& actor, Timestamp now) {
  if (proves_no_sender(code)) return count_refusal(change, code, actor, now);
  XCH_TRY(change.append(denied_event(code, object, actor, now)));
  return Ok{};
}

}  // namespace xch::session
