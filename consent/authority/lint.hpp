// The lint with the exact code that issuing refuses with. Internal to consent/authority.
#pragma once

#include <optional>
#include <string_view>
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

/// is_order: 42 CFR 2.64 to 2.67. An order of a court has its own end: a later one is another order.
inline bool is_order(Basis basis) { return Basis::order264 <= basis && basis <= Basis::order267; }

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
  bool is_order() const { return consent::is_order(draft.basis); }
  bool says(std::string_view statement) const;
  void refuse(Rule rule, Code code, std::string text, std::string fix) {
    found.push_back({{true, rule.id, rule.citation, std::move(text), std::move(fix)}, code});
  }
  void warn(Rule rule, std::string text, std::string fix) {
    found.push_back({{false, rule.id, rule.citation, std::move(text), std::move(fix)}, Code::consent_incomplete});
  }
};

/// end_of is the last second that a draft holds: of its last day, or of the last of the days after its signature that the
/// state's row of the pack gives a form without one. nullopt when neither can be worked out.
std::optional<Timestamp> end_of(const ConsentDraft& draft, const PackBasis& basis);
const PackSigning* signing_of(const ConsentDraft& draft, const PackBasis& basis);

// Checks that elements share; each finding names `rule` (signing.cpp).
void check_signature(Case& c, Rule rule);
void check_signed_day(Case& c, Rule rule);
/// check_signers: who signs for a person younger than 18, and that nobody signs as a parent for an adult.
void check_signers(Case& c, Rule rule);
/// check_revocation_explained: the form says that and how it may be revoked, which several laws ask for.
void check_revocation_explained(Case& c, Rule rule);

// Elements of the bases other than 42 CFR 2.31 and 2.35 (releases.cpp, orders.cpp).
void check_hipaa_core(Case& c);
void check_hipaa_revocation(Case& c);
void check_victim_release(Case& c);
void check_release_signed(Case& c);
void check_release_revocation(Case& c);
void check_threat(Case& c);
void check_crime(Case& c);
void check_subpoena(Case& c);
void check_order(Case& c);
void check_order_findings(Case& c);
/// order_detail is what the log tells of an order: the paper's SHA-256, its day and what the court found.
std::string order_detail(const ConsentDraft& draft);

/// What every draft is asked beside the elements: kinds of party, classes that go alone, restrictions (alone.cpp).
void check_kinds(Case& c);
void check_alone(Case& c);
void check_restrictions(Case& c);
/// check_intermediaries: who passes on, and to whom (intermediaries.cpp).
void check_intermediaries(Case& c);
/// check_events: what ends it or makes it revocable before its day, and who may say so (events.cpp).
void check_events(Case& c);

/// is_subject_id: a participant id of the office, which is never a name.
bool is_subject_id(const std::string& text);

/// check_element checks one of the elements that the pack demands of the basis, by its id. An id this version does not
/// know is refused: nothing is issued on an element nobody looked at.
void check_element(Case& c, const std::string& id);

}  // namespace xch::consent
