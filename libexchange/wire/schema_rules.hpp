// The rules of note schemas by name; schema_rules.def is the one table of them.
#pragma once

#include <cstdint>
#include <string_view>

namespace xch::wire {

enum class SchemaRule : std::uint8_t {
#define XCH_SCHEMA_RULE(name, id, text, fix) name,
#include "wire/schema_rules.def"
#undef XCH_SCHEMA_RULE
};

/// RuleInfo is a rule's line of the table: its id ("no-bool"), what is wrong with the subject, and what to do.
struct RuleInfo {
  std::string_view id, text, fix;
};

inline const RuleInfo& rule_info(SchemaRule rule) {
  static constexpr RuleInfo kRules[] = {
#define XCH_SCHEMA_RULE(name, id, text, fix) {id, text, fix},
#include "wire/schema_rules.def"
#undef XCH_SCHEMA_RULE
  };
  return kRules[static_cast<std::size_t>(rule)];
}

}  // namespace xch::wire
