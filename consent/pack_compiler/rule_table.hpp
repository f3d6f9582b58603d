// The rules of law and policy that the default pack was made for, and who keeps each: the library, people, or nobody yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace xch::consent {

struct RuleRow {
  std::string id, citation, says;
  std::string enforced;  // "library" or "organisation"
};

/// rule_table reads rules.toml; rows come by id. Errors: policy_pack_malformed, policy_key_unknown, with the key path.
Result<std::vector<RuleRow>> rule_table(std::string_view toml);
/// default_rules_toml is the source of the default pack's rules.
std::string_view default_rules_toml();

}  // namespace xch::consent
