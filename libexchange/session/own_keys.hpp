// The keys of one home: certified records and their secrets, loaded from the sealed rows of the store.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "crypto/keys.hpp"
#include "message/knowledge.hpp"
#include "model/party.hpp"
#include "session/rows.hpp"

namespace xch::session {

constexpr std::uint64_t kEncryptionDays = 7;  // a target is published for at most so long

/// OwnKey is one key of this home. After erasure the record stays (its window still judges old notes), the secret is gone.
struct OwnKey {
  CertifiedKey certified;
  std::shared_ptr<const crypto::SignPrivateKey> sign;
  std::shared_ptr<const crypto::KemPrivateKey> kem;
  bool is_erased() const { return !sign && !kem; }
};

/// keep_key writes a key's row. `secret` empty: the secret is erased, the record stays.
Status keep_key(Change& change, const CertifiedKey& key, ByteView secret);

/// OwnKeys is immutable; a change of keys makes a new one.
class OwnKeys {
 public:
  static Result<std::shared_ptr<const OwnKeys>> load(const Rows& rows);

  const OwnKey* find(const KeyId& id) const;
  const std::map<KeyId, OwnKey>& all() const { return keys_; }
  /// gates are the live agency encryption keys, newest first, at most 8.
  std::vector<message::GateKey> gates() const;
  /// newest is the newest living key of a kind; nullptr when there is none.
  const OwnKey* newest(KeyKind kind) const;
  /// authorities may issue `basis`, newest first.
  std::vector<const OwnKey*> authorities(Basis basis) const;
  /// chain_of is the key's record first, then its parents up to the one that the roster vouches for.
  std::vector<Signed> chain_of(const OwnKey& key) const;

 private:
  std::map<KeyId, OwnKey> keys_;
};

}  // namespace xch::session
