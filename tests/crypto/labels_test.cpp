#include "crypto/labels.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

TEST(Labels, EachServeOnePurpose) {
  std::set<std::string_view> all(label::kAllButSign.begin(), label::kAllButSign.end());
  EXPECT_EQ(all.size(), label::kAllButSign.size());
  for (const auto sign : label::kSign)
    if (!sign.empty()) {
      EXPECT_TRUE(all.insert(sign).second) << sign;
    }
  EXPECT_EQ(all.size(), 43u + 14u);
  for (const auto l : all) {
    EXPECT_EQ(l.substr(0, 4), "LX1 ");
    EXPECT_LE(l.size(), 255u);
  }
}

TEST(SignLabel, FollowsTheRegistryName) {
  for (std::uint16_t n = 1; n < kKindCount; ++n) {
    const auto kind = static_cast<Kind>(n);
    EXPECT_EQ(sign_label(kind), "LX1 sign " + std::string(code_of(kind)));
  }
  EXPECT_EQ(sign_label(Kind::note), "LX1 sign note");
}

TEST(SignLabel, IsEmptyForWhatIsNoKind) {
  EXPECT_TRUE(sign_label(Kind::none).empty());
  EXPECT_TRUE(sign_label(static_cast<Kind>(kKindCount)).empty());
  EXPECT_TRUE(sign_label(static_cast<Kind>(0xffff)).empty());
}

TEST(SuiteInfo, HoldsTheRegistryValues) {
  const SuiteInfo& p256 = suite_info(SuiteId::p256);
  EXPECT_EQ(p256.kem_id, 0x0010);
  EXPECT_EQ(p256.kdf_id, 0x0001);
  EXPECT_EQ(static_cast<int>(p256.aead), 0x0002);
  EXPECT_EQ(p256.enc, 65u);
  const SuiteInfo& x25519 = suite_info(SuiteId::x25519);
  EXPECT_EQ(x25519.kem_id, 0x0020);
  EXPECT_EQ(x25519.kdf_id, 0x0001);
  EXPECT_EQ(static_cast<int>(x25519.aead), 0x0003);
  EXPECT_EQ(x25519.enc, 32u);
}

TEST(SuiteInfo, HasNoRowForASuiteThatIsNotEnabled) {
  for (const auto suite : {SuiteId::none, SuiteId::pq, static_cast<SuiteId>(7)}) {
    EXPECT_EQ(suite_info(suite).id, SuiteId::none);
    EXPECT_EQ(suite_info(suite).enc, 0u);
  }
}

TEST(ParseSuite, TakesTheNamesOfEnabledSuitesOnly) {
  EXPECT_EQ(parse_suite("p256"), SuiteId::p256);
  EXPECT_EQ(parse_suite("x25519"), SuiteId::x25519);
  for (const auto name : {"", "P256", "p256 ", "pq", "none"}) EXPECT_EQ(parse_suite(name), SuiteId::none);
}

}  // namespace
}  // namespace xch::crypto
