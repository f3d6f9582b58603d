// The embedded store: one SQLite file with a journal and rows. It knows nothing of keys and content: a value is opaque
// bytes, sealed by session/ under the home's store key; a key is an id or a digest.
//
//   rows     (space, key) -> value, version. Everything the home keeps: grants, status lists, consent keys, replay marks,
//            outbox, rosters, nonces ... each in a space of its own (session/rows.hpp has the list).
//   journal  seq -> kind, time, actor, object, detail. Append-only: the database itself refuses to change or remove a
//            line. Its lines are what becomes log entries (docs/format.md, "Exchange log").
//
// Record, then release: a transaction holds what a call changes together with its events, and commit() returns when all
// of it is durable (WAL, synchronous=FULL). After any failure nothing of the transaction stands. Several processes may
// open one store; writers wait for each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/registry.hpp"

namespace xch::store {

/// Row is one value. `version` counts its writes from 1.
struct Row {
  Bytes key;
  Bytes value;
  std::uint64_t version = 0;
};

/// JournalRow is one line. `seq` rises by the order of commits and is never used twice; `delivered` is a set of flags,
/// one per consumer of the journal (mark_delivered), not part of the line.
struct JournalRow {
  std::uint64_t seq = 0;
  EventKind kind = EventKind::none;
  Timestamp time;
  KeyId actor;
  Digest object;
  Bytes detail;
  std::uint32_t delivered = 0;
};

enum class OpenMode { existing, create };
struct OpenOptions {
  OpenMode mode = OpenMode::existing;
  std::chrono::milliseconds busy_wait{5000};  // how long one writer waits for another before store_busy
};

enum class Put { done, conflict };

/// State is the open database with its lock (sqlite.hpp).
struct State;

/// Reads is what both a store and a transaction on it can tell. Errors of each: store_read, store_damaged, store_busy.
class Reads {
 public:
  Result<std::optional<Row>> get(std::string_view space, ByteView key) const;
  /// list gives the rows whose key begins with `prefix`, by key ascending, at most `limit` of them after `after`
  /// (exclusive; empty: from the start).
  Result<std::vector<Row>> list(std::string_view space, ByteView prefix = {}, std::size_t limit = kAll,
                                ByteView after = {}) const;
  /// keys is list without the values.
  Result<std::vector<Bytes>> keys(std::string_view space, ByteView prefix = {}) const;
  /// keys_before are those of a space below `end`, ascending.
  Result<std::vector<Bytes>> keys_before(std::string_view space, ByteView end) const;
  Result<std::size_t> count(std::string_view space) const;
  /// spaces are the names of those that have rows.
  Result<std::vector<std::string>> spaces() const;
  /// journal gives at most `limit` lines from `from_seq` on, ascending.
  Result<std::vector<JournalRow>> journal(std::uint64_t from_seq, std::size_t limit) const;
  /// newest_event is the highest seq of the journal; 0 when it is empty.
  Result<std::uint64_t> newest_event() const;
  /// undelivered gives the oldest lines that lack `flag`.
  Result<std::vector<JournalRow>> undelivered(std::uint32_t flag, std::size_t limit) const;

  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

 protected:
  explicit Reads(State* state) : state_(state) {}
  ~Reads() = default;
  State* state_;
};

/// Transaction is one all-or-nothing change, alone in the store from begin to commit. Dropped without commit, or after
/// any failed call, nothing of it stays. It belongs to the thread that began it. Errors of each write: store_full (no
/// space), store_write, store_damaged.
class Transaction : public Reads {
 public:
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// put writes the row, whatever stood there.
  Status put(std::string_view space, ByteView key, ByteView value);
  /// put_expecting writes only where the row has that version; 0 expects no row. On conflict nothing is written.
  Result<Put> put_expecting(std::string_view space, ByteView key, ByteView value, std::uint64_t version);
  /// insert writes only where no row is; otherwise it gives the row that is there. For replay marks, nonces and
  /// idempotency keys: looking and marking are one step.
  Result<std::optional<Row>> insert(std::string_view space, ByteView key, ByteView value);
  /// erase overwrites the value with zeros in place, then removes the row; erasing what is not there is no error. Once
  /// scrub() has run after the commit, no file of the store holds a byte of the value.
  Status erase(std::string_view space, ByteView key);

  /// append gives the line's seq: the next one, or `least_seq` where that is higher. row.seq and row.delivered are not
  /// read.
  Result<std::uint64_t> append(const JournalRow& row, std::uint64_t least_seq = 0);
  /// mark_delivered sets `flag` on lines up to and including `seq`.
  Status mark_delivered(std::uint32_t flag, std::uint64_t seq);

  /// commit returns when everything is durable. After an error nothing of the transaction stands, and what failed
  /// before is what commit returns. Errors: store_full, store_write, store_busy, store_damaged.
  Status commit();

 private:
  friend class Store;
  explicit Transaction(State* state) : Reads(state) {}
};

/// Store opens and holds one database file. Thread-safe: calls wait for each other.
class Store : public Reads {
 public:
  /// open opens the file (0600, its folder 0700; made where `create` asks), brings it to this version's tables, and
  /// checks it: every page of a file up to 64 MiB, else the pages it touches (check() does all).
  /// Errors: store_open, store_version (written by a newer libexchange), store_damaged, store_busy, store_full.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& file, const OpenOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// begin waits for other writers, at most busy_wait. Errors: store_busy, store_full, store_write, store_damaged; bug
  /// when this thread has a transaction open already. A read of the store by that thread sees its own changes.
  Result<Transaction> begin();

  /// scrub folds the write-ahead log into the file and cuts it to nothing, so that what was erased is in no file of the
  /// store. (The file system may keep old blocks of its own: that is why values are sealed.) Errors: store_busy when
  /// another process reads or writes just now: run it again; store_full, store_write.
  Status scrub();

  /// check reads every page and compares indexes with their tables. Errors: store_damaged, store_read.
  Status check() const;

 private:
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> owned_;
};

}  // namespace xch::store
