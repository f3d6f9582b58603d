// Help: examples first, then what there is to say; 80 columns.
#pragma once

#include <string>

#include "command.hpp"

namespace cli {

void help_overview();
void help_group(const std::string& group);
void help_command(const Command& command);
/// help_topic prints a topic ("exit-codes"); false where there is none of that name.
bool help_topic(const std::string& topic);
std::vector<std::string> help_topics();

}  // namespace cli
