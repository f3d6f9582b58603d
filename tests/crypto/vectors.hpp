// Published vectors and what the crypto tests share.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/encoding.hpp"
#include "base/result.hpp"
#include "crypto/random.hpp"

namespace xch::crypto {

/// vectors reads a file of the shared vector folder. A test that gets none is an error in CI and not run elsewhere.
inline std::optional<nlohmann::json> vectors(const std::string& file) {
  std::ifstream in(std::string(XCH_SOURCE_DIR) + "/../shared/vectors/" + file);
  if (!in) return std::nullopt;
  return nlohmann::json::parse(in);
}

#define XCH_VECTORS(name, file)                                                             \
  const auto name##_file = ::xch::crypto::vectors(file);                                    \
  if (!name##_file && std::getenv("CI") != nullptr) FAIL() << "vectors are missing: " file; \
  if (!name##_file) GTEST_SKIP() << "not run, vectors are missing: " file;                  \
  const nlohmann::json& name = *name##_file

inline Bytes hex(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto b = from_hex(lower);
  EXPECT_TRUE(b.has_value()) << text;
  return b.value_or(Bytes());
}
template <class Json>
  requires std::is_same_v<Json, nlohmann::json>
Bytes hex(const Json& text) {
  return hex(std::string_view(text.template get_ref<const std::string&>()));
}
inline Bytes base64(const nlohmann::json& text) {
  const auto b = from_base64(text.get_ref<const std::string&>());
  EXPECT_TRUE(b.has_value());
  return b.value_or(Bytes());
}

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
inline Bytes ascii(std::string_view text) { return ByteView(text).copy(); }
inline bool all_zero(ByteView v) {
  for (const auto b : v)
    if (b != 0) return false;
  return true;
}

/// refusal is the code of a failed result, and nothing for a success (whose error() must not be read).
template <class T>
std::optional<Code> refusal(const Result<T>& result) {
  return result ? std::nullopt : std::optional<Code>(result.error().code);
}

/// FixedRandom gives out exactly the bytes it was made with.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(MutableView out) override {
    ASSERT_LE(used_ + out.size(), bytes_.size()) << "more randomness drawn than given";
    std::memcpy(out.data(), bytes_.data() + used_, out.size());
    used_ += out.size();
  }
  std::size_t left() const { return bytes_.size() - used_; }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
};

}  // namespace xch::crypto
