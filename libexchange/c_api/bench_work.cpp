#include "c_api/bench_work.hpp"

#include <array>
#include <cstring>
#include <optional>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::c_api {
namespace {

constexpr std::size_t kTexts[] = {64, 72, 80, 96, 96, 112, 128, 128, 144, 160, 192, 256};
constexpr std::size_t kParties = 5;  // authority, sender, three readers
// Reader 1 sees everything, reader 2 eight of the twelve fields, reader 3 six.
const std::vector<std::vector<FieldClass>> kReads = {
    {FieldClass::eng, FieldClass::need, FieldClass::leg, FieldClass::sud},
    {FieldClass::eng, FieldClass::need},
    {FieldClass::eng, FieldClass::leg},
};
const std::vector<FieldClass> kClasses = {FieldClass::eng, FieldClass::need, FieldClass::leg, FieldClass::sud};

// A pack for this one note type. It is no pack of practice: it opens exactly the four classes to the bench's readers.
PolicyPack bench_pack(const NoteSchema& schema) {
  PolicyPack pack;
  pack.name = "bench";
  pack.pack_version = 1;
  for (const auto c : kClasses) {
    PackClass row;
    row.field_class = c;
    row.title = std::string(code_of(c));
    row.part2 = c == FieldClass::sud;
    pack.classes.push_back(row);
    PackCell cell;
    cell.basis = Basis::part2Consent;
    cell.purpose = Purpose::coord;
    cell.role = Role::cm;
    cell.field_class = c;
    cell.effect = Effect::allow;
    cell.reason = "bench";
    pack.cells.push_back(cell);
  }
  PackBasis basis;
  basis.basis = Basis::part2Consent;
  basis.title = "bench";
  basis.part2 = true;
  basis.purposes = {Purpose::coord};
  basis.readers = {Role::cm};
  basis.authorities = {PartyKind::programOffice};
  basis.max_days = basis.default_days = 365;
  basis.notice = Notice::p2Short;
  basis.obligations = {Obligation::noRedisclosure};
  pack.bases.push_back(basis);
  PackNotice notice;
  notice.notice = Notice::p2Short;
  notice.text = "bench";
  notice.text_hash = crypto::sha256(ByteView(std::string_view(notice.text)));
  pack.notices.push_back(notice);
  pack.schemas.push_back({schema.name, schema.type_id, schema.digest});
  pack.edges.push_back({schema.name, {Role::cm}, {Role::cm}});
  pack.executable = {Obligation::noRedisclosure};
  return pack;
}

struct BenchParty {
  PartyId id;
  std::optional<crypto::SignPrivateKey> identity_key, seat_key, authority_key;
  std::optional<crypto::KemPrivateKey> encryption_key;
  CertifiedKey identity, seat, authority, encryption;
};

}  // namespace

Status MemoryKeys::secret(const GrantHash& grant, Compartment compartment, MutableView out) {
  auto at = secrets_.find({grant, compartment});
  if (at == secrets_.end())
    at = secrets_.emplace(Name{grant, compartment}, crypto::random_secret<32, BenchSecretTag>(random_)).first;
  std::memcpy(out.data(), at->second.expose().data(), 32);
  return Ok{};
}
Result<Bytes> MemoryKeys::wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) {
  const auto at = wraps_.find({{grant, compartment}, reader});
  return at == wraps_.end() ? Bytes() : at->second;
}
Status MemoryKeys::keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) {
  wraps_[{{grant, compartment}, reader}] = sealed.copy();
  return Ok{};
}
void MemoryKeys::forget() {
  secrets_.clear();
  wraps_.clear();
}

bool MemoryCache::find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) {
  const auto at = secrets_.find({wrap_info, wrap_hash});
  if (at == secrets_.end()) return false;
  std::memcpy(out.data(), at->second.expose().data(), 32);
  return true;
}
void MemoryCache::keep(const GrantHash&, Compartment, const Digest& wrap_info, const Digest& wrap_hash, ByteView secret) {
  auto kept = crypto::Secret<32, BenchCacheTag>::from(secret);
  if (kept) secrets_.emplace(std::make_pair(wrap_info, wrap_hash), std::move(*kept));
}

