#include "consent/pack_compiler/rule_table.hpp"

#include "consent/pack_compiler/source.hpp"

namespace xch::consent {

Result<std::vector<RuleRow>> rule_table(std::string_view toml) {
  XCH_ASSIGN(const auto root, parse_source(toml));
  XCH_ASSIGN(const auto sections, SectionBorrowed(root, "").sections("rule"));
  std::vector<RuleRow> out;
  for (const auto& [id, section] : sections) {
    XCH_TRY(section.only({"citation", "says", "enforced"}));
    RuleRow row;
    row.id = id;
    XCH_ASSIGN(row.citation, section.text("citation"));
    XCH_ASSIGN(row.says, section.text("says"));
    XCH_ASSIGN(row.enforced, section.text("enforced"));
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace xch::consent
