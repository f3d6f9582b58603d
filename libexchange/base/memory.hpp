// Where plaintext goes: the caller's memory, usually a locked arena (crypto/secret.hpp, Arena).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch {

/// Memory hands out zeroed, 8-byte aligned pieces that live as long as the caller says.
class Memory {
 public:
  virtual ~Memory() = default;
  virtual Result<MutableView> take(std::size_t size) = 0;
};

}  // namespace xch
