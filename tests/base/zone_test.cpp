#include "base/zone.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/time.hpp"

namespace xch {
namespace {

constexpr const char* kPacific = "America/Los_Angeles";

std::int64_t utc(std::string_view text) { return static_cast<std::int64_t>(parse_time(text)->seconds); }

TEST(Zone, GoesIntoSummerTimeOnTheSecondSundayOfMarchAtTwo) {
  EXPECT_EQ(zone_offset(kPacific, utc("2026-03-08T09:59:59Z")), -480);
  EXPECT_EQ(zone_offset(kPacific, utc("2026-03-08T10:00:00Z")), -420);
  EXPECT_EQ(zone_offset(kPacific, utc("2027-03-14T09:59:59Z")), -480);
  EXPECT_EQ(zone_offset(kPacific, utc("2027-03-14T10:00:00Z")), -420);
}

TEST(Zone, GoesBackOnTheFirstSundayOfNovemberAtTwo) {
  EXPECT_EQ(zone_offset(kPacific, utc("2026-11-01T08:59:59Z")), -420);
  EXPECT_EQ(zone_offset(kPacific, utc("2026-11-01T09:00:00Z")), -480);
  EXPECT_EQ(zone_offset("America/New_York", utc("2028-11-05T05:59:59Z")), -240);
  EXPECT_EQ(zone_offset("America/New_York", utc("2028-11-05T06:00:00Z")), -300);
}

TEST(Zone, LeapsOverTheHourThatSpringHasNot) {
  // From half past one to half past three there is one hour; what lies between is the second after the leap.
  EXPECT_EQ(second_at(kPacific, utc("2026-03-08T01:59:59Z")), utc("2026-03-08T09:59:59Z"));
  EXPECT_EQ(second_at(kPacific, utc("2026-03-08T02:30:00Z")), utc("2026-03-08T10:00:00Z"));
  EXPECT_EQ(second_at(kPacific, utc("2026-03-08T03:00:00Z")), utc("2026-03-08T10:00:00Z"));
}

TEST(Zone, TakesTheFirstOfTheTwoHoursOfAutumn) {
  EXPECT_EQ(second_at(kPacific, utc("2026-11-01T00:59:59Z")), utc("2026-11-01T07:59:59Z"));
  EXPECT_EQ(second_at(kPacific, utc("2026-11-01T01:30:00Z")), utc("2026-11-01T08:30:00Z"));
  EXPECT_EQ(second_at(kPacific, utc("2026-11-01T02:00:00Z")), utc("2026-11-01T10:00:00Z"));
}

TEST(Zone, HasNoSummerTimeWhereTheLawHasNone) {
  for (const char* at : {"2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"}) {
    EXPECT_EQ(zone_offset("America/Phoenix", utc(at)), -420);
    EXPECT_EQ(zone_offset("Pacific/Honolulu", utc(at)), -600);
    EXPECT_EQ(zone_offset("UTC", utc(at)), 0);
  }
}

TEST(Zone, ReadsBackEverySecondOfEachZoneThatItsClocksShowOnce) {
  const auto names = zone_names();
  EXPECT_EQ(names.size(), 20u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const auto name : names)
    for (std::int64_t at = utc("2026-01-01T00:00:00Z"); at < utc("2027-01-01T00:00:00Z"); at += 5 * 3600 + 1234) {
      const auto local = at + *zone_offset(name, at) * 60;
      const auto back = *second_at(name, local);
      EXPECT_TRUE(back == at || (back == at - 3600 && zone_offset(name, back) != zone_offset(name, at))) << name << " " << at;
    }
}

TEST(Zone, KnowsNoOtherName) {
  for (const char* name : {"", "PST", "America/Los Angeles", "america/los_angeles", "Mars/Olympus", "../../etc/passwd"}) {
    EXPECT_FALSE(is_zone_name(name));
    EXPECT_FALSE(zone_offset(name, 0));
    EXPECT_FALSE(second_at(name, 0));
  }
}

}  // namespace
}  // namespace xch