struct BenchWork::State final : message::Knowledge {
  SuiteId suite_id = SuiteId::none;
  CoalitionId coalition;
  std::array<BenchParty, kParties> parties;
  std::optional<wire::NoteType> type;
  PolicyPack pack_;
  PolicyHash policy_hash;
  std::shared_ptr<const party::VerifiedRoster> roster;
  std::vector<std::shared_ptr<grant::HeldGrant>> held;  // by party
  std::shared_ptr<const grant::HeldStatus> status;
  message::Sender sender;
  std::vector<std::string> texts;
  mutable party::ChainCache chain_cache;
  mutable grant::StapleCache staple_cache;
  Timestamp now;

  const BenchParty& reading() const { return parties[3]; }
  PartyId self() const override { return reading().id; }
  SuiteId suite() const override { return suite_id; }
  std::vector<message::GateKey> gate_keys() const override {
    const auto& record = reading().encryption.record;
    return {{reading().encryption.id, &*reading().encryption_key, record.not_before, record.not_after}};
  }
  std::shared_ptr<const party::VerifiedRoster> newest_roster() const override { return roster; }
  std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp) const override { return roster; }
  const PolicyPack* pack(const PolicyHash& hash) const override { return hash == policy_hash ? &pack_ : nullptr; }
  const wire::NoteType* note_type(const SchemaDigest& digest) const override {
    return type->schema().digest == digest ? &*type : nullptr;
  }
  std::shared_ptr<const grant::HeldGrant> held_grant(const GrantHash& hash) const override {
    return held[3]->hash() == hash ? held[3] : nullptr;
  }
  message::StatusKnowledge status_of(const grant::HeldGrant&) const override { return {}; }
  bool inactive_between(const grant::HeldGrant&, Timestamp, Timestamp) const override { return false; }
  std::optional<StatusHash> status_version(const PartyId&, const StatusListId&, std::uint32_t) const override {
    return status->hash();
  }
  std::optional<message::ReplayMark> replay_mark(const PartyId&, const NoteId&) const override { return std::nullopt; }
  std::optional<Timestamp> received_at(const Digest&) const override { return std::nullopt; }
  message::LogCheck log_check(ByteView, const HeaderHash&, const NoteHeader&) const override { return {}; }
  const crypto::SignPublicKey* own_seat(const KeyId&) const override { return nullptr; }
  std::optional<message::GateKey> former_gate_key(const KeyId&) const override { return std::nullopt; }
  party::ChainCache& chains() const override { return chain_cache; }
  grant::StapleCache& staples() const override { return staple_cache; }

  void take_note(BenchNote note);
  Status make_parties(crypto::Random& random);
  Status make_roster(const crypto::SignPrivateKey& root);
  Status make_grant(crypto::Random& random);
  KeyRecord record(KeyKind kind, const PartyId& subject, ByteView public_key, const KeyId& parent) const {
    KeyRecord out;
    out.kind = kind;
    out.suite = suite_id;
    out.coalition = coalition;
    out.subject = subject;
    out.serial = 1;
    out.not_before = Timestamp{now.seconds - kDay};
    out.not_after = now + 5 * kDay;
    out.parent = parent;
    out.public_key = public_key.copy();
    return out;
  }
};

Result<BenchNote> BenchNote::load(ByteView bundle, std::vector<std::size_t> texts) {
  XCH_ASSIGN(wire::NoteType type, wire::NoteType::load(bundle));
  type.set_digest(crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle}));
  if (type.schema().slots.size() != texts.size()) return fail(Code::usage);
  return BenchNote{std::move(type), std::move(texts)};
}

Result<BenchNote> BenchNote::work_item() {
  for (const auto& bundle : wire::builtin_bundles())
    if (bundle.name == "bench.work") return load(bundle.bytes, {std::begin(kTexts), std::end(kTexts)});
  return fail(Code::schema_unknown);
}

void BenchWork::State::take_note(BenchNote note) {
  type.emplace(std::move(note.type));
  for (const auto length : note.texts) texts.emplace_back(length, 'w');
  pack_ = bench_pack(type->schema());
  policy_hash = crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {wire::encode(pack_)});
}

