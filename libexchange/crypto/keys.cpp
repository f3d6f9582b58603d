#include "crypto/keys.hpp"

#include <algorithm>

#include <sodium.h>

#include "crypto/hpke_internal.hpp"
#include "crypto/keys_internal.hpp"
#include "crypto/sha256.hpp"
#include "crypto/start.hpp"
#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

// A random source that never gives a usable scalar is broken: the chance of one refusal is 2^-32.
constexpr int kScalarTries = 16;

Result<Bytes> public_bytes_x25519(const RawPrivateKey& secret) {
  Bytes out(crypto_scalarmult_BYTES);
  if (crypto_scalarmult_base(out.data(), secret.expose().data()) != 0) return fail(Code::crypto_unavailable);
  return out;
}

Result<Bytes> public_bytes_p256(const RawPrivateKey& secret) {
  if (!p256::is_scalar(secret.expose())) return fail(Code::key_format);
  XCH_ASSIGN(const auto scalar, p256::Scalar::from(secret.expose()));
  p256::Point point;
  if (!p256::public_point(scalar, point)) return fail(Code::crypto_unavailable);
  return Bytes(point.begin(), point.end());
}

Status check_private(SuiteId suite, ByteView secret) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  if (secret.size() != suite_info(suite).private_key) return fail(Code::key_format);
  return start();
}

Status check_public(SuiteId suite, ByteView bytes, std::size_t size) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  if (bytes.size() != size) return fail(Code::key_public);
  return start();
}

// fr(label) || key_id || m in one run, which libsodium's one-pass Ed25519 needs. Wiped: a grant view's body holds keys.
SecretBytes signed_bytes(std::string_view label, const KeyId& key_id, ByteView message) {
  SecretBytes out(1 + label.size() + KeyId::kSize + message.size());
  std::uint8_t* at = out.expose_mutable().data();
  *at++ = static_cast<std::uint8_t>(label.size());
  at = std::copy(label.begin(), label.end(), at);
  at = std::copy(key_id.bytes.begin(), key_id.bytes.end(), at);
  std::copy(message.begin(), message.end(), at);
  return out;
}

Digest signed_hash(std::string_view label, const KeyId& key_id, ByteView message) {
  Digest out;
  Sha256().add_label(label).add(key_id).add(message).finish(out.bytes.data());
  return out;
}

bool usable_label(std::string_view label) { return !label.empty() && label.size() <= 255; }

}  // namespace

// Encryption keys.

Result<KemPublicKey> KemPublicKey::parse(SuiteId suite, ByteView bytes) {
  XCH_TRY(check_public(suite, bytes, suite_info(suite).kem_public_key));
  auto state = std::make_shared<State>();
  state->suite = suite;
  state->bytes = bytes.copy();
  if (suite == SuiteId::p256) {
    state->p256 = p256::decode_point(bytes);
    if (!state->p256) return fail(Code::key_public);
  }
  return KeyAccess::make<KemPublicKey>(std::shared_ptr<const State>(std::move(state)));
}

SuiteId KemPublicKey::suite() const { return state_ ? state_->suite : SuiteId::none; }
ByteView KemPublicKey::bytes() const { return state_ ? ByteView(state_->bytes) : ByteView(); }

Result<KemPrivateKey> KemPrivateKey::generate(SuiteId suite, Random& random) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  XCH_TRY(start());
  const auto ikm = random_secret<32, struct KeyGenerationTag>(random);
  return derive(suite, ikm.expose());
}

Result<KemPrivateKey> KemPrivateKey::derive(SuiteId suite, ByteView ikm) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  if (ikm.size() < 32) return fail(Code::key_format);
  XCH_TRY(start());
  RawPrivateKey secret;
  if (!hpke_derive_private_key(suite, ikm, secret)) return fail(Code::random_failed);
  return from_bytes(suite, secret.expose());
}

Result<KemPrivateKey> KemPrivateKey::from_bytes(SuiteId suite, ByteView secret) {
  XCH_TRY(check_private(suite, secret));
  auto state = std::make_unique<State>();
  state->suite = suite;
  XCH_ASSIGN(state->secret, RawPrivateKey::from(secret));
  XCH_ASSIGN(const Bytes public_bytes,
             suite == SuiteId::p256 ? public_bytes_p256(state->secret) : public_bytes_x25519(state->secret));
  XCH_ASSIGN(state->public_key, KemPublicKey::parse(suite, public_bytes));
  if (suite == SuiteId::p256) {
    XCH_ASSIGN(const auto scalar, p256::Scalar::from(secret));
    const PkeyPtr key = p256::import_private(scalar);
    if (key) state->p256_ecdh = p256::ecdh_ready(key.get());
    if (!state->p256_ecdh) return fail(Code::crypto_unavailable);
  }
  return KeyAccess::make<KemPrivateKey>(std::move(state));
}

SuiteId KemPrivateKey::suite() const { return state_ ? state_->suite : SuiteId::none; }
const KemPublicKey& KemPrivateKey::public_key() const {
  static const KemPublicKey none;
  return state_ ? state_->public_key : none;
}
KemPrivateKey::KemPrivateKey() = default;
KemPrivateKey::KemPrivateKey(KemPrivateKey&&) noexcept = default;
KemPrivateKey& KemPrivateKey::operator=(KemPrivateKey&&) noexcept = default;
KemPrivateKey::~KemPrivateKey() = default;

// Signing keys.

