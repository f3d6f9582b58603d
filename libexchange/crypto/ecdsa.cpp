// ECDSA with the deterministic nonce of RFC 6979, and verification of the one form of signature that we take.
#include <algorithm>
#include <cstring>

#include "crypto/p256.hpp"
#include "crypto/sha256.hpp"

namespace xch::crypto::p256 {
namespace {

constexpr std::array<std::uint8_t, 32> kHalfOrder{0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff,
                                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b,
                                                  0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

// NonceSource is the k of RFC 6979 section 3.2, steps b to h, with HMAC-SHA256 and qlen = 256.
class NonceSource {
 public:
  NonceSource(const Scalar& x, ByteView reduced_hash) {
    std::fill(v_.expose_mutable().begin(), v_.expose_mutable().end(), std::uint8_t{0x01});
    update(0x00, x.expose(), reduced_hash);
    update(0x01, x.expose(), reduced_hash);
  }
  Scalar next() {
    Scalar k;
    for (;;) {
      if (drawn_) update(0x00, {}, {});
      drawn_ = true;
      v_ = mac({v_.expose()});
      std::memcpy(k.expose_mutable().data(), v_.expose().data(), kScalar);
      if (is_scalar(k.expose())) return k;
    }
  }

 private:
  using State = Secret<kSha256, struct NonceStateTag>;

  State mac(std::initializer_list<ByteView> parts) {
    State out;
    hmac(hash_, k_.expose(), parts, out.expose_mutable().data());
    return out;
  }
  void update(std::uint8_t separator, ByteView x, ByteView h) {
    k_ = mac({v_.expose(), ByteView(&separator, 1), x, h});
    v_ = mac({v_.expose()});
  }

  Sha256 hash_;
  State k_, v_;
  bool drawn_ = false;
};

// r = x(k * G) mod n, public from here on.
bool nonce_point(const Engine& e, const BIGNUM* k, BIGNUM* r, BN_CTX* ctx) {
  SecretPointPtr point(EC_POINT_new(e.p256_group));
  return point && EC_POINT_mul(e.p256_group, point.get(), k, nullptr, nullptr, ctx) == 1 &&
         EC_POINT_get_affine_coordinates(e.p256_group, point.get(), r, nullptr, ctx) == 1 &&
         BN_nnmod(r, r, EC_GROUP_get0_order(e.p256_group), ctx) == 1;
}

// s = (hash + r * d) / k mod n. OpenSSL 3.0 offers no deterministic nonce through EVP (3.2 does), so these are its
// constant-time pieces: Montgomery products, a branch-free modular sum, and Fermat's k^(n-2) for the inverse, so that
// neither k nor d meets a division, a Euclid step or a comparison.
bool nonce_equation(const Engine& e, const BIGNUM* hash, const BIGNUM* r, const BIGNUM* d, const BIGNUM* k, BIGNUM* s,
                    BN_CTX* ctx) {
  const BIGNUM* n = EC_GROUP_get0_order(e.p256_group);
  BN_MONT_CTX* mont = e.p256_order_mont;
  SecretBnPtr inverse(BN_secure_new()), t(BN_secure_new());
  if (!inverse || !t) return false;
  // to_montgomery(r) * d = r * d * R / R: one factor in Montgomery form gives the plain product.
  return BN_mod_exp_mont_consttime(inverse.get(), k, e.p256_order_minus_2, n, ctx, mont) == 1 &&
         BN_to_montgomery(t.get(), r, mont, ctx) == 1 && BN_mod_mul_montgomery(t.get(), t.get(), d, mont, ctx) == 1 &&
         BN_mod_add_quick(t.get(), t.get(), hash, n) == 1 &&
         BN_to_montgomery(inverse.get(), inverse.get(), mont, ctx) == 1 &&
         BN_mod_mul_montgomery(s, t.get(), inverse.get(), mont, ctx) == 1;
}

bool less_or_equal(ByteView a, ByteView b) {
  return std::memcmp(a.data(), b.data(), b.size()) <= 0;
}

// A DER INTEGER of a positive number; returns its size, at most 35.
std::size_t der_integer(ByteView number, std::uint8_t* out) {
  while (number.size() > 1 && number[0] == 0) number = number.sub(1);
  const bool padded = number[0] >= 0x80;
  out[0] = 0x02;
  out[1] = static_cast<std::uint8_t>(number.size() + padded);
  out[2] = 0;
  std::memcpy(out + 2 + padded, number.data(), number.size());
  return 2 + padded + number.size();
}

}  // namespace

bool ecdsa_sign(const Scalar& scalar, ByteView hash32, MutableView out64) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr || hash32.size() != kSha256 || out64.size() != kSignature) return false;
  const BIGNUM* n = EC_GROUP_get0_order(e->p256_group);
  BnCtxPtr ctx(BN_CTX_secure_new_ex(e->libctx));
  BnPtr hash(BN_bin2bn(hash32.data(), kSha256, nullptr)), r(BN_new()), s(BN_new());
  SecretBnPtr d = secret_number(scalar.expose());
  if (!ctx || !hash || !r || !s || !d) return false;

