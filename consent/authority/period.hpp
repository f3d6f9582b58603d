// The dates of a form become UTC seconds once, here: inclusive days in the form's own zone.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace xch::consent {

/// Zones run from UTC-12 to UTC+14.
constexpr std::int32_t kZoneFirst = -12 * 60, kZoneLast = 14 * 60;
inline bool is_zone(std::int32_t offset_minutes) { return kZoneFirst <= offset_minutes && offset_minutes <= kZoneLast; }

/// start_of_day is the first second of a local day, end_of_day its last one: a form that says "until the 21st" holds
/// on the whole of the 21st. Read as UTC midnight it would end a day early (docs/format.md, "Grant"). nullopt when
/// the text is no date, the offset no zone, or the second lies before 1970.
std::optional<Timestamp> start_of_day(std::string_view day, std::int32_t offset_minutes);
std::optional<Timestamp> end_of_day(std::string_view day, std::int32_t offset_minutes);

}  // namespace xch::consent
