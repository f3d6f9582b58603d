#include "crypto/floor.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "base/bytes.hpp"
#include "crypto/engine.hpp"
#include "crypto/processor_time.hpp"

namespace xch::crypto {
namespace {

using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

// One primitive: a call that is false where the library refused.
using Probe = std::function<bool()>;

// The median over runs of about 100 us each: shorter ones would measure the clock.
Result<double> measure(const Probe& probe, double budget_us) {
  if (!probe()) return fail(Code::crypto_unavailable);
  double begin = processor_us();
  if (!probe()) return fail(Code::crypto_unavailable);
  const double once = std::max(processor_us() - begin, 0.05);
  const int calls = std::max(1, static_cast<int>(100 / once));
  std::vector<double> runs;
  const double start = processor_us();
  do {
    begin = processor_us();
    for (int i = 0; i < calls; ++i)
      if (!probe()) return fail(Code::crypto_unavailable);
    runs.push_back((processor_us() - begin) / calls);
  } while (processor_us() - start < budget_us);
  std::nth_element(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2), runs.end());
  return runs[runs.size() / 2];
}

// P256 is two key pairs and one context for each thing to be done with them.
struct P256 {
  PkeyCtxPtr generator, agreement, signer, verifier;
  PkeyPtr own, peer;
  std::array<std::uint8_t, 65> point{};
  std::array<std::uint8_t, 32> hash{}, out{};
  std::array<std::uint8_t, 80> signature{};
  std::size_t signature_size = 0;

  bool ready(const Engine& e) {
    const auto context = [&](EVP_PKEY* key) { return PkeyCtxPtr(EVP_PKEY_CTX_new_from_pkey(e.libctx, key, nullptr)); };
    generator = context(e.p256_parameters);
    if (!generator || EVP_PKEY_keygen_init(generator.get()) != 1 || !generate(own) || !generate(peer)) return false;
    agreement = context(own.get());
    signer = context(own.get());
    verifier = context(own.get());
    std::size_t size = 0;
    return agreement && signer && verifier && EVP_PKEY_derive_init(agreement.get()) == 1 &&
           EVP_PKEY_sign_init(signer.get()) == 1 && EVP_PKEY_verify_init(verifier.get()) == 1 &&
           EVP_PKEY_get_octet_string_param(peer.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) == 1 &&
           sign();  // so that there is a signature to verify
  }
  bool generate(PkeyPtr& key) const {
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_generate(generator.get(), &made) != 1) return false;
    key.reset(made);
    return true;
  }
  bool derive() {
    std::size_t size = out.size();
    return EVP_PKEY_derive_set_peer_ex(agreement.get(), peer.get(), 0) == 1 &&
           EVP_PKEY_derive(agreement.get(), out.data(), &size) == 1;
  }
  bool sign() {
    signature_size = signature.size();
    return EVP_PKEY_sign(signer.get(), signature.data(), &signature_size, hash.data(), hash.size()) == 1;
  }
  bool verify() {
    return EVP_PKEY_verify(verifier.get(), signature.data(), signature_size, hash.data(), hash.size()) == 1;
  }
};

Probe p256_probe(const std::shared_ptr<P256>& p, std::string_view name) {
  if (name == "p256 keygen") return [p, key = std::make_shared<PkeyPtr>()] { return p->generate(*key); };
  if (name == "p256 point")
    return [p] { return EVP_PKEY_set1_encoded_public_key(p->peer.get(), p->point.data(), p->point.size()) == 1; };
  if (name == "p256 ecdh") return [p] { return p->derive(); };
  if (name == "ecdsa sign") return [p] { return p->sign(); };
  if (name == "ecdsa verify") return [p] { return p->verify(); };
  return nullptr;
}

struct Sodium {
  std::array<std::uint8_t, 32> secret{}, point{}, out{};
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> sign_public{};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> sign_secret{};
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  std::array<std::uint8_t, 100> message{};

  bool ready() {
    randombytes_buf(secret.data(), secret.size());
    return crypto_sign_keypair(sign_public.data(), sign_secret.data()) == 0 &&
           crypto_scalarmult_base(point.data(), secret.data()) == 0 && sign();
  }
  bool sign() {
    return crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), sign_secret.data()) == 0;
  }
  bool verify() {
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), sign_public.data()) == 0;
  }
};

