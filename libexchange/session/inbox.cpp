// What arrives: every file of spool/in/new is judged by its content, recorded, and moved; nothing is lost on the way. A
// file that cannot be judged yet stays where it is and is tried again (docs/format.md, "Open", cannot tell).
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "message/break_glass.hpp"
#include "message/object_envelope.hpp"
#include "message/one_shot.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/intake.hpp"
#include "session/json_line.hpp"
#include "session/learn.hpp"
#include "session/log_proofs.hpp"
#include "session/objects.hpp"
#include "session/quarantine.hpp"
#include "session/received.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

/// What became of one file.
enum class Fate : std::uint8_t { kept, taken };  // kept: stays in cur for open or verify; taken: all of it is in the store
struct Judged {
  std::string what;
  Result<Fate> fate;
  std::vector<InboxItem> also;  // what follows from it
};

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}

// Rosters first, then what is judged by them; notes last, since a grant view may travel beside them.
int rank(std::string_view file) {
  const std::string_view order[] = {extension::kRoster, extension::kPolicy, extension::kStatusList, extension::kObject};
  for (int i = 0; i < 4; ++i)
    if (ends_with(file, order[i])) return i;
  return 4;
}

// ---- notes ---------------------------------------------------------------------------------------------------------

Result<Fate> take_note(const Session::State& state, const Call& call, const std::string& file, ByteView bytes) {
  const Digest hash = crypto::sha256(bytes);
  const KeyId actor = state.actor(*call.held);
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_ASSIGN(auto known, find_received(change, hash));
  // The same envelope again, as couriers bring it; or this very file, after a crash between record and move.
  if (known && known->file == file && known->state != ReceivedState::refused) return Fate::kept;
  if (known && (!known->file.empty() || known->state != ReceivedState::waiting)) return Fate::taken;
  ReceivedEnvelope received;
  if (known) received = *known;
  received.envelope = hash;
  received.file = file;
  if (!known) {
    received.received_at = call.now;
    XCH_ASSIGN(received.journal_seq, change.append(received_event(hash, actor, call.now)));
  }
  XCH_TRY(put_received(change, received));
  XCH_TRY(change.commit());
  return Fate::kept;
}

// ---- objects -------------------------------------------------------------------------------------------------------

InboxItem to_replace(const SentNote& note, const char* what) {
  InboxItem item;
  item.file = to_hex(note.header);
  item.what = what;
  item.waits = true;
  return item;
}

Judged take_object(const Session::State& state, const Call& call, ByteView bytes) {
  auto arrived = open_arrived(state, call, bytes);
  if (!arrived) return {"object", fail(std::move(arrived).error()), {}};
  const Kind kind = arrived->object.object.kind;
  if (kind == Kind::grantView) {
    Judged out{"grant view", Fate::taken, {}};
    auto again = take_view(state, call, std::move(*arrived));
    if (!again) out.fate = fail(std::move(again).error());
    if (again)
      for (const auto& note : *again) out.also.push_back(to_replace(note, "note to seal again"));
    return out;
  }
  if (kind == Kind::receipt) {
    const auto taken = take_receipt(state, call, arrived->object);
    const auto receipt = wire::receipt_kind(arrived->object.object.body);
    const bool event = receipt && *receipt == wire::ReceiptKind::event_stated;
    return {event ? "event" : "receipt", taken ? Result<Fate>(Fate::taken) : Result<Fate>(fail(taken.error())), {}};
  }
  if (kind == Kind::logProof) {
    const auto taken = take_log_proof(state, call, arrived->object);
    return {"log proof", taken ? Result<Fate>(Fate::taken) : Result<Fate>(fail(taken.error())), {}};
  }
  crypto::wipe(arrived->object.object.body);
  // It answers a nonce: verify judges it, and records that.
  if (kind == Kind::presentation) return {"presentation", Fate::kept, {}};
  return {"object", fail(Code::object_kind), {}};
}

// ---- status lists --------------------------------------------------------------------------------------------------

// Grants that a new list ends: what was sealed under them from then on, or is without a receipt, did not arrive as
// meant.
std::vector<InboxItem> ended_by(const Session::State& state, const Held& before, const Held& after) {
  std::vector<InboxItem> out;
  for (const auto& [hash, row] : after.grants->all()) {
    const ListHistory* then = before.status->find({row.authority, row.list});
    const ListHistory* now = after.status->find({row.authority, row.list});
    if (now == nullptr || now->newest_state(row.index).value_or(GrantState::active) == GrantState::active) continue;
    if (then != nullptr && then->newest_state(row.index).value_or(GrantState::active) != GrantState::active) continue;
    const auto since = now->inactive_since(row.index);
    const auto sent = to_seal_again(state, row.id, GrantHash(), since.value_or(row.not_after));
    if (!sent) continue;
    for (const auto& note : *sent)
      if (note.grant == hash) out.push_back(to_replace(note, "note of an ended grant"));
  }
  return out;
}

