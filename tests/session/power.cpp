#include "session/power.hpp"

#include <errno.h>
#include <sys/syscall.h>

#include <cstdint>
#include <string>
#include <vector>

#include "log/faults.hpp"

// Neither fcntl.h nor unistd.h: they may define these functions themselves (_FORTIFY_SOURCE).
extern "C" long syscall(long number, ...) noexcept;

namespace xch::session_test::power {
namespace {

namespace fs = std::filesystem;
namespace faults = log::faults;

constexpr int kHere = -100, kWrite = 1;  // AT_FDCWD, O_WRONLY
constexpr int kEnd = 2;                  // SEEK_END

bool on = false;

/// Undo is what brings a file back to what it was before one call.
struct Undo {
  std::string path;
  std::int64_t offset;
  std::string before;
  std::int64_t size;
};
std::vector<Undo> unsynced;

std::string path_of(int fd) {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored).string();
}

/// note keeps what stands at a place that is about to change.
void note(int fd, std::int64_t offset, std::size_t bytes) {
  if (!on) return;
  std::error_code ignored;
  Undo undo{path_of(fd), offset, std::string(bytes, '\0'), 0};
  undo.size = static_cast<std::int64_t>(fs::file_size(undo.path, ignored));
  const long got = syscall(SYS_pread64, fd, undo.before.data(), bytes, offset);
  undo.before.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  unsynced.push_back(std::move(undo));
}

void note_synced(int fd) {
  if (!on) return;
  const std::string path = path_of(fd);
  std::erase_if(unsynced, [&](const Undo& undo) { return undo.path == path; });
}

/// lose undoes everything that was not synced, the newest first.
void lose() {
  on = false;
  for (auto undo = unsynced.rbegin(); undo != unsynced.rend(); ++undo) {
    const int fd = static_cast<int>(syscall(SYS_openat, kHere, undo->path.c_str(), kWrite, 0));
    if (fd < 0) continue;
    syscall(SYS_pwrite64, fd, undo->before.data(), undo->before.size(), undo->offset);
    syscall(SYS_ftruncate, fd, undo->size);
    syscall(SYS_close, fd);
  }
}

}  // namespace

void fail_at(int at, const fs::path& watched, const fs::path& copy) {
  unsynced.clear();
  faults::also_lost(lose);
  faults::arm(faults::Fault::power_all, at, watched, copy);
  on = true;
}

void hold() {
  on = false;
  faults::disarm();
  faults::also_lost(nullptr);
}

}  // namespace xch::session_test::power

// SQLite's own calls: it is a library of its own, so that these have to be seen from there.
#define XCH_SEEN extern "C" __attribute__((visibility("default")))

XCH_SEEN long pwrite64(int fd, const void* data, unsigned long size, long offset) {
  using namespace xch::session_test::power;
  if (on) (void)xch::log::faults::strike();
  note(fd, offset, size);
  return syscall(SYS_pwrite64, fd, data, size, offset);
}

XCH_SEEN int ftruncate64(int fd, long size) noexcept {
  using namespace xch::session_test::power;
  if (on) (void)xch::log::faults::strike();
  const long end = on ? syscall(SYS_lseek, fd, 0, kEnd) : 0;
  if (end > size) note(fd, size, static_cast<std::size_t>(end - size));
  return static_cast<int>(syscall(SYS_ftruncate, fd, size));
}

XCH_SEEN int fdatasync(int fd) {
  using namespace xch::session_test::power;
  if (on) (void)xch::log::faults::strike();
  const int done = static_cast<int>(syscall(SYS_fdatasync, fd));
  if (done == 0) note_synced(fd);
  return done;
}
