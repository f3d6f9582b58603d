#include "session/objects.hpp"

#include "party/chain.hpp"
#include "session/deliver.hpp"
#include "wire/records.hpp"

namespace xch::session {

Result<QueuedObject> seal_to(const Session::State& state, const Call& call, const SealedObject& object, const PartyId& to,
                             std::uint32_t least_body) {
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const Party* party = roster->party(to);
  if (party == nullptr) return fail(Code::party_unknown);
  const CertifiedKey* record = roster->encryption_key(to, call.now);
  const crypto::KemPublicKey* key = record == nullptr ? nullptr : roster->kem_key(record->id);
  if (key == nullptr) return fail(Code::seal_recipient_key);
  QueuedObject out;
  XCH_ASSIGN(out.outgoing.envelope, message::seal_object(object, to, record->id, *key, least_body, state.random));
  out.outgoing.key = {crypto::random_fixed<BatchId>(state.random), 0, to};
  out.outgoing.sealed_to = record->id;
  out.outgoing.keep_until = call.now;
  out.delivery = {party->name, new_file_name(state.random, extension::kObject)};
  return out;
}

Result<std::optional<QueuedObject>> seal_if_reachable(const Session::State& state, const Call& call,
                                                      const SealedObject& object, const PartyId& to) {
  auto queued = seal_to(state, call, object, to, message::kObjectBody);
  if (queued) return std::optional<QueuedObject>(std::move(*queued));
  const Code code = queued.error().code;
  if (code == Code::party_unknown || code == Code::seal_recipient_key) return std::optional<QueuedObject>();
  return fail(std::move(queued).error());
}

Result<SealedObject> sign_by_seat(const Session::State& state, const Call& call, Kind kind, Bytes body) {
  XCH_ASSIGN(auto seat, state.seat(*call.held, call.now));
  SealedObject out;
  XCH_ASSIGN(out.object, party::sign_object(kind, std::move(body), seat.key->certified.id, *seat.key->sign));
  out.chain = std::move(seat.chain);
  return out;
}

Result<std::optional<QueuedObject>> receipt_for(const Session::State& state, const Call& call, const HeaderHash& header,
                                                const PartyId& sender) {
  const Receipt receipt{header, state.info.party, call.now};
  XCH_ASSIGN(const auto object, sign_by_seat(state, call, Kind::receipt, wire::encode(receipt)));
  return seal_if_reachable(state, call, object, sender);
}

Status queue(Change& change, const QueuedObject& object) {
  XCH_TRY(put_outgoing(change, object.outgoing));
  return queue_delivery(change, object.outgoing.key, object.delivery);
}

Result<message::OpenedObject> open_arrived(const Session::State& state, const Call& call, ByteView envelope) {
  const auto roster = call.held->rosters->newest();
  if (!roster) return fail(Code::roster_missing);
  const PolicyPack* pack = call.held->policies->find(roster->roster().policy_pack);
  const std::uint32_t view_size = pack == nullptr ? message::kObjectBody : pack->grant_view_size;
  return message::open_object(envelope, state.info.party, roster->roster().suite, call.held->keys->gates(), view_size);
}

}  // namespace xch::session
