#include "base/time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace xch {
namespace {

TEST(Date, KnowsTheLeapYearRule) {
  for (const char* day : {"2024-02-29", "2000-02-29", "1600-02-29", "2400-02-29", "0004-02-29"}) EXPECT_TRUE(parse_date(day)) << day;
  for (const char* day : {"2023-02-29", "1900-02-29", "2100-02-29", "2200-02-29", "2024-02-30"}) EXPECT_FALSE(parse_date(day)) << day;
}

TEST(Date, RefusesDaysThatDoNotExist) {
  for (const char* day : {"2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31", "2026-06-31", "2026-09-31", "2026-11-31", "0000-01-01"})
    EXPECT_FALSE(parse_date(day)) << day;
}

TEST(Date, RefusesEveryOtherForm) {
  for (const char* day : {"", "2026", "2026-1-01", "2026-01-1", "2026/01/01", "20260101", "26-01-01", " 2026-01-01", "2026-01-01 ", "2026-01-01Z",
                          "02026-01-01", "-026-01-01", "+026-01-01", "2026-0a-01", "2026-01--1", "2026-01-+1", "2026_01-01"})
    EXPECT_FALSE(parse_date(day)) << day;
  EXPECT_FALSE(parse_date(std::string_view("2026-01-0\0", 10)));
}

TEST(Date, CountsDaysFromTheEpoch) {
  EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
  EXPECT_EQ(days_from_civil({1969, 12, 31}), -1);
  EXPECT_EQ(days_from_civil({2000, 3, 1}), 11017);
  EXPECT_EQ(days_from_civil({1, 1, 1}), -719162);
  EXPECT_EQ(days_from_civil({9999, 12, 31}), 2932896);
}

// A calendar that walks day by day, written without the formulas, over the whole range.
TEST(Date, AgreesWithACalendarThatWalksDayByDay) {
  int year = 1, month = 1, day = 1, walked = 0;
  for (std::int64_t n = -719162; n <= 2932896; ++n, ++walked) {
    const CivilDate d = civil_from_days(n);
    ASSERT_TRUE(d.year == year && d.month == month && d.day == day) << n;
    ASSERT_EQ(days_from_civil(d), n);
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int length = month == 2 ? (leap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31;
    if (++day > length) {
      day = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
  }
  EXPECT_EQ(year, 10000);
  EXPECT_EQ(walked, 3652059);
}

TEST(Date, PrintsWhatItParses) {
  for (std::int64_t n = -719162; n <= 2932896; n += 17) {
    const std::string text = format_date(civil_from_days(n));
    const auto back = parse_date(text);
    ASSERT_TRUE(back) << text;
    ASSERT_EQ(days_from_civil(*back), n) << text;
  }
  EXPECT_EQ(format_date({7, 3, 9}), "0007-03-09");
}

TEST(Time, ParsesBothForms) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), Timestamp{0});
  EXPECT_EQ(parse_time("1970-01-01T00:00Z"), Timestamp{0});
  EXPECT_EQ(parse_time("2000-01-01T00:00:00Z"), Timestamp{946684800});
  EXPECT_EQ(parse_time("2026-11-26T23:59:59Z"), Timestamp{1795737599});
  EXPECT_EQ(parse_time("2026-11-26T23:59Z"), Timestamp{1795737540});
  EXPECT_EQ(parse_time("9999-12-31T23:59:59Z"), Timestamp{253402300799});
}

TEST(Time, RefusesImpossibleTimes) {
  for (const char* text : {"2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T99:00Z", "2026-02-30T00:00Z",
                           "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Time, RefusesZonesFractionsAndEveryOtherForm) {
  for (const char* text : {"", "Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00z", "2026-01-01t00:00:00Z", "2026-01-01 00:00:00Z",
                           "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.0Z", "2026-01-01T0:00:00Z", "2026-01-01T00-00-00Z", "2026-01-01T00:00:0Z",
                           "2026-01-01T00:00:-1Z", "2026-01-01T00:0 :00Z", " 2026-01-01T00:00Z", "2026-01-01T00:00Z ", "2026-01-01T00:00-00Z", "2026-01-01T00:00:00ZZ"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Time, PrintsWhatItParses) {
  std::uint64_t step = 1;
  int ran = 0;
  for (std::uint64_t t = 0; t <= 253402300799ull; t += step, step = step * 3 / 2 % 100000007 + 1, ++ran) {
    const std::string text = format_time(Timestamp{t});
    ASSERT_EQ(text.size(), 20u);
    ASSERT_EQ(parse_time(text), Timestamp{t}) << text;
  }
  EXPECT_GT(ran, 1000);
}

TEST(Time, PrintsTheLastSecondThatFourDigitsHoldForAnyLaterOne) {
  for (const std::uint64_t t : {253402300799ull, 253402300800ull, 378691200000ull, ~0ull})
    EXPECT_EQ(format_time(Timestamp{t}), "9999-12-31T23:59:59Z") << t;
}

TEST(Time, ComparesAndAddsSeconds) {
  const Timestamp t{100};
  EXPECT_EQ(t + kDay, Timestamp{86500});
  EXPECT_TRUE(t < t + 1 && t <= t && t >= t && t + 1 > t && t != t + 1);
}

}  // namespace
}  // namespace xch
