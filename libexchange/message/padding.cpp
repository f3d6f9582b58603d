#include "message/padding.hpp"

#include <bit>
#include <cstring>

#include "message/cells.hpp"

namespace xch::message {
namespace {

// Masks: all ones for yes, zero for no. Numbers are below 2^63, so that a difference keeps its sign.
using Mask = std::uint64_t;

Mask is_less(std::uint64_t a, std::uint64_t b) { return Mask{0} - ((a - b) >> 63); }
Mask is_zero(std::uint64_t a) { return is_less(a, 1); }
std::uint64_t choose(Mask yes, std::uint64_t a, std::uint64_t b) { return (a & yes) | (b & ~yes); }

// Some bit of the bytes from `begin` on, as a number below 2^63. Every byte is looked at, eight at a time: one word holds
// the border.
std::uint64_t bits_from(ByteView bytes, std::uint64_t begin) {
  const std::uint64_t border = begin / 8, ones = ~std::uint64_t{0}, inside = 8 * (begin % 8);
  const std::uint64_t behind = std::endian::native == std::endian::little ? ones << inside : ones >> inside;
  const std::size_t words = bytes.size() / 8;
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + 8 * i, 8);
    rest |= word & (is_less(border, i) | (is_zero(border ^ i) & behind));
  }
  for (std::size_t i = 8 * words; i < bytes.size(); ++i) rest |= bytes[i] & ~is_less(i, begin);
  return (rest >> 1) | (rest & 1);
}

}  // namespace

PlainVerdict judge_plain(ByteView plain) {
  const std::uint64_t present = plain[0], length = load_u32(plain.data() + 1), room = plain.size() - kPlainHead;
  const Mask fits = ~is_less(room, length);
  // Where the length does not fit, nothing is padding.
  const std::uint64_t padding = bits_from(plain, kPlainHead + choose(fits, length, room));
  const auto number = [](PlainFault fault) { return static_cast<std::uint64_t>(fault); };
  std::uint64_t fault = is_zero(present) & ~is_zero(length) & number(PlainFault::absent_value);
  fault = choose(fits, fault, number(PlainFault::size));
  fault = choose(is_less(1, present), number(PlainFault::present), fault);
  fault = choose(is_zero(padding), fault, number(PlainFault::padding));
  return {static_cast<std::uint32_t>(length), static_cast<PlainFault>(fault), static_cast<std::uint16_t>(present)};
}

BodyVerdict judge_body(ByteView body) {
  const std::uint64_t length = load_u32(body.data()), room = body.size() - 4;
  const Mask fits = ~is_less(room, length);
  const std::uint64_t padding = bits_from(body, 4 + choose(fits, length, room));
  return {static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(fits & is_zero(padding) & 1)};
}

}  // namespace xch::message
