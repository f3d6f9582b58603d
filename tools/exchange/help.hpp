// Help: examples first, then what there is to say; 80 columns.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace cli {

void help_overview();
void help_group(const std::string& group);
void help_command(const Command& command);
/// help_json is the whole table for programs: {"v":1,"kind":"commands",...}.
std::string help_json();
/// help_names are the words that `exchange help` takes first: commands, groups and topics.
std::vector<std::string> help_names();

/// manual_pages are the names of the manual's pages: "exchange", and one for each first word of a command.
std::vector<std::string> manual_pages();

/// Topic is a text that is no command's.
struct Topic {
  const char* name;
  const char* summary;
  const char* text;
};
const std::vector<Topic>& topics();
const Topic* topic_named(const std::string& name);
/// help_topic prints a topic; "options" ends with the list of those that every command takes.
void help_topic(const Topic& topic);

/// group_summary is one line on a group of commands: the words of the group, or its one command's summary.
std::string group_summary(const std::string& group);
/// synopsis_of is the command line as a manual writes it: "exchange key rotate [-o FILE]".
std::string synopsis_of(const Command& command);
/// option_head is an option as help and manual name it: "--type TYPE".
std::string option_head(const Option& option);
/// option_text is what is said of it, with "(required)" where it is.
std::string option_text(const Option& option);

}  // namespace cli
