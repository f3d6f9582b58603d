// The journal: appended, read in order, never rewritten (triggers in migrate.cpp see to that).
#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace xch::store {
namespace {

Result<std::vector<JournalRow>> read_rows(Query& q, std::size_t limit) {
  std::vector<JournalRow> rows;
  while (rows.size() < limit) {
    XCH_ASSIGN(const bool found, q.step());
    if (!found) break;
    JournalRow row;
    row.seq = q.number(0);
    row.kind = static_cast<EventKind>(q.number(1));
    row.time.seconds = q.number(2);
    if (!row.actor.copy_from(q.blob(3)) || !row.object.copy_from(q.blob(4))) return fail(Code::store_damaged);
    row.detail = q.blob(5);
    row.delivered = static_cast<std::uint32_t>(q.number(6));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Result<std::vector<JournalRow>> Reads::journal(std::uint64_t from_seq, std::size_t limit) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  Query q = state_->database.query(
      "SELECT seq, kind, time, actor, object, detail, delivered FROM journal WHERE seq >= ? ORDER BY seq", Doing::read);
  q.bind(from_seq);
  return read_rows(q, limit);
}

Result<std::uint64_t> Reads::newest_event() const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  return state_->database.number("SELECT ifnull(max(seq), 0) FROM journal", Doing::read);
}

Result<std::vector<JournalRow>> Reads::undelivered(std::uint32_t flag, std::size_t limit) const {
  if (state_ == nullptr) return fail(Code::bug);
  const std::lock_guard<std::recursive_mutex> lock(state_->mutex);
  Query q = state_->database.query(
      "SELECT seq, kind, time, actor, object, detail, delivered FROM journal WHERE (delivered & ?) = 0 ORDER BY seq",
      Doing::read);
  q.bind(std::uint64_t{flag});
  return read_rows(q, limit);
}

namespace {

/// Errors: store_write and its kin, as of any write.
Status write_line(Database& database, const JournalRow& row, std::uint64_t seq) {
  const auto fill = [&](Query& q) {
    return q.bind(static_cast<std::uint64_t>(row.kind))
        .bind(row.time.seconds)
        .bind(row.actor.view())
        .bind(row.object.view())
        .bind(ByteView(row.detail))
        .run();
  };
  if (seq == 0) {
    Query q = database.query("INSERT INTO journal (kind, time, actor, object, detail) VALUES (?, ?, ?, ?, ?)", Doing::write);
    return fill(q);
  }
  // AUTOINCREMENT goes on above whatever was given by hand.
  Query q = database.query("INSERT INTO journal (seq, kind, time, actor, object, detail) VALUES (?, ?, ?, ?, ?, ?)", Doing::write);
  return fill(q.bind(seq));
}

}  // namespace

Result<std::uint64_t> Transaction::append(const JournalRow& row, std::uint64_t least_seq) {
  if (state_ == nullptr) return fail(Code::bug);
  std::uint64_t seq = 0;
  if (least_seq != 0) {
    XCH_ASSIGN(const std::uint64_t newest, dooms(*state_, newest_event()));
    if (newest + 1 < least_seq) seq = least_seq;
  }
  XCH_TRY(dooms(*state_, write_line(state_->database, row, seq)));
  return state_->database.last_row();
}

Status Transaction::mark_delivered(std::uint32_t flag, std::uint64_t seq) {
  if (state_ == nullptr) return fail(Code::bug);
  return dooms(*state_, state_->database
                            .query("UPDATE journal SET delivered = delivered | ?1 WHERE seq <= ?2 AND (delivered & ?1) = 0",
                                   Doing::write)
                            .bind(std::uint64_t{flag})
                            .bind(seq)
                            .run());
}

}  // namespace xch::store
