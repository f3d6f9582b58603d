#include "policy/generalise.hpp"

#include <algorithm>
#include <tuple>

#include "policy/find.hpp"
#include "policy/functions.hpp"

namespace xch::policy {
namespace {

constexpr std::uint64_t kNo = 1, kYes = 2;  // codes of every yes-no slot: {unstated, no, yes}

const PackForm* form_row(const PolicyPack& pack, Form form) {
  return find(pack.forms, form, [](const PackForm& row) { return row.form; });
}

const PackMap* map_for(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& slot) {
  const auto form = slot.compartment.form();
  const auto& path = slot.full_slot < schema.slots.size() ? schema.slots[slot.full_slot].path : slot.path;
  return find(pack.maps, std::tie(schema.name, path, form),
              [](const PackMap& row) { return std::tie(row.schema, row.path, row.form); });
}

ValueBorrowed a_code(std::uint64_t code) {
  ValueBorrowed out;
  out.type = ValueType::code;
  out.word = code;
  return out;
}

ValueBorrowed a_text(ByteView text) {
  ValueBorrowed out;
  out.type = ValueType::text;
  out.text = text;
  return out;
}

/// map_list maps every code of a list and gives the results once each, ascending: neither order nor number of the
/// finer codes shows through.
Result<ValueBorrowed> map_list(const PackMap& map, const ValueBorrowed& value, Memory& memory) {
  XCH_ASSIGN(MutableView space, memory.take(value.code_count * sizeof(std::uint16_t)));
  auto* codes = reinterpret_cast<std::uint16_t*>(space.data());  // Memory's pieces are 8-byte aligned
  std::size_t count = 0;
  for (std::size_t i = 0; i < value.code_count; ++i) {
    if (value.codes[i] == 0 || value.codes[i] >= map.to.size()) return fail(Code::generaliser_refused);
    codes[count++] = map.to[value.codes[i]];
  }
  std::sort(codes, codes + count);
  ValueBorrowed out;
  out.type = ValueType::message;
  out.codes = codes;
  out.code_count = static_cast<std::size_t>(std::unique(codes, codes + count) - codes);
  return out;
}

Result<ValueBorrowed> by_table(const PackMap* map, const ValueBorrowed& value, Memory& memory) {
  if (map == nullptr) return fail(Code::generaliser_refused);
  if (value.type == ValueType::message) return map_list(*map, value, memory);
  if (value.type != ValueType::code || value.word == 0 || value.word >= map->to.size())
    return fail(Code::generaliser_refused);
  return a_code(map->to[value.word]);
}

Result<ValueBorrowed> yes_no(const PackMap* map, const ValueBorrowed& value) {
  if (value.type == ValueType::word) return a_code(value.word == 0 ? kNo : kYes);
  if (value.type == ValueType::message) {
    bool any = map == nullptr && value.code_count > 0;
    for (std::size_t i = 0; i < value.code_count; ++i) {
      if (map == nullptr) break;
      if (value.codes[i] == 0 || value.codes[i] >= map->to.size()) return fail(Code::generaliser_refused);
      any = any || map->to[value.codes[i]] == kYes;
    }
    return a_code(any ? kYes : kNo);
  }
  if (value.type != ValueType::code) return a_code(kYes);
  if (map == nullptr || value.word == 0 || value.word >= map->to.size()) return fail(Code::generaliser_refused);
  return a_code(map->to[value.word]);
}

Result<ValueBorrowed> to_text(Function function, const ValueBorrowed& value, Memory& memory) {
  if (value.type != ValueType::text) return fail(Code::generaliser_refused);
  const auto in = value.text.text();
  XCH_ASSIGN(MutableView space, memory.take(text_bound(in)));
  const std::size_t size = [&] {
    switch (function) {
      case Function::place_area: return area_of(in, space);
      case Function::address_city: return city_of(in, space);
      case Function::organisation_kind: return kind_of(in, space);
      case Function::text_initials: return initials_of(in, space);
      default: return date_to(function, in, space);
    }
  }();
  if (size == 0) return fail(Code::generaliser_refused);
  return a_text(ByteView(space.data(), size));
}

Result<ValueBorrowed> by_due_date(const ValueBorrowed& value) {
  if (value.type != ValueType::text) return fail(Code::generaliser_refused);
  const auto answer = on_or_before(value.text.text());
  if (!answer) return fail(Code::generaliser_refused);
  return a_code(*answer ? kYes : kNo);
}

Result<ValueBorrowed> to_range(Function function, const ValueBorrowed& value) {
  if (value.type != ValueType::word) return fail(Code::generaliser_refused);
  const auto range = function == Function::count_bucket ? bucket_of(value.word) : age_band_of(value.word);
  if (range.empty()) return fail(Code::generaliser_refused);
  return a_text(ByteView(range));
}

/// apply gives the form of `slot` from a value of a finer form of the same field.
Result<ValueBorrowed> apply(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& slot,
                            const ValueBorrowed& value, Memory& memory) {
  const auto* row = form_row(pack, slot.compartment.form());
  if (row == nullptr) return fail(Code::generaliser_refused, slot.path);
  const auto known = find_function(row->function);
  if (!known) return fail(Code::generaliser_refused, slot.path);

  auto result = [&]() -> Result<ValueBorrowed> {
    switch (known->function) {
      case Function::table: return by_table(map_for(pack, schema, slot), value, memory);
      case Function::yes_no: return yes_no(map_for(pack, schema, slot), value);
      case Function::count_bucket:
      case Function::age_band: return to_range(known->function, value);
      case Function::date_on_or_before: return by_due_date(value);
      case Function::date_day:
      case Function::date_week:
      case Function::date_month:
      case Function::date_quarter:
      case Function::date_year:
      case Function::place_area:
      case Function::address_city:
      case Function::organisation_kind:
      case Function::text_initials: return to_text(known->function, value, memory);
    }
    return fail(Code::generaliser_refused);
  }();
  if (!result && result.error().path.empty()) return fail(result.error().code, slot.path);
  return result;
}

/// date_rank orders the forms of a date, finest first; 0 for a form that is none.
int date_rank(Form form) {
  switch (form) {
    case Form::day: return 1;
    case Form::month: return 2;
    case Form::quarter: return 3;
    case Form::year: return 4;
    default: return 0;
  }
}

}  // namespace

Result<ValueBorrowed> generalise(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& slot,
                                 const ValueBorrowed& full, Memory& memory) {
  if (slot.compartment.form() == Form::full) return full;
  if (slot.full_slot >= schema.slots.size() || full.type != schema.slots[slot.full_slot].type)
    return fail(Code::generaliser_refused, slot.path);
  const auto* row = form_row(pack, slot.compartment.form());
  const auto known = row == nullptr ? std::nullopt : find_function(row->function);
  if (!known || !takes(known->function, schema.slots[slot.full_slot])) return fail(Code::generaliser_refused, slot.path);
  return apply(pack, schema, slot, full, memory);
}

Result<ValueBorrowed> coarsen(const PolicyPack& pack, const NoteSchema& schema, const SlotSpec& finer,
                              const SlotSpec& slot, const ValueBorrowed& value, Memory& memory) {
  if (finer.full_slot != slot.full_slot || value.type != finer.type) return fail(Code::generaliser_refused, slot.path);
  if (!is_finer(pack, finer.compartment.form(), slot.compartment.form()))
    return fail(Code::generaliser_refused, slot.path);
  return apply(pack, schema, slot, value, memory);
}

// Only forms of one kind are ordered: full before all, dates among themselves, yes-no after all but the ranges ("0" is
// a text that is there) and on-or-before-due (a "no" is an answer that is there). A week is a function of a day and of no
// month. Any two others stand beside each other and are each compared with the full value.
bool is_finer(const PolicyPack& pack, Form a, Form b) {
  if (a == b || b == Form::full || form_row(pack, b) == nullptr) return false;
  if (a == Form::full) return true;
  if (form_row(pack, a) == nullptr || a == Form::bucket || a == Form::ageBand || a == Form::onOrBefore) return false;
  if (b == Form::yesNo) return true;
  if (b == Form::week) return a == Form::day;
  return date_rank(a) != 0 && date_rank(a) < date_rank(b);
}

bool same_value(const ValueBorrowed& a, const ValueBorrowed& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case ValueType::none: return true;
    case ValueType::word:
    case ValueType::code: return a.word == b.word;
    case ValueType::text:
    case ValueType::data: return equal(a.text, b.text);
    case ValueType::message:
      return a.code_count == b.code_count && std::equal(a.codes, a.codes + a.code_count, b.codes);
  }
  return false;
}

