#include "policy/external.hpp"

#include <algorithm>
#include <array>

#include "policy/decide.hpp"

namespace xch::policy {

bool class_may_leave(const PolicyPack& pack, Basis basis, FieldClass field_class) {
  constexpr std::array kStays{FieldClass::chri, FieldClass::lei,  FieldClass::sudn, FieldClass::psyn, FieldClass::sdv,
                              FieldClass::prv,  FieldClass::txt, FieldClass::orgs};
  const auto* row = class_row(pack, field_class);
  const auto* ground = basis_row(pack, basis);
  if (row == nullptr || ground == nullptr || row->isolate) return false;
  if (std::find(kStays.begin(), kStays.end(), field_class) != kStays.end()) return false;
  return !row->part2 || ground->part2;
}

bool slot_may_leave(const PolicyPack& pack, Basis basis, const SlotSpec& slot) {
  if (slot.isolate || !class_may_leave(pack, basis, slot.compartment.field_class())) return false;
  if (slot.full_slot != slot.index) return true;  // a form's shape follows from its form
  if (slot.type == ValueType::data) return false;
  const bool is_text = slot.type == ValueType::text || (slot.type == ValueType::message && slot.codes.empty());
  return !is_text || slot.format != TextFormat::free;
}

}  // namespace xch::policy
