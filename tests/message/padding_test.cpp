// Padding, held against its definition written plainly: a length that fits, and nothing but zeros behind what it names
// (docs/format.md, "Padding" and "Cells").
#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/random.hpp"
#include "message/cells.hpp"
#include "message/padding.hpp"

namespace xch::message_test {
namespace {

using message::PlainFault;

bool all_zero(ByteView bytes, std::size_t from) {
  return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool good_body(ByteView body) {
  const std::uint64_t length = load_u32(body.data());
  return length <= body.size() - 4 && all_zero(body, 4 + length);
}

PlainFault fault_of(ByteView plain) {
  const std::uint64_t length = load_u32(plain.data() + 1), room = plain.size() - message::kPlainHead;
  if (length <= room && !all_zero(plain, message::kPlainHead + length)) return PlainFault::padding;
  if (plain[0] > 1) return PlainFault::present;
  if (length > room) return PlainFault::size;
  return plain[0] == 0 && length != 0 ? PlainFault::absent_value : PlainFault::none;
}

/// Every length that a body of this size can state and some that it cannot, with each bit of it set alone.
template <class Look>
void for_each_bit(std::size_t size, std::size_t head, std::size_t length_at, Look look) {
  for (std::uint32_t length = 0; length <= size + 9; ++length) {
    Bytes bytes(size);
    store_u32(bytes.data() + length_at, length);
    look(bytes, length);
    for (std::size_t bit = 8 * head; bit < 8 * size; ++bit) {
      bytes[bit / 8] = static_cast<std::uint8_t>(1u << (bit % 8));
      look(bytes, length);
      bytes[bit / 8] = 0;
    }
  }
}

TEST(Padding, OfABodyIsZeroInEveryBit) {
  for (std::size_t size = 4; size <= 40; ++size)
    for_each_bit(size, 4, 0, [&](const Bytes& body, std::uint32_t length) {
      const auto verdict = message::judge_body(body);
      ASSERT_EQ(verdict.good == 1, good_body(body)) << size << ' ' << length;
      ASSERT_EQ(verdict.length, length);
    });
}

TEST(Padding, OfACellIsZeroInEveryBit) {
  for (std::size_t size = message::kPlainHead; size <= message::kPlainHead + 40; ++size)
    for (const std::uint8_t present : {0, 1, 2, 255})
      for_each_bit(size, message::kPlainHead, 1, [&](Bytes plain, std::uint32_t length) {
        plain[0] = present;
        const auto verdict = message::judge_plain(plain);
        ASSERT_EQ(static_cast<int>(verdict.fault), static_cast<int>(fault_of(plain))) << size << ' ' << length;
        ASSERT_EQ(verdict.length, length);
        ASSERT_EQ(verdict.present, present);
      });
}

// Several bits together: what the words of the padding have in common must not hide any of them.
TEST(Padding, IsFoundHoweverManyBitsAreSet) {
  auto& random = crypto::system_random();
  for (int round = 0; round < 2000; ++round) {
    Bytes body(4 + static_cast<std::size_t>(round) % 61), plain(message::kPlainHead + static_cast<std::size_t>(round) % 61);
    for (Bytes* bytes : {&body, &plain}) random.fill(*bytes);
    store_u32(body.data(), static_cast<std::uint32_t>(round) % 64);
    plain[0] = static_cast<std::uint8_t>(round % 2);
    store_u32(plain.data() + 1, static_cast<std::uint32_t>(round) % 64);
    ASSERT_EQ(message::judge_body(body).good == 1, good_body(body)) << round;
    ASSERT_EQ(static_cast<int>(message::judge_plain(plain).fault), static_cast<int>(fault_of(plain))) << round;
  }
}

}  // namespace
}  // namespace xch::message_test
