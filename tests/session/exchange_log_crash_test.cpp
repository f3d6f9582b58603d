// A log whose writer was killed, whose disk was put back, or that several processes write: it goes on, or nothing is
// signed.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/file.hpp"
#include "log/faults.hpp"
#include "log/tiles.hpp"
#include "session/exchange_log.hpp"
#include "session/power.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;
namespace faults = log::faults;
using session::Session;

struct LogLife : ::testing::Test {
  World world;
  LogLife() { world.found(); }

  Session& office() { return world["office"]; }
  fs::path home() const { return world.home("office"); }
  void add_event(Session& session, std::uint8_t n) {
    Digest object;
    object.bytes.fill(n);
    must(session.authority_access().put_all({}, {{EventKind::status, object, "{\"what\":\"test\"}"}}), "event");
  }
  log::LogTrust trust() {
    const auto standing = must(office().exchange_log().standing(), "standing");
    return must(log::LogTrust::make(must(log::VerifierKey::parse(standing.verifier_key))), "trust");
  }
  log::Checkpoint checkpoint() {
    const auto text = must(log::LogFolder(home() / "log").checkpoint(), "checkpoint");
    return must(log::open_checkpoint(text, trust()), "open").checkpoint;
  }
  /// goes_on_from: the log of now begins with the log of then.
  void goes_on_from(const log::Checkpoint& then) {
    const auto now = checkpoint();
    ASSERT_GE(now.size, then.size);
    const log::LogFolder folder(home() / "log");
    log::TileSource tiles(folder, now.size);
    const auto proof = must(log::consistency_proof(tiles, then.size, now.size), "proof");
    EXPECT_TRUE(passes(log::check_consistency(then.size, now.size, then.root, now.root, proof)));
  }
  std::vector<session::LogRow> events() {
    const auto key = must(log::VerifierKey::parse(must(office().exchange_log().standing(), "standing").verifier_key));
    return must(office().exchange_log().read(home() / "log", key, std::nullopt), "read").rows;
  }
  void holds_the_journal() {
    const auto lines = must(office().journal(1, 100000), "journal");
    const auto rows = events();
    ASSERT_EQ(rows.size(), lines.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(rows[i].event.object, lines[i].object) << i;
      ASSERT_EQ(rows[i].event.time, lines[i].time) << i;
    }
  }
  template <class Body>
  pid_t start(Body body) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    body();
    ::_exit(0);
  }
  int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  void copy(const fs::path& from, const fs::path& to) { fs::copy(from, to, fs::copy_options::recursive); }
  fs::path kept(const std::string& name) const { return world.folder() / ("kept-" + name); }
  void keep(const std::string& name) {
    world.close("office");
    copy(home() / name, kept(name));
  }
  void put_back(const std::string& name) {
    world.close("office");
    fs::remove_all(home() / name);
    copy(kept(name), home() / name);
  }
  void reconcile() {
    auto restored = must(Session::open_restored(home(), world.environment()), "restored");
    must(restored->reconcile(), "reconcile");
    must(restored->new_mark(), "mark");
  }
};

TEST_F(LogLife, AKillAtAnyCallOfAFlushLeavesALogThatGoesOnAndLosesNothing) {
  must(office().exchange_log().flush(), "flush");
  int kills = 0;
  for (int at = 1;; ++at) {
    SCOPED_TRACE(at);
    add_event(office(), static_cast<std::uint8_t>(at));
    const auto before = checkpoint();
    world.close("office");
    const int status = wait_for(start([&] {
      Session& session = office();
      faults::arm(faults::Fault::kill, at, home() / "log" / "checkpoint", world.folder() / "seen");
      (void)session.exchange_log().flush();
      faults::disarm();
    }));
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0) break;  // there is no call of that number
    ASSERT_EQ(WEXITSTATUS(status), faults::kCrashed);
    ++kills;
    // The session opens as always: its store is not older than its log.
    must(office().exchange_log().flush(), "after the kill");
    goes_on_from(before);
    EXPECT_EQ(must(office().exchange_log().standing(), "standing").waiting, 0u);
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(kills, 40);
  holds_the_journal();
  EXPECT_FALSE(fs::exists(home() / "log" / ".writer" / "pending"));
}

