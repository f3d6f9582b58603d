// A note's message <-> its cells, by the allow-list of its schema: what no field names is refused, never carried.
//
// A note is the canonical single-segment encoding of its struct, without a segment table: what capnp::canonicalize
// gives. Its cells are one per full slot: present or not, and the value bytes (docs/format.md, "Values").
#pragma once

#include <vector>

#include "base/memory.hpp"
#include "base/result.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::wire {

/// CellBorrowed is one full slot of a note; its value lies in the caller's memory.
struct CellBorrowed {
  std::uint16_t slot = 0;
  bool present = false;
  ByteView value;  // empty when absent; may be empty when present (an empty text, a Void)
};

/// NoteCells has every full slot once, ascending.
using NoteCells = std::vector<CellBorrowed>;

/// cells_from_note takes a note apart. The note is copied into `memory`, and the values point there.
/// Errors: note_malformed (no canonical message of this struct; over a limit; a union's choice or a struct that holds
/// nothing), note_unknown_data (unknown fields, residue of a union's other members, padding bits: whatever is not in
/// the note written again from its cells), note_enum, note_text, note_format; out of `memory`, its error.
Result<NoteCells> cells_from_note(const NoteType& type, ByteView note, Memory& memory);

/// note_from_cells writes the canonical note of the cells; a slot that is missing or absent stays null.
/// Errors: note_malformed (a value of another shape, two members of one union, a form slot).
Result<MutableView> note_from_cells(const NoteType& type, const NoteCells& cells, Memory& memory);

}  // namespace xch::wire
