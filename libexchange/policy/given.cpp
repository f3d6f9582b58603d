#include "policy/given.hpp"

#include "policy/decide.hpp"
#include "policy/find.hpp"

namespace xch::policy {

Given given(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, FieldClass field_class) {
  const auto* row = basis_row(pack, basis);
  if (row == nullptr || !holds(row->purposes, purpose) || !holds(row->readers, role)) return {};
  if (class_row(pack, field_class) == nullptr) return {};
  const auto* cell = cell_for(pack, basis, purpose, role, field_class);
  if (cell == nullptr || cell->effect == Effect::deny) return {};
  // The whole value is its author's alone: of an `allow` nobody else gets anything.
  if (cell->relation == Relation::author && cell->form == Form::full) return {};
  return {cell->effect, cell->form, cell->tick, cell->relation};
}

bool gives_more(const Given& a, const Given& b) {
  if (b.effect == Effect::deny) return false;
  if (a.effect == Effect::deny) return true;
  if (a.form != b.form && a.form != Form::full) return true;
  return (a.tick && !b.tick) || (a.relation != b.relation && a.relation != Relation::any);
}

}  // namespace xch::policy
