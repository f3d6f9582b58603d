#include "session/intake.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "grant/build.hpp"
#include "policy/decide.hpp"
#include "session/authority_access.hpp"
#include "session/deliver.hpp"
#include "session/events.hpp"
#include "session/home_files.hpp"
#include "session/json_line.hpp"
#include "session/objects.hpp"
#include "session/one_shot.hpp"
#include "wire/records.hpp"

namespace xch::session {

// ---- the roster ----------------------------------------------------------------------------------------------------

namespace {

// A first roster is not just any that signs itself: its hash was compared by the administrator, and it has the root
// that this home was enrolled under.
Status check_first(const Session::State& state, const party::VerifiedRoster& roster,
                   const std::optional<RosterHash>& pinned) {
  if (!pinned) return fail(Code::roster_missing);
  if (roster.hash() != *pinned) return fail(Code::roster_signature);
  XCH_ASSIGN(const auto root, state.rows->get(space::kMeta, ByteView(meta::kCoalitionRoot)));
  KeyId enrolled;
  if (!root || !enrolled.copy_from(root->expose())) return fail(Code::store_damaged);
  const auto& roots = roster.root_ids();
  if (std::find(roots.begin(), roots.end(), enrolled) == roots.end()) return fail(Code::roster_roots);
  return Ok{};
}

}  // namespace

Status take_roster(const Session::State& state, ByteView bytes, const std::optional<RosterHash>& pinned_first) {
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  const auto decoded = wire::decode_signed_roster(bytes);
  if (!decoded) return fail(Code::roster_malformed);
  const auto newest = held->rosters->newest();
  // The same one again, as a second courier brings it.
  if (newest && party::roster_hash(decoded->body) == newest->hash()) return Ok{};
  XCH_ASSIGN(const auto roster, party::verify_roster(*decoded, newest.get()));
  if (roster->roster().coalition != state.info.coalition) return fail(Code::roster_malformed);
  if (!newest) XCH_TRY(check_first(state, *roster, pinned_first));

  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(unchanged(change, held->generations, Part::rosters));
  const std::uint32_t version = roster->roster().version;
  XCH_TRY(change.put(space::kRoster, ByteWriter().u32(version), bytes));
  XCH_TRY(touch(change, Part::rosters));
  XCH_TRY(change.append(plain_event(EventKind::roster, retag<Digest>(roster->hash()),
                                    JsonLine().number("version", version).text(), state.actor(*held), now)));
  return change.commit();
}

// ---- the policy pack -----------------------------------------------------------------------------------------------

namespace {

Status check_root_signature(const party::VerifiedRoster& roster, const Signed& signed_pack) {
  const auto& ids = roster.root_ids();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != signed_pack.signer) continue;
    XCH_ASSIGN(const auto key, crypto::SignPublicKey::parse(roster.roster().suite, roster.roster().roots[i].public_key));
    return crypto::verify(key, ids[i], crypto::sign_label(Kind::policyPack), signed_pack.body, signed_pack.signature,
                          Code::object_signature);
  }
  return fail(Code::object_signature);
}

}  // namespace

Status take_policy(const Session::State& state, ByteView bytes) {
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  const auto roster = held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const auto signed_pack = wire::decode_signed(bytes);
  if (!signed_pack || signed_pack->kind != Kind::policyPack) return fail(Code::policy_pack_malformed);
  XCH_TRY(check_root_signature(*roster, *signed_pack));
  const auto pack = wire::decode_policy_pack(signed_pack->body);
  if (!pack) return fail(Code::policy_pack_malformed);
  XCH_TRY(policy::check_pack(*pack));
  const auto hash = crypto::th_as<PolicyHash>(crypto::label::kPolicyHash, {signed_pack->body});
  if (held->policies->find(hash) != nullptr) return Ok{};

  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.put(space::kPolicy, hash, bytes));
  XCH_TRY(touch(change, Part::policies));
  XCH_TRY(change.append(plain_event(EventKind::policyChange, retag<Digest>(hash),
                                    JsonLine().number("version", pack->pack_version).text(), state.actor(*held), now)));
  return change.commit();
}

