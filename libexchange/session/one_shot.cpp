#include "session/one_shot.hpp"

#include <algorithm>

#include "crypto/code_key.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "message/one_shot_code.hpp"
#include "session/authority_access.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/objects.hpp"
#include "session/seal_plan.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

// ---- the record ----------------------------------------------------------------------------------------------------

Bytes encode(const OneShotRecord& record) {
  ByteWriter out;
  out.raw(record.body).raw(record.grant).raw(record.grant_id).raw(record.to);
  put_v32(out, ByteView(std::string_view(record.name)));
  put_v32(out, ByteView(std::string_view(record.type)));
  out.u16(static_cast<std::uint16_t>(record.basis)).u16(static_cast<std::uint16_t>(record.purpose));
  out.u64(record.sealed_at.seconds).u64(record.expires_at.seconds).u64(record.journal_seq);
  out.u16(static_cast<std::uint16_t>(record.fields.size()));
  for (const auto& field : record.fields) put_v32(out, ByteView(std::string_view(field)));
  return std::move(out).take();
}

Result<OneShotRecord> decode_record(ByteView key, ByteView row) {
  OneShotRecord out;
  if (!out.id.copy_from(key)) return fail(Code::store_damaged);
  FieldReader in(row);
  out.body = in.fixed<Digest>();
  out.grant = in.fixed<GrantHash>();
  out.grant_id = in.fixed<GrantId>();
  out.to = in.fixed<PartyId>();
  out.name = in.text();
  out.type = in.text();
  out.basis = static_cast<Basis>(in.u16());
  out.purpose = static_cast<Purpose>(in.u16());
  out.sealed_at = in.time();
  out.expires_at = in.time();
  out.journal_seq = in.u64();
  for (std::uint16_t n = in.u16(); n > 0 && !in.at_end(); --n) out.fields.push_back(in.text());
  XCH_TRY(in.done());
  return out;
}

// ---- the plan ------------------------------------------------------------------------------------------------------

struct Planned {
  SealPlan seal;
  message::NoteInput note;
  ExternalRecipient to;
  message::OneShotPlan plan;

  const NoteSchema& schema() const { return *note.schema; }
  OneShotRecord record(Timestamp now) const {
    OneShotRecord out;
    out.id = note.note_id;
    out.grant = seal.grant->hash();
    out.grant_id = seal.row->id;
    out.to = to.id;
    out.name = to.name;
    out.type = schema().name;
    out.basis = seal.grant->core().basis;
    out.purpose = note.purpose;
    out.sealed_at = now;
    out.expires_at = note.expires_at;
    for (const auto slot : plan.slots) {
      const SlotSpec& spec = schema().slots[slot];
      const bool whole = spec.full_slot == slot;
      out.fields.push_back(spec.path + (whole ? "" : " (" + std::string(code_of(spec.compartment.form())) + ")"));
    }
    return out;
  }
};

SealRequest seal_request(const OneShotRequest& request) {
  SealRequest out;
  out.notes = {request.note};
  out.grant = request.grant;
  out.subject = request.subject;
  out.basis = request.basis;
  out.purpose = request.purpose;
  return out;
}

Result<Planned> prepare(const Session::State& state, const Call& call, const OneShotRequest& request, Memory& memory) {
  const SealRequest asked = seal_request(request);
  XCH_ASSIGN(auto notes, read_notes(state, call, asked, memory));
  Planned out;
  XCH_ASSIGN(out.seal, plan_sender(state, call, asked, std::move(notes)));
  const auto& externals = out.seal.grant->externals();
  const auto named = std::find_if(externals.begin(), externals.end(), [&](const auto& e) { return e.name == request.to; });
  if (named == externals.end()) return fail(Code::one_shot_recipient, "to");
  out.to = *named;
  const Timestamp usual = std::min(default_end(out.seal, call.now), call.now + message::kOneShotDays * kDay);
  out.note.schema = &out.seal.notes.front().type->schema();
  out.note.slots = out.seal.notes.front().slots;
  out.note.purpose = request.purpose;
  out.note.expires_at = request.expires_at.value_or(std::min(usual, out.to.until));
  // However long the grant holds: what waits outside waits no longer than a note may.
  if (out.note.expires_at > call.now + std::uint64_t{out.seal.sender.pack->note_days} * kDay)
    return fail(Code::seal_outlives_type, "expires_at");
  put_grant(out.note, *call.held, out.seal);
  XCH_ASSIGN(out.plan, message::plan_one_shot(out.seal.sender, out.note, out.to.id, call.now));
  return out;
}

Result<Bytes> roster_as_signed(const Session::State& state, const party::VerifiedRoster& roster) {
  XCH_ASSIGN(const auto row, state.rows->get(space::kRoster, ByteWriter().u32(roster.roster().version)));
  if (!row) return fail(Code::store_damaged);
  return row->expose().copy();
}

// ---- recording -----------------------------------------------------------------------------------------------------