Probe sodium_probe(const std::shared_ptr<Sodium>& s, std::string_view name) {
  if (name == "x25519 base") return [s] { return crypto_scalarmult_base(s->out.data(), s->secret.data()) == 0; };
  if (name == "x25519") return [s] { return crypto_scalarmult(s->out.data(), s->secret.data(), s->point.data()) == 0; };
  if (name == "ed25519 sign") return [s] { return s->sign(); };
  if (name == "ed25519 verify") return [s] { return s->verify(); };
  return nullptr;
}

// Bulk is a message of one size, and contexts that already know their algorithm.
struct Bulk {
  Bytes in, out;
  std::array<std::uint8_t, 32> key{};
  std::array<std::uint8_t, 12> nonce{};
  std::array<std::uint8_t, 16> tag{};
  MdCtxPtr md{EVP_MD_CTX_new()};
  CipherCtxPtr gcm{EVP_CIPHER_CTX_new()}, chacha{EVP_CIPHER_CTX_new()};

  explicit Bulk(std::size_t size) : in(size), out(size + 64) {}
  bool ready(const Engine& e) {
    return md && gcm && chacha && EVP_DigestInit_ex2(md.get(), e.sha256, nullptr) == 1 &&
           EVP_EncryptInit_ex2(gcm.get(), e.aes256gcm, nullptr, nullptr, nullptr) == 1 &&
           EVP_EncryptInit_ex2(chacha.get(), e.chacha20poly1305, nullptr, nullptr, nullptr) == 1;
  }
  bool seal(EVP_CIPHER_CTX* ctx) {
    int n = 0;
    OSSL_PARAM get_tag[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()),
                            OSSL_PARAM_construct_end()};
    return EVP_EncryptInit_ex2(ctx, nullptr, key.data(), nonce.data(), nullptr) == 1 &&
           EVP_EncryptUpdate(ctx, out.data(), &n, in.data(), static_cast<int>(in.size())) == 1 &&
           EVP_EncryptFinal_ex(ctx, out.data() + n, &n) == 1 && EVP_CIPHER_CTX_get_params(ctx, get_tag) == 1;
  }
  bool seal_chacha() {
    if (in.size() > 1024) return seal(chacha.get());
    return crypto_aead_chacha20poly1305_ietf_encrypt_detached(out.data(), tag.data(), nullptr, in.data(), in.size(),
                                                              nullptr, 0, nullptr, nonce.data(), key.data()) == 0;
  }
  bool hash() {
    return EVP_DigestInit_ex2(md.get(), nullptr, nullptr) == 1 &&
           EVP_DigestUpdate(md.get(), in.data(), in.size()) == 1 &&
           EVP_DigestFinal_ex(md.get(), out.data(), nullptr) == 1;
  }
};

// "name/N"
Result<Probe> bulk_probe(const Engine& e, std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return fail(Code::usage);
  std::size_t size = 0;
  const auto digits = name.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || end != digits.data() + digits.size() || size == 0) return fail(Code::usage);
  const auto b = std::make_shared<Bulk>(size);
  if (!b->ready(e)) return fail(Code::crypto_unavailable);
  const auto algorithm = name.substr(0, slash);
  if (algorithm == "sha-256") return Probe([b] { return b->hash(); });
  if (algorithm == "aes-256-gcm") return Probe([b] { return b->seal(b->gcm.get()); });
  if (algorithm == "chacha20-poly1305") return Probe([b] { return b->seal_chacha(); });
  if (algorithm == "random")
    return Probe([b] {
      randombytes_buf(b->in.data(), b->in.size());
      return true;
    });
  return fail(Code::usage);
}

}  // namespace

Result<std::vector<double>> measure_floor(double budget_ms, const std::vector<std::string>& names) {
  const Engine* e = engine();
  if (e == nullptr) return fail(Code::crypto_unavailable);
  ErrorMark mark;
  const auto p256 = std::make_shared<P256>();
  const auto sodium = std::make_shared<Sodium>();
  if (!p256->ready(*e) || !sodium->ready()) return fail(Code::crypto_unavailable);
  std::vector<double> out;
  for (const auto& name : names) {
    Probe probe = p256_probe(p256, name);
    if (!probe) probe = sodium_probe(sodium, name);
    if (!probe) {
      XCH_ASSIGN(probe, bulk_probe(*e, name));
    }
    XCH_ASSIGN(const double us, measure(probe, budget_ms * 1000 / static_cast<double>(names.size())));
    out.push_back(us);
  }
  return out;
}

}  // namespace xch::crypto
