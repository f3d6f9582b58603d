// What a holder tells medical personnel in an emergency (42 CFR 2.51).
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

namespace canonical {
/// It holds disclosed values.
template <>
void forget<BreakGlass>(BreakGlass& value) {
  for (auto& field : value.fields) wipe_bytes(field.value);
}
}  // namespace canonical

Bytes encode(const BreakGlass& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::BreakGlass>();
  root.setVersion(kRecordVersion);
  root.setTime(value.time.seconds);
  root.setSchemaId(value.schema_id);
  root.setId(blob(value.id));
  root.setCoalition(blob(value.coalition));
  root.setSender(blob(value.sender));
  root.setRecipient(blob(value.recipient));
  root.setRecipientKey(blob(value.recipient_key));
  root.setSchemaDigest(blob(value.schema_digest));
  if (!value.personnel.empty()) root.setPersonnel(text(value.personnel));
  if (!value.facility.empty()) root.setFacility(text(value.facility));
  if (!value.discloser.empty()) root.setDiscloser(text(value.discloser));
  if (!value.nature.empty()) root.setNature(text(value.nature));
  if (!value.fields.empty()) put_fields(value.fields, root.initFields(static_cast<unsigned>(value.fields.size())));
  return canonical::to_bytes(message);
}

void put_fields(const std::vector<DisclosedField>& from, capnp::List<rec::DisclosedField>::Builder to) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setSlot(from[i].slot);
    if (!from[i].value.empty()) to[i].setValue(blob(from[i].value));
  }
}

static Status get_field(rec::DisclosedField::Reader from, DisclosedField& to) {
  to.slot = from.getSlot();
  if (to.slot >= kMaxSlots) return fail(Code::record_limit);
  return read_bytes(from.getValue(), 0, kMaxPlain, to.value);
}

Status get_fields(capnp::List<rec::DisclosedField>::Reader from, std::vector<DisclosedField>& to) {
  XCH_TRY(read_list<rec::DisclosedField>(from, kMaxSlots, to, get_field));
  if (to.empty()) return fail(Code::record_malformed);
  const bool ascend = strictly_ascending(to, [](const DisclosedField& f) { return f.slot; });
  return ascend ? Status(Ok{}) : fail(Code::record_malformed);
}

/// That a fact is missing is for the reader to say (42 CFR 2.51(c)): it decodes.
static Status get_break_glass(rec::BreakGlass::Reader from, BreakGlass& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  to.time.seconds = from.getTime();
  to.schema_id = from.getSchemaId();
  XCH_TRY(read_fixed(from.getId(), to.id));
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getSender(), to.sender));
  XCH_TRY(read_fixed(from.getRecipient(), to.recipient));
  XCH_TRY(read_fixed(from.getRecipientKey(), to.recipient_key));
  XCH_TRY(read_fixed(from.getSchemaDigest(), to.schema_digest));
  XCH_TRY(read_text(from.getPersonnel(), kMaxFact, to.personnel));
  XCH_TRY(read_text(from.getFacility(), kMaxFact, to.facility));
  XCH_TRY(read_text(from.getDiscloser(), kMaxFact, to.discloser));
  XCH_TRY(read_text(from.getNature(), kMaxNature, to.nature));
  return get_fields(from.getFields(), to.fields);
}

Result<BreakGlass> decode_break_glass(ByteView bytes) {
  return canonical::read<rec::BreakGlass, BreakGlass>(bytes, get_break_glass,
                                                      [](const BreakGlass& v) { return encode(v); });
}

}  // namespace xch::wire
