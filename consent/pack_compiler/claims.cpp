#include "consent/pack_compiler/claims.hpp"

#include "consent/pack_compiler/source.hpp"

namespace xch::consent {
namespace {

Result<ClaimRow> read_claim(const std::string& id, const SectionBorrowed& source) {
  XCH_TRY(source.only({"says", "citation"}));
  ClaimRow out;
  out.id = id;
  XCH_ASSIGN(out.says, source.text("says"));
  XCH_ASSIGN(out.citation, source.text_or("citation", ""));
  return out;
}

Result<policy::Scenario> read_scenario(const std::string& name, const SectionBorrowed& source) {
  XCH_TRY(source.only({"note", "from", "to", "basis", "purpose", "own", "may_send", "consent", "gets"}));
  policy::Scenario out;
  out.name = name;
  XCH_ASSIGN(out.note_type, source.text("note"));
  XCH_ASSIGN(const auto from, source.text("from"));
  XCH_ASSIGN(out.from, code<Role>(from, parse_role, source.path_of("from")));
  XCH_ASSIGN(const auto to, source.text("to"));
  XCH_ASSIGN(out.to, code<Role>(to, parse_role, source.path_of("to")));
  XCH_ASSIGN(const auto basis, source.text("basis"));
  XCH_ASSIGN(out.basis, code<Basis>(basis, parse_basis, source.path_of("basis")));
  XCH_ASSIGN(const auto purpose, source.text("purpose"));
  XCH_ASSIGN(out.purpose, code<Purpose>(purpose, parse_purpose, source.path_of("purpose")));
  XCH_ASSIGN(out.own, source.flag_or("own", false));
  XCH_ASSIGN(out.may_send, source.flag_or("may_send", true));
  if (source.has("consent")) {
    XCH_ASSIGN(out.consent, codes<FieldClass>(source, "consent", parse_field_class));
    if (out.consent.empty()) return fail(Code::policy_pack_malformed, source.path_of("consent"));
  }
  XCH_ASSIGN(const auto gets, source.section("gets"));
  for (const auto& member : gets.members()) {
    XCH_ASSIGN(const auto form, gets.text(member.first));
    policy::Scenario::Gets row;
    row.field = member.first;
    XCH_ASSIGN(row.form, code<Form>(form, parse_form, gets.path_of(member.first)));
    out.gets.push_back(std::move(row));
  }
  return out;
}

/// rows reads every section of `key`, each by `read`; a file without one says nothing and is refused.
template <class Row>
Result<std::vector<Row>> rows(std::string_view toml, const std::string& key,
                              Result<Row> (*read)(const std::string&, const SectionBorrowed&)) {
  XCH_ASSIGN(const auto root, parse_source(toml));
  const SectionBorrowed source(root, "");
  XCH_TRY(source.only({key}));
  XCH_ASSIGN(const auto sections, source.sections(key));
  if (sections.empty()) return fail(Code::policy_pack_malformed, key);
  std::vector<Row> out;
  for (const auto& [name, section] : sections) {
    XCH_ASSIGN(auto row, read(name, section));
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Result<std::vector<ClaimRow>> read_claims(std::string_view toml) { return rows<ClaimRow>(toml, "claim", read_claim); }

Result<std::vector<policy::Scenario>> read_scenarios(std::string_view toml) {
  return rows<policy::Scenario>(toml, "scenario", read_scenario);
}

}  // namespace xch::consent
