// What every draft is asked beside its elements: which kinds of agency, what goes with nothing else, what the person asked
// to have kept back, and that nothing is claimed that nobody knows.
#include <algorithm>
#include <string_view>

#include "consent/authority/lint.hpp"

namespace xch::consent {
namespace {

constexpr Rule kVictim{"V-1", "34 USC 12291(b)(2), 28 CFR 94.115(a)"}, kRecord{"P2-12-a", "42 CFR 2.12(a)(1)"},
    kResearch{"P2-62", "42 CFR 2.62"}, kTreating{"P2-31-4i", "42 CFR 2.31(a)(4)(i)"}, kProceedings{"P2-31-d", "42 CFR 2.31(d)"},
    kThreat{"H-512j", "45 CFR 164.512(j)"}, kCrime{"P2-12-c5", "42 CFR 2.12(c)(5)"}, kBasis{"LX-kind", "policy pack"},
    kCounselling{"P2-31-b", "42 CFR 2.31(b)"}, kPsychotherapy{"H-508-b3", "45 CFR 164.508(b)(3)(ii)"},
    kConfidential{"P2-63", "42 CFR 2.63"}, kRestriction{"P2-22/26", "42 CFR 2.22, 2.26"}, kStatement{"LX-statement", "docs/verbs.md, Drafts"};

constexpr std::string_view kStatements[] = {"refusal", "conditioning", "copy", "informed", "not-a-condition",
                                            "no-abuser-signs", "imminent", "able-to-prevent", "not-from-therapy"};
constexpr std::string_view kFindings[] = {"fictitious-name", "notice-given", "no-other-way", "public-interest", "holder-heard",
                                          "extremely-serious-crime", "substantial-value", "crime-in-program"};

template <class T>
bool contains(const std::vector<T>& values, T value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// Which rule it is that keeps this kind of agency from sharing under the basis.
Rule rule_of_discloser(const Case& c, PartyKind kind) {
  if (kind == PartyKind::oversight && c.is_order()) return kResearch;
  if (kind == PartyKind::victimService || c.draft.basis == Basis::victimRelease) return kVictim;
  if (kind == PartyKind::part2Program) return kRecord;
  return kBasis;
}

Rule rule_of_reader(const Case& c) {
  switch (c.draft.basis) {
    case Basis::tpoConsent: return kTreating;
    case Basis::counsellingNotes: return kTreating;
    case Basis::proceedings: return kProceedings;
    case Basis::seriousThreat: return kThreat;
    case Basis::crimeOnPremises: return kCrime;
    default: return kBasis;
  }
}

bool all_known(const std::vector<std::string>& names, const std::string_view* begin, const std::string_view* end) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) { return std::find(begin, end, name) != end; });
}

}  // namespace

void check_kinds(Case& c) {
  if (c.is_originator()) return;  // its one writer is the authority itself
  for (const auto* party : c.layout.disclosers) {
    const bool named = c.basis.disclosers.empty() || contains(c.basis.disclosers, party->kind);
    // A victim-service provider shares on the victim's own release, whatever the other consent says.
    const bool victims = party->kind == PartyKind::victimService && c.draft.basis != Basis::victimRelease;
    if (named && !victims) continue;
    c.refuse(rule_of_discloser(c, party->kind), Code::consent_recipient,
             party->name + " is no kind of agency that may share under this basis.",
             "Leave that agency out, or use the basis that its own law asks for.");
  }
  for (const auto* party : c.layout.recipients) {
    if (c.basis.reader_kinds.empty() || contains(c.basis.reader_kinds, party->kind)) continue;
    if (!contains(c.basis.readers, party->role)) continue;  // refused for its role
    c.refuse(rule_of_reader(c), Code::consent_recipient, party->name + " is no kind of agency that may receive under this basis.",
             "Leave that agency out, or share with it under another basis.");
  }
}

void check_alone(Case& c) {
  const auto& classes = c.draft.classes;
  const auto together = [&](FieldClass alone) {
    return contains(classes, alone) && std::any_of(classes.begin(), classes.end(), [&](FieldClass k) { return k != alone; });
  };
  if (together(FieldClass::sudn))
    c.refuse(kCounselling, Code::consent_class, "Counselling notes are ticked together with other information.",
             "Counselling notes need a consent of their own.");
  if (together(FieldClass::psyn))
    c.refuse(kPsychotherapy, Code::consent_class, "Psychotherapy notes are ticked together with other information.",
             "Psychotherapy notes need an authorisation of their own.");
  const bool said = contains(classes, FieldClass::sudn) || contains(classes, FieldClass::psyn) || contains(classes, FieldClass::txt);
  if (c.is_order() && said)
    c.refuse(kConfidential, Code::consent_class, "What the person said in confidence is ticked under an order.",
             "Leave notes and free text out; this policy pack opens them to no order.");
}

void check_restrictions(Case& c) {
  for (const auto& asked : c.draft.restrictions) {
    const auto& externals = c.draft.externals;
    const bool outside = std::any_of(externals.begin(), externals.end(),
                                     [&](const External& external) { return external.name == asked.party; });
    const bool known = asked.party.empty() || outside || c.roster.party_named(asked.party) != nullptr;
    if (!known || (asked.field_class != FieldClass::none && policy::class_row(c.pack, asked.field_class) == nullptr)) {
      c.refuse(kRestriction, Code::consent_recipient, "What the person asked to have kept back names no agency of the roster, or no class.",
               "Name the agency as the roster does, and the class as the policy pack does.");
      continue;
    }
    c.warn(kRestriction, "Something is kept back, as the person asked: it overrides what is ticked.",
           "Look at who would see what before this is issued.");
  }
  if (!all_known(c.draft.statements, std::begin(kStatements), std::end(kStatements)) ||
      !all_known(c.draft.order.findings, std::begin(kFindings), std::end(kFindings)))
    c.refuse(kStatement, Code::consent_incomplete, "A statement or a finding is not one that is known here.",
             "Use the names that the verbs' page lists; leave out what nobody asked for.");
}

}  // namespace xch::consent
