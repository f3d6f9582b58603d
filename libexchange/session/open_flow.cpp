// open: record, then release. message::open judges the envelope; the replay marks, the events, the receipts and what the
// staples taught are one transaction; only when it is durable do values leave. A journal failure is a refusal, and
// everything derived is wiped (docs/format.md, "Open", 17 and 18).
#include <algorithm>

#include "crypto/digest.hpp"
#include "session/deliver.hpp"
#include "session/duties.hpp"
#include "session/events.hpp"
#include "session/heard.hpp"
#include "session/json_line.hpp"
#include "session/knowledge.hpp"
#include "session/learn.hpp"
#include "session/log_proofs.hpp"
#include "session/objects.hpp"
#include "session/quarantine.hpp"
#include "session/received.hpp"
#include "session/scope_summary.hpp"

namespace xch::session {
namespace {

bool waits(Code code) { return info(code).errc == Errc::unsure; }

Digest place_of(const message::ViewOutcome& view, const Digest& envelope) {
  return view.header_hash.is_zero() ? envelope : retag<Digest>(view.header_hash);
}

// ---- refusals ------------------------------------------------------------------------------------------------------

/// A refused note's file is on its way into quarantine from the moment that the refusal is recorded.
Status put_note_aside(Change& change, const ReceivedEnvelope& received, Code code, Timestamp now) {
  if (received.file.empty()) return Ok{};
  return put_aside(change, {received.file, received.envelope, now, std::string(info(code).id), "note", AsideFate::stays});
}

// One envelope that no view of it survived: its exact code is journalled or, where it proves no sender, counted.
Status record_refusal(const Session::State& state, const Call& call, ByteView envelope, Code code) {
  const Digest hash = crypto::sha256(envelope);
  const KeyId actor = state.actor(*call.held);
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(record_denied(change, code, hash, actor, call.now));
  XCH_ASSIGN(auto received, find_received(change, hash));
  if (received && received->state == ReceivedState::waiting && !waits(code)) {
    received->state = ReceivedState::refused;
    XCH_TRY(put_received(change, *received));
    XCH_TRY(put_note_aside(change, *received, code, call.now));
  }
  XCH_TRY(change.commit());
  if (received && received->state == ReceivedState::refused) move_aside(state, received->file);
  return Ok{};
}

// ---- the transaction -----------------------------------------------------------------------------------------------

struct ViewRecord {
  std::uint64_t journal_seq = 0;  // of the first open
  Timestamp first_opened;
  bool repeat = false;
};

/// The mark and the event of one opened view. open_replay_alarm: another header bears the id by now; open_log_fork: it
/// shows another history of its sender's log than an earlier one did.
Result<ViewRecord> record_view(const Session::State& state, const Call& call, Change& change, const message::Opened& note,
                               const Digest& envelope, const KeyId& actor, bool maybe_again) {
  const Timestamp now = call.now;
  const PartyId& self = state.info.party;
  XCH_ASSIGN(const Heard heard, hear(state, change, shown_in(*call.held, note)));
  if (heard == Heard::contradicts) return fail(Code::open_log_fork);
  const Bytes key = replay_key(note.header.sender, note.header.note_id);
  XCH_ASSIGN(const auto row, change.get(space::kReplay, key));
  if (row) {
    XCH_ASSIGN(const ReplayRow first, decode_replay(row->expose()));
    if (first.header != note.header_hash) return fail(Code::open_replay_alarm);
    XCH_TRY(change.append(opened_event(EventKind::reopened, note, envelope, actor, now)));
    return ViewRecord{first.journal_seq, first.first_opened, true};
  }
  const EventKind kind = maybe_again ? EventKind::reopened : EventKind::opened;
  XCH_ASSIGN(const std::uint64_t seq, change.append(opened_event(kind, note, envelope, actor, now)));
  // The receipt's log proof follows it.
  if (kind == EventKind::opened && note.header.sender != self)
    XCH_TRY(await_proof(change, ProofOf::opened, note.header_hash, seq, note.header.sender));
  XCH_ASSIGN(const Inserted inserted,
             change.insert(space::kReplay, key, encode(ReplayRow{note.header_hash, now, seq, envelope})));
  if (inserted == Inserted::already) return fail(Code::store_busy);  // the transaction saw no row a moment ago
  return ViewRecord{seq, now, maybe_again};
}

/// A note of somebody else's that a store which is gone may have opened (session/mark.hpp).
bool maybe_opened_before(const Session::State& state, const message::Opened& note) {
  if (note.repeat || state.restored_until.seconds == 0 || note.header.sender == state.info.party) return false;
  return note.header.sealed_at <= state.restored_until;
}

struct OpenRecord {
  std::vector<ViewRecord> views;        // one per view; empty records for refused ones
  std::optional<ReceivedEnvelope> received;
};

/// Receipts were made before the transaction, since they cost public-key work; one per view, where the note is no
/// repeat and not our own.
using Receipts = std::vector<std::optional<QueuedObject>>;

Result<ReceivedEnvelope> received_now(Change& change, const Digest& envelope, const KeyId& actor, Timestamp now) {
  XCH_ASSIGN(auto known, find_received(change, envelope));
  if (known) return std::move(*known);
  ReceivedEnvelope fresh;
  fresh.envelope = envelope;
  fresh.received_at = now;
  XCH_ASSIGN(fresh.journal_seq, change.append(received_event(envelope, actor, now)));
  return fresh;
}

Result<OpenRecord> record_open(const Session::State& state, const Call& call, message::OpenedBundle& bundle,
                               const Receipts& receipts) {
  const KeyId actor = state.actor(*call.held);
  XCH_ASSIGN(auto change, state.rows->begin());
  OpenRecord out;
  XCH_ASSIGN(ReceivedEnvelope received, received_now(change, bundle.envelope_hash, actor, call.now));
  bool opened = false, waiting = false;
  Code refused_by = Code::bug;  // of the first view that did not open
  for (std::size_t i = 0; i < bundle.views.size(); ++i) {
    auto& view = bundle.views[i];
    out.views.emplace_back();
    if (view.opened) {
      const bool maybe_again = maybe_opened_before(state, *view.opened);
      auto record = record_view(state, call, change, *view.opened, bundle.envelope_hash, actor, maybe_again);
      const Code code = record ? Code::bug : record.error().code;
      if (!record && code != Code::open_replay_alarm && code != Code::open_log_fork) return fail(std::move(record).error());
      if (!record) view.opened = fail(std::move(record).error());
      if (record) out.views.back() = *record;
    }
    if (!view.opened) {
      const Code code = view.opened.error().code;
      waiting = waiting || waits(code);
      if (refused_by == Code::bug) refused_by = code;
      XCH_TRY(change.append(denied_event(code, place_of(view, bundle.envelope_hash), actor, call.now)));
      continue;
    }
    opened = true;
    received.opened_under = view.opened->opened_under;
    if (std::find(received.headers.begin(), received.headers.end(), view.header_hash) == received.headers.end())
      received.headers.push_back(view.header_hash);
    XCH_TRY(take_on(change, duty_note_of(*view.opened), state.info.party));
    if (!out.views.back().repeat && receipts[i]) XCH_TRY(queue(change, *receipts[i]));
  }
  for (const auto& staple : bundle.staples) XCH_TRY(learn_staple(change, *call.held, staple, actor, call.now));
  if (!waiting) received.state = opened || received.state == ReceivedState::opened ? ReceivedState::opened : ReceivedState::refused;
  XCH_TRY(put_received(change, received));
  if (received.state == ReceivedState::refused) XCH_TRY(put_note_aside(change, received, refused_by, call.now));
  XCH_TRY(change.commit());
  out.received = std::move(received);
  return out;
}

// ---- the answer ----------------------------------------------------------------------------------------------------

OpenedNote present_to_caller(const Call& call, message::Opened opened, const ViewRecord& record) {
  OpenedNote note;
  opened.repeat = record.repeat;
  note.journal_seq = record.journal_seq;
  note.first_opened = record.first_opened;
  const auto roster = call.held->rosters->at(opened.header.sealed_at);
  const Party* sender = roster ? roster->party(opened.header.sender) : nullptr;
  if (sender != nullptr) note.sender_name = sender->name;
  if (const PolicyPack* pack = call.held->policies->find(opened.header.policy_pack)) {
    if (const PackNotice* notice = policy::notice_row(*pack, opened.terms.notice)) note.notice_text = notice->text;
    if (opened.grant) note.scope_summary = scope_summary(*opened.grant, *pack);
  }
  note.opened = std::move(opened);
  return note;
}

std::string opened_line(const OpenAnswer& answer) {
  return JsonLine().word("event", "opened").number("notes", answer.notes.size()).number("refused", answer.refused.size()).text();
}

}  // namespace

Result<OpenAnswer> Session::open_envelope(ByteView envelope, OpenAs as) {
  XCH_ASSIGN(const Call call, state_->enter());
  const SessionKnowledge knowledge(*state_, call);
  auto bundle = message::open(envelope, knowledge, state_->open_secrets, state_->arenas, call.now);
  if (knowledge.failure()) return fail(*knowledge.failure());
  if (!bundle) {
    const Error error = knowledge.explain(std::move(bundle).error());
    // Machine trouble says nothing about the envelope.
    if (error.info().errc == Errc::io) return fail(error);
    XCH_TRY(record_refusal(*state_, call, envelope, error.code));
    return fail(error);
  }

  Receipts receipts(bundle->views.size());
  for (std::size_t i = 0; i < bundle->views.size(); ++i) {
    auto& view = bundle->views[i];
    if (!view.opened) view.opened = fail(knowledge.explain(view.opened.error()));
    if (view.opened && as == OpenAs::usual && maybe_opened_before(*state_, *view.opened))
      view.opened = fail(Code::open_before_restore);
    if (view.opened) {
      if (auto approved = check_approved(*state_, duty_note_of(*view.opened)); !approved)
        view.opened = fail(std::move(approved).error());
    }
    if (!view.opened || view.opened->repeat || view.sender == state_->info.party) continue;
    XCH_ASSIGN(receipts[i], receipt_for(*state_, call, view.header_hash, view.sender));
  }
  XCH_ASSIGN(const OpenRecord record, record_open(*state_, call, *bundle, receipts));

  OpenAnswer answer{{}, {}, std::move(*bundle)};
  for (std::size_t i = 0; i < answer.bundle.views.size(); ++i) {
    auto& view = answer.bundle.views[i];
    if (!view.opened) answer.refused.push_back(view.opened.error());
    if (view.opened) answer.notes.push_back(present_to_caller(call, std::move(*view.opened), record.views[i]));
  }
  state_->log.write(LogLevel::info, opened_line(answer));
  if (record.received->state == ReceivedState::refused) move_aside(*state_, record.received->file);
  deliver_queued(*state_);
  return answer;
}

}  // namespace xch::session
