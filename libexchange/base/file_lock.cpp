#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace xch {

Result<FileLock> FileLock::take(const std::filesystem::path& file, std::chrono::milliseconds wait) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return fail(Code::file_missing);
  if (fd < 0) return fail(errno == ENOSPC || errno == EDQUOT ? Code::store_full : Code::file_io);
  FileLock lock(fd);
  const auto end = std::chrono::steady_clock::now() + wait;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fail(Code::file_io);
    if (std::chrono::steady_clock::now() >= end) return fail(Code::store_busy);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return lock;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace xch