Status BenchWork::State::make_roster(const crypto::SignPrivateKey& root) {
  const KeyId root_id = party::root_key_id(root.public_key().bytes());
  Roster body;
  body.coalition = coalition;
  body.version = 1;
  body.suite = suite_id;
  body.policy_pack = policy_hash;
  body.issued = Timestamp{now.seconds - kHour};
  body.expires = now + kDay;
  body.threshold = 1;
  body.roots.push_back({root.public_key().bytes().copy()});
  for (std::size_t i = 0; i < parties.size(); ++i) {
    BenchParty& p = parties[i];
    XCH_ASSIGN(p.identity, party::make_key_record(record(KeyKind::agencyIdentity, p.id, p.identity_key->public_key().bytes(), root_id), nullptr));
    XCH_ASSIGN(p.seat, party::make_key_record(record(KeyKind::seat, p.id, p.seat_key->public_key().bytes(), p.identity.id), &*p.identity_key));
    XCH_ASSIGN(p.encryption, party::make_key_record(record(KeyKind::agencyEncryption, p.id, p.encryption_key->public_key().bytes(), p.identity.id), &*p.identity_key));
    Party row;
    row.id = p.id;
    row.name = "bench-" + std::to_string(i);
    row.kind = i == 0 ? PartyKind::programOffice : PartyKind::part2Program;
    row.role = Role::cm;
    row.agreement_id[0] = 1;
    row.agreement_not_before = Timestamp{now.seconds - kDay};
    row.agreement_not_after = now + 30 * kDay;
    row.keys = {p.identity.signed_record, p.encryption.signed_record};
    if (i == 0) {
      KeyRecord authority = record(KeyKind::consentAuthority, p.id, p.authority_key->public_key().bytes(), root_id);
      authority.bases = {Basis::part2Consent};
      XCH_ASSIGN(p.authority, party::make_key_record(authority, nullptr));
      row.keys.push_back(p.authority.signed_record);
    }
    body.parties.push_back(std::move(row));
  }
  SignedRoster signed_roster;
  signed_roster.body = wire::encode(body);
  XCH_ASSIGN(RootSignature signature, party::sign_roster(signed_roster.body, 0, root));
  signed_roster.signatures.push_back(std::move(signature));
  XCH_ASSIGN(roster, party::verify_roster(signed_roster, nullptr));
  return Ok{};
}

Status BenchWork::State::make_parties(crypto::Random& random) {
  for (auto& p : parties) {
    p.id = crypto::random_fixed<PartyId>(random);
    XCH_ASSIGN(p.identity_key, crypto::SignPrivateKey::generate(suite_id, random));
    XCH_ASSIGN(p.seat_key, crypto::SignPrivateKey::generate(suite_id, random));
    XCH_ASSIGN(p.authority_key, crypto::SignPrivateKey::generate(suite_id, random));
    XCH_ASSIGN(p.encryption_key, crypto::KemPrivateKey::generate(suite_id, random));
  }
  XCH_ASSIGN(const crypto::SignPrivateKey root, crypto::SignPrivateKey::generate(suite_id, random));
  return make_roster(root);
}