Judged take_list(const Session::State& state, const Call& call, ByteView bytes) {
  Judged out{"status list", Fate::taken, {}};
  const auto taken = take_status_list(state, call, bytes);
  // Couriers keep no order: an older list than the one held is no fault of anybody, and teaches nothing.
  if (!taken && taken.error().code == Code::status_rollback) {
    out.what = "status list, older than the one held";
    return out;
  }
  if (!taken) out.fate = fail(taken.error());
  const auto after = state.picture();
  if (taken && after) out.also = ended_by(state, *call.held, **after);
  return out;
}

Judged judge(const Session::State& state, const std::string& file, ByteView bytes) {
  const auto as = [](const char* what, Status done) {
    return Judged{what, done ? Result<Fate>(Fate::taken) : Result<Fate>(fail(std::move(done).error())), {}};
  };
  if (!message::is_note(bytes) && !message::is_object(bytes)) {
    if (ends_with(file, extension::kRoster)) return as("roster", take_roster(state, bytes, std::nullopt));
    if (ends_with(file, extension::kPolicy)) return as("policy pack", take_policy(state, bytes));
  }
  const auto call = state.enter();
  if (!call) return {"file", fail(call.error()), {}};
  if (message::is_note(bytes)) return {"note", take_note(state, *call, file, bytes), {}};
  if (message::is_object(bytes)) return take_object(state, *call, bytes);
  // Somebody is waiting for it: it is judged when it is opened, and lies ready until then.
  if (message::is_break_glass(bytes)) return {"break-glass", Fate::kept, {}};
  if (message::is_one_shot(bytes)) return {"packet for an external recipient", fail(Code::one_shot_elsewhere), {}};
  if (ends_with(file, extension::kStatusList)) return take_list(state, *call, bytes);
  return {"file", fail(Code::object_magic), {}};
}

// ---- one file ------------------------------------------------------------------------------------------------------

// Not the file's fault, or not yet: what it needs may come with another one.
bool stays(const Error& error) {
  switch (error.code) {
    case Code::roster_missing:   // nothing can be judged before the first roster
    case Code::roster_previous:  // the version in between is on its way
    case Code::forked:
    case Code::clock:
      return true;
    default:
      return info(error.code).errc == Errc::unsure || info(error.code).errc == Errc::io;
  }
}

/// A file that is refused for good: its code into the journal, its name among those in quarantine, in one transaction.
Status record_rejected(const Session::State& state, const InboxItem& item, const Digest& digest) {
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  const Code code = item.error->code;
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_ASSIGN(const auto known, find_aside(change, item.file));
  // Recorded before, and the process ended before the file was moved.
  if (known && known->digest == digest && known->fate == AsideFate::stays) return Ok{};
  XCH_TRY(record_denied(change, code, digest, state.actor(*held), now));
  XCH_TRY(put_aside(change, {item.file, digest, now, std::string(info(code).id), item.what, AsideFate::stays}));
  return change.commit();
}

Status set_aside(const Session::State& state, const InboxItem& item, const Digest& digest) {
  XCH_TRY(record_rejected(state, item, digest));
  state.log.write(LogLevel::warning, JsonLine().word("event", "quarantined").word("id", info(item.error->code).id).text());
  return state.spool.quarantine(item.file);
}

InboxItem settle(const Session::State& state, const std::string& file, ByteView bytes, const Judged& judged) {
  InboxItem item{file, judged.what, std::nullopt, false};
  Status moved = Ok{};
  if (!judged.fate) {
    item.error = judged.fate.error();
    item.waits = stays(*item.error);
    if (item.waits) return item;
    moved = set_aside(state, item, crypto::sha256(bytes));
  }
  if (judged.fate && *judged.fate == Fate::kept) moved = state.spool.keep(file);
  if (judged.fate && *judged.fate == Fate::taken) {
    moved = state.spool.keep(file);
    if (moved) moved = state.spool.remove(file);
  }
  if (moved) return item;
  item.error = moved.error();
  item.waits = true;  // still in new: the next run finds it, and what was recorded is recorded once
  return item;
}

