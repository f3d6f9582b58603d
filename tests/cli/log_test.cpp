// exchange log: a home's log, written and shown, and checked by it, by exchange-verify and by whoever has the files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// One log, flushed once, for all tests that only look.
struct Written {
  Folder folder;
  std::string key;
  fs::path log = demo().home("treatment") / "log";
  Written() {
    const auto flushed = demo().as("treatment", {"log", "flush", "--json"});
    EXPECT_EQ(flushed.status, 0) << flushed.err;
    EXPECT_EQ(json::parse(flushed.out)["entries"].get<int>() % 32, 0);
    key = demo().as("treatment", {"log", "status", "--field", "log_key"}).out;
    key.pop_back();
  }
};
const Written& written() {
  static const Written kWritten;
  return kWritten;
}

Ran verify(std::vector<std::string> words) {
  words.insert(words.begin(), {"log", "verify", "--log-key", written().key, "--log"});
  return run(words);
}

/// other_verify runs exchange-verify, which shares no code with the library.
int other_verify(const std::string& arguments) {
  const int status = std::system((XCH_BUILD_DIR "/bin/exchange-verify " + arguments + " > /dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LogCommand, WritesALogThatItselfAndTheOtherVerifierAccept) {
  const auto& w = written();
  const auto ran = verify({w.log});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("all of them under the signed checkpoint"));
  EXPECT_EQ(other_verify("log --log-key " + w.key + " " + w.log.string()), 0);
  const auto own = demo().as("treatment", {"log", "verify"});
  EXPECT_EQ(own.status, 0) << own.err;
  const auto again = demo().as("treatment", {"log", "verify", "--json"});
  EXPECT_EQ(json::parse(again.out)["earlier"], 1) << "the home remembers what it verified";
}

TEST(LogCommand, ShowsEveryEventOfTheJournalAndNothingToAnotherAgency) {
  const auto& w = written();
  const auto shown = json::parse(demo().as("treatment", {"log", "show", "--json"}).out);
  const auto journal = json::parse(demo().as("treatment", {"journal", "--limit", "10000", "--json"}).out);
  ASSERT_GT(shown["rows"].size(), 5u);
  for (std::size_t i = 0; i < shown["rows"].size(); ++i) {
    EXPECT_EQ(shown["rows"][i]["event"], journal["rows"][i]["event"]) << i;
    EXPECT_EQ(shown["rows"][i]["detail"], journal["rows"][i]["detail"]) << i;
  }
  EXPECT_EQ(shown["closed"], 0);
  const auto text = demo().as("treatment", {"log", "show"});
  EXPECT_THAT(text.out, HasSubstr("sealed"));
  const auto other = demo().as("patrol", {"log", "show", "--log", w.log, "--log-key", w.key, "--json"});
  ASSERT_EQ(other.status, 0) << other.err;
  EXPECT_TRUE(json::parse(other.out)["rows"].empty());
}

TEST(LogCommand, ProvesOneEntryToWhoeverHasTheLogsKey) {
  const auto& w = written();
  const std::string proof = w.folder.path / "a.proof", entry = w.folder.path / "a.entry";
  const auto made = demo().as("treatment", {"log", "prove", "--seq", "3", "-o", proof, "--entry", entry});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(read(entry).size(), 512u);
  const auto checked = run({"log", "check-proof", proof, entry, "--log-key", w.key});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_EQ(other_verify("proof --log-key " + w.key + " " + proof + " " + entry), 0);
  const std::string by_index = w.folder.path / "b.proof";
  std::string index = demo().as("treatment", {"log", "prove", "--seq", "3", "--field", "index"}).out;
  index.pop_back();
  EXPECT_EQ(run({"log", "prove", "--index", index, "--log", w.log, "--log-key", w.key, "-o", by_index}).status, 0);
  EXPECT_EQ(read(by_index), read(proof));
  const auto no_entry = w.folder.write("other", std::string(512, 'x'));
  const auto other = run({"log", "check-proof", proof, no_entry, "--log-key", w.key});
  EXPECT_EQ(other.status, 5);
  EXPECT_THAT(other.err, HasSubstr("EX4108"));
  EXPECT_EQ(run({"log", "check-proof", w.folder.write("none", "no proof"), entry, "--log-key", w.key}).status, 5);
  const auto later = run({"log", "prove", "--index", "100000", "--log", w.log, "--log-key", w.key});
  EXPECT_EQ(later.status, 6);
  EXPECT_THAT(later.err, HasSubstr("EX4123"));
  EXPECT_EQ(run({"log", "prove", "--log", w.log, "--log-key", w.key}).status, 2);
}

TEST(LogCommand, RefusesALogThatWasChangedAndCannotTellOfOneThatLacksAFile) {
  const auto& w = written();
  const auto copy = w.folder.path / "copy";
  const auto made = demo().as("treatment", {"log", "export", copy});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_FALSE(fs::exists(copy / ".writer"));
  EXPECT_EQ(verify({copy}).status, 0);
  EXPECT_EQ(demo().as("treatment", {"log", "export", copy}).status, 2) << "nothing is written over";
  fs::path bundle;
  for (const auto& file : fs::recursive_directory_iterator(copy / "tile" / "entries"))
    if (file.is_regular_file() && (bundle.empty() || file.file_size() > fs::file_size(bundle))) bundle = file.path();
  const std::string was = read(bundle);
  std::string changed = was;
  changed[100] = static_cast<char>(changed[100] ^ 1);
  const std::vector<std::pair<std::string, int>> cases{{changed, 5}, {was.substr(1), 5}, {was + "x", 5}, {was, 0}};
  for (const auto& [content, status] : cases) {
    std::ofstream(bundle, std::ios::binary | std::ios::trunc) << content;
    EXPECT_EQ(verify({copy}).status, status) << content.size();
    EXPECT_EQ(other_verify("log --log-key " + w.key + " " + copy.string()), status);
  }
  fs::remove(bundle);
  EXPECT_EQ(verify({copy}).status, 6);
  EXPECT_EQ(verify({w.folder.path / "nowhere"}).status, 6);
}

TEST(LogCommand, RefusesTheLogOfAnotherAgencyAndAnotherKey) {
  const auto& w = written();
  ASSERT_EQ(demo().as("prosecutor", {"log", "flush"}).status, 0);
  const auto other = verify({demo().home("prosecutor") / "log"});
  EXPECT_EQ(other.status, 5);
  EXPECT_THAT(other.err, HasSubstr("EX4105"));
  EXPECT_EQ(run({"log", "verify", "--log", w.log, "--log-key", "no key"}).status, 2);
  EXPECT_EQ(run({"log", "verify", "--log", w.log}).status, 4) << "without a home, whose key?";
}

TEST(LogCommand, RemembersWhatItSawAndRefusesALogThatIsOlder) {
  const auto& s = spare();
  const Folder folder;
  ASSERT_EQ(s.as("treatment", {"log", "flush"}).status, 0);
  std::string key = s.as("treatment", {"log", "status", "--field", "log_key"}).out;
  key.pop_back();
  const auto old = folder.path / "old";
  ASSERT_EQ(s.as("treatment", {"log", "export", old}).status, 0);
  const std::string seen = folder.path / "seen";
  const auto check = [&](const fs::path& log) {
    return run({"log", "verify", "--log", log, "--log-key", key, "--seen", seen});
  };
  EXPECT_EQ(check(old).status, 0);
  ASSERT_EQ(s.as("treatment", {"log", "flush"}).status, 0);
  const auto now = check(s.home("treatment") / "log");
  EXPECT_EQ(now.status, 0) << now.err;
  EXPECT_THAT(now.out, HasSubstr("what was seen of it before is unchanged"));
  const auto back = check(old);
  EXPECT_EQ(back.status, 5);
  EXPECT_THAT(back.err, HasSubstr("EX4122"));
}

TEST(LogCommand, IsMadeOnceAndSaysWhatItWouldDo) {
  const auto& d = demo();
  const auto first = d.as("public-defender", {"log", "init"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("/public-defender"));
  EXPECT_EQ(d.as("public-defender", {"log", "init"}).out, first.out);
  EXPECT_EQ(d.as("public-defender", {"log", "init", "--newest"}).status, 2) << "nothing was restored";
  const auto preview = d.as("public-defender", {"log", "flush", "--dry-run"});
  EXPECT_EQ(preview.status, 0) << preview.err;
  const auto log = d.home("public-defender") / "log";
  const std::string before = read(log / "checkpoint");
  EXPECT_EQ(d.as("public-defender", {"log", "flush", "--dry-run"}).status, 0);
  EXPECT_EQ(read(log / "checkpoint"), before);
  fs::rename(log, d.home("public-defender") / "away");
  EXPECT_EQ(d.as("public-defender", {"log", "export", "nowhere"}).status, 6) << "there is none";
  EXPECT_EQ(d.as("public-defender", {"log", "submit"}).status, 5) << "and nothing to sign";
  fs::rename(d.home("public-defender") / "away", log);
}

TEST(LogCommand, FollowsALogAndStopsWhereItIsNoLongerTheSame) {
  const auto& w = written();
  const Folder folder;
  const auto copy = folder.path / "copy";
  fs::copy(w.log, copy, fs::copy_options::recursive);
  const auto seen = folder.path / "seen";
  const std::vector<std::string> words = {"log",   "follow", "--log",   copy, "--log-key", w.key,
                                          "--seen", seen,     "--count", "1",  "--every",   "1"};
  const auto first = run(words);
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("entries, cosigned by 0 witnesses"));
  EXPECT_EQ(read(seen), read(copy / "checkpoint"));
  // What is new is checked: the log as it was half as large, and then as it is.
  const auto flushed = demo().as("treatment", {"log", "flush", "--json"});
  ASSERT_EQ(flushed.status, 0) << flushed.err;
  const auto exported = folder.path / "exported";
  ASSERT_EQ(demo().as("treatment", {"log", "export", exported}).status, 0);
  auto grown = words;
  grown[3] = exported;
  grown.push_back("--json");
  const auto second = run(grown);
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_EQ(json::parse(second.out)["grown"], 32);
  // A home holds it against what proofs and notes have shown it.
  const auto by_reader = demo().as("case-management", {"log", "follow", "--log", exported, "--log-key", w.key, "--count", "1", "--json"});
  EXPECT_EQ(by_reader.status, 0) << by_reader.err;
  EXPECT_GE(json::parse(by_reader.out)["shown"].get<int>(), 1);
  EXPECT_FALSE(json::parse(second.out).contains("shown")) << "no home, nothing shown";
  // An older copy is behind what was seen.
  const auto behind = run(words);
  EXPECT_EQ(behind.status, 5);
  EXPECT_THAT(behind.err, HasSubstr("EX4122"));
  // A new entry that is another one.
  fs::path bundle;  // the newest: those that it has grown out of are still there
  for (const auto& file : fs::recursive_directory_iterator(exported / "tile" / "entries"))
    if (file.is_regular_file() && (bundle.empty() || file.file_size() > fs::file_size(bundle))) bundle = file.path();
  std::string changed = read(bundle);
  changed.back() = static_cast<char>(changed.back() ^ 1);
  std::ofstream(bundle, std::ios::binary | std::ios::trunc) << changed;
  fs::copy_file(copy / "checkpoint", seen, fs::copy_options::overwrite_existing);
  const auto other = run(grown);
  EXPECT_EQ(other.status, 5);
  EXPECT_THAT(other.out, HasSubstr("EX4113")) << "an error is JSON too";
  EXPECT_EQ(run({"log", "follow", "--log", copy, "--log-key", w.key, "--every", "0"}).status, 2);
}

TEST(LogCommand, FollowingALogThatShowsAnotherHistoryRaisesAnAlarmWhoseEvidenceConvinces) {
  // The whole demo once more, and one home twice: its log goes on in two ways from one state.
  const Folder folder;
  const Demo d{folder.path / "d", {}};
  fs::copy(demo().folder, d.folder, fs::copy_options::recursive);
  const auto other = folder.path / "other";
  fs::copy(d.home("prosecutor"), other, fs::copy_options::recursive);
  With unlocked;
  unlocked.env["EXCHANGE_PASSPHRASE_FILE"] = (d.folder / "prosecutor.passphrase").string();
  EXPECT_EQ(run({"log", "flush", "--home", other}, unlocked).status, 1) << "a copy is told by itself";
  // Whoever forks a log on purpose says that each copy is the only one.
  std::vector<std::string> moved = {"doctor", "--reconcile", "--moved", "--yes"};
  for (const auto* who : {"prosecutor", "police-liaison"}) EXPECT_EQ(d.as(who, moved).status, 0) << who;
  moved.insert(moved.end(), {"--home", other});
  EXPECT_EQ(run(moved, unlocked).status, 0);
  std::string key = d.as("prosecutor", {"log", "status", "--field", "log_key"}).out;
  key.pop_back();

  // One history is what a note's proof shows its reader, under the witnesses' signatures.
  With event;
  event.input = R"({"court": "Municipal Court"})";
  const auto sealed = d.as("prosecutor", {"seal", "--type", "court.event", "--grant", court_grant(d.as("prosecutor", {"grants", "--json"}).out),
                                          "--purpose", "COURT", "--to", "police-liaison"}, event);
  ASSERT_EQ(sealed.status, 0) << sealed.err;
  ASSERT_EQ(d.as("prosecutor", {"log", "flush"}).status, 0);
  EXPECT_EQ(cosigned(d, "prosecutor"), 6);
  ASSERT_EQ(run({"outbox", "send", "--to", "police-liaison", "--into", d.home("police-liaison") / "spool/in", "--home", d.home("prosecutor")}).status, 0);
  ASSERT_EQ(d.as("police-liaison", {"inbox", "process"}).status, 0);
  const auto follow = [&](const fs::path& home) {
    return d.as("police-liaison", {"log", "follow", "--log", home / "log", "--log-key", key, "--count", "1", "--json"});
  };
  const auto same = follow(d.home("prosecutor"));
  EXPECT_EQ(same.status, 0) << same.out << same.err;
  EXPECT_GE(json::parse(same.out)["shown"].get<int>(), 1);

  // The other is what the log's folder holds.
  const auto flushed = run({"log", "flush", "--home", other}, unlocked);
  ASSERT_EQ(flushed.status, 0) << flushed.err;
  const auto forked = follow(other);
  EXPECT_EQ(forked.status, 5);
  EXPECT_THAT(forked.out, HasSubstr("EX4110"));
  EXPECT_THAT(d.as("police-liaison", {"log", "status"}).out, HasSubstr("ALARM    two histories of others' logs: 1"));

  const auto alarms = folder.path / "alarms";
  ASSERT_EQ(d.as("police-liaison", {"log", "export", alarms, "--alarms"}).status, 0);
  ASSERT_EQ(names(alarms).size(), 1u);
  const auto evidence = alarms / names(alarms).front();
  EXPECT_EQ(run({"log", "check-evidence", evidence, "--log-key", key}).status, 0);
  EXPECT_EQ(other_verify("evidence --log-key " + key + " " + evidence.string()), 0);
}

}  // namespace
}  // namespace xch::cli
