// Key pairs of the two suites: parsed once, validated when decoded, kept ready for use.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

/// KemPublicKey is an encryption key: P-256 exactly 65 bytes 0x04 || X || Y, on the curve; X25519 32 bytes, of which
/// low-order points fail at use. Cheap to copy (shared, immutable, thread-safe). Errors of parse: key_public, key_suite.
class KemPublicKey {
 public:
  static Result<KemPublicKey> parse(SuiteId suite, ByteView bytes);
  SuiteId suite() const;
  ByteView bytes() const;

 private:
  friend struct KeyAccess;
  struct State;
  std::shared_ptr<const State> state_;
};

/// KemPrivateKey is a decryption key; move-only. Its raw bytes leave only by export_private_key.
class KemPrivateKey {
 public:
  static Result<KemPrivateKey> generate(SuiteId suite, Random& random);
  /// derive is DeriveKeyPair (RFC 9180 section 7.1.3) of at least 32 bytes of keying material.
  static Result<KemPrivateKey> derive(SuiteId suite, ByteView ikm);
  /// from_bytes takes 32 bytes (P-256: big-endian scalar in [1, n-1]).
  static Result<KemPrivateKey> from_bytes(SuiteId suite, ByteView secret);
  SuiteId suite() const;
  const KemPublicKey& public_key() const;
  KemPrivateKey(KemPrivateKey&&) noexcept;
  KemPrivateKey& operator=(KemPrivateKey&&) noexcept;
  ~KemPrivateKey();

 private:
  friend struct KeyAccess;
  KemPrivateKey();
  struct State;
  std::unique_ptr<State> state_;
};

/// SignPublicKey verifies: suite p256 ECDSA P-256 SHA-256 with r || s, 64 bytes, r and s in [1, n-1], s <= n/2;
/// suite x25519 Ed25519, "valid" = libsodium crypto_sign_verify_detached accepts. 65 and 32 bytes.
class SignPublicKey {
 public:
  static Result<SignPublicKey> parse(SuiteId suite, ByteView bytes);
  SuiteId suite() const;
  ByteView bytes() const;

 private:
  friend struct KeyAccess;
  struct State;
  std::shared_ptr<const State> state_;
};

class SignPrivateKey {
 public:
  static Result<SignPrivateKey> generate(SuiteId suite, Random& random);
  /// from_bytes takes 32 bytes (P-256 scalar; Ed25519 seed, RFC 8032).
  static Result<SignPrivateKey> from_bytes(SuiteId suite, ByteView secret);
  SuiteId suite() const;
  const SignPublicKey& public_key() const;
  SignPrivateKey(SignPrivateKey&&) noexcept;
  SignPrivateKey& operator=(SignPrivateKey&&) noexcept;
  ~SignPrivateKey();

 private:
  friend struct KeyAccess;
  SignPrivateKey();
  struct State;
  std::unique_ptr<State> state_;
};

constexpr std::size_t kSignature = 64;
using Signature = Fixed<kSignature, struct SignatureTag>;

/// sign is Sign(sk, label, m): signs u8 len(label) || label || key_id || m. Suite p256: low s, RFC 6979 nonce
/// (deterministic, so vectors reproduce). Errors: crypto_unavailable.
Result<Signature> sign(const SignPrivateKey& key, const KeyId& key_id, std::string_view label, ByteView message);
/// verify checks a signature of exactly 64 bytes; `on_failure` is the error of any that does not verify.
Status verify(const SignPublicKey& key, const KeyId& key_id, std::string_view label, ByteView message,
              ByteView signature, Code on_failure);

/// export_private_key is the one named door to raw private key bytes (key files and grant views).
SecretBytes export_private_key(const KemPrivateKey& key);
SecretBytes export_private_key(const SignPrivateKey& key);

}  // namespace xch::crypto
