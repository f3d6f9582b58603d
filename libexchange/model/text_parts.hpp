// The parts of a place, an address or an organisation (model/slots.hpp, TextFormat): "98104; Seattle; 512 Third Avenue".
// Who checks such a text and who cuts a coarser value out of it read the same parts.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace xch {

/// trimmed is a text without outer spaces.
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// part_of is the part of that number, from 0, trimmed; nothing where the text has fewer.
inline std::optional<std::string_view> part_of(std::string_view text, std::size_t number) {
  for (; number > 0; --number) {
    const auto end = text.find(';');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return trimmed(text.substr(0, text.find(';')));
}

inline bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// is_zip: a ZIP code of 5 or 5-4 digits.
inline bool is_zip(std::string_view text) {
  if (text.size() == 5) return all_digits(text);
  return text.size() == 10 && text[5] == '-' && all_digits(text.substr(0, 5)) && all_digits(text.substr(6));
}

}  // namespace xch
