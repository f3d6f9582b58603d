// What the text formats of the log are made of: lines, decimal numbers and base64 in one spelling. For log/ and what is
// said of logs.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace xch::log {

/// take_line cuts the first line off `rest`, without its newline; nothing when no newline is left.
inline std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

/// take_prefix cuts `prefix` off `line`, or says that it does not stand there.
inline bool take_prefix(std::string_view& line, std::string_view prefix) {
  if (line.substr(0, prefix.size()) != prefix) return false;
  line.remove_prefix(prefix.size());
  return true;
}

/// parse_decimal takes 0 to 2^63 - 1 in digits, with no sign and no leading zero: the numbers of C2SP texts.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  for (const char c : text)
    if (c < '0' || c > '9') return std::nullopt;
  std::uint64_t out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out).ptr;
  if (end != text.data() + text.size() || out >> 63 != 0) return std::nullopt;
  return out;
}

/// fixed_from_base64 takes the base64 of exactly F::kSize bytes.
template <class F>
std::optional<F> fixed_from_base64(std::string_view text) {
  const auto bytes = from_base64(text);
  F out;
  if (!bytes || !out.copy_from(*bytes)) return std::nullopt;
  return out;
}

}  // namespace xch::log
