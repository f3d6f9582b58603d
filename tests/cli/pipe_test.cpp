// `exchange pipe`: every line has its answer, whatever stands on it; and docs/pipe.md is what really happens.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct Piped {
  Ran ran;
  std::vector<json> answers;
};

Piped pipe(const std::string& input, std::vector<std::string> words = {}) {
  words.insert(words.begin(), "pipe");
  With with;
  with.input = input;
  Piped out{run(words, with), {}};
  for (const auto& line : lines(out.ran.out)) out.answers.push_back(json::parse(line));
  return out;
}

/// at runs pipe in an agency's home of the demo.
Piped at(const std::string& who, const std::string& input, std::vector<std::string> words = {}) {
  words.insert(words.begin(), "pipe");
  With with;
  with.input = input;
  Piped out{demo().as(who, words, with), {}};
  for (const auto& line : lines(out.ran.out)) out.answers.push_back(json::parse(line));
  return out;
}

std::string id_of(const json& answer) { return answer["error"]["id"]; }

TEST(Pipe, AnswersEachLineAndGoesOn) {
  const auto [ran, answers] = pipe("{\"id\":1,\"verb\":\"version\"}\nno json \"Maria Reyes\"\n{\"id\":3,\"verb\":\"no.verb\"}\n{\"id\":4,\"verb\":\"version\",\"request\":{\"x\":1}}\n{\"id\":5,\"verb\":\"version\"}");
  EXPECT_EQ(ran.status, 8) << "part of it failed";
  ASSERT_THAT(answers, SizeIs(5));
  EXPECT_THAT(lines(ran.out)[0], StartsWith("{\"id\":1,\"ok\":true,\"code\":0,\"answer\":{\"v\":1,"));
  EXPECT_THAT(lines(ran.out)[1], StartsWith("{\"id\":null,\"ok\":false,\"code\":-2,\"error\":{\"v\":1,\"kind\":\"error\",\"code\":-2,\"id\":\"EX1301\""));
  EXPECT_EQ(id_of(answers[2]), "EX1004");
  EXPECT_EQ(id_of(answers[3]), "EX1306");
  EXPECT_TRUE(answers[4]["ok"].get<bool>()) << "the last line may lack its end";
  EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("Maria")));
}

TEST(Pipe, EndsWith0WhenEveryLineWasDone) {
  EXPECT_EQ(pipe("{\"verb\":\"version\"}\n{\"verb\":\"version\"}\r\n\n   \n").ran.status, 0);
  EXPECT_THAT(pipe("{\"verb\":\"version\"}\n{\"verb\":\"version\"}\r\n\n   \n").answers, SizeIs(2)) << "an empty line is no request";
  const auto nothing = pipe("");
  EXPECT_EQ(nothing.ran.status, 0);
  EXPECT_THAT(nothing.ran.out, IsEmpty());
}

TEST(Pipe, GivesBackEveryIdAsItCame) {
  const std::vector<std::string> ids = {"1", "-7", "18446744073709551615", "123456789012345678901234567890", "0.10", "1e40", "\"\"", "\"a \\\"b\\\" \\u00e9\\n\"", "null", "true",
                                        "[1,[2]]", "{\"a\":{\"b\":[]}}", "\"" + std::string(100000, 'x') + "\""};
  std::string input;
  for (const auto& id : ids) input += "{\"verb\":\"errors.explain\",\"request\":{\"id\":\"EX2219\"},\"id\":" + id + "}\n";
  const auto ran = pipe(input).ran;
  const auto out = lines(ran.out);
  ASSERT_THAT(out, SizeIs(ids.size())) << ran.err;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string echoed = out[i].substr(6, out[i].find(",\"ok\":") - 6);
    if (ids[i].find("u00e9") != std::string::npos) EXPECT_EQ(json::parse(echoed), json::parse(ids[i]));
    else EXPECT_EQ(echoed, ids[i]);
  }
  EXPECT_THAT(pipe("{\"verb\":\"version\"}\n").ran.out, StartsWith("{\"id\":null,\"ok\":true"));
}

TEST(Pipe, KeepsTheIdOfARequestThatIsRefused) {
  EXPECT_THAT(pipe("{\"verb\":\"no.verb\",\"id\":\"k\"}\n").ran.out, StartsWith("{\"id\":\"k\",\"ok\":false"));
  EXPECT_THAT(pipe("{\"id\":\"k\"}\n").ran.out, StartsWith("{\"id\":\"k\",\"ok\":false"));
}

