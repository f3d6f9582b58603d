// What issuing, changing and renewing a grant show alike.
#pragma once

#include "run.hpp"

namespace cli {

/// show_issued says what was issued and who gets it; gives the exit status.
int show_issued(Run& run, const Value& grant);
/// is_refused and show_findings are about the answer of a check that was made before.
bool is_refused(const Value& checked);
void show_findings(const Value& checked);
/// show_outside names the packets that went outside the coalition under a grant: what cannot be undone.
void show_outside(const Value& answer);
/// days_of says until when, by whose clocks.
std::string days_of(const Value& row);

}  // namespace cli
