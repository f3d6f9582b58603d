// What the raw primitives cost on this machine, called directly with algorithms fetched and contexts set up before, so that
// a benchmark can say how much of a work item is cryptography that nobody can save. Uses none of crypto/'s own wrappers.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace xch::crypto {

/// measure_floor is the median processor time of one call of each, in microseconds and in the order of the names; it
/// spends about budget_ms on all of them together. Names:
///   "p256 keygen" (EVP_PKEY_generate), "p256 point" (decode and validate), "p256 ecdh", "ecdsa sign", "ecdsa verify" (both
///   of a hash), "x25519 base", "x25519", "ed25519 sign", "ed25519 verify", and for a size N of at least 1:
///   "sha-256/N", "aes-256-gcm/N", "chacha20-poly1305/N" (the faster of the two libraries at that size), "random/N".
/// Errors: usage (no such name), crypto_unavailable.
Result<std::vector<double>> measure_floor(double budget_ms, const std::vector<std::string>& names);

}  // namespace xch::crypto
