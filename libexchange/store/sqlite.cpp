#include "store/sqlite.hpp"

#include <cerrno>
#include <string>

namespace xch::store {
namespace {

/// no_room asks the files themselves why they failed: SQLite says "full" for ENOSPC alone, and a quota or a file size
/// limit come as plain I/O errors.
bool no_room(sqlite3* db) {
  const auto is = [](int e) { return e == ENOSPC || e == EDQUOT || e == EFBIG; };
  int of_database = 0, of_log = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &of_database);
  sqlite3_file* log = nullptr;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != nullptr && log->pMethods != nullptr) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
  return is(of_database) || is(of_log) || is(sqlite3_system_errno(db));
}

/// error_of gives our code for a result of SQLite. Its own text may quote content and is dropped.
Error error_of(sqlite3* db, int result, Doing doing) {
  switch (result & 0xff) {  // the primary code
    case SQLITE_FULL:
      return Error(Code::store_full);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Code::store_busy);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(Code::store_damaged);
    case SQLITE_NOMEM:
      return Error(Code::out_of_memory);
    default:
      break;
  }
  if ((result & 0xff) == SQLITE_IOERR && doing != Doing::read && no_room(db)) return Error(Code::store_full);
  if (doing == Doing::open) return Error(Code::store_open);
  return Error(doing == Doing::read ? Code::store_read : Code::store_write);
}

}  // namespace

// ---- Query ---------------------------------------------------------------------------------------------------------

Query::~Query() {
  if (statement_ == nullptr) return;  // it could not be prepared
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Status Query::prepared() const {
  if (result_ != SQLITE_OK) return fail(error_of(db_, result_, doing_));
  return Ok{};
}

Query& Query::bind(std::string_view text) {
  if (result_ == SQLITE_OK)
    result_ = sqlite3_bind_text64(statement_, next_++, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Query& Query::bind(ByteView blob) {
  // An empty blob, not NULL, for a view without an address.
  static constexpr std::uint8_t kNothing = 0;
  const void* const data = blob.data() != nullptr ? blob.data() : &kNothing;
  if (result_ == SQLITE_OK) result_ = sqlite3_bind_blob64(statement_, next_++, data, blob.size(), SQLITE_STATIC);
  return *this;
}

Query& Query::bind(std::uint64_t number) {
  if (result_ == SQLITE_OK) result_ = sqlite3_bind_int64(statement_, next_++, static_cast<sqlite3_int64>(number));
  return *this;
}

Result<bool> Query::step() {
  if (result_ != SQLITE_OK) return fail(error_of(db_, result_, doing_));
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return fail(error_of(db_, result, doing_));
}

Status Query::run() {
  XCH_TRY(step());
  return Ok{};
}

std::uint64_t Query::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

Bytes Query::blob(int column) const {
  const auto* const data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return size == 0 ? Bytes{} : Bytes(data, data + size);
}

// ---- Database ------------------------------------------------------------------------------------------------------

Result<Database> Database::open(const std::filesystem::path& file, std::chrono::milliseconds busy_wait) {
  sqlite3* db = nullptr;
  // NOMUTEX: the store's own lock keeps calls apart.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  const int result = sqlite3_open_v2(file.c_str(), &db, kFlags, nullptr);
  Database database(db);  // closes also what failed to open
  if (result != SQLITE_OK) return fail(error_of(db, result, Doing::open));
  database.set_busy_wait(busy_wait);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Database::~Database() {
  for (const auto& entry : statements_) sqlite3_finalize(entry.second);
  sqlite3_close_v2(db_);
}

Database::Database(Database&& other) noexcept : db_(other.db_), statements_(std::move(other.statements_)) {
  other.db_ = nullptr;
  other.statements_.clear();
}

Query Database::query(const char* sql, Doing doing) {
  auto& statement = statements_[sql];
  int result = SQLITE_OK;
  if (statement == nullptr)
    result = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  return Query(db_, statement, result, doing);
}

Status Database::run(const char* sql, Doing doing) {
  const int result = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return fail(error_of(db_, result, doing));
  return Ok{};
}

Result<std::uint64_t> Database::number(const char* sql, Doing doing) {
  Query q = query(sql, doing);
  XCH_ASSIGN(const bool found, q.step());
  if (!found) return fail(Code::store_damaged);
  return q.number(0);
}

Result<std::string> Database::text(const char* sql, Doing doing) {
  Query q = query(sql, doing);
  XCH_ASSIGN(const bool found, q.step());
  if (!found) return fail(Code::store_damaged);
  const Bytes bytes = q.blob(0);
  return std::string(bytes.begin(), bytes.end());
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

std::uint64_t Database::last_row() const { return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_)); }

void Database::set_busy_wait(std::chrono::milliseconds wait) {
  sqlite3_busy_timeout(db_, static_cast<int>(wait.count()));
}

Status Database::checkpoint() {
  const int result = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (result != SQLITE_OK) return fail(error_of(db_, result, Doing::write));
  return Ok{};
}

}  // namespace xch::store
