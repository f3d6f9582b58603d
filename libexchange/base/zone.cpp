#include "base/zone.hpp"

#include <algorithm>
#include <iterator>

#include "base/time.hpp"

namespace xch {
namespace {

enum class Summer : std::uint8_t { none, us };

struct Zone {
  std::string_view name;
  std::int32_t standard;  // minutes east of UTC
  Summer summer;
};
// By name. Summer time as 15 USC 260a has it since 2007.
constexpr Zone kZones[] = {
    {"America/Adak", -600, Summer::us},
    {"America/Anchorage", -540, Summer::us},
    {"America/Boise", -420, Summer::us},
    {"America/Chicago", -360, Summer::us},
    {"America/Denver", -420, Summer::us},
    {"America/Detroit", -300, Summer::us},
    {"America/Indiana/Indianapolis", -300, Summer::us},
    {"America/Juneau", -540, Summer::us},
    {"America/Kentucky/Louisville", -300, Summer::us},
    {"America/Los_Angeles", -480, Summer::us},
    {"America/New_York", -300, Summer::us},
    {"America/Nome", -540, Summer::us},
    {"America/Phoenix", -420, Summer::none},
    {"America/Puerto_Rico", -240, Summer::none},
    {"America/St_Thomas", -240, Summer::none},
    {"Pacific/Guam", 600, Summer::none},
    {"Pacific/Honolulu", -600, Summer::none},
    {"Pacific/Pago_Pago", -660, Summer::none},
    {"Pacific/Saipan", 600, Summer::none},
    {"UTC", 0, Summer::none},
};
constexpr std::int64_t kDaySeconds = static_cast<std::int64_t>(kDay), kTwoOClock = 2 * 3600;
constexpr std::int32_t kSummerHour = 60;

const Zone* find(std::string_view name) {
  const auto at = std::find_if(std::begin(kZones), std::end(kZones), [&](const Zone& zone) { return zone.name == name; });
  return at == std::end(kZones) ? nullptr : at;
}

std::int64_t floor_days(std::int64_t seconds) {
  return seconds >= 0 ? seconds / kDaySeconds : -((-seconds + kDaySeconds - 1) / kDaySeconds);
}

/// The nth Sunday of a month, in days since 1970. 1970-01-01 was a Thursday.
std::int64_t sunday(int year, int month, int nth) {
  const auto first = days_from_civil({year, month, 1});
  const auto weekday = ((first + 4) % 7 + 7) % 7;  // 0: a Sunday
  return first + (7 - weekday) % 7 + 7 * (nth - 1);
}

/// The UTC seconds between which summer time holds: second Sunday of March to first Sunday of November, 2 o'clock by
/// the clocks of the zone.
struct Summertime {
  std::int64_t begins, ends;
};
Summertime summertime(const Zone& zone, int year) {
  return {sunday(year, 3, 2) * kDaySeconds + kTwoOClock - zone.standard * 60,
          sunday(year, 11, 1) * kDaySeconds + kTwoOClock - (zone.standard + kSummerHour) * 60};
}

Summertime summertime_around(const Zone& zone, std::int64_t utc) {
  return summertime(zone, civil_from_days(floor_days(utc + zone.standard * 60)).year);
}

std::int32_t offset_of(const Zone& zone, std::int64_t utc) {
  if (zone.summer == Summer::none) return zone.standard;
  const auto summer = summertime_around(zone, utc);
  return summer.begins <= utc && utc < summer.ends ? zone.standard + kSummerHour : zone.standard;
}

}  // namespace

bool is_zone_name(std::string_view zone) { return find(zone) != nullptr; }

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> out;
  for (const auto& zone : kZones) out.push_back(zone.name);
  return out;
}

std::optional<std::int32_t> zone_offset(std::string_view name, std::int64_t utc) {
  const auto* zone = find(name);
  if (zone == nullptr) return std::nullopt;
  return offset_of(*zone, utc);
}

std::optional<std::int64_t> second_at(std::string_view name, std::int64_t local) {
  const auto* zone = find(name);
  if (zone == nullptr) return std::nullopt;
  const auto summer = local - (zone->standard + kSummerHour) * 60, standard = local - zone->standard * 60;
  if (offset_of(*zone, summer) != zone->standard) return summer;
  if (offset_of(*zone, standard) == zone->standard) return standard;
  return summertime_around(*zone, standard).begins;
}

}  // namespace xch
