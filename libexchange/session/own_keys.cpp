#include "session/own_keys.hpp"

#include <algorithm>
#include <cstring>

#include "session/codec.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

constexpr std::size_t kMaxGates = 8;  // protocol limit of keys tried on one envelope

Result<OwnKey> decode_key(ByteView id, ByteView row) {
  FieldReader in(row);
  const ByteView record = in.v32();
  const ByteView secret = in.v32();
  XCH_TRY(in.done());
  OwnKey key;
  if (!key.certified.id.copy_from(id)) return fail(Code::store_damaged);
  XCH_ASSIGN(key.certified.signed_record, wire::decode_signed(record));
  XCH_ASSIGN(key.certified.record, wire::decode_key_record(key.certified.signed_record.body));
  if (secret.empty()) return key;
  const SuiteId suite = key.certified.record.suite;
  if (key.certified.record.kind == KeyKind::agencyEncryption) {
    XCH_ASSIGN(auto kem, crypto::KemPrivateKey::from_bytes(suite, secret));
    key.kem = std::make_shared<const crypto::KemPrivateKey>(std::move(kem));
    return key;
  }
  XCH_ASSIGN(auto sign, crypto::SignPrivateKey::from_bytes(suite, secret));
  key.sign = std::make_shared<const crypto::SignPrivateKey>(std::move(sign));
  return key;
}

bool is_newer(const OwnKey& a, const OwnKey& b) {
  const auto& x = a.certified.record;
  const auto& y = b.certified.record;
  if (x.not_before != y.not_before) return x.not_before > y.not_before;
  return x.serial > y.serial;
}

}  // namespace

Status keep_key(Change& change, const CertifiedKey& key, ByteView secret) {
  // One piece of wiped memory: a growing buffer would leave copies of the secret behind.
  const Bytes record = wire::encode(key.signed_record);
  crypto::SecretBytes row(4 + record.size() + 4 + secret.size());
  std::uint8_t* at = row.expose_mutable().data();
  store_u32(at, static_cast<std::uint32_t>(record.size()));
  std::memcpy(at + 4, record.data(), record.size());
  at += 4 + record.size();
  store_u32(at, static_cast<std::uint32_t>(secret.size()));
  if (!secret.empty()) std::memcpy(at + 4, secret.data(), secret.size());
  return change.put(space::kKey, key.id, row.expose());
}

Result<std::shared_ptr<const OwnKeys>> OwnKeys::load(const Rows& rows) {
  auto out = std::make_shared<OwnKeys>();
  XCH_ASSIGN(const auto list, rows.list(space::kKey));
  for (const auto& row : list) {
    XCH_ASSIGN(OwnKey key, decode_key(row.key, row.value.expose()));
    const KeyId id = key.certified.id;
    out->keys_.emplace(id, std::move(key));
  }
  return std::shared_ptr<const OwnKeys>(std::move(out));
}

const OwnKey* OwnKeys::find(const KeyId& id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<message::GateKey> OwnKeys::gates() const {
  std::vector<const OwnKey*> live;
  for (const auto& [id, key] : keys_)
    if (key.kem) live.push_back(&key);
  std::sort(live.begin(), live.end(), [](const OwnKey* a, const OwnKey* b) { return is_newer(*a, *b); });
  if (live.size() > kMaxGates) live.resize(kMaxGates);
  std::vector<message::GateKey> out;
  for (const auto* key : live) {
    const auto& record = key->certified.record;
    out.push_back({key->certified.id, key->kem.get(), record.not_before, record.not_after});
  }
  return out;
}

const OwnKey* OwnKeys::newest(KeyKind kind) const {
  const OwnKey* best = nullptr;
  for (const auto& [id, key] : keys_) {
    if (key.certified.record.kind != kind || key.is_erased()) continue;
    if (best == nullptr || is_newer(key, *best)) best = &key;
  }
  return best;
}

std::vector<const OwnKey*> OwnKeys::authorities(Basis basis) const {
  std::vector<const OwnKey*> out;
  for (const auto& [id, key] : keys_) {
    const auto& record = key.certified.record;
    if (record.kind != KeyKind::consentAuthority || key.is_erased()) continue;
    if (std::find(record.bases.begin(), record.bases.end(), basis) != record.bases.end()) out.push_back(&key);
  }
  std::sort(out.begin(), out.end(), [](const OwnKey* a, const OwnKey* b) { return is_newer(*a, *b); });
  return out;
}

std::vector<Signed> OwnKeys::chain_of(const OwnKey& key) const {
  std::vector<Signed> chain;
  const OwnKey* at = &key;
  while (at != nullptr && chain.size() < 8) {
    chain.push_back(at->certified.signed_record);
    at = find(at->certified.record.parent);
  }
  return chain;
}

}  // namespace xch::session
