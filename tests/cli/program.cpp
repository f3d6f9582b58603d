#include "program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace xch::cli {
namespace {

const std::string kProgram = XCH_BUILD_DIR "/bin/exchange";

/// become turns a forked child into the program.
[[noreturn]] void become(const std::vector<std::string>& words, const std::map<std::string, std::string>& env, const std::string& program = kProgram) {
  ::unsetenv("EXCHANGE_HOME");
  ::unsetenv("EXCHANGE_HOMES");
  ::unsetenv("EXCHANGE_PASSPHRASE_FILE");
  ::unsetenv("NO_COLOR");
  ::unsetenv("CLICOLOR_FORCE");
  for (const auto& [name, value] : env) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(program.c_str(), argv.data());
  ::_exit(127);
}

#ifdef XCH_DERIVE_ONCE
/// DeriveOnce is in the environment of all programs that a test runs (support/preload/derive_once.cpp).
struct DeriveOnce {
  DeriveOnce() {
    ::setenv("LD_PRELOAD", XCH_DERIVE_ONCE, 1);
    ::setenv("XCH_DERIVE_ONCE", folder.path.c_str(), 1);
  }
  Folder folder;
};
const DeriveOnce derive_once;
#endif

int status_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Ran run(const std::vector<std::string>& words, const With& with) {
  // Files instead of pipes: no output is too long for them.
  const Folder folder;
  const auto in = folder.write("in", with.input), out = folder.path / "out", err = folder.path / "err";
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!with.folder.empty() && ::chdir(with.folder.c_str()) != 0) ::_exit(126);
    ::setsid();  // no controlling terminal: no prompt can appear
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    ::dup2(::open(in.c_str(), O_RDONLY), 0);
    ::dup2(::open(out.c_str(), flags, 0600), 1);
    ::dup2(::open(err.c_str(), flags, 0600), 2);
    become(words, with.env);
  }
  if (with.interrupt_after_ms >= 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(with.interrupt_after_ms));
    ::kill(pid, SIGINT);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {status_of(status), read(out), read(err)};
}

Ran run_on_terminal(const std::vector<std::string>& words, const Terminal& terminal) {
  int master = -1;
  struct winsize size {24, 80, 0, 0};
  const pid_t pid = ::forkpty(&master, nullptr, nullptr, &size);
  if (pid == 0) {
    if (!terminal.folder.empty() && ::chdir(terminal.folder.c_str()) != 0) ::_exit(126);
    become(words, terminal.env, terminal.program.empty() ? kProgram : terminal.program);
  }
  Ran ran;
  std::size_t next = 0, seen = 0;
  for (;;) {
    while (next < terminal.typing.size()) {
      const auto& [prompt, text] = terminal.typing[next];
      const auto at = ran.out.find(prompt, seen);
      if (at == std::string::npos) break;
      seen = at + prompt.size();
      ++next;
      std::this_thread::sleep_for(std::chrono::milliseconds(terminal.hesitate_ms));
      if (::write(master, text.data(), text.size()) != static_cast<ssize_t>(text.size())) break;
    }
    struct pollfd wait {master, POLLIN, 0};
    if (::poll(&wait, 1, 60000) <= 0) break;
    char piece[4096];
    const ssize_t n = ::read(master, piece, sizeof piece);
    if (n <= 0) break;  // EIO: the program closed it
    ran.out.append(piece, static_cast<std::size_t>(n));
  }
  ::close(master);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ran.status = status_of(status);
  return ran;
}

// ---- files -----------------------------------------------------------------------------------------------------------

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "exchange-cli-XXXXXX").string();
  path = ::mkdtemp(name.data());
}

Folder::~Folder() {
  std::error_code error;
  fs::remove_all(path, error);
}

fs::path Folder::write(const std::string& name, const std::string& content) const {
  const fs::path file = path / name;
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

std::string court_grant(const std::string& grants_json) {
  const auto grants = nlohmann::json::parse(grants_json);
  for (const auto& row : grants["rows"])
    if (row["basis"] == "originator-authority" && row["authority"] == "prosecutor") return row["grant"];
  return "";
}

std::string day(int from_today) { return day_at(std::time(nullptr) + from_today * 86400); }

std::string day_at(std::time_t at) {
  char text[11];
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts));
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<std::string> names(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename());
  std::sort(out.begin(), out.end());
  return out;
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  return false;
}

// ---- the demo ----------------------------------------------------------------------------------------------------------

Ran Demo::as(const std::string& who, std::vector<std::string> words, With with) const {
  words.insert(words.end(), {"--home", home(who)});
  with.env["EXCHANGE_PASSPHRASE_FILE"] = (folder / (who + ".passphrase")).string();
  return run(words, with);
}

namespace {

Demo made_in(const Folder& folder) {
  Demo out;
  out.folder = folder.path / "d";
  out.ran = run({"demo", "--dir", out.folder});
  return out;
}

}  // namespace

int cosigned(const Demo& demo, const std::string& who) {
  const Folder asks;
  EXPECT_EQ(demo.as(who, {"log", "submit", "-o", asks.path}).status, 0);
  int count = 0;
  for (const auto& name : names(asks.path)) {
    const std::string witness = name.substr(0, name.find('.'));
    if (witness == who) continue;  // nobody vouches for its own log
    const auto signed_by = run({"log", "cosign", "--witness", demo.folder / "witnesses" / witness, asks.path / name});
    EXPECT_EQ(signed_by.status, 0) << signed_by.err;
    const auto taken = demo.as(who, {"log", "collect", asks.path / (name + ".answer")});
    EXPECT_EQ(taken.status, 0) << taken.err;
    ++count;
  }
  return count;
}

const Demo& demo() {
  static const Folder kFolder;
  static const Demo kDemo = made_in(kFolder);
  return kDemo;
}

const Demo& spare() {
  static const Folder kFolder;
  static const Demo kDemo = made_in(kFolder);
  return kDemo;
}

}  // namespace xch::cli
