// How far something long has come, in words.
#pragma once

#include <cstddef>
#include <string>

namespace cli {

/// how_far says how much is done, how fast it goes and how long the rest will take: "12 of 40, 4/s, 8 s left". Nothing of
/// what has no known end.
std::string how_far(std::size_t done, std::size_t total, double seconds);

}  // namespace cli
