#include "consent/authority/period.hpp"

#include <gtest/gtest.h>

namespace xch::consent {
namespace {

TEST(Period, BeginsWithTheFirstSecondOfTheDayInTheFormsZone) {
  EXPECT_EQ(start_of_day("2026-11-26", 0)->seconds, parse_time("2026-11-26T00:00:00Z")->seconds);
  EXPECT_EQ(start_of_day("2026-11-26", -480)->seconds, parse_time("2026-11-26T08:00:00Z")->seconds);
  EXPECT_EQ(start_of_day("2026-11-26", 330)->seconds, parse_time("2026-11-25T18:30:00Z")->seconds);
}

TEST(Period, HoldsTheWholeOfTheLastDayInTheFormsZone) {
  EXPECT_EQ(end_of_day("2027-02-21", -480)->seconds, parse_time("2027-02-22T07:59:59Z")->seconds);
  EXPECT_EQ(end_of_day("2028-02-29", 0)->seconds, parse_time("2028-02-29T23:59:59Z")->seconds);
  EXPECT_EQ(end_of_day("2026-12-31", 0)->seconds + 1, start_of_day("2027-01-01", 0)->seconds);
}

TEST(Period, RefusesWhatIsNoDateOrNoZone) {
  EXPECT_FALSE(start_of_day("2026-02-30", 0));
  EXPECT_FALSE(start_of_day("", 0));
  EXPECT_FALSE(end_of_day("21.02.2027", 0));
  EXPECT_FALSE(start_of_day("2026-11-26", 841));
  EXPECT_TRUE(start_of_day("2026-11-26", 840));
  EXPECT_FALSE(start_of_day("2026-11-26", -721));
  EXPECT_TRUE(start_of_day("2026-11-26", -720));
}

TEST(Period, RefusesADayBefore1970InUtc) {
  EXPECT_FALSE(start_of_day("1970-01-01", 60));
  EXPECT_TRUE(start_of_day("1970-01-01", 0));
}

}  // namespace
}  // namespace xch::consent
