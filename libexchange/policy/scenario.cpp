#include "policy/scenario.hpp"

#include <algorithm>
#include <map>

#include "policy/decide.hpp"
#include "policy/find.hpp"

namespace xch::policy {
namespace {

using Forms = std::map<std::string, std::string>;  // field: the forms of it, ascending, parted by spaces

std::string yes_no(bool flag) { return flag ? "yes" : "no"; }

void add(Forms& forms, const std::string& field, Form form) {
  auto& text = forms[field];
  if (!text.empty()) text += " ";
  text += code_of(form);
}

std::string text_at(const Forms& forms, const std::string& field) {
  const auto at = forms.find(field);
  return at == forms.end() ? "" : at->second;
}

/// Parts of a note go to one reader in several notes: what it gets is what it gets of all of them.
Forms decided(const Scenario& scenario, const PolicyPack& pack, const NoteSchema& schema) {
  Query query;
  query.basis = scenario.basis, query.purpose = scenario.purpose, query.reader_role = scenario.to;
  query.reader_is_sender = scenario.own;
  for (const auto compartment : schema.compartments)
    if (scenario.consent.empty() || holds(scenario.consent, compartment.field_class()))
      query.reader_may_read.push_back(compartment);
  query.sender_may_write = schema.compartments;
  Forms out;
  for (const auto part : parts_of(schema)) {
    query.part = part;
    for (const auto& field : decide(pack, schema, query).fields)
      if (field.verdict != Verdict::nothing) add(out, schema.slots[schema.slots[field.slot].full_slot].path, field.compartment.form());
  }
  return out;
}

}  // namespace

Result<std::vector<Mismatch>> run_scenario(const Scenario& scenario, const PolicyPack& pack,
                                           const std::vector<NoteSchema>& schemas) {
  const auto schema = std::find_if(schemas.begin(), schemas.end(),
                                   [&](const NoteSchema& row) { return row.name == scenario.note_type; });
  if (schema == schemas.end()) return fail(Code::schema_unknown);
  Forms expected;
  for (const auto& gets : scenario.gets) {
    const bool known = std::any_of(schema->slots.begin(), schema->slots.end(), [&](const SlotSpec& slot) {
      return slot.full_slot == slot.index && slot.path == gets.field;
    });
    if (!known) return fail(Code::policy_key_unknown, "gets." + gets.field);
    add(expected, gets.field, gets.form);
  }

  std::vector<Mismatch> out;
  const bool may_send = edge_allowed(pack, schema->name, scenario.from, scenario.to);
  if (!scenario.own && may_send != scenario.may_send) out.push_back({"may send", yes_no(scenario.may_send), yes_no(may_send)});
  const Forms found = decided(scenario, pack, *schema);
  for (const auto& slot : schema->slots) {
    if (slot.full_slot != slot.index) continue;
    const std::string wanted = text_at(expected, slot.path), is = text_at(found, slot.path);
    if (wanted != is) out.push_back({slot.path, wanted, is});
  }
  return out;
}

}  // namespace xch::policy
