#include "session/packet.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "session/codec.hpp"
#include "session/seal_flow.hpp"

namespace xch::session {
namespace {

std::string at(const char* list, std::size_t index) { return std::string(list) + "[" + std::to_string(index) + "]"; }

/// Each row is planned as a call of its own: its note is "notes[0]" there, and "rows[n]" to whoever asked.
std::string row_path(std::size_t row, const std::string& path) {
  constexpr std::string_view kNote = "notes[0]";
  const std::string_view text(path);
  return at("rows", row) +
         std::string(text.substr(0, kNote.size()) == kNote ? text.substr(kNote.size()) : std::string_view());
}

// ---- the request ---------------------------------------------------------------------------------------------------

/// The person that a row is about, as this home knows them.
Result<Pseudonym> subject_of(const Held& held, const PacketRow& row) {
  if (row.grant) {
    const GrantRow* grant = held.grants->find(*row.grant);
    if (grant != nullptr) return grant->pseudonym;
  }
  const auto subject = from_hex_as<Pseudonym>(row.subject);
  return subject ? Result<Pseudonym>(*subject) : Result<Pseudonym>(fail(row.grant ? Code::seal_no_grant : Code::usage));
}

Result<std::vector<Pseudonym>> subjects_of(const Held& held, const PacketRequest& request) {
  std::vector<Pseudonym> out;
  for (std::size_t i = 0; i < request.rows.size(); ++i) {
    const auto subject = subject_of(held, request.rows[i]);
    if (!subject) return fail(subject.error().code, at("rows", i) + ".subject");
    // One row a person: which of two is the right one nobody at the table could say.
    if (std::find(out.begin(), out.end(), *subject) != out.end()) return fail(Code::usage, at("rows", i) + ".subject");
    out.push_back(*subject);
  }
  return out;
}

/// Who is kept from which person's row. A conflict of somebody who is not there is a slip of the pen, and would keep
/// nobody out.
Result<std::set<std::pair<std::string, Pseudonym>>> conflicts_of(const PacketRequest& request,
                                                                 const std::vector<Pseudonym>& subjects) {
  std::set<std::pair<std::string, Pseudonym>> out;
  for (std::size_t i = 0; i < request.conflicts.size(); ++i) {
    const auto& conflict = request.conflicts[i];
    const auto subject = from_hex_as<Pseudonym>(conflict.subject);
    const bool known = subject && std::find(subjects.begin(), subjects.end(), *subject) != subjects.end();
    if (!known) return fail(Code::usage, at("conflicts", i) + ".subject");
    if (std::find(request.to.begin(), request.to.end(), conflict.party) == request.to.end())
      return fail(Code::usage, at("conflicts", i) + ".party");
    out.emplace(conflict.party, *subject);
  }
  return out;
}

Status check_table(const Held& held, const PacketRequest& request) {
  if (request.rows.empty()) return fail(Code::usage, "rows");
  if (request.to.empty()) return fail(Code::usage, "to");
  if (request.purpose == Purpose::none) return fail(Code::seal_purpose_missing);
  const auto roster = held.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < request.to.size(); ++i) {
    if (roster->party_named(request.to[i]) == nullptr) return fail(Code::seal_recipient_unknown, at("to", i));
    if (!seen.insert(request.to[i]).second) return fail(Code::usage, at("to", i));
  }
  return Ok{};
}

// ---- the plan ------------------------------------------------------------------------------------------------------

struct PlannedRow {
  std::size_t row = 0;
  std::string subject;
  SealPlan plan;
};
struct PacketPlan {
  std::vector<PlannedRow> rows;
  std::vector<LeftOut> left_out;
  std::vector<Withheld> withheld;
  Digest content;
};

/// concerns_one_attendee: the others may get the row all the same.
bool concerns_one_attendee(Code code) {
  return code == Code::seal_recipient_not_named || code == Code::seal_terms_empty || code == Code::policy_denied ||
         code == Code::seal_recipient_key || code == Code::seal_agreement;
}

/// concerns_the_row: the other rows are sealed all the same. Trouble with the machine or with what was asked is not.
bool concerns_the_row(Code code) {
  const Errc errc = info(code).errc;
  return errc == Errc::denied || errc == Errc::missing || errc == Errc::unsure;
}

struct Planner {
  const Session::State& state;
  const Call& call;
  const PacketRequest& request;
  const std::vector<Pseudonym>& subjects;
  const std::set<std::pair<std::string, Pseudonym>>& conflicts;
  NoteIdOf ids;

  SealRequest request_of(std::size_t row) const {
    SealRequest out;
    out.notes = {request.rows[row].note};
    out.grant = request.rows[row].grant;
    out.subject = request.rows[row].subject;
    out.basis = request.rows[row].basis;
    out.purpose = request.purpose;
    out.to = request.to;
    out.idempotency_key = request.idempotency_key;
    out.expires_at = request.expires_at;
    out.keep_archive_copy = request.keep_archive_copy;
    out.deliver = request.deliver;
    return out;
  }

  Result<SealPlan> plan_for(std::size_t row, const std::vector<std::string>& to,
                            const std::vector<ReadNote>& notes) const {
    SealRequest asked = request_of(row);
    asked.to = to;
    const NoteIdOf id = [this, row](const GrantHash& grant, std::size_t position, std::uint16_t part) {
      return ids(grant, row + position, part);
    };
    XCH_ASSIGN(auto plan, plan_seal(state, call, asked, notes, id));
    for (const auto& part : plan.parts) XCH_TRY(message::check_seal(plan.sender, part.notes, call.now));
    return plan;
  }

