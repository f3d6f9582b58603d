#include "session/quarantine.hpp"

#include <algorithm>
#include <filesystem>

#include "base/file_lock.hpp"
#include "crypto/digest.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/received.hpp"

namespace xch::session {
namespace {

using Folder = store::Spool::Folder;

Bytes key_of(const std::string& file) { return ByteView(std::string_view(file)).copy(); }

Result<AsideRow> decode_aside(ByteView key, ByteView row) {
  AsideRow out;
  out.file = std::string(key.text());
  FieldReader in(row);
  out.digest = in.fixed<Digest>();
  out.since = in.time();
  out.error_id = in.text();
  out.what = in.text();
  out.fate = static_cast<AsideFate>(in.u8());
  XCH_TRY(in.done());
  if (out.fate > AsideFate::leaves) return fail(Code::store_damaged);
  return out;
}

Result<std::vector<AsideRow>> all_asides(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kAside));
  std::vector<AsideRow> out;
  for (const auto& row : list) {
    XCH_ASSIGN(auto aside, decode_aside(row.key, row.value.expose()));
    out.push_back(std::move(aside));
  }
  return out;
}

/// is_it tells whether a file of that name is the one that the row is about.
bool is_it(const Session::State& state, Folder folder, const AsideRow& row) {
  if (!state.spool.has(folder, row.file)) return false;
  if (row.digest.is_zero()) return true;
  const auto bytes = state.spool.read_in(folder, row.file);
  return bytes && crypto::sha256(*bytes) == row.digest;
}

/// The name under which a file goes back: its own, unless something else of that name has come meanwhile.
std::string name_back(const Session::State& state, const std::string& file) {
  if (!state.spool.has(Folder::arrived, file) && !state.spool.has(Folder::kept, file)) return file;
  return new_file_name(state.random, std::filesystem::path(file).extension().string());
}

Status finish_one(const Session::State& state, const AsideRow& row) {
  const bool aside = state.spool.has(Folder::aside, row.file);
  if (row.fate == AsideFate::stays) {
    // Recorded, not moved yet.
    if (!aside && (is_it(state, Folder::kept, row) || is_it(state, Folder::arrived, row))) return state.spool.quarantine(row.file);
    return aside ? Status(Ok{}) : forget_aside(state, row.file);
  }
  if (row.fate == AsideFate::returns && aside) XCH_TRY(state.spool.put_back(row.file, name_back(state, row.file)));
  if (row.fate == AsideFate::leaves && aside) XCH_TRY(erase_file(state.spool.path_of(Folder::aside, row.file)));
  return forget_aside(state, row.file);
}

/// The row of a file that lies in quarantine, or a new one where somebody put it there by hand. Errors: not_found.
Result<AsideRow> row_of(const Session::State& state, Change& change, const std::string& file, Timestamp now) {
  XCH_ASSIGN(auto row, find_aside(change, file));
  if (row && row->fate == AsideFate::stays) return std::move(*row);
  if (row) return fail(Code::store_busy);  // another process is at it
  AsideRow out;
  out.file = file;
  out.since = now;
  const auto bytes = state.spool.read_in(Folder::aside, file);
  if (bytes) out.digest = crypto::sha256(*bytes);
  return out;
}

/// A note that was refused when it was opened waits again, under whatever name it gets.
Status let_wait(Change& change, const Digest& envelope) {
  XCH_ASSIGN(auto received, find_received(change, envelope));
  if (!received || received->state != ReceivedState::refused) return Ok{};
  received->state = ReceivedState::waiting;
  received->file.clear();
  return put_received(change, *received);
}

std::string detail(const char* what, const AsideRow& row) {
  return JsonLine().word("what", what).word("id", row.error_id).text();
}

std::string line(const char* event, const AsideRow& row) {
  return JsonLine().word("event", event).word("id", row.error_id).text();
}

}  // namespace

