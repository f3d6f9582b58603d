#include "message/one_shot.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/padme.hpp"
#include "crypto/scratch.hpp"
#include "grant/build.hpp"
#include "message/object_frame.hpp"
#include "message/plan.hpp"
#include "policy/decide.hpp"
#include "policy/external.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::message {
namespace {

Bytes hpke_info(const crypto::KemPublicKey& key) {
  return ByteWriter().raw(crypto::label::kOneShot).raw(one_shot_key(key)).bytes();
}

const ExternalRecipient* external_in(const grant::HeldGrant& grant, const PartyId& to) {
  for (const auto& external : grant.externals())
    if (external.id == to) return &external;
  return nullptr;
}

// ---- what would go -------------------------------------------------------------------------------------------------

/// What goes of one field: of its slots, which follow one another, those that the terms have, whole or coarser.
std::vector<std::uint16_t> given_of(const NoteInput& note, const SlotSpec& full, const std::set<std::uint16_t>& in_terms) {
  std::vector<std::uint16_t> out;
  for (const auto& slot : note.schema->slots)
    if (slot.full_slot == full.index && in_terms.count(slot.index) != 0 && note.slots[slot.index].present)
      out.push_back(slot.index);
  return out;
}

Result<std::vector<std::uint16_t>> slots_to_give(const Sender& sender, const NoteInput& note,
                                                 const std::vector<Compartment>& terms) {
  std::set<std::uint16_t> in_terms;
  for (const auto& slot : note.schema->slots)
    if (std::binary_search(terms.begin(), terms.end(), slot.compartment) &&
        policy::slot_may_leave(*sender.pack, note.grant->core().basis, slot))
      in_terms.insert(slot.index);
  std::vector<std::uint16_t> out;
  for (const auto& slot : note.schema->slots) {
    if (slot.full_slot != slot.index || !note.slots[slot.index].present) continue;
    const auto given = given_of(note, slot, in_terms);
    if (given.empty()) return fail(Code::one_shot_field, slot.path);
    out.insert(out.end(), given.begin(), given.end());
  }
  return out;
}

}  // namespace

bool is_one_shot(ByteView bytes) { return has_magic(bytes, kOneShotMagic); }

Digest one_shot_key(const crypto::KemPublicKey& key) { return crypto::th(crypto::label::kOneShotKey, {key.bytes()}); }

Result<OneShotPlan> plan_one_shot(const Sender& sender, const NoteInput& note, const PartyId& to, Timestamp now) {
  if (note.schema == nullptr || note.part != 0 || note.slots.size() != note.schema->slots.size()) return fail(Code::usage);
  XCH_TRY(check_sender(sender, now));
  XCH_TRY(check_grant(sender, note, now));
  const ExternalRecipient* external = external_in(*note.grant, to);
  if (external == nullptr) return fail(Code::one_shot_recipient);
  if (note.expires_at > external->until) return fail(Code::seal_grant_expired);
  XCH_TRY(check_type(sender, note, now));
  const Party* own = sender.roster->party(sender.party);
  if (own == nullptr) return fail(Code::party_unknown);
  if (!policy::edge_allowed(*sender.pack, note.schema->name, own->role, Role::ext)) return fail(Code::policy_denied);
  if (!party::VerifiedRoster::agreement_holds(*own, now)) return fail(Code::seal_agreement);

  policy::Query query;
  query.basis = note.grant->core().basis;
  query.purpose = note.purpose;
  query.reader_role = Role::ext;
  query.reader_may_read = note.grant->may_read(to);
  query.sender_may_write = note.grant->may_write(sender.party);
  OneShotPlan out;
  XCH_ASSIGN(out.slots, slots_to_give(sender, note, policy::terms_of(*sender.pack, *note.schema, query)));
  XCH_TRY(check_values(sender, note));
  std::set<Compartment> compartments;
  for (const auto slot : out.slots) compartments.insert(note.schema->slots[slot].compartment);
  out.terms.compartments.assign(compartments.begin(), compartments.end());
  out.terms.notice = policy::notice_of(*sender.pack, query.basis, out.terms.compartments);
  out.terms.obligations = policy::obligations_of(*sender.pack, query.basis, out.terms.compartments);
  XCH_TRY(check_terms(*sender.pack, out.terms));
  return out;
}

