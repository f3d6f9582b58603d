// The numbers of a report: each chart is a table, and its bars are drawn from the table.
#pragma once

#include "audit/audit.hpp"

namespace xch::audit {

/// kSmallCell: a count below it may be about so few people that they could be recognised; reports leave it out.
constexpr std::uint64_t kSmallCell = 11;

struct Chart {
  std::string id, title;
  std::string description;           // what it counts, in one sentence
  std::string row_title;             // of the first column: "month"
  std::vector<std::string> columns;  // of the numbers
  struct Row {
    std::string name;
    std::vector<std::uint64_t> values;
  };
  std::vector<Row> rows;
  bool is_count = true;  // of disclosures or people: small ones are left out. Else hours or minutes

  bool is_small(std::uint64_t value) const { return is_count && value != 0 && value < kSmallCell; }
};

/// charts_of counts what happened in the period, by the logs given.
std::vector<Chart> charts_of(const Audit& audit);

/// Disclosure is one line of what was disclosed to whom: a note to one recipient, or single fields passed on or told in
/// an emergency. The sender's own archive copy is none, unless it is asked for.
struct Disclosure {
  const Entry* entry = nullptr;
  std::string from, to;
  std::string purpose, basis, role;
  std::vector<std::string> classes;  // codes; empty where the entry has room for their digest alone
  std::optional<Digest> grant;
  bool passed_on = false;    // single fields, and no note
  std::uint64_t fields = 0;  // that were passed on or told
};
/// disclosure_json is what every machine-readable answer says of a line: time, who, to whom, for what, on which basis, and
/// where in which log.
wire::Json disclosure_json(const Audit& audit, const Disclosure& disclosure);
enum class Archive : std::uint8_t { without, with };
std::vector<Disclosure> disclosures_of(const Audit& audit, Archive archive = Archive::without);

/// is_complete: every log given was read whole, under its signed tree; so nothing that they tell is missing.
bool is_complete(const Audit& audit);

}  // namespace xch::audit
