// Randomness is an argument, so that every output can be pinned in a test. Callers of the C ABI cannot replace it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace xch::crypto {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableView out) = 0;
};

/// system_random is libsodium's randombytes_buf. Thread-safe.
Random& system_random();

template <class F>
F random_fixed(Random& random) {
  F out;
  random.fill(MutableView(out.bytes));
  return out;
}
template <std::size_t N, class Tag>
Secret<N, Tag> random_secret(Random& random) {
  Secret<N, Tag> s;
  random.fill(s.expose_mutable());
  return s;
}
/// random_below draws a uniform integer in [0, bound) by rejection; bound > 0.
std::uint32_t random_below(Random& random, std::uint32_t bound);

/// SeededRandom_for_testing is a fixed stream: block n (from 0) = SHA-256("LX1 test random" || seed || u64 n),
/// used byte by byte. Vectors in tests/vectors/lx1 name their seed. Not thread-safe.
class SeededRandom_for_testing final : public Random {
 public:
  explicit SeededRandom_for_testing(ByteView seed) : seed_(seed.copy()) {}
  void fill(MutableView out) override;

 private:
  Bytes seed_;
  std::uint64_t next_ = 0;
  Bytes block_;
  std::size_t used_ = 0;
};

}  // namespace xch::crypto