Result<SignPublicKey> SignPublicKey::parse(SuiteId suite, ByteView bytes) {
  XCH_TRY(check_public(suite, bytes, suite_info(suite).sign_public_key));
  auto state = std::make_shared<State>();
  state->suite = suite;
  state->bytes = bytes.copy();
  if (suite == SuiteId::p256) {
    const PkeyPtr key = p256::import_public(bytes);
    if (!key) return fail(Code::key_public);
    state->p256_verify = p256::verify_ready(key.get());
    if (!state->p256_verify) return fail(Code::crypto_unavailable);
  }
  return KeyAccess::make<SignPublicKey>(std::shared_ptr<const State>(std::move(state)));
}

SuiteId SignPublicKey::suite() const { return state_ ? state_->suite : SuiteId::none; }
ByteView SignPublicKey::bytes() const { return state_ ? ByteView(state_->bytes) : ByteView(); }

Result<SignPrivateKey> SignPrivateKey::generate(SuiteId suite, Random& random) {
  if (!is_enabled(suite)) return fail(Code::key_suite);
  for (int i = 0; i < kScalarTries; ++i) {
    // FIPS 186-5 A.2.2: a candidate outside [1, n-1] is drawn again, never reduced.
    const auto secret = random_secret<32, struct KeyGenerationTag>(random);
    if (suite == SuiteId::p256 && !p256::is_scalar(secret.expose())) continue;
    return from_bytes(suite, secret.expose());
  }
  return fail(Code::random_failed);
}

Result<SignPrivateKey> SignPrivateKey::from_bytes(SuiteId suite, ByteView secret) {
  XCH_TRY(check_private(suite, secret));
  auto state = std::make_unique<State>();
  state->suite = suite;
  XCH_ASSIGN(state->secret, RawPrivateKey::from(secret));
  if (suite == SuiteId::p256) {
    XCH_ASSIGN(const Bytes public_bytes, public_bytes_p256(state->secret));
    XCH_ASSIGN(state->public_key, SignPublicKey::parse(suite, public_bytes));
    return KeyAccess::make<SignPrivateKey>(std::move(state));
  }
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_bytes;
  if (crypto_sign_seed_keypair(public_bytes.data(), state->ed25519.expose_mutable().data(), secret.data()) != 0)
    return fail(Code::crypto_unavailable);
  XCH_ASSIGN(state->public_key, SignPublicKey::parse(suite, public_bytes));
  return KeyAccess::make<SignPrivateKey>(std::move(state));
}

SuiteId SignPrivateKey::suite() const { return state_ ? state_->suite : SuiteId::none; }
const SignPublicKey& SignPrivateKey::public_key() const {
  static const SignPublicKey none;
  return state_ ? state_->public_key : none;
}
SignPrivateKey::SignPrivateKey() = default;
SignPrivateKey::SignPrivateKey(SignPrivateKey&&) noexcept = default;
SignPrivateKey& SignPrivateKey::operator=(SignPrivateKey&&) noexcept = default;
SignPrivateKey::~SignPrivateKey() = default;

Result<Signature> sign(const SignPrivateKey& key, const KeyId& key_id, std::string_view label, ByteView message) {
  const auto* state = KeyAccess::state(key);
  if (state == nullptr || !usable_label(label)) return fail(Code::bug);
  Signature out;
  if (state->suite == SuiteId::p256) {
    XCH_ASSIGN(const auto scalar, p256::Scalar::from(state->secret.expose()));
    if (!p256::ecdsa_sign(scalar, signed_hash(label, key_id, message), MutableView(out.bytes)))
      return fail(Code::crypto_unavailable);
    return out;
  }
  const SecretBytes bytes = signed_bytes(label, key_id, message);
  const ByteView m = bytes.expose();
  if (crypto_sign_detached(out.bytes.data(), nullptr, m.data(), m.size(), state->ed25519.expose().data()) != 0)
    return fail(Code::crypto_unavailable);
  return out;
}

Status verify(const SignPublicKey& key, const KeyId& key_id, std::string_view label, ByteView message,
              ByteView signature, Code on_failure) {
  const auto* state = KeyAccess::state(key);
  if (state == nullptr || !usable_label(label) || signature.size() != kSignature) return fail(on_failure);
  if (state->suite == SuiteId::p256) {
    if (!p256::ecdsa_verify(state->p256_verify.get(), signed_hash(label, key_id, message), signature))
      return fail(on_failure);
    return Ok{};
  }
  if (!ed25519_verify(state->bytes, signed_bytes(label, key_id, message).expose(), signature)) return fail(on_failure);
  return Ok{};
}

bool ed25519_verify(ByteView public32, ByteView message, ByteView signature) {
  if (public32.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) return false;
  // "Valid" is what this function accepts: of the 914 edge cases of CCTV it takes 43 and OpenSSL 208, and agencies
  // that disagreed about a signature would disagree about a note. Never batch or cofactored verification.
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), public32.data()) == 0;
}

bool x25519(const RawPrivateKey& secret, ByteView point32, MutableView out32) {
  // RFC 9180 section 7.1.4: "MUST check whether the shared secret is the all-zero value and abort if so"; libsodium
  // returns -1 exactly then.
  return point32.size() == crypto_scalarmult_BYTES && out32.size() == crypto_scalarmult_BYTES &&
         crypto_scalarmult(out32.data(), secret.expose().data(), point32.data()) == 0;
}

SecretBytes export_private_key(const KemPrivateKey& key) {
  const auto* state = KeyAccess::state(key);
  return state ? SecretBytes(state->secret.expose()) : SecretBytes();
}

SecretBytes export_private_key(const SignPrivateKey& key) {
  const auto* state = KeyAccess::state(key);
  return state ? SecretBytes(state->secret.expose()) : SecretBytes();
}

}  // namespace xch::crypto
