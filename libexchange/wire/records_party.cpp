// Signed, key records, parties and the roster.
#include "wire/party_record.hpp"
#include "wire/records.hpp"
#include "wire/records_fields.hpp"

namespace xch::wire {

// ---- Signed --------------------------------------------------------------------------------------------------------

void put(rec::Signed::Builder to, const Signed& from) {
  to.setKind(number(from.kind));
  if (!from.body.empty()) to.setBody(blob(from.body));
  if (!from.signer.is_zero()) to.setSigner(blob(from.signer));
  if (!from.signature.empty()) to.setSignature(blob(from.signature));
}

Status get(rec::Signed::Reader from, Signed& to) {
  XCH_TRY(read_code(from.getKind(), to.kind));
  XCH_TRY(read_bytes(from.getBody(), 1, kMaxRecord, to.body));
  const auto signer = from.getSigner();
  const auto signature = from.getSignature();
  // "A record whose parent is a root carries no signature of its own": both are there, or neither and it is a key record.
  if (signer.size() == 0 && signature.size() == 0)
    return to.kind == Kind::keyRecord ? Status(Ok{}) : fail(Code::record_malformed);
  XCH_TRY(read_fixed(signer, to.signer));
  return read_bytes(signature, kSignatureSize, kSignatureSize, to.signature);
}

Status get_inner(rec::Signed::Reader from, Signed& to) {
  XCH_TRY(canonical::fits<rec::Signed>(from));
  return get(from, to);
}

Status get_chain(capnp::List<rec::Signed>::Reader from, std::vector<Signed>& to) {
  return read_list<rec::Signed>(from, kMaxKeyChain, to, get);
}

namespace canonical {
/// The body may be a grant view or a presentation.
template <>
void forget<Signed>(Signed& value) {
  wipe_bytes(value.body);
}
}  // namespace canonical

Bytes encode(const Signed& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Signed>();
  put(root, value);
  return canonical::to_bytes(message);
}

Result<Signed> decode_signed(ByteView bytes) {
  return canonical::read<rec::Signed, Signed>(bytes, get, [](const Signed& v) { return encode(v); });
}

// ---- KeyRecord -----------------------------------------------------------------------------------------------------

Bytes encode(const KeyRecord& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::KeyRecord>();
  root.setVersion(kRecordVersion);
  root.setKind(number(value.kind));
  root.setSuite(number(value.suite));
  root.setCoalition(blob(value.coalition));
  root.setSubject(blob(value.subject));
  root.setSerial(value.serial);
  root.setNotBefore(value.not_before.seconds);
  root.setNotAfter(value.not_after.seconds);
  root.setParent(blob(value.parent));
  root.setPublicKey(blob(value.public_key));
  put_codes(value.bases, [&](unsigned n) { return root.initBases(n); });
  return canonical::to_bytes(message);
}

static Status get_key_record(rec::KeyRecord::Reader from, KeyRecord& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code(from.getKind(), to.kind));
  XCH_TRY(read_code(from.getSuite(), to.suite));
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getSubject(), to.subject));
  to.serial = from.getSerial();
  to.not_before.seconds = from.getNotBefore();
  to.not_after.seconds = from.getNotAfter();
  XCH_TRY(read_fixed(from.getParent(), to.parent));
  XCH_TRY(read_public_key(from.getPublicKey(), to.public_key));
  return read_codes(from.getBases(), kMaxBases, to.bases);
}

Result<KeyRecord> decode_key_record(ByteView bytes) {
  return canonical::read<rec::KeyRecord, KeyRecord>(bytes, get_key_record,
                                                    [](const KeyRecord& v) { return encode(v); });
}

// ---- Party ---------------------------------------------------------------------------------------------------------

static void put(rec::Party::Builder to, const Party& from) {
  to.setId(blob(from.id));
  if (!from.name.empty()) to.setName(text(from.name));
  to.setKind(number(from.kind));
  to.setRole(number(from.role));
  if (!from.ori.empty()) to.setOri(text(from.ori));
  to.setAgreementId(blob(from.agreement_id));
  to.setAgreementNotBefore(from.agreement_not_before.seconds);
  to.setAgreementNotAfter(from.agreement_not_after.seconds);
  put_list(from.keys, [&](unsigned n) { return to.initKeys(n); },
           [](rec::Signed::Builder b, const Signed& v) { put(b, v); });
}

static Status get_party(rec::Party::Reader from, Party& to) {
  XCH_TRY(read_fixed(from.getId(), to.id));
  XCH_TRY(read_text(from.getName(), kMaxName, to.name));
  XCH_TRY(read_code(from.getKind(), to.kind));
  // A consent authority need have no role in the exchange of notes.
  XCH_TRY(read_code_or_none(from.getRole(), to.role));
  XCH_TRY(read_text(from.getOri(), kMaxOri, to.ori));
  XCH_TRY(read_fixed(from.getAgreementId(), to.agreement_id));
  to.agreement_not_before.seconds = from.getAgreementNotBefore();
  to.agreement_not_after.seconds = from.getAgreementNotAfter();
  return read_list<rec::Signed>(from.getKeys(), kMaxKeysPerParty, to.keys, get);
}

