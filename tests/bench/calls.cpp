#include "calls.hpp"

#include <dlfcn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <sodium.h>

namespace xch::bench {
namespace {

// What this thread is counting, if it is. `depth` is above 0 inside a counted function: a library's own calls of its
// exported functions come through here too and are no calls of ours.
struct Counter {
  Counted counted;
  std::map<const void*, std::size_t> hashed, sealed;  // bytes so far, by context
  std::map<const void*, std::string> cipher;
};
thread_local Counter* counter = nullptr;
thread_local int depth = 0;

class Inside {
 public:
  Inside() { ++depth; }
  ~Inside() { --depth; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

bool ours() { return counter != nullptr && depth == 0; }
void add(const std::string& name) {
  Inside inside;
  ++counter->counted.primitives[name];
}
std::string sized(const char* name, unsigned long long size) { return std::string(name) + "/" + std::to_string(size); }

}  // namespace

Counted calls_of(const std::function<void()>& work) {
  Counter mine;
  counter = &mine;
  work();
  counter = nullptr;
  return mine.counted;
}

}  // namespace xch::bench

using xch::bench::add;
using xch::bench::counter;
using xch::bench::Inside;
using xch::bench::ours;
using xch::bench::sized;

// NEXT(f) is the library's f.
#define NEXT(f) (*[] { static const auto next = reinterpret_cast<decltype(&f)>(dlsym(RTLD_NEXT, #f)); return next; }())

// A function that counts one call under a name.
#define COUNTED(result, f, name, parameters, arguments) \
  result f parameters {                                 \
    if (ours()) add(name);                              \
    Inside inside;                                      \
    return NEXT(f) arguments;                           \
  }
// A function that counts at any depth.
#define COUNTED_ANYWHERE(result, f, what, parameters, arguments)      \
  result f parameters {                                               \
    if (counter != nullptr) ++counter->counted.what;                  \
    return NEXT(f) arguments;                                         \
  }

// The tree is compiled with hidden visibility; the libraries have to find these.
#pragma GCC visibility push(default)
extern "C" {

// SHA-256.
int EVP_DigestInit_ex2(EVP_MD_CTX* ctx, const EVP_MD* type, const OSSL_PARAM params[]) {
  if (ours()) counter->hashed[ctx] = 0;
  Inside inside;
  return NEXT(EVP_DigestInit_ex2)(ctx, type, params);
}
int EVP_DigestUpdate(EVP_MD_CTX* ctx, const void* data, size_t size) {
  if (ours()) counter->hashed[ctx] += size;
  Inside inside;
  return NEXT(EVP_DigestUpdate)(ctx, data, size);
}
int EVP_MD_CTX_copy_ex(EVP_MD_CTX* to, const EVP_MD_CTX* from) {
  if (ours()) counter->hashed[to] = 0;
  Inside inside;
  return NEXT(EVP_MD_CTX_copy_ex)(to, from);
}
int EVP_DigestFinal_ex(EVP_MD_CTX* ctx, unsigned char* out, unsigned int* size) {
  if (ours()) add(sized("sha-256", counter->hashed[ctx]));
  Inside inside;
  return NEXT(EVP_DigestFinal_ex)(ctx, out, size);
}
COUNTED(int, EVP_Digest, "other hash", (const void* d, size_t n, unsigned char* o, unsigned int* s, const EVP_MD* t, ENGINE* e), (d, n, o, s, t, e))
COUNTED(int, EVP_MAC_init, "other hash", (EVP_MAC_CTX* c, const unsigned char* k, size_t n, const OSSL_PARAM p[]), (c, k, n, p))

// AEADs of libcrypto.
static void begin_cipher(const void* ctx, const EVP_CIPHER* cipher) {
  if (!ours()) return;
  Inside inside;
  if (cipher != nullptr) counter->cipher[ctx] = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_GCM_MODE ? "aes-256-gcm" : "chacha20-poly1305";
  counter->sealed[ctx] = 0;
}
int EVP_EncryptInit_ex2(EVP_CIPHER_CTX* ctx, const EVP_CIPHER* cipher, const unsigned char* key, const unsigned char* iv, const OSSL_PARAM params[]) {
  begin_cipher(ctx, cipher);
  Inside inside;
  return NEXT(EVP_EncryptInit_ex2)(ctx, cipher, key, iv, params);
}
int EVP_DecryptInit_ex2(EVP_CIPHER_CTX* ctx, const EVP_CIPHER* cipher, const unsigned char* key, const unsigned char* iv, const OSSL_PARAM params[]) {
  begin_cipher(ctx, cipher);
  Inside inside;
  return NEXT(EVP_DecryptInit_ex2)(ctx, cipher, key, iv, params);
}
int EVP_EncryptUpdate(EVP_CIPHER_CTX* ctx, unsigned char* out, int* n, const unsigned char* in, int size) {
  if (ours() && out != nullptr) counter->sealed[ctx] += static_cast<size_t>(size);
  Inside inside;
  return NEXT(EVP_EncryptUpdate)(ctx, out, n, in, size);
}
int EVP_DecryptUpdate(EVP_CIPHER_CTX* ctx, unsigned char* out, int* n, const unsigned char* in, int size) {
  if (ours() && out != nullptr) counter->sealed[ctx] += static_cast<size_t>(size);
  Inside inside;
  return NEXT(EVP_DecryptUpdate)(ctx, out, n, in, size);
}
int EVP_EncryptFinal_ex(EVP_CIPHER_CTX* ctx, unsigned char* out, int* n) {
  if (ours()) add(sized(counter->cipher[ctx].c_str(), counter->sealed[ctx]));
  Inside inside;
  return NEXT(EVP_EncryptFinal_ex)(ctx, out, n);
}
int EVP_DecryptFinal_ex(EVP_CIPHER_CTX* ctx, unsigned char* out, int* n) {
  if (ours()) add(sized(counter->cipher[ctx].c_str(), counter->sealed[ctx]));
  Inside inside;
  return NEXT(EVP_DecryptFinal_ex)(ctx, out, n);
}

// Elliptic curves of libcrypto.
COUNTED(int, EC_POINT_mul, "p256 scalar * point", (const EC_GROUP* g, EC_POINT* r, const BIGNUM* n, const EC_POINT* q, const BIGNUM* m, BN_CTX* c), (g, r, n, q, m, c))
COUNTED(int, EVP_PKEY_generate, "p256 keygen", (EVP_PKEY_CTX* c, EVP_PKEY** k), (c, k))
COUNTED(int, EVP_PKEY_fromdata, "p256 import", (EVP_PKEY_CTX* c, EVP_PKEY** k, int s, OSSL_PARAM p[]), (c, k, s, p))
COUNTED(int, EVP_PKEY_set1_encoded_public_key, "p256 point", (EVP_PKEY* k, const unsigned char* p, size_t n), (k, p, n))
COUNTED(int, EVP_PKEY_derive, "p256 ecdh", (EVP_PKEY_CTX* c, unsigned char* o, size_t* n), (c, o, n))
COUNTED(int, EVP_PKEY_sign, "p256 EVP sign", (EVP_PKEY_CTX* c, unsigned char* s, size_t* l, const unsigned char* t, size_t n), (c, s, l, t, n))
COUNTED(int, EVP_PKEY_verify, "ecdsa verify", (EVP_PKEY_CTX* c, const unsigned char* s, size_t l, const unsigned char* t, size_t n), (c, s, l, t, n))
COUNTED(int, BN_mod_exp_mont_consttime, "p256 inverse", (BIGNUM* r, const BIGNUM* a, const BIGNUM* p, const BIGNUM* m, BN_CTX* c, BN_MONT_CTX* t), (r, a, p, m, c, t))

// libsodium.
int crypto_aead_chacha20poly1305_ietf_encrypt_detached(unsigned char* c, unsigned char* mac, unsigned long long* mac_size, const unsigned char* m,
                                                       unsigned long long size, const unsigned char* ad, unsigned long long ad_size,
                                                       const unsigned char* nsec, const unsigned char* nonce, const unsigned char* key) {
  if (ours()) add(sized("chacha20-poly1305", size));
  Inside inside;
  return NEXT(crypto_aead_chacha20poly1305_ietf_encrypt_detached)(c, mac, mac_size, m, size, ad, ad_size, nsec, nonce, key);
}
int crypto_aead_chacha20poly1305_ietf_decrypt_detached(unsigned char* m, unsigned char* nsec, const unsigned char* c, unsigned long long size,
                                                       const unsigned char* mac, const unsigned char* ad, unsigned long long ad_size,
                                                       const unsigned char* nonce, const unsigned char* key) {
  if (ours()) add(sized("chacha20-poly1305", size));
  Inside inside;
  return NEXT(crypto_aead_chacha20poly1305_ietf_decrypt_detached)(m, nsec, c, size, mac, ad, ad_size, nonce, key);
}
COUNTED(int, crypto_scalarmult_base, "x25519 base", (unsigned char* q, const unsigned char* n), (q, n))
COUNTED(int, crypto_scalarmult, "x25519", (unsigned char* q, const unsigned char* n, const unsigned char* p), (q, n, p))
COUNTED(int, crypto_sign_detached, "ed25519 sign", (unsigned char* s, unsigned long long* l, const unsigned char* m, unsigned long long n, const unsigned char* k), (s, l, m, n, k))
COUNTED(int, crypto_sign_verify_detached, "ed25519 verify", (const unsigned char* s, const unsigned char* m, unsigned long long n, const unsigned char* k), (s, m, n, k))
void randombytes_buf(void* const out, const size_t size) {
  if (ours()) add(sized("random", size));
  Inside inside;
  NEXT(randombytes_buf)(out, size);
}
COUNTED_ANYWHERE(void*, sodium_malloc, locked_memory, (size_t n), (n))
COUNTED_ANYWHERE(int, sodium_mlock, locked_memory, (void* const p, const size_t n), (p, n))

// Fetches, wherever they come from: libcrypto's own calls of its exported functions are seen where it is linked so that
// they can be (Debian 12); its locks always are, as they are libc's.
COUNTED_ANYWHERE(EVP_MD*, EVP_MD_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_CIPHER*, EVP_CIPHER_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_MAC*, EVP_MAC_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_KDF*, EVP_KDF_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_RAND*, EVP_RAND_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_KEYMGMT*, EVP_KEYMGMT_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_KEYEXCH*, EVP_KEYEXCH_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(EVP_SIGNATURE*, EVP_SIGNATURE_fetch, fetches, (OSSL_LIB_CTX* l, const char* a, const char* p), (l, a, p))
COUNTED_ANYWHERE(int, pthread_rwlock_rdlock, locks, (pthread_rwlock_t* l), (l))
COUNTED_ANYWHERE(int, pthread_rwlock_wrlock, locks, (pthread_rwlock_t* l), (l))

}  // extern "C"
#pragma GCC visibility pop
