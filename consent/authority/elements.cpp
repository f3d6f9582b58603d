// The elements that a pack may demand of a basis, by id, and the checks of 42 CFR 2.31(a) and 2.35. What every draft must
// have anyway (disclosers, classes, recipients, purposes, period, what goes alone) is checked in lint.cpp and alone.cpp
// under the same ids.
#include <algorithm>
#include <string_view>

#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"

namespace xch::consent {
namespace {

constexpr Rule kRevocation{"P2-31-6", "42 CFR 2.31(a)(6)"}, kRedisclosure{"P2-31-4iii", "42 CFR 2.31(a)(4)(iii)"},
    kSignature{"P2-31-8", "42 CFR 2.31(a)(8)"}, kSignedDay{"P2-31-9", "42 CFR 2.31(a)(9)"},
    kStatement{"P2-31-10", "42 CFR 2.31(a)(10)"}, kCondition{"P2-35-a1", "42 CFR 2.35(a)(1)"},
    kMinor{"P2-14", "42 CFR 2.14"}, kRevocable{"P2-35-c", "42 CFR 2.35(c)"}, kDuties{"P2-35-d", "42 CFR 2.35(d)"};

void signature(Case& c) {
  check_signature(c, kSignature);
  check_signers(c, kMinor);
}
void signed_day(Case& c) { check_signed_day(c, kSignedDay); }

void check_revocation(Case& c) { check_revocation_explained(c, kRevocation); }

void check_redisclosure(Case& c) {
  const auto& recipients = c.layout.recipients;
  const bool covered = std::any_of(recipients.begin(), recipients.end(),
                                   [](const Party* party) { return party->kind == PartyKind::coveredEntity; });
  if (covered && !c.draft.redisclosure_explained)
    c.refuse(kRedisclosure, Code::consent_incomplete,
             "A covered entity receives it, and the form does not say that it may pass it on under HIPAA.",
             "Explain redisclosure on the form and confirm that it was.");
}

void check_statement(Case& c) {
  if (!c.draft.redisclosure_explained)
    c.refuse(kStatement, Code::consent_incomplete, "The risk of redisclosure is not explained.",
             "Explain it on the form and confirm that it was.");
  if (!c.says("refusal"))
    c.refuse(kStatement, Code::consent_incomplete, "It is not said what follows if the person does not sign.",
             "Say it on the form, and add the statement refusal.");
}

void check_condition(Case& c) {
  if (c.draft.proceeding.empty())
    c.refuse(kCondition, Code::consent_incomplete, "No proceeding is named that makes participation a condition.",
             "Name the proceeding; without one there is nothing to monitor, and a named consent (2.31) is the way.");
}

void check_revocable(Case& c) {
  const auto zone = days_of(c.draft);
  const auto revocable = start_of_day(c.draft.revocable_day, zone);
  // "[...] the passage of a specified amount of time or the occurrence of a specified, ascertainable event".
  if (c.draft.revocable_day.empty() && !c.draft.revocable_on.event.empty()) return;
  if (c.draft.revocable_day.empty() || !revocable) {
    c.refuse(kRevocable, Code::consent_incomplete, "The day or the event from which it may be revoked is missing.",
             "Give the day, no later than the final disposition, or the event and who may say that it has happened.");
    return;
  }
  const auto until = end_of_day(c.draft.last_day, zone);
  if (until && *until < *revocable)
    c.refuse(kRevocable, Code::consent_period, "It would become revocable only after it has ended.",
             "Give a day no later than the last day.");
}

void check_duties(Case& c) {
  const auto& duties = c.basis.obligations;
  if (std::find(duties.begin(), duties.end(), Obligation::officialDutiesOnly) == duties.end())
    c.refuse(kDuties, Code::consent_incomplete, "The pack does not bind the receivers to their official duties.",
             "Use a policy pack whose basis carries that obligation.");
}

void nothing_more(Case&) {}

struct Element {
  std::string_view id;
  void (*check)(Case&);
};
constexpr Element kElements[] = {
    {"P2-31-1", nothing_more},      {"P2-31-2", nothing_more},          {"P2-31-3", nothing_more},
    {"P2-31-4i", nothing_more},     {"P2-31-5", nothing_more},          {"P2-31-6", check_revocation},
    {"P2-31-7", nothing_more},      {"P2-31-8", signature},             {"P2-31-9", signed_day},
    {"P2-31-4iii", check_redisclosure}, {"P2-31-10", check_statement},  {"P2-31-b", nothing_more},
    {"P2-31-d", nothing_more},      {"P2-35-a1", check_condition},      {"P2-35-b", nothing_more},
    {"P2-35-c", check_revocable},   {"P2-35-d", check_duties},          {"H-508-c", check_hipaa_core},
    {"H-508-b3", nothing_more},     {"H-508-b5", check_hipaa_revocation}, {"V-2", check_victim_release},
    {"ROI-signed", check_release_signed}, {"ROI-revoke", check_release_revocation}, {"H-512j", check_threat},
    {"P2-12-c5", check_crime},      {"P2-13-b", check_subpoena},        {"P2-61", check_order},
    {"P2-64", check_order_findings}, {"P2-65", check_order_findings},   {"P2-66", check_order_findings},
    {"P2-67", check_order_findings},
};

}  // namespace

void check_element(Case& c, const std::string& id) {
  for (const auto& element : kElements) {
    if (element.id != id) continue;
    element.check(c);
    return;
  }
  c.refuse({id.c_str(), "policy pack"}, Code::consent_incomplete, "The pack demands an element this version cannot check.",
           "Update libexchange, or correct the pack.");
}

}  // namespace xch::consent
