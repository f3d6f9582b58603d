#include "policy/lint.hpp"

#include <map>
#include <set>

#include "policy/decide.hpp"
#include "policy/explain.hpp"
#include "policy/find.hpp"
#include "policy/given.hpp"
#include "policy/rule_text.hpp"

namespace xch::policy {
namespace {

/// Lint walks the pack once per kind of finding.
class Lint {
 public:
  Lint(const PolicyPack& pack, const std::vector<NoteSchema>& schemas) : pack_(pack), schemas_(schemas) {}

  std::vector<LintFinding> run() {
    for (const auto& basis : pack_.bases) check_basis(basis);
    for (const auto& cell : pack_.cells) check_cell(cell);
    check_readers();
    check_coverage();
    check_edges();
    check_unused();
    for (auto& finding : others_) errors_.push_back(std::move(finding));
    return std::move(errors_);
  }

 private:
  void say(LintRule rule, std::string where, std::string says, std::string citation, std::string fix) {
    LintFinding finding{rule, std::move(where), std::move(says), std::move(citation), std::move(fix)};
    (finding.is_error() ? errors_ : others_).push_back(std::move(finding));
  }

  // ---- fail-open

  void check_basis(const PackBasis& basis) {
    if (!basis.part2) return;
    const auto where = rule_name({"basis", code_of(basis.basis)});
    if (!allows_use_against(basis.basis) && !holds(basis.obligations, Obligation::noUseAgainst))
      say(LintRule::fail_open, where + ".obligations", "treatment facts go out without the rule against use in proceedings",
          "42 CFR 2.12(d)(1)", "add no-use-against-subject to the obligations of the basis");
    if (!holds(basis.obligations, Obligation::noRedisclosure))
      say(LintRule::fail_open, where + ".obligations", "treatment facts go out without the rule against passing them on",
          "42 CFR 2.32, 2.33", "add no-redisclosure to the obligations of the basis");
    if (basis.notice != Notice::p2Short && basis.notice != Notice::p2Long2024)
      say(LintRule::fail_open, where + ".notice", "treatment facts go out without one of the two statements of the rule",
          "42 CFR 2.32(a)", "name 42CFR2.32-2024 or 42CFR2.32-short as the notice of the basis");
  }

  void check_cell(const PackCell& cell) {
    const Given gets = given(pack_, cell.basis, cell.purpose, cell.role, cell.field_class);
    if (gets.effect == Effect::deny) return;
    const auto& of_class = *class_row(pack_, cell.field_class);
    const auto where = rule_name({"cell", code_of(cell.basis), code_of(cell.purpose), code_of(cell.role), code_of(cell.field_class)});
    if (of_class.part2 && !basis_row(pack_, cell.basis)->part2)
      say(LintRule::fail_open, where, "a treatment fact goes out under a basis that is none of Part 2", "42 CFR 2.12(a)(1), 2.13(a)",
          "give nothing here, or mark the basis part2");
    if (of_class.isolate && gets.form == Form::full && !gets.tick)
      say(LintRule::fail_open, where, "victim data goes out whole without a tick of its own", "34 USC 12291(b)(2)",
          "set tick = true: the victim's own release");
    if (cell.field_class == FieldClass::txt && is_justice_role(cell.role))
      say(LintRule::fail_open, where, "free text, which may say anything, goes to a justice agency", "42 CFR 2.13(a)",
          "give nothing: only structured fields go there");
  }

  // ---- unreachable

  /// Cells that give something to a role which is no reader of the basis.
  void check_readers() {
    std::map<Basis, std::set<Role>> roles;
    for (const auto& cell : pack_.cells) {
      const auto* basis = basis_row(pack_, cell.basis);
      if (cell.effect == Effect::deny || basis == nullptr || holds(basis->readers, cell.role)) continue;
      roles[cell.basis].insert(cell.role);
    }
    for (const auto& [basis, without] : roles)
      say(LintRule::unreachable, rule_name({"basis", code_of(basis), "readers"}),
          "cells give something to " + list_of(without) + ", who are no readers of this basis", "",
          "add a role to the readers of the basis if it is meant to read under it");
  }

