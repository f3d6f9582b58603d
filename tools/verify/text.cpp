#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include <sys/stat.h>

#include "verify.hpp"

namespace verify {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

void forged(std::string sentence) { throw Refusal{kForged, std::move(sentence)}; }
void unsure(std::string sentence) { throw Refusal{kUnsure, std::move(sentence)}; }

std::string encode_base64(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += kAlphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) out += kAlphabet[bits << (6 - held) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

// Decodes loosely and takes only what encodes to the same text again: one spelling for every value.
std::optional<Bytes> decode_base64(std::string_view text) {
  Bytes out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 255);
  }
  if (encode_base64(out) != text) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> decode_number(std::string_view text) {
  if (text.empty() || text.size() > 19) return std::nullopt;
  std::uint64_t out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (out >> 63 != 0 || std::to_string(out) != text) return std::nullopt;
  return out;
}

std::optional<Hash> decode_hash(std::string_view base64) {
  const auto bytes = decode_base64(base64);
  Hash out;
  if (!bytes || bytes->size() != out.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    const unsigned first = byte(i);
    const int more = first < 0x80 ? 0 : first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : -1;
    if (more < 0) return false;
    std::uint32_t value = more == 0 ? first : first & (0x3fu >> more);
    for (int k = 1; k <= more; ++k) {
      if (byte(i + static_cast<std::size_t>(k)) >> 6 != 2) return false;
      value = value << 6 | (byte(i + static_cast<std::size_t>(k)) & 63);
    }
    constexpr std::uint32_t kSmallest[]{0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[more] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

std::optional<std::string_view> next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

std::optional<Bytes> read_file_if_there(const std::string& path, std::size_t limit) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    unsure("a file could not be read: " + path);
  }
  if (!S_ISREG(status.st_mode)) unsure("not a file: " + path);
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) unsure("a file could not be read: " + path);
  Bytes out(std::min<std::size_t>(limit, static_cast<std::size_t>(status.st_size)) + 1, '\0');
  out.resize(std::fread(out.data(), 1, out.size(), file.get()));
  if (std::ferror(file.get()) != 0) unsure("a file could not be read: " + path);
  if (out.size() > limit) forged("a file is longer than its kind can be: " + path);
  return out;
}

Bytes read_file(const std::string& path, std::size_t limit) {
  auto out = read_file_if_there(path, limit);
  if (!out) unsure("there is no such file: " + path);
  return std::move(*out);
}

}  // namespace verify
