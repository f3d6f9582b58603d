#include "crypto/random.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "crypto/digest.hpp"
#include "crypto/start.hpp"

namespace xch::crypto {
namespace {

class SystemRandom final : public Random {
 public:
  // Whether libsodium came up is start()'s answer; without any entropy randombytes_buf ends the process.
  SystemRandom() { (void)start(); }
  void fill(MutableView out) override {
    if (out.size() != 0) randombytes_buf(out.data(), out.size());  // a null pointer is never its argument
  }
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

std::uint32_t random_below(Random& random, std::uint32_t bound) {
  if (bound < 2) return 0;
  // Numbers at and above the largest multiple of bound would favour the small remainders: they are drawn again.
  const std::uint64_t limit = (std::uint64_t{1} << 32) / bound * bound;
  for (;;) {
    std::array<std::uint8_t, 4> draw;
    random.fill(draw);
    const std::uint32_t v = load_u32(draw.data());
    if (v < limit) return v % bound;
  }
}

void SeededRandom_for_testing::fill(MutableView out) {
  for (std::size_t done = 0; done < out.size();) {
    if (used_ == block_.size()) {
      std::array<std::uint8_t, 8> counter;
      store_u64(counter.data(), next_++);
      block_ = sha256({ByteView(std::string_view("LX1 test random")), seed_, counter}).view().copy();
      used_ = 0;
    }
    const std::size_t n = std::min(out.size() - done, block_.size() - used_);
    std::memcpy(out.data() + done, block_.data() + used_, n);
    done += n;
    used_ += n;
  }
}

}  // namespace xch::crypto
