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

const LocalTimeBorrowed kPacific{"America/Los_Angeles", 0};

TEST(Period, GivesTheDayOfTheSpringLeap23HoursAndTheDayOfTheAutumnHour25) {
  const auto length = [](std::string_view day) { return end_of_day(day, kPacific)->seconds + 1 - start_of_day(day, kPacific)->seconds; };
  EXPECT_EQ(length("2026-03-07"), 24 * kHour);
  EXPECT_EQ(length("2026-03-08"), 23 * kHour);
  EXPECT_EQ(length("2026-10-31"), 24 * kHour);
  EXPECT_EQ(length("2026-11-01"), 25 * kHour);
}

TEST(Period, EndsWithTheLastSecondOfADayOnWhichTheClocksChange) {
  EXPECT_EQ(format_time(*end_of_day("2026-03-08", kPacific)), "2026-03-09T06:59:59Z");
  EXPECT_EQ(format_time(*end_of_day("2026-11-01", kPacific)), "2026-11-02T07:59:59Z");
  EXPECT_EQ(format_time(*start_of_day("2026-03-08", kPacific)), "2026-03-08T08:00:00Z");
  EXPECT_EQ(format_time(*start_of_day("2026-11-01", kPacific)), "2026-11-01T07:00:00Z");
}

TEST(Period, TellsTheLocalDayOfASecond) {
  for (const char* day : {"2026-03-08", "2026-11-01", "2026-07-01", "2027-01-01"}) {
    EXPECT_EQ(day_at(*start_of_day(day, kPacific), kPacific), day);
    EXPECT_EQ(day_at(*end_of_day(day, kPacific), kPacific), day);
  }
  EXPECT_EQ(day_at(*parse_time("2027-02-22T07:59:59Z"), -480), "2027-02-21");
}

TEST(Period, RefusesAZoneThatIsNotKnownAndTwoAtOnce) {
  EXPECT_FALSE(end_of_day("2026-03-08", {"America/Nowhere", 0}));
  EXPECT_FALSE(end_of_day("2026-03-08", {"America/Los_Angeles", -480}));
  EXPECT_TRUE(end_of_day("2026-03-08", {"", -480}));
  EXPECT_FALSE(is_known({"America/Nowhere", 0}));
  EXPECT_TRUE(is_known({"America/Los_Angeles", 0}));
}

TEST(Period, RefusesADayBefore1970InUtc) {
  EXPECT_FALSE(start_of_day("1970-01-01", 60));
  EXPECT_TRUE(start_of_day("1970-01-01", 0));
}

}  // namespace
}  // namespace xch::consent
