#include "store/migrate.hpp"

#include <iterator>

namespace xch::store {
namespace {

/// kSteps[n] leads from version n to n + 1. A step that was released is never edited; changes are appended.
constexpr const char* kSteps[] = {
    // 1: rows and journal. AUTOINCREMENT: a seq is never used twice.
    R"(
CREATE TABLE rows (
  id INTEGER PRIMARY KEY,
  space TEXT NOT NULL,
  key BLOB NOT NULL,
  version INTEGER NOT NULL,
  value BLOB NOT NULL,
  UNIQUE (space, key)
) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  time INTEGER NOT NULL,
  actor BLOB NOT NULL CHECK (length(actor) = 32),
  object BLOB NOT NULL CHECK (length(object) = 32),
  detail BLOB NOT NULL
) STRICT;
PRAGMA application_id = 0x58434853;
PRAGMA user_version = 1;
)",
    // 2: consumers of the journal, and no way to rewrite it.
    R"(
ALTER TABLE journal ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER journal_keeps_its_lines BEFORE DELETE ON journal
BEGIN
  SELECT RAISE(ABORT, 'append-only');
END;
CREATE TRIGGER journal_keeps_its_words BEFORE UPDATE OF seq, kind, time, actor, object, detail ON journal
BEGIN
  SELECT RAISE(ABORT, 'append-only');
END;
PRAGMA user_version = 2;
)",
};
static_assert(std::size(kSteps) == kSchemaVersion, "one step per version");

Status check_origin(Database& database, std::uint64_t version) {
  XCH_ASSIGN(const std::uint64_t id, database.number("PRAGMA application_id", Doing::open));
  if (version != 0) return id == kApplicationId ? Status(Ok{}) : fail(Code::store_open);
  XCH_ASSIGN(const std::uint64_t tables, database.number("SELECT count(*) FROM sqlite_schema", Doing::open));
  return id == 0 && tables == 0 ? Status(Ok{}) : fail(Code::store_open);
}

/// version_of looks at the file before a table is touched.
Result<std::uint64_t> version_of(Database& database) {
  XCH_ASSIGN(const std::uint64_t version, database.number("PRAGMA user_version", Doing::open));
  XCH_TRY(check_origin(database, version));
  if (version > kSchemaVersion) return fail(Code::store_version);
  return version;
}

/// take_step runs inside the write lock, and looks again: another process may have gone ahead meanwhile.
Status take_step(Database& database, unsigned to) {
  XCH_ASSIGN(const std::uint64_t version, version_of(database));
  if (version >= to) return Ok{};
  return database.run(kSteps[version], Doing::write);
}

}  // namespace

Status migrate(Database& database, unsigned to) {
  for (;;) {
    XCH_ASSIGN(const std::uint64_t version, version_of(database));
    if (version >= to) return Ok{};
    XCH_TRY(database.run("BEGIN IMMEDIATE", Doing::write));
    Status done = take_step(database, to);
    if (done) done = database.run("COMMIT", Doing::write);
    if (done) continue;
    if (database.in_transaction()) static_cast<void>(database.run("ROLLBACK", Doing::write));
    return done;
  }
}

}  // namespace xch::store
