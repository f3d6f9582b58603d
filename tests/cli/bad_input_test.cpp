// Bad input to each command: one clear error with a stable id, the right exit status, nothing half-written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hpp"

namespace xch::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

void expect_error(const Ran& ran, int status, const std::string& id, const std::string& what) {
  EXPECT_EQ(ran.status, status) << what << ": " << ran.err;
  EXPECT_THAT(ran.out, IsEmpty()) << what;
  ASSERT_FALSE(lines(ran.err).empty()) << what;
  EXPECT_LE(lines(ran.err).size(), 3u) << ran.err;
  EXPECT_THAT(lines(ran.err)[0], HasSubstr("(" + id + ")")) << what;
}

With with_passphrase(const std::string& passphrase) {
  With with;
  with.input = passphrase + "\n";
  return with;
}

/// Every command that reads a file, with @ for the file.
struct Reading {
  std::vector<std::string> words;
  std::size_t limit;      // of the file
  std::string garbage_id; // for a text that is no such file; unlocked
  int garbage_status;
};
const std::vector<Reading>& reading() {
  constexpr std::size_t kRequest = (3u << 20) - 4096, kJson = 4u << 20;
  static const std::vector<Reading> kAll = {
      {{"roster", "add", "@", "--from", "2026-01-01", "--until", "2027-01-01"}, kRequest, "EX1319", 5},
      {{"roster", "import", "@"}, kRequest, "EX6201", 5},
      {{"policy", "import", "@"}, kRequest, "EX2002", 2},
      {{"consent", "check", "@"}, kJson, "EX1301", 2},
      {{"consent", "issue", "@"}, kJson, "EX1301", 2},
      {{"consent", "advance", "00000000000000000000000000000000", "@"}, kJson, "EX1301", 2},
      {{"seal", "--type", "court.event", "--purpose", "COURT", "@"}, kJson, "EX1301", 2},
      {{"open", "@"}, 16u << 20, "EX3103", 5},
      {{"inspect", "@"}, kRequest, "EX3103", 5},
      {{"verify", "@"}, kRequest, "EX3502", 5},
      {{"present", "@", "--header", std::string(64, '0'), "--field", "attendance", "--to", "prosecutor", "--nonce", std::string(64, '0'), "--purpose", "COORD"},
       kRequest, "EX3103", 5},
      {{"redact", "@", "--header", std::string(64, '0'), "--field", "attendance", "--reason", "test", "-o", "-"}, kRequest, "EX3103", 5},
  };
  return kAll;
}

std::vector<std::string> with_file(std::vector<std::string> words, const std::string& file) {
  for (auto& word : words)
    if (word == "@") word = file;
  return words;
}

std::string name_of(const Reading& command) { return command.words[0] + " " + command.words[1]; }

TEST(BadInput, AMissingFileIsNotFound) {
  for (const auto& command : reading()) {
    auto words = with_file(command.words, "Maria-Reyes.note");
    words.insert(words.end(), {"--home", demo().home("prosecutor")});
    const auto ran = run(words);
    expect_error(ran, 4, "EX1012", name_of(command));
    EXPECT_THAT(ran.err, Not(HasSubstr("Maria"))) << "a file's name may hold a person's";
  }
}

TEST(BadInput, AFolderIsNoFile) {
  for (const auto& command : reading()) {
    auto words = with_file(command.words, "/");
    words.insert(words.end(), {"--home", demo().home("prosecutor")});
    expect_error(run(words), 1, "EX1013", name_of(command));
  }
}

TEST(BadInput, AnOversizedFileIsRefusedBeforeItIsRead) {
  const Folder folder;
  for (const auto& command : reading()) {
    const auto file = folder.write("big", "");
    fs::resize_file(file, command.limit + 1);  // a hole: it takes no room
    auto words = with_file(command.words, file);
    words.insert(words.end(), {"--home", demo().home("prosecutor")});
    expect_error(run(words), 2, "EX1014", name_of(command));
  }
}

