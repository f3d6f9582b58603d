#include "session/seal_plan.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "session/log_rows.hpp"

namespace xch::session {
namespace {

std::string at(const char* list, std::size_t index) { return std::string(list) + "[" + std::to_string(index) + "]"; }

Result<const PolicyPack*> pinned_pack(const Held& held) {
  const auto roster = held.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const PolicyPack* pack = held.policies->find(roster->roster().policy_pack);
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  return pack;
}

// ---- the grant -----------------------------------------------------------------------------------------------------

bool names(const GrantRow& row, Purpose purpose) {
  return std::find(row.purposes.begin(), row.purposes.end(), purpose) != row.purposes.end();
}

bool in_force(const GrantIndex& grants, const GrantRow& row, Timestamp now) {
  const GrantRow* next = grants.next(row);
  if (next != nullptr && next->effective_at <= now) return false;
  return row.not_before <= now && row.effective_at <= now && now <= row.not_after;
}

// By subject: the newest version in force, of a grant that names the purpose where there is one. Where nothing is in
// force the newest version is planned all the same, so that the refusal says what is wrong with it.
const GrantRow* choose_grant(const Held& held, const Pseudonym& subject, Basis basis, Purpose purpose, Timestamp now) {
  const GrantRow* best = nullptr;
  const auto rank = [&](const GrantRow& row) {
    return std::tuple(in_force(*held.grants, row, now), names(row, purpose), row.version, row.effective_at.seconds);
  };
  for (const auto* row : held.grants->of_subject(subject)) {
    if (basis != Basis::none && row->basis != basis) continue;
    if (best == nullptr || rank(*best) < rank(*row)) best = row;
  }
  return best;
}

Result<const GrantRow*> find_grant(const Held& held, const SealRequest& request, Timestamp now) {
  if (request.grant) {
    const GrantRow* row = held.grants->find(*request.grant);
    if (row == nullptr) return fail(Code::seal_no_grant);
    return row;
  }
  const auto subject = from_hex_as<Pseudonym>(request.subject);
  if (!subject) return fail(Code::usage, "subject");
  const GrantRow* row = choose_grant(held, *subject, request.basis, request.purpose, now);
  if (row == nullptr) return fail(Code::seal_no_grant);
  return row;
}

// ---- the recipients ------------------------------------------------------------------------------------------------

struct Reader {
  const Party* party = nullptr;
  bool named = false;  // by the request; else an edge of the grant
};

Result<std::vector<Reader>> find_readers(const SealPlan& plan, const SealRequest& request) {
  std::vector<Reader> out;
  std::set<PartyId> seen{plan.sender.party};
  for (std::size_t i = 0; i < request.to.size(); ++i) {
    const Party* party = plan.sender.roster->party_named(request.to[i]);
    if (party == nullptr) return fail(Code::seal_recipient_unknown, at("to", i));
    if (!seen.insert(party->id).second) return fail(Code::usage, at("to", i));
    if (!plan.grant->is_edge(party->id)) return fail(Code::seal_recipient_not_named, at("to", i));
    out.push_back({party, true});
  }
  if (!out.empty()) return out;
  for (const auto& edge : plan.grant->edges()) {
    const Party* party = plan.sender.roster->party(edge);
    if (party != nullptr) out.push_back({party, false});
  }
  return out;
}

std::vector<Compartment> terms_of(const SealPlan& plan, const Party& reader, const NoteSchema& schema,
                                  std::uint16_t part, Purpose purpose) {
  return policy::terms_of(*plan.sender.pack, schema, plan.query(reader, part, purpose));
}

bool edge_allowed(const SealPlan& plan, const Party& own, const Party& reader, const NoteSchema& schema) {
  return policy::edge_allowed(*plan.sender.pack, schema.name, own.role, reader.role);
}

// A named reader of nothing at all is refused: the core alone tells schema, sender and basis.
Status check_readers(const SealPlan& plan, const Party& own, const std::vector<Reader>& readers, Purpose purpose) {
  for (std::size_t n = 0; n < plan.notes.size(); ++n) {
    const NoteSchema& schema = plan.notes[n].type->schema();
    const auto parts = parts_of(schema);
    bool anybody = false;
    for (std::size_t r = 0; r < readers.size(); ++r) {
      const bool reads = std::any_of(parts.begin(), parts.end(), [&](std::uint16_t part) {
        return !terms_of(plan, *readers[r].party, schema, part, purpose).empty();
      });
      if (readers[r].named && !reads) return fail(Code::seal_terms_empty, at("notes", n) + "." + at("to", r));
      anybody = anybody || (reads && (readers[r].named || edge_allowed(plan, own, *readers[r].party, schema)));
    }
    if (!anybody) return fail(Code::seal_terms_empty, at("notes", n));
  }
  return Ok{};
}

// ---- the parts -----------------------------------------------------------------------------------------------------

Result<HeaderHash> thread_before(const Session::State& state, const SealPlan& plan, const NoteSchema& schema,
                                 const PartyId& reader) {
  XCH_ASSIGN(const auto row, state.rows->get(space::kThread, thread_key(plan.row->id, schema.digest, reader)));
  HeaderHash out;
  if (row && !out.copy_from(row->expose())) return fail(Code::store_damaged);
  return out;
}

// A value that nobody would get is not dropped in silence.
Status check_unsent(const ReadNote& note, std::uint16_t part, std::size_t index) {
  for (const auto slot : slots_of_part(note.type->schema(), part)) {
    const SlotSpec& spec = note.type->schema().slots[slot];
    if (spec.full_slot == slot && note.slots[slot].present)
      return fail(Code::seal_no_write_right, at("notes", index) + "." + spec.path);
  }
  return Ok{};
}

struct Planner {
  const Session::State& state;
  const Call& call;
  const SealRequest& request;
  const NoteIdOf& note_id;
  const Party* own;
  Timestamp expires_at;

