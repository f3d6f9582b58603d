#include "message/fixture.hpp"

#include <algorithm>
#include <cstring>

#include "consent/pack_compiler/compile.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/padme.hpp"
#include "crypto/suite.hpp"
#include "message/cells.hpp"
#include "wire/records.hpp"
#include "wire/schema_bundle.hpp"
#include "wire/value.hpp"

namespace xch::message_test {
namespace {

wire::NoteType load(const wire::BuiltinBundle& bundle) {
  wire::NoteType type = must(wire::NoteType::load(bundle.bytes), "schema");
  type.set_digest(crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle.bytes}));
  return type;
}

ByteView aligned_copy(HeapMemory& memory, ByteView bytes) {
  const MutableView copy = must(memory.take(bytes.size()));
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

}  // namespace

const PolicyPack& default_pack() {
  static const PolicyPack pack = [] {
    std::vector<NoteSchema> schemas;
    for (const auto& bundle : wire::builtin_bundles()) schemas.push_back(load(bundle).schema());
    return must(consent::compile_pack(consent::default_pack_toml(), schemas, [](ByteView b) { return crypto::sha256(b); }),
                "pack");
  }();
  return pack;
}

PolicyHash hash_of(const PolicyPack& pack) {
  return crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {wire::encode(pack)});
}
PolicyHash default_pack_hash() { return hash_of(default_pack()); }

const wire::NoteType& builtin_type(std::string_view name) {
  static const std::map<std::string_view, wire::NoteType> types = [] {
    std::map<std::string_view, wire::NoteType> out;
    for (const auto& bundle : wire::builtin_bundles()) out.emplace(bundle.name, load(bundle));
    return out;
  }();
  const auto at = types.find(name);
  if (at == types.end()) testing::give_up(Code::schema_unknown, std::string(name).c_str());
  return at->second;
}
PolicyPack living(std::uint32_t hours) {
  PolicyPack pack = default_pack();
  for (auto& row : pack.schemas)
    if (row.name == progress_type().schema().name) row.max_hours = hours;
  return pack;
}

const wire::NoteType& progress_type() { return builtin_type("progress.engagement"); }
const NoteSchema& progress() { return progress_type().schema(); }

std::uint16_t slot_of(const NoteSchema& schema, const std::string& path, Form form) {
  for (const auto& slot : schema.slots)
    if (slot.path == path && slot.compartment.form() == form) return slot.index;
  testing::give_up(Code::not_found, path.c_str());
}
std::uint16_t slot_at(const std::string& path, Form form) { return slot_of(progress(), path, form); }

Status GateKeys::secret(const GrantHash& grant, Compartment k, MutableView out) {
  Bytes& kept = secrets_[{grant, k}];
  if (kept.empty()) {
    kept.resize(32);
    random_.fill(MutableView(kept));
  }
  std::memcpy(out.data(), kept.data(), kept.size());
  return Ok{};
}
Result<Bytes> GateKeys::wrap(const GrantHash& grant, Compartment k, const PartyId& reader) {
  const auto at = wraps_.find({{grant, k}, reader});
  return at == wraps_.end() ? Bytes() : at->second;
}
Status GateKeys::keep_wrap(const GrantHash& grant, Compartment k, const PartyId& reader, ByteView sealed) {
  wraps_[{{grant, k}, reader}] = sealed.copy();
  return Ok{};
}

Reader::Reader(const testing::Coalition& coalition, const testing::TestParty& party, SuiteId suite)
    : self_id(party.id()), suite_id(suite), roster(coalition.roster()), own_pack(default_pack()) {
  keys.push_back({party.encryption.id, &*party.encryption_key, party.encryption.record.not_before,
                  party.encryption.record.not_after});
  seats.emplace(party.seat.id, party.seat_key->public_key());
}
const PolicyPack* Reader::pack(const PolicyHash& hash) const {
  return knows_pack && hash == own_pack_hash ? &own_pack : nullptr;
}
const wire::NoteType* Reader::note_type(const SchemaDigest& digest) const {
  return knows_type && digest == own_type->schema().digest ? own_type : nullptr;
}
std::shared_ptr<const grant::HeldGrant> Reader::held_grant(const GrantHash& hash) const {
  const auto at = grants.find(hash);
  return at == grants.end() ? nullptr : at->second;
}
std::optional<Timestamp> Reader::received_at(const Digest& envelope) const {
  const auto at = received.find(envelope);
  return at == received.end() ? std::nullopt : std::optional<Timestamp>(at->second);
}
const crypto::SignPublicKey* Reader::own_seat(const KeyId& id) const {
  const auto at = seats.find(id);
  return at == seats.end() ? nullptr : &at->second;
}
std::optional<message::GateKey> Reader::former_gate_key(const KeyId& id) const {
  const auto at = former.find(id);
  return at == former.end() ? std::nullopt : std::optional<message::GateKey>(at->second);
}

