#include "session/break_glass.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "session/codec.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/exchange_log.hpp"
#include "session/json_line.hpp"
#include "session/knowledge.hpp"
#include "session/note_source.hpp"
#include "session/objects.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

// ---- the record ----------------------------------------------------------------------------------------------------

Bytes encode(const EmergencyRecord& record) {
  ByteWriter out;
  out.u8(record.told ? 1 : 0).u64(record.time.seconds).u64(record.sent.seconds);
  out.u64(record.journal_seq).raw(record.body);
  for (const auto* text : {&record.party, &record.personnel, &record.facility, &record.discloser, &record.nature,
                           &record.type})
    put_v32(out, ByteView(std::string_view(*text)));
  out.u16(static_cast<std::uint16_t>(record.fields.size()));
  for (const auto& field : record.fields) put_v32(out, ByteView(std::string_view(field)));
  return std::move(out).take();
}

Result<EmergencyRecord> decode_record(ByteView key, ByteView row) {
  EmergencyRecord out;
  if (!out.id.copy_from(key)) return fail(Code::store_damaged);
  FieldReader in(row);
  out.told = in.u8() != 0;
  out.time = in.time();
  out.sent = in.time();
  out.journal_seq = in.u64();
  out.body = in.fixed<Digest>();
  for (auto* text : {&out.party, &out.personnel, &out.facility, &out.discloser, &out.nature, &out.type})
    *text = in.text();
  for (std::uint16_t n = in.u16(); n > 0 && !in.at_end(); --n) out.fields.push_back(in.text());
  XCH_TRY(in.done());
  return out;
}

EmergencyRecord record_of(const BreakGlass& told, const NoteSchema& schema, std::string party, bool by_us) {
  EmergencyRecord out;
  out.id = told.id;
  out.told = by_us;
  out.party = std::move(party);
  out.time = told.time;
  out.personnel = told.personnel;
  out.facility = told.facility;
  out.discloser = told.discloser;
  out.nature = told.nature;
  out.type = schema.name;
  for (const auto& field : told.fields) out.fields.push_back(schema.slots[field.slot].path);
  return out;
}

/// Names stay in the record, which the store keeps encrypted; the event has digests, codes and counts.
Event emergency_event(std::string_view what, const BreakGlass& told, const PartyId& other, const Digest& body,
                      const KeyId& actor, Timestamp now) {
  JsonLine detail;
  detail.word("what", what).hex("id", told.id).hex("with", other).hex("schema", told.schema_digest);
  detail.number("fields", told.fields.size()).number("at", told.time.seconds);
  return plain_event(EventKind::breakGlass, body, detail.text(), actor, now);
}

// ---- telling -------------------------------------------------------------------------------------------------------

/// Told is what is about to be told; its values are wiped.
struct Told {
  BreakGlass body;
  const wire::NoteType* type = nullptr;
  const Party* to = nullptr;
  std::shared_ptr<const party::VerifiedRoster> roster;
  Told() = default;
  Told(Told&&) = default;
  Told& operator=(Told&&) = delete;
  ~Told() { message::forget(body); }
};

Status check_roster(const party::VerifiedRoster& roster, const Party& self, const Party& to, Timestamp now) {
  if (!roster.is_current(now)) return fail(Code::roster_expired);
  if (!message::may_tell(self)) return fail(Code::present_not_allowed);
  if (!message::is_medical(to)) return fail(Code::break_glass_recipient);
  for (const auto* party : {&self, &to})
    if (!party::VerifiedRoster::agreement_holds(*party, now)) return fail(Code::seal_agreement);
  return Ok{};
}

/// Every field that the note has a value for, whole: forms are for readers under a consent.
void take_fields(Told& out, const ReadNote& note) {
  const NoteSchema& schema = note.type->schema();
  for (const auto& slot : schema.slots)
    if (slot.full_slot == slot.index && note.slots[slot.index].present)
      out.body.fields.push_back({slot.index, note.slots[slot.index].value.copy()});
}

