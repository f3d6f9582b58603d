#include <gtest/gtest.h>

#include <set>

#include "consent/coalition/coalition.hpp"

namespace xch::consent {
namespace {

TEST(HashWords, AreTwelveAndFollowFromTheFirst132Bits) {
  Bytes hash(32, 0);
  EXPECT_EQ(hash_words(hash), std::vector<std::string>(12, "baba"));
  hash[0] = 0x80;
  EXPECT_EQ(hash_words(hash)[0], "naba");
  hash[0] = 0;
  hash[1] = 0x20;  // the last bit of the first word
  EXPECT_EQ(hash_words(hash)[0], "babi");
  EXPECT_EQ(hash_words(hash)[1], "baba");
  hash[1] = 0;
  hash[16] = 0x10;  // bit 131
  EXPECT_EQ(hash_words(hash)[11], "babi");
  hash[16] = 0x08;  // bit 132 is not said
  EXPECT_EQ(hash_words(hash)[11], "baba");
  EXPECT_EQ(hash_words(Bytes(32, 0xff)), std::vector<std::string>(12, "zuvu"));
}

TEST(HashWords, SayEveryElevenBitsDifferently) {
  std::set<std::string> seen;
  for (unsigned n = 0; n < 2048; ++n) {
    const Bytes hash{static_cast<std::uint8_t>(n >> 3), static_cast<std::uint8_t>(n << 5)};
    const auto word = hash_words(hash)[0];
    EXPECT_EQ(word.size(), 4u);
    seen.insert(word);
  }
  EXPECT_EQ(seen.size(), 2048u);
}

TEST(HashWords, TakeAShortInputAsFollowedByZeros) {
  EXPECT_EQ(hash_words(Bytes()), std::vector<std::string>(12, "baba"));
  EXPECT_EQ(hash_words(Bytes{0x80}), hash_words(Bytes{0x80, 0, 0}));
}

}  // namespace
}  // namespace xch::consent