TEST(BadInput, AFileThatIsSomethingElseHasItsOwnId) {
  const Folder folder;
  const auto file = folder.write("other", "%PDF-1.7 Maria Reyes, born 1991-07-14, is in treatment at Harbor House");
  for (const auto& command : reading()) {
    const bool of_coalition = command.words[1] == "add";
    const auto ran = demo().as(of_coalition ? "coalition" : "prosecutor", with_file(command.words, file));
    expect_error(ran, command.garbage_status, command.garbage_id, name_of(command));
    EXPECT_THAT(ran.err, Not(HasSubstr("Maria"))) << name_of(command);
    EXPECT_THAT(ran.err, Not(HasSubstr("Harbor"))) << name_of(command);
  }
}

TEST(BadInput, AnEmptyFileIsRefusedByEveryCommand) {
  const Folder folder;
  const auto file = folder.write("empty", "");
  for (const auto& command : reading()) {
    const bool of_coalition = command.words[1] == "add";
    const auto ran = demo().as(of_coalition ? "coalition" : "prosecutor", with_file(command.words, file));
    EXPECT_THAT(ran.status, testing::AnyOf(2, 5)) << name_of(command) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("(EX")) << name_of(command);
  }
}

TEST(BadInput, ATruncatedOrAlteredEnvelopeIsRejected) {
  const auto& d = demo();
  std::string envelope;
  for (const auto& name : names(d.folder / "envelopes"))
    if (name.find("step3-case-management-to-prosecutor.lxe") != std::string::npos) envelope = read(d.folder / "envelopes" / name);
  ASSERT_GT(envelope.size(), 4096u);
  With with;
  with.input = envelope.substr(0, envelope.size() - 1);
  expect_error(d.as("prosecutor", {"open"}, with), 5, "EX3105", "one byte less");
  with.input = envelope.substr(0, 100);
  expect_error(d.as("prosecutor", {"open"}, with), 5, "EX3101", "too short");
  with.input = envelope;
  with.input[envelope.size() / 2] = static_cast<char>(with.input[envelope.size() / 2] ^ 1);
  expect_error(d.as("prosecutor", {"open"}, with), 5, "EX3105", "one bit flipped");
}

TEST(BadInput, ANoteSaysWhichMemberIsWrongAndNeverItsValue) {
  struct Case {
    const char *note, *id, *path;
  };
  const std::vector<Case> cases = {
      {R"({"startsAt": "2026-05-20T16:30Z", "curt": "Maria Reyes"})", "EX1306", "member 2; nearest: court"},
      {R"({"startsAt": "2026-05-20T16:30Z", "startsAt": "Maria Reyes"})", "EX1303", ""},
      {R"({"court": 17})", "EX1307", "court"},
      {R"({"type": "Maria Reyes"})", "EX1308", "type"},
      {R"({"startsAt": "Maria Reyes"})", "EX1316", "startsAt"},
      {R"({"court": "Maria Reyes)", "EX1301", ""},
      {"{\"court\": \"Maria Reyes \xff\"}", "EX1305", ""},
      {R"({"court": "Maria Reyes \u0000"})", "EX1309", ""},
      {R"([[[[[[[[[[[[[[[[[["Maria Reyes"]]]]]]]]]]]]]]]]]])", "EX1302", ""},
      {R"("Maria Reyes")", "EX1307", ""},
  };
  for (const auto& c : cases) {
    With with;
    with.input = c.note;
    const auto ran = demo().as("prosecutor", {"seal", "--type", "court.event", "--grant", std::string(64, '0'), "--purpose", "COURT"}, with);
    EXPECT_THAT(ran.status, 2) << c.note << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(std::string("(") + c.id + ")")) << c.note;
    EXPECT_THAT(ran.err, HasSubstr(c.path)) << c.note;
    EXPECT_THAT(ran.err + ran.out, Not(HasSubstr("Reyes"))) << c.note;
  }
}

