// Published vectors, and what the tests of the log share.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/result.hpp"
#include "model/ids.hpp"
#include "support/expect.hpp"

namespace xch::log {

/// vectors reads a file of the shared vector folder. A test that gets none is an error in CI and not run elsewhere.
inline std::optional<nlohmann::json> vectors(const std::string& file) {
  std::ifstream in(std::string(XCH_SOURCE_DIR) + "/../shared/vectors/" + file);
  if (!in) return std::nullopt;
  return nlohmann::json::parse(in);
}

#define XCH_VECTORS(name, file)                                                             \
  const auto name##_file = ::xch::log::vectors(file);                                       \
  if (!name##_file && std::getenv("CI") != nullptr) FAIL() << "vectors are missing: " file; \
  if (!name##_file) GTEST_SKIP() << "not run, vectors are missing: " file;                  \
  const nlohmann::json& name = *name##_file

using testing::passes;
using testing::refuses;

inline const std::string& text(const nlohmann::json& value) { return value.get_ref<const std::string&>(); }
inline Digest digest_of(ByteView bytes) {
  Digest d;
  EXPECT_TRUE(d.copy_from(bytes));
  return d;
}

}  // namespace xch::log
