// A note as JSON <-> its cells, along the schema.
//
//   {"name": "Maria Reyes", "hazards": ["weapons"], "choice": {"member": 3}, "place": {"street": "..."}}
//
// A text is a string, a number a number, an enum its enumerant's name, Data base64, a list an array, a group or struct
// an object, a union an object with the one member chosen (a Void member's value is true). A member that is missing or
// null is absent. Error paths are made of schema names. A name that is no member is never told, since it is content: its
// place is, with the schema's nearest name beside it: "contact, member 2; nearest: phone".
#pragma once

#include "base/memory.hpp"
#include "base/result.hpp"
#include "wire/json.hpp"
#include "wire/note_codec.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::wire {

/// cells_from_json gives every full slot, as cells_from_note does; values are taken from `memory`.
/// Errors: json_unknown_field, json_wrong_type, json_range (a number or an enum's name), json_union, json_nul,
/// note_text, note_format, note_malformed (over 4096 elements).
Result<NoteCells> cells_from_json(const NoteType& type, const Json& note, Memory& memory);

/// json_from_cells writes what is present. Errors: note_malformed and the like for a value that is not its slot's.
Result<Json> json_from_cells(const NoteType& type, const NoteCells& cells, Memory& memory);

/// json_from_value gives one present value of any slot, full or a form. `memory` is for a list's aligned copy.
Result<Json> json_from_value(const NoteType& type, const SlotSpec& slot, ByteView value, Memory& memory);

}  // namespace xch::wire
