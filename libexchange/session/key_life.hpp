// When the keys of this home stop serving, and when they are erased.
#pragma once

#include <map>

#include "session/held.hpp"

namespace xch::session {

/// retired_keys are the encryption keys that this home told the coalition to drop, with the time.
Result<std::map<KeyId, Timestamp>> retired_keys(const Rows& rows);
/// end_of_service is when nobody seals to a key any more: its last second, or when it was retired.
Timestamp end_of_service(const KeyRecord& record, const std::map<KeyId, Timestamp>& retired, const KeyId& id);
/// retention is how long after that it opens what was sealed to it, by the pack in force.
std::uint64_t retention(const Held& held);

}  // namespace xch::session
