// The plan of a batch: who gets which compartments of which note. Everything seal decides before it touches a key.
#pragma once

#include <vector>

#include "message/seal.hpp"

namespace xch::message {

struct PlannedTo {
  PartyId party;
  const Party* row = nullptr;
  KeyId key_id;
  const crypto::KemPublicKey* key = nullptr;
  RecipientTerms terms;
};

struct PlannedNote {
  const NoteInput* note = nullptr;
  std::vector<PlannedTo> to;             // in the order given
  std::vector<bool> in_terms;            // by slot: somebody's terms hold it
  std::vector<Compartment> compartments; // of all terms, ascending, once each
};

struct BatchPlan {
  std::vector<PlannedNote> notes;
  std::vector<PartyId> recipients;  // of the batch, ascending, once each
  std::vector<std::uint64_t> bounds;  // U of each recipient's bundle, in the order of recipients
};

/// plan_batch makes every refusal that needs no key, in the order of docs/format.md, "Seal refuses".
Result<BatchPlan> plan_batch(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now);

// The refusals by themselves, for what is sealed to somebody who is in no roster (message/one_shot.hpp): of roster, suite
// and pack; of the grant, its status and its days; of the note type; of notice and obligations; of the values.
Status check_sender(const Sender& sender, Timestamp now);
Status check_grant(const Sender& sender, const NoteInput& note, Timestamp now);
Status check_type(const Sender& sender, const NoteInput& note, Timestamp now);
Status check_terms(const PolicyPack& pack, const RecipientTerms& terms);
Status check_values(const Sender& sender, const NoteInput& note);

}  // namespace xch::message
