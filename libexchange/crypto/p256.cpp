#include "crypto/p256.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <bit>

namespace xch::crypto::p256 {
namespace {

constexpr std::array<std::uint8_t, 32> kOrder{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                              0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                              0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

// OpenSSL's decoders would take compressed (0x02, 0x03) and hybrid (0x06, 0x07) forms as well.
bool is_uncompressed(ByteView point) { return point.size() == kPoint && point[0] == 0x04; }

bool set_point(const ErrorMark& mark, EVP_PKEY* key, ByteView point) {
  if (!is_uncompressed(point)) return false;
  return may_refuse(mark, EVP_PKEY_set1_encoded_public_key(key, point.data(), point.size()) == 1);
}

PkeyPtr blank_key() { return PkeyPtr(EVP_PKEY_dup(engine()->p256_parameters)); }

PkeyCtxPtr importer() {
  const Engine* e = engine();
  if (auto* kept = e->p256_importers.take()) return PkeyCtxPtr(kept);
  return PkeyCtxPtr(EVP_PKEY_CTX_new_from_name(e->libctx, "EC", nullptr));
}

}  // namespace

bool is_scalar(ByteView bytes) {
  if (bytes.size() != kScalar) return false;
  unsigned borrow = 0, any = 0;
  for (std::size_t i = kScalar; i-- > 0;) {
    borrow = (static_cast<unsigned>(bytes[i]) - kOrder[i] - borrow) >> 8 & 1;
    any |= bytes[i];
  }
  const unsigned nonzero = (any + 0xff) >> 8;
  return (borrow & nonzero) == 1;
}

SecretBnPtr secret_number(ByteView bytes) {
  SecretBnPtr n(BN_secure_new());
  if (!n) return nullptr;
  BN_set_flags(n.get(), BN_FLG_CONSTTIME);
  if (!BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), n.get())) return nullptr;
  return n;
}

bool public_point(const Scalar& scalar, Point& out) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr) return false;
  BnCtxPtr bn(BN_CTX_secure_new_ex(e->libctx));
  const SecretBnPtr k = secret_number(scalar.expose());
  SecretPointPtr point(EC_POINT_new(e->p256_group));
  if (!bn || !k || !point) return false;
  if (EC_POINT_mul(e->p256_group, point.get(), k.get(), nullptr, nullptr, bn.get()) != 1) return false;
  return EC_POINT_point2oct(e->p256_group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                            bn.get()) == kPoint;
}

PkeyPtr import_public(ByteView point) {
  ErrorMark mark;
  if (engine() == nullptr) return nullptr;
  PkeyPtr key = blank_key();
  must_have(key != nullptr);
  if (!set_point(mark, key.get(), point)) return nullptr;
  return key;
}

PointPtr decode_point(ByteView point) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr || !is_uncompressed(point)) return nullptr;
  PointPtr out(EC_POINT_new(e->p256_group));
  must_have(out != nullptr);
  // EC_POINT_oct2point checks X, Y < p and that the point is on the curve.
  const int taken = EC_POINT_oct2point(e->p256_group, out.get(), point.data(), point.size(), nullptr);
  if (!may_refuse(mark, taken == 1)) return nullptr;
  return out;
}

// 20 us: OpenSSL 3.0 builds the curve anew for each key that it imports, and no EVP call sets a private scalar on a
// duplicate of known parameters. Giving the public point as well costs 2 us more. So it is for keys that are used again;
// an ephemeral scalar goes through ecdh_once.
PkeyPtr import_private(const Scalar& scalar) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr) return nullptr;
  PkeyCtxPtr ctx = importer();
  if (!ctx || EVP_PKEY_fromdata_init(ctx.get()) != 1) return nullptr;
  // OSSL_PARAM integers are in the machine's byte order.
  Scalar native = scalar.duplicate();
  if (std::endian::native == std::endian::little)
    std::reverse(native.expose_mutable().begin(), native.expose_mutable().end());
  char group[] = "prime256v1";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                         OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.expose_mutable().data(), kScalar),
                         OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_KEYPAIR, params) != 1) return nullptr;
  e->p256_importers.give(ctx.release());
  return PkeyPtr(key);
}

PkeyCtxPtr ecdh_ready(EVP_PKEY* key) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr) return nullptr;
  PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_pkey(e->libctx, key, nullptr));
  if (!ctx || EVP_PKEY_derive_init(ctx.get()) != 1) return nullptr;
  return ctx;
}

// RFC 9180 section 7.1.3 asks for a scalar derived from ikm, which EVP's key generation cannot give and its import gives
// for 20 us and a fetch each time. These are the calls that EVP's ECDH ends in, the product constant-time in the scalar.
bool ecdh_once(const Scalar& scalar, const EC_POINT* peer, MutableView out32) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr || peer == nullptr || out32.size() != kScalar) return false;
  BnCtxPtr bn(BN_CTX_secure_new_ex(e->libctx));
  const SecretBnPtr k = secret_number(scalar.expose()), x(BN_secure_new());
  SecretPointPtr shared(EC_POINT_new(e->p256_group));
  if (!bn || !k || !x || !shared) return false;
  // Getting the coordinates fails for the point at infinity, which no scalar in [1, n-1] gives.
  return EC_POINT_mul(e->p256_group, shared.get(), nullptr, peer, k.get(), bn.get()) == 1 &&
         EC_POINT_get_affine_coordinates(e->p256_group, shared.get(), x.get(), nullptr, bn.get()) == 1 &&
         BN_bn2binpad(x.get(), out32.data(), kScalar) == static_cast<int>(kScalar);
}

bool ecdh_with_point(EVP_PKEY_CTX* ctx, ByteView point, MutableView out32) {
  ErrorMark mark;
  // Overwriting a kept key costs 1 us, duplicating the parameters for a new one 5 us.
  PkeyPtr peer(engine()->p256_peers.take());
  if (!peer) peer = blank_key();
  must_have(peer != nullptr);
  if (!set_point(mark, peer.get(), point)) return false;
  std::size_t size = out32.size();
  // No second validation of the peer (58 us): set_point has done it.
  must_have(EVP_PKEY_derive_set_peer_ex(ctx, peer.get(), 0) == 1);
  must_have(EVP_PKEY_derive(ctx, out32.data(), &size) == 1 && size == kScalar);
  engine()->p256_peers.give(peer.release());
  return true;
}

}  // namespace xch::crypto::p256
