// Quarantine: what is refused for good is recorded with its id, moved aside, never lost, put back or thrown away, whatever
// moment the process ends at. Processes are killed for real.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

struct Quarantine : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);

  session::Session& clinic() { return (*world)["clinic"]; }
  fs::path in(const std::string& folder) const { return world->home("clinic") / "spool" / "in" / folder; }
  void put(const std::string& file, ByteView bytes) const { must(write_file_atomically(in("new") / file, bytes), "file"); }
  static ByteView junk() { return ByteView(std::string_view("this is no exchange file")); }

  Bytes envelope_to_clinic() {
    for (const auto& e : must((*world)["harbor"].seal(request(grant)), "seal").envelopes)
      if (e.to == world->party("clinic").id) return e.envelope;
    return {};
  }
  static Bytes bent(Bytes envelope) {
    envelope[envelope.size() / 2] ^= 1;
    return envelope;
  }
  /// Every place where a file of that name is: exactly one, as long as nobody threw it away.
  std::vector<std::string> places(const std::string& file) const {
    std::vector<std::string> out;
    for (const char* folder : {"new", "cur", "quarantine"})
      if (fs::exists(in(folder) / file)) out.emplace_back(folder);
    return out;
  }
  std::vector<std::string> only(const char* folder) const { return {folder}; }
  std::size_t events(const std::string& part) {
    std::size_t n = 0;
    for (const auto& row : must(clinic().journal(0, 100000), "journal")) n += row.detail_json.find(part) != std::string::npos ? 1 : 0;
    return n;
  }
  std::string listed_as(const std::string& file) {
    for (const auto& row : must(clinic().quarantined(), "quarantine"))
      if (row.file == file) return row.error_id;
    return "not listed";
  }

  /// Runs `body` in a child that dies where the library logs `event`: after the record, before the move.
  template <class Body>
  void die_at(const std::string& event, Body body) {
    for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
    const pid_t child = ::fork();
    if (child == 0) {
      world->on_log = [event](const std::string& line) {
        if (line.find("\"event\":\"" + event + "\"") != std::string::npos) ::kill(::getpid(), SIGKILL);
      };
      body(clinic());
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it did not come to " << event;
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
  }
};

TEST_F(Quarantine, ListsEachFileWithTheIdOfWhatWasWrong) {
  put("junk.lxo", junk());
  put("roster.lxr", junk());
  must(clinic().process_inbox(), "inbox");
  const auto rows = must(clinic().quarantined(), "quarantine");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].file, "junk.lxo");
  EXPECT_EQ(rows[0].error_id, "EX3502");
  EXPECT_EQ(rows[0].since, world->now());
  EXPECT_EQ(rows[0].bytes, junk().size());
  EXPECT_EQ(rows[1].error_id, "EX6201");
  EXPECT_EQ(events("\"id\":\"EX6201\""), 1u);
}

TEST_F(Quarantine, ListsANoteThatDidNotOpen) {
  put("bent.lxe", bent(envelope_to_clinic()));
  must(clinic().process_inbox(), "inbox");
  EXPECT_TRUE(refuses(open_waiting(clinic()), Code::open_outer));
  EXPECT_EQ(listed_as("bent.lxe"), "EX3105");
  EXPECT_EQ(must(clinic().quarantined(), "quarantine").front().what, "note");
}

TEST_F(Quarantine, ListsWhatAHandPutThereWithoutAnId) {
  std::ofstream(in("quarantine") / "by-hand") << "x";
  EXPECT_EQ(listed_as("by-hand"), "");
}

TEST_F(Quarantine, PutsANoteBackAndItOpensOnceItCan) {
  const Bytes envelope = envelope_to_clinic();
  put("note.lxe", bent(envelope));
  must(clinic().process_inbox(), "inbox");
  EXPECT_TRUE(refuses(open_waiting(clinic()), Code::open_outer));
  // The courier's copy was damaged; the whole one takes its place in quarantine, by hand.
  must(write_file_atomically(in("quarantine") / "note.lxe", envelope), "file");
  ASSERT_TRUE(passes(clinic().retry_quarantined("note.lxe")));
  EXPECT_EQ(places("note.lxe"), only("new"));
  must(clinic().process_inbox(), "inbox");
  const auto opened = open_waiting(clinic());
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(value_of(opened->notes.front(), "nextStep"), kCanaryText);
  EXPECT_EQ(events("\"what\":\"put-back\""), 1u);
  EXPECT_TRUE(must(clinic().quarantined(), "quarantine").empty());
}

