#include "base/html.hpp"

#include <cstdint>

namespace xch::html {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// next_point reads one code point (RFC 3629) and moves `at` behind it; 0 and one byte further where there is none.
std::uint32_t next_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more) return 0;
  std::uint32_t point = lead & (0x3Fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) return 0;
    point = point << 6 | (byte(at + i) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (point < kLeast[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  at += more;
  return point;
}

bool is_control(std::uint32_t point) {
  const bool direction = point == 0x061C || point == 0x200E || point == 0x200F ||
                         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || direction;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const auto point = next_point(text, at);
    switch (point) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n':
      case '\t': out += ' '; break;
      default: out += is_control(point) ? kReplacement : text.substr(from, at - from);
    }
  }
  return out;
}

std::string escaped_lines(std::string_view text) {
  std::string out;
  for (std::size_t from = 0;;) {
    const auto end = text.find('\n', from);
    out += escaped(text.substr(from, end == std::string_view::npos ? end : end - from));
    if (end == std::string_view::npos) return out;
    out += '\n';
    from = end + 1;
  }
}

std::string isolated(std::string_view name) { return "<bdi>" + escaped(name) + "</bdi>"; }

std::string filled(std::string_view text, const Filling& filling) {
  std::string out = escaped(text);
  for (std::size_t at = 0; (at = out.find('{', at)) != std::string::npos;) {
    const auto end = out.find('}', at);
    if (end == std::string::npos) break;
    const std::string key = out.substr(at + 1, end - at - 1);
    std::size_t next = end + 1;
    for (const auto& [name, html] : filling) {
      if (name != key) continue;
      out.replace(at, end + 1 - at, html);
      next = at + html.size();
      break;
    }
    at = next;
  }
  return out;
}

std::string element(std::string_view name, const std::string& inside, std::string_view attributes) {
  std::string out = "<" + std::string(name);
  if (!attributes.empty()) out += " " + std::string(attributes);
  return out + ">" + inside + "</" + std::string(name) + ">\n";
}

}  // namespace xch::html