// ---- sealing -------------------------------------------------------------------------------------------------------

namespace {

OneShot told_of(const Sender& sender, const NoteInput& note, const ExternalRecipient& to, const OneShotPlan& plan,
                const crypto::KemPublicKey& key, Timestamp now) {
  OneShot out;
  out.id = note.note_id;
  out.coalition = sender.roster->roster().coalition;
  out.sender = sender.party;
  out.to = to;
  out.key = one_shot_key(key);
  out.sealed_at = now;
  out.expires_at = note.expires_at;
  out.basis = note.grant->core().basis;
  out.purpose = note.purpose;
  out.status = note.status->hash();
  out.grant = note.grant->signed_core();
  for (const auto& record : note.grant->authority().keys) out.authority.push_back(record.signed_record);
  for (auto& proven : note.grant->external_entries(to.id)) {
    const auto& terms = plan.terms.compartments;
    if (std::binary_search(terms.begin(), terms.end(), proven.entry.compartment)) out.entries.push_back(std::move(proven));
  }
  out.notice = plan.terms.notice;
  out.notice_text = policy::notice_row(*sender.pack, out.notice)->text;
  out.obligations = plan.terms.obligations;
  out.schema_id = note.schema->type_id;
  out.schema_digest = note.schema->digest;
  for (const auto slot : plan.slots) out.fields.push_back({slot, note.slots[slot].value.copy()});
  return out;
}

}  // namespace

Result<SealedOneShot> seal_one_shot(const Sender& sender, const NoteInput& note, const PartyId& to, const OneShotPlan& plan,
                                    ByteView signed_roster, const crypto::KemPublicKey& key, crypto::Random& random,
                                    Timestamp now) {
  const ExternalRecipient* external = external_in(*note.grant, to);
  if (external == nullptr || plan.slots.empty() || key.suite() != sender.roster->roster().suite) return fail(Code::usage);
  OneShot told = told_of(sender, note, *external, plan, key, now);
  Wiped body(wire::encode(told));
  forget(told);
  SealedOneShot out;
  out.body = crypto::sha256(body.bytes);
  SealedObject object;
  object.chain = sender.chain;
  XCH_ASSIGN(object.object, party::sign_object(Kind::oneShot, std::move(body.bytes), sender.seat_key_id, *sender.seat_key));
  const Wiped signed_object(wire::encode(object));
  crypto::wipe(MutableView(object.object.body));
  Wiped content(4 + signed_roster.size() + signed_object.bytes.size());
  store_u32(content.bytes.data(), static_cast<std::uint32_t>(signed_roster.size()));
  std::memcpy(content.bytes.data() + 4, signed_roster.data(), signed_roster.size());
  std::memcpy(content.bytes.data() + 4 + signed_roster.size(), signed_object.bytes.data(), signed_object.bytes.size());
  XCH_ASSIGN(out.packet, seal_padded(kOneShotMagic, content.bytes, key, hpke_info(key), kOneShotBody, random));
  return out;
}

void forget(OneShot& told) {
  for (auto& field : told.fields) crypto::wipe(MutableView(field.value));
}

// ---- opening -------------------------------------------------------------------------------------------------------

Result<SuiteId> suite_of_one_shot(ByteView packet) {
  if (packet.size() < kFrame) return fail(Code::object_too_short);
  if (!is_one_shot(packet)) return fail(Code::object_magic);
  const auto suite = static_cast<SuiteId>(load_u16(packet.data() + 4));
  if (!is_enabled(suite)) return fail(Code::object_suite);
  if (packet.size() < kFrame + crypto::hpke_overhead(suite) + kOneShotBody) return fail(Code::object_too_short);
  if (packet.size() > kMaxEnvelope) return fail(Code::object_padding);
  return suite;
}

