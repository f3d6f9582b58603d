// The explanation of a consent's scope that goes with a disclosure (42 CFR 2.32), in plain words, from the grant itself.
#pragma once

#include <string>

#include "grant/view.hpp"
#include "model/pack.hpp"

namespace xch::session {

/// scope_summary says what this agency may see under the grant, for what, and until when:
/// "You may see: takes part and keeps in touch (three levels); for coordination; from 2026-11-26 to 2027-02-24, unless
/// revoked." Class titles are the pack's.
std::string scope_summary(const grant::HeldGrant& grant, const PolicyPack& pack);

}  // namespace xch::session
