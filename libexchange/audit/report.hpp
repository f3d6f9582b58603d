// A report of an audit: the page that people read, and the same as JSON and CSV for programs.
#pragma once

#include "audit/numbers.hpp"
#include "audit/page.hpp"
#include "wire/json.hpp"

namespace xch::audit {

struct ReportOptions {
  Small small = Small::left_out;  // counts under kSmallCell
  std::string version;            // of the program
};

/// report_html is one file without script: verdict and what was not checked; identity and the commands to repeat; the
/// numbers; the findings; every check. The same audit gives the same bytes.
std::string report_html(const Audit& audit, const ReportOptions& options);
/// report_json has what the page has.
wire::Json report_json(const Audit& audit, const ReportOptions& options);
/// disclosures_csv has a line for each disclosure of the period, findings_csv one for each finding.
std::string disclosures_csv(const Audit& audit);
std::string findings_csv(const Audit& audit);

/// not_checked_of is what an audit of these logs did not look at, and why.
std::vector<std::string> not_checked_of(const Audit& audit);
/// texts is a list of texts as JSON.
wire::Json texts(const std::vector<std::string>& list);
/// quoted is a word for a POSIX shell.
std::string quoted(const std::string& word);
/// place_of names an entry: "entry 17 of <log>".
std::string place_of(const Evidence& evidence);
/// period_text says which time was asked about.
std::string period_text(const Period& period);

}  // namespace xch::audit
