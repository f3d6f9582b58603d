#include "policy/decide.hpp"

#include <algorithm>

#include "policy/find.hpp"

namespace xch::policy {
namespace {

/// in_part: the compartment belongs to the note of this part. A class that pack or schema isolates is in a part of its
/// own, and never in part 0 (28 CFR 94.115; docs/format.md, "Class isolation").
bool in_part(const PackClass& row, const NoteSchema& schema, Compartment compartment, std::uint16_t part) {
  const bool isolated = row.isolate || std::any_of(schema.slots.begin(), schema.slots.end(), [&](const SlotSpec& slot) {
    return slot.isolate && slot.compartment == compartment;
  });
  return isolated ? part == compartment.value : part == 0;
}

/// pack_reason is the pack's own answer for one compartment, before any consent is looked at: allowed, generalised,
/// masked, or why not.
Reason pack_reason(const PolicyPack& pack, const Query& query, Compartment compartment, const PackCell** decided) {
  const auto* basis = basis_row(pack, query.basis);
  if (basis == nullptr) return Reason::basis_unknown;
  if (!holds(basis->purposes, query.purpose)) return Reason::purpose_closed;
  if (!holds(basis->readers, query.reader_role)) return Reason::role_denied;
  if (class_row(pack, compartment.field_class()) == nullptr) return Reason::role_denied;
  const bool whole = compartment.form() == Form::full;
  // An originator's own archive is decided by what it may write, not by a reader's cell: these are its own facts.
  if (query.basis == Basis::originatorAuthority && query.reader_is_sender)
    return whole && holds(pack.originator.own, compartment.field_class()) ? Reason::allowed : Reason::role_denied;

  const auto* cell = cell_for(pack, query.basis, query.purpose, query.reader_role, compartment.field_class());
  if (cell == nullptr) return Reason::role_denied;
  *decided = cell;
  if (cell->effect == Effect::deny) return Reason::role_denied;
  if (cell->relation == Relation::author) {
    // The whole value is the author's alone; others of the role get the cell's form, and of an `allow` nothing.
    if (query.reader_is_sender) return whole ? Reason::allowed : Reason::other_form_given;
    if (whole) return Reason::role_denied;
  }
  if (cell->form != compartment.form()) return Reason::other_form_given;
  if (cell->effect == Effect::generalise) return Reason::generalised;
  return cell->effect == Effect::mask ? Reason::masked : Reason::allowed;
}

bool gives(Reason reason) {
  return reason == Reason::allowed || reason == Reason::generalised || reason == Reason::masked;
}

FieldDecision decide_slot(const PolicyPack& pack, const NoteSchema& schema, const Query& query, const SlotSpec& slot) {
  FieldDecision out;
  out.slot = slot.index;
  out.path = slot.path;
  out.compartment = slot.compartment;

  const auto* row = class_row(pack, slot.compartment.field_class());
  const PackCell* cell = nullptr;
  out.reason = pack_reason(pack, query, slot.compartment, &cell);
  if (cell != nullptr) out.because = cell->reason;
  if (row != nullptr && !in_part(*row, schema, slot.compartment, query.part)) {
    out.reason = Reason::isolated_elsewhere;
    out.because.clear();
    return out;
  }
  if (!gives(out.reason)) return out;
  if (!holds(query.reader_may_read, slot.compartment)) {
    out.reason = Reason::no_consent_for_reader;
    return out;
  }
  if (!holds(query.sender_may_write, slot.compartment)) {
    out.reason = Reason::sender_may_not_write;
    return out;
  }
  out.verdict = slot.compartment.form() == Form::full ? Verdict::full : Verdict::form;
  return out;
}

}  // namespace

Decision decide(const PolicyPack& pack, const NoteSchema& schema, const Query& query) {
  Decision out;
  out.terms = terms_of(pack, schema, query);
  out.notice = notice_of(pack, query.basis, out.terms);
  out.obligations = obligations_of(pack, query.basis, out.terms);
  out.fields.reserve(schema.slots.size());
  for (const auto& slot : schema.slots) out.fields.push_back(decide_slot(pack, schema, query, slot));
  return out;
}

// docs/format.md, "Open", 12: "terms = schema and part x my read rights x the sender's write rights x what the pack
// allows my role for this basis and purpose". The order of the checks is the cheapest first; all must hold.
std::vector<Compartment> terms_of(const PolicyPack& pack, const NoteSchema& schema, const Query& query) {
  std::vector<Compartment> out;
  out.reserve(std::min(schema.compartments.size(), query.reader_may_read.size()));
  for (const auto compartment : schema.compartments) {
    if (!holds(query.reader_may_read, compartment) || !holds(query.sender_may_write, compartment)) continue;
    const PackCell* cell = nullptr;
    if (!gives(pack_reason(pack, query, compartment, &cell))) continue;
    if (!in_part(*class_row(pack, compartment.field_class()), schema, compartment, query.part)) continue;
    out.push_back(compartment);
  }
  return out;
}

Notice notice_of(const PolicyPack& pack, Basis basis, const std::vector<Compartment>& terms) {
  const auto* row = basis_row(pack, basis);
  if (row == nullptr || terms.empty()) return Notice::none;
  return row->notice;
}

std::vector<Obligation> obligations_of(const PolicyPack& pack, Basis basis, const std::vector<Compartment>& terms) {
  const auto* row = basis_row(pack, basis);
  if (row == nullptr || terms.empty()) return {};
  std::vector<Obligation> out = row->obligations;
  for (const auto compartment : terms) {
    const auto* of_class = class_row(pack, compartment.field_class());
    if (of_class != nullptr) out.insert(out.end(), of_class->obligations.begin(), of_class->obligations.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string_view reason_text(Reason reason) {
  switch (reason) {
    case Reason::allowed: return "the policy allows it";
    case Reason::generalised: return "the policy gives a coarser value";
    case Reason::masked: return "the policy gives a masked value";
    case Reason::purpose_closed: return "this basis does not open this purpose";
    case Reason::role_denied: return "the policy gives this role nothing of this class";
    case Reason::no_consent_for_reader: return "no consent covers it for this reader";
    case Reason::sender_may_not_write: return "the sender may not write it under this consent";
    case Reason::other_form_given: return "the policy gives this role another form of it";
    case Reason::isolated_elsewhere: return "it is sealed in a note of its own";
    case Reason::basis_unknown: return "the policy does not know this basis";
  }
  return "";
}

}  // namespace xch::policy