// ---- grant views ---------------------------------------------------------------------------------------------------

namespace {

Status put_view_ack(Change& change, const ViewAck& ack, const KeyId& actor, Timestamp now) {
  const Bytes key = ByteWriter().raw(ack.grant.view()).raw(ack.reader.view()).bytes();
  XCH_ASSIGN(const Inserted inserted,
             change.insert(authority_space("view-acks"), key, ByteWriter().u64(ack.time.seconds)));
  if (inserted == Inserted::already) return Ok{};
  XCH_TRY(change.append(plain_event(EventKind::receipt, retag<Digest>(ack.grant),
                                    JsonLine().word("what", "view-taken").hex("reader", ack.reader).text(), actor, now)));
  return Ok{};
}

// Nothing where the authority is this very home (it notes its own acknowledgement) or has no mailbox any more: the view
// is good all the same.
Result<std::optional<QueuedObject>> acknowledge(const Session::State& state, const Call& call,
                                                const grant::HeldGrant& grant) {
  if (grant.core().authority == state.info.party) return std::optional<QueuedObject>();
  const ViewAck ack{grant.hash(), state.info.party, call.now};
  XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::receipt, wire::encode(ack)));
  return seal_if_reachable(state, call, object, grant.core().authority);
}

std::string grant_detail(const GrantCore& core) {
  return JsonLine()
      .hex("grant-id", core.grant_id)
      .number("version", core.version)
      .hex("authority", core.authority)
      .word("basis", code_of(core.basis))
      .text();
}

}  // namespace

Result<std::vector<SentNote>> to_seal_again(const Session::State& state, const GrantId& grant, const GrantHash& current,
                                            Timestamp effective_at) {
  XCH_ASSIGN(auto sent, all_sent(*state.rows));
  std::vector<SentNote> out;
  for (auto& note : sent) {
    if (note.grant_id != grant || note.grant == current || note.replaced != 0) continue;
    const bool unread = std::any_of(note.to.begin(), note.to.end(), [](const auto& to) { return to.opened_at.seconds == 0; });
    if (note.sealed_at >= effective_at || unread) out.push_back(std::move(note));
  }
  return out;
}

Result<std::vector<SentNote>> take_view(const Session::State& state, const Call& call, message::OpenedObject object) {
  // The view's bytes hold consent keys: they are wiped however this ends.
  struct Wiped {
    message::OpenedObject object;
    ~Wiped() { crypto::wipe(object.object.object.body); }
  } arrived{std::move(object)};
  const Held& held = *call.held;
  const auto roster = held.rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  // Verified first without a history, to learn which grant it is; then again against the versions known.
  XCH_ASSIGN(auto grant, grant::verify_view(arrived.object.object, *roster, state.info.party, arrived.object.opened_under,
                                            call.now, {}));
  const grant::KnownGrant known = held.grants->known(grant->core().grant_id);
  if (held.grants->find(grant->hash()) != nullptr) return std::vector<SentNote>();
  if (known.highest_version != 0 && grant->pseudonym() != known.pseudonym) return fail(Code::grant_pseudonym);
  if (grant->core().version <= known.highest_version) return fail(Code::grant_rollback);
  XCH_ASSIGN(const auto ack, acknowledge(state, call, *grant));

  const GrantRow row = grant_row(*grant, roster->roster().version, call.now, arrived.object.opened_under);
  crypto::SecretBytes view(wire::encode(arrived.object.object).size());
  {
    Bytes encoded = wire::encode(arrived.object.object);
    std::copy(encoded.begin(), encoded.end(), view.expose_mutable().begin());
    crypto::wipe(encoded);
  }
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(unchanged(change, held.generations, Part::grants));
  XCH_TRY(change.put(space::kGrant, row.hash, encode(row)));
  XCH_TRY(change.put(space::kGrantView, row.hash, view.expose()));
  XCH_TRY(touch(change, Part::grants));
  XCH_TRY(change.append(plain_event(EventKind::grant, retag<Digest>(row.hash), grant_detail(grant->core()),
                                    state.actor(held), call.now)));
  if (ack) XCH_TRY(queue(change, *ack));
  if (grant->core().authority == state.info.party)
    XCH_TRY(put_view_ack(change, {row.hash, state.info.party, call.now}, state.actor(held), call.now));
  XCH_TRY(change.commit());
  state.shelf.put(grant);
  if (known.highest_version == 0) return std::vector<SentNote>();
  return to_seal_again(state, row.id, row.hash, row.effective_at);
}

