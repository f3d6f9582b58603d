// What the raw primitives cost on this machine, called directly, so that a benchmark can say how much of a work item
// is cryptography that nobody can save. Uses none of crypto/'s own wrappers.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace xch::crypto {

/// FloorCost is the median time of one call, in microseconds. Names: "p256 keygen + ecdh" (one encapsulation),
/// "p256 ecdh" (one decapsulation), "ecdsa sign", "ecdsa verify", "x25519 base", "x25519", "ed25519 sign",
/// "ed25519 verify", "random 32", and for each size N "aes-256-gcm/N", "chacha20-poly1305/N", "sha-256/N",
/// "hmac-sha-256/N".
struct FloorCost {
  std::string name;
  double us = 0;
};

/// measure_floor spends about budget_ms on all of it together, at least one run of each. Each size is at least 1.
/// Errors: crypto_unavailable.
Result<std::vector<FloorCost>> measure_floor(unsigned budget_ms, const std::vector<std::size_t>& sizes);

}  // namespace xch::crypto
