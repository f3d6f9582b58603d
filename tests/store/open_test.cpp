// Opening: modes, versions, what is not a store, what is damaged.
#include <sqlite3.h>
#include <sys/stat.h>

#include "store/migrate.hpp"
#include "store_fixture.hpp"

namespace xch::store {
namespace {

class Opening : public StoreTest {
 protected:
  /// Raw SQL on the closed file, as another program would.
  void sql(const char* text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, text, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  bool sql_refused(const char* text) const {
    sqlite3* db = nullptr;
    if (sqlite3_open(file().c_str(), &db) != SQLITE_OK) return false;
    const bool refused = sqlite3_exec(db, text, nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT;
    sqlite3_close(db);
    return refused;
  }
  void write_at(std::uintmax_t offset, std::size_t count, char byte) const {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(offset));
    for (std::size_t i = 0; i < count; ++i) out.put(byte);
  }
};

TEST_F(Opening, KeepsOthersOut) {
  const auto mode = [](const std::filesystem::path& p) {
    struct stat s {};
    EXPECT_EQ(::stat(p.c_str(), &s), 0) << p;
    return s.st_mode & 0777;
  };
  const auto store = open();
  put_one(*store, "s", "k", "v");
  EXPECT_EQ(mode(file()), 0600u);
  EXPECT_EQ(mode(file().parent_path()), 0700u);
  for (const char* suffix : {"-wal", "-shm"}) EXPECT_EQ(mode(file().string() + suffix), 0600u) << suffix;
  ::chmod(file().c_str(), 0644);
  const auto again = open(OpenMode::existing);
  EXPECT_EQ(mode(file()), 0600u) << "and tightens what was loosened";
}

TEST_F(Opening, MakesNothingUnlessAsked) {
  EXPECT_EQ(open_failure(), Code::store_open);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(Opening, RefusesALinkInTheFilesPlace) {
  open();
  std::filesystem::rename(file(), folder_ / "elsewhere");
  std::filesystem::create_symlink(folder_ / "elsewhere", file());
  EXPECT_EQ(open_failure(), Code::store_open);
}

TEST_F(Opening, RefusesAStoreOfANewerVersion) {
  open();
  sql("PRAGMA user_version = 3");
  EXPECT_EQ(open_failure(), Code::store_version);
}

TEST_F(Opening, RefusesADatabaseOfSomethingElse) {
  std::filesystem::create_directory(folder_ / "store");
  sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  EXPECT_EQ(open_failure(), Code::store_open);
  sql("PRAGMA user_version = 2");
  EXPECT_EQ(open_failure(), Code::store_open);
}

TEST_F(Opening, BringsAnOlderStoreForwardWithEverythingInIt) {
  // A file of version 1, as the library of that version left it.
  {
    std::filesystem::create_directory(folder_ / "store");
    std::ofstream(file()).flush();
    auto database = Database::open(file(), std::chrono::milliseconds(100));
    ASSERT_TRUE(database);
    ASSERT_TRUE(migrate(*database, kSchemaVersion - 1));
    EXPECT_EQ(*database->number("PRAGMA user_version", Doing::read), kSchemaVersion - 1);
  }
  sql("INSERT INTO rows (space, key, version, value) VALUES ('s', x'6b', 4, x'76');"
      "INSERT INTO journal (kind, time, actor, object, detail) VALUES (5, 7, zeroblob(32), zeroblob(32), x'7b7d')");
  const auto store = open(OpenMode::existing);
  EXPECT_EQ(value(*store, "s", "k"), "v");
  EXPECT_EQ((*store->get("s", bytes_of("k")))->version, 4u);
  const auto rows = store->journal(1, 10);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].kind, EventKind::sealed);
  EXPECT_EQ((*rows)[0].delivered, 0u);
}

TEST_F(Opening, LeavesTheOldVersionWhenAStepIsCutOff) {
  {
    std::filesystem::create_directory(folder_ / "store");
    std::ofstream(file()).flush();
    auto database = Database::open(file(), std::chrono::milliseconds(100));
    ASSERT_TRUE(database);
    ASSERT_TRUE(migrate(*database, kSchemaVersion - 1));
    // Something in the way of the last statement but one of step 2: the whole step fails.
    ASSERT_TRUE(database->run("CREATE TABLE journal_keeps_its_words (x)", Doing::write));
    ASSERT_TRUE(database->run("CREATE TRIGGER journal_keeps_its_words BEFORE DELETE ON rows BEGIN SELECT 1; END",
                              Doing::write));
    EXPECT_FALSE(migrate(*database));
    EXPECT_EQ(*database->number("PRAGMA user_version", Doing::read), kSchemaVersion - 1);
    EXPECT_EQ(*database->number("SELECT count(*) FROM pragma_table_info('journal') WHERE name = 'delivered'",
                                Doing::read),
              0u);
    ASSERT_TRUE(database->run("DROP TRIGGER journal_keeps_its_words; DROP TABLE journal_keeps_its_words", Doing::write));
  }
  EXPECT_TRUE(open(OpenMode::existing));
}

TEST_F(Opening, KeepsTheJournalAppendOnlyForEveryProgram) {
  {
    const auto store = open();
    auto t = store->begin();
    ASSERT_TRUE(t && t->append(event(EventKind::sealed, 1)) && t->commit());
  }
  EXPECT_TRUE(sql_refused("DELETE FROM journal"));
  for (const char* column : {"seq", "kind", "time", "actor", "object", "detail"})
    EXPECT_TRUE(sql_refused(("UPDATE journal SET " + std::string(column) + " = " + column).c_str())) << column;
  EXPECT_EQ(open(OpenMode::existing)->journal(0, 10)->size(), 1u);
}

TEST_F(Opening, RefusesADamagedFile) {
  {
    const auto store = open();
    auto t = store->begin();
    ASSERT_TRUE(t);
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(t->put("s", bytes_of("key " + std::to_string(i)), Bytes(300, 7)));
    ASSERT_TRUE(t->commit());
    ASSERT_TRUE(store->scrub());
    EXPECT_TRUE(store->check());
  }
  const auto good = read_file(file(), 1u << 24);
  ASSERT_TRUE(good);
  const auto restore = [&] { ASSERT_TRUE(write_file_atomically(file(), *good)); };
  write_at(0, 16, 'x');
  EXPECT_EQ(open_failure(), Code::store_damaged) << "header";
  restore();
  // Pages of 4096 bytes, most of them leaves of `rows`: garbage over the start of each page of the second half.
  for (std::uintmax_t at = good->size() / 2 / 4096 * 4096; at < good->size(); at += 4096) write_at(at, 64, '\x7f');
  EXPECT_EQ(open_failure(), Code::store_damaged) << "pages";
  restore();
  std::filesystem::resize_file(file(), good->size() / 2 / 4096 * 4096);
  EXPECT_EQ(open_failure(), Code::store_damaged) << "cut";
  restore();
  EXPECT_TRUE(open(OpenMode::existing));
}

}  // namespace
}  // namespace xch::store
