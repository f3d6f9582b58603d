// Key records one by one: what a record must satisfy before anybody asks who signed it.
#pragma once

#include <variant>

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "model/party.hpp"

namespace xch::party {

/// kMaxEncryptionWindow: agency encryption keys are published as targets for at most 7 days, so that erasing the
/// private half means something (docs/format.md, "Keys, parties, roster").
constexpr std::uint64_t kMaxEncryptionWindow = 7 * kDay;

/// key_suite is the suite a record of this kind names: the roster's, but Ed25519 for logs and witnesses in every
/// coalition (C2SP checkpoints and cosignatures know nothing else).
SuiteId key_suite(KeyKind kind, SuiteId roster_suite);

/// check_record checks what a record says by itself: a kind that may be certified, an ordered window, at most 7 days
/// for an encryption key, bases exactly where a consent authority is certified, strictly ascending.
Status check_record(const KeyRecord& record, Code on_failure);

/// read_record decodes one Signed key record, checks it by itself and gives it its id. The signature is the caller's.
Result<CertifiedKey> read_record(const Signed& signed_record, Code on_failure);

/// PublicKey is the parsed key of a record: agency encryption keys decrypt, all others sign.
using PublicKey = std::variant<crypto::KemPublicKey, crypto::SignPublicKey>;
Result<PublicKey> parse_public_key(const KeyRecord& record, Code on_failure);

/// check_certified checks that `child` was signed by `parent_key`, the key of its parent record.
Status check_certified(const CertifiedKey& child, const crypto::SignPublicKey& parent_key, Code on_failure);
/// is_unsigned: no signer, no signature. The form of a record whose parent is a root: the roster vouches, not one root.
bool is_unsigned(const Signed& signed_record);

}  // namespace xch::party
