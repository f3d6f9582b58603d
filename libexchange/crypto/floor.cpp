#include "crypto/floor.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include "base/bytes.hpp"
#include "crypto/engine.hpp"

namespace xch::crypto {
namespace {

using Clock = std::chrono::steady_clock;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using MacCtxPtr = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using MacPtr = std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>>;

// One primitive: its name and a call that is false where the library refused.
struct Probe {
  std::string name;
  std::function<bool()> run;
};

double micros(Clock::duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

// The median over runs of about 20 us each: shorter ones would measure the clock.
Result<FloorCost> measure(const Probe& probe, Clock::duration budget) {
  if (!probe.run()) return fail(Code::crypto_unavailable);
  auto begin = Clock::now();
  if (!probe.run()) return fail(Code::crypto_unavailable);
  const double once = std::max(micros(Clock::now() - begin), 0.05);
  const int calls = std::max(1, static_cast<int>(20 / once));
  std::vector<double> runs;
  const auto end = Clock::now() + budget;
  do {
    begin = Clock::now();
    for (int i = 0; i < calls; ++i)
      if (!probe.run()) return fail(Code::crypto_unavailable);
    runs.push_back(micros(Clock::now() - begin) / calls);
  } while (Clock::now() < end);
  std::nth_element(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2), runs.end());
  return FloorCost{probe.name, runs[runs.size() / 2]};
}

// P256 is two key pairs and the contexts set up for them.
struct P256 {
  OSSL_LIB_CTX* libctx;
  PkeyCtxPtr generator;
  PkeyPtr own, peer;
  PkeyCtxPtr agreement;
  MdCtxPtr digest{EVP_MD_CTX_new()};
  std::array<std::uint8_t, 100> message{};
  std::array<std::uint8_t, 80> signature{};
  std::size_t signature_size = 0;

  explicit P256(const Engine& e) : libctx(e.libctx), generator(EVP_PKEY_CTX_new_from_pkey(libctx, e.p256_parameters, nullptr)) {
    if (!generator || EVP_PKEY_keygen_init(generator.get()) != 1) return;
    own = generate();
    peer = generate();
    if (own) agreement.reset(EVP_PKEY_CTX_new_from_pkey(libctx, own.get(), nullptr));
  }
  bool ready() const { return own && peer && agreement && digest && EVP_PKEY_derive_init(agreement.get()) == 1; }
  PkeyPtr generate() const {
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_generate(generator.get(), &key) != 1) return nullptr;
    return PkeyPtr(key);
  }
  bool derive(EVP_PKEY_CTX* ctx) const {
    std::array<std::uint8_t, 32> out;
    std::size_t size = out.size();
    return EVP_PKEY_derive_set_peer_ex(ctx, peer.get(), 0) == 1 && EVP_PKEY_derive(ctx, out.data(), &size) == 1;
  }
  bool encapsulate() const {
    const PkeyPtr key = generate();
    const PkeyCtxPtr ctx(key ? EVP_PKEY_CTX_new_from_pkey(libctx, key.get(), nullptr) : nullptr);
    return ctx && EVP_PKEY_derive_init(ctx.get()) == 1 && derive(ctx.get());
  }
  bool sign() {
    signature_size = signature.size();
    return EVP_MD_CTX_reset(digest.get()) == 1 &&
           EVP_DigestSignInit_ex(digest.get(), nullptr, "SHA2-256", libctx, nullptr, own.get(), nullptr) == 1 &&
           EVP_DigestSign(digest.get(), signature.data(), &signature_size, message.data(), message.size()) == 1;
  }
  bool verify() {
    return EVP_MD_CTX_reset(digest.get()) == 1 &&
           EVP_DigestVerifyInit_ex(digest.get(), nullptr, "SHA2-256", libctx, nullptr, own.get(), nullptr) == 1 &&
           EVP_DigestVerify(digest.get(), signature.data(), signature_size, message.data(), message.size()) == 1;
  }
};

void add_p256(std::vector<Probe>& probes, const std::shared_ptr<P256>& p) {
  probes.push_back({"p256 keygen + ecdh", [p] { return p->encapsulate(); }});
  probes.push_back({"p256 ecdh", [p] { return p->derive(p->agreement.get()); }});
  probes.push_back({"ecdsa sign", [p] { return p->sign(); }});
  probes.push_back({"ecdsa verify", [p] { return p->verify(); }});
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
           crypto_scalarmult_base(point.data(), secret.data()) == 0;
  }
};

