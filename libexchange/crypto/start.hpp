// Bringing up the cryptographic libraries of this process.
#pragma once

#include <string>

#include "base/result.hpp"

namespace xch::crypto {

/// start prepares this process's own OpenSSL library context and libsodium, once. Everything in crypto/ starts by
/// itself; call start first so that a broken installation is an error here and not an exception in a hash.
/// Thread-safe. Errors: crypto_unavailable.
Status start();

/// Libraries names what the process really runs on: a host may have brought its own libcrypto.
struct Libraries {
  std::string openssl;  // "OpenSSL 3.0.22 25 Aug 2026"
  std::string sodium;   // "1.0.18"
};
Libraries libraries();

}  // namespace xch::crypto
