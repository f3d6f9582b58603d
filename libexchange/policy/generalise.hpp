// Generalisers and masks: pure functions from a finer value to a coarser one, named by the pack.
#pragma once

#include <vector>

#include "base/memory.hpp"
#include "base/result.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::policy {

/// ValueBorrowed is one slot's value without its wire form: a word or code, a text, or a list of codes. Its views
/// point into the caller's memory. Only a present value has one.
struct ValueBorrowed {
  ValueType type = ValueType::none;
  std::uint64_t word = 0;            // word, code
  ByteView text;                     // text, data
  const std::uint16_t* codes = nullptr;  // message that is a list of codes
  std::size_t code_count = 0;
};

/// generalise gives form `slot.compartment.form()` of a field from its full value; output texts and lists are taken
/// from `memory`. Errors: generaliser_refused (the pack has no function for this slot, or the value has no coarser form).
Result<ValueBorrowed> generalise(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& slot,
                                 const ValueBorrowed& full, Memory& memory);
/// coarsen gives form `slot` from the next finer form of the same field that a reader holds (`finer` may be the full
/// slot). For check 16: a coarser form is a function of the finer one. Errors: generaliser_refused.
Result<ValueBorrowed> coarsen(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& finer,
                              const SlotSpec& slot, const ValueBorrowed& value, Memory& memory);
/// is_finer: `a` is finer than `b` in the pack's order of forms of one field, so that coarsen(a, b) is defined.
bool is_finer(const PolicyPack& pack, Form a, Form b);
bool same_value(const ValueBorrowed& a, const ValueBorrowed& b);

/// check_schema: the pack can serve this schema: it knows every class, isolates the same ones, and has a function, and
/// where it needs one a whole map, for every form slot. Errors: policy_key_unknown, policy_pack_malformed, with the
/// slot's path.
Status check_schema(const PolicyPack& pack, const NoteSchema& schema);

}  // namespace xch::policy
