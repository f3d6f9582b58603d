// What a seal request comes to before any key is used: the grant, the recipients, one list of notes per part of the
// schema. A dry run ends here; seal goes on with the same plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/decide.hpp"
#include "session/note_source.hpp"
#include "session/state.hpp"

namespace xch::session {

struct PartPlan {
  std::uint16_t part = 0;
  std::vector<message::NoteInput> notes;
  std::vector<std::size_t> source;  // which note of the request each one is of
  std::vector<const GrantRow*> under;  // likewise: its grant
};

struct SealPlan {
  message::Sender sender;  // its roster and pack are the picture's
  std::shared_ptr<grant::HeldGrant> grant;
  const GrantRow* row = nullptr;
  std::vector<ReadNote> notes;  // of the request, in its order; values live in the caller's arena
  std::vector<PartPlan> parts;
  /// A reader's decision query under this plan's grant.
  policy::Query query(const Party& reader, std::uint16_t part, Purpose purpose) const;
};

/// Note ids are random, or follow from an idempotency key: one value per (position in the call, part).
using NoteIdOf = std::function<NoteId(const GrantHash& grant, std::size_t position, std::uint16_t part)>;

/// thread_key names the thread of one grant and note type toward one reader: its row is the last header hash sent.
Bytes thread_key(const GrantId& grant, const SchemaDigest& schema, const PartyId& reader);

/// read_notes reads every note of the request. Errors: usage, policy_pack_unknown, roster_missing, those of read_note.
Result<std::vector<ReadNote>> read_notes(const Session::State& state, const Call& call, const SealRequest& request,
                                         Memory& memory);
/// plan_sender is the plan's first part: who seals, under which grant. Errors: seal_purpose_missing, roster_missing,
/// policy_pack_unknown, seal_roster_expired, party_unknown, seal_no_grant, usage, key_*.
Result<SealPlan> plan_sender(const Session::State& state, const Call& call, const SealRequest& request,
                             std::vector<ReadNote> notes);
/// put_grant says under which grant a note is sealed, and what this home knows of its status and of its next version.
void put_grant(message::NoteInput& input, const Held& held, const SealPlan& plan);
/// default_end is the end of the notes where the caller names none: as long as the pack lets a note wait, no longer than the
/// shortest-lived of their types may live, and not past the grant.
Timestamp default_end(const SealPlan& plan, Timestamp now);
/// plan_seal decides grant, recipients and parts. Errors: seal_*, party_unknown, roster_missing, policy_pack_unknown.
Result<SealPlan> plan_seal(const Session::State& state, const Call& call, const SealRequest& request,
                           std::vector<ReadNote> notes, const NoteIdOf& note_id);

}  // namespace xch::session
