// Key chains: from a seat or authority key up to a record that the roster vouches for.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "model/party.hpp"
#include "party/roster.hpp"

namespace xch::party {

/// VerifiedChain is a chain whose signatures, kinds, parents, coalition, subject and suite were checked. Windows and
/// revocations depend on a time and are checked by valid_at.
struct VerifiedChain {
  std::vector<CertifiedKey> keys;  // leaf first, then its parents; the last one's parent is a root and it stands in the roster
  crypto::SignPublicKey leaf_key;  // parsed; every leaf of a chain is a signing key
  const CertifiedKey& leaf() const { return keys.front(); }
};

/// verify_chain checks a chain as it travels (leaf first; at most 8). `expected` lists the kinds the leaf may have.
/// Errors, in this order: open_chain_malformed (a record does not decode, or the chain is empty or too long),
/// open_chain_kind (the leaf's kind, or a parent that may not certify it), open_chain_untrusted (the last record does
/// not stand in the roster, or a record's parent is not the next one), open_chain_coalition, open_chain_subject (the
/// records name different parties), open_chain_suite, open_chain_signature.
Result<VerifiedChain> verify_chain(const std::vector<Signed>& chain, const std::vector<KeyKind>& expected,
                                   const VerifiedRoster& roster);

/// valid_at checks that every record's window holds `at` (open_chain_window) and that no record of the chain is
/// revoked at or before `at` by the roster (open_chain_revoked).
Status valid_at(const VerifiedChain& chain, const VerifiedRoster& roster, Timestamp at);

/// revoked_from is the earliest revocation of any key of the chain that the roster knows; nullopt for none.
std::optional<Timestamp> revoked_from(const VerifiedChain& chain, const VerifiedRoster& roster);

/// kMaxChain bounds the work a hostile chain can ask for.
constexpr std::size_t kMaxChain = 8;

/// ChainCache remembers verified chains by SHA-256 of their bytes and roster hash, so that a busy sender's chain costs
/// its signatures once. Bounded; thread-safe. Windows and revocations are never remembered: valid_at is the caller's.
class ChainCache {
 public:
  explicit ChainCache(std::size_t capacity = 256);
  ~ChainCache();
  Result<std::shared_ptr<const VerifiedChain>> verify(const std::vector<Signed>& chain, const std::vector<KeyKind>& expected,
                                                      const VerifiedRoster& roster);
  /// verify_bytes takes the records as canonical Signed encodings (as a bundle carries them).
  Result<std::shared_ptr<const VerifiedChain>> verify_bytes(const std::vector<ByteView>& chain, const std::vector<KeyKind>& expected,
                                                            const VerifiedRoster& roster);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// make_key_record signs a record for `subject_key` by its parent; a parent that is a root gives no signature.
/// Errors: key_record_malformed (a window, bases or public key that no roster would take), key_record_parent,
/// crypto_unavailable.
Result<CertifiedKey> make_key_record(const KeyRecord& record, const crypto::SignPrivateKey* parent);

/// sign_object frames and signs a body with its kind's label.
Result<Signed> sign_object(Kind kind, Bytes body, const KeyId& signer, const crypto::SignPrivateKey& key);
/// verify_object checks a Signed against a verified chain's leaf: kind, signer id, signature; `on_failure` otherwise.
Status verify_object(const Signed& object, Kind kind, const VerifiedChain& chain, Code on_failure);

}  // namespace xch::party
