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

// Numbers of the curve that need scratch memory to make; kept only when whole.
bool make_order(Engine& e) {
  if (e.p256_order_minus_2 != nullptr && e.p256_order_mont != nullptr) return true;
  const BIGNUM* order = EC_GROUP_get0_order(e.p256_group);
  BnCtxPtr bn(BN_CTX_new_ex(e.libctx));
  BnPtr minus_2(BN_dup(order));
  std::unique_ptr<BN_MONT_CTX, Deleter<BN_MONT_CTX_free>> mont(BN_MONT_CTX_new());
  if (!bn || !minus_2 || !mont) return false;
  if (BN_sub_word(minus_2.get(), 2) != 1 || BN_MONT_CTX_set(mont.get(), order, bn.get()) != 1) return false;
  e.p256_order_minus_2 = minus_2.release();
  e.p256_order_mont = mont.release();
  return true;
}

// keep makes a thing where it is not there yet.
template <class T, class Make>
bool keep(T*& place, Make make) {
  if (place == nullptr) place = make();
  return place != nullptr;
}

// What is there of an earlier try is used: a start that failed for want of memory may be made again.
bool make_engine(Engine& e) {
  ErrorMark mark;
  if (sodium_init() < 0) return false;
  // A context made here reads no configuration: only the default context loads openssl.cnf by itself.
  return keep(e.libctx, [] { return OSSL_LIB_CTX_new(); }) &&
         keep(e.provider, [&] { return OSSL_PROVIDER_load(e.libctx, "default"); }) &&
         keep(e.sha256, [&] { return EVP_MD_fetch(e.libctx, "SHA2-256", nullptr); }) &&
         keep(e.aes256gcm, [&] { return EVP_CIPHER_fetch(e.libctx, "AES-256-GCM", nullptr); }) &&
         keep(e.chacha20poly1305, [&] { return EVP_CIPHER_fetch(e.libctx, "ChaCha20-Poly1305", nullptr); }) &&
         keep(e.p256_parameters, [&] { return make_p256_parameters(e.libctx); }) &&
         keep(e.p256_group, [&] { return EC_GROUP_new_by_curve_name_ex(e.libctx, nullptr, NID_X9_62_prime256v1); }) &&
         make_order(e);
}

}  // namespace

const Engine* engine() {
  static std::atomic<const Engine*> ready{nullptr};
  if (const Engine* made = ready.load(std::memory_order_acquire)) return made;
  static std::mutex mutex;
  static Engine* kept = nullptr;  // never freed, ready or not
  const std::lock_guard lock(mutex);
  if (kept == nullptr) kept = new Engine;
  if (!make_engine(*kept)) return nullptr;
  ready.store(kept, std::memory_order_release);
  return kept;
}

bool ErrorMark::saw_no_memory() const {
  // OpenSSL reports what failed first and then, layer by layer, what that was to others: a curve's arithmetic without
  // memory ends as "point is not on curve". BN's numbers fail for nothing but memory.
  const auto of_memory = [](unsigned long error) {
    return error != 0 && (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE || ERR_GET_LIB(error) == ERR_LIB_BN);
  };
  return of_memory(ERR_peek_last_error()) || (queue_was_empty_ && of_memory(ERR_peek_error()));
}

Status start() {
  if (engine() == nullptr) return fail(Code::crypto_unavailable);
  return Ok{};
}

Libraries libraries() {
  return {OpenSSL_version(OPENSSL_VERSION), sodium_version_string()};
}

}  // namespace xch::crypto
