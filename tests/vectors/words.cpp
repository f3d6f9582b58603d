#include "vectors/words.hpp"

namespace xch::vectors {

Words::Words(ByteView bytes) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    for (unsigned i = 8; i-- > 0;) word = word << 8 | bytes[at + i];
    words_.push_back(word);
  }
}

Bytes Words::bytes() const {
  Bytes out;
  for (const std::uint64_t word : words_)
    for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  return out;
}

// Pointers are relative to their own place and all stand behind the data words, so nothing else moves.
void Words::widen(std::uint64_t value) {
  insert(1 + data_words(), value);
  words_[0] += std::uint64_t{1} << 32;
}

}  // namespace xch::vectors
