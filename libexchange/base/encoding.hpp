// Hex, standard base64 and UTF-8, strict in both directions: what decodes encodes back to the same text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace xch {

std::string to_hex(ByteView bytes);
/// from_hex takes an even number of lower-case hex digits; nullopt otherwise.
std::optional<Bytes> from_hex(std::string_view text);

std::string to_base64(ByteView bytes);
/// from_base64 takes RFC 4648 base64 with padding and zero trailing bits; nullopt otherwise.
std::optional<Bytes> from_base64(std::string_view text);

/// is_utf8 is true for well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(ByteView text);
/// is_one_line is true for text that says something and has no control characters: no line break, no tab, no DEL.
bool is_one_line(std::string_view text);

template <std::size_t N, class Tag>
std::optional<Fixed<N, Tag>> fixed_from_hex(std::string_view text) {
  auto b = from_hex(text);
  Fixed<N, Tag> out;
  if (!b || !out.copy_from(*b)) return std::nullopt;
  return out;
}
template <class F>
std::optional<F> from_hex_as(std::string_view text) {
  auto b = from_hex(text);
  F out;
  if (!b || !out.copy_from(*b)) return std::nullopt;
  return out;
}

}  // namespace xch
