// Wiping scratch memory below crypto/, where libsodium is not at hand.
#pragma once

#include <cstring>

#include "base/bytes.hpp"

namespace xch {

/// wipe_bytes overwrites memory with zeros. The empty asm statement takes the address and clobbers memory, so the
/// compiler has to assume that the zeros are read and may not drop the stores (as BoringSSL's OPENSSL_cleanse does).
inline void wipe_bytes(MutableView memory) {
  if (memory.size() == 0) return;
  std::memset(memory.data(), 0, memory.size());
  __asm__ __volatile__("" : : "r"(memory.data()) : "memory");
}

}  // namespace xch
