#include "party/chain.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "party/records.hpp"

namespace xch::party {
namespace {

Status check_kinds(const std::vector<CertifiedKey>& keys, const std::vector<KeyKind>& expected);
Status check_trust(const std::vector<CertifiedKey>& keys, const VerifiedRoster& roster);
Status check_subjects(const std::vector<CertifiedKey>& keys, const VerifiedRoster& roster);
Result<crypto::SignPublicKey> check_signatures(const std::vector<CertifiedKey>& keys);

}  // namespace

Result<VerifiedChain> verify_chain(const std::vector<Signed>& chain, const std::vector<KeyKind>& expected,
                                   const VerifiedRoster& roster) {
  if (chain.empty() || chain.size() > kMaxChain) return fail(Code::open_chain_malformed);
  VerifiedChain verified;
  for (const auto& signed_record : chain) {
    XCH_ASSIGN(auto key, read_record(signed_record, Code::open_chain_malformed));
    verified.keys.push_back(std::move(key));
  }
  XCH_TRY(check_kinds(verified.keys, expected));
  XCH_TRY(check_trust(verified.keys, roster));
  XCH_TRY(check_subjects(verified.keys, roster));
  XCH_ASSIGN(verified.leaf_key, check_signatures(verified.keys));
  return verified;
}

namespace {

bool is_expected(KeyKind kind, const std::vector<KeyKind>& expected) {
  return std::find(expected.begin(), expected.end(), kind) != expected.end();
}

Status check_kinds(const std::vector<CertifiedKey>& keys, const std::vector<KeyKind>& expected) {
  const KeyKind leaf = keys.front().record.kind;
  if (leaf == KeyKind::agencyEncryption || !is_expected(leaf, expected)) return fail(Code::open_chain_kind);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const KeyKind parent = i + 1 < keys.size() ? keys[i + 1].record.kind : KeyKind::root;
    if (!parent_allowed(parent, keys[i].record.kind, keys[i].record.bases)) return fail(Code::open_chain_kind);
  }
  return Ok{};
}

Status check_trust(const std::vector<CertifiedKey>& keys, const VerifiedRoster& roster) {
  for (std::size_t i = 0; i + 1 < keys.size(); ++i)
    if (keys[i].record.parent != keys[i + 1].id) return fail(Code::open_chain_untrusted);
  const CertifiedKey& top = keys.back();
  if (roster.key(top.id) == nullptr) return fail(Code::open_chain_untrusted);
  // A child that stands in the roster itself is no top: without its parent, the parent's end would go unseen.
  const auto& roots = roster.root_ids();
  if (std::find(roots.begin(), roots.end(), top.record.parent) == roots.end()) return fail(Code::open_chain_untrusted);
  return Ok{};
}

Status check_subjects(const std::vector<CertifiedKey>& keys, const VerifiedRoster& roster) {
  for (const auto& key : keys)
    if (key.record.coalition != roster.roster().coalition) return fail(Code::open_chain_coalition);
  for (const auto& key : keys)
    if (key.record.subject != keys.front().record.subject) return fail(Code::open_chain_subject);
  for (const auto& key : keys)
    if (key.record.suite != key_suite(key.record.kind, roster.roster().suite)) return fail(Code::open_chain_suite);
  return Ok{};
}

// Top down: each key is parsed, then used on the record below it. Gives the leaf's key.
Result<crypto::SignPublicKey> check_signatures(const std::vector<CertifiedKey>& keys) {
  if (!is_unsigned(keys.back().signed_record)) return fail(Code::open_chain_signature);
  std::optional<crypto::SignPublicKey> above;
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (above) XCH_TRY(check_certified(keys[i], *above, Code::open_chain_signature));
    XCH_ASSIGN(auto public_key, parse_public_key(keys[i].record, Code::open_chain_malformed));
    above = std::get<crypto::SignPublicKey>(std::move(public_key));  // check_kinds leaves signing kinds only
  }
  return std::move(*above);
}

}  // namespace

Status valid_at(const VerifiedChain& chain, const VerifiedRoster& roster, Timestamp at) {
  for (const auto& key : chain.keys)
    if (at < key.record.not_before || key.record.not_after < at) return fail(Code::open_chain_window);
  const auto revoked = revoked_from(chain, roster);
  if (revoked && *revoked <= at) return fail(Code::open_chain_revoked);
  return Ok{};
}

std::optional<Timestamp> revoked_from(const VerifiedChain& chain, const VerifiedRoster& roster) {
  std::optional<Timestamp> earliest;
  for (const auto& key : chain.keys) {
    const auto revoked = roster.revoked_at(key.id);
    if (revoked && (!earliest || *revoked < *earliest)) earliest = revoked;
  }
  return earliest;
}

Result<Signed> sign_object(Kind kind, Bytes body, const KeyId& signer, const crypto::SignPrivateKey& key) {
  XCH_ASSIGN(const auto signature, crypto::sign(key, signer, crypto::sign_label(kind), body));
  return Signed{kind, std::move(body), signer, signature.view().copy()};
}

Status verify_object(const Signed& object, Kind kind, const VerifiedChain& chain, Code on_failure) {
  if (object.kind != kind || object.signer != chain.leaf().id) return fail(on_failure);
  return crypto::verify(chain.leaf_key, object.signer, crypto::sign_label(kind), object.body, object.signature,
                        on_failure);
}

}  // namespace xch::party
