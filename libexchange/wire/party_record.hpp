// The enrolment file: one Party record on its own, canonical.
#pragma once

#include "base/result.hpp"
#include "model/party.hpp"

namespace xch::wire {

Bytes encode(const Party&);
Result<Party> decode_party(ByteView);  // errors as in records.hpp

}  // namespace xch::wire
