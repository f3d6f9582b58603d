#include "consent/coalition/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace xch::consent {
namespace {

namespace fs = std::filesystem;

/// Descriptor closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.sub(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<Bytes> read_file(const fs::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(errno == ENOENT ? Code::file_missing : Code::file_io);
  Bytes out;
  std::uint8_t piece[16384];
  for (;;) {
    const auto n = ::read(file.get(), piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Code::file_io);
    if (n == 0) return out;
    if (out.size() + static_cast<std::size_t>(n) > limit) return fail(Code::file_too_large);
    out.insert(out.end(), piece, piece + n);
  }
}

Status write_file(const fs::path& path, ByteView bytes) {
  const fs::path half = path.string() + ".tmp";
  {
    const Descriptor file(::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.is_open()) return fail(Code::file_io);
    if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) {
      ::unlink(half.c_str());
      return fail(Code::file_io);
    }
  }
  if (::rename(half.c_str(), path.c_str()) != 0) {
    ::unlink(half.c_str());
    return fail(Code::file_io);
  }
  return sync_folder(path.parent_path());
}

Status remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(Code::file_io);
  return sync_folder(path.parent_path());
}

Status make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return fail(Code::file_io);
  return Ok{};
}

Status sync_folder(const fs::path& path) {
  const Descriptor folder(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return fail(Code::file_io);
  return Ok{};
}

Result<FileLock> lock_home(const fs::path& home) {
  auto lock = FileLock::take(home / ".lock");
  if (lock || lock.error().code != Code::file_missing) return lock;
  return fail(Code::home_missing);
}

}  // namespace xch::consent
