// Files that say what a policy pack must hold to: claims (policy/claim.hpp) and scenarios (policy/scenario.hpp). They are
// checked against a pack and are no part of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "policy/scenario.hpp"

namespace xch::consent {

/// ClaimRow is one [claim."ID"] of a claims file.
struct ClaimRow {
  std::string id;        // "P2-12-use"
  std::string says;      // the sentence
  std::string citation;  // "42 CFR 2.12(d)(1)", or empty
};

/// read_claims reads a claims file, in the order of ids. The sentences are not parsed: that needs the pack.
/// Errors: policy_pack_malformed, policy_key_unknown, each with the key path.
Result<std::vector<ClaimRow>> read_claims(std::string_view toml);

/// read_scenarios reads a scenarios file: [scenario."what it shows"] with note, from, to, basis, purpose, gets and, where
/// they are not the usual, own, may_send, consent. Errors: policy_pack_malformed, policy_key_unknown, policy_conflict.
Result<std::vector<policy::Scenario>> read_scenarios(std::string_view toml);

/// The files of packs/lead-default as they were when the library was built.
std::string_view default_claims_toml();
std::string_view default_scenarios_toml();

}  // namespace xch::consent