testing::GrantSpec Scene::spec_of() {
  const auto full = [](FieldClass c) { return Compartment(c, Form::full); };
  testing::GrantSpec spec;
  for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud, FieldClass::mh})
    spec.rights.push_back({"harbor", full(c), Rights::both});
  spec.rights.push_back({"harbor", full(FieldClass::txt), Rights::write});
  for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud})
    spec.rights.push_back({"clinic", full(c), Rights::read});
  for (const auto c : {FieldClass::eng, FieldClass::need})
    spec.rights.push_back({"defender", full(c), Rights::read});
  spec.edges = {{"harbor", "clinic"}, {"harbor", "defender"}};
  return spec;
}

Scene::Scene(SuiteId with, const testing::GrantSpec& spec, const wire::NoteType& of, const std::string& sent_by,
             const PolicyPack& by)
    : suite(with), type(of), from(sent_by), pack(by), coalition(with, hash_of(by)) {
  care = testing::make_grant(coalition, spec);
  status = testing::hold_status(coalition);
  const auto& sending = coalition[from];
  sender.party = sending.id();
  sender.roster = coalition.roster();
  sender.pack = &pack;
  sender.policy_hash = hash_of(pack);
  sender.chain = sending.seat_chain();
  sender.seat_key_id = sending.seat.id;
  sender.seat_key = &*sending.seat_key;
  sender.checkpoint.root = crypto::sha256(ByteView());
  for (const auto& name : coalition.names()) {
    readers[name] = std::make_unique<Reader>(coalition, coalition[name], with);
    readers[name]->own_type = &type;
    readers[name]->own_pack = pack;
    readers[name]->own_pack_hash = hash_of(pack);
    const auto held = care.held.find(name);
    if (held != care.held.end()) readers[name]->grants[held->second->hash()] = held->second;
  }
}

Scene::Values Scene::usual() {
  return {{"engaged", "1"},       {"contacts", "3"},          {"nextStep", "call on Monday"},
          {"participation", "1"}, {"medicationSupport", "2"}, {"contactApproach", "3"},
          {"wellbeing", "tired"}, {"narrative", "a long story"}};
}

std::shared_ptr<const grant::HeldGrant> Scene::demanding(SuiteId required, const std::string& name) {
  auto spec = spec_of();
  spec.required_suite = required;
  auto plan = testing::plan_of(coalition, spec);
  plan.suite = required;
  const auto& office = coalition["office"];
  const auto built = must(grant::build_grant(plan, office.authority->id, *office.authority_key, random), "grant");
  for (const auto& view : built.views) {
    if (view.agency != coalition[name].id()) continue;
    return must(grant::verify_view(testing::object_of(coalition, view), *coalition.roster(), view.agency,
                                   view.encryption_key, kNow, {}), "view");
  }
  testing::give_up(Code::not_found, "the view");
}

message::NoteInput Scene::note(const Values& values, const std::vector<std::string>& to) {
  message::NoteInput out;
  out.schema = &schema();
  out.slots.resize(schema().slots.size());
  for (const auto& [path, text] : values) {
    const SlotSpec& slot = schema().slots[slot_of(schema(), path)];
    message::SlotValue& value = out.slots[slot.index];
    value.present = true;
    if (slot.type == ValueType::code) {
      value.value = must(wire::value_from_word(static_cast<std::uint64_t>(std::stoi(text)), memory_));
    } else {
      const MutableView kept = must(memory_.take(text.size()));
      if (!text.empty()) std::memcpy(kept.data(), text.data(), text.size());
      value.value = kept;
    }
  }
  must(message::fill_forms(pack, schema(), out.slots, memory_), "forms");
  out.note_id = testing::fixed_id<NoteId>("note " + std::to_string(++serial_));
  out.grant = care.held.at(from);
  out.purpose = Purpose::coord;
  out.expires_at = kExpires;
  out.status = status;
  out.newest_status_version = 1;
  for (const auto& name : to) out.to.push_back({coalition[name].id(), {}});
  return out;
}

Result<message::SealedBatch> Scene::try_seal(const std::vector<message::NoteInput>& notes, Timestamp at) {
  return message::seal(sender, notes, at, keys, arenas, random);
}

