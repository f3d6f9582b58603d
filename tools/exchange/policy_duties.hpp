// The commands about what opened notes ask of this agency: deleted by a day, approved first.
#pragma once

#include <vector>

#include "command.hpp"

namespace cli {

std::vector<Command> policy_duty_commands();

}  // namespace cli
