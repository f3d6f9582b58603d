#include "consent/authority/plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "consent/authority/externals.hpp"

namespace xch::consent {
namespace {

using Named = std::vector<const Party*>;
using Compartments = std::set<Compartment>;

bool contains(const Named& parties, const Party* party) {
  return std::find(parties.begin(), parties.end(), party) != parties.end();
}

template <class T>
bool contains(const std::vector<T>& values, T value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

Named named(const std::vector<std::string>& names, const party::VerifiedRoster& roster) {
  Named out;
  for (const auto& name : names) {
    const auto* party = roster.party_named(name);
    if (party != nullptr && !contains(out, party)) out.push_back(party);
  }
  return out;
}

/// is_treating: a treating provider relationship (42 CFR 2.11) is a provider's, by the roster's own words for it.
bool is_treating(const Party& party) {
  const bool treats = party.role == Role::txp || party.role == Role::mhp || party.role == Role::med;
  return treats && (party.kind == PartyKind::part2Program || party.kind == PartyKind::coveredEntity);
}

/// read_by_cell adds what one cell of the pack gives a party of one class.
void read_by_cell(Compartments& out, const PackCell& cell, const ConsentDraft& draft, const Party& party, bool discloses) {
  if (cell.effect == Effect::deny) return;
  // Of the officers only the one whose own referral the person is: a list of who takes part is itself a disclosure
  // (42 CFR 2.13(c)).
  if (cell.relation == Relation::own_referral && party.name != draft.referred_by) return;
  if (cell.relation == Relation::author) {
    // The author keeps the whole value in its own archive; others of the role get the cell's coarser form.
    if (discloses) out.insert(Compartment(cell.field_class, Form::full));
    if (cell.effect == Effect::allow) return;
  }
  // A pseudonym is no slot: it comes with the grant view.
  if (cell.form == Form::pseudonym) return;
  out.insert(Compartment(cell.field_class, cell.form));
}

/// reads_of lists what a party may read of the ticked classes for any ticked purpose.
Compartments reads_of(const ConsentDraft& draft, const PolicyPack& pack, const Party& party, bool discloses) {
  Compartments out;
  const auto* basis = policy::basis_row(pack, draft.basis);
  if (basis == nullptr || !contains(basis->readers, party.role)) return out;
  for (const auto purpose : draft.purposes) {
    if (!contains(basis->purposes, purpose)) continue;
    for (const auto field_class : draft.classes) {
      const auto* cell = policy::cell_for(pack, draft.basis, purpose, party.role, field_class);
      if (cell != nullptr) read_by_cell(out, *cell, draft, party, discloses);
    }
  }
  return out;
}

/// withheld: the person asked to have this class kept back from this agency, and that overrides the tick (42 CFR 2.26).
bool withheld(const ConsentDraft& draft, const Party& party, FieldClass field_class) {
  return std::any_of(draft.restrictions.begin(), draft.restrictions.end(), [&](const Restriction& asked) {
    return (asked.party.empty() || asked.party == party.name) &&
           (asked.field_class == FieldClass::none || asked.field_class == field_class);
  });
}

Compartments without_withheld(Compartments reads, const ConsentDraft& draft, const Party& party) {
  for (auto at = reads.begin(); at != reads.end();)
    at = withheld(draft, party, at->field_class()) ? reads.erase(at) : std::next(at);
  return reads;
}

bool any_part2(const PolicyPack& pack, const Compartments& compartments) {
  return std::any_of(compartments.begin(), compartments.end(),
                     [&](Compartment compartment) { return policy::is_part2(pack, compartment); });
}

/// add_behind adds who receives through an intermediary. Of treating providers in general those alone that get something
/// of what is ticked; whoever shares is none of them.
void add_behind(Named& out, const Intermediary& hub, const ConsentDraft& draft, const PolicyPack& pack,
                const party::VerifiedRoster& roster) {
  for (const auto* member : named(hub.members, roster))
    if (!contains(out, member)) out.push_back(member);
  if (!hub.treating) return;
  const auto* basis = policy::basis_row(pack, draft.basis);
  for (const auto& party : roster.roster().parties) {
    if (!is_treating(party) || contains(out, &party) || contains(draft.disclosers, party.name)) continue;
    const auto reads = without_withheld(reads_of(draft, pack, party, false), draft, party);
    if (reads.empty() || (basis != nullptr && basis->part2 && !any_part2(pack, reads))) continue;
    out.push_back(&party);
  }
}

/// originator_reads: the pack's rows open whole classes to roles, and its cells must agree, since seal and open ask them.
Compartments originator_reads(const ConsentDraft& draft, const PolicyPack& pack, const Party& party) {
  Compartments out;
  for (const auto& row : pack.originator.rows) {
    const Compartment whole(row.field_class, Form::full);
    if (!contains(draft.purposes, row.purpose) || !contains(draft.classes, row.field_class)) continue;
    if (!contains(pack.originator.own, row.field_class) || !contains(row.readers, party.role)) continue;
    if (policy::allows(pack, draft.basis, row.purpose, party.role, whole)) out.insert(whole);
  }
  return out;
}

Compartments originator_own(const ConsentDraft& draft, const PolicyPack& pack) {
  Compartments out;
  for (const auto field_class : draft.classes)
    if (contains(pack.originator.own, field_class)) out.insert(Compartment(field_class, Form::full));
  return out;
}

void add_rights(Layout& out, const Party& party, const Compartments& reads, const Compartments& writes) {
  Compartments all = reads;
  all.insert(writes.begin(), writes.end());
  for (const auto compartment : all) {
    const unsigned bits = (reads.count(compartment) != 0 ? 1u : 0u) | (writes.count(compartment) != 0 ? 2u : 0u);
    out.rights.push_back({party.id, compartment, static_cast<Rights>(bits)});
  }
}

void lay_out_originator(Layout& out, const ConsentDraft& draft, const PolicyPack& pack) {
  const auto own = originator_own(draft, pack);
  for (const auto* party : out.parties) {
    // One writer, which keeps its own facts; everybody else reads by the rows.
    const bool writes = contains(out.disclosers, party);
    const auto reads = writes ? own : without_withheld(originator_reads(draft, pack, *party), draft, *party);
    add_rights(out, *party, reads, writes ? own : Compartments());
  }
}

void lay_out_consent(Layout& out, const ConsentDraft& draft, const PolicyPack& pack) {
  const auto* basis = policy::basis_row(pack, draft.basis);
  const bool part2 = basis != nullptr && basis->part2;
  // A reader that knows the person only by pseudonym is alone in its grant: not even the writer's own archive beside it.
  const bool alone = std::any_of(out.recipients.begin(), out.recipients.end(),
                                 [](const Party* party) { return knows_by_pseudonym_only(party->role); });

  std::map<const Party*, Compartments> reads;
  Compartments given;
  for (const auto* party : out.recipients) {
    reads[party] = without_withheld(reads_of(draft, pack, *party, contains(out.disclosers, party)), draft, *party);
    given.insert(reads[party].begin(), reads[party].end());
  }
  std::vector<Compartments> outside;
  for (const auto& external : out.externals) {
    const Party party = as_party(external);
    outside.push_back(without_withheld(reads_of(draft, pack, party, false), draft, party));
    given.insert(outside.back().begin(), outside.back().end());
  }
  for (const auto* party : out.disclosers) {
    if (alone || contains(out.recipients, party)) continue;
    auto archive = reads_of(draft, pack, *party, true);
    // A Part 2 basis lists only readers who hold a Part 2 compartment; without one the discloser writes and reads nothing.
    if (part2 && !any_part2(pack, archive)) continue;
    reads[party] = std::move(archive);
  }

  Compartments whole;
  for (const auto field_class : draft.classes) whole.insert(Compartment(field_class, Form::full));
  for (const auto* party : out.parties) {
    Compartments writes;
    if (contains(out.disclosers, party)) {
      writes = whole;
      writes.insert(given.begin(), given.end());
      writes.insert(reads[party].begin(), reads[party].end());
    }
    add_rights(out, *party, reads[party], writes);
  }
  for (std::size_t i = 0; i < outside.size(); ++i) add_rights(out, as_party(out.externals[i]), outside[i], {});
}

/// draw_edges: notes go between a discloser and a recipient whose roles the pack's from-to table joins; nobody learns of
/// another reader because both are named.
void draw_edges(Layout& out, const PolicyPack& pack) {
  std::set<std::pair<PartyId, PartyId>> drawn;
  for (const auto* from : out.disclosers) {
    for (const auto* to : out.recipients) {
      if (from == to || !policy::edge_allowed(pack, "", from->role, to->role)) continue;
      const auto pair = std::minmax(from->id, to->id);
      if (!drawn.insert({pair.first, pair.second}).second) continue;
      out.edges.push_back({from->id, to->id});
    }
    for (const auto& external : out.externals)
      if (policy::edge_allowed(pack, "", from->role, Role::ext)) out.edges.push_back({from->id, external.id});
  }
}

bool is_reader(const grant::PlannedRight& right, const PartyId& party) {
  return right.agency == party && may_read(right.rights);
}

}  // namespace

std::vector<const Party*> recipients_of(const ConsentDraft& draft, const PolicyPack& pack,
                                        const party::VerifiedRoster& roster) {
  auto out = named(draft.recipients, roster);
  for (const auto& hub : draft.intermediaries) add_behind(out, hub, draft, pack, roster);
  return out;
}

std::vector<const Party*> behind(const Intermediary& hub, const ConsentDraft& draft, const PolicyPack& pack,
                                 const party::VerifiedRoster& roster) {
  Named out;
  add_behind(out, hub, draft, pack, roster);
  return out;
}

Layout lay_out(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster) {
  Layout out;
  out.disclosers = named(draft.disclosers, roster);
  out.recipients = recipients_of(draft, pack, roster);
  out.parties = out.disclosers;
  for (const auto* party : out.recipients)
    if (!contains(out.parties, party)) out.parties.push_back(party);

  for (const auto& external : draft.externals)
    if (auto named_outside = external_of(external, draft, roster.roster().coalition))
      out.externals.push_back(std::move(*named_outside));
  if (draft.basis == Basis::originatorAuthority) {
    lay_out_originator(out, draft, pack);
  } else {
    lay_out_consent(out, draft, pack);
  }
  draw_edges(out, pack);
  return out;
}

bool reads_anything(const Layout& layout, const PartyId& party) {
  return std::any_of(layout.rights.begin(), layout.rights.end(), [&](const auto& right) { return is_reader(right, party); });
}

bool reads_part2(const Layout& layout, const PolicyPack& pack, const PartyId& party) {
  return std::any_of(layout.rights.begin(), layout.rights.end(), [&](const auto& right) {
    return is_reader(right, party) && policy::is_part2(pack, right.compartment);
  });
}

bool reads_class(const Layout& layout, FieldClass field_class) {
  const auto is_outside = [&](const grant::PlannedRight& right) {
    return std::any_of(layout.externals.begin(), layout.externals.end(),
                       [&](const ExternalRecipient& one) { return one.id == right.agency; });
  };
  const bool outside = std::any_of(layout.rights.begin(), layout.rights.end(), [&](const auto& right) {
    return right.compartment.field_class() == field_class && is_outside(right);
  });
  return outside || std::any_of(layout.recipients.begin(), layout.recipients.end(), [&](const Party* party) {
    return std::any_of(layout.rights.begin(), layout.rights.end(), [&](const auto& right) {
      return is_reader(right, party->id) && right.compartment.field_class() == field_class;
    });
  });
}

bool has_edge(const Layout& layout, const PartyId& party) {
  return std::any_of(layout.edges.begin(), layout.edges.end(),
                     [&](const grant::PlannedEdge& edge) { return edge.a == party || edge.b == party; });
}

std::vector<PlannedLine> plan(const ConsentDraft& draft, const PolicyPack& pack, const party::VerifiedRoster& roster) {
  const auto layout = lay_out(draft, pack, roster);
  std::vector<PlannedLine> out;
  out.reserve(layout.rights.size());
  for (const auto& right : layout.rights) {
    const auto* party = roster.party(right.agency);
    const auto external = std::find_if(layout.externals.begin(), layout.externals.end(),
                                       [&](const ExternalRecipient& one) { return one.id == right.agency; });
    if (party == nullptr && external == layout.externals.end()) continue;
    out.push_back({party == nullptr ? external->name : party->name, right.compartment.field_class(), right.compartment.form(), may_read(right.rights),
                   may_write(right.rights)});
  }
  return out;
}

}  // namespace xch::consent
