// Single-segment Cap'n Proto messages changed word by word, for records that no encoder of the library would write.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace xch::vectors {

class Words {
 public:
  explicit Words(ByteView bytes);
  Bytes bytes() const;
  std::uint64_t& operator[](std::size_t i) { return words_[i]; }
  std::size_t size() const { return words_.size(); }
  void insert(std::size_t at, std::uint64_t word) {
    words_.insert(words_.begin() + static_cast<std::ptrdiff_t>(at), word);
  }
  /// data_words and pointers of the root struct.
  std::size_t data_words() const { return words_[0] >> 32 & 0xffff; }
  std::size_t pointers() const { return words_[0] >> 48; }
  /// widen gives the root struct one more data word that holds `value`.
  void widen(std::uint64_t value);

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace xch::vectors