TEST(Pipe, RefusesWhatIsNoRequestWithItsOwnId) {
  struct Case {
    std::string line, id, path;
  };
  const std::vector<Case> cases = {
      {"7", "EX1307", "line"},
      {"[]", "EX1307", "line"},
      {"{}", "EX1310", "verb"},
      {"{\"verb\":7}", "EX1307", "verb"},
      {"{\"verb\":\"version\",\"requst\":{}}", "EX1306", "member 2"},
      {"{\"verb\":\"version\",\"verb\":\"version\"}", "EX1303", ""},
      {"{\"verb\":\"version\",\"request\":[]}", "EX1307", ""},
      {"{\"verb\":\"version\",\"request\":null}", "EX1307", ""},
      {"{\"verb\":\"version\"} {}", "EX1301", ""},
      {"{\"verb\":\"version\"", "EX1301", ""},
      {"{\"verb\":\"ver\xffsion\"}", "EX1305", ""},
      {"{\"verb\":\"\xc0\xafversion\"}", "EX1305", ""},
      {std::string("{\"verb\":\"version\"}\0x", 20), "EX1309", "line"},
      {"{\"verb\":\"version\\u0000\"}", "EX1309", "verb"},
      {"{\"verb\":\"\"}", "EX1004", ""},
      {"{\"verb\":\"version\",\"request\":" + std::string(70, '[') + std::string(70, ']') + "}", "EX1302", ""},
      {"{\"verb\":\"open\"}", "EX1310", "envelope"},
      {"{\"verb\":\"journal.list\"}", "EX1015", ""},
  };
  for (const auto& one : cases) {
    const auto [ran, answers] = pipe(one.line + "\n{\"id\":\"next\",\"verb\":\"version\"}\n");
    ASSERT_THAT(answers, SizeIs(2)) << one.line;
    EXPECT_FALSE(answers[0]["ok"].get<bool>()) << one.line;
    EXPECT_EQ(id_of(answers[0]), one.id) << one.line;
    EXPECT_THAT(answers[0]["error"]["path"].get<std::string>(), HasSubstr(one.path)) << one.line;
    EXPECT_EQ(answers[0]["code"], answers[0]["error"]["code"]) << one.line;
    EXPECT_EQ(answers[1]["id"], "next") << one.line;
    EXPECT_TRUE(answers[1]["ok"].get<bool>()) << one.line;
  }
}

TEST(Pipe, PassesOverALineThatIsTooLongAndKeepsTheNext) {
  constexpr std::size_t kMax = 24u << 20;
  const auto line = [](std::size_t length) {
    const std::string head = "{\"id\":1,\"verb\":\"version\",\"envelope\":\"", tail = "\"}";
    return head + std::string(length - head.size() - tail.size(), 'A') + tail;
  };
  const auto [ran, answers] = pipe(line(kMax) + "\n" + line(kMax + 1) + "\n" + line(2 * kMax) + "\n{\"id\":4,\"verb\":\"version\"}\n" + line(kMax + 1));
  EXPECT_EQ(ran.status, 8);
  ASSERT_THAT(answers, SizeIs(5));
  EXPECT_TRUE(answers[0]["ok"].get<bool>()) << "24 MiB is allowed";
  for (const std::size_t i : {1u, 2u, 4u}) {
    EXPECT_EQ(id_of(answers[i]), "EX1014") << i;
    EXPECT_TRUE(answers[i]["id"].is_null()) << i;
  }
  EXPECT_TRUE(answers[3]["ok"].get<bool>());
}

TEST(Pipe, RefusesEveryHalfOfALastLine) {
  const std::string whole = "{\"id\":9,\"verb\":\"version\",\"request\":{}}";
  for (std::size_t n = 1; n < whole.size(); ++n) {
    const auto [ran, answers] = pipe("{\"id\":1,\"verb\":\"version\"}\n" + whole.substr(0, n));
    EXPECT_EQ(ran.status, 8) << n;
    ASSERT_THAT(answers, SizeIs(2)) << n;
    EXPECT_EQ(id_of(answers[1]), "EX1301") << n;
    EXPECT_EQ(answers[1]["error"]["fix"], "the input ended within this line; send it again whole") << n;
  }
}