Event disclosed_outside(const Planned& planned, const Digest& body, const Digest& key, const KeyId& actor, Timestamp now) {
  const auto& sender = planned.seal.sender;
  JsonLine detail;
  detail.word("what", "one-shot").hex("to", planned.to.id).hex("key", key);
  detail.hex("grant", planned.seal.grant->hash()).hex("status", planned.note.status->hash());
  detail.hex("policy", sender.policy_hash).hex("schema", planned.schema().digest).number("part", 0);
  detail.word("basis", code_of(planned.seal.grant->core().basis)).word("purpose", code_of(planned.note.purpose));
  detail.word("role", code_of(Role::ext)).compartments("compartments", planned.plan.terms.compartments);
  detail.number("until", planned.note.expires_at.seconds);
  return plain_event(EventKind::disclosed, body, detail.text(), actor, now);
}

/// What tells the grant's authority; nothing where it is this home, or has no mailbox any more.
Result<std::optional<QueuedObject>> word_to_authority(const Session::State& state, const Call& call, const Planned& planned) {
  const PartyId& authority = planned.seal.grant->core().authority;
  if (authority == state.info.party) return std::optional<QueuedObject>();
  const PacketSent sent{planned.seal.grant->hash(), planned.to.id, call.now};
  XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::receipt, wire::encode(sent)));
  return seal_if_reachable(state, call, object, authority);
}

/// One transaction: what went, to whom, and the word of it to the authority.
Status record(const Session::State& state, const Call& call, const Planned& planned, const Digest& key, OneShotRecord& out) {
  XCH_ASSIGN(const auto word, word_to_authority(state, call, planned));
  const KeyId actor = planned.seal.sender.seat_key_id;
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.append(sealed_event(retag<HeaderHash>(out.body), out.id, state.info.party, actor, call.now)));
  XCH_ASSIGN(out.journal_seq, change.append(disclosed_outside(planned, out.body, key, actor, call.now)));
  XCH_TRY(change.put(space::kOneShot, out.id, encode(out)));
  if (planned.seal.grant->core().authority == state.info.party)
    XCH_TRY(put_packet_sent(change, {out.grant, out.to, call.now}, state.info.party, actor, call.now));
  if (word) XCH_TRY(queue(change, *word));
  return change.commit();
}

}  // namespace

OneShots Session::one_shots() { return OneShots(*state_); }

Status put_packet_sent(Change& change, const PacketSent& sent, const PartyId& from, const KeyId& actor, Timestamp now) {
  const Bytes key = ByteWriter().raw(sent.grant).raw(from).u64(sent.time.seconds).raw(sent.to).bytes();
  XCH_ASSIGN(const Inserted inserted, change.insert(authority_space("packets-sent"), key, ByteWriter().u64(now.seconds)));
  if (inserted == Inserted::already) return Ok{};
  XCH_TRY(change.append(plain_event(EventKind::receipt, retag<Digest>(sent.grant),
                                    JsonLine()
                                        .word("what", "packet-sent")
                                        .hex("reader", sent.to)
                                        .hex("with", from)
                                        .number("at", sent.time.seconds)
                                        .text(),
                                    actor, now)));
  return Ok{};
}

Result<OneShotRecord> OneShots::preview(const OneShotRequest& request) const {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto arena, state_.arenas.lease());
  XCH_ASSIGN(const auto planned, prepare(state_, call, request, *arena));
  return planned.record(call.now);
}

Result<OneShotAnswer> OneShots::seal(const OneShotRequest& request) {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto arena, state_.arenas.lease());
  XCH_ASSIGN(auto planned, prepare(state_, call, request, *arena));
  planned.note.note_id = crypto::random_fixed<NoteId>(state_.random);
  const auto& roster = *planned.seal.sender.roster;
  XCH_ASSIGN(const Bytes signed_roster, roster_as_signed(state_, roster));

  OneShotAnswer out;
  out.code = message::new_code(state_.random);
  XCH_ASSIGN(const auto key, crypto::code_key(roster.roster().suite, out.code.expose()));
  XCH_ASSIGN(auto sealed, message::seal_one_shot(planned.seal.sender, planned.note, planned.to.id, planned.plan,
                                                 signed_roster, key.public_key(), state_.random, call.now));
  out.record = planned.record(call.now);
  out.record.body = sealed.body;
  XCH_TRY(record(state_, call, planned, message::one_shot_key(key.public_key()), out.record));
  state_.log.write(LogLevel::info, JsonLine().word("event", "one-shot").number("fields", out.record.fields.size()).text());
  deliver_queued(state_);
  out.packet = std::move(sealed.packet);
  out.roots = party::roots_digest(roster.roster());
  return out;
}

Result<std::vector<OneShotRecord>> OneShots::records() const {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const auto rows, state_.rows->list(space::kOneShot));
  std::vector<OneShotRecord> out;
  for (const auto& row : rows) {
    XCH_ASSIGN(auto record, decode_record(row.key, row.value.expose()));
    out.push_back(std::move(record));
  }
  std::sort(out.begin(), out.end(),
            [](const OneShotRecord& a, const OneShotRecord& b) { return a.journal_seq < b.journal_seq; });
  return out;
}

Result<Digest> OneShots::roots() const {
  XCH_ASSIGN(const Call call, state_.enter());
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  return party::roots_digest(roster->roster());
}

}  // namespace xch::session