/// The power fails at each call between three events and the end of a flush; the parent knows what was acknowledged.
TEST_F(LogLife, APowerCutLosesNothingThatWasAcknowledgedAndEveryRowReachesTheLog) {
  must(office().exchange_log().flush(), "flush");
  constexpr char kFlushed = 'f';
  int cuts = 0, partial = 0;
  for (int at = 1;; at += at < 12 ? 1 : 9) {
    SCOPED_TRACE(at);
    const auto before = checkpoint();
    const auto lines = must(office().journal(1, 100000), "journal").size();
    world.close("office");
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = start([&] {
      Session& session = office();
      power::fail_at(at, home() / "log" / "checkpoint", world.folder() / "seen");
      const auto acknowledge = [&](char what) { (void)::syscall(SYS_write, ends[1], &what, std::size_t{1}); };
      for (std::uint8_t n = 0; n < 3; ++n) {
        add_event(session, n);
        acknowledge('e');
      }
      if (session.exchange_log().flush()) acknowledge(kFlushed);
      power::hold();
    });
    ::close(ends[1]);
    std::string told;
    for (char what; ::read(ends[0], &what, 1) == 1;) told += what;
    ::close(ends[0]);
    const int status = wait_for(child);
    ASSERT_TRUE(WIFEXITED(status));
    const bool is_over = WEXITSTATUS(status) == 0;  // there is no call of that number
    ASSERT_TRUE(is_over || WEXITSTATUS(status) == faults::kCrashed);
    const auto events = static_cast<std::size_t>(std::count(told.begin(), told.end(), 'e'));
    const auto kept = must(office().journal(1, 100000), "journal after the cut").size();
    ASSERT_GE(kept, lines + events) << "what was acknowledged is there";
    ASSERT_LE(kept, lines + 3);
    partial += kept < lines + 3 ? 1 : 0;
    must(office().exchange_log().flush(), "after the cut");
    goes_on_from(before);
    EXPECT_TRUE(told.find(kFlushed) == std::string::npos || checkpoint().size >= before.size + 32);
    EXPECT_EQ(must(office().exchange_log().standing(), "standing").waiting, 0u);
    if (HasFatalFailure() || is_over) break;
    ++cuts;
    // No checkpoint that anybody may have seen is taken back.
    const auto seen = read_file(world.folder() / "seen", 1 << 16);
    ASSERT_TRUE(seen);
    if (!seen->empty()) goes_on_from(must(log::open_checkpoint(ByteView(*seen).text(), trust()), "seen").checkpoint);
  }
  EXPECT_GE(cuts, 20);
  EXPECT_GE(partial, 2) << "an event that nobody was told of may be lost, so that the cuts do cut";
  holds_the_journal();
}

TEST_F(LogLife, ACallThatFailsIsAnErrorAndTheEventsWait) {
  must(office().exchange_log().flush(), "flush");
  int failed = 0;
  for (int at = 1; at < 60; at += 3) {
    SCOPED_TRACE(at);
    add_event(office(), static_cast<std::uint8_t>(at));
    faults::arm(faults::Fault::error, at);
    const auto done = office().exchange_log().flush();
    faults::disarm();
    failed += done ? 0 : 1;
    must(office().exchange_log().flush(), "after it");
  }
  EXPECT_GE(failed, 8);
  holds_the_journal();
}

TEST_F(LogLife, SeveralProcessesWriteOneLog) {
  must(office().exchange_log().flush(), "flush");
  const auto before = checkpoint();
  world.close("office");
  std::vector<pid_t> children;
  for (std::uint8_t who = 0; who < 3; ++who)
    children.push_back(start([&, who] {
      Session& session = office();
      for (std::uint8_t i = 0; i < 4; ++i) {
        add_event(session, static_cast<std::uint8_t>(16 * who + i));
        if (!session.exchange_log().flush()) ::_exit(1);
      }
    }));
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(checkpoint().size, before.size + 12 * session::kLogBatch);
  goes_on_from(before);
  holds_the_journal();
}

TEST_F(LogLife, AFolderThatIsOlderThanItsStoreIsNotContinued) {
  must(office().exchange_log().flush(), "flush");
  keep("log");
  add_event(office(), 1);
  must(office().exchange_log().flush(), "flush");
  const auto newest = checkpoint();
  world.close("office");
  copy(home() / "log", kept("newest"));
  put_back("log");
  const auto stale = must(read_file(home() / "log" / "checkpoint", 10000));
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_behind));
  EXPECT_EQ(info(Code::log_behind).id, "EX4122");
  office().exchange_log().tend();
  EXPECT_EQ(must(read_file(home() / "log" / "checkpoint", 10000)), stale);
  fs::remove_all(home() / "log");
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_behind));
  EXPECT_FALSE(fs::exists(home() / "log"));
  copy(kept("newest"), home() / "log");
  must(office().exchange_log().flush(), "the newest is back");
  goes_on_from(newest);
  holds_the_journal();
}

