// Secrets as valgrind's memcheck sees them: bytes marked undefined. A branch or an index that depends on one is an
// error of the run, whatever came before it. The points at which something computed from secrets becomes public are
// functions of the library (and of OpenSSL and libsodium) that secrets.cpp wraps from outside; the library itself knows
// nothing of this.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace xch::constant_time {

void make_secret(ByteView bytes);
void make_public(ByteView bytes);
/// secret_bytes is how many of these bytes depend on a secret.
std::size_t secret_bytes(ByteView bytes);
inline bool is_secret(ByteView bytes) { return secret_bytes(bytes) == bytes.size(); }
inline bool is_public(ByteView bytes) { return secret_bytes(bytes) == 0; }

/// Verdicts is how often each point was passed with something secret in its answer, since the last look.
struct Verdicts {
  unsigned tag = 0;         // CRYPTO_memcmp, crypto_verify_16
  unsigned compare = 0;     // equal_ct
  unsigned plain = 0;       // judge_plain
  unsigned body = 0;        // judge_body
  unsigned scalarmult = 0;  // crypto_scalarmult
  unsigned stretched = 0;   // crypto_pwhash of a secret passphrase
  unsigned agreed = 0;      // shared secrets that were made secret
  unsigned chosen = 0;      // S_k given to compartment_prk, every byte of it secret
};
Verdicts take_verdicts();

/// While one lives, verdicts stay secret: the branch on them has to be reported.
class VerdictsStaySecret {
 public:
  VerdictsStaySecret();
  ~VerdictsStaySecret();
  VerdictsStaySecret(const VerdictsStaySecret&) = delete;
  VerdictsStaySecret& operator=(const VerdictsStaySecret&) = delete;
};

/// While one lives, what a key agreement gives and a note's M are made secret.
class KeysAreSecret {
 public:
  KeysAreSecret();
  ~KeysAreSecret();
  KeysAreSecret(const KeysAreSecret&) = delete;
  KeysAreSecret& operator=(const KeysAreSecret&) = delete;
};

}  // namespace xch::constant_time
