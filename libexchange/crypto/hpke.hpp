// HPKE (RFC 9180), base mode, single shot only: no context exists, so no counter can be reused.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

namespace xch::crypto {

/// hpke_enc_size is 65 (p256) or 32 (x25519); hpke_overhead is that plus the 16-byte tag.
std::size_t hpke_enc_size(SuiteId suite);
inline std::size_t hpke_overhead(SuiteId suite) { return hpke_enc_size(suite) + 16; }

/// hpke_seal writes enc || ct to `out` (plain.size() + hpke_overhead bytes). The suite is the key's. The ephemeral
/// key is DeriveKeyPair of 32 bytes of `random` (RFC 9180 section 7.1.3). plain is never empty.
/// Errors: crypto_unavailable, key_public (X25519 low order).
Status hpke_seal(const KemPublicKey& to, ByteView info, ByteView aad, ByteView plain, Random& random, MutableView out);
/// hpke_open opens enc || ct into `out` (sealed.size() - hpke_overhead bytes); on failure `out` is wiped and the
/// error is `on_failure`, whatever the reason (short, bad point, low order, tag).
Status hpke_open(const KemPrivateKey& key, ByteView info, ByteView aad, ByteView sealed, MutableView out,
                 Code on_failure);

}  // namespace xch::crypto
