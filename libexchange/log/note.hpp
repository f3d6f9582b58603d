// Signed notes (c2sp.org/signed-note): a text, an empty line, and a line for every signature.
//
//     example.com/log
//     15
//     rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=
//
//     — example.com/log M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt...
//
// A signature line is an em dash, a space, the key's name, a space and the base64 of key id (4 bytes) and signature.
// The key id is the beginning of SHA-256(name || 0x0A || type || public key). Types:
//
//     0x01  Ed25519 over the text
//     0x04  Ed25519 cosignature (c2sp.org/tlog-cosignature, v1): u64 time || Ed25519 over
//           "cosignature/v1\n" || "time " || time || "\n" || text
//     0x06  ML-DSA-44 cosignature: known by its number, not checked by this release
//
// A verifier key is written NAME+HEX+BASE64: hex of the key id, base64 of type || public key; a signer key likewise,
// with the seed in the public key's place and PRIVATE+KEY+ before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/keys.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace xch::log {

enum class KeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04, ml_dsa_44 = 0x06 };
using NoteKeyId = Fixed<4, struct NoteKeyIdTag>;

/// kNoteMaxBytes and kSignaturesMax bound what a stranger can make us read; the specification asks for at least 16.
constexpr std::size_t kNoteMaxBytes = 1 << 20, kSignaturesMax = 100;

/// is_key_name is true for a name a key may have: not empty, UTF-8, no plus, no white space, no control character.
bool is_key_name(std::string_view name);

/// VerifierKey checks the signatures of one named key.
class VerifierKey {
 public:
  /// parse takes NAME+HEX+BASE64 in its one spelling. Errors: log_verifier_key (also for a type not listed above).
  static Result<VerifierKey> parse(std::string_view text);
  /// make is the key of this name for 32 bytes of Ed25519. Errors: log_verifier_key.
  static Result<VerifierKey> make(std::string_view name, KeyType type, ByteView public_key);
  std::string text() const;
  const std::string& name() const { return name_; }
  KeyType type() const { return type_; }
  const NoteKeyId& id() const { return id_; }
  ByteView public_key() const { return public_key_; }
  /// is_checked is false for a type whose signatures this release passes over as if the key were unknown.
  bool is_checked() const { return type_ != KeyType::ml_dsa_44; }
  /// check takes what follows the key id in a signature line and gives the time of a cosignature, else time 0.
  /// Errors: log_note_signature.
  Result<Timestamp> check(std::string_view note_text, ByteView signature) const;

 private:
  std::string name_;
  KeyType type_ = KeyType::ed25519;
  NoteKeyId id_;
  Bytes public_key_;
  crypto::SignPublicKey key_;
};

/// NoteSignature is one signature line: `bytes` is what follows the key id, never empty.
struct NoteSignature {
  std::string name;
  NoteKeyId id;
  Bytes bytes;
};

/// SignedNote is a note as it was read: `text` with its last newline, then at least one signature.
struct SignedNote {
  std::string text;
  std::vector<NoteSignature> signatures;
};

/// parse_note takes a note in its one spelling: encode_note of the result is the input. Errors: log_note.
Result<SignedNote> parse_note(std::string_view bytes);
std::string encode_note(const SignedNote& note);
/// encode_signature is one signature line with its newline.
std::string encode_signature(const NoteSignature& signature);

/// SignerKey signs as one named key. It signs nothing but notes: an agency's other keys are other keys.
class SignerKey {
 public:
  /// parse takes PRIVATE+KEY+NAME+HEX+BASE64. Errors: log_verifier_key, crypto_unavailable.
  static Result<SignerKey> parse(ByteView text);
  /// make takes the 32 bytes of an Ed25519 seed; generate draws them. Types ed25519 and cosignature.
  static Result<SignerKey> make(std::string_view name, KeyType type, ByteView seed);
  static Result<SignerKey> generate(std::string_view name, KeyType type, crypto::Random& random);
  crypto::SecretBytes text() const;
  const VerifierKey& verifier() const { return verifier_; }
  /// sign signs a note's text. Needs: type ed25519. Errors: usage (another type), log_note (no text of a note).
  Result<NoteSignature> sign(std::string_view note_text) const;
  /// cosign says: at `time` this was the largest tree of its log that we had seen, and it contains all earlier ones.
  /// The caller has made sure of that. Needs: type cosignature, a time after 1970. Errors: usage, log_note.
  Result<NoteSignature> cosign(std::string_view note_text, Timestamp time) const;

 private:
  SignerKey(VerifierKey verifier, crypto::SignPrivateKey key) : verifier_(std::move(verifier)), key_(std::move(key)) {}
  VerifierKey verifier_;
  crypto::SignPrivateKey key_;
};

/// TrustList is the keys whose signatures count.
class TrustList {
 public:
  /// make refuses two keys of one name and id, and one public key under two names: a cosignature does not cover the
  /// name, so it would count twice. Errors: log_verifier_key.
  static Result<TrustList> make(std::vector<VerifierKey> keys);
  const std::vector<VerifierKey>& keys() const { return keys_; }

 private:
  std::vector<VerifierKey> keys_;
};

/// NoteVerdict is a key of the list (by its place there) whose signature holds; of two cosignatures the later counts.
struct NoteVerdict {
  std::size_t key;
  Timestamp time;
};

/// check_note passes over signatures of unknown keys. "If the signature is from a known key and does not verify, the
/// whole note MUST be rejected"; a note without a signature of a known key is rejected too. One verdict for each key.
/// Errors: log_note_signature.
Result<std::vector<NoteVerdict>> check_note(const SignedNote& note, const TrustList& trust);

}  // namespace xch::log
