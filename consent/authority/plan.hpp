// Who would see what: a draft worked out into rights and edges. Internal to consent/authority.
#pragma once

#include <vector>

#include "consent/authority/authority.hpp"
#include "grant/build.hpp"

namespace xch::consent {

/// Layout is a draft as rights on compartments. Parties in order of first mention (disclosers, then recipients), once
/// each; rights in that order and by compartment, one per (party, compartment). Names that the roster does not know
/// are left out: lint refuses them.
struct Layout {
  std::vector<const Party*> disclosers, recipients, parties;
  std::vector<grant::PlannedRight> rights;
  std::vector<grant::PlannedEdge> edges;
  std::vector<ExternalRecipient> externals;  // in the order of the draft; those without a day are left out
};
Layout lay_out(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster);

/// recipients_of are those that a draft names, and those behind its intermediaries, once each.
std::vector<const Party*> recipients_of(const ConsentDraft& draft, const PolicyPack& pack,
                                        const party::VerifiedRoster& roster);
std::vector<const Party*> behind(const Intermediary& hub, const ConsentDraft& draft, const PolicyPack& pack,
                                 const party::VerifiedRoster& roster);

/// What lint asks of a layout.
bool reads_anything(const Layout& layout, const PartyId& party);
bool reads_part2(const Layout& layout, const PolicyPack& pack, const PartyId& party);
bool reads_class(const Layout& layout, FieldClass field_class);
bool has_edge(const Layout& layout, const PartyId& party);

/// knows_by_pseudonym_only: a role that never learns who the person is, and so stands alone in its grant.
inline bool knows_by_pseudonym_only(Role role) { return role == Role::eval || role == Role::aud; }

}  // namespace xch::consent
