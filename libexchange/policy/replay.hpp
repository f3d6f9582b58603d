// Replay: a decision of then, made again from what stood in its record. Pure, as decide is.
#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "policy/decide.hpp"

namespace xch::policy {

/// DecisionRecord is a stored decision: what it was made from, when, and what came out. Pack and note type stand by
/// their hashes, which say whether what is at hand is what was used.
struct DecisionRecord {
  Timestamp time;
  PolicyHash pack;
  SchemaDigest schema;
  Query query;
  std::vector<Compartment> terms;  // ascending
  std::optional<Notice> notice;    // where the record has them
  std::optional<std::vector<Obligation>> obligations;
};

/// Replayed is the same decision as it comes out now.
struct Replayed {
  bool same = false;
  std::vector<Compartment> terms;
  Notice notice = Notice::none;
  std::vector<Obligation> obligations;
  std::vector<Compartment> added, removed;  // now given that was not; not given any more
};

/// replay decides again from the record's inputs, by `pack` and `schema`. Whether they are the ones that the record
/// names is the caller's to check.
Replayed replay(const DecisionRecord& record, const PolicyPack& pack, const NoteSchema& schema);

}  // namespace xch::policy
