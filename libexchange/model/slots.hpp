// What a note schema says about its cells: the ordered slots. Pure description; wire/ computes it from the bundle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/compartment.hpp"
#include "model/ids.hpp"

namespace xch {

/// ValueType is the shape of a slot's value bytes (docs/format.md, "Values").
enum class ValueType : std::uint8_t {
  none,      // Void: len 0, present 1
  word,      // 8-byte little-endian word: integers sign-extended, floats by bits
  code,      // an enum: a word, at most `max_code`
  text,      // UTF-8 without NUL
  data,      // bytes
  message,   // canonical single-segment Cap'n Proto message whose root pointer is the value (list)
};

/// TextFormat narrows what a text field may hold; a generaliser reads it.
enum class TextFormat : std::uint8_t { free, date, time, code, name, place, month, due_date, address, organisation };

/// WordType is the number a `word` holds. Within its 8 bytes integers are sign-extended, floats stand by their bits.
enum class WordType : std::uint8_t { none, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64 };

/// The shape of a form slot follows from its form and its field's shape alone: yes-no is a code {unstated, no, yes};
/// so is on-or-before-due; level and category are a code of the field's own enum; theme is a list of the field's own
/// codes; day, week, month, quarter, year, area, city, organisation-kind, initials are texts, and so are bucket and
/// age-band of an integer ("3-5", "90+"). The policy
/// pack's tables say which finer value gives which coarser one (model/pack.hpp).
struct SlotSpec {
  std::uint16_t index = 0;
  std::string path;  // "contact.phone": member names from the root, unions included
  Compartment compartment;
  std::uint32_t size = 0;  // B_i
  ValueType type = ValueType::none;       // of this slot's value (a form may differ from its field)
  WordType word = WordType::none;         // of a word
  TextFormat format = TextFormat::free;   // of a full slot's text or list of texts; a form's shape follows from its form
  std::vector<std::string> codes;         // enumerant names by number, for `code` (index 0 = unstated) and lists of codes
  std::uint16_t full_slot = 0;            // index of the field's full slot (itself for a full slot)
  bool isolate = false;                   // victim data: sealed in a note of its own
  std::uint16_t union_id = 0;             // full slots of one union's members share a nonzero id; at most one is present
};

struct NoteSchema {
  std::uint64_t type_id = 0;
  std::string name;  // "progress.engagement"
  SchemaDigest digest;  // TH("LX1 schema digest", bundle); filled in above wire/
  std::vector<SlotSpec> slots;      // the schema's own slots, by index
  std::uint16_t slot_count = 0;     // padded: 8, 16, 32, 64, 128 or 256
  std::vector<Compartment> compartments;  // of all slots, ascending, once each
  std::uint64_t view_bound = 0;     // 3072 + 256 c + sum over all slots, padding slots with B_i = 0, of (B_i + 128)
};

/// The parts of a schema: 0 = every slot not isolated; else the value of one isolated compartment.
/// slots_of_part lists the slots that belong to a part.
std::vector<std::uint16_t> slots_of_part(const NoteSchema& schema, std::uint16_t part);
/// parts_of lists 0 and then every isolated compartment, ascending.
std::vector<std::uint16_t> parts_of(const NoteSchema& schema);

}  // namespace xch
