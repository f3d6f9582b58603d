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

bool excepted(const Claim& claim, const PolicyPack& pack, const Query& query, Compartment compartment) {
  if (holds(claim.except_bases, query.basis) || holds(claim.except_forms, compartment.form())) return true;
  const auto* cell = cell_for(pack, query.basis, query.purpose, query.reader_role, compartment.field_class());
  if (cell == nullptr) return false;
  if (claim.except_ticked && cell->tick) return true;
  return claim.except_own && (cell->relation == Relation::own_referral || cell->relation == Relation::own_client);
}

bool carries(const Claim& claim, const PolicyPack& pack, const Query& query, Compartment compartment) {
  // A reader may be given this compartment alone: what comes with others does not count.
  const auto obligations = obligations_of(pack, query.basis, {compartment});
  const bool all = std::all_of(claim.obligations.begin(), claim.obligations.end(),
                               [&](Obligation wanted) { return holds(obligations, wanted); });
  return all && (claim.notices.empty() || holds(claim.notices, notice_of(pack, query.basis, {compartment})));
}

bool breaks(const Claim& claim, const PolicyPack& pack, const Query& query, Compartment compartment) {
  if (!holds(claim.classes, compartment.field_class())) return false;
  if (claim.kind == Claim::Kind::always_carry) return !carries(claim, pack, query, compartment);
  return !query.reader_is_sender && !excepted(claim, pack, query, compartment);
}

PolicyPack without_isolation(PolicyPack pack) {
  for (auto& row : pack.classes) row.isolate = false;
  return pack;
}

std::optional<Counterexample> look(const Claim& claim, const PolicyPack& pack, const NoteSchema& schema, const Query& query) {
  for (const auto compartment : terms_of(pack, schema, query)) {
    if (!breaks(claim, pack, query, compartment)) continue;
    const auto* cell = cell_for(pack, query.basis, query.purpose, query.reader_role, compartment.field_class());
    return Counterexample{query.basis, query.purpose, query.reader_role, compartment, schema.name, cell ? cell->reason : ""};
  }
  return std::nullopt;
}

/// Every decision about one note type; false with the counterexample in `out`.
bool holds_for(const Claim& claim, const PolicyPack& pack, const NoteSchema& schema, Proof& out) {
  Query query;
  query.reader_may_read = query.sender_may_write = schema.compartments;
  for (const auto part : parts_of(schema))
    for (const auto basis : claim.bases)
      for (const auto purpose : claim.purposes)
        for (const auto role : claim.roles)
          for (const bool own : {false, true}) {
            query.part = part, query.basis = basis, query.purpose = purpose, query.reader_role = role;
            query.reader_is_sender = own;
            ++out.decisions;
            out.counterexample = look(claim, pack, schema, query);
            if (out.counterexample) return false;
          }
  return true;
}

}  // namespace

Proof prove(const Claim& claim, const PolicyPack& pack, const std::vector<NoteSchema>& schemas) {
  Proof out;
  // The note types of today first, so that a counterexample names one where there is one.
  for (const auto& schema : schemas)
    if (!holds_for(claim, pack, schema, out)) return out;
  holds_for(claim, without_isolation(pack), every_compartment(pack), out);
  return out;
}

}  // namespace xch::policy
