// What the key types hold, and HPKE's way in. Internal to crypto/.
#pragma once

#include "crypto/engine.hpp"
#include "crypto/keys.hpp"
#include "crypto/p256.hpp"

namespace xch::crypto {

using RawPrivateKey = Secret<32, struct RawPrivateKeyTag>;  // a P-256 scalar, an X25519 key or an Ed25519 seed

struct KemPublicKey::State {
  SuiteId suite = SuiteId::none;
  Bytes bytes;
  PointPtr p256;
};
struct KemPrivateKey::State {
  SuiteId suite = SuiteId::none;
  RawPrivateKey secret;
  KemPublicKey public_key;
  PkeyCtxPtr p256_ecdh;  // duplicated for each use
};
struct SignPublicKey::State {
  SuiteId suite = SuiteId::none;
  Bytes bytes;
  PkeyCtxPtr p256_verify;  // duplicated for each use
};
struct SignPrivateKey::State {
  SuiteId suite = SuiteId::none;
  RawPrivateKey secret;
  Secret<64, struct Ed25519ExpandedTag> ed25519;  // libsodium's form: seed || public key
  SignPublicKey public_key;
};

struct KeyAccess {
  /// state is null for a key that was default-made or moved from.
  template <class Key>
  static const auto* state(const Key& key) {
    return key.state_.get();
  }
  template <class Key, class State>
  static Key make(State state) {
    Key key;
    key.state_ = std::move(state);
    return key;
  }
};

/// ed25519_verify is libsodium's verdict on a whole message; any signature that is not 64 bytes is refused.
bool ed25519_verify(ByteView public32, ByteView message, ByteView signature);
/// x25519 is false exactly if the result is all zero: `point` had low order.
bool x25519(const RawPrivateKey& secret, ByteView point32, MutableView out32);

}  // namespace xch::crypto
