// Tables as CSV (RFC 4180) that a spreadsheet shows and never runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xch::audit {

/// csv_line is one record with its CRLF. A cell that a spreadsheet would take for a formula (it begins with = + - @, a
/// tab or a carriage return) has ' put in front of it; quotes, commas and line breaks are quoted.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace xch::audit
