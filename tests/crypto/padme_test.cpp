#include "crypto/padme.hpp"

#include <gtest/gtest.h>

#include <set>

#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

TEST(Padme, AgreesWithTheVectors) {
  XCH_VECTORS(file, "padme/padme.json");
  int n = 0;
  for (const auto& [length, padded] : file["values"].items()) {
    EXPECT_EQ(padme(std::stoull(length)), padded.get<std::uint64_t>()) << length;
    ++n;
  }
  EXPECT_EQ(n, 158);
}

TEST(Padme, IsAFixedPointOfItselfAndAddsLessThanAnEighth) {
  std::set<std::uint64_t> sizes;
  for (std::uint64_t length = 1; length < 1024 * 1024; ++length) {
    const std::uint64_t padded = padme(length);
    ASSERT_GE(padded, length);
    ASSERT_TRUE(is_padme(padded)) << length;
    if (length > 1) {
      ASSERT_LE((padded - length) * 100, length * 12) << length;
    }
    if (padded < 1024 * 1024) sizes.insert(padded);
  }
  // PURBs' figure: this few distinct sizes from 1 byte to below 1 MiB.
  EXPECT_EQ(sizes.size(), 299u);
}

TEST(Padme, LeavesNothingAlone) { EXPECT_EQ(padme(0), 0u); }

TEST(Padme, NeverWraps) {
  EXPECT_EQ(padme(~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_EQ(padme((std::uint64_t{1} << 63) + 1), (std::uint64_t{1} << 63) + (std::uint64_t{1} << 57));
}

}  // namespace
}  // namespace xch::crypto
