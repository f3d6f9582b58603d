#include "session/duties.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "message/object_envelope.hpp"
#include "message/present.hpp"
#include "policy/decide.hpp"
#include "policy/obligations.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/erase.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/knowledge.hpp"
#include "session/objects.hpp"
#include "session/received.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

bool asks(const DutyNote& note, Obligation obligation) {
  return std::find(note.obligations.begin(), note.obligations.end(), obligation) != note.obligations.end();
}

// ---- rows ----------------------------------------------------------------------------------------------------------

Bytes encode(const Deletion& duty) {
  ByteWriter out;
  out.raw(duty.sender.view())
      .u8(duty.presented ? 1 : 0)
      .u64(duty.due.seconds)
      .u64(duty.erased_at.seconds)
      .u64(duty.confirmed_at.seconds);
  put_v32(out, ByteView(std::string_view(duty.type)));
  return std::move(out).take();
}

Result<Deletion> decode_deletion(ByteView key, ByteView row) {
  Deletion out;
  if (!out.note.copy_from(key)) return fail(Code::store_damaged);
  FieldReader in(row);
  out.sender = in.fixed<PartyId>();
  out.presented = in.u8() != 0;
  out.due = in.time();
  out.erased_at = in.time();
  out.confirmed_at = in.time();
  out.type = in.text();
  XCH_TRY(in.done());
  return out;
}

template <class Listed>
Result<std::vector<Deletion>> decode_all(const Listed& rows) {
  std::vector<Deletion> out;
  for (const auto& row : rows) {
    XCH_ASSIGN(auto duty, decode_deletion(row.key, row.value.expose()));
    out.push_back(std::move(duty));
  }
  std::sort(out.begin(), out.end(), [](const Deletion& a, const Deletion& b) {
    return a.due != b.due ? a.due < b.due : a.note < b.note;
  });
  return out;
}

/// A redaction is of a note that was opened here; of one that was only presented here, an auditor finds none.
Event deletion_event(const Deletion& duty, std::string_view what, std::size_t copies, const KeyId& actor,
                     Timestamp now) {
  return plain_event(duty.presented ? EventKind::release : EventKind::redaction, retag<Digest>(duty.note),
                     JsonLine().word("what", what).number("copies", copies).text(), actor, now);
}

struct Approved {
  std::string by;
  Timestamp at;
};

Result<std::optional<Approved>> find_approval(const Rows& rows, const HeaderHash& note) {
  XCH_ASSIGN(const auto row, rows.get(space::kApproval, note));
  if (!row) return std::optional<Approved>();
  FieldReader in(row->expose());
  Approved out;
  out.at = in.time();
  out.by = in.text();
  XCH_TRY(in.done());
  return std::optional<Approved>(std::move(out));
}

// ---- what is asked -------------------------------------------------------------------------------------------------

Result<Approval> approval_of(const Session::State& state, const Call& call, const DutyNote& note,
                             const NoteHeader& header, std::vector<Compartment> compartments) {
  Approval out;
  out.note = note.note;
  out.type = note.type;
  out.basis = header.basis;
  out.purpose = header.purpose;
  out.compartments = std::move(compartments);
  const auto roster = call.held->rosters->at(header.sealed_at);
  const Party* sender = roster ? roster->party(header.sender) : nullptr;
  if (sender != nullptr) out.sender_name = sender->name;
  XCH_ASSIGN(auto approved, find_approval(*state.rows, note.note));
  if (!approved) return out;
  out.by = std::move(approved->by);
  out.approved_at = approved->at;
  return out;
}

