// Elements of the bases that are no Part 2 consent: HIPAA authorisation, victim's release, plain release, threat, crime.
#include <algorithm>
#include <string_view>

#include "consent/authority/lint.hpp"
#include "wire/json.hpp"

namespace xch::consent {
namespace {

constexpr Rule kHipaa{"H-508-c", "45 CFR 164.508(c)"}, kHipaaRevocation{"H-508-b5", "45 CFR 164.508(b)(5), (c)(2)(i)"},
    kVictim{"V-2", "34 USC 12291(b)(2), 28 CFR 94.115(c)"}, kReleaseSigned{"ROI-signed", "the agencies' agreement"},
    kReleaseRevocation{"ROI-revoke", "the agencies' agreement"}, kThreat{"H-512j", "45 CFR 164.512(j)"},
    kCrime{"P2-12-c5", "42 CFR 2.12(c)(5)"};

void ask(Case& c, Rule rule, std::string_view statement, const char* missing) {
  if (!c.says(statement))
    c.refuse(rule, Code::consent_incomplete, missing, "If it holds, add the statement " + std::string(statement) + ".");
}

void check_signing(Case& c, Rule rule) {
  check_signature(c, rule);
  check_signed_day(c, rule);
  check_signers(c, rule);
}

void check_circumstances(Case& c, Rule rule) {
  if (c.draft.circumstances.empty())
    c.refuse(rule, Code::consent_incomplete, "It is not written down what happened.",
             "Say in the circumstances what happened; the text stays in this office.");
}

}  // namespace

void check_hipaa_core(Case& c) {
  check_signing(c, kHipaa);
  if (!c.draft.redisclosure_explained)
    c.refuse(kHipaa, Code::consent_incomplete, "The form does not say that what is released may be passed on.",
             "Explain redisclosure on the form and confirm that it was.");
  ask(c, kHipaa, "conditioning", "It is not said whether treatment or benefits depend on signing.");
  ask(c, kHipaa, "copy", "It is not said that the person gets a copy.");
}

void check_hipaa_revocation(Case& c) { check_revocation_explained(c, kHipaaRevocation); }

void check_victim_release(Case& c) {
  check_signing(c, kVictim);
  ask(c, kVictim, "informed", "It is not said that the person was told what may follow from the release.");
  ask(c, kVictim, "not-a-condition", "It is not said that no service depends on the release.");
  const bool alone = c.draft.signer == "participant" && c.draft.co_signers.empty();
  if (!alone) ask(c, kVictim, "no-abuser-signs", "Somebody signs for or beside the person, and may be the abuser.");
}

void check_release_signed(Case& c) { check_signing(c, kReleaseSigned); }

void check_release_revocation(Case& c) {
  if (!c.draft.revocation_explained)
    c.refuse(kReleaseRevocation, Code::consent_incomplete, "The right to take the release back is not explained.",
             "Explain it on the form and confirm that it was.");
}

void check_threat(Case& c) {
  check_circumstances(c, kThreat);
  ask(c, kThreat, "imminent", "It is not said that the threat is serious and imminent.");
  ask(c, kThreat, "able-to-prevent", "It is not said that those who receive it can prevent or lessen the threat.");
  ask(c, kThreat, "not-from-therapy", "It is not said that the facts are not from therapy, or from asking for it.");
}

void check_crime(Case& c) {
  check_circumstances(c, kCrime);
  // 42 CFR 2.12(c)(5)(ii) lists what may be told, and a date of birth is not in it.
  constexpr std::string_view kAllowed[] = {"name", "address", "whereabouts"};
  const auto record = wire::parse_json(c.draft.subject_record);
  if (!record || !record->is_object()) return;  // nothing there, or refused under the person's own rule
  const auto& members = record->members();
  const bool more = std::any_of(members.begin(), members.end(), [&](const auto& member) {
    return std::find(std::begin(kAllowed), std::end(kAllowed), member.first) == std::end(kAllowed);
  });
  if (more)
    c.refuse(kCrime, Code::consent_class, "The person's record says more than name, address and last known whereabouts.",
             "Give name, address and whereabouts alone.");
}

}  // namespace xch::consent
