// The rule of originator authority, the same for who seals and for who opens. Internal to message/.
#pragma once

#include "grant/view.hpp"
#include "model/pack.hpp"
#include "party/roster.hpp"

namespace xch::message {

/// keeps_originator_rules: the grant is of another basis, or its one writer is the authority's own party, which is
/// `sender`, and its classes, readers' roles, purposes and length are the pack's originator rows, as far as the view of
/// `self` proves entries (docs/format.md, "Keys, parties, roster").
bool keeps_originator_rules(const grant::HeldGrant& grant, const PartyId& self, const PartyId& sender,
                            const party::VerifiedRoster& roster, const PolicyPack& pack);

}  // namespace xch::message
