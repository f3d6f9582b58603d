// P-256: key import, ECDH and ECDSA. Internal to crypto/.
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "crypto/engine.hpp"
#include "crypto/secret.hpp"

namespace xch::crypto::p256 {

constexpr std::size_t kScalar = 32, kPoint = 65, kSignature = 64;
using Scalar = Secret<kScalar, struct P256ScalarTag>;
using Point = std::array<std::uint8_t, kPoint>;

/// is_scalar is true for 32 big-endian bytes in [1, n-1]; constant time.
bool is_scalar(ByteView bytes);

/// secret_number holds bytes as a number in secure memory, for constant-time use; null only if OpenSSL fails.
SecretBnPtr secret_number(ByteView bytes);

/// public_point writes scalar * G uncompressed. False only if OpenSSL fails.
bool public_point(const Scalar& scalar, Point& out);

/// import_public takes exactly 65 bytes 0x04 || X || Y with X, Y < p on the curve; null otherwise. The curve has
/// cofactor 1, so that is full public-key validation (SP 800-56A rev. 3 section 5.6.2.3.3): nothing else is checked later.
PkeyPtr import_public(ByteView point);
/// decode_point takes the same bytes and refuses the same ones.
PointPtr decode_point(ByteView point);
/// import_private makes a key for ECDH; its public half is not computed.
PkeyPtr import_private(const Scalar& scalar);

/// ecdh_ready gives a key-agreement context to be duplicated for each use, which fetches nothing.
PkeyCtxPtr ecdh_ready(EVP_PKEY* key);
/// ecdh_with_point writes the x-coordinate, 32 bytes, of scalar * point; the point is validated as import_public does.
bool ecdh_with_point(EVP_PKEY_CTX* ctx, ByteView point, MutableView out32);

/// ecdh_once does so for a scalar that serves once and a point that serves often: it came from decode_point.
bool ecdh_once(const Scalar& scalar, const EC_POINT* peer, MutableView out32);

/// ecdsa_sign signs a 32-byte hash: r || s with the nonce of RFC 6979 (HMAC-SHA256) and s <= n/2.
bool ecdsa_sign(const Scalar& scalar, ByteView hash32, MutableView out64);
/// verify_ready gives a verification context to be duplicated for each use.
PkeyCtxPtr verify_ready(EVP_PKEY* key);
/// ecdsa_verify takes exactly 64 bytes with r and s in [1, n-1] and s <= n/2. Variable time: all of it is public.
bool ecdsa_verify(EVP_PKEY_CTX* ready, ByteView hash32, ByteView signature);

}  // namespace xch::crypto::p256
