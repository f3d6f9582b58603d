// The page of a report: one file, no script, nothing fetched. Internal to audit/.
#pragma once

#include <string>

#include "audit/numbers.hpp"

namespace xch::audit {

/// page frames a report's body. Its style is the only one that the Content-Security-Policy lets in, by its hash.
std::string page(const std::string& title, const std::string& body);

/// wide lets a table or chart that is wider than a small screen be moved sideways; `label` and `what` say what it is to
/// who cannot see it.
std::string wide(const std::string& label, const std::string& inside, std::string_view what = "table");

enum class Small : bool { left_out, shown };
/// figure is a chart with its table: the bars are for the eye, the table says the same. All of it is escaped here.
std::string figure(const Chart& chart, Small small);

}  // namespace xch::audit