Bytes encode(const Party& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Party>();
  put(root, value);
  return canonical::to_bytes(message);
}

Result<Party> decode_party(ByteView bytes) {
  return canonical::read<rec::Party, Party>(bytes, get_party, [](const Party& v) { return encode(v); });
}

// ---- Roster --------------------------------------------------------------------------------------------------------

Bytes encode(const Roster& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::Roster>();
  root.setVersion(kRecordVersion);
  root.setSuite(number(value.suite));
  root.setRosterVersion(value.version);
  root.setCoalition(blob(value.coalition));
  root.setPrevious(blob(value.previous));
  root.setPolicyPack(blob(value.policy_pack));
  root.setIssued(value.issued.seconds);
  root.setExpires(value.expires.seconds);
  root.setThreshold(value.threshold);
  if (!value.roots.empty()) {
    auto roots = root.initRoots(static_cast<unsigned>(value.roots.size()));
    for (unsigned i = 0; i < roots.size(); ++i) roots.set(i, blob(value.roots[i].public_key));
  }
  put_list(value.revoked, [&](unsigned n) { return root.initRevoked(n); },
           [](rec::RevokedKey::Builder b, const RevokedKey& v) {
             b.setKey(blob(v.key));
             b.setRevokedAt(v.revoked_at.seconds);
           });
  put_list(value.parties, [&](unsigned n) { return root.initParties(n); },
           [](rec::Party::Builder b, const Party& v) { put(b, v); });
  return canonical::to_bytes(message);
}

static Status get_revoked_key(rec::RevokedKey::Reader from, RevokedKey& to) {
  to.revoked_at.seconds = from.getRevokedAt();
  return read_fixed(from.getKey(), to.key);
}

static Status get_roster(rec::Roster::Reader from, Roster& to) {
  XCH_TRY(is_this_version(from.getVersion()));
  XCH_TRY(read_code(from.getSuite(), to.suite));
  to.version = from.getRosterVersion();
  XCH_TRY(read_fixed(from.getCoalition(), to.coalition));
  XCH_TRY(read_fixed(from.getPrevious(), to.previous));
  XCH_TRY(read_fixed(from.getPolicyPack(), to.policy_pack));
  to.issued.seconds = from.getIssued();
  to.expires.seconds = from.getExpires();
  to.threshold = from.getThreshold();
  const auto roots = from.getRoots();
  if (roots.size() > kMaxRoots) return fail(Code::record_limit);
  to.roots.resize(roots.size());
  for (unsigned i = 0; i < roots.size(); ++i) XCH_TRY(read_public_key(roots[i], to.roots[i].public_key));
  XCH_TRY(read_list<rec::RevokedKey>(from.getRevoked(), kMaxRevokedKeys, to.revoked, get_revoked_key));
  return read_list<rec::Party>(from.getParties(), kMaxParties, to.parties, get_party);
}

Result<Roster> decode_roster(ByteView bytes) {
  return canonical::read<rec::Roster, Roster>(bytes, get_roster, [](const Roster& v) { return encode(v); });
}

Bytes encode(const SignedRoster& value) {
  canonical::Builder message;
  auto root = message.initRoot<rec::SignedRoster>();
  if (!value.body.empty()) root.setBody(blob(value.body));
  put_list(value.signatures, [&](unsigned n) { return root.initSignatures(n); },
           [](rec::RootSignature::Builder b, const RootSignature& v) {
             b.setRootIndex(v.root_index);
             if (!v.signature.empty()) b.setSignature(blob(v.signature));
           });
  return canonical::to_bytes(message);
}

static Status get_root_signature(rec::RootSignature::Reader from, RootSignature& to) {
  to.root_index = from.getRootIndex();
  return read_bytes(from.getSignature(), kSignatureSize, kSignatureSize, to.signature);
}

static Status get_signed_roster(rec::SignedRoster::Reader from, SignedRoster& to) {
  XCH_TRY(read_bytes(from.getBody(), 1, kMaxRecord, to.body));
  XCH_TRY(read_list<rec::RootSignature>(from.getSignatures(), kMaxRoots, to.signatures, get_root_signature));
  // "a list of {u8 root index, signature}, indexes strictly ascending": no root counts twice.
  if (!strictly_ascending(to.signatures, [](const RootSignature& s) { return s.root_index; }))
    return fail(Code::record_malformed);
  return Ok{};
}

Result<SignedRoster> decode_signed_roster(ByteView bytes) {
  return canonical::read<rec::SignedRoster, SignedRoster>(bytes, get_signed_roster,
                                                          [](const SignedRoster& v) { return encode(v); });
}

}  // namespace xch::wire