void add_sodium(std::vector<Probe>& probes, const std::shared_ptr<Sodium>& s) {
  probes.push_back({"x25519 base", [s] { return crypto_scalarmult_base(s->out.data(), s->secret.data()) == 0; }});
  probes.push_back({"x25519", [s] { return crypto_scalarmult(s->out.data(), s->secret.data(), s->point.data()) == 0; }});
  probes.push_back({"ed25519 sign", [s] {
                      return crypto_sign_detached(s->signature.data(), nullptr, s->message.data(), s->message.size(),
                                                  s->sign_secret.data()) == 0;
                    }});
  probes.push_back({"ed25519 verify", [s] {
                      return crypto_sign_verify_detached(s->signature.data(), s->message.data(), s->message.size(),
                                                         s->sign_public.data()) == 0;
                    }});
  probes.push_back({"random 32", [s] {
                      randombytes_buf(s->out.data(), s->out.size());
                      return true;
                    }});
}

// Bulk is a message of one size, and contexts that already know their algorithm.
struct Bulk {
  Bytes in, out;
  std::array<std::uint8_t, 32> key{};
  std::array<std::uint8_t, 16> nonce{}, tag{};
  MdCtxPtr md{EVP_MD_CTX_new()};
  CipherCtxPtr gcm{EVP_CIPHER_CTX_new()}, chacha{EVP_CIPHER_CTX_new()};
  MacCtxPtr mac;

  Bulk(const Engine& e, std::size_t size) : in(size), out(size + 64) {
    const MacPtr hmac(EVP_MAC_fetch(e.libctx, "HMAC", nullptr));
    if (hmac) mac.reset(EVP_MAC_CTX_new(hmac.get()));
  }
  bool ready(const Engine& e) {
    char name[] = "SHA2-256";
    const OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_construct_end()};
    return md && gcm && chacha && mac && EVP_DigestInit_ex2(md.get(), e.sha256, nullptr) == 1 &&
           EVP_EncryptInit_ex2(gcm.get(), e.aes256gcm, nullptr, nullptr, nullptr) == 1 &&
           EVP_EncryptInit_ex2(chacha.get(), e.chacha20poly1305, nullptr, nullptr, nullptr) == 1 &&
           EVP_MAC_init(mac.get(), key.data(), key.size(), digest) == 1;
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
    // The faster library of the two for this size, as nobody could do better than that.
    if (in.size() > 1024) return seal(chacha.get());
    return crypto_aead_chacha20poly1305_ietf_encrypt_detached(out.data(), tag.data(), nullptr, in.data(), in.size(),
                                                              nullptr, 0, nullptr, nonce.data(), key.data()) == 0;
  }
  bool hash() {
    return EVP_DigestInit_ex2(md.get(), nullptr, nullptr) == 1 &&
           EVP_DigestUpdate(md.get(), in.data(), in.size()) == 1 &&
           EVP_DigestFinal_ex(md.get(), out.data(), nullptr) == 1;
  }
  bool authenticate() {
    std::size_t size = 0;
    return EVP_MAC_init(mac.get(), key.data(), key.size(), nullptr) == 1 &&
           EVP_MAC_update(mac.get(), in.data(), in.size()) == 1 && EVP_MAC_final(mac.get(), out.data(), &size, 32) == 1;
  }
};

void add_bulk(std::vector<Probe>& probes, const std::shared_ptr<Bulk>& b) {
  const std::string size = "/" + std::to_string(b->in.size());
  probes.push_back({"aes-256-gcm" + size, [b] { return b->seal(b->gcm.get()); }});
  probes.push_back({"chacha20-poly1305" + size, [b] { return b->seal_chacha(); }});
  probes.push_back({"sha-256" + size, [b] { return b->hash(); }});
  probes.push_back({"hmac-sha-256" + size, [b] { return b->authenticate(); }});
}

}  // namespace

Result<std::vector<FloorCost>> measure_floor(unsigned budget_ms, const std::vector<std::size_t>& sizes) {
  const Engine* e = engine();
  if (e == nullptr) return fail(Code::crypto_unavailable);
  ErrorMark mark;
  std::vector<Probe> probes;
  const auto p256 = std::make_shared<P256>(*e);
  const auto sodium = std::make_shared<Sodium>();
  if (!p256->ready() || !sodium->ready()) return fail(Code::crypto_unavailable);
  add_p256(probes, p256);
  add_sodium(probes, sodium);
  for (const std::size_t size : sizes) {
    if (size == 0) return fail(Code::bug);
    const auto bulk = std::make_shared<Bulk>(*e, size);
    if (!bulk->ready(*e)) return fail(Code::crypto_unavailable);
    add_bulk(probes, bulk);
  }
  std::vector<FloorCost> out;
  for (const Probe& probe : probes) {
    XCH_ASSIGN(FloorCost cost, measure(probe, std::chrono::microseconds(budget_ms * 1000ull / probes.size())));
    out.push_back(std::move(cost));
  }
  return out;
}

}  // namespace xch::crypto
