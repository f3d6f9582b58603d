#include "policy/compare.hpp"

#include <map>

#include "base/encoding.hpp"
#include "policy/decide.hpp"
#include "policy/rule_text.hpp"

namespace xch::policy {
namespace {

using Rules = std::map<std::string, std::string>;

std::string spaced(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) (out += out.empty() ? "" : " ") += text;
  return out;
}

std::string yes_no(bool flag) { return flag ? "yes" : "no"; }

void class_rules(const PackClass& row, Rules& out) {
  const auto at = rule_name({"class", code_of(row.field_class)});
  out[at + ".title"] = row.title;
  out[at + ".part2"] = yes_no(row.part2);
  out[at + ".isolate"] = yes_no(row.isolate);
  out[at + ".coarsest"] = code_of(row.coarsest);
  out[at + ".obligations"] = list_of(row.obligations);
}

std::string_view effect_text(Effect effect) {
  switch (effect) {
    case Effect::deny: return "nothing";
    case Effect::allow: return "whole value";
    case Effect::generalise: return "coarser value";
    case Effect::mask: return "masked value";
  }
  return "";
}

std::string_view relation_text(Relation relation) {
  switch (relation) {
    case Relation::any: return "";
    case Relation::own_referral: return "own referral";
    case Relation::own_client: return "own client";
    case Relation::author: return "author";
  }
  return "";
}

/// What stands in a cell although no reader of its basis and purpose gets it, and why it stands there.
void cell_rules(const PolicyPack& pack, const PackCell& cell, Rules& out) {
  const auto at = rule_name({"cell", code_of(cell.basis), code_of(cell.purpose), code_of(cell.role), code_of(cell.field_class)});
  out[at + ".reason"] = cell.reason;
  const Given whole{cell.effect, cell.form, cell.tick, cell.relation};
  if (given(pack, cell.basis, cell.purpose, cell.role, cell.field_class) == whole) return;
  out[at] = std::string(effect_text(cell.effect)) + " " + std::string(code_of(cell.form)) + (cell.tick ? " ticked " : " ") +
            std::string(relation_text(cell.relation));
}

void basis_rules(const PackBasis& row, Rules& out) {
  const auto at = rule_name({"basis", code_of(row.basis)});
  out[at + ".title"] = row.title;
  out[at + ".citation"] = row.citation;
  out[at + ".part2"] = yes_no(row.part2);
  out[at + ".purposes"] = list_of(row.purposes);
  out[at + ".authorities"] = list_of(row.authorities);
  out[at + ".readers"] = list_of(row.readers);
  out[at + ".revocation"] = row.pending_revocation ? "pending" : "immediate";
  out[at + ".max_days"] = std::to_string(row.max_days);
  out[at + ".default_days"] = std::to_string(row.default_days);
  out[at + ".notice"] = code_of(row.notice);
  out[at + ".obligations"] = list_of(row.obligations);
  out[at + ".may_present"] = list_of(row.may_present);
  out[at + ".elements"] = spaced(row.elements);
  out[at + ".disclosers"] = list_of(row.disclosers);
  out[at + ".reader_kinds"] = list_of(row.reader_kinds);
  for (const auto& signing : row.signing) {
    const auto of_state = at + ".signing." + signing.jurisdiction;
    out[of_state + ".minor_alone_from"] = std::to_string(signing.minor_alone_from);
    out[of_state + ".undated_days"] = std::to_string(signing.undated_days);
    out[of_state + ".citation"] = signing.citation;
  }
}

void originator_rules(const PackOriginator& rules, Rules& out) {
  out["originator.kinds"] = list_of(rules.kinds);
  out["originator.own"] = list_of(rules.own);
  out["originator.max_days"] = std::to_string(rules.max_days);
  for (const auto& row : rules.rows)
    out[rule_name({"originator", code_of(row.purpose), code_of(row.field_class)})] = list_of(row.readers);
}

void value_rules(const PolicyPack& pack, Rules& out) {
  for (const auto& row : pack.forms) {
    const auto at = rule_name({"form", code_of(row.form)});
    out[at + ".function"] = row.function;
    out[at + ".min_preimages"] = std::to_string(row.min_preimages);
  }
  for (const auto& row : pack.maps) {
    std::string table;
    for (const auto code : row.to) (table += table.empty() ? "" : " ") += std::to_string(code);
    out[rule_name({"map", row.schema, row.path, code_of(row.form)})] = table;
  }
  for (const auto& row : pack.notices) {
    const auto at = rule_name({"notice", code_of(row.notice)});
    out[at + ".text"] = row.text;
    out[at + ".hash"] = to_hex(row.text_hash);
    out[at + ".superseded"] = yes_no(row.superseded);
  }
}

void note_rules(const PolicyPack& pack, Rules& out) {
  for (const auto& row : pack.schemas) {
    const auto at = rule_name({"note", row.name});
    out[at + ".type"] = std::to_string(row.type_id);
    out[at + ".schema"] = to_hex(row.digest);
    out[at + ".max_hours"] = std::to_string(row.max_hours);
  }
  std::map<std::string, unsigned> count;
  for (const auto& row : pack.edges) {
    const auto at = rule_name({"edge", row.schema, std::to_string(++count[row.schema])});
    out[at + ".from"] = list_of(row.from);
    out[at + ".to"] = list_of(row.to);
  }
}

/// Every rule of a pack by a name that the same rule of another pack has too.
Rules rules_of(const PolicyPack& pack) {
  Rules out;
  out["name"] = pack.name;
  out["version"] = std::to_string(pack.pack_version);
  out["executable"] = list_of(pack.executable);
  out["parameters.grant_leaves"] = std::to_string(pack.grant_leaves);
  out["parameters.grant_view_size"] = std::to_string(pack.grant_view_size);
  out["parameters.intake_days"] = std::to_string(pack.intake_days);
  out["parameters.retention_days"] = std::to_string(pack.retention_days);
  out["parameters.note_days"] = std::to_string(pack.note_days);
  out["parameters.zone"] = pack.zone;
  for (const auto& row : pack.classes) class_rules(row, out);
  for (const auto& row : pack.bases) basis_rules(row, out);
  for (const auto& cell : pack.cells) cell_rules(pack, cell, out);
  originator_rules(pack.originator, out);
  value_rules(pack, out);
  note_rules(pack, out);
  return out;
}

void compare_rules(const Rules& before, const Rules& after, std::vector<RuleChange>& out) {
  std::map<std::string, RuleChange> changes;
  for (const auto& [rule, text] : before) changes[rule] = {rule, text, ""};
  for (const auto& [rule, text] : after) {
    changes[rule].rule = rule;
    changes[rule].after = text;
  }
  for (auto& [rule, change] : changes) {
    const bool both = before.count(rule) == after.count(rule);
    if (!both || change.before != change.after) out.push_back(std::move(change));
  }
}

}  // namespace

PackDifference compare(const PolicyPack& before, const PolicyPack& after) {
  PackDifference out;
  for (const auto basis : every<Basis>(kBasisCount))
    for (const auto purpose : every<Purpose>(kPurposeCount))
      for (const auto role : every<Role>(kRoleCount))
        for (const auto field_class : every<FieldClass>(kFieldClassCount)) {
          const Given was = given(before, basis, purpose, role, field_class);
          const Given is = given(after, basis, purpose, role, field_class);
          if (was != is) out.disclosures.push_back({basis, purpose, role, field_class, was, is});
        }
  compare_rules(rules_of(before), rules_of(after), out.rules);
  return out;
}

}  // namespace xch::policy