Result<std::vector<Approval>> asked_by_notes(const Session::State& state, const Call& call, ByteView envelope) {
  const SessionKnowledge knowledge(state, call);
  const auto bundle = message::open(envelope, knowledge, state.open_secrets, state.arenas, call.now);
  if (knowledge.failure()) return fail(*knowledge.failure());
  if (!bundle) return fail(knowledge.explain(bundle.error()));
  std::vector<Approval> out;
  for (const auto& view : bundle->views) {
    if (!view.opened || view.sender == state.info.party) continue;
    const DutyNote note = duty_note_of(*view.opened);
    if (!asks(note, Obligation::humanApproval)) continue;
    XCH_ASSIGN(auto approval,
               approval_of(state, call, note, view.opened->header, view.opened->terms.compartments));
    out.push_back(std::move(approval));
  }
  // Where nothing opened at all, why is the answer.
  if (out.empty() && !bundle->views.empty() && !bundle->views.front().opened)
    return fail(knowledge.explain(bundle->views.front().opened.error()));
  return out;
}

Result<std::vector<Approval>> asked_by_presentation(const Session::State& state, const Call& call, ByteView object) {
  XCH_ASSIGN(auto arrived, open_arrived(state, call, object));
  const SessionKnowledge knowledge(state, call);
  // Whether the nonce is open still is for verify to say: here nothing is used up and no value is shown.
  auto verified = message::verify_presentation(arrived.object, knowledge, arrived.opened_under, true, call.now);
  crypto::wipe(arrived.object.object.body);
  if (!verified) return fail(knowledge.explain(std::move(verified).error()));
  for (auto& slot : verified->presentation.slots) crypto::wipe(slot.plain);
  const DutyNote note = duty_note_of(*call.held, *verified);
  if (!asks(note, Obligation::humanApproval)) return std::vector<Approval>();
  std::vector<Compartment> compartments;
  for (const auto& slot : verified->slots) compartments.push_back(verified->schema->slots[slot.slot].compartment);
  XCH_ASSIGN(auto approval, approval_of(state, call, note, verified->header, std::move(compartments)));
  return std::vector<Approval>{std::move(approval)};
}

Result<std::vector<Approval>> asked_in(const Session::State& state, const Call& call, ByteView bytes) {
  return message::is_object(bytes) ? asked_by_presentation(state, call, bytes) : asked_by_notes(state, call, bytes);
}

bool is_name(const std::string& by) {
  constexpr std::size_t kMaxName = 128;
  return by.size() <= kMaxName && is_utf8(ByteView(std::string_view(by))) && is_one_line(by);
}

}  // namespace

Duties Session::duties() { return Duties(*state_); }

// ---- deletions -----------------------------------------------------------------------------------------------------

Result<std::vector<Deletion>> all_deletions(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kDelete));
  return decode_all(list);
}

Result<std::vector<Deletion>> Duties::deletions() const {
  XCH_ASSIGN(const auto held, state_.picture());
  XCH_ASSIGN(auto out, all_deletions(*state_.rows));
  const auto roster = held->rosters->newest();
  for (auto& duty : out) {
    const Party* sender = roster ? roster->party(duty.sender) : nullptr;
    if (sender != nullptr) duty.sender_name = sender->name;
  }
  return out;
}

Status Duties::confirm_deleted(const HeaderHash& note) {
  const auto alone = state_.erasing();
  XCH_ASSIGN(const Timestamp now, state_.clock());
  XCH_ASSIGN(const auto held, state_.picture());
  std::vector<std::string> files;
  {
    XCH_ASSIGN(auto change, state_.rows->begin());
    XCH_ASSIGN(const auto row, change.get(space::kDelete, note));
    if (!row) return fail(Code::not_found);
    XCH_ASSIGN(Deletion duty, decode_deletion(note.view(), row->expose()));
    XCH_ASSIGN(const std::size_t copies, erase_copies(change, note, files));
    if (duty.erased_at.seconds == 0) duty.erased_at = now;
    duty.confirmed_at = now;
    XCH_TRY(change.put(space::kDelete, note, encode(duty)));
    XCH_TRY(change.append(deletion_event(duty, "deleted", copies, state_.actor(*held), now)));
    XCH_TRY(change.commit());
  }
  for (const auto& file : files) erase_spooled(state_, file);
  return state_.rows->scrub();
}

