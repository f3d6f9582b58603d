#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "verify.hpp"

namespace verify {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

[[noreturn]] void no_libcrypto() { throw Refusal{kMachine, "libcrypto refused a basic operation"}; }

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

// SHA-256 of a prefix byte, where there is one, and two parts. The context is made once: a log has millions of nodes.
Hash hash(const char* prefix, std::string_view a, std::string_view b) {
  static const std::unique_ptr<EVP_MD, Free> kSha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  static const std::unique_ptr<EVP_MD_CTX, Free> kContext(EVP_MD_CTX_new());
  EVP_MD_CTX* context = kContext.get();
  Hash out;
  if (!kSha256 || context == nullptr || EVP_DigestInit_ex2(context, kSha256.get(), nullptr) != 1 ||
      (prefix != nullptr && EVP_DigestUpdate(context, prefix, 1) != 1) ||
      EVP_DigestUpdate(context, a.data(), a.size()) != 1 || EVP_DigestUpdate(context, b.data(), b.size()) != 1 ||
      EVP_DigestFinal_ex(context, out.data(), nullptr) != 1)
    no_libcrypto();
  return out;
}

std::string_view view(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

}  // namespace

Hash sha256(std::string_view bytes) { return hash(nullptr, bytes, {}); }
Hash leaf_hash(std::string_view entry) { return hash("\x00", entry, {}); }
Hash node_hash(const Hash& left, const Hash& right) { return hash("\x01", view(left), view(right)); }

bool ed25519_verifies(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const std::unique_ptr<EVP_PKEY, Free> key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, raw(public_key), public_key.size()));
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  if (!key || !context) no_libcrypto();
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) no_libcrypto();
  return EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

namespace {

/// r and s as the DER that libcrypto asks for: SEQUENCE of two INTEGERs without leading zeros.
std::string as_der(std::string_view signature) {
  std::string out;
  for (std::string_view part : {signature.substr(0, 32), signature.substr(32)}) {
    while (part.size() > 1 && part[0] == 0) part.remove_prefix(1);
    const bool negative = (static_cast<unsigned char>(part[0]) & 0x80) != 0;
    out += '\x02';
    out += static_cast<char>(part.size() + (negative ? 1 : 0));
    if (negative) out += '\0';
    out += part;
  }
  return std::string("\x30") + static_cast<char>(out.size()) + out;
}

}  // namespace

// Of the two forms of a signature only the one with the low s is taken.
constexpr char kHalfOrder[] = "\x7f\xff\xff\xff\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"
                              "\xde\x73\x7d\x56\xd3\x8b\xcf\x42\x79\xdc\xe5\x61\x7e\x31\x92\xa8";

bool p256_verifies(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != 65 || public_key[0] != 4 || signature.size() != 64) return false;
  if (signature.substr(32) > std::string_view(kHalfOrder, 32)) return false;
  char group[] = "P-256";
  std::string point(public_key);
  const OSSL_PARAM parts[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                              OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                              OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, Free> maker(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* made = nullptr;
  if (!maker || EVP_PKEY_fromdata_init(maker.get()) != 1) no_libcrypto();
  if (EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parts)) != 1) return false;
  const std::unique_ptr<EVP_PKEY, Free> key(made);
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(), nullptr) != 1)
    no_libcrypto();
  const std::string der = as_der(signature);
  return EVP_DigestVerify(context.get(), raw(der), der.size(), raw(message), message.size()) == 1;
}

}  // namespace verify
