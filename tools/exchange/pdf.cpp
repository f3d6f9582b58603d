#include "pdf.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "failure.hpp"

namespace cli {
namespace {

constexpr std::size_t kMaxPdf = 16u * 1024 * 1024;
constexpr const char* kWhat = "--pdf";

/// Descriptor closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) throw failure("EX1013", kWhat);
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// holding is a file in memory with these bytes, ready to be read.
int holding(std::string_view bytes) {
  const int fd = ::memfd_create("page", MFD_CLOEXEC);
  while (fd >= 0 && !bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (fd >= 0 && (!bytes.empty() || ::lseek(fd, 0, SEEK_SET) != 0)) {
    ::close(fd);
    return -1;
  }
  return fd;
}

/// keep adds one variable of our environment that the other program needs; nothing else goes to it, no passphrase above
/// all.
void keep(std::vector<std::string>& environment, const char* name) {
  if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

pid_t start(const std::string& maker, int in, int out) {
  std::vector<std::string> words{maker, "-q", "-", "-"};
  std::vector<std::string> environment{"LC_ALL=C.UTF-8"};
  for (const char* name : {"PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR"}) keep(environment, name);
  auto arguments = pointers(words), variables = pointers(environment);
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) throw failure("EX1013", kWhat);
  ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  // What it says about fonts is of no use here, and a page has a name in it.
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error = ::posix_spawn(&child, maker.c_str(), &actions, nullptr, arguments.data(), variables.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw failure("EX1013", kWhat);
  return child;
}

std::string collect(int fd) {
  std::string out;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return out;
    if (out.size() <= kMaxPdf) out.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

std::string pdf_maker() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty() || folder[0] != '/') continue;  // nothing is run from the folder one happens to be in
    const std::string program = folder + "/weasyprint";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  throw usage("--pdf needs WeasyPrint, which is not installed; nothing was written",
              "apt-get install weasyprint, or leave --pdf out and print the page from a browser");
}

std::string to_pdf(const std::string& maker, std::string_view html) {
  const Descriptor page(holding(html));
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw failure("EX1013", kWhat);
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  const pid_t child = start(maker, page.get(), to.get());
  to.close();
  std::string out = collect(from.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool whole =
      WIFEXITED(status) && WEXITSTATUS(status) == 0 && out.size() <= kMaxPdf && out.compare(0, 5, "%PDF-") == 0;
  if (!whole) throw failure("EX1013", kWhat);
  return out;
}

}  // namespace cli
