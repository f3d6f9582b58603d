// Pages of docs/ whose commands are run as they stand there, section by section, and give what the page says.
#pragma once

#include <string>

#include "program.hpp"

namespace xch::cli {

/// Page is where a page's commands are run: /srv/exchange is a demo's folder of homes, and files go to `folder`.
struct Page {
  std::string name;  // below docs/
  fs::path folder, exchange;
};

/// run_page runs the blocks fenced as sh and compares what stands in the block of text below each. `least` is how many
/// blocks there are at least.
void run_page(const Page& page, std::size_t least);

/// run_dialogue runs the one block of a page fenced as console: its first line is "$ " and a command, and each other line
/// a question and what is typed. The day 2027-02-23 stands for one in two months. It gives what the terminal showed.
Ran run_dialogue(const Page& page, const std::map<std::string, std::string>& env);

}  // namespace xch::cli
