#include "policy/prove.hpp"

#include <algorithm>

#include "policy/decide.hpp"
#include "policy/find.hpp"
#include "policy/given.hpp"

namespace xch::policy {
namespace {

/// A note type that has every class in every form, all in one part: what holds of it holds of every note type there will
/// be. Isolation says in which note a field goes, and not whether it goes.
NoteSchema every_compartment(const PolicyPack& pack) {
  NoteSchema out;
  for (const auto& row : pack.classes)
    for (std::uint16_t form = 0; form < kFormCount; ++form) {
      if (!is_known(static_cast<Form>(form))) continue;
      SlotSpec slot;
      slot.index = static_cast<std::uint16_t>(out.slots.size());
      slot.compartment = Compartment(row.field_class, static_cast<Form>(form));
      out.slots.push_back(std::move(slot));
      out.compartments.push_back(out.slots.back().compartment);
    }
  std::sort(out.compartments.begin(), out.compartments.end());
  return out;
}

/// Asked is what a decision was asked for, as far as a claim may speak of it.
struct Asked {
  Basis basis;
  Purpose purpose;
  Role role;
  bool own;
};

bool excepted(const Claim& claim, const PolicyPack& pack, const Asked& asked, Compartment compartment) {
  if (holds(claim.except_bases, asked.basis) || holds(claim.except_forms, compartment.form())) return true;
  const auto* cell = cell_for(pack, asked.basis, asked.purpose, asked.role, compartment.field_class());
  if (cell == nullptr) return false;
  if (claim.except_ticked && cell->tick) return true;
  return claim.except_own && (cell->relation == Relation::own_referral || cell->relation == Relation::own_client);
}

bool carries(const Claim& claim, const PolicyPack& pack, const Asked& asked, Compartment compartment) {
  // A reader may be given this compartment alone: what comes with others does not count.
  const auto obligations = obligations_of(pack, asked.basis, {compartment});
  const bool all = std::all_of(claim.obligations.begin(), claim.obligations.end(),
                               [&](Obligation wanted) { return holds(obligations, wanted); });
  return all && (claim.notices.empty() || holds(claim.notices, notice_of(pack, asked.basis, {compartment})));
}

bool breaks(const Claim& claim, const PolicyPack& pack, const Asked& asked, Compartment compartment) {
  if (!holds(claim.classes, compartment.field_class())) return false;
  if (claim.kind == Claim::Kind::always_carry) return !carries(claim, pack, asked, compartment);
  return !asked.own && !excepted(claim, pack, asked, compartment);
}

PolicyPack without_isolation(PolicyPack pack) {
  for (auto& row : pack.classes) row.isolate = false;
  return pack;
}

}  // namespace

Decisions::Decisions(const PolicyPack& pack, const std::vector<NoteSchema>& schemas) : pack_(&pack) {
  // The note types of today first, so that a counterexample names one where there is one.
  for (const auto& schema : schemas) add(pack, schema);
  add(without_isolation(pack), every_compartment(pack));
}

void Decisions::add(const PolicyPack& pack, const NoteSchema& schema) {
  static const auto bases = every<Basis>(kBasisCount);
  static const auto purposes = every<Purpose>(kPurposeCount);
  static const auto roles = every<Role>(kRoleCount);
  names_.push_back(schema.name);
  const auto name = static_cast<std::uint32_t>(names_.size() - 1);
  Query query;
  query.reader_may_read = query.sender_may_write = schema.compartments;
  for (const auto part : parts_of(schema))
    for (const auto basis : bases)
      for (const auto purpose : purposes)
        for (const auto role : roles)
          for (const bool own : {false, true}) {
            query.part = part, query.basis = basis, query.purpose = purpose, query.reader_role = role;
            query.reader_is_sender = own;
            rows_.push_back({basis, purpose, role, own, name, terms_of(pack, schema, query)});
          }
}

Proof Decisions::prove(const Claim& claim) const {
  Proof out;
  for (const auto& row : rows_) {
    if (!holds(claim.bases, row.basis) || !holds(claim.purposes, row.purpose) || !holds(claim.roles, row.role)) continue;
    ++out.decisions;
    const Asked asked{row.basis, row.purpose, row.role, row.own};
    for (const auto compartment : row.terms) {
      if (!breaks(claim, *pack_, asked, compartment)) continue;
      const auto* cell = cell_for(*pack_, row.basis, row.purpose, row.role, compartment.field_class());
      out.counterexample = Counterexample{row.basis, row.purpose, row.role, compartment, names_[row.note_type], cell ? cell->reason : ""};
      return out;
    }
  }
  return out;
}

Proof prove(const Claim& claim, const PolicyPack& pack, const std::vector<NoteSchema>& schemas) {
  return Decisions(pack, schemas).prove(claim);
}

}  // namespace xch::policy
