// A note as the caller gives it, read into slot values: strict JSON, a canonical Cap'n Proto message, or nothing.
#pragma once

#include <vector>

#include "base/memory.hpp"
#include "message/seal.hpp"
#include "session/catalogue.hpp"
#include "session/session.hpp"

namespace xch::session {

struct ReadNote {
  const wire::NoteType* type = nullptr;
  std::vector<message::SlotValue> slots;  // full slots and forms
};

/// read_note puts every value into `memory` and computes the forms by the pack. Errors: usage (none or several of the
/// three given), schema_unknown, json_*, note_*, generaliser_refused; Error.path begins with "notes[index]".
Result<ReadNote> read_note(const Catalogue& catalogue, const PolicyPack& pack, const NoteSource& source,
                           std::size_t index, Memory& memory);

}  // namespace xch::session
