// The dates of a form become UTC seconds once, here: inclusive days by the clocks of the form's own zone.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace xch::consent {

struct ConsentDraft;

/// Zones run from UTC-12 to UTC+14.
constexpr std::int32_t kZoneFirst = -12 * 60, kZoneLast = 14 * 60;

/// LocalTimeBorrowed says whose days they are: those of a named zone, or of a fixed offset where no name is given.
struct LocalTimeBorrowed {
  std::string_view zone;  // "America/Los_Angeles"; may be empty
  std::int32_t offset_minutes = 0;
  LocalTimeBorrowed(std::string_view name, std::int32_t offset) : zone(name), offset_minutes(offset) {}
  LocalTimeBorrowed(std::int32_t offset) : offset_minutes(offset) {}
};
LocalTimeBorrowed days_of(const ConsentDraft& draft);
bool is_known(LocalTimeBorrowed where);

/// start_of_day is the first second of a local day, end_of_day its last one: a form that says "until the 21st" holds
/// on the whole of the 21st, be it of 23 hours, 24 or 25. Read as UTC midnight it would end a day early
/// (docs/format.md, "Grant"). nullopt when the text is no date, the zone not known, or the second lies before 1970.
std::optional<Timestamp> start_of_day(std::string_view day, LocalTimeBorrowed where);
std::optional<Timestamp> end_of_day(std::string_view day, LocalTimeBorrowed where);
/// day_at is the local day of a second, YYYY-MM-DD.
std::string day_at(Timestamp time, LocalTimeBorrowed where);

}  // namespace xch::consent
