#include "session/heard.hpp"

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "log/evidence.hpp"
#include "session/codec.hpp"

namespace xch::session {
namespace {

constexpr std::string_view kHeaderHead = "exchange.log/note-header@v1\n";

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

void add_line(std::string& text, std::string_view name, ByteView bytes) {
  text.append(name).append(" ").append(to_base64(bytes)).append("\n");
}

/// A header and the sender's signature of it, from the key that the roster vouches for down: what exchange-verify reads.
std::string statement_of(const message::Opened& note) {
  std::string out(kHeaderHead);
  add_line(out, "core", note.core);
  add_line(out, "slots", note.slots_root);
  out += "position " + std::to_string(note.batch_position) + "\n";
  for (const auto& hash : note.batch_path) add_line(out, "path", hash);
  add_line(out, "signature", note.batch_signature);
  for (const auto& record : note.sender_chain) {
    add_line(out, "key", record.body);
    if (!record.signature.empty()) add_line(out, "signed", record.signature);
  }
  return out;
}

}  // namespace

std::string log_origin(const CoalitionId& coalition, std::string_view party) {
  return to_hex(coalition) + "/" + std::string(party);
}

Digest log_origin_hash(std::string_view origin) { return crypto::th(crypto::label::kLogOrigin, {ByteView(origin)}); }

ShownView shown_in(const message::Opened& note) { return {note.header.sender, note.header.checkpoint, statement_of(note)}; }

ShownView shown_in(const PartyId& by, const log::OpenedCheckpoint& checkpoint) {
  const auto& seen = checkpoint.checkpoint;
  return {by, {log_origin_hash(seen.origin), seen.size, seen.root}, log::encode_note(checkpoint.note)};
}

Result<Heard> hear(Change& change, const ShownView& view) {
  if (view.log.size == 0) return Heard::agrees;  // no log yet
  const Bytes key = view_key(view.by, view.log.origin, view.log.size);
  XCH_ASSIGN(const auto row, change.get(space::kHeard, key));
  if (!row) {
    XCH_TRY(change.put(space::kHeard, key, encode(view)));
    return Heard::agrees;
  }
  XCH_ASSIGN(const HeardView held, decode_view(key, row->expose()));
  if (held.log.root == view.log.root) return Heard::agrees;
  log::Evidence evidence;
  evidence.first = held.statement;
  evidence.second = view.statement;
  XCH_TRY(put_alarm(change, {view.by, view.log.origin, view.log.size, log::encode_evidence(evidence)}));
  return Heard::contradicts;
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