namespace {

/// Parts are what lies in a packet: the roster as it was signed, and the signed object.
struct Parts {
  SignedRoster roster;
  SealedObject object;
  Parts() = default;
  Parts(Parts&&) = default;
  ~Parts() { crypto::wipe(MutableView(object.object.body)); }
};

Result<Parts> parts_of(ByteView content) {
  if (content.size() < 4) return fail(Code::object_malformed);
  const std::uint32_t size = load_u32(content.data());
  if (size > content.size() - 4) return fail(Code::object_malformed);
  Parts out;
  auto roster = wire::decode_signed_roster(content.sub(4, size));
  if (!roster) return fail(Code::object_malformed);
  out.roster = std::move(*roster);
  auto object = wire::decode_sealed_object(content.sub(4 + size));
  if (!object) return fail(Code::object_malformed);
  out.object = std::move(*object);
  return out;
}

Result<Parts> open_parts(ByteView packet, const crypto::KemPrivateKey& key) {
  XCH_ASSIGN(const SuiteId suite, suite_of_one_shot(packet));
  if (key.suite() != suite) return fail(Code::object_suite);
  Wiped body(packet.size() - kFrame - crypto::hpke_overhead(suite));
  XCH_TRY(crypto::hpke_open(key, hpke_info(key.public_key()), packet.sub(0, kFrame), packet.sub(kFrame), body.bytes,
                            Code::one_shot_closed));
  if (!crypto::is_padme(body.bytes.size())) return fail(Code::object_padding);
  XCH_ASSIGN(const ByteView content, content_of(body.bytes, Code::object_padding));
  return parts_of(content);
}

/// The signer is a seat of the sender, good at the time that it names, by the roster of that time; what it signed is for
/// this very key.
Status check_signed(const SealedObject& object, const OneShot& told, const crypto::KemPublicKey& key,
                    const party::VerifiedRoster& roster) {
  const auto chain = party::verify_chain(object.chain, {KeyKind::seat}, roster);
  if (!chain) return fail(Code::object_signature);
  XCH_TRY(party::verify_object(object.object, Kind::oneShot, *chain, Code::object_signature));
  if (told.sealed_at < roster.roster().issued || !roster.is_current(told.sealed_at)) return fail(Code::object_signature);
  if (!party::valid_at(*chain, roster, told.sealed_at)) return fail(Code::object_signature);
  if (told.coalition != roster.roster().coalition || told.sender != chain->leaf().record.subject)
    return fail(Code::object_signature);
  const Party* sender = roster.party(told.sender);
  if (sender == nullptr || !party::VerifiedRoster::agreement_holds(*sender, told.sealed_at))
    return fail(Code::object_signature);
  return told.key == one_shot_key(key) ? Status(Ok{}) : fail(Code::object_signature);
}

Status check_times(const OneShot& told, Timestamp now) {
  if (told.sealed_at > now + kClockSkew) return fail(Code::one_shot_early);
  return now <= told.expires_at ? Status(Ok{}) : fail(Code::one_shot_expired);
}

Result<GrantCore> core_of(const OneShot& told, const party::VerifiedRoster& roster) {
  const auto chain = party::verify_chain(told.authority, {KeyKind::consentAuthority}, roster);
  if (!chain || !party::valid_at(*chain, roster, told.sealed_at)) return fail(Code::one_shot_grant);
  XCH_TRY(party::verify_object(told.grant, Kind::grant, *chain, Code::one_shot_grant));
  auto core = wire::decode_grant_core(told.grant.body);
  if (!core) return fail(Code::one_shot_grant);
  const KeyRecord& record = chain->leaf().record;
  const bool issued = core->authority == record.subject && core->coalition == told.coalition &&
                      std::find(record.bases.begin(), record.bases.end(), core->basis) != record.bases.end();
  if (!issued) return fail(Code::one_shot_grant);
  return std::move(*core);
}

/// The person's grant, as its authority signed it: of this basis and for this purpose, in force, and naming this recipient
/// until a day that is not over before the packet is.
Status check_grant_of(const OneShot& told, const GrantCore& core, SuiteId suite) {
  const bool suits = core.required_suite == SuiteId::none || core.required_suite == suite;
  const bool covers = core.basis == told.basis &&
                      std::binary_search(core.purposes.begin(), core.purposes.end(), told.purpose);
  const bool in_force = std::max(core.not_before, core.effective_at) <= told.sealed_at &&
                        told.sealed_at <= told.expires_at && told.expires_at <= core.not_after;
  const bool named = told.to.id == grant::external_id(told.coalition, told.to.name, told.to.until) &&
                     told.expires_at <= told.to.until;
  return suits && covers && in_force && named ? Status(Ok{}) : fail(Code::one_shot_grant);
}

Status check_entries(const OneShot& told, const GrantCore& core, const NoteSchema& schema) {
  std::set<Compartment> proven, given;
  for (const auto& one : told.entries) {
    if (one.entry.agency != told.to.id || one.entry.rights != Rights::read) return fail(Code::one_shot_grant);
    if (!crypto::merkle_includes(one.entry.index, core.leaf_count, grant::entry_leaf(wire::encode_entry(one.entry)),
                                 one.path, core.entries_root))
      return fail(Code::one_shot_grant);
    if (!proven.insert(one.entry.compartment).second) return fail(Code::one_shot_grant);
  }
  for (const auto& field : told.fields) given.insert(schema.slots[field.slot].compartment);
  return proven == given ? Status(Ok{}) : fail(Code::one_shot_grant);
}

Status check_fields(const OneShot& told, const wire::NoteType& type) {
  const NoteSchema& schema = type.schema();
  crypto::Scratch scratch;
  for (const auto& field : told.fields) {
    if (field.slot >= schema.slots.size()) return fail(Code::verify_slot);
    const SlotSpec& slot = schema.slots[field.slot];
    if (slot.isolate) return fail(Code::verify_slot);
    if (!wire::check_value(type, slot, field.value, scratch)) return fail(Code::verify_value);
  }
  return Ok{};
}

}  // namespace

