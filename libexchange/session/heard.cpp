#include "session/heard.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "log/evidence.hpp"
#include "log/witness.hpp"
#include "session/codec.hpp"
#include "session/json_line.hpp"
#include "session/log_rows.hpp"

namespace xch::session {
namespace {

constexpr std::string_view kOwnWitness = "own-witness";

Bytes view_key(const PartyId& by, const Digest& origin, std::uint64_t size) {
  return ByteWriter().raw(by.view()).raw(origin.view()).u64(size).bytes();
}

Bytes encode(const ShownView& view) {
  ByteWriter out;
  out.raw(view.log.root.view());
  put_v32(out, ByteView(view.statement));
  return std::move(out).take();
}

Result<HeardView> decode_view(ByteView key, ByteView row) {
  FieldReader names(key), in(row);
  HeardView out;
  out.by = names.fixed<PartyId>();
  out.log.origin = names.fixed<Digest>();
  out.log.size = names.u64();
  out.log.root = in.fixed<Digest>();
  out.statement = in.text();
  XCH_TRY(names.done());
  XCH_TRY(in.done());
  return out;
}

}  // namespace

std::string log_origin(const CoalitionId& coalition, std::string_view party) {
  return to_hex(coalition) + "/" + std::string(party);
}

ShownView shown_in(const Held& held, const message::Opened& note) {
  const auto& header = note.header;
  auto roster = held.rosters->at(header.sealed_at);
  if (!roster) roster = held.rosters->newest();
  const Party* sender = roster ? roster->party(header.sender) : nullptr;
  // What a sender says of somebody else's log is no statement of that log.
  const bool is_own = sender != nullptr &&
                      header.checkpoint.origin == log_origin_hash(log_origin(header.coalition, sender->name));
  return {header.sender, is_own ? header.checkpoint : no_log(), header_statement(note)};
}

ShownView shown_in(const PartyId& by, const log::OpenedCheckpoint& checkpoint) {
  const auto& seen = checkpoint.checkpoint;
  return {by, {log_origin_hash(seen.origin), seen.size, seen.root}, log::encode_note(checkpoint.note)};
}

namespace {

/// Two statements of one size and another root.
Status put_alarm(Change& change, const std::string& held, const ShownView& view) {
  log::Evidence evidence;
  evidence.first = held;
  evidence.second = view.statement;
  return session::put_alarm(change, {view.by, view.log.origin, view.log.size, log::encode_evidence(evidence)});
}

Bytes log_key(const PartyId& by, const Digest& origin) { return ByteWriter().raw(by.view()).raw(origin.view()).bytes(); }

enum class Kept : std::uint8_t { is_new, known, contradicts };
Result<Kept> keep(Change& change, const ShownView& view) {
  const Bytes key = view_key(view.by, view.log.origin, view.log.size);
  XCH_ASSIGN(const auto row, change.get(space::kHeard, key));
  if (!row) {
    XCH_TRY(change.put(space::kHeard, key, encode(view)));
    return Kept::is_new;
  }
  XCH_ASSIGN(const HeardView held, decode_view(key, row->expose()));
  if (held.log.root == view.log.root) return Kept::known;
  XCH_TRY(put_alarm(change, held.statement, view));
  return Kept::contradicts;
}

/// What this home's own witness holds of a log: what it cosigned last, and what it was shown beside that.
struct OwnWitness {
  std::optional<ShownView> cosigned, beside;
};
Result<OwnWitness> ask_own(Change& change, const ShownView& about) {
  OwnWitness out;
  XCH_ASSIGN(const auto row, change.get(space::kLog, ByteView(kOwnWitness)));
  if (!row) return out;
  XCH_ASSIGN(const auto witness, log::Witness::open(std::string(row->expose().text())));
  XCH_ASSIGN(const auto logs, witness.logs());
  for (const auto& known : logs) {
    if (log_origin_hash(known.key.name()) != about.log.origin) continue;
    XCH_ASSIGN(const auto trust, log::LogTrust::make(known.key));
    XCH_ASSIGN(const std::string conflict, witness.conflict(known.key.name()));
    for (const auto& [note, view] : {std::pair(&known.note, &out.cosigned), std::pair(&conflict, &out.beside)}) {
      if (note->empty()) continue;
      XCH_ASSIGN(const auto opened, log::open_checkpoint(*note, trust));
      *view = shown_in(about.by, opened);
    }
  }
  return out;
}

/// A witness signs one history: what it has cosigned before is superseded by this view, which it has cosigned too.
Status supersede(Change& change, const ShownView& view) {
  const Bytes key = log_key(view.by, view.log.origin);
  XCH_ASSIGN(const auto alarms, change.keys(space::kLogAlarm, key));
  XCH_ASSIGN(const auto row, change.get(space::kHeardSigned, key));
  if (row && alarms.empty()) {
    FieldReader in(row->expose());
    const std::uint64_t before = in.u64();
    XCH_TRY(in.done());
    if (before >= view.log.size) return Ok{};
    XCH_TRY(change.erase(space::kHeard, view_key(view.by, view.log.origin, before)));
  }
  return change.put(space::kHeardSigned, key, ByteWriter().u64(view.log.size));
}

}  // namespace

Result<Heard> hear(const Session::State& state, Change& change, const ShownView& view) {
  if (view.log.size == 0) return Heard::agrees;  // no log yet
  XCH_ASSIGN(const Kept kept, keep(change, view));
  if (kept != Kept::is_new) return kept == Kept::known ? Heard::agrees : Heard::contradicts;
  const auto own = ask_own(change, view);
  if (!own) {
    state.log.write(LogLevel::warning,
                    JsonLine().word("event", "own-witness-silent").word("id", info(own.error().code).id).text());
    return Heard::agrees;
  }
  const auto is_of_that_size = [&](const std::optional<ShownView>& seen) { return seen && seen->log.size == view.log.size; };
  // What was shown beside the history that is cosigned: an alarm, but not this note's fault.
  if (is_of_that_size(own->beside) && own->beside->log.root != view.log.root)
    XCH_TRY(put_alarm(change, own->beside->statement, view));
  if (!is_of_that_size(own->cosigned)) return Heard::agrees;
  if (own->cosigned->log.root == view.log.root) {
    XCH_TRY(supersede(change, view));
    return Heard::agrees;
  }
  XCH_TRY(put_alarm(change, own->cosigned->statement, view));
  return Heard::contradicts;
}

Status forget_superseded(Change& change, const std::vector<HeardView>& proven) {
  std::map<Bytes, std::uint64_t> largest;
  for (const auto& view : proven) {
    auto& size = largest[log_key(view.by, view.log.origin)];
    size = std::max(size, view.log.size);
  }
  for (const auto& view : proven) {
    const Bytes key = log_key(view.by, view.log.origin);
    if (view.log.size == largest.at(key)) continue;
    XCH_ASSIGN(const auto alarms, change.keys(space::kLogAlarm, key));
    if (alarms.empty()) XCH_TRY(change.erase(space::kHeard, view_key(view.by, view.log.origin, view.log.size)));
  }
  return Ok{};
}

Result<std::string> read_own_witness(const Rows& rows) {
  XCH_ASSIGN(const auto row, rows.get(space::kLog, ByteView(kOwnWitness)));
  return row ? std::string(row->expose().text()) : std::string();
}

Status put_own_witness(Change& change, std::string_view folder) {
  if (folder.empty()) return change.erase(space::kLog, ByteView(kOwnWitness));
  return change.put(space::kLog, ByteView(kOwnWitness), ByteView(folder));
}

Result<std::vector<HeardView>> all_heard(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kHeard));
  std::vector<HeardView> out;
  for (const auto& row : list) {
    XCH_ASSIGN(auto view, decode_view(row.key, row.value.expose()));
    out.push_back(std::move(view));
  }
  return out;
}

Result<std::vector<LogAlarm>> log_alarms(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kLogAlarm));
  std::vector<LogAlarm> out;
  for (const auto& row : list) {
    FieldReader names(row.key);
    LogAlarm alarm;
    alarm.by = names.fixed<PartyId>();
    alarm.origin = names.fixed<Digest>();
    alarm.size = names.u64();
    XCH_TRY(names.done());
    alarm.evidence = row.value.expose().text();
    out.push_back(std::move(alarm));
  }
  return out;
}

// The first two that contradicted each other stay: a third shows no more.
Status put_alarm(Change& change, const LogAlarm& alarm) {
  XCH_ASSIGN(const Inserted inserted, change.insert(space::kLogAlarm, view_key(alarm.by, alarm.origin, alarm.size),
                                                    ByteView(alarm.evidence)));
  (void)inserted;
  return Ok{};
}

}  // namespace xch::session
