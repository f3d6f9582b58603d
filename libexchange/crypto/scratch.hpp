// Memory on the ordinary heap for the few plaintext copies that live outside an arena: wiped when it goes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/memory.hpp"
#include "crypto/secret.hpp"

namespace xch::crypto {

/// Scratch hands out pieces aligned to 16 that are wiped and freed with it.
class Scratch final : public Memory {
 public:
  Result<MutableView> take(std::size_t size) override {
    pieces_.emplace_back(size + 16);
    const auto view = pieces_.back().expose_mutable();
    const auto at = reinterpret_cast<std::uintptr_t>(view.data());
    return view.sub((16 - at % 16) % 16, size);
  }

 private:
  std::vector<SecretBytes> pieces_;
};

}  // namespace xch::crypto
