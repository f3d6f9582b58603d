// Which functions of libcrypto and libsodium a piece of work calls. This program defines those functions itself: they
// count and hand on to the library's own. What a library calls inside itself is not counted, fetches and locks excepted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace xch::bench {

/// Counted is what this thread called. `primitives` by name: "sha-256/N" (one hash of N bytes; bytes that were hashed into
/// a copied state before do not count), "aes-256-gcm/N" and "chacha20-poly1305/N" (one seal or open of N bytes of
/// plaintext), "random/N" (one draw), "p256 scalar * point", "p256 point", "p256 ecdh", "ecdsa verify", "x25519", ...
using Calls = std::map<std::string, std::uint64_t>;
struct Counted {
  Calls primitives;
  std::uint64_t fetches = 0;        // of an algorithm, by us or inside libcrypto
  std::uint64_t locks = 0;          // read and write locks taken, which a fetch cannot do without
  std::uint64_t locked_memory = 0;  // sodium_malloc and sodium_mlock
};

/// calls_of runs the work and returns what it called.
Counted calls_of(const std::function<void()>& work);

}  // namespace xch::bench
