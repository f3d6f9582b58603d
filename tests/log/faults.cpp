#include "log/faults.hpp"

#include <errno.h>
#include <sys/syscall.h>

#include <cstdarg>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

// Neither fcntl.h nor unistd.h: they may define these functions themselves (_FORTIFY_SOURCE).
extern "C" {
long syscall(long number, ...) noexcept;
[[noreturn]] void _exit(int status);
}

namespace xch::log::faults {
namespace {

namespace fs = std::filesystem;
constexpr int kCreate = 0100, kHere = -100;  // O_CREAT, AT_FDCWD

Fault fault = Fault::none;
int fault_at = 0, calls = 0;
bool armed = false;
fs::path watched_file, watched_copy;
void (*lose_more)() = nullptr;

// What was done to a folder and is not known to be durable: `before` is the file that stood under `path`.
struct Change {
  fs::path path;
  std::optional<std::string> before;
  bool folder = false;
};
std::vector<Change> changes;
std::vector<fs::path> unsynced;  // files with data that is not durable

std::optional<std::string> contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

fs::path path_of(int fd) {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored);
}

void lose_power() {
  // The chance is a simple generator on the number of the call, so every run is the same.
  std::uint64_t state = static_cast<std::uint64_t>(calls) * 2654435761u + 1;
  const auto lost = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return fault == Fault::power_all || (state >> 40 & 1) == 1;
  };
  for (const auto& path : unsynced)
    if (lost() && fs::exists(path)) std::ofstream(path, std::ios::trunc);
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (!lost()) continue;
    std::error_code ignored;
    if (change->folder) fs::remove_all(change->path, ignored);
    else if (!change->before) fs::remove(change->path, ignored);
    else if (fs::exists(change->path.parent_path())) std::ofstream(change->path, std::ios::trunc) << *change->before;
  }
}

// Whether the call that is about to be made fails; it does not return where the process ends.
bool strikes() {
  if (!armed) return false;
  if (++calls != fault_at) return false;
  if (fault == Fault::error) return true;
  if (fault == Fault::none) return false;
  armed = false;
  std::ofstream(watched_copy, std::ios::trunc) << contents(watched_file).value_or("");
  if (fault != Fault::kill) lose_power();
  if (fault != Fault::kill && lose_more != nullptr) lose_more();
  _exit(kCrashed);
}

int fails(int error) {
  errno = error;
  return -1;
}

// Looking at files for the record must not count as calls of the program.
class Quiet {
 public:
  Quiet() { armed = false; }
  ~Quiet() { armed = true; }
};

void note_change(const fs::path& path, bool folder = false) {
  if (!armed) return;
  const Quiet quiet;
  changes.push_back({fs::absolute(path), folder ? std::nullopt : contents(path), folder});
}

void note_synced(int fd) {
  if (!armed) return;
  const Quiet quiet;
  const fs::path path = path_of(fd);
  std::erase(unsynced, path);
  if (!fs::is_directory(path)) return;
  std::erase_if(changes, [&](const Change& change) { return change.path.parent_path() == path; });
}

void note_renamed(const fs::path& from, const fs::path& to) {
  if (!armed) return;
  const Quiet quiet;
  for (auto& path : unsynced)
    if (path == fs::absolute(from)) path = fs::absolute(to);
}

void note_written(int fd) {
  if (!armed) return;
  const Quiet quiet;
  unsynced.push_back(path_of(fd));
}

}  // namespace

void arm(Fault which, int at, const fs::path& watched, const fs::path& copy) {
  watched_file = watched;
  watched_copy = copy;
  fault = which;
  fault_at = at;
  calls = 0;
  changes.clear();
  unsynced.clear();
  armed = true;
}

int disarm() {
  armed = false;
  return calls;
}

bool strike() { return strikes(); }

void also_lost(void (*lose)()) { lose_more = lose; }

}  // namespace xch::log::faults

extern "C" {

int open(const char* path, int flags, ...) {
  using namespace xch::log::faults;
  va_list list;
  va_start(list, flags);
  const unsigned mode = (flags & kCreate) != 0 ? va_arg(list, unsigned) : 0;
  va_end(list);
  if (strikes()) return fails(EIO);
  if ((flags & kCreate) != 0) note_change(path);
  return static_cast<int>(syscall(SYS_openat, kHere, path, flags, mode));
}

long write(int fd, const void* data, unsigned long size) {
  using namespace xch::log::faults;
  if (strikes()) return fails(ENOSPC);
  note_written(fd);
  return syscall(SYS_write, fd, data, size);
}

int fsync(int fd) {
  using namespace xch::log::faults;
  if (strikes()) return fails(EIO);
  const int done = static_cast<int>(syscall(SYS_fsync, fd));
  if (done == 0) note_synced(fd);
  return done;
}

int rename(const char* from, const char* to) noexcept {
  using namespace xch::log::faults;
  if (strikes()) return fails(EIO);
  note_change(to);
  const int done = static_cast<int>(syscall(SYS_renameat2, kHere, from, kHere, to, 0));
  if (done == 0) note_renamed(from, to);
  return done;
}

int mkdir(const char* path, unsigned mode) noexcept {
  using namespace xch::log::faults;
  if (strikes()) return fails(ENOSPC);
  const int done = static_cast<int>(syscall(SYS_mkdirat, kHere, path, mode));
  if (done == 0) note_change(path, true);
  return done;
}

int unlink(const char* path) noexcept {
  using namespace xch::log::faults;
  if (strikes()) return fails(EIO);
  note_change(path);
  return static_cast<int>(syscall(SYS_unlinkat, kHere, path, 0));
}

}  // extern "C"
