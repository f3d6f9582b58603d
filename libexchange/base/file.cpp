#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

namespace xch {
namespace {

/// Fd is an open descriptor, closed at the end.
struct Fd {
  int fd;
  explicit Fd(int f) : fd(f) {}
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
};

Code code_of_errno() {
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return Code::store_full;
  if (errno == ENOENT) return Code::file_missing;
  return Code::file_io;
}

Status write_all(int fd, ByteView bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(code_of_errno());
    done += static_cast<std::size_t>(n);
  }
  return Ok{};
}

}  // namespace

Status sync_folder(const std::filesystem::path& folder) {
  const Fd dir(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.fd < 0 || ::fsync(dir.fd) != 0) return fail(code_of_errno());
  return Ok{};
}

Status write_file_atomically(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  static std::atomic<unsigned> counter{0};
  const std::filesystem::path temporary = path.parent_path() / ("." + path.filename().string() + "." +
                                          std::to_string(::getpid()) + "." + std::to_string(counter++) + ".tmp");
  const auto write = [&]() -> Status {
    const Fd out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (out.fd < 0) return fail(errno == ENOENT ? Code::file_io : code_of_errno());
    XCH_TRY(write_all(out.fd, bytes));
    if (::fchmod(out.fd, mode) != 0 || ::fsync(out.fd) != 0) return fail(code_of_errno());
    return Ok{};
  };
  Status done = write();
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) done = fail(code_of_errno());
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_folder(path.parent_path());
}

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit, Links links) {
  Bytes out;
  XCH_ASSIGN(const ByteView found, read_file_into(path, out, limit, links));
  out.resize(found.size());
  return out;
}

Result<ByteView> read_file_into(const std::filesystem::path& path, Bytes& buffer, std::size_t limit, Links links) {
  // O_NONBLOCK: a named pipe in a file's place must not hang the reader.
  const Fd in(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (links == Links::refuse ? O_NOFOLLOW : 0)));
  if (in.fd < 0) return fail(code_of_errno());
  struct stat st{};
  if (::fstat(in.fd, &st) != 0 || !S_ISREG(st.st_mode)) return fail(Code::file_io);
  if (static_cast<std::uint64_t>(st.st_size) > limit) return fail(Code::file_too_large);
  const std::size_t most = static_cast<std::size_t>(st.st_size) + 1;  // one more than there should be: growth shows
  if (buffer.size() < most) buffer = Bytes(most);
  std::size_t done = 0;
  while (done < most) {
    const ssize_t n = ::read(in.fd, buffer.data() + done, most - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Code::file_io);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  if (done == most) return fail(Code::file_io);
  return ByteView(buffer).sub(0, done);
}

Status make_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return Ok{};
  struct stat st{};
  if (errno == EEXIST && ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return Ok{};
  return fail(code_of_errno());
}

Status rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail(code_of_errno());
  XCH_TRY(sync_folder(to.parent_path()));
  if (from.parent_path() == to.parent_path()) return Ok{};
  return sync_folder(from.parent_path());
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found;
}

bool others_may_read(const std::filesystem::path& path) {
  struct stat st{};
  return ::stat(path.c_str(), &st) != 0 || (st.st_mode & 077) != 0;
}

}  // namespace xch