Status BenchWork::State::make_grant(crypto::Random& random) {
  const BenchParty& office = parties[0];
  const StatusListId list = crypto::random_fixed<StatusListId>(random);
  grant::GrantPlan plan;
  plan.suite = suite_id;
  plan.core.coalition = coalition;
  plan.core.grant_id = crypto::random_fixed<GrantId>(random);
  plan.core.authority = office.id;
  plan.core.version = 1;
  plan.core.effective_at = plan.core.not_before = Timestamp{now.seconds - kHour};
  plan.core.not_after = now + 30 * kDay;
  plan.core.basis = Basis::part2Consent;
  plan.core.purposes = {Purpose::coord};
  plan.core.release = Release::issued;
  plan.core.status_list = list;
  plan.core.status_index = 417;
  plan.core.policy_pack = policy_hash;
  plan.core.leaf_count = pack_.grant_leaves;
  for (const auto c : kClasses) plan.rights.push_back({parties[1].id, Compartment(c, Form::full), Rights::write});
  for (std::size_t r = 0; r < kReads.size(); ++r) {
    for (const auto c : kReads[r]) plan.rights.push_back({parties[2 + r].id, Compartment(c, Form::full), Rights::read});
    plan.edges.push_back({parties[1].id, parties[2 + r].id});
  }
  for (std::size_t i = 1; i < parties.size(); ++i) {
    grant::PlannedReader reader;
    reader.agency = parties[i].id;
    reader.pseudonym = crypto::random_fixed<Pseudonym>(random);
    reader.encryption_key = parties[i].encryption.id;
    plan.readers.push_back(reader);
  }
  XCH_ASSIGN(grant::BuiltGrant built, grant::build_grant(plan, office.authority.id, *office.authority_key, random));
  held.resize(parties.size());
  for (std::size_t i = 1; i < parties.size(); ++i) {
    SealedObject object;
    object.chain = {office.authority.signed_record};
    Bytes body = wire::encode(built.views[i - 1]);
    XCH_ASSIGN(object.object, party::sign_object(Kind::grantView, std::move(body), office.authority.id, *office.authority_key));
    XCH_ASSIGN(held[i], grant::verify_view(object, *roster, parties[i].id, parties[i].encryption.id, now, {}));
    crypto::wipe(MutableView(object.object.body));
  }
  for (auto& view : built.views) grant::wipe_view(view);

  StatusBody body;
  body.authority = office.id;
  body.list = list;
  body.version = 1;
  body.issued_at = Timestamp{now.seconds - kMinute};
  body.next_update = now + 10 * kMinute;
  XCH_ASSIGN(const StatusList made, grant::make_status_list(body, Bytes(4 * kStatusChunk), {office.authority.signed_record},
                                                           office.authority.id, *office.authority_key));
  XCH_ASSIGN(status, grant::verify_status_list(made, *roster, now));
  return Ok{};
}

BenchWork::BenchWork() : state_(std::make_unique<State>()) {}
BenchWork::~BenchWork() = default;

Result<std::unique_ptr<BenchWork>> BenchWork::make(SuiteId suite, Timestamp now, crypto::Random& random, BenchNote note) {
  std::unique_ptr<BenchWork> out(new BenchWork);
  State& s = *out->state_;
  s.suite_id = suite;
  s.now = now;
  s.coalition = crypto::random_fixed<CoalitionId>(random);
  s.take_note(std::move(note));
  XCH_TRY(s.make_parties(random));
  XCH_TRY(s.make_grant(random));
  s.sender.party = s.parties[1].id;
  s.sender.roster = s.roster;
  s.sender.pack = &s.pack_;
  s.sender.policy_hash = s.policy_hash;
  s.sender.chain = {s.parties[1].seat.signed_record, s.parties[1].identity.signed_record};
  s.sender.seat_key_id = s.parties[1].seat.id;
  s.sender.seat_key = &*s.parties[1].seat_key;
  s.sender.checkpoint.root = crypto::sha256(ByteView());
  return out;
}

const message::Sender& BenchWork::sender() const { return state_->sender; }
const message::Knowledge& BenchWork::reader() const { return *state_; }
const PartyId& BenchWork::reader_id() const { return state_->reading().id; }

std::vector<message::NoteInput> BenchWork::notes(std::size_t n, crypto::Random& random) const {
  const State& s = *state_;
  std::vector<message::NoteInput> out(n);
  for (auto& note : out) {
    note.schema = &s.type->schema();
    for (const auto& text : s.texts) note.slots.push_back({true, ByteView(std::string_view(text))});
    note.note_id = crypto::random_fixed<NoteId>(random);
    note.grant = s.held[1];
    note.purpose = Purpose::coord;
    note.expires_at = s.now + 20 * kDay;
    note.status = s.status;
    note.newest_status_version = 1;
    for (std::size_t r = 0; r < kReads.size(); ++r) note.to.push_back({s.parties[2 + r].id, {}});
  }
  return out;
}

}  // namespace xch::c_api
