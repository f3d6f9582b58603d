// Rows: (space, key) -> value.
#include <algorithm>

#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace xch::store {
namespace {

/// after_prefix is the least key past every key that begins with `prefix`; nothing when there is none.
std::optional<Bytes> after_prefix(ByteView prefix) {
  Bytes key = prefix.copy();
  while (!key.empty() && key.back() == 0xff) key.pop_back();
  if (key.empty()) return std::nullopt;
  ++key.back();
  return key;
}

Result<std::optional<Row>> find(Database& database, std::string_view space, ByteView key) {
  Query q = database.query("SELECT value, version FROM rows WHERE space = ? AND key = ?", Doing::read);
  XCH_ASSIGN(const bool found, q.bind(space).bind(key).step());
  if (!found) return std::optional<Row>();
  return std::optional<Row>(Row{key.copy(), q.blob(0), q.number(1)});
}

Status write(Database& database, std::string_view space, ByteView key, ByteView value) {
  return database
      .query("INSERT INTO rows (space, key, version, value) VALUES (?, ?, 1, ?) "
             "ON CONFLICT (space, key) DO UPDATE SET version = version + 1, value = excluded.value",
             Doing::write)
      .bind(space)
      .bind(key)
      .bind(value)
      .run();
}

}  // namespace

Result<std::optional<Row>> Reads::get(std::string_view space, ByteView key) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  return find(state_->database, space, key);
}

Result<std::vector<Row>> Reads::list(std::string_view space, ByteView prefix, std::size_t limit, ByteView after) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  const auto end = after_prefix(prefix);
  Query q = state_->database.query(
      "SELECT key, value, version FROM rows WHERE space = ?1 AND key >= ?2 AND (?3 OR key < ?4) AND (?5 OR key > ?6) "
      "ORDER BY key",
      Doing::read);
  q.bind(space).bind(prefix);
  q.bind(std::uint64_t{end ? 0u : 1u}).bind(end ? ByteView(*end) : ByteView());
  q.bind(std::uint64_t{after.empty() ? 1u : 0u}).bind(after);
  std::vector<Row> rows;
  while (rows.size() < limit) {
    XCH_ASSIGN(const bool found, q.step());
    if (!found) break;
    rows.push_back(Row{q.blob(0), q.blob(1), q.number(2)});
  }
  return rows;
}

Result<std::vector<Bytes>> Reads::keys(std::string_view space, ByteView prefix) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  const auto end = after_prefix(prefix);
  Query q = state_->database.query(
      "SELECT key FROM rows WHERE space = ? AND key >= ? AND (? OR key < ?) ORDER BY key", Doing::read);
  q.bind(space).bind(prefix).bind(std::uint64_t{end ? 0u : 1u}).bind(end ? ByteView(*end) : ByteView());
  std::vector<Bytes> keys;
  for (;;) {
    XCH_ASSIGN(const bool found, q.step());
    if (!found) return keys;
    keys.push_back(q.blob(0));
  }
}

Result<std::vector<Bytes>> Reads::keys_before(std::string_view space, ByteView end) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  Query q = state_->database.query("SELECT key FROM rows WHERE space = ? AND key < ? ORDER BY key", Doing::read);
  q.bind(space).bind(end);
  std::vector<Bytes> keys;
  for (;;) {
    XCH_ASSIGN(const bool found, q.step());
    if (!found) return keys;
    keys.push_back(q.blob(0));
  }
}

Result<std::size_t> Reads::count(std::string_view space) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  Query q = state_->database.query("SELECT count(*) FROM rows WHERE space = ?", Doing::read);
  XCH_ASSIGN(const bool found, q.bind(space).step());
  return found ? static_cast<std::size_t>(q.number(0)) : 0;
}

Result<std::vector<std::string>> Reads::spaces() const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  Query q = state_->database.query("SELECT DISTINCT CAST(space AS BLOB) FROM rows ORDER BY space", Doing::read);
  std::vector<std::string> out;
  for (;;) {
    XCH_ASSIGN(const bool found, q.step());
    if (!found) return out;
    const Bytes name = q.blob(0);
    out.emplace_back(name.begin(), name.end());
  }
}

Status Transaction::put(std::string_view space, ByteView key, ByteView value) {
  if (state_ == nullptr) return fail(Code::bug);
  return dooms(*state_, write(state_->database, space, key, value));
}

Result<Put> Transaction::put_expecting(std::string_view space, ByteView key, ByteView value, std::uint64_t version) {
  if (state_ == nullptr) return fail(Code::bug);
  XCH_ASSIGN(const auto held, dooms(*state_, find(state_->database, space, key)));
  if ((held ? held->version : 0) != version) return Put::conflict;
  XCH_TRY(put(space, key, value));
  return Put::done;
}

Result<std::optional<Row>> Transaction::insert(std::string_view space, ByteView key, ByteView value) {
  if (state_ == nullptr) return fail(Code::bug);
  XCH_ASSIGN(auto held, dooms(*state_, find(state_->database, space, key)));
  if (held) return held;
  XCH_TRY(put(space, key, value));
  return std::optional<Row>();
}

Status Transaction::erase(std::string_view space, ByteView key) {
  if (state_ == nullptr) return fail(Code::bug);
  // Zeros of the same length first: the value's own bytes are overwritten even where it lies on overflow pages.
  XCH_TRY(dooms(*state_, state_->database
                             .query("UPDATE rows SET value = zeroblob(length(value)) WHERE space = ? AND key = ?",
                                    Doing::write)
                             .bind(space)
                             .bind(key)
                             .run()));
  return dooms(*state_, state_->database.query("DELETE FROM rows WHERE space = ? AND key = ?", Doing::write)
                            .bind(space)
                            .bind(key)
                            .run());
}

}  // namespace xch::store
