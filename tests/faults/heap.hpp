// A heap that fails when told to: this program's malloc and libsodium's locked memory are its own and hand on to the
// libraries'. C++, OpenSSL, SQLite and Cap'n Proto all come here. For tests only.
#pragma once

#include <cstdint>
#include <functional>

namespace xch::faults {

/// What follows the failing allocation: one failure, as when another program takes the last page and frees it, or no
/// memory for the rest of the work.
enum class Then { goes_on, stays_out };

struct HeapRun {
  std::uint64_t calls = 0;   // allocations asked for
  bool failed = false;       // one of them was refused
  std::int64_t kept = 0;     // bytes taken and not given back
};
/// with_heap runs the work on this thread; its nth allocation fails (0: none).
HeapRun with_heap(std::uint64_t nth, Then then, const std::function<void()>& work);

}  // namespace xch::faults
