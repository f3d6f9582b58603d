#include "message/break_glass.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "crypto/scratch.hpp"
#include "message/frame.hpp"
#include "message/object_frame.hpp"
#include "message/open.hpp"
#include "wire/records.hpp"
#include "wire/records_limits.hpp"
#include "wire/value.hpp"

namespace xch::message {
namespace {

Bytes hpke_info(const PartyId& agency, const KeyId& key) {
  const auto bound = crypto::th(crypto::label::kBreakGlassInfo, {agency, key});
  return ByteWriter().raw(crypto::label::kBreakGlass).raw(bound).bytes();
}

/// A fact is one line of text that says something.
bool is_fact(const std::string& text, std::size_t max) {
  return text.size() <= max && text.find_first_not_of(' ') != std::string::npos &&
         is_utf8(ByteView(std::string_view(text))) && is_one_line(text);
}

/// The signer is a seat of the sender, good at the time that it names; the object was meant for this agency, under the
/// very key that opened it, and not for another time.
Status check_signed(const SealedObject& object, const BreakGlass& told, const KeyId& under,
                    const party::VerifiedRoster& roster, const Knowledge& knowledge, Timestamp now) {
  const auto chain = knowledge.chains().verify(object.chain, {KeyKind::seat}, roster);
  if (!chain) return fail(Code::object_signature);
  XCH_TRY(party::verify_object(object.object, Kind::breakGlass, **chain, Code::object_signature));
  if (told.time > now + kClockSkew || !party::valid_at(**chain, roster, told.time)) return fail(Code::object_signature);
  if (told.coalition != roster.roster().coalition || told.sender != (*chain)->leaf().record.subject)
    return fail(Code::object_signature);
  if (told.recipient != knowledge.self() || told.recipient_key != under) return fail(Code::object_signature);
  const auto keys = knowledge.gate_keys();
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const GateKey& k) { return k.id == under; });
  const bool in_window = key != keys.end() && key->not_before <= told.time && told.time <= key->not_after;
  return in_window ? Status(Ok{}) : fail(Code::object_signature);
}

/// Body is what was signed, wiped when it was read.
struct Body {
  Bytes& bytes;
  ~Body() { crypto::wipe(MutableView(bytes)); }
};

}  // namespace

bool is_break_glass(ByteView bytes) { return has_magic(bytes, kBreakGlassMagic); }

Status check_facts(const BreakGlass& told) {
  const bool all = is_fact(told.personnel, wire::kMaxFact) && is_fact(told.facility, wire::kMaxFact) &&
                   is_fact(told.discloser, wire::kMaxFact) && is_fact(told.nature, wire::kMaxNature) &&
                   told.time.seconds != 0;
  return all ? Status(Ok{}) : fail(Code::break_glass_facts);
}

bool may_tell(const Party& party) {
  return party.kind == PartyKind::part2Program || party.kind == PartyKind::coveredEntity;
}

bool is_medical(const Party& party) {
  const bool treats = party.role == Role::med || party.role == Role::txp || party.role == Role::mhp;
  return treats && may_tell(party);
}

Status check_fields(const BreakGlass& told, const wire::NoteType& type) {
  const NoteSchema& schema = type.schema();
  crypto::Scratch scratch;
  if (told.fields.empty()) return fail(Code::verify_slot);
  for (const auto& field : told.fields) {
    if (field.slot >= schema.slots.size()) return fail(Code::verify_slot);
    const SlotSpec& slot = schema.slots[field.slot];
    if (slot.full_slot != field.slot) return fail(Code::verify_slot, slot.path);
    if (slot.isolate) return fail(Code::seal_schema, slot.path);
    if (!wire::check_value(type, slot, field.value, scratch)) return fail(Code::verify_value, slot.path);
  }
  return Ok{};
}

Result<Bytes> seal_break_glass(const SealedObject& object, const PartyId& to, const KeyId& key_id,
                               const crypto::KemPublicKey& key, crypto::Random& random) {
  return seal_framed(kBreakGlassMagic, object, key, hpke_info(to, key_id), kBreakGlassBody, random);
}

void forget(BreakGlass& told) {
  for (auto& field : told.fields) crypto::wipe(MutableView(field.value));
}

Result<OpenedBreakGlass> verify_told(SealedObject object, const KeyId& opened_under, const Knowledge& knowledge,
                                     Timestamp now) {
  const Body body{object.object.body};
  if (object.object.kind != Kind::breakGlass) return fail(Code::object_kind);
  const auto roster = knowledge.newest_roster();
  if (!roster || !roster->is_current(now)) return fail(Code::open_roster_unsure);
  auto told = wire::decode_break_glass(body.bytes);
  if (!told) return fail(Code::object_malformed);

  OpenedBreakGlass out{std::move(*told), nullptr, crypto::sha256(body.bytes)};
  struct Guard {  // what was handed out is no longer here
    BreakGlass& told;
    ~Guard() { forget(told); }
  } guard{out.told};
  XCH_TRY(check_signed(object, out.told, opened_under, *roster, knowledge, now));
  const Party* sender = roster->party(out.told.sender);
  const Party* recipient = roster->party(out.told.recipient);
  if (sender == nullptr || !may_tell(*sender)) return fail(Code::verify_basis);
  if (recipient == nullptr || !is_medical(*recipient)) return fail(Code::break_glass_recipient);
  XCH_TRY(check_facts(out.told));
  out.type = knowledge.note_type(out.told.schema_digest);
  if (out.type == nullptr || out.type->schema().type_id != out.told.schema_id) return fail(Code::open_schema_unknown);
  XCH_TRY(check_fields(out.told, *out.type));
  return out;
}

Result<OpenedBreakGlass> open_break_glass(ByteView envelope, const Knowledge& knowledge, Timestamp now) {
  if (envelope.size() < kFrame) return fail(Code::object_too_short);
  if (!is_break_glass(envelope)) return fail(Code::object_magic);
  const auto info_of = [&](const KeyId& key) { return hpke_info(knowledge.self(), key); };
  XCH_ASSIGN(auto opened, open_framed(envelope, knowledge.suite(), knowledge.gate_keys(), info_of,
                                      {kBreakGlassBody, kBreakGlassBody}));
  return verify_told(std::move(opened.object), opened.opened_under, knowledge, now);
}

}  // namespace xch::message