TEST(Pipe, AnswersBeforeItReadsTheNextLine) {
  // A dialogue: the second request is written only once the first answer is here.
  int to[2], from[2];
  ASSERT_EQ(::pipe(to), 0);
  ASSERT_EQ(::pipe(from), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(to[0], 0);
    ::dup2(from[1], 1);
    for (const int fd : {to[0], to[1], from[0], from[1]}) ::close(fd);
    ::execl(XCH_BUILD_DIR "/bin/exchange", "exchange", "pipe", nullptr);
    ::_exit(127);
  }
  ::close(to[0]);
  ::close(from[1]);
  for (int i = 0; i < 3; ++i) {
    const std::string request = "{\"id\":" + std::to_string(i) + ",\"verb\":\"version\"}\n";
    ASSERT_EQ(::write(to[1], request.data(), request.size()), static_cast<ssize_t>(request.size()));
    std::string answer;
    while (answer.empty() || answer.back() != '\n') {
      struct pollfd wait {from[0], POLLIN, 0};
      ASSERT_EQ(::poll(&wait, 1, 20000), 1) << "no answer to request " << i;
      char piece[4096];
      const ssize_t n = ::read(from[0], piece, sizeof piece);
      ASSERT_GT(n, 0);
      answer.append(piece, static_cast<std::size_t>(n));
    }
    EXPECT_EQ(json::parse(answer)["id"], i);
  }
  ::close(to[1]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ::close(from[0]);
}

TEST(Pipe, KnowsEveryVerbOfTheLibrary) {
  const auto version = json::parse(run({"version", "--json"}).out);
  std::vector<std::string> verbs = version["verbs"];
  EXPECT_GT(verbs.size(), 40u);
  verbs.insert(verbs.end(), {"seal", "open"});
  std::string input;
  // A request that no verb takes: each is reached, and none does anything.
  for (const auto& verb : verbs) input += json{{"id", verb}, {"verb", verb}, {"request", {{"nobody takes this", 1}}}}.dump() + "\n";
  const auto [ran, answers] = at("patrol", input);
  ASSERT_THAT(answers, SizeIs(verbs.size())) << ran.err;
  for (std::size_t i = 0; i < verbs.size(); ++i) {
    EXPECT_EQ(answers[i]["id"], verbs[i]);
    EXPECT_EQ(id_of(answers[i]), verbs[i] == "open" ? "EX1310" : "EX1306") << verbs[i];
  }
}

TEST(Pipe, SealsAndOpens) {
  const std::string grant = court_grant(demo().as("prosecutor", {"grants", "--json"}).out);
  const json request = {{"type", "court.event"}, {"grant", grant}, {"purpose", "COURT"}, {"to", {"police-liaison"}}, {"note", {{"court", "Municipal Court"}}}, {"deliver", false}, {"key", "pipe-1"}};
  const std::string line = json{{"id", 1}, {"verb", "seal"}, {"request", request}}.dump() + "\n";
  const auto sealed = at("prosecutor", line + line).answers;
  ASSERT_THAT(sealed, SizeIs(2));
  ASSERT_TRUE(sealed[0]["ok"].get<bool>()) << sealed[0];
  EXPECT_FALSE(sealed[0]["answer"]["duplicate"].get<bool>());
  EXPECT_TRUE(sealed[1]["answer"]["duplicate"].get<bool>()) << "the same call under the same key";
  EXPECT_EQ(sealed[0]["answer"]["envelopes"], sealed[1]["answer"]["envelopes"]);
  std::string envelope;
  for (const auto& one : sealed[0]["answer"]["envelopes"])
    if (one["to"] == "police-liaison") envelope = one["envelope"];
  const auto opened = at("police-liaison", json{{"verb", "open"}, {"envelope", envelope}}.dump() + "\n" + json{{"verb", "open"}, {"envelope", "not base64!"}}.dump() + "\n" +
                                               json{{"verb", "open"}, {"envelope", ""}}.dump() + "\n").answers;
  ASSERT_THAT(opened, SizeIs(3));
  EXPECT_EQ(opened[0]["answer"]["notes"][0]["fields"][0]["value"], "Municipal Court") << opened[0];
  EXPECT_EQ(id_of(opened[1]), "EX1308");
  EXPECT_EQ(id_of(opened[2]), "EX1308");
}

TEST(Pipe, TakesThePassphraseAndTheRequestsFromOneDescriptor) {
  With with;
  with.input = read(demo().folder / "patrol.passphrase") + "{\"id\":1,\"verb\":\"roster.show\"}\n";
  ASSERT_THAT(lines(with.input), SizeIs(2));
  const auto ran = run({"pipe", "--home", demo().home("patrol"), "--passphrase-fd", "0"}, with);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("{\"id\":1,\"ok\":true"));
}

