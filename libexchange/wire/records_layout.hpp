// Canonical words laid down directly, for the two records that carry cells (View, Bundle). Canonical form is preorder
// without gaps, so a record whose shape is known is written in one pass, each byte once; the same pass over bytes that
// came in says whether they lie exactly so, touching no cell. Internal to wire/.
//
// Cap'n Proto encoding (capnproto.org/encoding): a word is little-endian; a struct pointer is offset << 2 | 0 and sizes
// of the data and pointer sections; a list pointer is offset << 2 | 1, element size code and count.
#pragma once

#include <cstring>

#include "base/bytes.hpp"

namespace xch::wire {

constexpr std::size_t kWordBytes = 8;
inline std::size_t words_of(std::size_t bytes) { return (bytes + kWordBytes - 1) / kWordBytes; }

/// WordWriter writes at `out`, of any alignment; the caller has the space.
class WordWriter {
 public:
  explicit WordWriter(std::uint8_t* out) : out_(out) {}
  bool word(std::size_t at, std::uint64_t value) {
    std::uint8_t le[kWordBytes];
    for (unsigned i = 0; i < kWordBytes; ++i) le[i] = static_cast<std::uint8_t>(value >> (8 * i));
    std::memcpy(out_ + at * kWordBytes, le, kWordBytes);
    return true;
  }
  bool run(std::size_t at, ByteView bytes) {
    std::uint8_t* const to = out_ + at * kWordBytes;
    std::memcpy(to, bytes.data(), bytes.size());
    std::memset(to + bytes.size(), 0, words_of(bytes.size()) * kWordBytes - bytes.size());
    return true;
  }

 private:
  std::uint8_t* out_;
};

/// WordChecker says whether `in` holds what a WordWriter would write. A run that is itself a view into `in` at its
/// place needs no comparison.
class WordChecker {
 public:
  explicit WordChecker(const std::uint8_t* in) : in_(in) {}
  bool word(std::size_t at, std::uint64_t value) const {
    std::uint64_t held = 0;
    for (unsigned i = 0; i < kWordBytes; ++i) held |= static_cast<std::uint64_t>(in_[at * kWordBytes + i]) << (8 * i);
    return held == value;
  }
  bool run(std::size_t at, ByteView bytes) const {
    const std::uint8_t* const from = in_ + at * kWordBytes;
    if (bytes.data() != from && std::memcmp(from, bytes.data(), bytes.size()) != 0) return false;
    for (std::size_t i = bytes.size(); i < words_of(bytes.size()) * kWordBytes; ++i)
      if (from[i] != 0) return false;
    return true;
  }

 private:
  const std::uint8_t* in_;
};

/// Layout keeps the next free word while objects are laid down in preorder.
template <class Words>
class Layout {
 public:
  explicit Layout(Words words) : words_(words) {}

  /// root makes the root struct; its data section begins at word 1, its pointers after that.
  bool root(unsigned data_words, unsigned pointers) {
    next_ = 1 + data_words + pointers;
    return words_.word(0, struct_word(0, data_words, pointers));
  }
  bool word(std::size_t at, std::uint64_t value) { return words_.word(at, value); }

  /// data fills the pointer at `at` with bytes; null when there are none.
  bool data(std::size_t at, ByteView bytes) {
    if (bytes.empty()) return words_.word(at, 0);
    const std::size_t place = next_;
    next_ += words_of(bytes.size());
    return words_.word(at, list_word(at, place, kByteElements, bytes.size())) && words_.run(place, bytes);
  }
  /// data_list fills it with a list of Data.
  template <class List>
  bool data_list(std::size_t at, const List& list) {
    if (list.empty()) return words_.word(at, 0);
    const std::size_t first = next_;
    next_ += list.size();
    if (!words_.word(at, list_word(at, first, kPointerElements, list.size()))) return false;
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!data(first + i, list[i])) return false;
    return true;
  }
  /// struct_list fills it with structs of one data word and one pointer; `put(i, data word, pointer)` fills one.
  template <class Put>
  bool struct_list(std::size_t at, std::size_t count, Put put) {
    if (count == 0) return words_.word(at, 0);
    const std::size_t tag = next_;
    next_ += 1 + 2 * count;
    if (!words_.word(at, list_word(at, tag, kStructElements, 2 * count))) return false;
    if (!words_.word(tag, struct_word(count, 1, 1))) return false;
    for (std::size_t i = 0; i < count; ++i)
      if (!put(i, tag + 1 + 2 * i, tag + 2 + 2 * i)) return false;
    return true;
  }

 private:
  static constexpr std::uint64_t kByteElements = 2, kPointerElements = 6, kStructElements = 7;

  static std::uint64_t struct_word(std::uint64_t offset, std::uint64_t data_words, std::uint64_t pointers) {
    return offset << 2 | data_words << 32 | pointers << 48;
  }
  static std::uint64_t list_word(std::size_t at, std::size_t place, std::uint64_t element, std::uint64_t count) {
    return static_cast<std::uint64_t>(place - at - 1) << 2 | 1 | element << 32 | count << 35;
  }

  Words words_;
  std::size_t next_ = 0;
};

}  // namespace xch::wire
