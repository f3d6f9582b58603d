// Two states of note schemas side by side: what was added, removed or changed, and what it does to a program that was
// written for the old one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/schema_check.hpp"

namespace xch::wire {

/// SchemaChange is one difference. `what` is "note type", "field", "type", "place", "code", "class", "form", "size",
/// "format", "isolation" or "id"; `how` is "added", "removed" or "changed".
struct SchemaChange {
  std::string type;        // note type
  std::string path;        // of the field; empty for a note type as a whole
  std::string_view what, how;
  std::string before, after;
  bool compatible = false;  // a program written for the old schema still reads notes of the new one rightly
  std::string_view reason;
};

/// compare_schemas lists the differences, by note type as `now` has them, then those that are gone. A program reads
/// either by Cap'n Proto, which goes by a field's place, or as JSON, which goes by its name: both are looked at.
/// Neither list has a finding.
std::vector<SchemaChange> compare_schemas(const std::vector<CheckedSchema>& before,
                                          const std::vector<CheckedSchema>& now);

}  // namespace xch::wire
