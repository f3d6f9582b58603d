// wire/ puts bytes that may be secret into the caller's memory.
#pragma once

#include "base/memory.hpp"

namespace xch::wire {

using xch::Memory;

}  // namespace xch::wire
