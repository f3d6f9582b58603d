// What one encryption key could open: the question of a breach (42 CFR 2.16(b), 45 CFR 164.404). Every disclosure names
// the key that it was sealed to, the sender's own archive copy too.
#pragma once

#include "audit/report.hpp"

namespace xch::audit {

struct BreachRow {
  Disclosure disclosure;
  bool opened = false;  // by what the logs given say
};

/// breach_of lists what was sealed to a key in the audit's period.
std::vector<BreachRow> breach_of(const Audit& audit, const KeyId& key);
wire::Json breach_json(const Audit& audit, const KeyId& key, const std::vector<BreachRow>& rows);

}  // namespace xch::audit
