// Witnesses: over HTTP and by files, and what a home makes of their answers.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

int status_of(const std::string& command) {
  const int status = std::system((command + " > /dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Served is `exchange log witness` in a process of its own.
class Served {
 public:
  explicit Served(const fs::path& folder) {
    pipe_ = popen(("echo $$; exec " XCH_BUILD_DIR "/bin/exchange log witness --dir " + folder.string() +
                   " --listen 127.0.0.1:0").c_str(), "r");
    pid_ = std::atoi(line().c_str());
    const std::string listens = line();
    const auto colon = listens.rfind(':');
    EXPECT_THAT(listens, HasSubstr(" listens on 127.0.0.1:"));
    port_ = static_cast<std::uint16_t>(std::atoi(listens.c_str() + colon + 1));
  }
  ~Served() { stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// line is the next line that it has printed.
  std::string line() {
    char buffer[512] = "";
    return std::fgets(buffer, sizeof buffer, pipe_) == nullptr ? "" : buffer;
  }
  void stop() {
    if (pipe_ == nullptr) return;
    ::kill(pid_, SIGTERM);
    pclose(pipe_);
    pipe_ = nullptr;
  }
  int connected() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    return fd;
  }
  /// ask sends bytes as they are and gives all that comes back.
  std::string ask(const std::string& bytes) const {
    const int fd = connected();
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    ::shutdown(fd, SHUT_WR);
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
    ::close(fd);
    return out;
  }

 private:
  std::FILE* pipe_ = nullptr;
  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

/// One witness for all tests, of the log of a home that no other test has.
struct Set {
  Folder folder;
  const std::string who = "case-management";
  fs::path witness = folder.path / "witness";
  std::string log_key, key;
  Set() {
    log_key = spare().as(who, {"log", "status", "--field", "log_key"}).out;
    log_key.pop_back();
    const auto made = run({"init", "witness", witness, "--name", "office.example", "--log", log_key, "--json"});
    EXPECT_EQ(made.status, 0) << made.err;
    key = json::parse(made.out)["key"];
  }
  fs::path policy(const std::string& url) const {
    return folder.write("policy", "log " + log_key + "\nwitness office " + key + " " + url + "\nquorum office\n");
  }
  int other_verify(const fs::path& checkpoint) const {
    return status_of(XCH_BUILD_DIR "/bin/exchange-verify checkpoint --policy " + (folder.path / "policy").string() +
                     " " + checkpoint.string());
  }
  fs::path log() const { return spare().home(who) / "log"; }
};
const Set& set() {
  static const Set kSet;
  return kSet;
}

TEST(WitnessCommand, SignsOverHttpWhatAHomeFlushes) {
  const auto& s = set();
  Served served(s.witness);
  const auto policy = s.policy(served.url());
  ASSERT_EQ(spare().as(s.who, {"log", "init", "--policy", policy}).status, 0);
  const auto flushed = spare().as(s.who, {"log", "flush"});
  EXPECT_EQ(flushed.status, 0) << flushed.err;
  EXPECT_THAT(flushed.out, HasSubstr("cosigned by 1 of 1 witnesses"));
  EXPECT_THAT(served.line(), HasSubstr(" POST 200"));
  const auto checked = run({"log", "verify", "--log", s.log(), "--policy", policy});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_EQ(s.other_verify(s.log() / "checkpoint"), 0);
  EXPECT_THAT(spare().as(s.who, {"log", "status"}).out, HasSubstr("witness  office.example, "));

  const auto nothing = s.folder.write("nothing.policy", "");
  EXPECT_EQ(run({"log", "verify", "--log", s.log(), "--log-key", s.log_key, "--policy", nothing}).status, 2);
  EXPECT_EQ(spare().as(s.who, {"log", "init", "--policy", nothing}).status, 2);

  served.stop();
  const auto alone = spare().as(s.who, {"log", "flush"});
  EXPECT_EQ(alone.status, 0) << "the batch is written all the same";
  EXPECT_THAT(alone.err, HasSubstr("(EX4133)"));
  EXPECT_EQ(run({"log", "verify", "--log", s.log(), "--policy", policy}).status, 6);
  EXPECT_EQ(s.other_verify(s.log() / "checkpoint"), 6);
  EXPECT_EQ(s.other_verify(s.log() / "witnessed"), 0);
}

TEST(WitnessCommand, SignsByFiles) {
  const auto& s = set();
  const auto requests = s.folder.path / "requests";
  s.policy("");
  const auto submitted = spare().as(s.who, {"log", "init", "--policy", s.folder.path / "policy"});
  ASSERT_EQ(submitted.status, 0) << submitted.err;
  ASSERT_EQ(spare().as(s.who, {"log", "flush"}).status, 0);
  ASSERT_EQ(spare().as(s.who, {"log", "submit", "-o", requests}).status, 0);
  const std::string file = requests / "office.example.request";
  const auto signed_one = run({"log", "cosign", "--witness", s.witness, file});
  EXPECT_EQ(signed_one.status, 0) << signed_one.err;
  const auto collected = spare().as(s.who, {"log", "collect", file + ".answer"});
  EXPECT_EQ(collected.status, 0) << collected.err;
  EXPECT_EQ(s.other_verify(s.log() / "checkpoint"), 0);
  // The same request again: the witness has gone on, and says from where to ask.
  const auto again = run({"log", "cosign", "--witness", s.witness, file});
  EXPECT_EQ(again.status, 6);
  EXPECT_THAT(read(file + ".answer"), HasSubstr("409 office.example\n"));
  EXPECT_EQ(spare().as(s.who, {"log", "collect", file + ".answer"}).status, 6);
  EXPECT_EQ(run({"log", "cosign", "--witness", s.witness, s.folder.write("none", "no request")}).status, 5);
  EXPECT_EQ(run({"log", "cosign", "--witness", s.folder.path, file}).status, 4);
  EXPECT_EQ(run({"log", "cosign", "--witness", s.witness}).status, 2);
  EXPECT_EQ(spare().as(s.who, {"log", "export", s.folder.path / "copy", "--log", s.log()}).status, 2);
  const auto evidence = run({"log", "export", s.folder.path / "evidence", "--evidence", s.log() / "witnessed", "--log",
                             s.log(), "--log-key", s.log_key});
  EXPECT_EQ(evidence.status, 5) << "there is one history";
  EXPECT_THAT(evidence.err, HasSubstr("EX4126"));
  EXPECT_FALSE(fs::exists(s.folder.path / "evidence"));
}

TEST(WitnessCommand, AnswersEveryRequestThatIsNoneAndGoesOn) {
  const auto& s = set();
  const Served served(s.witness);
  const std::string host = " HTTP/1.1\r\nHost: a\r\n";
  const auto post = [&](const std::string& more) { return "POST /x/add-checkpoint" + host + more; };
  const int idle = served.connected();  // somebody who says nothing, and is in nobody's way
  const std::vector<std::pair<std::string, std::string>> cases{
      {"GET /" + host + "\r\n", "404"},
      {"GET /add-checkpoint" + host + "\r\n", "405"},
      {"PUT /" + std::string(64, '0') + "/checkpoint" + host + "\r\n", "405"},
      {"GET /" + std::string(64, '0') + "/checkpoint" + host + "\r\n", "404"},
      {post("Content-Length: 5\r\n\r\nold 0"), "400"},
      {post("Content-Length: 2\r\n\r\n\xff\xfe"), "400"},
      {post("Content-Length: 2\r\n\r\nabc"), "400"},
      {post("Content-Length: -1\r\n\r\n"), "400"},
      {post("Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), "400"},
      {post("Content-Length : 1\r\n\r\na"), "400"},
      {post("\r\n"), "411"},
      {post("Content-Length: 99999999\r\n\r\n"), "413"},
      {post("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "501"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/2\r\nHost: a\r\n\r\n", "505"},
      {"GET /\r\n\r\n", "400"},
      {"G\x01T /" + host + "\r\n", "400"},
      {"GET /a b" + host + "\r\n", "400"},
      {std::string(8192, 'a'), "431"},
  };
  for (const auto& [bytes, status] : cases) {
    const std::string answer = served.ask(bytes);
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 " + status + " ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  }
  const std::string whole = post("Content-Length: 5\r\n\r\nold 0");
  for (std::size_t n = 0; n < whole.size(); n += 7) EXPECT_EQ(served.ask(whole.substr(0, n)), "") << n;
  EXPECT_THAT(served.ask(post("Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")), HasSubstr("HTTP/1.1 100 "));
  ::close(idle);
  EXPECT_THAT(served.ask("GET /" + host + "\r\n"), HasSubstr("404"));
}

TEST(WitnessCommand, IsMadeOnceAndListensOnAnAddressOfThisMachineAlone) {
  const auto& s = set();
  EXPECT_EQ(run({"init", "witness", s.witness, "--name", "other.example"}).status, 2);
  const auto again = run({"init", "witness", s.witness, "--log", s.log_key});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr(s.key));
  EXPECT_EQ(run({"init", "witness", s.folder.path / "new"}).status, 2) << "it needs a name";
  EXPECT_EQ(run({"init", "witness", s.witness, "--log", s.key}).status, 2) << "a witness's key is none of a log";
  EXPECT_EQ(run({"log", "witness", "--dir", s.witness, "--listen", "nowhere"}).status, 2);
  EXPECT_EQ(run({"log", "witness", "--dir", s.folder.path, "--listen", "127.0.0.1:0"}).status, 4);
}

}  // namespace
}  // namespace xch::cli