// ---- receipts ------------------------------------------------------------------------------------------------------

namespace {

Result<PartyId> signer_of(const Session::State& state, const Call& call, const SealedObject& object, Kind kind,
                          const std::vector<KeyKind>& kinds) {
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const auto chain = state.chains.verify(object.chain, kinds, *roster);
  if (!chain || !party::valid_at(**chain, *roster, call.now)) return fail(Code::object_signature);
  XCH_TRY(party::verify_object(object.object, kind, **chain, Code::object_signature));
  return (*chain)->leaf().record.subject;
}

}  // namespace

Result<PartyId> sender_of(const Session::State& state, const Call& call, const SealedObject& object, Kind kind) {
  return signer_of(state, call, object, kind, {KeyKind::seat, KeyKind::consentAuthority});
}

namespace {

Status take_note_receipt(const Session::State& state, const Call& call, const Receipt& receipt) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_ASSIGN(auto sent, find_sent(change, receipt.header));
  if (!sent) return fail(Code::receipt_unknown);
  const auto to = std::find_if(sent->to.begin(), sent->to.end(), [&](const auto& t) { return t.party == receipt.reader; });
  if (to == sent->to.end()) return fail(Code::receipt_unknown);
  if (to->opened_at.seconds != 0) return Ok{};  // once is enough
  to->opened_at = receipt.time;
  XCH_TRY(put_sent(change, *sent));
  XCH_TRY(change.append(plain_event(EventKind::receipt, retag<Digest>(receipt.header),
                                    JsonLine()
                                        .word("what", "note-opened")
                                        .hex("note", note_digest(state.info.party, sent->note_id))
                                        .hex("reader", receipt.reader)
                                        .number("at", receipt.time.seconds)
                                        .text(),
                                    state.actor(*call.held), call.now)));
  return change.commit();
}

Status take_view_ack(const Session::State& state, const Call& call, const ViewAck& ack) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(put_view_ack(change, ack, state.actor(*call.held), call.now));
  return change.commit();
}

Status put_state_ack(Change& change, const StateAck& ack, const KeyId& actor, Timestamp now) {
  const Bytes key = ByteWriter().raw(ack.grant.view()).raw(ack.reader.view()).bytes();
  const Bytes value = ByteWriter().u64(ack.time.seconds).u8(static_cast<std::uint8_t>(ack.state)).bytes();
  XCH_ASSIGN(const auto before, change.get(authority_space("state-acks"), key));
  if (before && before->size() == value.size() && before->expose()[8] == value[8]) return Ok{};  // said before
  XCH_TRY(change.put(authority_space("state-acks"), key, value));
  XCH_TRY(change.append(plain_event(EventKind::receipt, retag<Digest>(ack.grant),
                                    JsonLine()
                                        .word("what", "state-seen")
                                        .hex("reader", ack.reader)
                                        .number("state", static_cast<std::uint64_t>(ack.state))
                                        .number("at", ack.time.seconds)
                                        .text(),
                                    actor, now)));
  return Ok{};
}

Status take_state_ack(const Session::State& state, const Call& call, const StateAck& ack) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(put_state_ack(change, ack, state.actor(*call.held), call.now));
  return change.commit();
}

