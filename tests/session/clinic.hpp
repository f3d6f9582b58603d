// The plan of one home with an unlocking that costs nothing, for suites that need no coalition around it. For tests only.
#pragma once

#include "session/session.hpp"

namespace xch::session_test {

inline session::AgencyPlan clinic_plan() {
  session::AgencyPlan plan;
  plan.name = "clinic";
  plan.kind = PartyKind::part2Program;
  plan.role = Role::txp;
  plan.coalition.bytes.fill(7);
  return plan;
}

inline session::Environment cheap_environment() {
  auto environment = session::default_environment();
  environment.secret = [](std::string_view) -> Result<crypto::SecretBytes> { return crypto::SecretBytes(Bytes(20, 0x78)); };
  environment.key_cost_for_testing = crypto::KeyFileCost{1, 8192};
  return environment;
}

/// A root that the home is told of.
inline KeyId some_root() {
  KeyId root;
  root.bytes.fill(8);
  return root;
}

}  // namespace xch::session_test
