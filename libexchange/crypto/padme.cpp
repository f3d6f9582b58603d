#include "crypto/padme.hpp"

namespace xch::crypto {
namespace {

unsigned floor_log2(std::uint64_t v) {
  unsigned e = 0;
  while (v >>= 1) ++e;
  return e;
}

}  // namespace

std::uint64_t padme(std::uint64_t length) {
  if (length < 2) return length;
  // E = floor(log2 L), S = floor(log2 E) + 1: the last E - S bits become zero, rounding up.
  const unsigned e = floor_log2(length);
  const unsigned s = e == 0 ? 0 : floor_log2(e) + 1;
  if (e <= s) return length;
  const std::uint64_t mask = (std::uint64_t{1} << (e - s)) - 1;
  // Near 2^64 rounding up would wrap; no such length exists in memory, and it is its own answer.
  if (length > ~std::uint64_t{0} - mask) return length;
  return (length + mask) & ~mask;
}

}  // namespace xch::crypto
