#include "policy/explain.hpp"

namespace xch::policy {
namespace {

std::string text(std::string_view a) { return std::string(a); }

std::string cell_name(const Query& query, const FieldDecision& field) {
  return "matrix " + text(code_of(field.compartment.field_class())) + "/" + text(code_of(query.reader_role));
}

/// A text of another class is refused for what it is about, like any field of that class.
bool is_free_text(const SlotSpec& slot) { return slot.compartment.field_class() == FieldClass::txt; }

/// rank tells which slot's reason speaks for a field that gives nothing: a missing consent before the pack's own no,
/// and "another form" only where no slot of the field says more.
int rank(const FieldDecision& field) {
  if (field.verdict == Verdict::full) return 4;
  if (field.verdict == Verdict::form) return 3;
  if (field.reason == Reason::no_consent_for_reader || field.reason == Reason::sender_may_not_write) return 2;
  return field.reason == Reason::other_form_given ? 0 : 1;
}

std::string why_of(const SlotSpec& full_slot, const Query& query, const FieldDecision& field) {
  const auto of_class = text(code_of(field.compartment.field_class()));
  const auto role = text(code_of(query.reader_role));
  switch (field.reason) {
    case Reason::allowed: return cell_name(query, field) + ": allow";
    case Reason::generalised: return cell_name(query, field) + ": generalise";
    case Reason::masked: return cell_name(query, field) + ": mask";
    case Reason::no_consent_for_reader: return "no grant covers " + of_class + " for " + role + "; the reader can't tell it exists";
    case Reason::sender_may_not_write: return "the sender may not write " + of_class + " under this grant";
    case Reason::purpose_closed:
      return "basis " + text(code_of(query.basis)) + " does not open purpose " + text(code_of(query.purpose));
    case Reason::other_form_given: return cell_name(query, field) + ": another form, which this field has not";
    case Reason::role_denied:
      if (is_free_text(full_slot) && is_justice_role(query.reader_role)) return "free text is not shared with justice roles";
      return cell_name(query, field) + ": deny";
    case Reason::isolated_elsewhere:
    case Reason::basis_unknown: return text(reason_text(field.reason));
  }
  return {};
}

}  // namespace

std::vector<ExplainRow> explain(const NoteSchema& schema, const Query& query, const Decision& decision) {
  std::vector<ExplainRow> out;
  for (const auto& slot : schema.slots) {
    if (slot.full_slot != slot.index) continue;
    ExplainRow row;
    const FieldDecision* speaks = nullptr;
    for (const auto& field : decision.fields) {
      if (field.slot >= schema.slots.size() || schema.slots[field.slot].full_slot != slot.index) continue;
      if (field.verdict == Verdict::form) row.gets += (row.gets.empty() ? "" : " and ") + text(form_text(field.compartment.form()));
      if (speaks == nullptr || rank(field) > rank(*speaks)) speaks = &field;
    }
    if (speaks == nullptr) continue;
    row.field = slot.path;
    row.field_class = text(code_of(slot.compartment.field_class()));
    row.verdict = speaks->verdict;
    row.because = speaks->because;
    row.why = why_of(slot, query, *speaks);
    if (speaks->verdict == Verdict::full) row.gets = text(form_text(Form::full));
    if (speaks->verdict == Verdict::nothing) row.gets = is_free_text(slot) && !decision.terms.empty() ? "text removed" : "nothing";
    out.push_back(std::move(row));
  }
  return out;
}

std::string_view form_text(Form form) {
  switch (form) {
    case Form::full: return "full value";
    case Form::yesNo: return "yes or no";
    case Form::level: return "3-level value";
    case Form::theme: return "themes only";
    case Form::week: return "week only";
    case Form::month: return "month only";
    case Form::quarter: return "quarter only";
    case Form::year: return "year only";
    case Form::onOrBefore: return "on or before the due date, or not";
    case Form::bucket: return "range only";
    case Form::area: return "area only";
    case Form::city: return "city only";
    case Form::organisationKind: return "kind of organisation only";
    case Form::day: return "day only";
    case Form::ageBand: return "age band";
    case Form::category: return "category only";
    case Form::aggregate: return "counts only";
    case Form::initials: return "initials";
    case Form::pseudonym: return "pseudonym";
    default: return "";
  }
}

bool is_justice_role(Role role) {
  return role == Role::leo || role == Role::les || role == Role::pros || role == Role::court || role == Role::prob;
}

}  // namespace xch::policy
