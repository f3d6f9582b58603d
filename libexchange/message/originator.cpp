#include "message/originator.hpp"

#include <map>
#include <vector>

#include "policy/decide.hpp"

namespace xch::message {
namespace {

void add_entries(std::vector<policy::OriginatorEntry>& out, const grant::HeldGrant& grant, const PartyId& party,
                 const party::VerifiedRoster& roster) {
  std::map<Compartment, policy::OriginatorEntry> entries;
  for (const auto k : grant.may_read(party)) entries[k].read = true;
  for (const auto k : grant.may_write(party)) entries[k].write = true;
  const Party* row = roster.party(party);
  for (auto& [k, entry] : entries) {
    entry.role = row == nullptr ? Role::none : row->role;
    entry.writer = party == grant.core().authority;
    entry.compartment = k;
    out.push_back(entry);
  }
}

}  // namespace

bool keeps_originator_rules(const grant::HeldGrant& grant, const PartyId& self, const PartyId& sender,
                            const party::VerifiedRoster& roster, const PolicyPack& pack) {
  const GrantCore& core = grant.core();
  if (core.basis != Basis::originatorAuthority) return true;
  const Party* writer = roster.party(core.authority);
  if (writer == nullptr || sender != core.authority) return false;
  std::vector<policy::OriginatorEntry> entries;
  add_entries(entries, grant, self, roster);
  for (const auto& edge : grant.edges()) add_entries(entries, grant, edge, roster);
  return policy::originator_allowed(pack, writer->kind, core.purposes, core.not_after.seconds - core.not_before.seconds,
                                    entries);
}

}  // namespace xch::message