TEST_F(Quarantine, JudgesWhatWasPutBackAgain) {
  put("bent.lxe", bent(envelope_to_clinic()));
  must(clinic().process_inbox(), "inbox");
  EXPECT_TRUE(refuses(open_waiting(clinic()), Code::open_outer));
  ASSERT_TRUE(passes(clinic().retry_quarantined("bent.lxe")));
  must(clinic().process_inbox(), "inbox");
  EXPECT_EQ(clinic().notes_waiting()->size(), 1u);
  EXPECT_TRUE(refuses(open_waiting(clinic()), Code::open_outer));
  EXPECT_EQ(listed_as("bent.lxe"), "EX3105");
  EXPECT_EQ(places("bent.lxe"), only("quarantine"));
}

TEST_F(Quarantine, ThrowsAwayAndTheJournalSaysWhat) {
  put("junk.lxo", junk());
  must(clinic().process_inbox(), "inbox");
  ASSERT_TRUE(passes(clinic().drop_quarantined("junk.lxo")));
  EXPECT_TRUE(places("junk.lxo").empty());
  EXPECT_EQ(events("\"what\":\"thrown-away\",\"id\":\"EX3502\""), 1u);
  EXPECT_TRUE(refuses(clinic().drop_quarantined("junk.lxo"), Code::not_found));
  EXPECT_TRUE(refuses(clinic().retry_quarantined("junk.lxo"), Code::not_found));
  EXPECT_TRUE(refuses(clinic().drop_quarantined("../new/junk"), Code::not_found));
}

// ---- nothing is moved over anything --------------------------------------------------------------------------------

TEST_F(Quarantine, KeepsTwoDifferentFilesOfOneName) {
  put("same.lxo", junk());
  must(clinic().process_inbox(), "inbox");
  put("same.lxo", ByteView(std::string_view("another file of that name")));
  must(clinic().process_inbox(), "inbox");
  const auto rows = must(clinic().quarantined(), "quarantine");
  ASSERT_EQ(rows.size(), 2u);
  const auto other = rows[0].file == "same.lxo" ? rows[1].file : rows[0].file;
  EXPECT_EQ(fs::path(other).extension(), ".lxo");
  EXPECT_EQ(must(read_file(in("quarantine") / "same.lxo", 1000), "file"), junk().copy());
  EXPECT_EQ(must(read_file(in("quarantine") / other, 1000), "file"), ByteView(std::string_view("another file of that name")).copy());
}

TEST_F(Quarantine, KeepsAWaitingNoteWhenAnotherOneOfItsNameComes) {
  const Bytes one = envelope_to_clinic(), two = envelope_to_clinic();
  put("same.lxe", one);
  must(clinic().process_inbox(), "inbox");
  put("same.lxe", two);
  must(clinic().process_inbox(), "inbox");
  const auto waiting = must(clinic().notes_waiting(), "waiting");
  ASSERT_EQ(waiting.size(), 2u);
  for (const auto& file : waiting) EXPECT_TRUE(passes(clinic().open_envelope(must(clinic().read_spooled(file), "file"))));
}

TEST_F(Quarantine, TakesTheSameFileTwiceForOne) {
  put("junk.lxr", junk());
  must(clinic().process_inbox(), "inbox");
  put("junk.lxr", junk());
  must(clinic().process_inbox(), "inbox");
  EXPECT_EQ(must(clinic().quarantined(), "quarantine").size(), 1u);
  EXPECT_EQ(places("junk.lxr"), only("quarantine"));
  EXPECT_EQ(events("\"id\":\"EX6201\""), 1u);
}

