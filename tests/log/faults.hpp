// Faults in the calls that write files: open, write, fsync, rename, mkdir and unlink of this program are its own, and
// any one of them can fail or be the last thing the process does; in the tests of the log close as well. For tests only.
#pragma once

#include <filesystem>

namespace xch::log::faults {

enum class Fault {
  none,        // only count
  error,       // the call fails with EIO, or ENOSPC where it writes, and everything goes on
  kill,        // the process ends before the call; the kernel keeps what was written
  power_all,   // likewise, and everything that was not synced is lost
  power_some,  // likewise, and of what was not synced each part is lost or kept by chance (the number of the call)
};

/// arm lets call number `at` (from 1) meet the fault; calls are counted from here on. Where the process ends, `watched`
/// as it was to be seen just before is copied to `copy`.
void arm(Fault fault, int at, const std::filesystem::path& watched = {}, const std::filesystem::path& copy = {});
/// disarm gives the number of calls since arm.
int disarm();
/// strike counts one more call, of a function that stands elsewhere: true where it has to fail.
bool strike();
/// also_lost is run where the power fails, for what other calls have written; nullptr: nothing.
void also_lost(void (*lose)());
/// kCrashed is the exit status of a process that a fault has ended.
constexpr int kCrashed = 99;

}  // namespace xch::log::faults
