#include "passphrase.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "progress.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// read_line reads one line without its end, byte by byte so that what follows stays in the pipe.
bool read_line(int fd, std::array<char, 1024>& out, std::size_t& size) {
  size = 0;
  for (;;) {
    char c = 0;
    const ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0 || c == '\n') break;
    if (size == out.size()) return false;
    out[size++] = c;
  }
  if (size > 0 && out[size - 1] == '\r') --size;
  return size > 0;
}

void prompt(int tty, const std::string& text) {
  if (::write(tty, text.data(), text.size()) < 0) return;
}

/// read_hidden reads a line with the terminal's echo off.
bool read_hidden(int tty, const std::string& text, std::array<char, 1024>& out, std::size_t& size) {
  struct termios before {};
  if (::tcgetattr(tty, &before) != 0) return false;
  struct termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  restore_when_interrupted(tty, &before);
  ::tcsetattr(tty, TCSAFLUSH, &silent);
  prompt(tty, text);
  const bool read = read_line(tty, out, size);
  ::tcsetattr(tty, TCSANOW, &before);
  restore_when_interrupted(-1, nullptr);
  prompt(tty, "\n");
  return read;
}

}  // namespace

Passphrase::~Passphrase() { ::explicit_bzero(bytes_.data(), bytes_.size()); }

std::int32_t Passphrase::callback(const char* what, std::uint8_t* out, std::size_t* n, void* user) {
  auto* self = static_cast<Passphrase*>(user);
  if (!self->have_) {
    ::mlock(self->bytes_.data(), self->bytes_.size());  // best effort: it may not be swapped out where the limit allows
    const char* file = std::getenv("EXCHANGE_PASSPHRASE_FILE");
    if (file != nullptr) self->file_ = file;  // before that of config.toml
    const bool named = self->fd_ >= 0 || file != nullptr || !self->file_.empty();
    self->have_ = named && self->read_from_file();
    if (named && !self->have_) return 1;
    if (!named && !self->read_from_terminal(what)) return 1;
  }
  return self->give(out, n) ? 0 : 1;
}

bool Passphrase::read_from_file() {
  if (fd_ >= 0) return read_line(fd_, bytes_, size_);
  const int fd = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
    complain("exchange: warning: the passphrase file may be read by others; chmod 600");
  const bool read = read_line(fd, bytes_, size_);
  ::close(fd);
  return read;
}

bool Passphrase::read_from_terminal(const char* what) {
  if (!manners().ask) return false;
  const Progress::Hold still;  // nothing is drawn into a line that somebody types
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0) return false;
  const std::string name = printable(what == nullptr ? "" : what);
  bool read = read_hidden(tty, "Passphrase for " + name + ": ", bytes_, size_);
  if (read && ask_ == Ask::twice) {
    std::array<char, 1024> again{};
    std::size_t size = 0;
    read = read_hidden(tty, "The same once more: ", again, size) && size == size_ && ::memcmp(again.data(), bytes_.data(), size) == 0;
    ::explicit_bzero(again.data(), again.size());
    if (!read) prompt(tty, "The two are not the same.\n");
  }
  ::close(tty);
  return read;
}

bool Passphrase::give(std::uint8_t* out, std::size_t* n) const {
  if (*n < size_) return false;
  ::memcpy(out, bytes_.data(), size_);
  *n = size_;
  return true;
}

}  // namespace cli