Result<Told> prepare(const Session::State& state, const Call& call, const EmergencyRequest& request, Memory& memory) {
  Told out;
  out.roster = call.held->rosters->newest();
  if (!out.roster) return fail(Code::roster_missing);
  const PolicyPack* pack = call.held->policies->find(out.roster->roster().policy_pack);
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  const Party* self = out.roster->party(state.info.party);
  out.to = out.roster->party_named(request.to);
  if (self == nullptr || out.to == nullptr || out.to == self) return fail(Code::party_unknown, "to");
  XCH_TRY(check_roster(*out.roster, *self, *out.to, call.now));
  const CertifiedKey* key = out.roster->encryption_key(out.to->id, call.now);
  if (key == nullptr) return fail(Code::seal_recipient_key, "to");

  BreakGlass& body = out.body;
  body.coalition = state.info.coalition;
  body.sender = state.info.party;
  body.recipient = out.to->id;
  body.recipient_key = key->id;
  body.time = call.now;
  body.personnel = request.personnel;
  body.facility = request.facility;
  body.discloser = request.discloser;
  body.nature = request.nature;
  XCH_TRY(message::check_facts(body));

  XCH_ASSIGN(const auto note, read_note(state.catalogue, *pack, request.note, 0, memory));
  out.type = note.type;
  body.schema_id = note.type->schema().type_id;
  body.schema_digest = note.type->schema().digest;
  if (policy::schema_row(*pack, body.schema_digest) == nullptr) return fail(Code::seal_schema, "type");
  take_fields(out, note);
  XCH_TRY(message::check_fields(body, *note.type));
  return out;
}

struct Sealed {
  QueuedObject queued;
  Digest body;
};

Result<Sealed> seal_told(const Session::State& state, const Call& call, const Told& told) {
  const crypto::KemPublicKey* key = told.roster->kem_key(told.body.recipient_key);
  if (key == nullptr) return fail(Code::seal_recipient_key);
  Sealed out;
  Bytes body = wire::encode(told.body);
  out.body = crypto::sha256(body);
  auto object = sign_by_seat(state, call, Kind::breakGlass, body);
  crypto::wipe(MutableView(body));
  if (!object) return fail(std::move(object).error());
  auto envelope = message::seal_break_glass(*object, told.to->id, told.body.recipient_key, *key, state.random);
  crypto::wipe(MutableView(object->object.body));
  if (!envelope) return fail(std::move(envelope).error());
  out.queued.outgoing.envelope = std::move(*envelope);
  out.queued.outgoing.key = {crypto::random_fixed<BatchId>(state.random), 0, told.to->id};
  out.queued.outgoing.sealed_to = told.body.recipient_key;
  out.queued.outgoing.keep_until = call.now;
  out.queued.delivery = {told.to->name, new_file_name(state.random, extension::kBreakGlass)};
  return out;
}

/// The facts and the event, in one transaction.
Status record_told(const Session::State& state, const Call& call, const Told& told, EmergencyRecord& record) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_ASSIGN(record.journal_seq, change.append(emergency_event("told", told.body, told.to->id, record.body,
                                                               state.actor(*call.held), call.now)));
  XCH_TRY(change.put(space::kBreakGlass, record.id, encode(record)));
  return change.commit();
}

/// Into the log, under a checkpoint on disk: protocol's "durable in its own log's checkpoint before delivery".
Status reach_log(Session::State& state, std::uint64_t seq) {
  ExchangeLog log(state);
  XCH_TRY(log.flush());
  XCH_TRY(log.place_of(seq));
  return Ok{};
}

Status send_told(const Session::State& state, const Sealed& sealed, EmergencyRecord& record) {
  XCH_ASSIGN(record.sent, state.clock());
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(queue(change, sealed.queued));
  XCH_TRY(change.put(space::kBreakGlass, record.id, encode(record)));
  return change.commit();
}

/// That nothing was sent after all is said where that can still be written; the record, unsent, says it anyway.
void record_unsent(const Session::State& state, const Call& call, const Told& told, const Digest& body) {
  auto change = state.rows->begin();
  if (!change) return;
  const auto event = emergency_event("not-sent", told.body, told.to->id, body, state.actor(*call.held), call.now);
  if (change->append(event)) (void)change->commit();
}

}  // namespace