TEST_F(Quarantine, PutsBackBesideANewFileOfThatName) {
  put("same.lxo", junk());
  must(clinic().process_inbox(), "inbox");
  put("same.lxo", ByteView(std::string_view("just come")));
  ASSERT_TRUE(passes(clinic().retry_quarantined("same.lxo")));
  EXPECT_EQ(must(read_file(in("new") / "same.lxo", 1000), "file"), ByteView(std::string_view("just come")).copy());
  EXPECT_EQ(std::distance(fs::directory_iterator(in("new")), fs::directory_iterator()), 2);
}

// ---- a process that ends in between --------------------------------------------------------------------------------

TEST_F(Quarantine, AKillBetweenRecordAndMoveLosesNothing) {
  put("junk.lxr", junk());
  die_at("quarantined", [](session::Session& session) { (void)session.process_inbox(); });
  EXPECT_EQ(places("junk.lxr"), only("new"));
  EXPECT_EQ(events("\"id\":\"EX6201\""), 1u);
  must(clinic().process_inbox(), "inbox");
  EXPECT_EQ(places("junk.lxr"), only("quarantine"));
  EXPECT_EQ(listed_as("junk.lxr"), "EX6201");
  EXPECT_EQ(events("\"id\":\"EX6201\""), 1u);  // recorded once
}

TEST_F(Quarantine, AKillBetweenTheDecisionToPutBackAndTheMoveIsMadeGood) {
  put("junk.lxr", junk());
  must(clinic().process_inbox(), "inbox");
  die_at("quarantine-retry", [](session::Session& session) { (void)session.retry_quarantined("junk.lxr"); });
  EXPECT_EQ(places("junk.lxr"), only("quarantine"));
  must(clinic().process_inbox(), "inbox");  // puts it back, judges it, and sets it aside again
  EXPECT_EQ(places("junk.lxr"), only("quarantine"));
  EXPECT_EQ(listed_as("junk.lxr"), "EX6201");
  EXPECT_EQ(events("\"id\":\"EX6201\",\"hour\"") + events("\"what\":\"put-back\""), 1u);
  EXPECT_EQ(events("\"code\":\"roster_malformed\""), 2u);
}

TEST_F(Quarantine, AKillBetweenTheDecisionToThrowAwayAndTheRemovalIsMadeGood) {
  put("junk.lxr", junk());
  must(clinic().process_inbox(), "inbox");
  die_at("quarantine-drop", [](session::Session& session) { (void)session.drop_quarantined("junk.lxr"); });
  EXPECT_EQ(places("junk.lxr"), only("quarantine"));
  EXPECT_EQ(events("\"what\":\"thrown-away\""), 1u);
  must(clinic().process_inbox(), "inbox");
  EXPECT_TRUE(places("junk.lxr").empty());
  EXPECT_EQ(events("\"what\":\"thrown-away\""), 1u);
}

TEST_F(Quarantine, AKillAfterARefusedOpenIsRecordedIsMadeGood) {
  put("bent.lxe", bent(envelope_to_clinic()));
  must(clinic().process_inbox(), "inbox");
  for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
  // The move cannot happen: the folder is away, as after a kill right before it.
  fs::rename(in("quarantine"), in("elsewhere"));
  EXPECT_TRUE(refuses(open_waiting(clinic()), Code::open_outer));
  EXPECT_EQ(places("bent.lxe"), only("cur"));
  fs::rename(in("elsewhere"), in("quarantine"));
  must(clinic().process_inbox(), "inbox");
  EXPECT_EQ(places("bent.lxe"), only("quarantine"));
  EXPECT_EQ(listed_as("bent.lxe"), "EX3105");
}

TEST_F(Quarantine, KillsAtAnyMomentLeaveEveryFileInExactlyOnePlace) {
  constexpr int kFiles = 12;
  for (const auto* name : {"office", "harbor", "clinic", "defender", "patrol"}) world->close(name);
  std::size_t killed = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kFiles; ++i) put("r" + std::to_string(round) + "-" + std::to_string(i) + ".lxr", junk());
    const pid_t child = ::fork();
    if (child == 0) {
      (void)clinic().process_inbox();
      for (const auto& row : must(clinic().quarantined(), "list")) (void)clinic().retry_quarantined(row.file);
      (void)clinic().process_inbox();
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(20000 + round * 9000));
    killed += ::kill(child, SIGKILL) == 0 ? 1 : 0;
    int status = 0;
    ::waitpid(child, &status, 0);
    for (int i = 0; i < kFiles; ++i) {
      const std::string file = "r" + std::to_string(round) + "-" + std::to_string(i) + ".lxr";
      EXPECT_EQ(places(file).size(), 1u) << file;
    }
  }
  EXPECT_EQ(killed, 10u);
  must(clinic().process_inbox(), "inbox");
  EXPECT_EQ(must(clinic().quarantined(), "quarantine").size(), 10u * kFiles);
  for (const auto& row : must(clinic().quarantined(), "quarantine")) EXPECT_EQ(row.error_id, "EX6201") << row.file;
}