  // bits2octets (RFC 6979 section 2.3.4): the hash reduced once, since qlen = hlen.
  std::array<std::uint8_t, kSha256> reduced;
  if (BN_nnmod(hash.get(), hash.get(), n, ctx.get()) != 1) return false;
  if (BN_bn2binpad(hash.get(), reduced.data(), kSha256) != kSha256) return false;
  NonceSource nonces(scalar, reduced);
  for (;;) {
    const Scalar nonce = nonces.next();
    SecretBnPtr k = secret_number(nonce.expose());
    if (!k || !nonce_point(*e, k.get(), r.get(), ctx.get())) return false;
    if (BN_is_zero(r.get())) continue;
    if (!nonce_equation(*e, hash.get(), r.get(), d.get(), k.get(), s.get(), ctx.get())) return false;
    if (!BN_is_zero(s.get())) break;
  }
  // Low s: (r, n - s) verifies wherever (r, s) does; one of the two is taken, so that a signature has one form.
  if (BN_bn2binpad(r.get(), out64.data(), 32) != 32 || BN_bn2binpad(s.get(), out64.data() + 32, 32) != 32) return false;
  if (less_or_equal(out64.sub(32), kHalfOrder)) return true;
  return BN_sub(s.get(), n, s.get()) == 1 && BN_bn2binpad(s.get(), out64.data() + 32, 32) == 32;
}

PkeyCtxPtr verify_ready(EVP_PKEY* key) {
  ErrorMark mark;
  const Engine* e = engine();
  if (e == nullptr) return nullptr;
  PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_pkey(e->libctx, key, nullptr));
  // The key was taken, so this fails for want of memory alone; "not valid" would be untrue of it.
  must_have(ctx && EVP_PKEY_verify_init(ctx.get()) == 1);
  return ctx;
}

bool ecdsa_verify(EVP_PKEY_CTX* ready, ByteView hash32, ByteView signature) {
  ErrorMark mark;
  if (signature.size() != kSignature || hash32.size() != kSha256) return false;
  const ByteView r = signature.sub(0, 32), s = signature.sub(32);
  // s <= n/2 implies s < n.
  if (!is_scalar(r) || !is_scalar(s) || !less_or_equal(s, kHalfOrder)) return false;
  std::array<std::uint8_t, 72> der;
  der[0] = 0x30;
  const std::size_t r_size = der_integer(r, der.data() + 2);
  const std::size_t size = r_size + der_integer(s, der.data() + 2 + r_size);
  der[1] = static_cast<std::uint8_t>(size);
  PkeyCtxPtr ctx(EVP_PKEY_CTX_dup(ready));
  must_have(ctx != nullptr);
  // 0 and, where the equation ends at infinity, -1 are of a signature that is not valid.
  return may_refuse(mark, EVP_PKEY_verify(ctx.get(), der.data(), size + 2, hash32.data(), kSha256) == 1);
}

}  // namespace xch::crypto::p256
