#include "store/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/file.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace xch::store {
namespace {

constexpr std::uintmax_t kWholeCheck = 64u * 1024 * 1024;
constexpr const char* kRollback = "ROLLBACK";

/// ready_file makes or finds the file and keeps others out of it. SQLite gives its other files the same mode.
Status ready_file(const std::filesystem::path& file, OpenMode mode) {
  if (mode == OpenMode::create && file.has_parent_path()) XCH_TRY(make_folder(file.parent_path()));
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (mode == OpenMode::create ? O_CREAT : 0);
  const int fd = ::open(file.c_str(), flags, 0600);
  if (fd < 0) return fail(errno == ENOSPC || errno == EDQUOT ? Code::store_full : Code::store_open);
  struct stat status {};
  const bool good = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
                    ((status.st_mode & 0077) == 0 || ::fchmod(fd, 0600) == 0);
  ::close(fd);
  return good ? Status(Ok{}) : fail(Code::store_open);
}

/// Turning an empty file to WAL needs the file alone, and SQLite does not wait for that by itself.
Status use_wal(Database& database, std::chrono::milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto mode = database.text("PRAGMA journal_mode = WAL", Doing::open);
    if (mode) return *mode == "wal" ? Status(Ok{}) : fail(Code::store_open);
    if (mode.error().code != Code::store_busy || std::chrono::steady_clock::now() >= end) return fail(mode.error());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// FULL: each commit is synced. secure_delete: freed bytes are overwritten with zeros.
Status configure(Database& database, std::chrono::milliseconds wait) {
  XCH_TRY(use_wal(database, wait));
  return database.run(
      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
      "PRAGMA temp_store = MEMORY",
      Doing::open);
}

Status quick_check(Database& database) {
  XCH_ASSIGN(const std::string verdict, database.text("PRAGMA quick_check(1)", Doing::read));
  return verdict == "ok" ? Status(Ok{}) : fail(Code::store_damaged);
}

/// Beside what quick_check sees, that every index says the same as its table.
Status whole_check(Database& database) {
  XCH_ASSIGN(const std::string verdict, database.text("PRAGMA integrity_check(1)", Doing::read));
  return verdict == "ok" ? Status(Ok{}) : fail(Code::store_damaged);
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : Reads(state.get()), owned_(std::move(state)) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& file, const OpenOptions& options) {
  XCH_TRY(ready_file(file, options.mode));
  XCH_ASSIGN(Database database, Database::open(file, options.busy_wait));
  XCH_TRY(configure(database, options.busy_wait));
  XCH_TRY(migrate(database));
  std::error_code ignored;
  if (std::filesystem::file_size(file, ignored) <= kWholeCheck) XCH_TRY(quick_check(database));
  // A process that ended between erasing and scrubbing left the log behind; whoever opens next clears it if it can.
  database.set_busy_wait(std::chrono::milliseconds(0));
  static_cast<void>(database.checkpoint());
  database.set_busy_wait(options.busy_wait);
  return std::unique_ptr<Store>(new Store(std::make_unique<State>(std::move(database))));
}

Result<Transaction> Store::begin() {
  std::unique_lock<std::recursive_mutex> lock(state_->mutex);
  // The lock is recursive, so whoever gets here while one is open has opened it.
  if (state_->busy) return fail(Code::bug);
  // Made ready while there is memory: a transaction that ends for want of it must still be taken back.
  XCH_TRY(state_->database.query(kRollback, Doing::write).prepared());
  XCH_TRY(state_->database.run("BEGIN IMMEDIATE", Doing::write));
  state_->busy = true;
  state_->failed.reset();
  lock.release();  // held until the transaction ends
  return Transaction(state_);
}

Status Store::scrub() {
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  if (state_->busy) return fail(Code::bug);
  return state_->database.checkpoint();
}

Status Store::check() const {
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  return whole_check(state_->database);
}

// ---- Transaction ---------------------------------------------------------------------------------------------------

namespace {

void end(State& state) {
  // SQLite itself rolls back after some failures.
  if (state.database.in_transaction()) static_cast<void>(state.database.query(kRollback, Doing::write).run());
  state.busy = false;
  state.mutex.unlock();
}

}  // namespace

Transaction::Transaction(Transaction&& other) noexcept : Reads(other.state_) { other.state_ = nullptr; }

Transaction::~Transaction() {
  if (state_ != nullptr) end(*state_);
}

Status Transaction::commit() {
  if (state_ == nullptr) return fail(Code::bug);
  State& state = *state_;
  state_ = nullptr;
  Status status = Ok{};
  if (state.failed) status = fail(*state.failed);
  if (status && !state.database.in_transaction()) status = fail(Code::store_write);
  if (status) status = state.database.run("COMMIT", Doing::write);
  end(state);
  return status;
}

}  // namespace xch::store
