// The commands that look at a policy pack before it is signed; policy.cpp has those that work with the one in force.
#pragma once

#include <vector>

#include "command.hpp"

namespace cli {

std::vector<Command> policy_review_commands();

}  // namespace cli
