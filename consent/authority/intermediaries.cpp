// Intermediaries, 42 CFR 2.11, 2.24 and 2.31(a)(4)(ii): who passes on, and to whom. The one that passes on is named on the
// form and reads nothing; those behind it are recipients as any others, so every check of a recipient is made of them.
#include <algorithm>

#include "consent/authority/lint.hpp"

namespace xch::consent {
namespace {

constexpr Rule kIntermediary{"P2-31-4ii", "42 CFR 2.31(a)(4)(ii)"};

bool is_provider(PartyKind kind) { return kind == PartyKind::part2Program || kind == PartyKind::coveredEntity; }

void check_itself(Case& c, const Intermediary& hub) {
  const auto* party = c.roster.party_named(hub.party);
  if (party == nullptr) {
    // The text is not repeated: whoever mistypes may have typed a person's name.
    c.refuse(kIntermediary, Code::consent_recipient, "An intermediary is no agency of the roster.",
             "Name it as the roster does; an intermediary is in the roster with the role RELAY.");
    return;
  }
  if (party->role != Role::relay || is_provider(party->kind))
    c.refuse(kIntermediary, Code::consent_recipient, party->name + " is no intermediary.",
             "Name it among those who receive; an intermediary only passes on, and is no provider (42 CFR 2.11).");
}

void check_members(Case& c, const Intermediary& hub) {
  for (const auto& name : hub.members) {
    const auto* member = c.roster.party_named(name);
    if (member == nullptr)
      c.refuse(kIntermediary, Code::consent_recipient, "A member behind an intermediary is no agency of the roster.",
               "Name each member as the roster does.");
  }
  if (hub.members.empty() && !hub.treating)
    c.refuse(kIntermediary, Code::consent_incomplete, "An intermediary is named without those it passes to.",
             "Name its members, or limit it to treating providers.");
  if (!hub.treating) return;
  // (B) is "limited to those participants with a treating provider relationship". Nobody else comes in beside it.
  if (!hub.members.empty())
    c.refuse(kIntermediary, Code::consent_recipient, "An intermediary stands for treating providers and for named members at once.",
             "Name every member, or treating providers alone: a general designation never reaches police or prosecutors.");
  if (behind(hub, c.draft, c.pack, c.roster).empty())
    c.refuse(kIntermediary, Code::consent_recipient, "No treating provider stands behind an intermediary.",
             "Name its members by name.");
}

}  // namespace

void check_intermediaries(Case& c) {
  if (c.draft.intermediaries.empty()) return;
  if (c.is_originator() || c.is_order())
    c.refuse(kIntermediary, Code::consent_recipient, "Nobody consents to an intermediary under this basis.",
             "Name each agency that receives by itself.");
  for (const auto& hub : c.draft.intermediaries) {
    check_itself(c, hub);
    check_members(c, hub);
    if (hub.treating && (c.is_justice() || policy::is_for_proceedings(c.draft.basis)))
      c.refuse(kIntermediary, Code::consent_recipient, "Treating providers in general are named where police or courts receive.",
               "Name each agency that receives; a hub never stands for police or prosecutors.");
  }
}

}  // namespace xch::consent
