// A thin owner of SQLite: a connection, its prepared statements, and the one place where result codes become ours.
// Internal to store/.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace xch::store {

/// Doing says what a failing call was for: SQLite's code alone does not tell a full disk at opening from one at reading.
enum class Doing { open, read, write };

/// Query is one run of a prepared statement: bind in order, step, read columns. What is bound must outlive it. Reset
/// when dropped.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement, int prepared, Doing doing)
      : db_(db), statement_(statement), result_(prepared), doing_(doing) {}
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// prepared says whether there is a statement to run.
  Status prepared() const;
  Query& bind(std::string_view text);
  Query& bind(ByteView blob);
  Query& bind(std::uint64_t number);

  /// step is true when there is a row to read.
  Result<bool> step();
  /// run steps a statement that gives no rows.
  Status run();

  std::uint64_t number(int column) const;
  Bytes blob(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int result_;
  Doing doing_;
  int next_ = 1;
};

/// Database is one connection.
class Database {
 public:
  static Result<Database> open(const std::filesystem::path& file, std::chrono::milliseconds busy_wait);
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;

  /// query prepares `sql` once and keeps it; `sql` is a literal.
  Query query(const char* sql, Doing doing);
  /// run executes one or more statements that give nothing back.
  Status run(const char* sql, Doing doing);
  /// pragma gives the first column of the first row as a number, or as text.
  Result<std::uint64_t> number(const char* sql, Doing doing);
  Result<std::string> text(const char* sql, Doing doing);

  bool in_transaction() const;
  std::uint64_t last_row() const;
  void set_busy_wait(std::chrono::milliseconds wait);
  Status checkpoint();

 private:
  explicit Database(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  std::map<const char*, sqlite3_stmt*> statements_;
};

/// State is what Store, Transaction and Reads share.
struct State {
  explicit State(Database d) : database(std::move(d)) {}
  Database database;
  /// Recursive: the thread of a transaction may read the store meanwhile.
  std::recursive_mutex mutex;
  bool busy = false;                  // a transaction is open; guarded by mutex
  std::optional<Error> failed;        // the first failure in it
};

/// dooms notes the first failure of a transaction: it will not commit.
template <class R>
R dooms(State& state, R result) {
  if (!result && !state.failed) state.failed = result.error();
  return result;
}

}  // namespace xch::store
