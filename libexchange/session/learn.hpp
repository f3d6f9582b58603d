// What a home takes in of status lists: whole ones as they are published, single chunks as they come stapled to notes.
#pragma once

#include "session/state.hpp"

namespace xch::session {

/// learn_staple keeps a proven staple that is newer than what is held of its list. Two bodies of one version: both are
/// kept and an alarm event is written; that is no error of the note's.
Status learn_staple(Change& change, const Held& held, ByteView staple, const KeyId& actor, Timestamp now);

/// take_status_list verifies and keeps a published list. Errors: roster_missing, status_malformed, status_signature,
/// status_lifetime, status_rollback, status_conflict (both are kept, with an alarm event).
Status take_status_list(const Session::State& state, const Call& call, ByteView bytes);

/// check_status_now refuses unless the newest list held of the grant's authority is fresh and shows it active. Errors:
/// seal_status_missing, seal_status_stale, status_index, revoked, suspended, status_reserved.
Status check_status_now(const Held& held, const grant::HeldGrant& grant, Timestamp now);

}  // namespace xch::session