TEST(BadInput, WrongHomesAreTold) {
  const Folder folder;
  expect_error(run({"grants"}), 4, "EX1015", "no home named");
  expect_error(run({"grants", "--home", ""}), 4, "EX1015", "an empty name");
  expect_error(run({"grants", "--home", folder.path}), 4, "EX1015", "a folder that is no home");
  expect_error(run({"outbox", "list", "--home", folder.path}), 4, "EX1015", "a folder that is no home");
  expect_error(run({"init", "coalition", demo().home("prosecutor"), "--name", "c", "--passphrase-fd", "0"}, with_passphrase("a long passphrase")), 2, "EX1016", "a home is there");
}

TEST(BadInput, AKeyFileThatOthersMayReadIsRefused) {
  const Folder folder;
  fs::copy(demo().home("public-defender"), folder.path / "pd", fs::copy_options::recursive);
  fs::permissions(folder.path / "pd" / "keys" / "home.key", fs::perms::group_read, fs::perm_options::add);
  const auto ran = run({"grants", "--home", folder.path / "pd", "--passphrase-fd", "0"}, with_passphrase("a long passphrase"));
  expect_error(ran, 7, "EX6102", "mode 0640");
  EXPECT_THAT(ran.err, HasSubstr("chmod 600"));
}

TEST(BadInput, AnUnwritableOutputIsFoundBeforeAnythingIsDone) {
  const Folder folder;
  const auto home = folder.path / "c";
  const auto ran = run({"init", "agency", home, "--name", "a", "--role", "CM", "--kind", "part2-program", "--coalition", std::string(32, '0'), "--root", std::string(64, '0'),
                             "-o", folder.path / "missing" / "a.enrolment", "--passphrase-fd", "0"}, with_passphrase("a long passphrase"));
  expect_error(ran, 1, "EX1013", "a folder that is missing");
  EXPECT_THAT(names(folder.path), IsEmpty());
}

TEST(BadInput, AFailedCommandLeavesAnOutputFileAsItWas) {
  const Folder folder;
  const auto file = folder.write("roster", "what stood there before");
  const auto ran = run({"roster", "publish", "--home", demo().home("coalition"), "-o", file, "--passphrase-fd", "0"}, with_passphrase("wrong passphrase"));
  expect_error(ran, 7, "EX6105", "wrong passphrase");
  EXPECT_EQ(read(file), "what stood there before");
  EXPECT_THAT(names(folder.path), ElementsAre("roster"));
}

TEST(BadInput, ACourierThatCannotDeliverLosesNothing) {
  const Folder folder;
  fs::create_directories(folder.path / "home/spool/out/prosecutor/new");
  const auto file = folder.write("home/spool/out/prosecutor/new/a.lxe", "an envelope");
  expect_error(run({"outbox", "send", "--to", "prosecutor", "--into", folder.path / "nowhere", "--home", folder.path / "home"}), 1, "EX1013", "no such spool");
  EXPECT_EQ(read(file), "an envelope");
}

TEST(BadInput, UnknownThingsAreNotFound) {
  const auto& d = demo();
  expect_error(d.as("prosecutor", {"inbox", "open", "nothing.lxe"}), 4, "EX1012", "inbox open");
  expect_error(d.as("prosecutor", {"erase", "--yes", std::string(64, '0')}), 4, "EX1017", "erase");
  expect_error(d.as("program-office", {"consent", "show", std::string(32, '0')}), 4, "EX1017", "consent show");
  expect_error(d.as("program-office", {"consent", "revoke", "--yes", std::string(32, '0')}), 4, "EX1017", "consent revoke");
  expect_error(d.as("prosecutor", {"erase", "--yes", "not-hex"}), 2, "EX1308", "erase");
}

}  // namespace
}  // namespace xch::cli