Bytes Scene::for_party(const message::SealedBatch& batch, const std::string& to) const {
  for (const auto& sealed : batch.envelopes)
    if (sealed.to == coalition[to].id()) return sealed.envelope;
  testing::give_up(Code::party_unknown, "no envelope for the party");
}

Result<message::OpenedBundle> Scene::open_bundle(ByteView envelope, const std::string& by, Timestamp now) {
  return message::open(envelope, (*this)[by], cache, arenas, now);
}

Status Scene::open(ByteView envelope, const std::string& by, Timestamp now) {
  const auto bundle = open_bundle(envelope, by, now);
  if (!bundle) return fail(bundle.error().code);
  for (const auto& view : bundle->views)
    if (!view.opened) return fail(view.opened.error().code);
  return Ok{};
}

Bytes Scene::body_of(ByteView envelope, const std::string& by) {
  const auto& party = coalition[by];
  Bytes body(envelope.size() - 6 - crypto::hpke_overhead(suite));
  must(crypto::hpke_open(*party.encryption_key, message::envelope_hpke_info(party.id(), party.encryption.id),
                         envelope.sub(0, 6), envelope.sub(6), body, Code::open_outer),
       "outer");
  return body;
}

Bytes Scene::secret(Compartment k) {
  Bytes out(32);
  must(keys.secret(care.built.hash, k, out));
  return out;
}

Parts Scene::take_apart(ByteView envelope, const std::string& by) {
  std::vector<Parts> all = take_all_apart(envelope, by);
  if (all.size() != 1) testing::give_up(Code::bug, "one view expected");
  return std::move(all.front());
}

std::vector<Parts> Scene::take_all_apart(ByteView envelope, const std::string& by) {
  const Bytes body = body_of(envelope, by);
  HeapMemory memory;
  const ByteView bytes = aligned_copy(memory, ByteView(body).sub(4, load_u32(body.data())));
  const BundleBorrowed bundle = must(wire::decode_bundle(bytes), "bundle");

  std::vector<Parts> all;
  for (const auto encoded : bundle.views) {
    const ViewBorrowed view = must(wire::decode_view(aligned_copy(memory, encoded)), "view");
    Parts out;
    for (const auto& record : bundle.chain) out.chain.push_back(record.copy());
    for (const auto& staple : bundle.staples) out.staples.push_back(staple.copy());
    for (const auto& record : view.redactions) out.redactions.push_back(record.copy());
    out.header = must(wire::decode_header(view.core), "header");
    out.terms = must(wire::decode_terms(view.terms), "terms");
    out.terms_salt = view.terms_salt;
    out.recipient_salt = view.recipient_salt;
    out.recipient_position = view.recipient_position;
    out.batch_position = view.batch_position;
    out.recipient_path.assign(view.recipient_path.begin(), view.recipient_path.end());
    out.batch_path.assign(view.batch_path.begin(), view.batch_path.end());
    out.note_secret = view.note_secret.copy();
    for (const auto& [k, sealed] : view.wraps) out.wraps.emplace_back(k, sealed.copy());
    out.to = coalition[by].id();
    out.to_key = coalition[by].encryption.id;
    const NoteCtx ctx = message::note_ctx(view.core);
    for (std::uint16_t i = 0; i < view.slots.size(); ++i) {
      out.slots.push_back(view.slots[i].copy());
      if (view.slots[i].size() == message::kLeafSize) continue;
      const SlotSpec& slot = schema().slots[i];
      const crypto::Expander prk(message::compartment_prk(ctx, out.note_secret, secret(slot.compartment), slot.compartment));
      Bytes salted(message::kSaltSize + slot.size);
      must(message::open_cell(crypto::suite_info(suite).aead, ctx, prk, i, view.slots[i], salted), "cell");
      out.salted[i] = salted;
    }
    all.push_back(std::move(out));
  }
  return all;
}

