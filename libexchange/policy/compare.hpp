// compare: what a new policy pack would change, as a plan: which disclosures are added, which removed.
#pragma once

#include <string>
#include <vector>

#include "policy/given.hpp"

namespace xch::policy {

/// DisclosureChange is one (basis, purpose, role, class) whose answer differs.
struct DisclosureChange {
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Role role = Role::none;
  FieldClass field_class = FieldClass::none;
  Given before, after;

  bool adds() const { return gives_more(before, after); }
  bool removes() const { return gives_more(after, before); }
};

/// RuleChange is one line of the pack outside the matrix; an empty text: not there.
struct RuleChange {
  std::string rule;  // "basis.part2-consent.max_days"
  std::string before, after;
};

struct PackDifference {
  std::vector<DisclosureChange> disclosures;  // by basis, purpose, role, class
  std::vector<RuleChange> rules;              // by name
  bool empty() const { return disclosures.empty() && rules.empty(); }
};

/// compare lists every difference between two packs: two packs that encode differently differ here. A cell's reason, and
/// a cell that no basis can use, are rules (`cell.…`).
PackDifference compare(const PolicyPack& before, const PolicyPack& after);

}  // namespace xch::policy