Result<OpenedOneShot> open_one_shot(ByteView packet, const crypto::KemPrivateKey& key, const OneShotKnowledge& knowledge,
                                    Timestamp now) {
  XCH_ASSIGN(const Parts parts, open_parts(packet, key));
  OpenedOneShot out;
  const auto roster = party::verify_roster(parts.roster, nullptr);
  if (!roster) return fail(Code::object_signature);
  out.roots = party::roots_digest((*roster)->roster());
  if (!knowledge.are_roots(out.roots)) return fail(Code::one_shot_roots);
  if ((*roster)->roster().suite != key.suite()) return fail(Code::object_suite);
  if (parts.object.object.kind != Kind::oneShot) return fail(Code::object_kind);
  auto told = wire::decode_one_shot(parts.object.object.body);
  if (!told) return fail(Code::object_malformed);
  out.told = std::move(*told);
  struct Guard {  // what was handed out is no longer here
    OneShot& told;
    ~Guard() { forget(told); }
  } guard{out.told};
  XCH_TRY(check_signed(parts.object, out.told, key.public_key(), **roster));
  XCH_TRY(check_times(out.told, now));
  XCH_ASSIGN(out.grant, core_of(out.told, **roster));
  XCH_TRY(check_grant_of(out.told, out.grant, key.suite()));
  out.grant_hash = grant::grant_hash(out.told.grant.body);
  out.type = knowledge.note_type(out.told.schema_digest);
  if (out.type == nullptr || out.type->schema().type_id != out.told.schema_id) return fail(Code::open_schema_unknown);
  XCH_TRY(check_fields(out.told, *out.type));
  XCH_TRY(check_entries(out.told, out.grant, out.type->schema()));
  out.sender = (*roster)->party(out.told.sender)->name;
  const Party* authority = (*roster)->party(out.grant.authority);
  if (authority != nullptr) out.authority = authority->name;
  return out;
}

}  // namespace xch::message
