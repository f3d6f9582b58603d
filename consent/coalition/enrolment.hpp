// Checking an enrolment before it stands in a roster. Internal to consent/coalition.
#pragma once

#include "consent/coalition/charter.hpp"
#include "model/party.hpp"

namespace xch::consent {

/// check_enrolment checks name, kind, role, ORI and every key record of a party as verify_roster will, so that a bad
/// enrolment is refused with its owner still at hand, and not when the whole roster does not verify.
/// Errors: usage, key_record_malformed, key_record_parent, key_record_signature.
Status check_enrolment(const Party& party, const Charter& charter);

}  // namespace xch::consent
