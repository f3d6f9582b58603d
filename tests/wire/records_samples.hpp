// One good value of every record, with every list filled, for the tests of wire/records. Bytes are runs of a number
// per field, so that a field written into another's place shows.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "wire/party_record.hpp"
#include "wire/records.hpp"

namespace xch::wire::samples {

template <class F>
F fixed(std::uint8_t fill) {
  F out;
  out.bytes.fill(fill);
  return out;
}
inline Bytes run(std::size_t size, std::uint8_t fill) { return Bytes(size, fill); }
inline Digest digest(std::uint8_t fill) { return fixed<Digest>(fill); }

inline Signed signed_object(Kind kind = Kind::grant) {
  return Signed{kind, run(24, 0x11), fixed<KeyId>(0x12), run(64, 0x13)};
}
inline Signed unsigned_key_record() { return Signed{Kind::keyRecord, run(16, 0x14), KeyId{}, Bytes{}}; }

inline KeyRecord key_record() {
  KeyRecord v;
  v.kind = KeyKind::consentAuthority;
  v.suite = SuiteId::p256;
  v.coalition = fixed<CoalitionId>(0x21);
  v.subject = fixed<PartyId>(0x22);
  v.serial = 0x0102030405060708;
  v.not_before = {1700000000};
  v.not_after = {1700600000};
  v.parent = fixed<KeyId>(0x23);
  v.public_key = run(65, 0x24);
  v.bases = {Basis::part2Consent, Basis::originatorAuthority};
  return v;
}

inline Party party(std::uint8_t id = 0x31) {
  Party v;
  v.id = fixed<PartyId>(id);
  v.name = "Harbor House";
  v.kind = PartyKind::community;
  v.role = Role::hsp;
  v.ori = "WA0170100";
  v.agreement_id.fill(0x32);
  v.agreement_not_before = {1600000000};
  v.agreement_not_after = {1800000000};
  v.keys = {signed_object(Kind::keyRecord), unsigned_key_record()};
  return v;
}

inline Roster roster() {
  Roster v;
  v.coalition = fixed<CoalitionId>(0x41);
  v.version = 7;
  v.previous = fixed<RosterHash>(0x42);
  v.suite = SuiteId::x25519;
  v.policy_pack = fixed<PolicyHash>(0x43);
  v.issued = {1700000000};
  v.expires = {1702000000};
  v.threshold = 2;
  v.roots = {RootKey{run(32, 0x44)}, RootKey{run(32, 0x45)}, RootKey{run(65, 0x46)}};
  v.revoked = {RevokedKey{fixed<KeyId>(0x47), {1690000000}}};
  v.parties = {party(0x31), party(0x33)};
  v.parties[1].role = Role::none;
  v.parties[1].ori.clear();
  return v;
}

inline SignedRoster signed_roster() {
  return SignedRoster{run(40, 0x51), {RootSignature{0, run(64, 0x52)}, RootSignature{2, run(64, 0x53)}}};
}

inline GrantCore grant_core() {
  GrantCore v;
  v.coalition = fixed<CoalitionId>(0x61);
  v.grant_id = fixed<GrantId>(0x62);
  v.authority = fixed<PartyId>(0x63);
  v.version = 3;
  v.effective_at = {1700000100};
  v.required_suite = SuiteId::p256;
  v.basis = Basis::part2Consent;
  v.purposes = {Purpose::coord, Purpose::housing};
  v.not_before = {1700000000};
  v.not_after = {1731536000};
  v.release = Release::issued;
  v.status_list = fixed<StatusListId>(0x64);
  v.status_index = 70000;
  v.policy_pack = fixed<PolicyHash>(0x65);
  v.subject_commit = digest(0x66);
  v.evidence_commit = digest(0x67);
  v.previous = fixed<GrantHash>(0x68);
  v.leaf_count = 256;
  v.entries_root = digest(0x69);
  return v;
}

inline GrantEntry entry(std::uint16_t index, Rights rights) {
  GrantEntry v;
  v.index = index;
  v.salt = fixed<Salt>(0x71);
  v.agency = fixed<PartyId>(0x72);
  v.compartment = Compartment(FieldClass::eng, Form::full);
  v.rights = rights;
  if (may_read(rights)) v.class_pk = run(32, 0x73);
  return v;
}

inline GrantView grant_view() {
  GrantView v;
  v.agency = fixed<PartyId>(0x74);
  v.encryption_key = fixed<KeyId>(0x75);
  v.core = signed_object(Kind::grant);
  v.own = {ProvenEntry{entry(3, Rights::both), {digest(0x76), digest(0x77)}},
           ProvenEntry{entry(200, Rights::write), {digest(0x78)}}};
  v.edges = {ProvenEntry{entry(9, Rights::read), {digest(0x79)}}};
  v.class_keys = {ClassKey{Compartment(FieldClass::id, Form::full), run(32, 0x7a)},
                  ClassKey{Compartment(FieldClass::eng, Form::month), run(32, 0x7b)}};
  v.pseudonym = fixed<Pseudonym>(0x7c);
  v.subject_record = ByteView(std::string_view("{\"name\":\"R\"}")).copy();
  v.subject_salt = fixed<Salt>(0x7d);
  return v;
}
inline GrantView grant_view_with_externals() {
  GrantView v = grant_view();
  v.externals = {{fixed<PartyId>(0x7e), "Corner Bakery", {1700000000}}, {fixed<PartyId>(0x7f), "Caf\u00e9 Norte", {1700000001}}};
  return v;
}

inline SealedObject sealed_object() {
  return SealedObject{{signed_object(Kind::keyRecord), unsigned_key_record()}, signed_object(Kind::grantView)};
}

inline StatusBody status_body() {
  StatusBody v;
  v.authority = fixed<PartyId>(0x81);
  v.list = fixed<StatusListId>(0x82);
  v.version = 12;
  v.issued_at = {1700000000};
  v.next_update = {1700000900};
  v.chunk_count = 4;
  v.root = digest(0x83);
  return v;
}

inline StatusList status_list() {
  return StatusList{{signed_object(Kind::keyRecord)}, signed_object(Kind::statusList), run(4 * kStatusChunk, 0x84)};
}

inline Staple staple() {
  return Staple{signed_object(Kind::statusList), 2, run(kStatusChunk, 0x85), {digest(0x86), digest(0x87)}};
}

inline RecipientTerms terms() {
  RecipientTerms v;
  v.compartments = {Compartment(FieldClass::con, Form::full), Compartment(FieldClass::eng, Form::level)};
  v.notice = Notice::p2Short;
  v.obligations = {Obligation::noRedisclosure, Obligation::accounting};
  v.thread_prev = fixed<HeaderHash>(0x91);
  return v;
}

inline NoteHeader header() {
  NoteHeader v;
  v.suite = SuiteId::p256;
  v.coalition = fixed<CoalitionId>(0xa1);
  v.note_id = fixed<NoteId>(0xa2);
  v.schema_id = 0xf0a1b2c3d4e5f601;
  v.schema_digest = fixed<SchemaDigest>(0xa3);
  v.part = 0;
  v.policy_pack = fixed<PolicyHash>(0xa4);
  v.sender = fixed<PartyId>(0xa5);
  v.sender_key = fixed<KeyId>(0xa6);
  v.grant = fixed<GrantHash>(0xa7);
  v.status = fixed<StatusHash>(0xa8);
  v.basis = Basis::part2Consent;
  v.purpose = Purpose::coord;
  v.sealed_at = {1700000000};
  v.expires_at = {1702592000};
  v.recipients_root = digest(0xa9);
  v.checkpoint = LogReference{digest(0xaa), 77, digest(0xab)};
  v.slot_count = 16;
  return v;
}

inline Redaction redaction() {
  Redaction v;
  v.header = fixed<HeaderHash>(0xb1);
  v.slots = {0, 3, 255};
  v.reason = "minimum-necessary";
  v.time = {1700000300};
  v.redactor = fixed<KeyId>(0xb2);
  v.opened_under = fixed<KeyId>(0xb3);
  return v;
}

inline Presentation presentation(PresenterRole role = PresenterRole::recipient) {
  Presentation v;
  v.core = encode(header());
  v.slots_root = digest(0xc1);
  v.batch_root = digest(0xc2);
  v.batch_signature = run(64, 0xc3);
  v.batch_position = 1023;
  v.batch_path.assign(kBatchDepth, digest(0xc4));
  v.sender_chain = {signed_object(Kind::keyRecord)};
  v.slots = {DisclosedSlot{1, fixed<Salt>(0xc5), run(32, 0xc6), digest(0xc7), {digest(0xc8), digest(0xc9)}},
             DisclosedSlot{4, fixed<Salt>(0xca), run(64, 0xcb), digest(0xcc), {digest(0xcd)}}};
  v.role = role;
  if (role == PresenterRole::recipient) {
    v.recipient_salt = fixed<Salt>(0xce);
    v.terms_digest = digest(0xcf);
    v.recipient_key = fixed<KeyId>(0xd0);
    v.recipient_position = 31;
    v.recipient_path.assign(kRecipientDepth, digest(0xd1));
  }
  v.redisclosing_grant = fixed<GrantHash>(0xd2);
  v.audience = fixed<PartyId>(0xd3);
  v.audience_key = fixed<KeyId>(0xd4);
  v.nonce.fill(0xd5);
  v.time = {1700000500};
  v.purpose = Purpose::court;
  v.notice = Notice::p2Short;
  v.presenter_key = fixed<KeyId>(0xd6);
  if (role == PresenterRole::recipient) v.log_proof = run(72, 0xd7);
  return v;
}

inline Receipt receipt() { return Receipt{fixed<HeaderHash>(0xe1), fixed<PartyId>(0xe2), {1700000600}}; }
inline ViewAck view_ack() { return ViewAck{fixed<GrantHash>(0xe3), fixed<PartyId>(0xe4), {1700000700}}; }
inline RevocationNotice revocation_notice() {
  return RevocationNotice{fixed<GrantHash>(0xe5), GrantState::suspended, {1700000800}};
}

inline StateAck state_ack() {
  return StateAck{fixed<GrantHash>(0xe6), fixed<PartyId>(0xe7), GrantState::revoked, {1700000900}};
}
inline EventStatement event_statement() { return {fixed<Digest>(0xe8), fixed<PartyId>(0xe9), {1700001000}}; }
inline LogProof log_proof() {
  return LogProof{fixed<HeaderHash>(0xf1), run(512, 0xf2), digest(0xf3), run(110, 0xf4), "c2sp.org/tlog-proof@v1\nindex 0\n"};
}
inline BreakGlass break_glass() {
  BreakGlass v;
  v.id = fixed<BreakGlassId>(0xe8);
  v.coalition = fixed<CoalitionId>(0xe9);
  v.sender = fixed<PartyId>(0xea);
  v.recipient = fixed<PartyId>(0xeb);
  v.recipient_key = fixed<KeyId>(0xec);
  v.time = {1700001000};
  v.schema_id = 0xf0a1b2c3d4e5f601;
  v.schema_digest = fixed<SchemaDigest>(0xed);
  v.personnel = "Dr. Amal Haddad";
  v.facility = "County Hospital";
  v.discloser = "J. Ortiz";
  v.nature = "found unconscious";
  v.fields = {DisclosedField{3, Bytes{1, 2, 3}}, DisclosedField{9, Bytes{}}};
  return v;
}

inline PolicyPack policy_pack() {
  PolicyPack v;
  v.name = "lead-default";
  v.pack_version = 4;
  v.classes = {PackClass{FieldClass::eng, "takes part and keeps in touch", false, false, Form::level, {}},
               PackClass{FieldClass::sud, "substance use", true, false, Form::yesNo, {Obligation::noRedisclosure}},
               PackClass{FieldClass::sdv, "victim", false, true, Form::full, {Obligation::accounting}}};
  v.cells = {PackCell{Basis::part2Consent, Purpose::coord, Role::leo, FieldClass::eng, Effect::generalise, Form::level,
                      false, Relation::any, "[P2-31]"},
             PackCell{Basis::part2Consent, Purpose::coord, Role::cm, FieldClass::sud, Effect::allow, Form::full, true,
                      Relation::own_client, ""}};
  PackBasis basis;
  basis.basis = Basis::part2Consent;
  basis.title = "consent";
  basis.citation = "42 CFR 2.31";
  basis.part2 = true;
  basis.purposes = {Purpose::coord, Purpose::court};
  basis.authorities = {PartyKind::part2Program, PartyKind::programOffice};
  basis.readers = {Role::leo, Role::cm};
  basis.pending_revocation = true;
  basis.max_days = 365;
  basis.default_days = 180;
  basis.notice = Notice::p2Short;
  basis.obligations = {Obligation::noRedisclosure};
  basis.may_present = {PartyKind::justice};
  basis.elements = {"P2-31-1", "P2-31-2"};
  basis.disclosers = {PartyKind::part2Program};
  basis.reader_kinds = {PartyKind::justice, PartyKind::defence};
  basis.signing = {PackSigning{"NM", 14, 0, "NMSA"}, PackSigning{"WA", 13, 90, "RCW"}};
  v.bases = {basis};
  v.originator = PackOriginator{{PartyKind::justice},
                                {FieldClass::eng, FieldClass::lei},
                                {PackOriginatorRow{Purpose::refer, FieldClass::eng, {Role::pm, Role::cm}}},
                                14};
  v.forms = {PackForm{Form::level, "table", 2}, PackForm{Form::initials, "text-initials", 1}};
  v.maps = {PackMap{"progress.engagement", "engaged", Form::level, {0, 1, 1, 2}}};
  v.notices = {PackNotice{Notice::p2Short, false, digest(0xf1), "42 CFR part 2 prohibits ..."},
               PackNotice{Notice::p2Long2018, true, digest(0xf2), ""}};
  v.schemas = {PackSchema{"progress.engagement", 0xf0a1b2c3d4e5f601, fixed<SchemaDigest>(0xf3)}};
  v.edges = {PackEdge{"progress.engagement", {Role::cm}, {Role::leo, Role::pros}}};
  v.executable = {Obligation::noRedisclosure, Obligation::accounting};
  v.grant_leaves = 512;
  return v;
}

/// AnyRecord is a record's name, good bytes, and decode-then-encode; for tests that hold of every record.
struct AnyRecord {
  std::string name;
  Bytes good;
  std::function<Result<Bytes>(ByteView)> again;
  bool has_version = true;  // its first 16 bits are the version
};

template <class T, class Decode>
AnyRecord any(std::string name, const T& value, Decode decode, bool has_version = true) {
  return AnyRecord{std::move(name), encode(value),
                   [decode](ByteView bytes) -> Result<Bytes> {
                     XCH_ASSIGN(const auto v, decode(bytes));
                     return encode(v);
                   },
                   has_version};
}

inline OneShot one_shot() {
  OneShot v;
  v.id = fixed<NoteId>(0xa1);
  v.coalition = fixed<CoalitionId>(0xa2);
  v.sender = fixed<PartyId>(0xa3);
  v.to = {fixed<PartyId>(0xa4), "Corner Bakery", {1700900000}};
  v.key = digest(0xa5);
  v.sealed_at = {1700000000};
  v.expires_at = {1700600000};
  v.basis = Basis::plainRelease;
  v.purpose = Purpose::coord;
  v.status = fixed<StatusHash>(0xa6);
  v.grant = signed_object(Kind::grant);
  v.authority = {signed_object(Kind::keyRecord), unsigned_key_record()};
  v.entries = {ProvenEntry{entry(9, Rights::read), {digest(0xa7), digest(0xa8)}}};
  v.notice = Notice::release;
  v.notice_text = "Do not pass it on.";
  v.obligations = {Obligation::noRedisclosure, Obligation::accounting};
  v.schema_id = 0xf0a1b2c3d4e5f601;
  v.schema_digest = fixed<SchemaDigest>(0xa9);
  v.fields = {DisclosedField{3, Bytes{1, 2, 3}}, DisclosedField{9, Bytes{}}};
  return v;
}
inline PacketSent packet_sent() { return {fixed<GrantHash>(0xaa), fixed<PartyId>(0xab), {1700001100}}; }

inline std::vector<AnyRecord> all_records() {
  return {
      any("Signed", signed_object(), decode_signed, false),
      any("Signed without signature", unsigned_key_record(), decode_signed, false),
      any("KeyRecord", key_record(), decode_key_record),
      any("Party", party(), decode_party, false),
      any("Roster", roster(), decode_roster),
      any("SignedRoster", signed_roster(), decode_signed_roster, false),
      any("GrantCore", grant_core(), decode_grant_core),
      any("GrantView", grant_view(), decode_grant_view),
      any("GrantView with external recipients", grant_view_with_externals(), decode_grant_view),
      any("OneShot", one_shot(), decode_one_shot),
      any("PacketSent", packet_sent(), decode_packet_sent),
      any("SealedObject", sealed_object(), decode_sealed_object, false),
      any("StatusBody", status_body(), decode_status_body),
      any("StatusList", status_list(), decode_status_list, false),
      any("Staple", staple(), decode_staple, false),
      any("RecipientTerms", terms(), decode_terms),
      any("NoteHeader", header(), decode_header),
      any("Redaction", redaction(), decode_redaction),
      any("Presentation of a recipient", presentation(), decode_presentation),
      any("Presentation of the sender", presentation(PresenterRole::sender), decode_presentation),
      any("Receipt", receipt(), decode_receipt),
      any("ViewAck", view_ack(), decode_view_ack),
      any("RevocationNotice", revocation_notice(), decode_revocation_notice),
      any("StateAck", state_ack(), decode_state_ack),
      any("EventStatement", event_statement(), decode_event_statement),
      any("LogProof", log_proof(), decode_log_proof),
      any("BreakGlass", break_glass(), decode_break_glass),
      any("PolicyPack", policy_pack(), decode_policy_pack),
  };
}

/// Pieces is Memory for tests: one vector per piece.
class Pieces final : public Memory {
 public:
  Result<MutableView> take(std::size_t size) override {
    pieces_.emplace_back(new std::uint64_t[(size + 7) / 8]());
    return MutableView(reinterpret_cast<std::uint8_t*>(pieces_.back().get()), size);
  }

 private:
  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
};

/// Aligned is a copy of bytes at an 8-byte boundary.
class Aligned {
 public:
  explicit Aligned(ByteView bytes) : words_(bytes.size() / 8 + 1), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(words_.data(), bytes.data(), bytes.size());
  }
  MutableView view() { return MutableView(reinterpret_cast<std::uint8_t*>(words_.data()), size_); }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

}  // namespace xch::wire::samples
