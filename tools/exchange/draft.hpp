// A draft of a consent as the commands take it: JSON, or TOML in a file whose name ends in .toml.
#pragma once

#include <string>
#include <vector>

#include "run.hpp"

namespace cli {

/// draft_input reads the file named by `option`; "-" is JSON from stdin. It gives one JSON object. Throws EX13nn,
/// EX20nn.
std::string draft_input(Run& run, const std::string& path, const std::string& option);
/// toml_input reads a draft that is TOML. Throws EX20nn with the line or the key.
std::string toml_input(Run& run, const std::string& path, const std::string& option);

/// hub_of reads "HUB: AGENCY, AGENCY": an intermediary and those it passes to, who may be left out.
struct Hub {
  std::string name;
  std::vector<std::string> members;
};
Hub hub_of(const std::string& text);

/// day_of_signing reads --signed-day: "today" is the day that it is by the clocks of the consent's zone, as the verb `check`
/// answers of the request without that day; anything else stays as it is.
std::string day_of_signing(Run& run, const char* check, const Request& unsigned_yet);
/// is_signed_by_someone says whether a draft rests on somebody's signature; an order of a court, say, does not.
bool is_signed_by_someone(const Value& draft);
/// note_draft has the office's journal say that a draft was written down ("drafted") or its form handed out ("proposed").
void note_draft(Run& run, const std::string& draft, const char* step);
/// What a draft says may be shared with whom, when it is signed today: the request of consent.check.
Request as_if_signed(const Value& draft);

}  // namespace cli
