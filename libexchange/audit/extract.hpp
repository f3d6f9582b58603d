// The extract of an evaluation: tables of how many people, from eval.extract notes, which hold no identifiers. Dates
// are years, numbers of arrests none or some, and small cells are left out (audit/suppress.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/json.hpp"

namespace xch::audit {

/// ExtractTable counts people by one thing, or by two. Its last row is that of all; of two, its last column too.
struct ExtractTable {
  std::string id, title;
  std::string row_title;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<std::optional<std::uint64_t>>> values;  // nothing: left out
};
struct Extract {
  std::optional<std::uint64_t> people;  // likewise
  std::vector<ExtractTable> tables;
};

/// extract_of counts notes of type eval.extract, each the JSON that exchange open gives. Of several about one study
/// pseudonym the last counts. Errors: those of wire::cells_from_json, json_missing (no study pseudonym), with the
/// note's place.
Result<Extract> extract_of(const std::vector<const wire::Json*>& notes);

std::string extract_html(const Extract& extract);
std::string extract_csv(const Extract& extract);
wire::Json extract_json(const Extract& extract);

}  // namespace xch::audit