void process_file(const Session::State& state, const std::string& file, InboxReport& report) {
  const auto bytes = state.spool.read_in(store::Spool::Folder::arrived, file);
  if (!bytes) {
    if (bytes.error().code == Code::file_missing) return;  // gone: its courier took it back
    InboxItem item{file, "file", bytes.error(), stays(bytes.error())};
    if (!item.waits && !set_aside(state, item, Digest())) item.waits = true;
    report.items.push_back(std::move(item));
    return;
  }
  Judged judged = judge(state, file, *bytes);
  report.items.push_back(settle(state, file, *bytes, judged));
  for (auto& item : judged.also) report.items.push_back(std::move(item));
}

/// Every file of in/new under a name of its own, what builds on something after it.
Result<std::vector<std::string>> files_to_process(const Session::State& state) {
  XCH_ASSIGN(const auto arrived, state.spool.arrived());
  std::vector<std::string> files;
  for (const auto& file : arrived) {
    const std::string fresh = new_file_name(state.random, std::filesystem::path(file).extension().string());
    const auto name = state.spool.own_name(file, store::is_spool_name(fresh) ? fresh : new_file_name(state.random, ""));
    if (name) files.push_back(*name);
    if (!name && name.error().code != Code::file_missing) return fail(name.error());
  }
  std::sort(files.begin(), files.end(), [](const std::string& a, const std::string& b) {
    return rank(a) != rank(b) ? rank(a) < rank(b) : a < b;
  });
  return files;
}

}  // namespace

Result<InboxReport> Session::process_inbox() {
  {
    XCH_ASSIGN(const auto held, state_->picture());
  }
  XCH_ASSIGN(const auto turn, inbox_turn(*state_));
  XCH_TRY(finish_moves(*state_));
  XCH_ASSIGN(std::vector<std::string> left, files_to_process(*state_));
  InboxReport report;
  // Rosters and lists build on each other, and opaque names have no order: again until a round takes nothing more.
  for (;;) {
    InboxReport round;
    std::vector<std::string> waiting;
    for (const auto& file : left) {
      const std::size_t at = round.items.size();
      process_file(*state_, file, round);
      if (round.items.size() > at && round.items[at].waits && round.items[at].file == file) waiting.push_back(file);
    }
    const bool progress = !waiting.empty() && waiting.size() < left.size();
    for (auto& item : round.items) {
      const bool again = progress && std::find(waiting.begin(), waiting.end(), item.file) != waiting.end();
      if (!again) report.items.push_back(std::move(item));
    }
    if (!progress) break;
    left = std::move(waiting);
  }
  deliver_queued(*state_);
  return report;
}

Result<std::vector<std::string>> Session::notes_waiting() const {
  XCH_ASSIGN(const auto held, state_->picture());
  XCH_ASSIGN(const auto received, all_in_files(*state_->rows));
  XCH_ASSIGN(const auto kept, state_->spool.kept());
  const std::set<std::string> current(kept.begin(), kept.end());
  std::vector<std::string> out;
  for (const auto& envelope : received)
    if (envelope.state == ReceivedState::waiting && current.count(envelope.file) != 0) out.push_back(envelope.file);
  std::sort(out.begin(), out.end());
  return out;
}

Result<Bytes> Session::read_spooled(const std::string& file) const { return state_->spool.read(file); }

namespace {

/// The envelope whose file this is, of an opened note. Errors: not_found, spool_unopened.
Result<Digest> opened_note_in(Change& change, const std::string& file) {
  XCH_ASSIGN(const auto received, find_in_file(change, file));
  if (!received) return fail(Code::not_found);
  if (received->state != ReceivedState::opened) return fail(Code::spool_unopened);
  return received->envelope;
}

}  // namespace

Status Session::take_over(const std::string& file) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  XCH_ASSIGN(const auto turn, inbox_turn(state));
  if (!store::is_spool_name(file)) return fail(Code::usage);
  Digest envelope;
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    XCH_ASSIGN(envelope, opened_note_in(change, file));
    XCH_TRY(change.append(plain_event(EventKind::received, envelope, JsonLine().word("what", "taken-over").text(),
                                      state.actor(*call.held), call.now)));
    XCH_TRY(change.commit());
  }
  XCH_TRY(erase_spooled(state, file));
  // Last: as long as the row names the file, a run that was cut off can be made again.
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_ASSIGN(auto received, find_received(change, envelope));
  if (!received) return fail(Code::not_found);
  received->file.clear();
  XCH_TRY(put_received(change, *received));
  return change.commit();
}

Status Session::deliver(const std::string& party_name, ByteView bytes, std::string_view extension) {
  XCH_ASSIGN(const auto held, state_->picture());
  const auto roster = held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  if (roster->party_named(party_name) == nullptr) return fail(Code::party_unknown);
  return put_into_mailbox(*state_, {party_name, new_file_name(state_->random, extension)}, bytes);
}

}  // namespace xch::session