Status check_schema(const PolicyPack& pack, const NoteSchema& schema) {
  for (const auto& slot : schema.slots) {
    const auto* class_of = find(pack.classes, slot.compartment.field_class(),
                                [](const PackClass& row) { return row.field_class; });
    if (class_of == nullptr) return fail(Code::policy_key_unknown, slot.path);
    if (class_of->isolate != slot.isolate) return fail(Code::policy_pack_malformed, slot.path);
    if (slot.compartment.form() == Form::full) continue;

    const auto* row = form_row(pack, slot.compartment.form());
    if (row == nullptr || slot.full_slot >= schema.slots.size()) return fail(Code::policy_key_unknown, slot.path);
    const auto& full = schema.slots[slot.full_slot];
    const auto known = find_function(row->function);
    if (!known || !takes(known->function, full)) return fail(Code::policy_key_unknown, slot.path);

    const auto* map = map_for(pack, schema, slot);
    const bool needs_map = known->function == Function::table ||
                           (known->function == Function::yes_no && full.type == ValueType::code);
    if (needs_map && map == nullptr) return fail(Code::policy_pack_malformed, slot.path);
    if (map == nullptr) continue;
    if (map->to.size() != full.codes.size()) return fail(Code::policy_pack_malformed, slot.path);
    const auto limit = slot.compartment.form() == Form::yesNo ? std::size_t{3} : full.codes.size();
    for (const auto code : map->to)
      if (code >= limit) return fail(Code::policy_pack_malformed, slot.path);
  }
  return Ok{};
}

}  // namespace xch::policy
