// Random notes of a type, as JSON by field, and their slots. For tests only.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

#include "message/fixture.hpp"

namespace xch::properties {

/// Fields maps full slots to JSON values; what is not in it is absent.
using Fields = std::map<std::uint16_t, std::string>;

/// one_in is true once in n times. No generator here grows with rapidcheck's size: the first case is as large as the last.
rc::Gen<bool> one_in(int n);
/// field_value gives any value a field may hold: every code, and texts and lists whose length steps over every slot size
/// up to the field's own.
rc::Gen<std::string> field_value(const SlotSpec& slot);
/// any_fields leaves out about a quarter of the fields of `slots`.
rc::Gen<Fields> any_fields(const NoteSchema& schema, const std::vector<std::uint16_t>& slots);
/// largest_fields has every field of `slots`, as long as it can be.
Fields largest_fields(const NoteSchema& schema, const std::vector<std::uint16_t>& slots);

/// Slots is a note's slots, forms included, with the memory they lie in.
struct Slots {
  std::vector<message::SlotValue> values;
  message_test::HeapMemory memory;
};
void fill(const wire::NoteType& type, const Fields& fields, Slots& out);

}  // namespace xch::properties