// ---- two at once ---------------------------------------------------------------------------------------------------

TEST_F(Quarantine, TheSecondToProcessAnInboxWaitsAndThenSaysSo) {
  const auto turn = must(FileLock::take(world->home("clinic") / "spool" / ".lock"), "lock");
  put("junk.lxr", junk());
  EXPECT_TRUE(refuses(clinic().process_inbox(), Code::store_busy));
  EXPECT_EQ(places("junk.lxr"), only("new"));
}

// ---- taken over ----------------------------------------------------------------------------------------------------

TEST_F(Quarantine, AnOpenedNoteIsTakenOverAndItsFileGoes) {
  put("note.lxe", envelope_to_clinic());
  must(clinic().process_inbox(), "inbox");
  EXPECT_TRUE(refuses(clinic().take_over("note.lxe"), Code::spool_unopened));
  EXPECT_EQ(places("note.lxe"), only("cur"));
  ASSERT_TRUE(passes(open_waiting(clinic())));
  ASSERT_TRUE(passes(clinic().take_over("note.lxe")));
  EXPECT_TRUE(places("note.lxe").empty());
  EXPECT_EQ(events("\"what\":\"taken-over\""), 1u);
  EXPECT_TRUE(refuses(clinic().take_over("note.lxe"), Code::not_found));
  EXPECT_TRUE(refuses(clinic().take_over("nothing.lxe"), Code::not_found));
}

// What is asked of the inbox goes by the files that are there, not by all that ever came; a home from before there was a
// list of files is read whole until it writes the next envelope.
TEST_F(Quarantine, WhatWaitsIsKnownByItsFileInAHomeOfTodayAndInAnOlderOne) {
  const auto sql = [&](const char* text) {
    sqlite3* db = nullptr;
    std::string answer;
    const auto keep = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_open((world->home("clinic") / "store" / "exchange.db").c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, text, keep, &answer, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
    return answer;
  };
  const char* const with_files = "SELECT count(*) FROM rows WHERE space = 'received-file'";
  for (const std::string round : {"today", "older"}) {
    const std::string one = round + "-one.lxe", two = round + "-two.lxe", three = round + "-three.lxe";
    for (const auto& file : {one, two}) put(file, envelope_to_clinic());
    must(clinic().process_inbox(), "inbox");
    if (round == "older") {
      sql("DELETE FROM rows WHERE space = 'received-file' OR CAST(key AS TEXT) = 'received-files'");
      EXPECT_EQ(sql(with_files), "0");
    }
    EXPECT_EQ(must(clinic().notes_waiting()), (std::vector<std::string>{one, two}));
    for (const auto& file : {one, two}) must(clinic().open_envelope(must(clinic().read_spooled(file))), "open");
    EXPECT_EQ(sql(with_files), "2");
    EXPECT_TRUE(must(clinic().notes_waiting()).empty());
    ASSERT_TRUE(passes(clinic().take_over(one)));
    EXPECT_TRUE(refuses(clinic().take_over(one), Code::not_found));
    EXPECT_EQ(sql(with_files), "1");
    put(three, envelope_to_clinic());
    must(clinic().process_inbox(), "inbox");
    EXPECT_EQ(must(clinic().notes_waiting()), std::vector<std::string>{three});
    ASSERT_TRUE(passes(open_waiting(clinic())));
    for (const auto& file : {two, three}) ASSERT_TRUE(passes(clinic().take_over(file)));
    EXPECT_EQ(sql(with_files), "0");
  }
}

}  // namespace
}  // namespace xch::session_test