Scene::Core Scene::core_of(const Parts& parts) {
  Core out;
  NoteHeader header = parts.header;
  out.terms = parts.terms_bytes.value_or(wire::encode(parts.terms));
  const Digest leaf = message::recipient_leaf(parts.recipient_salt, parts.to, parts.leaf_key.value_or(parts.to_key),
                                              message::terms_digest(parts.terms_salt, out.terms));
  if (!parts.keep_recipients_root)
    header.recipients_root = crypto::sparse_root(parts.recipient_position, leaf, parts.recipient_path);
  out.bytes = parts.core_bytes.value_or(wire::encode(header));
  const NoteCtx ctx = message::note_ctx(out.bytes);

  out.slots = parts.slots;
  std::vector<Digest> leaves;
  for (std::uint16_t i = 0; i < out.slots.size(); ++i) {
    Bytes& slot = out.slots[i];
    const auto salted = parts.salted.find(i);
    if (salted != parts.salted.end()) {
      const Compartment k = schema().slots[i].compartment;
      const crypto::Expander prk(message::compartment_prk(ctx, parts.note_secret, secret(k), k));
      slot.resize(message::kCommitSize + salted->second.size() + crypto::kAeadTag);
      must(message::seal_cell(crypto::suite_info(suite).aead, ctx, prk, i, salted->second, MutableView(slot)));
    }
    Digest digest;
    if (!digest.copy_from(ByteView(slot).sub(0, 32))) testing::give_up(Code::bug, "slot below 32 bytes");
    if (slot.size() > 32) digest = message::cell_leaf(i, digest, message::cell_ct_hash(ByteView(slot).sub(32)));
    leaves.push_back(digest);
  }
  out.slots_root = parts.slots_root.value_or(crypto::merkle_root(leaves));
  return out;
}

HeaderHash Scene::header_of_parts(const Parts& parts) {
  const Core core = core_of(parts);
  return message::header_hash(core.bytes, core.slots_root);
}

Digest Scene::batch_root_of(const Parts& parts) {
  return crypto::sparse_root(parts.batch_position, message::batch_leaf(header_of_parts(parts)), parts.batch_path);
}

Bytes Scene::view_of(const Parts& parts) {
  const Core core = core_of(parts);
  ViewBorrowed view;
  view.core = core.bytes;
  view.slots_root = core.slots_root;
  view.batch_position = parts.batch_position;
  std::copy(parts.batch_path.begin(), parts.batch_path.end(), view.batch_path.begin());
  view.terms = core.terms;
  view.terms_salt = parts.terms_salt;
  view.recipient_position = parts.recipient_position;
  view.recipient_salt = parts.recipient_salt;
  std::copy(parts.recipient_path.begin(), parts.recipient_path.end(), view.recipient_path.begin());
  view.note_secret = parts.note_secret;
  for (const auto& [k, sealed] : parts.wraps) view.wraps.emplace_back(k, sealed);
  for (const auto& record : parts.redactions) view.redactions.emplace_back(record);
  for (const auto& slot : core.slots) view.slots.emplace_back(slot);
  HeapMemory memory;
  return must(wire::encode_view(view, memory), "view").operator ByteView().copy();
}

Bytes Scene::put_views(const Parts& parts, const std::vector<Bytes>& views) {
  const auto& sending = coalition[from];
  BundleBorrowed bundle;
  bundle.batch_root = parts.batch_root.value_or(batch_root_of(parts));
  const std::string_view label = parts.label.empty() ? crypto::sign_label(Kind::note) : std::string_view(parts.label);
  crypto::Signature signature = must(crypto::sign(parts.signer == nullptr ? *sending.seat_key : *parts.signer,
                                                  parts.signer_id.value_or(sending.seat.id), label, bundle.batch_root));
  if (parts.flip_signature) signature.bytes[40] ^= 1;
  bundle.signature = signature;
  if (!parts.signature.empty()) bundle.signature = parts.signature;
  for (const auto& record : parts.chain) bundle.chain.emplace_back(record);
  for (const auto& staple : parts.staples) bundle.staples.emplace_back(staple);
  for (const auto& view : views) bundle.views.emplace_back(view);

  const std::size_t length = wire::encoded_bundle_size(bundle);
  Bytes body(message::padded_body(length));
  store_u32(body.data(), static_cast<std::uint32_t>(length));
  must(wire::encode_bundle_into(bundle, MutableView(body).sub(4, length)), "bundle");
  return seal_body(body, parts.to, parts.to_key);
}

Bytes Scene::put_together(const Parts& parts) {
  return put_views(parts, std::vector<Bytes>(parts.views, view_of(parts)));
}

Bytes Scene::seal_body(ByteView body, const PartyId& to, const KeyId& key) {
  Bytes out(6 + crypto::hpke_overhead(suite) + body.size());
  std::memcpy(out.data(), "LXE1", 4);
  store_u16(out.data() + 4, static_cast<std::uint16_t>(suite));
  must(crypto::hpke_seal(coalition.by_id(to).encryption_key->public_key(), message::envelope_hpke_info(to, key),
                         ByteView(out).sub(0, 6), body, random, MutableView(out).sub(6)),
       "outer");
  return out;
}

HeaderHash Scene::header_of(ByteView envelope, const std::string& by) {
  return must(open_bundle(envelope, by)).views.front().header_hash;
}

}  // namespace xch::message_test