  bool gets_anything(const NoteSchema& schema, Role role) const {
    Query query;
    query.reader_role = role;
    query.reader_may_read = query.sender_may_write = schema.compartments;
    for (const auto& basis : pack_.bases)
      for (const auto purpose : basis.purposes)
        for (const auto part : parts_of(schema)) {
          query.basis = basis.basis, query.purpose = purpose, query.part = part;
          if (!terms_of(pack_, schema, query).empty()) return true;
        }
    return false;
  }

  /// Whom the from-to table lets a note type be sent to although no basis and purpose gives that role any of it.
  void check_edges() {
    for (const auto& schema : schemas_) {
      std::set<Role> to, nothing;
      for (const auto& edge : pack_.edges)
        if (edge.schema == schema.name) to.insert(edge.to.begin(), edge.to.end());
      for (const auto role : to)
        if (!gets_anything(schema, role)) nothing.insert(role);
      if (nothing.empty()) continue;
      say(LintRule::unreachable, rule_name({"edge", schema.name, "to"}),
          "no basis gives any of this note type to " + list_of(nothing), "",
          "leave the role out of the edge, or let a basis name it as a reader");
    }
  }

  // ---- uncovered

  /// Readers for whom a class that the basis opens for this purpose has no line.
  void check_coverage() {
    std::map<std::tuple<Basis, Purpose, FieldClass>, std::set<Role>> lines;
    for (const auto& cell : pack_.cells) lines[{cell.basis, cell.purpose, cell.field_class}].insert(cell.role);
    for (const auto& [key, said] : lines) {
      const auto& [basis_code, purpose, field_class] = key;
      // What originator authority opens is a list of readers: who is not named there is meant to get nothing.
      const auto* basis = basis_row(pack_, basis_code);
      if (basis == nullptr || basis_code == Basis::originatorAuthority) continue;
      std::set<Role> unsaid;
      for (const auto role : basis->readers)
        if (said.count(role) == 0) unsaid.insert(role);
      if (unsaid.empty()) continue;
      say(LintRule::uncovered, rule_name({"open", code_of(basis_code), code_of(purpose), code_of(field_class)}),
          "no line says what " + list_of(unsaid) + " gets: nothing", "", "write D with the reason");
    }
  }

  // ---- unused

  void check_unused() {
    std::set<FieldClass> classes;
    std::set<Form> forms;
    for (const auto& cell : pack_.cells) {
      classes.insert(cell.field_class);
      if (cell.effect != Effect::deny) forms.insert(cell.form);
    }
    for (const auto& row : pack_.classes)
      if (classes.count(row.field_class) == 0)
        say(LintRule::unused, rule_name({"class", code_of(row.field_class)}), "no line of the matrix is about this class", "",
            "write a row of the matrix");
    for (const auto& row : pack_.forms)
      if (forms.count(row.form) == 0)
        say(LintRule::unused, rule_name({"form", code_of(row.form)}), "no cell gives this form", "", "leave it, or use it in a cell");
    std::set<Obligation> demanded;
    for (const auto& row : pack_.bases) demanded.insert(row.obligations.begin(), row.obligations.end());
    for (const auto& row : pack_.classes) demanded.insert(row.obligations.begin(), row.obligations.end());
    for (const auto obligation : pack_.executable)
      if (demanded.count(obligation) == 0)
        say(LintRule::unused, rule_name({"executable", code_of(obligation)}), "no basis and no class demands this obligation", "",
            "leave it out of what readers must carry out");
  }

  const PolicyPack& pack_;
  const std::vector<NoteSchema>& schemas_;
  std::vector<LintFinding> errors_, others_;
};

}  // namespace

std::vector<LintFinding> lint(const PolicyPack& pack, const std::vector<NoteSchema>& schemas) { return Lint(pack, schemas).run(); }

std::string_view lint_rule_text(LintRule rule) {
  switch (rule) {
    case LintRule::fail_open: return "fail-open";
    case LintRule::unreachable: return "unreachable";
    case LintRule::uncovered: return "uncovered";
    case LintRule::unused: return "unused";
  }
  return "";
}

}  // namespace xch::policy
