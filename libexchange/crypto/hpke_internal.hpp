// The parts of HPKE, so that the published vectors reach each of them. Internal to crypto/.
#pragma once

#include <array>

#include "crypto/digest.hpp"
#include "crypto/keys_internal.hpp"
#include "crypto/sha256.hpp"

namespace xch::crypto {

using SharedSecret = Secret<32, struct SharedSecretTag>;

/// HpkeIds are the registry numbers of RFC 9180 section 7.
struct HpkeIds {
  std::uint16_t kem = 0, kdf = 0, aead = 0;
};

/// hpke_derive_private_key is the private half of DeriveKeyPair (RFC 9180 section 7.1.3). False: no candidate of 256 fits.
bool hpke_derive_private_key(SuiteId suite, ByteView ikm, RawPrivateKey& out);
/// hpke_encap writes enc and the shared secret. Errors: crypto_unavailable, key_public (X25519 low order).
Status hpke_encap(const KemPublicKey& to, ByteView ikm, MutableView enc, SharedSecret& out);
/// hpke_decap is false for any enc that is not a good public key.
bool hpke_decap(const KemPrivateKey& key, ByteView enc, SharedSecret& out);

/// HpkeSchedule is `secret` and `key_schedule_context` of RFC 9180 section 5.1, mode base.
struct HpkeSchedule {
  HpkeIds ids;
  Prk secret;
  std::array<std::uint8_t, 65> context;
};
HpkeSchedule hpke_schedule(HpkeIds ids, const SharedSecret& shared, ByteView info);
/// hpke_expand is LabeledExpand(secret, label, key_schedule_context, out.size()).
void hpke_expand(const HpkeSchedule& schedule, std::string_view label, MutableView out);

}  // namespace xch::crypto
