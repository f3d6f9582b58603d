#include "schema_file.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"
#include "files.hpp"

extern char** environ;

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSource = 1024u * 1024;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// own_schemas is the folder of the schemas that were installed with this program; "" where there is none.
std::string own_schemas() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  const auto folder = program.parent_path().parent_path() / "include/exchange/schema";
  return !error && fs::is_directory(folder, error) ? folder.string() : "";
}

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw failure("EX1013", "the compiler's output");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_end(std::size_t which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// start runs the compiler with `out` as its stdout; its complaints go to our stderr. Throws EX1326.
pid_t start(const std::vector<std::string>& words, int out) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) throw failure("EX1326");
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  // Where PWD is not this folder, as in a program that changed it, the compiler says so on stderr.
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (std::string_view(*entry).substr(0, 4) != "PWD=") environment.push_back(*entry);
  environment.push_back(nullptr);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw failure("EX1326");
  return child;
}

/// collect reads until the end; more than the limit is read away, so that the compiler never waits for us.
std::string collect(int fd, std::size_t limit) {
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return out;
    if (out.size() <= limit) out.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string compile(const Run& run, const std::string& path, const std::string& what) {
  std::vector<std::string> words = {"capnp", "compile", "-o-"};
  for (const auto& folder : run.args().all("-I")) words.push_back("-I" + folder);
  if (const auto own = own_schemas(); !own.empty()) words.push_back("-I" + own);
  words.push_back(path[0] == '-' ? "./" + path : path);
  Pipe pipe;
  const pid_t child = start(words, pipe.write_end());
  pipe.close_end(1);
  std::string compiled = collect(pipe.read_end(), kMaxInRequest);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw failure("EX1326", what);
  if (compiled.size() > kMaxInRequest) throw failure("EX1014", what);
  return compiled;
}

/// is_type_name: a note type's name and no file's. A file of that very name is given as ./NAME.
bool is_type_name(const std::string& text) {
  const bool letters = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
  std::error_code error;
  return letters && text != "-" && !ends_with(text, ".capnp") && !fs::exists(text, error);
}

}  // namespace

std::string schema_input(const Run& run, const std::string& path, const std::string& what) {
  if (!ends_with(path, ".capnp")) return read_input(path, kMaxInRequest, what);
  read_input(path, kMaxSource, what);  // a missing or oversized one has the id that it has everywhere
  return compile(run, path, what);
}

void add_schema(const Run& run, Request& request, const std::string& argument, const char* file, const char* type,
                const std::string& what) {
  if (is_type_name(argument)) request.text(type, argument);
  else request.text(file, to_base64(schema_input(run, argument, what)));
}

}  // namespace cli