// Whether the grant was ever given to its sender, the office knows.
Status take_packet_sent(const Session::State& state, const Call& call, const PacketSent& sent, const PartyId& from) {
  if (sent.time > call.now + kClockSkew) return fail(Code::object_signature);
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(put_packet_sent(change, sent, from, state.actor(*call.held), call.now));
  return change.commit();
}

// As for a view: an authority without a mailbox hears nothing, and the notice is taken in all the same.
Result<std::optional<QueuedObject>> confirm(const Session::State& state, const Call& call, const StateAck& ack,
                                            const PartyId& authority) {
  if (authority == state.info.party) return std::optional<QueuedObject>();
  XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::receipt, wire::encode(ack)));
  return seal_if_reachable(state, call, object, authority);
}

Status take_revocation(const Session::State& state, const Call& call, const RevocationNotice& notice,
                       const PartyId& authority) {
  const StateAck ack{notice.grant, state.info.party, notice.state, call.now};
  XCH_ASSIGN(const auto answer, confirm(state, call, ack, authority));
  XCH_ASSIGN(auto change, state.rows->begin());
  if (answer) XCH_TRY(queue(change, *answer));
  if (authority == state.info.party) XCH_TRY(put_state_ack(change, ack, state.actor(*call.held), call.now));
  XCH_TRY(change.append(plain_event(EventKind::status, retag<Digest>(notice.grant),
                                    JsonLine()
                                        .word("what", "state-changed")
                                        .number("state", static_cast<std::uint64_t>(notice.state))
                                        .number("from", notice.effective_at.seconds)
                                        .text(),
                                    state.actor(*call.held), call.now)));
  return change.commit();
}

/// Awaited is what the office has said of an event: who may state it, and from when on.
struct Awaited {
  PartyId asserter;
  Timestamp from;
};
Result<Awaited> awaited(const Session::State& state, const Digest& event) {
  XCH_ASSIGN(const auto stated, state.rows->get(authority_space("stated-events"), event));
  if (stated) return fail(Code::event_repeated);
  XCH_ASSIGN(const auto row, state.rows->get(authority_space("awaited-events"), event));
  if (!row) return fail(Code::event_unknown);
  const ByteView bytes = row->expose();
  Awaited out;
  if (bytes.size() != PartyId::kSize + 8 || !out.asserter.copy_from(bytes.sub(0, PartyId::kSize))) return fail(Code::store_damaged);
  out.from = Timestamp{load_u64(bytes.data() + PartyId::kSize)};
  return out;
}

/// take_event keeps a statement whole, as evidence; what follows from it the office does (consent/authority/events.cpp).
Status take_event(const Session::State& state, const Call& call, const SealedObject& object, const PartyId& from) {
  const auto statement = wire::decode_event_statement(object.object.body);
  if (!statement) return fail(Code::object_malformed);
  if (statement->asserter != from) return fail(Code::object_signature);
  XCH_ASSIGN(const Awaited expected, awaited(state, statement->event));
  if (expected.asserter != from) return fail(Code::event_asserter);
  if (statement->time < expected.from || call.now + kClockSkew < statement->time) return fail(Code::event_time);
  XCH_ASSIGN(auto change, state.rows->begin());
  const Bytes kept = ByteWriter().u64(statement->time.seconds).raw(wire::encode(object)).bytes();
  XCH_ASSIGN(const Inserted inserted, change.insert(authority_space("stated-events"), statement->event, kept));
  if (inserted == Inserted::already) return fail(Code::event_repeated);
  XCH_TRY(change.append(plain_event(EventKind::receipt, statement->event,
                                    JsonLine()
                                        .word("what", "event-stated")
                                        .hex("reader", from)
                                        .number("at", statement->time.seconds)
                                        .text(),
                                    state.actor(*call.held), call.now)));
  return change.commit();
}

}  // namespace

