// The processor time of the calling thread: what a benchmark measures, so that other programs' work is not counted.
#pragma once

#include <time.h>

namespace xch::crypto {

/// processor_us is the time this thread has run, in microseconds; reading it costs a system call.
inline double processor_us() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

}  // namespace xch::crypto
