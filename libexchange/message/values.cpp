#include "message/values.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "message/seal.hpp"
#include "wire/value.hpp"

namespace xch::message {

Result<policy::ValueBorrowed> value_from_bytes(const SlotSpec& slot, ByteView bytes, Memory& memory) {
  policy::ValueBorrowed out;
  out.type = slot.type;
  switch (slot.type) {
    case ValueType::none: return out;
    case ValueType::word:
    case ValueType::code: {
      const auto word = wire::word_from_value(bytes);
      if (!word) return fail(Code::open_value_type);
      out.word = *word;
      return out;
    }
    case ValueType::text:
    case ValueType::data: out.text = bytes; return out;
    case ValueType::message: {
      const auto codes = wire::codes_from_value(bytes, memory);
      if (!codes) return fail(Code::open_value_type);
      out.codes = codes->data;
      out.code_count = codes->count;
      return out;
    }
  }
  return fail(Code::open_value_type);
}

Result<ByteView> bytes_from_value(const SlotSpec& slot, const policy::ValueBorrowed& value, Memory& memory) {
  switch (slot.type) {
    case ValueType::none: return ByteView();
    case ValueType::word:
    case ValueType::code: return wire::value_from_word(value.word, memory);
    case ValueType::text:
    case ValueType::data: return value.text;
    case ValueType::message: return wire::value_from_codes({value.codes, value.code_count}, memory);
  }
  return fail(Code::generaliser_refused, slot.path);
}

Status fill_forms(const PolicyPack& pack, const NoteSchema& schema, std::vector<SlotValue>& slots, Memory& memory) {
  if (slots.size() != schema.slots.size()) return fail(Code::usage);
  for (const auto& slot : schema.slots) {
    if (slot.full_slot == slot.index) continue;
    const SlotValue& full = slots[slot.full_slot];
    slots[slot.index] = SlotValue{};
    if (!full.present) continue;
    const auto value = value_from_bytes(schema.slots[slot.full_slot], full.value, memory);
    if (!value) return fail(Code::generaliser_refused, slot.path);
    const auto coarser = policy::generalise(pack, schema, slot, *value, memory);
    if (!coarser) return fail(Code::generaliser_refused, slot.path);
    XCH_ASSIGN(slots[slot.index].value, bytes_from_value(slot, *coarser, memory));
    slots[slot.index].present = true;
  }
  return Ok{};
}

Status check_forms(const PolicyPack& pack, const NoteSchema& schema, const std::vector<HeldSlot>& held, Memory& memory) {
  const auto field_of = [&](const HeldSlot* slot) { return schema.slots[slot->slot].full_slot; };
  std::vector<const HeldSlot*> sorted;  // the forms of one field side by side
  sorted.reserve(held.size());
  for (const auto& slot : held) sorted.push_back(&slot);
  std::sort(sorted.begin(), sorted.end(), [&](const HeldSlot* a, const HeldSlot* b) {
    return std::make_pair(field_of(a), a->slot) < std::make_pair(field_of(b), b->slot);
  });
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::find_if(begin, sorted.end(), [&](const HeldSlot* s) { return field_of(s) != field_of(*begin); });
    const std::span<const HeldSlot* const> forms(begin, end);
    begin = end;
    if (forms.size() < 2) continue;
    const bool present = forms.front()->present;
    if (std::any_of(forms.begin(), forms.end(), [&](const HeldSlot* f) { return f->present != present; }))
      return fail(Code::open_forms_differ);
    if (!present) continue;
    for (const HeldSlot* coarse : forms) {
      const SlotSpec& slot = schema.slots[coarse->slot];
      // The next finer form held: finer than this one, and no other held form lies between.
      const HeldSlot* finer = nullptr;
      for (const HeldSlot* other : forms) {
        const Form form = schema.slots[other->slot].compartment.form();
        if (other == coarse || !policy::is_finer(pack, form, slot.compartment.form())) continue;
        if (finer == nullptr ||
            policy::is_finer(pack, schema.slots[finer->slot].compartment.form(), form))
          finer = other;
      }
      if (finer == nullptr) continue;
      const SlotSpec& from = schema.slots[finer->slot];
      const auto fine = value_from_bytes(from, finer->value, memory);
      const auto stated = value_from_bytes(slot, coarse->value, memory);
      if (!fine || !stated) return fail(Code::open_forms_differ);
      const auto expected = policy::coarsen(pack, schema, from, slot, *fine, memory);
      if (!expected || !policy::same_value(*expected, *stated)) return fail(Code::open_forms_differ);
    }
  }
  return Ok{};
}

}  // namespace xch::message