  Result<std::vector<message::NoteInput::To>> readers_of(const SealPlan& plan, const std::vector<Reader>& readers,
                                                         const NoteSchema& schema, std::uint16_t part) const {
    std::vector<message::NoteInput::To> to;
    for (const auto& reader : readers) {
      if (!reader.named && !edge_allowed(plan, *own, *reader.party, schema)) continue;
      if (terms_of(plan, *reader.party, schema, part, request.purpose).empty()) continue;
      XCH_ASSIGN(const HeaderHash before, thread_before(state, plan, schema, reader.party->id));
      to.push_back({reader.party->id, before});
    }
    if (!request.keep_archive_copy || terms_of(plan, *own, schema, part, request.purpose).empty()) return to;
    XCH_ASSIGN(const HeaderHash before, thread_before(state, plan, schema, own->id));
    to.push_back({own->id, before});
    return to;
  }

  /// One note of one part; nothing where nobody holds it.
  Status add(SealPlan& plan, PartPlan& list, const std::vector<Reader>& readers, std::size_t index) const {
    const ReadNote& note = plan.notes[index];
    const NoteSchema& schema = note.type->schema();
    XCH_ASSIGN(auto to, readers_of(plan, readers, schema, list.part));
    if (to.empty()) return check_unsent(note, list.part, index);
    message::NoteInput input;
    input.schema = &schema;
    input.part = list.part;
    input.slots = note.slots;
    input.note_id = note_id(plan.grant->hash(), index, list.part);
    put_grant(input, *call.held, plan);
    input.purpose = request.purpose;
    input.expires_at = expires_at;
    input.to = std::move(to);
    list.notes.push_back(std::move(input));
    list.source.push_back(index);
    list.under.push_back(plan.row);
    return Ok{};
  }
};

std::vector<std::uint16_t> all_parts(const std::vector<ReadNote>& notes) {
  std::set<std::uint16_t> out;
  for (const auto& note : notes)
    for (const auto part : parts_of(note.type->schema())) out.insert(part);
  return {out.begin(), out.end()};
}

bool has_part(const NoteSchema& schema, std::uint16_t part) {
  const auto parts = parts_of(schema);
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

}  // namespace

Bytes thread_key(const GrantId& grant, const SchemaDigest& schema, const PartyId& reader) {
  return ByteWriter().raw(grant.view()).raw(schema.view()).raw(reader.view()).bytes();
}

policy::Query SealPlan::query(const Party& reader, std::uint16_t part, Purpose purpose) const {
  policy::Query query;
  query.basis = grant->core().basis;
  query.purpose = purpose;
  query.reader_role = reader.role;
  query.reader_may_read = grant->may_read(reader.id);
  query.sender_may_write = grant->may_write(sender.party);
  query.reader_is_sender = reader.id == sender.party;
  query.part = part;
  return query;
}

Result<std::vector<ReadNote>> read_notes(const Session::State& state, const Call& call, const SealRequest& request,
                                         Memory& memory) {
  if (request.notes.empty()) return fail(Code::usage, "notes");
  if (request.notes.size() > kMaxViews) return fail(Code::seal_batch_too_large, "notes");
  XCH_ASSIGN(const PolicyPack* pack, pinned_pack(*call.held));
  std::vector<ReadNote> out;
  for (std::size_t i = 0; i < request.notes.size(); ++i) {
    XCH_ASSIGN(auto note, read_note(state.catalogue, *pack, request.notes[i], i, memory));
    out.push_back(std::move(note));
  }
  return out;
}

Timestamp default_end(const SealPlan& plan, Timestamp now) {
  const PolicyPack& pack = *plan.sender.pack;
  Timestamp end = now + std::uint64_t{pack.note_days} * kDay;
  for (const auto& note : plan.notes) {
    const PackSchema* row = policy::schema_row(pack, note.type->schema().digest);
    if (row != nullptr && row->max_hours != 0) end = std::min(end, now + std::uint64_t{row->max_hours} * kHour);
  }
  return std::min(end, plan.row->not_after);
}

void put_grant(message::NoteInput& input, const Held& held, const SealPlan& plan) {
  input.grant = plan.grant;
  if (const ListHistory* list = held.status->find({plan.row->authority, plan.row->list})) {
    input.status = list->whole();
    input.newest_status_version = list->newest_version();
  }
  if (const GrantRow* next = held.grants->next(*plan.row)) input.next_version_from = next->effective_at;
}

Result<SealPlan> plan_sender(const Session::State& state, const Call& call, const SealRequest& request,
                             std::vector<ReadNote> notes) {
  const Held& held = *call.held;
  if (request.purpose == Purpose::none) return fail(Code::seal_purpose_missing);
  SealPlan plan;
  plan.notes = std::move(notes);
  plan.sender.party = state.info.party;
  plan.sender.roster = held.rosters->newest();
  XCH_ASSIGN(plan.sender.pack, pinned_pack(held));
  if (!plan.sender.roster->is_current(call.now)) return fail(Code::seal_roster_expired);
  plan.sender.policy_hash = plan.sender.roster->roster().policy_pack;
  XCH_ASSIGN(plan.sender.checkpoint, read_log_reference(*state.rows));
  XCH_ASSIGN(auto seat, state.seat(held, call.now));
  plan.sender.chain = std::move(seat.chain);
  plan.sender.seat_key_id = seat.key->certified.id;
  plan.sender.seat_key = seat.key->sign.get();
  if (plan.sender.roster->party(state.info.party) == nullptr) return fail(Code::party_unknown);

  XCH_ASSIGN(plan.row, find_grant(held, request, call.now));
  XCH_ASSIGN(plan.grant, state.shelf.get(plan.row->hash, held, *state.rows, state.info.party));
  return plan;
}

Result<SealPlan> plan_seal(const Session::State& state, const Call& call, const SealRequest& request,
                           std::vector<ReadNote> notes, const NoteIdOf& note_id) {
  XCH_ASSIGN(SealPlan plan, plan_sender(state, call, request, std::move(notes)));
  const Party* own = plan.sender.roster->party(state.info.party);
  XCH_ASSIGN(const auto readers, find_readers(plan, request));
  XCH_TRY(check_readers(plan, *own, readers, request.purpose));

  const Planner planner{state, call, request, note_id, own, request.expires_at.value_or(default_end(plan, call.now))};

  for (const auto part : all_parts(plan.notes)) {
    PartPlan list;
    list.part = part;
    for (std::size_t i = 0; i < plan.notes.size(); ++i)
      if (has_part(plan.notes[i].type->schema(), part)) XCH_TRY(planner.add(plan, list, readers, i));
    if (!list.notes.empty()) plan.parts.push_back(std::move(list));
  }
  if (plan.parts.empty()) return fail(Code::seal_terms_empty);
  return plan;
}

}  // namespace xch::session
