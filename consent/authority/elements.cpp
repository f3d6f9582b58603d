// The elements that a pack may demand of a basis, by id: 42 CFR 2.31(a) and 2.35. What every draft must have anyway
// (disclosers, classes, recipients, purposes, period) is checked in lint.cpp under the same ids.
#include <algorithm>
#include <array>
#include <string_view>

#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"

namespace xch::consent {
namespace {

constexpr Rule kRevocation{"P2-31-6", "42 CFR 2.31(a)(6)"}, kRedisclosure{"P2-31-4iii", "42 CFR 2.31(a)(4)(iii)"},
    kSignature{"P2-31-8", "42 CFR 2.31(a)(8)"}, kSignedDay{"P2-31-9", "42 CFR 2.31(a)(9)"},
    kStatement{"P2-31-10", "42 CFR 2.31(a)(10)"}, kCondition{"P2-35-a1", "42 CFR 2.35(a)(1)"},
    kRevocable{"P2-35-c", "42 CFR 2.35(c)"}, kDuties{"P2-35-d", "42 CFR 2.35(d)"};

// 42 CFR 2.14 and 2.15: the patient, or who may sign for the patient.
constexpr std::array<std::string_view, 5> kSigners{"participant", "parent", "guardian", "personal-representative",
                                                   "court-appointed-guardian"};

void check_signature(Case& c) {
  if (c.draft.signer.empty() || c.draft.signed_form.empty()) {
    c.refuse(kSignature, Code::consent_not_signed, "The form is not signed.", "Give the signer and the signed form.");
    return;
  }
  if (std::find(kSigners.begin(), kSigners.end(), c.draft.signer) == kSigners.end())
    c.refuse(kSignature, Code::consent_not_signed, "The signer is nobody who may sign.",
             "The signer is participant, parent, guardian, personal-representative or court-appointed-guardian.");
}

void check_signed_day(Case& c) {
  if (c.draft.signed_day.empty()) {
    c.refuse(kSignedDay, Code::consent_not_signed, "The day of the signature is missing.", "Give the day on which it was signed.");
    return;
  }
  const auto zone = c.draft.zone_offset_minutes;
  const auto signed_from = start_of_day(c.draft.signed_day, zone);
  if (!signed_from) {
    c.refuse(kSignedDay, Code::consent_period, "The day of the signature is not a date.", "Write it as YYYY-MM-DD.");
    return;
  }
  if (*signed_from > c.now)
    c.refuse(kSignedDay, Code::consent_period, "The day of the signature lies in the future.", "Correct the day.");
  const auto from = start_of_day(c.draft.first_day, zone);
  if (from && *from < *signed_from)
    c.refuse(kSignedDay, Code::consent_period, "The consent would hold before the day on which it was signed.",
             "Begin on the day of the signature or later.");
}

void check_revocation(Case& c) {
  if (!c.draft.revocation_explained)
    c.refuse(kRevocation, Code::consent_incomplete, "The right to revoke in writing, and how, is not explained.",
             "Explain it on the form and confirm that it was.");
}

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
}

void check_condition(Case& c) {
  if (c.draft.proceeding.empty())
    c.refuse(kCondition, Code::consent_incomplete, "No proceeding is named that makes participation a condition.",
             "Name the proceeding; without one there is nothing to monitor, and a named consent (2.31) is the way.");
}

void check_revocable(Case& c) {
  const auto zone = c.draft.zone_offset_minutes;
  const auto revocable = start_of_day(c.draft.revocable_day, zone);
  if (c.draft.revocable_day.empty() || !revocable) {
    c.refuse(kRevocable, Code::consent_incomplete, "The day from which it may be revoked is missing.",
             "Give the day, no later than the final disposition.");
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
    {"P2-31-1", nothing_more},        {"P2-31-2", nothing_more},     {"P2-31-3", nothing_more},
    {"P2-31-4i", nothing_more},       {"P2-31-5", nothing_more},     {"P2-31-6", check_revocation},
    {"P2-31-7", nothing_more},        {"P2-31-8", check_signature},  {"P2-31-9", check_signed_day},
    {"P2-31-4iii", check_redisclosure}, {"P2-31-10", check_statement}, {"P2-35-a1", check_condition},
    {"P2-35-b", nothing_more},        {"P2-35-c", check_revocable},  {"P2-35-d", check_duties},
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
