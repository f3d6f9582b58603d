// Padme padding (PURBs, PoPETs 2019(4), Algorithm 1).
#pragma once

#include <cstdint>

namespace xch::crypto {

/// padme returns the padded length of `length`: at most 12 % more, O(log log) bits leaked, a fixed point of itself.
std::uint64_t padme(std::uint64_t length);
inline bool is_padme(std::uint64_t length) { return padme(length) == length; }

}  // namespace xch::crypto
