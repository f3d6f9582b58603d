// The note's header and a reader's terms.
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

// ---- RecipientTerms ------------------------------------------------------------------------------------------------

Bytes encode(const RecipientTerms& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::RecipientTerms>();
  root.setVersion(kRecordVersion);
  root.setNotice(number(value.notice));
  put_codes(value.compartments, [&](unsigned n) { return root.initCompartments(n); });
  put_codes(value.obligations, [&](unsigned n) { return root.initObligations(n); });
  root.setThreadPrev(blob(value.thread_prev));
  return canonical::to_bytes(message);
}

// Empty terms are well-formed: that a view has some is check 8 of opening, with a code of its own.
static Status get_terms(rec::RecipientTerms::Reader from, RecipientTerms& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code_or_none(from.getNotice(), to.notice));
  XCH_TRY(read_codes(from.getCompartments(), kMaxCompartments, to.compartments));
  XCH_TRY(read_codes(from.getObligations(), kMaxObligations, to.obligations));
  return read_fixed(from.getThreadPrev(), to.thread_prev);
}

Result<RecipientTerms> decode_terms(ByteView bytes) {
  return canonical::read<rec::RecipientTerms, RecipientTerms>(bytes, get_terms,
                                                              [](const RecipientTerms& v) { return encode(v); });
}

// ---- NoteHeader ----------------------------------------------------------------------------------------------------

Bytes encode(const NoteHeader& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::NoteHeader>();
  root.setVersion(kRecordVersion);
  root.setSuite(number(value.suite));
  root.setPart(value.part);
  root.setBasis(number(value.basis));
  root.setPurpose(number(value.purpose));
  root.setSlotCount(value.slot_count);
  root.setSchemaId(value.schema_id);
  root.setSealedAt(value.sealed_at.seconds);
  root.setExpiresAt(value.expires_at.seconds);
  root.setCheckpointSize(value.checkpoint.size);
  root.setCoalition(blob(value.coalition));
  root.setNoteId(blob(value.note_id));
  root.setSchemaDigest(blob(value.schema_digest));
  root.setPolicyPack(blob(value.policy_pack));
  root.setSender(blob(value.sender));
  root.setSenderKey(blob(value.sender_key));
  root.setGrant(blob(value.grant));
  root.setStatus(blob(value.status));
  root.setRecipientsRoot(blob(value.recipients_root));
  root.setCheckpointOrigin(blob(value.checkpoint.origin));
  root.setCheckpointRoot(blob(value.checkpoint.root));
  return canonical::to_bytes(message);
}

static Status get_header(rec::NoteHeader::Reader from, NoteHeader& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code(from.getSuite(), to.suite));
  to.part = from.getPart();
  XCH_TRY(read_code(from.getBasis(), to.basis));
  // A missing purpose is well-formed: check 9 of opening refuses it with a code of its own.
  XCH_TRY(read_code_or_none(from.getPurpose(), to.purpose));
  to.slot_count = from.getSlotCount();
  if (to.slot_count > kMaxSlots) return fail(Code::record_limit);
  to.schema_id = from.getSchemaId();
  to.sealed_at.seconds = from.getSealedAt();
  to.expires_at.seconds = from.getExpiresAt();
  to.checkpoint.size = from.getCheckpointSize();
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getNoteId(), to.note_id));
  XCH_TRY(read_fixed(from.getSchemaDigest(), to.schema_digest));
  XCH_TRY(read_fixed(from.getPolicyPack(), to.policy_pack));
  XCH_TRY(read_fixed(from.getSender(), to.sender));
  XCH_TRY(read_fixed(from.getSenderKey(), to.sender_key));
  XCH_TRY(read_fixed(from.getGrant(), to.grant));
  XCH_TRY(read_fixed(from.getStatus(), to.status));
  XCH_TRY(read_fixed(from.getRecipientsRoot(), to.recipients_root));
  XCH_TRY(read_fixed(from.getCheckpointOrigin(), to.checkpoint.origin));
  return read_fixed(from.getCheckpointRoot(), to.checkpoint.root);
}

Result<NoteHeader> decode_header(ByteView bytes) {
  return canonical::read<rec::NoteHeader, NoteHeader>(bytes, get_header,
                                                      [](const NoteHeader& v) { return encode(v); });
}

}  // namespace xch::wire