TEST(Pipe, EndsAtAWrongPassphraseBeforeTheFirstLine) {
  With with;
  with.input = "a wrong passphrase\n{\"id\":1,\"verb\":\"roster.show\"}\n";
  const auto ran = run({"pipe", "--home", demo().home("patrol"), "--passphrase-fd", "0", "--json"}, with);
  EXPECT_EQ(ran.status, 7);
  ASSERT_THAT(lines(ran.out), SizeIs(1));
  EXPECT_EQ(json::parse(ran.out)["id"], "EX6105");
}

TEST(Pipe, DoesNothingInADryRun) {
  const std::string grant = court_grant(demo().as("prosecutor", {"grants", "--json"}).out);
  const auto last = [] { return json::parse(demo().as("prosecutor", {"journal", "--limit", "10000", "--json"}).out)["rows"].size(); };
  const auto before = last();
  const json seal = {{"type", "court.event"}, {"grant", grant}, {"purpose", "COURT"}, {"to", {"police-liaison"}}, {"note", {{"court", "Municipal Court"}}}};
  const std::string input = json{{"verb", "seal"}, {"request", seal}}.dump() + "\n{\"verb\":\"nonce.new\"}\n{\"verb\":\"roster.show\"}\n{\"verb\":\"open\",\"envelope\":\"AAAA\"}\n{\"verb\":\"no.verb\"}\n";
  const auto [ran, answers] = at("prosecutor", input, {"--dry-run"});
  ASSERT_THAT(answers, SizeIs(5)) << ran.err;
  EXPECT_EQ(answers[0]["answer"]["kind"], "preview");
  EXPECT_EQ(answers[1]["answer"], (json{{"v", 1}, {"kind", "dry-run"}, {"verb", "nonce.new"}, {"done", false}}));
  EXPECT_EQ(answers[2]["answer"]["kind"], "roster");
  EXPECT_EQ(answers[3]["answer"]["kind"], "dry-run");
  EXPECT_EQ(id_of(answers[4]), "EX1004");
  EXPECT_EQ(last(), before);
}

// ---- docs/pipe.md --------------------------------------------------------------------------------------------------------

struct Block {
  std::string language, text;
};
std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> out;
  bool inside = false;
  for (const auto& line : lines(page)) {
    if (line.rfind("```", 0) == 0) {
      inside = !inside;
      if (inside) out.push_back({line.substr(3), ""});
    } else if (inside) {
      out.back().text += line + "\n";
    }
  }
  return out;
}

/// pattern makes a regular expression of a text in which ... stands for anything on the line.
std::string pattern(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "...") == 0) {
      out += "[^\n]*";
      i += 2;
    } else {
      if (std::string("\\^$.|?*+()[]{}").find(text[i]) != std::string::npos) out += '\\';
      out += text[i];
    }
  }
  return out;
}

TEST(PipePage, IsASessionThatRunsAsItStandsThere) {
  ASSERT_EQ(demo().ran.status, 0);
  const auto blocks = blocks_of(read(fs::path(XCH_SOURCE_DIR) / "docs/pipe.md"));
  ASSERT_THAT(blocks, SizeIs(4));
  const Folder folder;
  fs::create_directory_symlink(demo().folder, folder.path / "exchange-demo");
  std::size_t compared = 0;
  for (std::size_t i = 0; i + 1 < blocks.size(); i += 2) {
    const bool shell = blocks[i].language == "sh";
    ASSERT_TRUE(shell || blocks[i].language == "python") << blocks[i].language;
    ASSERT_EQ(blocks[i + 1].language, "text");
    const auto script = folder.write(shell ? "session.sh" : "session.py", blocks[i].text), out = folder.path / "out";
    const int status = std::system(("cd " + folder.path.string() + " && PATH=" XCH_BUILD_DIR "/bin:$PATH EXCHANGE_HOME= " + (shell ? "bash " : "python3 ") + script.string() + " >" + out.string() + " 2>&1").c_str());
    EXPECT_EQ(WEXITSTATUS(status), shell ? 8 : 0) << read(out);
    EXPECT_TRUE(std::regex_match(read(out), std::regex(pattern(blocks[i + 1].text)))) << read(out) << "\nis not\n" << blocks[i + 1].text;
    ++compared;
  }
  EXPECT_EQ(compared, 2u);
}

}  // namespace
}  // namespace xch::cli
