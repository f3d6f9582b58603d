#include "consent/authority/externals.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"
#include "grant/build.hpp"
#include "policy/external.hpp"
#include "wire/records_limits.hpp"

namespace xch::consent {
namespace {

constexpr Rule kNamed{"P2-31-4i", "42 CFR 2.31(a)(4)(i)"}, kNecessary{"P2-13-a", "42 CFR 2.13(a)"},
    kOutside{"LX-external", "docs/packets.md, Recipients outside the coalition"},
    kOriginator{"LX-originator", "docs/format.md, Keys, parties, roster"},
    kVictim{"V-1", "34 USC 12291(b)(2), 28 CFR 94.115(a)"}, kTreatment{"P2-12-a", "42 CFR 2.12(a)(1)"};

/// The rule that keeps a class inside.
Rule rule_of(const Case& c, FieldClass field_class) {
  const auto* row = policy::class_row(c.pack, field_class);
  if (row != nullptr && row->isolate) return kVictim;
  return row != nullptr && row->part2 ? kTreatment : kOutside;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= wire::kMaxExternalName && name.front() != ' ' && name.back() != ' ' &&
         is_utf8(ByteView(std::string_view(name))) && is_one_line(name);
}

std::size_t count_of(const ConsentDraft& draft, const std::string& name) {
  return static_cast<std::size_t>(std::count_if(draft.externals.begin(), draft.externals.end(),
                                                [&](const External& other) { return other.name == name; }));
}

void check_end(Case& c, const External& external) {
  const auto until = end_of_day(external.last_day, days_of(c.draft)), end = end_of(c.draft, c.basis);
  if (!until || *until < c.now)
    c.refuse(kOutside, Code::consent_period, "A recipient outside the coalition has no last day, or one that is past.",
             "Give each of them the day, YYYY-MM-DD, after which nothing more goes to it.");
  else if (end && *end < *until)
    c.refuse(kOutside, Code::consent_period, "A recipient outside the coalition is named for longer than the consent holds.",
             "Give it a day no later than the last day of the consent.");
}

void check_reads(Case& c, const ExternalRecipient& external) {
  bool anything = false, part2 = false;
  for (const auto& right : c.layout.rights) {
    if (right.agency != external.id) continue;
    const auto field_class = right.compartment.field_class();
    anything = true;
    part2 = part2 || policy::is_part2(c.pack, right.compartment);
    if (policy::class_may_leave(c.pack, c.draft.basis, field_class)) continue;
    c.refuse(rule_of(c, field_class), Code::consent_class,
             "\"" + policy::class_row(c.pack, field_class)->title + "\" would leave the coalition.",
             "Keep it back from whoever is in no roster, or untick it.");
  }
  if (!anything) {
    c.refuse(kNecessary, Code::consent_recipient, "A recipient outside the coalition would get nothing that is ticked.",
             "Leave it out, or tick what it needs.");
  } else if (c.basis.part2 && !part2) {
    c.refuse(kNecessary, Code::consent_recipient,
             "A recipient outside the coalition would get nothing that 42 CFR part 2 protects.",
             "Leave it out: being named here would tell it who takes part.");
  }
}

}  // namespace

std::optional<ExternalRecipient> external_of(const External& external, const ConsentDraft& draft,
                                             const CoalitionId& coalition) {
  const auto until = end_of_day(external.last_day, days_of(draft));
  if (!until || external.name.empty()) return std::nullopt;
  return ExternalRecipient{grant::external_id(coalition, external.name, *until), external.name, *until};
}

Party as_party(const ExternalRecipient& external) {
  Party out;
  out.id = external.id;
  out.name = external.name;
  out.role = Role::ext;
  return out;
}

void check_externals(Case& c) {
  if (c.draft.externals.empty()) return;
  if (c.is_originator()) {
    c.refuse(kOriginator, Code::consent_recipient, "Before a consent nothing leaves the coalition.",
             "Ask the person for a release that names the recipient.");
    return;
  }
  const auto& readers = c.basis.readers;
  if (std::find(readers.begin(), readers.end(), Role::ext) == readers.end()) {
    c.refuse(kNamed, Code::consent_recipient, "This basis allows no recipient outside the coalition.",
             "Name agencies of the roster, or use a basis that allows it, as plain-release.");
    return;
  }
  if (c.draft.externals.size() > wire::kMaxExternals)
    c.refuse(kOutside, Code::consent_recipient, "More than 16 recipients outside the coalition are named.",
             "Name those that the person has in mind today.");
  const auto& recipients = c.layout.recipients;
  const bool blind = std::any_of(recipients.begin(), recipients.end(),
                                 [](const Party* party) { return knows_by_pseudonym_only(party->role); });
  if (blind)
    c.refuse({"LX-alone", "docs/format.md, Grant"}, Code::consent_recipient,
             "An evaluator or auditor knows the person by pseudonym only and stands with others.",
             "Give that agency a consent of its own.");
  for (const auto& external : c.draft.externals) {
    // The text is not repeated: whoever mistypes may have typed a person's name.
    if (!is_name(external.name))
      c.refuse(kNamed, Code::consent_recipient, "A recipient outside the coalition has no name, or one that is no line of text.",
               "Name it as the person knows it, in at most 128 characters.");
    else if (count_of(c.draft, external.name) > 1)
      c.refuse(kNamed, Code::consent_recipient, "A recipient outside the coalition is named twice.", "Name it once.");
    else if (c.roster.party_named(external.name) != nullptr)
      c.refuse(kNamed, Code::consent_recipient, external.name + " is an agency of the roster.",
               "Name it as a recipient: it has a home of its own.");
    check_end(c, external);
  }
  for (const auto& external : c.layout.externals) check_reads(c, external);
}

}  // namespace xch::consent
