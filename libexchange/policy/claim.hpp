// A claim is one sentence about a whole pack that prove holds against every decision it can make:
//
//   treatment classes never reach law enforcement
//   SUD never reaches PROS COURT PROB without basis justice-condition, except as yes-no
//   HIV STD IMM never reach anybody without a tick
//   treatment always carries no-use-against-subject 42CFR2.32-2024
//
//   WHAT never reach WHOM   { for PURPOSE... | under BASIS... | without basis BASIS... | without a tick |
//                             except as FORM... | except own }   (own: own referrals and own clients)
//   WHAT always carry OBLIGATION or NOTICE...  { for PURPOSE... | to WHOM... | under BASIS... }
//
// WHAT: classes, or `treatment` (the Part 2 classes of the pack), `victim` (its isolated classes), `health`, `anything`.
// WHOM: roles, or `law enforcement`, `justice`, `care`, `anybody`. Commas, `and`, `or`, `the`, `a`, `any`, `class`,
// `classes`, `facts` and `data` may stand anywhere and say nothing.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/pack.hpp"

namespace xch::policy {

struct Claim {
  enum class Kind : std::uint8_t { never_reach, always_carry };
  Kind kind = Kind::never_reach;
  std::vector<FieldClass> classes;      // ascending, never empty
  std::vector<Role> roles;              // ascending, never empty
  std::vector<Purpose> purposes;        // ascending, never empty
  std::vector<Basis> bases;             // those it is said of; all, where none is named
  std::vector<Basis> except_bases;      // "without basis"
  std::vector<Form> except_forms;       // "except as"
  bool except_ticked = false;           // "without a tick"
  bool except_own = false;              // "except own": cells of own referrals and own clients
  std::vector<Obligation> obligations;  // of always_carry, ascending
  std::vector<Notice> notices;
};

/// parse_claim reads a sentence; groups are those of the pack. Errors: policy_claim, with the word that was not
/// understood, or the part that lacks, in Error.path. Only words of the language and codes of the registry enter a path.
Result<Claim> parse_claim(std::string_view sentence, const PolicyPack& pack);

}  // namespace xch::policy
