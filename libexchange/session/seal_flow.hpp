// The steps of a seal that a note and a packet of notes share: the idempotency key, the transaction, the dry run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/seal_plan.hpp"

namespace xch::session {

/// content_digest is what was asked, under a secret of this home.
Digest content_digest(const Session::State& state, const SealRequest& request, const std::vector<ReadNote>& notes);
NoteIdOf note_ids(const Session::State& state, const std::string& key);
/// find_earlier is the first call's answer; nothing when the key is new. Errors: idempotency_conflict, key_erased (the
/// envelopes of that call were erased since).
Result<std::optional<SealAnswer>> find_earlier(const Session::State& state, const std::string& key,
                                               const Digest& content);
/// seal_planned seals every part of the plan, records it in one transaction, and only then delivers. Of the request it
/// reads the idempotency key and whether to deliver. Errors: seal_*, store_*.
Result<SealAnswer> seal_planned(Session::State& state, const SealRequest& request, const SealPlan& plan,
                                const Digest& content, Timestamp now);
/// rows_of are the decisions of a plan, one row per note and recipient.
std::vector<Preview::Row> rows_of(const SealPlan& plan);

}  // namespace xch::session
