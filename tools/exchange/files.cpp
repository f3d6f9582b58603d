#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "failure.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// Descriptor closes what it opened.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string read_all(int fd, std::size_t limit, const std::string& what) {
  std::string out;
  std::vector<char> piece(64 * 1024);
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw failure("EX1013", what);
    if (n == 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(n));
    if (out.size() > limit) throw failure("EX1014", what);
  }
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// is_special: a pipe or a device, which cannot be renamed onto.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

std::string read_input(const std::string& path, std::size_t limit, const std::string& what) {
  if (path.empty() || path == "-") {
    if (is_terminal(STDIN_FILENO) && !manners().ask) throw usage(what + " is missing, and --no-input does not read it from the terminal", "name a file");
    if (is_terminal(STDIN_FILENO)) talk("exchange: reading from this terminal; end with Ctrl-D");
    return read_all(STDIN_FILENO, limit, what);
  }
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) throw failure(errno == ENOENT || errno == ENOTDIR ? "EX1012" : "EX1013", what);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || S_ISDIR(status.st_mode)) throw failure("EX1013", what);
  if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) > limit) throw failure("EX1014", what);
  return read_all(file.get(), limit, what);
}

Output::Output(std::string path) : path_(std::move(path)) {
  if (path_.empty() && is_terminal(STDOUT_FILENO))
    throw usage("binary data does not go to a terminal; nothing was done", "-o FILE, or -o - to send it there all the same");
  if (path_.empty() || path_ == "-") {
    fd_ = STDOUT_FILENO;
    return;
  }
  if (is_special(path_)) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    temporary_ = folder_of(path_) + "/.exchange-XXXXXX";
    fd_ = ::mkostemp(temporary_.data(), O_CLOEXEC);  // mode 0600
    if (fd_ < 0) temporary_.clear();
    else remove_when_interrupted(temporary_.c_str());
  }
  if (fd_ < 0) throw failure("EX1013", "output");
}

Output::~Output() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  remove_when_interrupted(nullptr);
}

void Output::write(std::string_view bytes) {
  std::fflush(stdout);
  if (!write_all(fd_, bytes)) throw failure("EX1013", "output");
  if (temporary_.empty()) return;
  if (::fsync(fd_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) throw failure("EX1013", "output");
  temporary_.clear();
  remove_when_interrupted(nullptr);
  const Descriptor folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) throw failure("EX1013", "output");
}

// ---- base64 (RFC 4648) -------------------------------------------------------------------------------------------------

namespace {
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < n ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += j <= n ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out;
  unsigned group = 0, bits = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto at = kAlphabet.find(c);
    if (at == std::string_view::npos) return "";
    group = group << 6 | static_cast<unsigned>(at);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 255);
  }
  return out;
}

}  // namespace cli
