#include "crypto/engine.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <sodium.h>

#include <mutex>

#include "crypto/start.hpp"

namespace xch::crypto {
namespace {

EVP_PKEY* make_p256_parameters(OSSL_LIB_CTX* libctx) {
  PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(libctx, "EC", nullptr));
  char group[] = "prime256v1";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                         OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (!ctx || EVP_PKEY_fromdata_init(ctx.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_KEY_PARAMETERS, params) != 1) return nullptr;
  return key;
}

bool make_p256(Engine& e) {
  e.p256_parameters = make_p256_parameters(e.libctx);
  e.p256_group = EC_GROUP_new_by_curve_name_ex(e.libctx, nullptr, NID_X9_62_prime256v1);
  BnCtxPtr bn(BN_CTX_new_ex(e.libctx));
  e.p256_order_mont = BN_MONT_CTX_new();
  if (!e.p256_parameters || !e.p256_group || !bn || !e.p256_order_mont) return false;
  const BIGNUM* order = EC_GROUP_get0_order(e.p256_group);
  e.p256_order_minus_2 = BN_dup(order);
  return e.p256_order_minus_2 && BN_sub_word(e.p256_order_minus_2, 2) == 1 &&
         BN_MONT_CTX_set(e.p256_order_mont, order, bn.get()) == 1;
}

// What a failed start leaves behind is kept too: it happens once in a process that can do nothing.
bool make_engine(Engine& e) {
  ErrorMark mark;
  if (sodium_init() < 0) return false;
  // A context made here reads no configuration: only the default context loads openssl.cnf by itself.
  e.libctx = OSSL_LIB_CTX_new();
  if (!e.libctx || !OSSL_PROVIDER_load(e.libctx, "default")) return false;
  e.sha256 = EVP_MD_fetch(e.libctx, "SHA2-256", nullptr);
  e.aes256gcm = EVP_CIPHER_fetch(e.libctx, "AES-256-GCM", nullptr);
  e.chacha20poly1305 = EVP_CIPHER_fetch(e.libctx, "ChaCha20-Poly1305", nullptr);
  return e.sha256 && e.aes256gcm && e.chacha20poly1305 && make_p256(e);
}

}  // namespace

const Engine* engine() {
  static std::once_flag once;
  static const Engine* made = nullptr;
  std::call_once(once, [] {
    auto* e = new Engine;
    static const Engine* kept = e;  // never freed, ready or not
    if (make_engine(*e)) made = kept;
  });
  return made;
}

Status start() {
  if (engine() == nullptr) return fail(Code::crypto_unavailable);
  return Ok{};
}

Libraries libraries() {
  return {OpenSSL_version(OPENSSL_VERSION), sodium_version_string()};
}

}  // namespace xch::crypto
