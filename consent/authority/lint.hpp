// The lint with the exact code that issuing refuses with. Internal to consent/authority.
#pragma once

#include <vector>

#include "consent/authority/authority.hpp"
#include "consent/authority/plan.hpp"

namespace xch::consent {

/// Judged is a finding and the code an issue that it stops ends with.
struct Judged {
  Finding finding;
  Code code = Code::consent_incomplete;
};
std::vector<Judged> judge(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster,
                          const PartyId& authority, Timestamp now);

/// Rule names what a finding rests on: an id (of a rule of law, as the pack names its elements, or LX-... for one of
/// the format) and its citation.
struct Rule {
  const char* id;
  const char* citation;
};

/// Case is one draft under examination.
struct Case {
  const ConsentDraft& draft;
  const PolicyPack& pack;
  const party::VerifiedRoster& roster;
  const PartyId& authority;
  Timestamp now;
  const PackBasis& basis;
  Layout layout;
  std::vector<Judged> found;

  bool is_originator() const { return draft.basis == Basis::originatorAuthority; }
  bool is_justice() const { return draft.basis == Basis::justiceCondition; }
  void refuse(Rule rule, Code code, std::string text, std::string fix) {
    found.push_back({{true, rule.id, rule.citation, std::move(text), std::move(fix)}, code});
  }
  void warn(Rule rule, std::string text, std::string fix) {
    found.push_back({{false, rule.id, rule.citation, std::move(text), std::move(fix)}, Code::consent_incomplete});
  }
};

/// check_element checks one of the elements that the pack demands of the basis, by its id. An id this version does not
/// know is refused: nothing is issued on an element nobody looked at.
void check_element(Case& c, const std::string& id);

}  // namespace xch::consent
