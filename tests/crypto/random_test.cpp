#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include "crypto/digest.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

TEST(SystemRandom, GivesDifferentBytesEachTime) {
  const auto a = random_fixed<Salt>(system_random()), b = random_fixed<Salt>(system_random());
  EXPECT_NE(a, b);
  EXPECT_FALSE(a.is_zero());
}

TEST(SeededRandom, IsTheHashOfSeedAndBlockNumber) {
  SeededRandom_for_testing random(ByteView(std::string_view("seed")));
  Bytes got(80);
  random.fill(MutableView(got).sub(0, 1));
  random.fill(MutableView(got).sub(1, 40));
  random.fill(MutableView(got).sub(41));
  const auto block = [](std::uint8_t n) {
    return sha256(ascii("LX1 test random") + ascii("seed") + Bytes{0, 0, 0, 0, 0, 0, 0, n}).view().copy();
  };
  Bytes expected = block(0) + block(1) + block(2);
  expected.resize(80);
  EXPECT_EQ(got, expected);
}

TEST(RandomBelow, DrawsAgainWhereTheRemainderWouldBeBiased) {
  // 2^32 = 1,431,655,765 * 3 + 1: only 0xffffffff is refused for a bound of 3.
  FixedRandom random(hex("ffffffff" "fffffffe"));
  EXPECT_EQ(random_below(random, 3), 0xfffffffeu % 3);
  EXPECT_EQ(random.left(), 0u);
}

TEST(RandomBelow, ReachesEveryValueAboutEquallyOften) {
  SeededRandom_for_testing random(ByteView(std::string_view("below")));
  std::array<int, 10> seen{};
  for (int i = 0; i < 10000; ++i) ++seen[random_below(random, 10)];
  for (const int n : seen) EXPECT_NEAR(n, 1000, 150);
}

TEST(RandomBelow, TakesEveryBound) {
  SeededRandom_for_testing random(ByteView(std::string_view("bounds")));
  EXPECT_EQ(random_below(random, 1), 0u);
  for (const std::uint32_t bound : {2u, 1024u, 0x80000000u, 0x80000001u, 0xffffffffu})
    for (int i = 0; i < 50; ++i) EXPECT_LT(random_below(random, bound), bound);
}

}  // namespace
}  // namespace xch::crypto
