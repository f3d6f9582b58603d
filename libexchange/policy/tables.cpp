// Looking things up in a policy pack. Every table is ordered (check_pack refuses one that is not), so every look-up
// is a binary search; what is not found is denied by whoever asked.
#include <algorithm>
#include <tuple>

#include "policy/decide.hpp"
#include "policy/find.hpp"
#include "policy/obligations.hpp"

namespace xch::policy {

const PackCell* cell_for(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, FieldClass field_class) {
  return find(pack.cells, std::make_tuple(basis, purpose, role, field_class), [](const PackCell& cell) {
    return std::make_tuple(cell.basis, cell.purpose, cell.role, cell.field_class);
  });
}

const PackBasis* basis_row(const PolicyPack& pack, Basis basis) {
  return find(pack.bases, basis, [](const PackBasis& row) { return row.basis; });
}

const PackClass* class_row(const PolicyPack& pack, FieldClass field_class) {
  return find(pack.classes, field_class, [](const PackClass& row) { return row.field_class; });
}

const PackNotice* notice_row(const PolicyPack& pack, Notice notice) {
  return find(pack.notices, notice, [](const PackNotice& row) { return row.notice; });
}

const PackSchema* schema_row(const PolicyPack& pack, const SchemaDigest& digest) {
  // Ordered by name, asked by digest: a pack names a handful of schemas.
  for (const auto& row : pack.schemas)
    if (row.digest == digest) return &row;
  return nullptr;
}

bool outlives(const PackSchema& type, Timestamp sealed_at, Timestamp expires_at) {
  return type.max_hours != 0 && expires_at > sealed_at + std::uint64_t{type.max_hours} * kHour;
}

bool is_part2(const PolicyPack& pack, Compartment compartment) {
  const auto* row = class_row(pack, compartment.field_class());
  return row != nullptr && row->part2;
}

bool allows(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, Compartment compartment) {
  const auto* row = basis_row(pack, basis);
  if (row == nullptr || !holds(row->purposes, purpose) || !holds(row->readers, role)) return false;
  if (class_row(pack, compartment.field_class()) == nullptr) return false;
  const auto* cell = cell_for(pack, basis, purpose, role, compartment.field_class());
  if (cell == nullptr || cell->effect == Effect::deny) return false;
  if (cell->form == compartment.form()) return true;
  return cell->relation == Relation::author && compartment.form() == Form::full;
}

bool edge_allowed(const PolicyPack& pack, const std::string& schema, Role from, Role to) {
  for (const auto& edge : pack.edges) {
    if (!schema.empty() && edge.schema != schema) continue;
    if (holds(edge.from, from) && holds(edge.to, to)) return true;
  }
  return false;
}

bool allows_use_against(Basis basis) {
  return basis == Basis::proceedings || basis == Basis::order264 || basis == Basis::order265;
}

bool is_for_proceedings(Basis basis) {
  return allows_use_against(basis) || basis == Basis::order266 || basis == Basis::order267;
}

bool may_present(const PolicyPack& pack, Basis basis, PartyKind holder) {
  const auto* row = basis_row(pack, basis);
  return row != nullptr && holds(row->may_present, holder);
}

bool is_executable(const PolicyPack& pack, Obligation obligation) {
  return obligation_row(obligation) != nullptr && holds(pack.executable, obligation);
}

}  // namespace xch::policy
