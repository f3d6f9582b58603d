#include "base/time.hpp"

namespace xch {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int v = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    v = v * 10 + (text[i] - '0');
  }
  return v;
}

void put(std::string& out, int value, int width) {
  std::string d;
  for (int i = 0; i < width; ++i, value /= 10) d.insert(d.begin(), static_cast<char>('0' + value % 10));
  out += d;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (!y || !m || !d || *y < 1 || *m < 1 || *m > 12 || *d < 1 || *d > days_in_month(*y, *m)) return std::nullopt;
  return CivilDate{*y, *m, *d};
}

std::string format_date(CivilDate d) {
  std::string out;
  put(out, d.year, 4);
  out += '-';
  put(out, d.month, 2);
  out += '-';
  put(out, d.day, 2);
  return out;
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.
std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t y = date.year - (date.month <= 2);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t doe = days - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int d = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  const int m = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return CivilDate{static_cast<int>(yoe + era * 400 + (m <= 2)), m, d};
}

std::optional<Timestamp> parse_time(std::string_view text) {
  const bool with_seconds = text.size() == 20;
  if (!with_seconds && text.size() != 17) return std::nullopt;
  if (text[10] != 'T' || text[13] != ':' || text.back() != 'Z') return std::nullopt;
  if (with_seconds && text[16] != ':') return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto h = digits(text, 11, 2), m = digits(text, 14, 2);
  const auto s = with_seconds ? digits(text, 17, 2) : std::optional<int>(0);
  if (!date || !h || !m || !s || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
  const std::int64_t days = days_from_civil(*date);
  if (days < 0) return std::nullopt;
  return Timestamp{static_cast<std::uint64_t>(days) * kDay + static_cast<std::uint64_t>(*h * 3600 + *m * 60 + *s)};
}

// Four digits hold no year after 9999, and a record may state any second of 2^64: the last that can be written stands for
// all later ones, never another year.
constexpr Timestamp kLastWritten{253402300799};  // 9999-12-31T23:59:59Z

std::string format_time(Timestamp t) {
  if (t > kLastWritten) t = kLastWritten;
  std::string out = format_date(civil_from_days(static_cast<std::int64_t>(t.seconds / kDay)));
  const int rest = static_cast<int>(t.seconds % kDay);
  out += 'T';
  put(out, rest / 3600, 2);
  out += ':';
  put(out, rest / 60 % 60, 2);
  out += ':';
  put(out, rest % 60, 2);
  out += 'Z';
  return out;
}

}  // namespace xch
