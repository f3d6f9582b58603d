// Whose days they are: the zones of the United States, by their IANA names. Data of our own and no file of the machine,
// so that a consent's days are the same seconds everywhere and in every year that a consent of today can name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace xch {

bool is_zone_name(std::string_view zone);
/// zone_names lists them in order: "America/Adak", ..., "UTC".
std::vector<std::string_view> zone_names();

/// zone_offset is how many minutes east of UTC the clocks of a zone are at a second since 1970. nullopt: no such zone.
std::optional<std::int32_t> zone_offset(std::string_view zone, std::int64_t utc);
/// second_at is the UTC second at which the clocks of a zone show `local`, counted as if they were UTC. What they show
/// twice in autumn is the first of the two; what they leap over in spring is the second after the leap.
std::optional<std::int64_t> second_at(std::string_view zone, std::int64_t local);

}  // namespace xch
