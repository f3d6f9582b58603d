// One flat JSON object for an event: codes, digests and counts only, so nothing in it ever needs escaping.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "model/compartment.hpp"

namespace xch::session {

/// JsonLine builds {"key":...}. A word may hold letters, digits and "-_.:/ " alone; anything else becomes '?', so a
/// value that should not be here cannot break out of its string either.
class JsonLine {
 public:
  JsonLine& word(std::string_view key, std::string_view value) {
    begin(key);
    out_ += '"';
    for (const char c : value) out_ += is_plain(c) ? c : '?';
    out_ += '"';
    return *this;
  }
  JsonLine& hex(std::string_view key, ByteView value) {
    begin(key);
    out_ += '"' + to_hex(value) + '"';
    return *this;
  }
  JsonLine& number(std::string_view key, std::uint64_t value) {
    begin(key);
    out_ += std::to_string(value);
    return *this;
  }
  JsonLine& compartments(std::string_view key, const std::vector<Compartment>& values) {
    begin(key);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) out_ += (i == 0 ? "" : ",") + std::to_string(values[i].value);
    out_ += ']';
    return *this;
  }
  std::string text() const { return '{' + out_ + '}'; }

 private:
  static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:/ ").find(c) != std::string_view::npos;
  }
  void begin(std::string_view key) {
    if (!out_.empty()) out_ += ',';
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }
  std::string out_;
};

}  // namespace xch::session
