// The two AEADs of the suites. The tag is always 16 bytes and its length is never taken from input.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

constexpr std::size_t kAeadTag = 16, kAeadNonce = 12, kAeadKey = 32;
using AeadKey = Secret<kAeadKey, struct AeadKeyTag>;
using Nonce = Fixed<kAeadNonce, struct NonceTag>;

enum class Aead : std::uint16_t { aes256gcm = 2, chacha20poly1305 = 3 };  // RFC 9180 section 7.3 registry values

/// aead_seal writes ct || tag to `out`, which holds plain.size() + 16 bytes and does not overlap `plain` unless
/// they start at the same byte. plain is never empty (security: CVE-2026-45446 class). Errors: crypto_unavailable.
Status aead_seal(Aead aead, ByteView key32, ByteView nonce12, ByteView aad, ByteView plain, MutableView out);
/// aead_open verifies and writes sealed.size() - 16 bytes to `out`; on failure `out` is wiped and the error is
/// `on_failure`. sealed shorter than 17 bytes fails likewise.
Status aead_open(Aead aead, ByteView key32, ByteView nonce12, ByteView aad, ByteView sealed, MutableView out,
                 Code on_failure);

}  // namespace xch::crypto
