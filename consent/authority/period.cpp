#include "consent/authority/period.hpp"

#include "base/zone.hpp"
#include "consent/authority/authority.hpp"

namespace xch::consent {
namespace {

constexpr auto kDaySeconds = static_cast<std::int64_t>(kDay);

/// The first second of the day that lies `days_on` after this one.
std::optional<std::int64_t> midnight(std::string_view day, LocalTimeBorrowed where, std::int64_t days_on) {
  const auto date = parse_date(day);
  if (!date || !is_known(where)) return std::nullopt;
  const auto local = (days_from_civil(*date) + days_on) * kDaySeconds;
  return where.zone.empty() ? local - std::int64_t{where.offset_minutes} * 60 : second_at(where.zone, local);
}

std::optional<Timestamp> from_1970(std::optional<std::int64_t> utc) {
  if (!utc || *utc < 0) return std::nullopt;
  return Timestamp{static_cast<std::uint64_t>(*utc)};
}

}  // namespace

LocalTimeBorrowed days_of(const ConsentDraft& draft) { return {draft.zone, draft.zone_offset_minutes}; }

bool is_known(LocalTimeBorrowed where) {
  if (where.zone.empty()) return kZoneFirst <= where.offset_minutes && where.offset_minutes <= kZoneLast;
  return where.offset_minutes == 0 && is_zone_name(where.zone);
}

std::optional<Timestamp> start_of_day(std::string_view day, LocalTimeBorrowed where) {
  return from_1970(midnight(day, where, 0));
}

std::optional<Timestamp> end_of_day(std::string_view day, LocalTimeBorrowed where) {
  const auto next = midnight(day, where, 1);
  if (!next) return std::nullopt;
  return from_1970(*next - 1);
}

std::string day_at(Timestamp time, LocalTimeBorrowed where) {
  const auto utc = static_cast<std::int64_t>(time.seconds);
  const auto offset = where.zone.empty() ? where.offset_minutes : zone_offset(where.zone, utc).value_or(0);
  const auto local = utc + std::int64_t{offset} * 60;
  return format_time(Timestamp{static_cast<std::uint64_t>(local < 0 ? 0 : local)}).substr(0, 10);
}

}  // namespace xch::consent