Status put_aside(Change& change, const AsideRow& row) {
  ByteWriter out;
  out.raw(row.digest.view()).u64(row.since.seconds);
  put_v32(out, ByteView(std::string_view(row.error_id)));
  put_v32(out, ByteView(std::string_view(row.what)));
  out.u8(static_cast<std::uint8_t>(row.fate));
  return change.put(space::kAside, key_of(row.file), out);
}

Result<std::optional<AsideRow>> find_aside(Change& change, const std::string& file) {
  const Bytes key = key_of(file);
  XCH_ASSIGN(const auto row, change.get(space::kAside, key));
  if (!row) return std::optional<AsideRow>();
  XCH_ASSIGN(auto aside, decode_aside(key, row->expose()));
  return std::optional<AsideRow>(std::move(aside));
}

Result<FileLock> inbox_turn(const Session::State& state) {
  auto turn = FileLock::take(state.path / "spool" / ".lock");
  if (turn || turn.error().code == Code::store_busy || turn.error().code == Code::store_full) return turn;
  return fail(Code::spool);
}

Status finish_moves(const Session::State& state) {
  XCH_ASSIGN(const auto rows, all_asides(*state.rows));
  for (const auto& row : rows) {
    const Status done = finish_one(state, row);
    if (!done) state.log.write(LogLevel::warning, line("quarantine-waits", row));
  }
  return Ok{};
}

Status forget_aside(const Session::State& state, const std::string& file) {
  XCH_ASSIGN(const auto known, state.rows->get(space::kAside, key_of(file)));
  if (!known) return Ok{};
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.erase(space::kAside, key_of(file)));
  return change.commit();
}

// ---- what a person does with them ----------------------------------------------------------------------------------

Result<std::vector<QuarantinedFile>> Session::quarantined() const {
  XCH_ASSIGN(const auto held, state_->picture());
  XCH_ASSIGN(const auto rows, all_asides(*state_->rows));
  XCH_ASSIGN(const auto files, state_->spool.names(Folder::aside));
  std::vector<QuarantinedFile> out;
  for (const auto& file : files) {
    QuarantinedFile row;
    row.file = file;
    std::error_code gone;
    row.bytes = std::filesystem::file_size(state_->spool.path_of(Folder::aside, file), gone);
    if (gone) continue;
    const auto known = std::find_if(rows.begin(), rows.end(), [&](const AsideRow& r) { return r.file == file; });
    if (known != rows.end()) {
      row.what = known->what;
      row.error_id = known->error_id;
      row.since = known->since;
    }
    out.push_back(std::move(row));
  }
  return out;
}

namespace {

/// decide records what becomes of a file in quarantine, then does it; what is cut off is made good by finish_moves.
Status decide(const Session::State& state, const std::string& file, AsideFate fate, EventKind event, const char* what,
              const char* said) {
  XCH_ASSIGN(const Call call, state.enter());
  XCH_ASSIGN(const auto turn, inbox_turn(state));
  if (!state.spool.has(Folder::aside, file)) return fail(Code::not_found);
  AsideRow row;
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    XCH_ASSIGN(row, row_of(state, change, file, call.now));
    row.fate = fate;
    XCH_TRY(put_aside(change, row));
    if (fate == AsideFate::returns) XCH_TRY(let_wait(change, row.digest));
    XCH_TRY(change.append(plain_event(event, row.digest, detail(what, row), state.actor(*call.held), call.now)));
    XCH_TRY(change.commit());
  }
  state.log.write(LogLevel::info, line(said, row));
  return finish_one(state, row);
}

}  // namespace

Status Session::retry_quarantined(const std::string& file) {
  return decide(*state_, file, AsideFate::returns, EventKind::received, "put-back", "quarantine-retry");
}

Status Session::drop_quarantined(const std::string& file) {
  return decide(*state_, file, AsideFate::leaves, EventKind::denied, "thrown-away", "quarantine-drop");
}

}  // namespace xch::session
