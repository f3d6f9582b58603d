// Between a slot's value bytes (wire form) and the values the generalisers work on.
#pragma once

#include "base/memory.hpp"
#include "base/result.hpp"
#include "model/slots.hpp"
#include "policy/generalise.hpp"

namespace xch::message {

/// value_from_bytes reads a checked value. Errors: open_value_type.
Result<policy::ValueBorrowed> value_from_bytes(const SlotSpec& slot, ByteView bytes, Memory& memory);
/// bytes_from_value writes a value's wire form into `memory`.
Result<ByteView> bytes_from_value(const SlotSpec& slot, const policy::ValueBorrowed& value, Memory& memory);

/// check_forms is step 16's last part: among the cells of one field that a reader holds, all are present or all are
/// absent, and each coarser one is its generaliser applied to the next finer form held. `held` lists slots with
/// their values (absent: present = false). Errors: open_forms_differ.
struct HeldSlot {
  std::uint16_t slot = 0;
  bool present = false;
  ByteView value;
};
Status check_forms(const PolicyPack& pack, const NoteSchema& schema, const std::vector<HeldSlot>& held, Memory& memory);

}  // namespace xch::message
