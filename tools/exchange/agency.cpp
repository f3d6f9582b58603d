#include "agency.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "failure.hpp"
#include "files.hpp"

extern char** environ;

namespace cli {
namespace {

class Watch {
 public:
  double ms() const { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Ends closes its descriptors: whatever happens, no end of a pipe stays open that would keep a child waiting.
struct Ends {
  int in[2] = {-1, -1}, out[2] = {-1, -1}, secret = -1;
  Ends() = default;
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    for (const int fd : {in[0], in[1], out[0], out[1], secret})
      if (fd >= 0) ::close(fd);
  }
};

/// spawn starts this very program with a pipe at each end and the passphrase file as descriptor 3. O_CLOEXEC: a
/// sibling that inherited the end of a pipe would keep its reader waiting for ever.
pid_t spawn(const std::vector<std::string>& words, const std::string& passphrase_file, Ends& ends) {
  if (::pipe2(ends.in, O_CLOEXEC) != 0 || ::pipe2(ends.out, O_CLOEXEC) != 0) throw failure("EX1013", "pipe");
  ends.secret = ::open(passphrase_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (ends.secret < 0) throw failure("EX1012", "passphrase file");

  std::vector<std::string> all = {"exchange", "--json", "--no-progress", "--passphrase-fd", "3"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (auto& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends.in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends.out[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends.secret, 3);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw failure("EX1013", "process");
  return pid;
}

exchange::Error error_of(const Value& error) {
  return {static_cast<int>(error["code"].as_real()), error.str("id"), error.str("text"), error.str("path"), error.str("fix"), 1};
}

/// read_line reads one line of any length; false at the end.
bool read_line(std::FILE* from, std::string& line) {
  char* buffer = nullptr;
  std::size_t room = 0;
  const ssize_t n = ::getline(&buffer, &room, from);
  const std::unique_ptr<char, void (*)(void*)> owner(buffer, std::free);
  if (n <= 0) return false;
  line.assign(buffer, static_cast<std::size_t>(n));
  return true;
}

}  // namespace

Outcome run_once(const std::vector<std::string>& words, const std::string& passphrase_file) {
  const Watch watch;
  Ends ends;
  const pid_t pid = spawn(words, passphrase_file, ends);
  ::close(std::exchange(ends.out[1], -1));
  ::close(std::exchange(ends.in[1], -1));
  std::FILE* from = ::fdopen(std::exchange(ends.out[0], -1), "r");
  std::string line;
  const bool answered = from != nullptr && read_line(from, line);
  if (from != nullptr) std::fclose(from);
  int status = 0;
  ::waitpid(pid, &status, 0);

  Outcome outcome;
  outcome.answer = answered ? Value::parse(line).value_or(Value()) : Value();
  outcome.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0 && outcome.answer.str("kind") != "error";
  if (!outcome.ok) outcome.error = error_of(outcome.answer);
  outcome.ms = watch.ms();
  return outcome;
}

Agency::Agency(const std::string& home, const std::string& passphrase_file) {
  Ends ends;
  pid_ = spawn({"pipe", "--home", home}, passphrase_file, ends);
  to_ = ::fdopen(std::exchange(ends.in[1], -1), "w");
  from_ = ::fdopen(std::exchange(ends.out[0], -1), "r");
}

Agency::~Agency() {
  if (to_ != nullptr) std::fclose(to_);  // the end of its input ends it
  if (from_ != nullptr) std::fclose(from_);
  int status = 0;
  if (pid_ > 0) ::waitpid(pid_, &status, 0);
}

Outcome Agency::ask(const char* verb, const Request& request, std::string_view envelope) {
  const Watch watch;
  Outcome outcome;
  Request line;
  line.text("verb", verb).raw("request", request.str());
  if (!envelope.empty()) line.text("envelope", to_base64(envelope));
  const std::string text = line.str() + "\n";
  const bool sent = to_ != nullptr && std::fwrite(text.data(), 1, text.size(), to_) == text.size() && std::fflush(to_) == 0;
  std::string back;
  if (!sent || from_ == nullptr || !read_line(from_, back)) {
    outcome.error = {XCH_E_BUG, "EX1001", "the agency's process has ended", "", "", 1};
    return outcome;
  }
  const Value answer = Value::parse(back).value_or(Value());
  outcome.ok = answer["ok"].is_true();
  if (outcome.ok) outcome.answer = answer["answer"];
  // An error before the first request (a wrong passphrase) comes as an error object alone.
  else outcome.error = error_of(answer["error"].is_null() ? answer : answer["error"]);
  outcome.ms = watch.ms();
  return outcome;
}

}  // namespace cli
