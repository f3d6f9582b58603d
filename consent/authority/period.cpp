#include "consent/authority/period.hpp"

namespace xch::consent {
namespace {

std::optional<Timestamp> second_of(std::string_view day, std::int32_t offset_minutes, std::int64_t days_on,
                                   std::int64_t seconds_on) {
  const auto date = parse_date(day);
  if (!date || !is_zone(offset_minutes)) return std::nullopt;
  const auto local = (days_from_civil(*date) + days_on) * static_cast<std::int64_t>(kDay) + seconds_on;
  const auto utc = local - std::int64_t{offset_minutes} * 60;
  if (utc < 0) return std::nullopt;
  return Timestamp{static_cast<std::uint64_t>(utc)};
}

}  // namespace

std::optional<Timestamp> start_of_day(std::string_view day, std::int32_t offset_minutes) {
  return second_of(day, offset_minutes, 0, 0);
}

std::optional<Timestamp> end_of_day(std::string_view day, std::int32_t offset_minutes) {
  return second_of(day, offset_minutes, 1, -1);
}

}  // namespace xch::consent
