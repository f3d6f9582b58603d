// The ninth character of an ORI says what kind of agency it names (FBI N-DEx policy).
#pragma once

#include <string>

#include "model/party.hpp"

namespace xch::consent {

/// ori_mismatch says in one sentence what is wrong with a party's ORI for its role and kind: police, prosecutors,
/// courts and probation have one of their own kind, agencies outside criminal justice have none. Empty = as it should be.
std::string ori_mismatch(const Party& party);

}  // namespace xch::consent
