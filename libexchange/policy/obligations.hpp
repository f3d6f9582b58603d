// What each obligation of the closed list means: who carries it out, and the sentence that a reader is told. What the
// list lacks, nobody carries out: a note that demands it is neither sealed nor opened (docs/obligations.md).
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "model/registry.hpp"

namespace xch::policy {

/// KeptBy is who carries an obligation out: this library, the reader's organisation, or each its part.
enum class KeptBy : std::uint8_t { library, both, organisation };
std::string_view kept_by_text(KeptBy kept_by);

struct ObligationRow {
  Obligation obligation = Obligation::none;
  KeptBy kept_by = KeptBy::organisation;
  std::string_view says;      // to the reader, one sentence
  std::string_view citation;
};

/// obligation_row is what this version knows of an obligation; nullptr where it cannot be carried out here.
const ObligationRow* obligation_row(Obligation obligation);

/// done_by is when an obligation on a note has to be done: delete-after by the end that the sender gave the note, of
/// which the pack says how far off it may be. None has another date.
std::optional<Timestamp> done_by(Obligation obligation, Timestamp note_expires);

}  // namespace xch::policy
