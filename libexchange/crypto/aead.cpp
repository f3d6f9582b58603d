#include "crypto/aead.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <sodium.h>

#include <climits>
#include <cstring>

#include "crypto/aead_internal.hpp"
#include "crypto/engine.hpp"

namespace xch::crypto {
namespace {

// A longer message would not fit OpenSSL's int; no object of the format comes near.
constexpr std::size_t kMaxSize = INT_MAX - kAeadTag;

// ChaCha20-Poly1305, 2 GHz Xeon with AVX-512, OpenSSL 3.0.22 against libsodium 1.0.18, microseconds:
//   96 bytes 0.91 / 0.50, 320 bytes 0.97 / 0.65, 1,024 bytes 1.0 / 1.0, 4 KiB 1.8 / 3.1, 64 KiB 20 / 47
// so cells go to libsodium and envelopes to OpenSSL. The bytes are the same (tests compare).
constexpr std::size_t kSodiumUpTo = 1024;
// AES-256-GCM is OpenSSL's at every size: 96 bytes 0.53 / 0.22, 4 KiB 1.2 / 2.1, 64 KiB 14 / 33; suite p256 is to run
// on one provider that an administrator can choose, and libsodium has GCM only where the processor has AES.
//
// A context is made for each message and freed, which wipes its key schedule: 0.11 us of the 0.53 for 96 bytes.
// Keeping it and wiping it by setting a zero key costs 0.17 us; keeping the key of a cell is no choice.

const EVP_CIPHER* cipher(const Engine& e, Aead aead) {
  if (aead == Aead::aes256gcm) return e.aes256gcm;
  if (aead == Aead::chacha20poly1305) return e.chacha20poly1305;
  return nullptr;
}

bool shapes_fit(ByteView key, ByteView nonce) { return key.size() == kAeadKey && nonce.size() == kAeadNonce; }

bool choose_sodium(Aead aead, std::size_t size) { return aead == Aead::chacha20poly1305 && size <= kSodiumUpTo; }

}  // namespace

Status aead_seal(Aead aead, ByteView key32, ByteView nonce12, ByteView aad, ByteView plain, MutableView out) {
  if (!shapes_fit(key32, nonce12) || plain.empty() || plain.size() > kMaxSize || aad.size() > kMaxSize)
    return fail(Code::bug);
  if (out.size() != plain.size() + kAeadTag) return fail(Code::bug);
  const bool ok = choose_sodium(aead, plain.size()) ? chacha_seal_sodium(key32, nonce12, aad, plain, out)
                                                    : aead_seal_openssl(aead, key32, nonce12, aad, plain, out);
  if (ok) return Ok{};
  wipe(out);
  return fail(Code::crypto_unavailable);
}

Status aead_open(Aead aead, ByteView key32, ByteView nonce12, ByteView aad, ByteView sealed, MutableView out,
                 Code on_failure) {
  const bool known = aead == Aead::aes256gcm || aead == Aead::chacha20poly1305;
  const bool fits = known && sealed.size() > kAeadTag && sealed.size() - kAeadTag == out.size() &&
                    sealed.size() <= kMaxSize && aad.size() <= kMaxSize && shapes_fit(key32, nonce12);
  bool ok = false;
  try {
    ok = fits && (choose_sodium(aead, out.size()) ? chacha_open_sodium(key32, nonce12, aad, sealed, out)
                                                  : aead_open_openssl(aead, key32, nonce12, aad, sealed, out));
  } catch (...) {
    wipe(out);
    throw;
  }
  if (ok) return Ok{};
  wipe(out);  // OpenSSL hands out plaintext before it has checked the tag
  return fail(on_failure);
}

bool aead_seal_openssl(Aead aead, ByteView key, ByteView nonce, ByteView aad, ByteView plain, MutableView out) {
  ErrorMark mark;
  const Engine* e = engine();
  CipherCtxPtr ctx(EVP_CIPHER_CTX_new());
  if (e == nullptr || !ctx) return false;
  int n = 0;
  if (EVP_EncryptInit_ex2(ctx.get(), cipher(*e, aead), key.data(), nonce.data(), nullptr) != 1) return false;
  if (!aad.empty() && EVP_EncryptUpdate(ctx.get(), nullptr, &n, aad.data(), static_cast<int>(aad.size())) != 1)
    return false;
  if (EVP_EncryptUpdate(ctx.get(), out.data(), &n, plain.data(), static_cast<int>(plain.size())) != 1) return false;
  if (n != static_cast<int>(plain.size())) return false;
  if (EVP_EncryptFinal_ex(ctx.get(), out.data() + plain.size(), &n) != 1 || n != 0) return false;
  OSSL_PARAM get_tag[] = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, out.data() + plain.size(), kAeadTag),
      OSSL_PARAM_construct_end()};
  return EVP_CIPHER_CTX_get_params(ctx.get(), get_tag) == 1;
}

bool aead_open_openssl(Aead aead, ByteView key, ByteView nonce, ByteView aad, ByteView sealed, MutableView out) {
  ErrorMark mark;
  const Engine* e = engine();
  CipherCtxPtr ctx(EVP_CIPHER_CTX_new());
  must_have(e != nullptr && ctx);
  // The expected tag goes in before anything else and always with its 16 bytes: with no tag set, OpenSSL 3.0.22
  // accepts any ChaCha20-Poly1305 ciphertext, and with a 1-byte tag set it accepts one in 256 (CVE-2026-34182).
  std::array<std::uint8_t, kAeadTag> tag;
  std::memcpy(tag.data(), sealed.data() + out.size(), kAeadTag);
  OSSL_PARAM set_tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()),
                          OSSL_PARAM_construct_end()};
  int n = 0;
  must_have(EVP_DecryptInit_ex2(ctx.get(), cipher(*e, aead), key.data(), nonce.data(), set_tag) == 1);
  must_have(aad.empty() || EVP_DecryptUpdate(ctx.get(), nullptr, &n, aad.data(), static_cast<int>(aad.size())) == 1);
  must_have(EVP_DecryptUpdate(ctx.get(), out.data(), &n, sealed.data(), static_cast<int>(out.size())) == 1 &&
            n == static_cast<int>(out.size()));
  return EVP_DecryptFinal_ex(ctx.get(), tag.data(), &n) == 1 && n == 0;
}

bool chacha_seal_sodium(ByteView key, ByteView nonce, ByteView aad, ByteView plain, MutableView out) {
  return crypto_aead_chacha20poly1305_ietf_encrypt_detached(out.data(), out.data() + plain.size(), nullptr,
                                                            plain.data(), plain.size(), aad.data(), aad.size(), nullptr,
                                                            nonce.data(), key.data()) == 0;
}

bool chacha_open_sodium(ByteView key, ByteView nonce, ByteView aad, ByteView sealed, MutableView out) {
  std::array<std::uint8_t, kAeadTag> tag;  // `out` may lie over the start of `sealed`
  std::memcpy(tag.data(), sealed.data() + out.size(), kAeadTag);
  return crypto_aead_chacha20poly1305_ietf_decrypt_detached(out.data(), nullptr, sealed.data(), out.size(), tag.data(),
                                                            aad.data(), aad.size(), nonce.data(), key.data()) == 0;
}

}  // namespace xch::crypto
