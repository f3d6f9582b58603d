// Objects between homes: made, signed by the seat, sealed to a party's newest encryption key, queued for its mailbox.
#pragma once

#include "message/object_envelope.hpp"
#include "session/outbox.hpp"
#include "session/state.hpp"

namespace xch::session {

struct QueuedObject {
  Outgoing outgoing;
  Delivery delivery;
};

/// seal_to seals an object to a party. `least_body` as in message::seal_object. Errors: party_unknown,
/// seal_recipient_key (no encryption key in force), envelope_too_large.
Result<QueuedObject> seal_to(const Session::State& state, const Call& call, const SealedObject& object, const PartyId& to,
                             std::uint32_t least_body);
/// seal_if_reachable is seal_to at the usual size; nothing where the party has left, or has no encryption key in force any
/// more: what it was to be told of is good all the same.
Result<std::optional<QueuedObject>> seal_if_reachable(const Session::State& state, const Call& call,
                                                      const SealedObject& object, const PartyId& to);
/// sign_by_seat signs a body with this home's seat and puts its chain before it.
Result<SealedObject> sign_by_seat(const Session::State& state, const Call& call, Kind kind, Bytes body);
/// receipt_for makes the receipt of a first open. Nothing where the sender has no key to send it to any more.
Result<std::optional<QueuedObject>> receipt_for(const Session::State& state, const Call& call, const HeaderHash& header,
                                                const PartyId& sender);
Status queue(Change& change, const QueuedObject& object);

/// open_arrived opens an object envelope with this home's live keys.
Result<message::OpenedObject> open_arrived(const Session::State& state, const Call& call, ByteView envelope);

}  // namespace xch::session
