// A key pair made from a code that somebody reads, types or says on the telephone.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"

namespace xch::crypto {

/// code_key stretches a code and makes the key pair that follows from it (docs/format.md, "One-shot packet"): suite p256
/// PBKDF2-HMAC-SHA256, 600,000 rounds, which the FIPS provider has; suite x25519 Argon2id, 3 passes over 256 MiB. What is
/// drawn for one packet needs no salt of its own. Cost: a fraction of a second. Errors: key_suite, out_of_memory,
/// crypto_unavailable.
Result<KemPrivateKey> code_key(SuiteId suite, ByteView code);

}  // namespace xch::crypto
