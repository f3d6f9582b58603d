// After a backup was put back: the gap between what the store knows and what happened is closed, toward the safe side.
#include <algorithm>

#include "base/file_lock.hpp"
#include "session/events.hpp"
#include "session/exchange_log.hpp"
#include "session/home_files.hpp"
#include "session/json_line.hpp"
#include "session/mark.hpp"
#include "session/state.hpp"

namespace xch::session {
namespace {

/// More events than a home writes between two backups: where nothing tells how far the lost journal came.
constexpr std::uint64_t kJournalLeap = 10'000'000;

/// Gap is what may have happened that the store does not know: before that time, and up to those numbers. A mark that
/// is this home's very own tells it. A copied one is as old as the store that came with it; a missing one tells
/// nothing.
struct Gap {
  Timestamp until;
  std::uint64_t number = 0, journal = 0;
};

Gap gap_of(const Session::State& state, const std::optional<Progress>& progress, std::uint64_t newest_event,
           Timestamp now) {
  Gap out;
  if (progress) out.number = progress->number;
  const auto mark = Mark::open(state.path, state.rows->mark_key());
  if (mark) out.number = std::max(out.number, (*mark)->opened_at().number);
  if (mark && (*mark)->file() == MarkFile::own) {
    out.until = (*mark)->opened_at().time + kMarkLag;
    // The mark's own lag, in events, is far less than this.
    out.journal = std::max(newest_event, (*mark)->opened_at().journal) + kJournalLeap / 1000;
  } else {
    out.until = now;
    out.journal = newest_event + kJournalLeap;
  }
  // A sender whose clock is ahead by the tolerated skew may have sealed it before all the same.
  out.until = std::max(state.restored_until, out.until + kClockSkew);
  return out;
}

Status void_nonces(Change& change) {
  XCH_ASSIGN(const auto nonces, change.keys(space::kNonce));
  for (const auto& nonce : nonces) XCH_TRY(change.erase(space::kNonce, nonce));
  return Ok{};
}

}  // namespace

Status Session::stands() const {
  const auto mark = Mark::open(state_->path, state_->rows->mark_key());
  // A home from before there were marks gets one when it is next opened.
  if (!mark && mark.error().code == Code::file_missing) {
    XCH_ASSIGN(const auto progress, state_->rows->progress());
    return progress ? Status(fail(Code::store_mark)) : Status(Ok{});
  }
  if (!mark) return fail(mark.error());
  XCH_ASSIGN(const auto progress, state_->rows->progress());
  XCH_TRY(session::stands(**mark, progress));
  return log_stands(state_->path, *state_->rows);
}

Result<Timestamp> Session::reconcile() {
  State& state = *state_;
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  XCH_ASSIGN(const auto turn, FileLock::take(state.path / ".lock"));
  const auto secret = crypto::random_secret<32, struct NoteSecretTag>(state.random);
  XCH_ASSIGN(const auto before, state.rows->progress());
  XCH_ASSIGN(const auto last, state.rows->store().newest_event());
  const Gap gap = gap_of(state, before, last, now);

  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(void_nonces(change));
  XCH_TRY(change.put(space::kMeta, ByteView(meta::kNoteSecret), secret.expose()));
  XCH_TRY(change.put(space::kMeta, ByteView(meta::kRestored), ByteWriter().u64(gap.until.seconds).bytes()));
  XCH_ASSIGN(
      const std::uint64_t seq,
      change.append(
          plain_event(
              EventKind::status, Digest(),
              JsonLine().word("what", "reconciled").number("after", last).number("until", gap.until.seconds).text(),
              state.actor(*held), now),
          gap.journal + 1));
  XCH_TRY(doubt_log(change));
  XCH_TRY(change.put_progress({crypto::random_fixed<LineId>(state.random), gap.number + 1, seq, now}));
  XCH_TRY(change.commit());
  state.restored_until = gap.until;
  state.note_secret = crypto::SecretBytes(secret.expose());
  return gap.until;
}

Status Session::take_as_moved() {
  State& state = *state_;
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  const auto standing = stands();
  if (standing) return fail(Code::usage, "moved");
  if (standing.error().code != Code::store_copied) return fail(standing.error());
  XCH_ASSIGN(const auto turn, FileLock::take(state.path / ".lock"));
  XCH_ASSIGN(auto change, state.rows->begin());
  // The same line: cut off before the new mark, the store is still not older than the copied one.
  XCH_ASSIGN(const auto row, change.get(space::kMeta, ByteView(kProgressRow)));
  if (!row) return fail(Code::store_mark);
  XCH_ASSIGN(Progress progress, decode_progress(row->expose()));
  ++progress.number;
  XCH_ASSIGN(progress.journal,
             change.append(plain_event(EventKind::status, Digest(), JsonLine().word("what", "moved").text(),
                                       state.actor(*held), now)));
  progress.time = std::max(progress.time, now);
  XCH_TRY(change.put_progress(progress));
  return change.commit();
}

Status Session::new_mark() {
  State& state = *state_;
  XCH_ASSIGN(const auto turn, FileLock::take(state.path / ".lock"));
  XCH_ASSIGN(const auto progress, state.rows->progress());
  if (!progress) return fail(Code::store_mark);
  const MarkKey key = state.rows->mark_key();
  XCH_TRY(Mark::make(state.path, key, *progress));
  XCH_ASSIGN(auto mark, Mark::open(state.path, key));
  state.rows->follow(std::move(mark));
  return Ok{};
}

}  // namespace xch::session
