#include "consent/pack_compiler/matrix.hpp"

#include <algorithm>

#include "policy/decide.hpp"

namespace xch::consent {
namespace {

using Shape = SourceValue::Shape;

struct Give {
  Effect effect = Effect::deny;
  Form form = Form::full;
};

/// parse_give reads "A", "D", "G", "G(form)", "M" or "M(form)".
Result<Give> parse_give(const std::string& text, const PackClass& of_class, const std::string& path) {
  if (text == "A") return Give{Effect::allow, Form::full};
  if (text == "D") return Give{Effect::deny, Form::full};
  const bool generalise = text.substr(0, 1) == "G";
  if (!generalise && text.substr(0, 1) != "M") return fail(Code::policy_key_unknown, path);
  const auto effect = generalise ? Effect::generalise : Effect::mask;
  if (text.size() == 1) {
    // "A bare G takes the class's coarsest declared form"; a class without one has no bare G.
    const auto form = generalise ? of_class.coarsest : Form::pseudonym;
    if (form == Form::full) return fail(Code::policy_pack_malformed, path);
    return Give{effect, form};
  }
  if (text.size() < 4 || text[1] != '(' || text.back() != ')') return fail(Code::policy_key_unknown, path);
  XCH_ASSIGN(const Form form, code<Form>(text.substr(2, text.size() - 3), parse_form, path));
  const bool mask = static_cast<std::uint16_t>(form) >= 32;
  if (form == Form::full || mask == generalise) return fail(Code::policy_conflict, path);
  return Give{effect, form};
}

Result<Relation> parse_relation(const std::string& text, const std::string& path) {
  if (text == "own-referral") return Relation::own_referral;
  if (text == "own-client") return Relation::own_client;
  if (text == "author") return Relation::author;
  return fail(Code::policy_key_unknown, path);
}

Result<CellSource> read_cell(const SourceValue& value, const std::string& path, const PackClass& of_class,
                             const std::string& reason) {
  CellSource out;
  out.path = path;
  out.reason = reason;
  if (value.shape == Shape::text) {
    XCH_ASSIGN(const Give give, parse_give(value.text, of_class, path));
    out.effect = give.effect;
    out.form = give.form;
    return out;
  }
  if (value.shape != Shape::section) return fail(Code::policy_pack_malformed, path);
  const SectionBorrowed cell(value, path);
  XCH_TRY(cell.only({"give", "tick", "relation", "reason", "verify"}));
  XCH_ASSIGN(const auto text, cell.text("give"));
  XCH_ASSIGN(const Give give, parse_give(text, of_class, cell.path_of("give")));
  out.effect = give.effect;
  out.form = give.form;
  XCH_ASSIGN(out.tick, cell.flag_or("tick", false));
  XCH_ASSIGN(out.reason, cell.text_or("reason", reason));
  if (cell.has("relation")) {
    XCH_ASSIGN(const auto relation, cell.text("relation"));
    XCH_ASSIGN(out.relation, parse_relation(relation, cell.path_of("relation")));
  }
  // A cell that gives nothing has no condition to give it under.
  if (out.effect == Effect::deny && (out.tick || out.relation != Relation::any)) return fail(Code::policy_conflict, path);
  return out;
}

}  // namespace

Result<Roles> read_roles(const SectionBorrowed& source) {
  Roles out;
  XCH_ASSIGN(const auto sections, source.sections("role"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"as", "none"}));
    XCH_ASSIGN(const Role role, code<Role>(name, parse_role, section.path()));
    if (section.has("as") && section.has("none")) return fail(Code::policy_conflict, section.path());
    if (section.has("as")) {
      XCH_ASSIGN(const auto text, section.text("as"));
      XCH_ASSIGN(out.as[role], code<Role>(text, parse_role, section.path_of("as")));
      continue;
    }
    XCH_ASSIGN(out.none[role], section.text("none"));
  }
  // One step only: a role that reads as another one reads as one that has a column.
  for (const auto& entry : out.as)
    if (out.as.count(entry.second) != 0 || out.none.count(entry.second) != 0)
      return fail(Code::policy_conflict, "role." + std::string(code_of(entry.first)) + ".as");
  return out;
}

Result<Row> read_row(const SectionBorrowed& source, const PackClass& of_class, const Roles& roles) {
  Row out;
  XCH_ASSIGN(const auto reason, source.text("reason"));
  XCH_TRY(source.flag_or("verify", false));
  for (const auto& [key, value] : source.members()) {
    if (key == "reason" || key == "verify") continue;
    const auto path = source.path_of(key);
    XCH_ASSIGN(const Role role, code<Role>(key, parse_role, path));
    if (roles.as.count(role) != 0 || roles.none.count(role) != 0) return fail(Code::policy_conflict, path);
    XCH_ASSIGN(out[role], read_cell(value, path, of_class, reason));
  }
  for (const auto& [role, column] : roles.as) {
    const auto at = out.find(column);
    if (at != out.end()) out[role] = at->second;
  }
  return out;
}

Result<std::map<FieldClass, Row>> read_matrix(const SectionBorrowed& source, const PolicyPack& pack, const Roles& roles) {
  std::map<FieldClass, Row> out;
  XCH_ASSIGN(const auto sections, source.sections("matrix"));
  for (const auto& [name, section] : sections) {
    XCH_ASSIGN(const FieldClass field_class, code<FieldClass>(name, parse_field_class, section.path()));
    const auto* of_class = policy::class_row(pack, field_class);
    if (of_class == nullptr) return fail(Code::policy_key_unknown, section.path());
    XCH_ASSIGN(out[field_class], read_row(section, *of_class, roles));
  }
  return out;
}

}  // namespace xch::consent