Result<std::size_t> delete_overdue(Change& change, const KeyId& actor, Timestamp now, std::vector<std::string>& files) {
  XCH_ASSIGN(const auto rows, change.list(space::kDelete));
  XCH_ASSIGN(auto due, decode_all(rows));
  const auto is_not_due = [&](const Deletion& duty) { return duty.erased_at.seconds != 0 || now <= duty.due; };
  due.erase(std::remove_if(due.begin(), due.end(), is_not_due), due.end());
  if (due.empty()) return std::size_t{0};
  XCH_ASSIGN(const auto in_files, all_in_files(change));
  std::size_t erased = 0;
  for (auto& duty : due) {
    // An envelope may hold a note besides that has not been opened yet: its file stays until that one was.
    const bool unread = std::any_of(in_files.begin(), in_files.end(), [&](const ReceivedEnvelope& envelope) {
      const auto& headers = envelope.headers;
      return envelope.state == ReceivedState::waiting &&
             std::find(headers.begin(), headers.end(), duty.note) != headers.end();
    });
    if (unread) continue;
    XCH_ASSIGN(const std::size_t copies, erase_copies(change, duty.note, files));
    duty.erased_at = now;
    XCH_TRY(change.put(space::kDelete, duty.note, encode(duty)));
    XCH_TRY(change.append(deletion_event(duty, "erased", copies, actor, now)));
    ++erased;
  }
  return erased;
}

// ---- approvals -----------------------------------------------------------------------------------------------------

Result<std::vector<Approval>> Duties::asked(ByteView bytes) {
  XCH_ASSIGN(const Call call, state_.enter());
  return asked_in(state_, call, bytes);
}

Result<std::vector<Approval>> Duties::approve(ByteView bytes, const std::string& by) {
  if (!is_name(by)) return fail(Code::usage, "by");
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto asked, asked_in(state_, call, bytes));
  if (asked.empty()) return fail(Code::not_found);
  XCH_ASSIGN(auto change, state_.rows->begin());
  for (auto& approval : asked) {
    if (!approval.by.empty()) continue;
    approval.by = by;
    approval.approved_at = call.now;
    ByteWriter row;
    row.u64(call.now.seconds);
    put_v32(row, ByteView(std::string_view(by)));
    XCH_TRY(change.put(space::kApproval, approval.note, row));
    // Names stay in the row, which the store keeps encrypted.
    XCH_TRY(change.append(plain_event(EventKind::release, retag<Digest>(approval.note),
                                      JsonLine().word("what", "approved").text(), state_.actor(*call.held), call.now)));
  }
  XCH_TRY(change.commit());
  return asked;
}

// ---- for the calls that show values and pass them on ---------------------------------------------------------------

DutyNote duty_note_of(const message::Opened& opened) {
  return {opened.header_hash, opened.header.sender, opened.schema->name, opened.header.expires_at,
          opened.terms.obligations, false};
}

DutyNote duty_note_of(const Held& held, const message::VerifiedPresentation& presented) {
  DutyNote out{
      presented.header_hash, presented.header.sender, presented.schema->name, presented.header.expires_at, {}, true};
  std::vector<Compartment> compartments;
  for (const auto& slot : presented.slots) compartments.push_back(presented.schema->slots[slot.slot].compartment);
  if (const PolicyPack* pack = held.policies->find(presented.header.policy_pack))
    out.obligations = policy::obligations_of(*pack, presented.header.basis, compartments);
  return out;
}

Status check_approved(const Session::State& state, const DutyNote& note) {
  if (note.sender == state.info.party || !asks(note, Obligation::humanApproval)) return Ok{};
  XCH_ASSIGN(const auto approved, find_approval(*state.rows, note.note));
  return approved ? Status(Ok{}) : fail(Code::open_needs_approval);
}

Status take_on(Change& change, const DutyNote& note, const PartyId& self) {
  const auto due = policy::done_by(Obligation::deleteAfter, note.expires_at);
  if (note.sender == self || !asks(note, Obligation::deleteAfter) || !due) return Ok{};
  Deletion duty;
  duty.sender = note.sender;
  duty.type = note.type;
  duty.presented = note.presented;
  duty.due = *due;
  return change.put(space::kDelete, note.note, encode(duty));
}

}  // namespace xch::session
