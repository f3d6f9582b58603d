// What one external recipient gets of one note about one person.
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

namespace canonical {
/// It holds disclosed values.
template <>
void forget<OneShot>(OneShot& value) {
  for (auto& field : value.fields) wipe_bytes(field.value);
}
}  // namespace canonical

Bytes encode(const OneShot& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::OneShot>();
  root.setVersion(kRecordVersion);
  root.setBasis(number(value.basis));
  root.setPurpose(number(value.purpose));
  root.setNotice(number(value.notice));
  root.setSealedAt(value.sealed_at.seconds);
  root.setExpiresAt(value.expires_at.seconds);
  root.setSchemaId(value.schema_id);
  root.setId(blob(value.id));
  root.setCoalition(blob(value.coalition));
  root.setSender(blob(value.sender));
  put_external(root.initTo(), value.to);
  root.setKey(blob(value.key));
  root.setStatus(blob(value.status));
  root.setSchemaDigest(blob(value.schema_digest));
  put(root.initGrant(), value.grant);
  put_list(value.authority, [&](unsigned n) { return root.initAuthority(n); },
           [](rec::Signed::Builder b, const Signed& v) { put(b, v); });
  if (!value.entries.empty())
    put_entries(value.entries, root.initEntries(static_cast<unsigned>(value.entries.size())));
  put_codes(value.obligations, [&](unsigned n) { return root.initObligations(n); });
  root.setNoticeText(text(value.notice_text));
  if (!value.fields.empty()) put_fields(value.fields, root.initFields(static_cast<unsigned>(value.fields.size())));
  return canonical::to_bytes(message);
}

static Status get_one_shot(rec::OneShot::Reader from, OneShot& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code(from.getBasis(), to.basis));
  XCH_TRY(read_code(from.getPurpose(), to.purpose));
  XCH_TRY(read_code(from.getNotice(), to.notice));
  to.sealed_at.seconds = from.getSealedAt();
  to.expires_at.seconds = from.getExpiresAt();
  to.schema_id = from.getSchemaId();
  XCH_TRY(read_fixed(from.getId(), to.id));
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getSender(), to.sender));
  XCH_TRY(canonical::fits<rec::ExternalRecipient>(from.getTo()));
  XCH_TRY(get_external(from.getTo(), to.to));
  XCH_TRY(read_fixed(from.getKey(), to.key));
  XCH_TRY(read_fixed(from.getStatus(), to.status));
  XCH_TRY(read_fixed(from.getSchemaDigest(), to.schema_digest));
  XCH_TRY(get_inner(from.getGrant(), to.grant));
  XCH_TRY(get_chain(from.getAuthority(), to.authority));
  XCH_TRY(get_entries(from.getEntries(), to.entries));
  if (to.entries.size() > kMaxCompartments) return fail(Code::record_limit);
  XCH_TRY(read_codes(from.getObligations(), kMaxObligations, to.obligations));
  XCH_TRY(read_text(from.getNoticeText(), kMaxPackText, to.notice_text));
  if (to.notice_text.empty()) return fail(Code::record_malformed);
  return get_fields(from.getFields(), to.fields);
}

Result<OneShot> decode_one_shot(ByteView bytes) {
  return canonical::read<rec::OneShot, OneShot>(bytes, get_one_shot, [](const OneShot& v) { return encode(v); });
}

}  // namespace xch::wire
