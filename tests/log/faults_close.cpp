// close among the calls that can fail (faults.hpp). In a file of its own, for the tests of the log alone: where a whole
// home is written, every call more is a run more.
#include <errno.h>
#include <sys/syscall.h>

#include "log/faults.hpp"

extern "C" {
long syscall(long number, ...) noexcept;

int close(int fd) {
  const bool fails = xch::log::faults::strike();
  const int done = static_cast<int>(syscall(SYS_close, fd));
  if (!fails) return done;
  errno = EIO;
  return -1;
}
}