Emergencies Session::emergencies() { return Emergencies(*state_); }

Result<EmergencyRecord> Emergencies::preview(const EmergencyRequest& request) const {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto arena, state_.arenas.lease());
  XCH_ASSIGN(const auto told, prepare(state_, call, request, *arena));
  XCH_TRY(ExchangeLog(state_).standing());
  return record_of(told.body, told.type->schema(), told.to->name, true);
}

Result<EmergencyRecord> Emergencies::tell(const EmergencyRequest& request) {
  XCH_ASSIGN(const Call call, state_.enter());
  XCH_ASSIGN(auto arena, state_.arenas.lease());
  XCH_ASSIGN(auto told, prepare(state_, call, request, *arena));
  XCH_TRY(ExchangeLog(state_).standing());  // a home without a log tells nothing
  told.body.id = crypto::random_fixed<BreakGlassId>(state_.random);
  XCH_ASSIGN(const auto sealed, seal_told(state_, call, told));
  auto record = record_of(told.body, told.type->schema(), told.to->name, true);
  record.body = sealed.body;
  XCH_TRY(record_told(state_, call, told, record));
  const Status logged = reach_log(state_, record.journal_seq);
  if (!logged) {
    record_unsent(state_, call, told, sealed.body);
    return fail(logged.error());
  }
  XCH_TRY(send_told(state_, sealed, record));
  deliver_queued(state_);
  const auto line = JsonLine().word("event", "break-glass").number("fields", record.fields.size()).text();
  state_.log.write(LogLevel::warning, line);
  return record;
}

Result<OpenedEmergency> Emergencies::open(ByteView envelope) {
  XCH_ASSIGN(const Call call, state_.enter());
  const SessionKnowledge knowledge(state_, call);
  OpenedEmergency out;
  auto opened = message::open_break_glass(envelope, knowledge, call.now);
  const KeyId actor = state_.actor(*call.held);
  if (!opened) {
    const Code code = opened.error().code;
    XCH_ASSIGN(auto change, state_.rows->begin());
    XCH_TRY(record_denied(change, code, crypto::sha256(envelope), actor, call.now));
    XCH_TRY(change.commit());
    return fail(std::move(opened).error());
  }
  out.opened = std::move(*opened);
  const BreakGlass& told = out.opened.told;
  const Party* sender = knowledge.newest_roster()->party(told.sender);
  out.record = record_of(told, out.opened.type->schema(), sender->name, false);
  out.record.body = out.opened.body;

  XCH_ASSIGN(auto change, state_.rows->begin());
  XCH_ASSIGN(const auto row, change.get(space::kBreakGlass, told.id));
  if (row) {
    XCH_ASSIGN(out.record, decode_record(told.id, row->expose()));
    if (out.record.body != out.opened.body) return fail(Code::open_replay_alarm);
    out.repeat = true;
  }
  XCH_ASSIGN(const auto seq, change.append(emergency_event(out.repeat ? "opened-again" : "opened", told, told.sender,
                                                           out.opened.body, actor, call.now)));
  if (!out.repeat) {
    out.record.journal_seq = seq;
    out.record.sent = call.now;
    XCH_TRY(change.put(space::kBreakGlass, told.id, encode(out.record)));
  }
  XCH_TRY(change.commit());
  return out;
}

Result<std::vector<EmergencyRecord>> Emergencies::records() const {
  XCH_TRY(state_.enter());
  XCH_ASSIGN(const auto rows, state_.rows->list(space::kBreakGlass));
  std::vector<EmergencyRecord> out;
  for (const auto& row : rows) {
    XCH_ASSIGN(auto record, decode_record(row.key, row.value.expose()));
    out.push_back(std::move(record));
  }
  std::sort(out.begin(), out.end(), [](const EmergencyRecord& a, const EmergencyRecord& b) {
    return std::tie(a.time.seconds, a.journal_seq) < std::tie(b.time.seconds, b.journal_seq);
  });
  return out;
}

}  // namespace xch::session