  /// Each attendee by itself first: whoever may get nothing of the row does not keep the others from it.
  Result<SealPlan> plan_row(std::size_t row, const std::vector<ReadNote>& notes,
                            std::vector<Withheld>& withheld) const {
    std::vector<std::string> to;
    for (const auto& name : request.to) {
      if (conflicts.count({name, subjects[row]}) != 0) {
        withheld.push_back({row, name, std::nullopt});
        continue;
      }
      const auto alone = plan_for(row, {name}, notes);
      // A value for another attendee alone has nobody to go to here; all of them together decide about it.
      const bool gets = alone || alone.error().code == Code::seal_no_write_right;
      if (!gets && !concerns_one_attendee(alone.error().code)) return fail(alone.error());
      if (gets) to.push_back(name);
      if (!gets) withheld.push_back({row, name, Error(alone.error().code)});
    }
    if (to.empty()) return fail(Code::seal_terms_empty);
    return plan_for(row, to, notes);
  }

  /// Errors: those that concern the packet as a whole.
  Result<PacketPlan> plan(Memory& memory) const {
    PacketPlan out;
    for (std::size_t i = 0; i < request.rows.size(); ++i) {
      const SealRequest asked = request_of(i);
      auto notes = read_notes(state, call, asked, memory);
      if (!notes) return fail(notes.error().code, row_path(i, notes.error().path));
      const Digest content = content_digest(state, asked, *notes);
      out.content = crypto::hmac_sha256(state.agency_secret.expose(), {out.content, content});
      auto planned = plan_row(i, *notes, out.withheld);
      const std::string subject = to_hex(subjects[i]);
      if (planned) out.rows.push_back({i, subject, std::move(*planned)});
      if (!planned && !concerns_the_row(planned.error().code)) return fail(std::move(planned).error());
      if (!planned)
        out.left_out.push_back({i, subject, Error(planned.error().code, row_path(i, planned.error().path))});
    }
    for (const auto& [party, subject] : conflicts)
      out.content = crypto::hmac_sha256(state.agency_secret.expose(),
                                        {out.content, ByteView(std::string_view(party)), subject});
    return out;
  }
};

/// together is one plan of all rows: one batch for each part, so that an attendee gets one envelope.
SealPlan together(std::vector<PlannedRow>& rows) {
  std::map<std::uint16_t, PartPlan> parts;
  for (auto& row : rows)
    for (auto& part : row.plan.parts) {
      PartPlan& into = parts[part.part];
      into.part = part.part;
      for (std::size_t i = 0; i < part.notes.size(); ++i) {
        into.notes.push_back(std::move(part.notes[i]));
        into.source.push_back(row.row);
        into.under.push_back(part.under[i]);
      }
    }
  SealPlan out;
  out.sender = std::move(rows.front().plan.sender);
  for (auto& [part, plan] : parts) out.parts.push_back(std::move(plan));
  return out;
}

/// with_plan enters, checks and plans, and gives the plan to `use`.
template <class Use>
auto with_plan(Session::State& state, const PacketRequest& request, Use use)
    -> decltype(use(std::declval<const Call&>(), std::declval<PacketPlan&>())) {
  XCH_ASSIGN(const Call call, state.enter());
  XCH_TRY(check_table(*call.held, request));
  XCH_ASSIGN(const auto subjects, subjects_of(*call.held, request));
  XCH_ASSIGN(const auto conflicts, conflicts_of(request, subjects));
  XCH_ASSIGN(auto arena, state.arenas.lease());
  const Planner planner{state, call, request, subjects, conflicts, note_ids(state, request.idempotency_key)};
  XCH_ASSIGN(auto plan, planner.plan(*arena));
  return use(call, plan);
}

}  // namespace

Packets Session::packets() { return Packets(*state_); }

Result<PacketAnswer> Packets::seal(const PacketRequest& request) {
  return with_plan(state_, request, [&](const Call& call, PacketPlan& plan) -> Result<PacketAnswer> {
    PacketAnswer out;
    XCH_ASSIGN(auto earlier, find_earlier(state_, request.idempotency_key, plan.content));
    if (earlier) {
      out.sealed = std::move(*earlier);
      return out;
    }
    out.left_out = std::move(plan.left_out);
    out.withheld = std::move(plan.withheld);
    if (plan.rows.empty()) return out;
    SealRequest once;
    once.idempotency_key = request.idempotency_key;
    once.deliver = request.deliver;
    XCH_ASSIGN(out.sealed, seal_planned(state_, once, together(plan.rows), plan.content, call.now));
    return out;
  });
}

Result<PacketPreview> Packets::preview(const PacketRequest& request) {
  return with_plan(state_, request, [&](const Call&, PacketPlan& plan) -> Result<PacketPreview> {
    PacketPreview out;
    for (const auto& name : request.to) out.attendees.push_back({name, {}});
    for (const auto& row : plan.rows)
      for (auto& gets : rows_of(row.plan)) {
        const auto attendee = std::find_if(out.attendees.begin(), out.attendees.end(),
                                           [&](const auto& each) { return each.party == gets.recipient; });
        if (attendee != out.attendees.end()) attendee->rows.push_back({row.row, row.subject, std::move(gets)});
      }
    out.left_out = std::move(plan.left_out);
    out.withheld = std::move(plan.withheld);
    return out;
  });
}

}  // namespace xch::session
