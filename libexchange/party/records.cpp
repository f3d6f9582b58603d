#include "party/records.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "party/chain.hpp"
#include "party/roster.hpp"
#include "wire/records.hpp"

namespace xch::party {
namespace {

// Kinds whose parent is a root. They carry no signature: they are valid exactly if they stand in the roster.
bool is_vouched(KeyKind kind) {
  return kind == KeyKind::agencyIdentity || kind == KeyKind::consentAuthority || kind == KeyKind::auditor ||
         kind == KeyKind::releaseService;
}

bool strictly_ascending(const std::vector<Basis>& bases) {
  return std::adjacent_find(bases.begin(), bases.end(), [](Basis a, Basis b) { return a >= b; }) == bases.end();
}

}  // namespace

bool parent_allowed(KeyKind parent, KeyKind child, const std::vector<Basis>& child_bases) {
  if (parent == KeyKind::root) return is_vouched(child);
  if (parent != KeyKind::agencyIdentity) return false;
  switch (child) {
    case KeyKind::agencyEncryption:
    case KeyKind::seat:
    case KeyKind::log:
    case KeyKind::witness:
      return true;
    case KeyKind::consentAuthority:
      // An agency may speak for nobody but itself: its own facts, before any consent.
      return child_bases == std::vector<Basis>{Basis::originatorAuthority};
    default:
      return false;
  }
}

SuiteId key_suite(KeyKind kind, SuiteId roster_suite) {
  return kind == KeyKind::log || kind == KeyKind::witness ? SuiteId::x25519 : roster_suite;
}

KeyId key_id(ByteView record_body) { return crypto::th_as<KeyId>(crypto::label::kKeyId, {record_body}); }
KeyId root_key_id(ByteView public_key) { return crypto::th_as<KeyId>(crypto::label::kKeyId, {public_key}); }

Status check_record(const KeyRecord& record, Code on_failure) {
  if (record.kind == KeyKind::none || record.kind == KeyKind::root) return fail(on_failure);
  if (record.not_after < record.not_before) return fail(on_failure);
  if (record.kind == KeyKind::agencyEncryption &&
      record.not_after.seconds - record.not_before.seconds > kMaxEncryptionWindow)
    return fail(on_failure);
  if ((record.kind == KeyKind::consentAuthority) == record.bases.empty()) return fail(on_failure);
  if (!strictly_ascending(record.bases)) return fail(on_failure);
  if (!record.bases.empty() && record.bases.front() == Basis::none) return fail(on_failure);
  return Ok{};
}

Result<CertifiedKey> read_record(const Signed& signed_record, Code on_failure) {
  if (signed_record.kind != Kind::keyRecord) return fail(on_failure);
  auto record = wire::decode_key_record(signed_record.body);
  if (!record) return fail(on_failure);
  XCH_TRY(check_record(*record, on_failure));
  return CertifiedKey{key_id(signed_record.body), std::move(*record), signed_record};
}

Result<PublicKey> parse_public_key(const KeyRecord& record, Code on_failure) {
  if (record.kind == KeyKind::agencyEncryption) {
    auto key = crypto::KemPublicKey::parse(record.suite, record.public_key);
    if (!key) return fail(on_failure);
    return PublicKey(std::move(*key));
  }
  auto key = crypto::SignPublicKey::parse(record.suite, record.public_key);
  if (!key) return fail(on_failure);
  return PublicKey(std::move(*key));
}

Status check_certified(const CertifiedKey& child, const crypto::SignPublicKey& parent_key, Code on_failure) {
  if (child.signed_record.signer != child.record.parent) return fail(on_failure);
  return crypto::verify(parent_key, child.record.parent, crypto::sign_label(Kind::keyRecord), child.signed_record.body,
                        child.signed_record.signature, on_failure);
}

bool is_unsigned(const Signed& signed_record) {
  return signed_record.signer.is_zero() && signed_record.signature.empty();
}

Result<CertifiedKey> make_key_record(const KeyRecord& record, const crypto::SignPrivateKey* parent) {
  XCH_TRY(check_record(record, Code::key_record_malformed));
  XCH_TRY(parse_public_key(record, Code::key_record_malformed));
  const KeyKind parent_kind = parent == nullptr ? KeyKind::root : KeyKind::agencyIdentity;
  if (!parent_allowed(parent_kind, record.kind, record.bases)) return fail(Code::key_record_parent);

  CertifiedKey made;
  made.record = record;
  made.signed_record.kind = Kind::keyRecord;
  made.signed_record.body = wire::encode(record);
  made.id = key_id(made.signed_record.body);
  if (parent == nullptr) return made;
  XCH_ASSIGN(made.signed_record,
             sign_object(Kind::keyRecord, std::move(made.signed_record.body), record.parent, *parent));
  return made;
}

}  // namespace xch::party
