// Time is an argument everywhere: UTC seconds since 1970. Only session/ and the boundary read a clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xch {

struct Timestamp {
  std::uint64_t seconds = 0;
  friend bool operator==(Timestamp a, Timestamp b) { return a.seconds == b.seconds; }
  friend bool operator!=(Timestamp a, Timestamp b) { return a.seconds != b.seconds; }
  friend bool operator<(Timestamp a, Timestamp b) { return a.seconds < b.seconds; }
  friend bool operator<=(Timestamp a, Timestamp b) { return a.seconds <= b.seconds; }
  friend bool operator>(Timestamp a, Timestamp b) { return a.seconds > b.seconds; }
  friend bool operator>=(Timestamp a, Timestamp b) { return a.seconds >= b.seconds; }
  friend Timestamp operator+(Timestamp a, std::uint64_t s) { return Timestamp{a.seconds + s}; }
};

constexpr std::uint64_t kMinute = 60, kHour = 3600, kDay = 86400;
/// kClockSkew is the tolerance of docs/format.md, "Open" check 6: a note may be sealed at most this far in our future.
constexpr std::uint64_t kClockSkew = 300;

/// CivilDate is a proleptic Gregorian date, 0001-01-01 to 9999-12-31.
struct CivilDate {
  int year = 1970, month = 1, day = 1;
};
/// parse_date takes exactly "YYYY-MM-DD" of an existing day.
std::optional<CivilDate> parse_date(std::string_view text);
std::string format_date(CivilDate d);
std::int64_t days_from_civil(CivilDate d);
CivilDate civil_from_days(std::int64_t days);
/// parse_time takes exactly "YYYY-MM-DDTHH:MM:SSZ" or "YYYY-MM-DDTHH:MMZ", from 1970 on.
std::optional<Timestamp> parse_time(std::string_view text);
/// format_time gives "YYYY-MM-DDTHH:MM:SSZ".
std::string format_time(Timestamp t);

}  // namespace xch