TEST_F(LogLife, AStoreThatIsOlderThanItsLogIsRefusedAndThenGoesOn) {
  must(office().exchange_log().flush(), "flush");
  add_event(office(), 1);  // in the backup, and not in its log
  keep("store");
  add_event(office(), 2);  // lost with the store
  must(office().exchange_log().flush(), "flush");
  const auto newest = checkpoint();
  const auto logged = events().size();
  put_back("store");
  EXPECT_TRUE(refuses(Session::open(home(), world.environment()), Code::store_older));
  reconcile();
  must(office().exchange_log().flush(), "after reconciling");
  goes_on_from(newest);
  // What stood in the log already is not written again; what the journal says since, the reconciling too, is.
  EXPECT_EQ(events().size(), logged + 1);
  EXPECT_EQ(must(office().exchange_log().standing(), "standing").waiting, 0u);
  add_event(office(), 3);
  must(office().exchange_log().flush(), "and on");
  EXPECT_EQ(events().size(), logged + 2);
}

TEST_F(LogLife, ALogThatIsNewerThanStoreAndMarkTellsThatBothWerePutBack) {
  must(office().exchange_log().flush(), "flush");
  keep("store");
  const fs::path mark = fs::directory_iterator(home() / "mark")->path();
  const Bytes was = must(read_file(mark, 4096));
  add_event(office(), 1);
  must(office().exchange_log().flush(), "flush");
  const auto newest = checkpoint();
  put_back("store");
  // As an image of the disk brings it back: the very same file, with what it said then.
  const fs::path now = fs::directory_iterator(home() / "mark")->path();
  std::fstream file(now, std::ios::binary | std::ios::in | std::ios::out);
  file.write(reinterpret_cast<const char*>(was.data()), static_cast<std::streamsize>(was.size()));
  file.close();
  fs::rename(now, mark);
  EXPECT_TRUE(refuses(Session::open(home(), world.environment()), Code::store_older));
  auto restored = must(Session::open_restored(home(), world.environment()), "restored");
  EXPECT_TRUE(refuses(restored->stands(), Code::store_older));
  restored.reset();
  reconcile();
  must(office().exchange_log().flush(), "after reconciling");
  goes_on_from(newest);
}

TEST_F(LogLife, AHomeThatWasPutBackWithItsLogSignsNothingUntilSomebodySaysThatItIsTheNewest) {
  must(office().exchange_log().flush(), "flush");
  world.close("office");
  copy(home(), kept("home"));
  add_event(office(), 1);
  must(office().exchange_log().flush(), "what others may have seen");
  world.close("office");
  copy(home() / "log", kept("newest"));
  fs::remove_all(home());
  copy(kept("home"), home());
  EXPECT_TRUE(refuses(Session::open(home(), world.environment()), Code::store_copied));
  reconcile();
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_behind));
  EXPECT_TRUE(must(office().exchange_log().standing(), "standing").doubtful);
  // The newest copy of the log, from a web server or an auditor, ends the doubt. It lacks the writer's own folder.
  fs::remove_all(home() / "log");
  copy(kept("newest"), home() / "log");
  fs::remove_all(home() / "log" / ".writer");
  const auto newest = checkpoint();
  must(office().exchange_log().flush(), "with the newest log");
  goes_on_from(newest);
  EXPECT_FALSE(must(office().exchange_log().standing(), "standing").doubtful);
  // Where there is none, a person's word does.
  world.close("office");
  fs::remove_all(home());
  copy(kept("home"), home());
  reconcile();
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_behind));
  must(office().exchange_log().init(session::ExchangeLog::Init::is_newest), "newest");
  must(office().exchange_log().flush(), "flush");
  holds_the_journal();
}

TEST_F(LogLife, AFolderOfTheRightSizeAndAnotherRootIsAFork) {
  must(office().exchange_log().flush(), "flush");
  world.close("office");
  copy(home(), kept("home"));
  must(office().exchange_log().flush(), "one");
  world.close("office");
  fs::rename(home(), kept("first"));
  copy(kept("home"), home());
  reconcile();
  must(office().exchange_log().init(session::ExchangeLog::Init::is_newest), "newest");
  must(office().exchange_log().flush(), "the other");
  world.close("office");
  fs::remove_all(home() / "log");
  copy(kept("first") / "log", home() / "log");
  EXPECT_TRUE(refuses(office().exchange_log().flush(), Code::log_fork));
}

}  // namespace
}  // namespace xch::session_test
