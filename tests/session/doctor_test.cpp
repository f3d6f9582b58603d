// What doctor sees in an open home beyond what the program's tests show from outside (tests/cli/doctor_test.cpp).
#include <sqlite3.h>

#include "session/doctor.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

session::DoctorFinding finding_of(const std::vector<session::DoctorFinding>& findings, const std::string& check) {
  for (const auto& finding : findings)
    if (finding.check == check) return finding;
  ADD_FAILURE() << "no check " << check;
  return {};
}

/// Runs statements on a store as somebody with its file could.
void change(const fs::path& store, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(store.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  EXPECT_EQ(sqlite3_changes(db), 1);
  sqlite3_close(db);
}

TEST(Doctor, FindsOneChangedByteInAValueThatNothingElseReads) {
  const auto world = world_with_care();
  must((*world)["clinic"].new_nonce());
  EXPECT_TRUE(finding_of(must((*world)["clinic"].doctor()), "store").ok);
  change(world->home("clinic") / "store" / "exchange.db",
         "UPDATE rows SET value = CAST(substr(value, 1, length(value) - 1) || x'00' AS BLOB) "
         "WHERE rowid = (SELECT rowid FROM rows WHERE space = 'nonce')");
  const auto found = finding_of(must((*world)["clinic"].doctor()), "store");
  EXPECT_FALSE(found.ok);
  EXPECT_NE(found.text.find("EX5108"), std::string::npos) << found.text;
  EXPECT_NE(found.fix.find("exchange doctor --reconcile"), std::string::npos);
}

TEST(Doctor, FindsARowMovedUnderAnotherKey) {
  const auto world = world_with_care();
  must((*world)["clinic"].new_nonce());
  change(world->home("clinic") / "store" / "exchange.db", "UPDATE rows SET key = zeroblob(32) WHERE space = 'nonce'");
  EXPECT_FALSE(finding_of(must((*world)["clinic"].doctor()), "store").ok);
}

TEST(Doctor, FindsAClockBehindTheLastEvent) {
  const auto world = world_with_care();
  EXPECT_TRUE(finding_of(must((*world)["clinic"].doctor()), "clock").ok);
  world->advance(10 * kHour);  // the status list is good for 20
  must((*world)["harbor"].seal(request(must((*world)["harbor"].grants()).front().hash)));
  world->set_now(Timestamp{kNow.seconds});
  const auto found = finding_of(must((*world)["harbor"].doctor()), "clock");
  EXPECT_FALSE(found.ok);
  EXPECT_EQ(found.text, "the clock is 10 hours behind the last event of the journal");
}

TEST(Doctor, FindsTheNewestKeyMissingFromTheRoster) {
  const auto world = world_with_care();
  EXPECT_TRUE(finding_of(must((*world)["harbor"].doctor()), "encryption key").ok);
  must((*world)["harbor"].rotate_key(session::NewKey::encryption));
  const auto found = finding_of(must((*world)["harbor"].doctor()), "encryption key");
  EXPECT_FALSE(found.ok);
  EXPECT_NE(found.fix.find("exchange key export-public -o harbor.enrolment"), std::string::npos) << found.fix;
}

TEST(Doctor, ExaminesAHomeAndLeavesItAsItIs) {
  const auto world = world_with_care();
  world->close("clinic");
  const auto mark = world->home("clinic") / "mark";
  fs::rename(mark, world->folder() / "mark");
  const auto found = session::examine(world->home("clinic"), world->environment(), session::ClockOf::caller);
  EXPECT_FALSE(finding_of(found, "backup").ok);
  EXPECT_FALSE(fs::exists(mark));
  fs::rename(world->folder() / "mark", mark);
  EXPECT_TRUE(passes(session::Session::open(world->home("clinic"), world->environment())));
}

}  // namespace
}  // namespace xch::session_test
