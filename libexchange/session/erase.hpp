// What goes when one note goes (S9); keys and what they could open are Session::erase_due's.
#pragma once

#include <string>
#include <vector>

#include "session/rows.hpp"

namespace xch::session {

/// erase_copies erases every stored copy of a received note, redacted ones too, and names the spool files that are to be
/// overwritten once the change is durable. It gives how many there were.
Result<std::size_t> erase_copies(Change& change, const HeaderHash& note, std::vector<std::string>& files);

}  // namespace xch::session