Status Session::state_event(const GrantId& grant, std::string_view event, const std::string& office) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const Party* to = roster->party_named(office);
  if (to == nullptr) return fail(Code::party_unknown);
  const EventStatement statement{grant::event_digest(grant, event), state.info.party, call.now};
  XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::receipt, wire::encode(statement)));
  if (to->id == state.info.party) return take_event(state, call, object, state.info.party);
  XCH_ASSIGN(const auto queued, seal_to(state, call, object, to->id, message::kObjectBody));
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    XCH_TRY(queue(change, queued));
    XCH_TRY(change.append(plain_event(EventKind::receipt, statement.event,
                                      JsonLine().word("what", "event-said").hex("to", to->id).text(),
                                      state.actor(*call.held), call.now)));
    XCH_TRY(change.commit());
  }
  deliver_queued(state);
  return Ok{};
}

Status take_receipt(const Session::State& state, const Call& call, const SealedObject& object) {
  XCH_ASSIGN(const PartyId from, sender_of(state, call, object, Kind::receipt));
  const ByteView body = object.object.body;
  const auto kind = wire::receipt_kind(body);
  if (!kind) return fail(Code::object_malformed);
  if (*kind == wire::ReceiptKind::note_opened) {
    const auto receipt = wire::decode_receipt(body);
    if (!receipt) return fail(Code::object_malformed);
    if (receipt->reader != from) return fail(Code::object_signature);
    return take_note_receipt(state, call, *receipt);
  }
  if (*kind == wire::ReceiptKind::view_taken) {
    const auto ack = wire::decode_view_ack(body);
    if (!ack) return fail(Code::object_malformed);
    if (ack->reader != from) return fail(Code::object_signature);
    return take_view_ack(state, call, *ack);
  }
  if (*kind == wire::ReceiptKind::event_stated) {
    // A key that only issues says nothing of what has happened: a seat does, a person's.
    XCH_ASSIGN(const PartyId seat, signer_of(state, call, object, Kind::receipt, {KeyKind::seat}));
    return take_event(state, call, object, seat);
  }
  if (*kind == wire::ReceiptKind::state_seen) {
    const auto ack = wire::decode_state_ack(body);
    if (!ack) return fail(Code::object_malformed);
    if (ack->reader != from) return fail(Code::object_signature);
    return take_state_ack(state, call, *ack);
  }
  if (*kind == wire::ReceiptKind::packet_sent) {
    const auto sent = wire::decode_packet_sent(body);
    if (!sent) return fail(Code::object_malformed);
    return take_packet_sent(state, call, *sent, from);
  }
  const auto notice = wire::decode_revocation_notice(body);
  if (!notice) return fail(Code::object_malformed);
  // Only the grant's own authority can say so, and the status list is what decides.
  const GrantRow* row = call.held->grants->find(notice->grant);
  if (row == nullptr) return fail(Code::open_grant_unknown);
  if (row->authority != from) return fail(Code::object_signature);
  return take_revocation(state, call, *notice, row->authority);
}

Status Session::import_roster(ByteView signed_roster, std::optional<RosterHash> pinned_first) {
  return take_roster(*state_, signed_roster, pinned_first);
}
Status Session::import_policy(ByteView signed_pack) { return take_policy(*state_, signed_pack); }

Result<Bytes> Session::roster_file() const {
  XCH_ASSIGN(const auto held, state_->picture());
  const auto newest = held->rosters->newest();
  if (!newest) return fail(Code::roster_missing);
  XCH_ASSIGN(const auto row, state_->rows->get(space::kRoster, ByteWriter().u32(newest->roster().version)));
  if (!row) return fail(Code::store_damaged);
  return row->expose().copy();
}

Result<Bytes> Session::policy_file() const {
  XCH_ASSIGN(const auto held, state_->picture());
  const auto newest = held->rosters->newest();
  if (!newest) return fail(Code::roster_missing);
  XCH_ASSIGN(const auto row, state_->rows->get(space::kPolicy, newest->roster().policy_pack));
  if (!row) return fail(Code::policy_pack_unknown);
  return row->expose().copy();
}

}  // namespace xch::session
