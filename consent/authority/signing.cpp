// What several elements ask: who signs, for whom and when (42 CFR 2.14, 2.15, 2.31(a)(8) and (9), and what a state's row of
// the pack says), and that revoking is explained.
#include <algorithm>
#include <array>
#include <string_view>

#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"

namespace xch::consent {
namespace {

// 42 CFR 2.14 and 2.15: the patient, or who may sign for the patient.
constexpr std::array<std::string_view, 5> kSigners{"participant", "parent", "guardian", "personal-representative",
                                                   "court-appointed-guardian"};
constexpr std::uint32_t kAdultAge = 18;
constexpr Rule kIncapacity{"P2-15", "42 CFR 2.15"}, kState{"V-WA", "RCW 70.123.076"};

bool may_sign(const std::string& signer) { return std::find(kSigners.begin(), kSigners.end(), signer) != kSigners.end(); }
bool is_parent(const std::string& signer) { return signer == "parent" || signer == "guardian"; }

void check_minor(Case& c, Rule rule) {
  const auto& draft = c.draft;
  if (draft.minor_age >= kAdultAge) {
    c.refuse(rule, Code::consent_not_signed, "A person of 18 years or more is no minor.", "Leave the age out.");
    return;
  }
  const auto* state = signing_of(draft, c.basis);
  if (state == nullptr) {
    c.refuse(rule, Code::consent_not_signed, "Who signs for a minor is state law, and the policy pack has no row for this state.",
             "Name the state; if the pack has no row for it, counsel adds one.");
    return;
  }
  const Rule of_state = draft.basis == Basis::victimRelease ? Rule{kState.id, state->citation.c_str()}
                                                            : Rule{rule.id, state->citation.c_str()};
  const bool alone = state->minor_alone_from != 0 && draft.minor_age >= state->minor_alone_from;
  const bool signs = draft.signer == "participant";
  const bool parent = is_parent(draft.signer) || std::any_of(draft.co_signers.begin(), draft.co_signers.end(), is_parent);
  if (alone && (!signs || parent))
    c.refuse(of_state, Code::consent_not_signed, "At this age the minor alone consents, and nobody for the minor.",
             "Have the minor sign, and no parent or guardian.");
  if (!alone && !(signs && parent))
    c.refuse(of_state, Code::consent_not_signed, "At this age the minor and a parent or guardian sign together.",
             "Have both sign: the minor as signer, parent or guardian as co-signer.");
}

}  // namespace

bool Case::says(std::string_view statement) const {
  return std::find(draft.statements.begin(), draft.statements.end(), statement) != draft.statements.end();
}

const PackSigning* signing_of(const ConsentDraft& draft, const PackBasis& basis) {
  const auto at = std::find_if(basis.signing.begin(), basis.signing.end(),
                               [&](const PackSigning& row) { return row.jurisdiction == draft.jurisdiction; });
  return at == basis.signing.end() ? nullptr : &*at;
}

std::optional<Timestamp> end_of(const ConsentDraft& draft, const PackBasis& basis) {
  if (!draft.last_day.empty()) return end_of_day(draft.last_day, days_of(draft));
  const auto* state = signing_of(draft, basis);
  const auto signed_day = parse_date(draft.signed_day);
  if (state == nullptr || state->undated_days == 0 || !signed_day) return std::nullopt;
  return end_of_day(format_date(civil_from_days(days_from_civil(*signed_day) + state->undated_days)), days_of(draft));
}

void check_signature(Case& c, Rule rule) {
  if (c.draft.signer.empty() || c.draft.signed_form.empty()) {
    c.refuse(rule, Code::consent_not_signed, "The form is not signed.", "Give the signer and the signed form.");
    return;
  }
  if (!may_sign(c.draft.signer) || !std::all_of(c.draft.co_signers.begin(), c.draft.co_signers.end(), may_sign))
    c.refuse(rule, Code::consent_not_signed, "The signer is nobody who may sign.",
             "The signer is participant, parent, guardian, personal-representative or court-appointed-guardian.");
}

void check_signed_day(Case& c, Rule rule) {
  if (c.draft.signed_day.empty()) {
    c.refuse(rule, Code::consent_not_signed, "The day of the signature is missing.", "Give the day on which it was signed.");
    return;
  }
  const auto zone = days_of(c.draft);
  const auto signed_from = start_of_day(c.draft.signed_day, zone);
  if (!signed_from) {
    c.refuse(rule, Code::consent_period, "The day of the signature is not a date.", "Write it as YYYY-MM-DD.");
    return;
  }
  if (*signed_from > c.now)
    c.refuse(rule, Code::consent_period, "The day of the signature lies in the future.", "Correct the day.");
  const auto from = start_of_day(c.draft.first_day, zone);
  if (from && *from < *signed_from)
    c.refuse(rule, Code::consent_period, "The consent would hold before the day on which it was signed.",
             "Begin on the day of the signature or later.");
}

void check_signers(Case& c, Rule rule) {
  if (c.draft.minor_age != 0) {
    check_minor(c, rule);
    return;
  }
  const auto& others = c.draft.co_signers;
  if (c.draft.signer == "parent" || std::find(others.begin(), others.end(), "parent") != others.end())
    c.refuse(kIncapacity, Code::consent_not_signed, "A parent does not sign for an adult.",
             "Have the person sign, a guardian or a personal representative; or give the age of a minor.");
}

void check_revocation_explained(Case& c, Rule rule) {
  if (!c.draft.revocation_explained)
    c.refuse(rule, Code::consent_incomplete, "The right to revoke in writing, and how, is not explained.",
             "Explain it on the form and confirm that it was.");
}

}  // namespace xch::consent
