// What a home takes in from the coalition and from consent authorities: rosters, policy packs, grant views, receipts.
#pragma once

#include <vector>

#include "message/object_envelope.hpp"
#include "session/sent.hpp"
#include "session/state.hpp"

namespace xch::session {

/// take_roster verifies and keeps the next version; the one already held is fine. Errors: roster_*, key_record_*;
/// roster_missing when this is the first one and no pinned hash was given.
Status take_roster(const Session::State& state, ByteView bytes, const std::optional<RosterHash>& pinned_first);
/// take_policy verifies a root-signed pack and keeps it by its hash. Errors: roster_missing, policy_pack_malformed,
/// object_signature.
Status take_policy(const Session::State& state, ByteView bytes);

/// take_view verifies a grant view, keeps it and queues the acknowledgement to its authority. Returns the notes that
/// were sealed under an older version at or after the new one's beginning, or are without a receipt: to be sealed again.
Result<std::vector<SentNote>> take_view(const Session::State& state, const Call& call, message::OpenedObject object);

/// take_receipt matches a note's receipt, notes an acknowledged view (authority space "view-acks"), or records that a
/// grant's state changed. Errors: object_signature, object_malformed, receipt_unknown.
Status take_receipt(const Session::State& state, const Call& call, const SealedObject& object);

/// sender_of verifies the chain of an object and its signature; the party it names. Errors: object_signature.
Result<PartyId> sender_of(const Session::State& state, const Call& call, const SealedObject& object, Kind kind);

/// to_seal_again lists what a newer version of the grant has to replace.
Result<std::vector<SentNote>> to_seal_again(const Session::State& state, const GrantId& grant, const GrantHash& current,
                                            Timestamp effective_at);

}  // namespace xch::session
