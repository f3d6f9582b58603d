#include "crypto/code_key.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include "crypto/digest.hpp"
#include "crypto/engine.hpp"
#include "crypto/labels.hpp"
#include "crypto/start.hpp"
#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

constexpr unsigned kRounds = 600000;
constexpr std::uint64_t kPasses = 3, kMemory = 256ull * 1024 * 1024;

using Stretched = Secret<32, struct StretchedCodeTag>;
using KdfPtr = std::unique_ptr<EVP_KDF, Deleter<EVP_KDF_free>>;
using KdfCtxPtr = std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>>;

Status pbkdf2(ByteView code, ByteView salt, Stretched& out) {
  const ErrorMark mark;
  const KdfPtr kdf(EVP_KDF_fetch(engine()->libctx, "PBKDF2", nullptr));
  const KdfCtxPtr ctx(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!ctx) return fail(Code::crypto_unavailable);
  unsigned rounds = kRounds;
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, const_cast<std::uint8_t*>(code.data()), code.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, const_cast<std::uint8_t*>(salt.data()), salt.size()),
      OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &rounds),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  if (EVP_KDF_derive(ctx.get(), out.expose_mutable().data(), Stretched::kSize, params) != 1)
    return fail(Code::crypto_unavailable);
  return Ok{};
}

Status argon2id(ByteView code, ByteView salt, Stretched& out) {
  static_assert(Digest::kSize >= crypto_pwhash_argon2id_SALTBYTES);
  // RFC 9106 Argon2id, version 1.3, one lane; the salt is the first 16 bytes.
  const int failed =
      crypto_pwhash(out.expose_mutable().data(), Stretched::kSize, reinterpret_cast<const char*>(code.data()), code.size(),
                    salt.data(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13);
  return failed == 0 ? Status(Ok{}) : fail(Code::out_of_memory);
}

}  // namespace

Result<KemPrivateKey> code_key(SuiteId suite, ByteView code) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  XCH_TRY(start());
  const Digest salt = th(label::kOneShotCode, {});
  Stretched stretched;
  XCH_TRY(suite == SuiteId::p256 ? pbkdf2(code, salt, stretched) : argon2id(code, salt, stretched));
  return KemPrivateKey::derive(suite, stretched.expose());
}

}  // namespace xch::crypto
