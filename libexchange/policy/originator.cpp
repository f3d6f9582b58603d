// Originator authority: what an agency may send of its own facts before any consent exists (42 CFR 2.11 does not reach
// the officer who writes; docs/format.md, "Keys, parties, roster"). Checked by the authority, by seal and by open, 9.
#include <algorithm>

#include "policy/decide.hpp"
#include "policy/find.hpp"

namespace xch::policy {
namespace {

bool row_opens(const PackOriginator& rules, const std::vector<Purpose>& purposes, const OriginatorEntry& entry) {
  return std::any_of(rules.rows.begin(), rules.rows.end(), [&](const PackOriginatorRow& row) {
    return row.field_class == entry.compartment.field_class() && holds(row.readers, entry.role) &&
           std::find(purposes.begin(), purposes.end(), row.purpose) != purposes.end();
  });
}

bool is_rows_purpose(const PackOriginator& rules, Purpose purpose) {
  return std::any_of(rules.rows.begin(), rules.rows.end(),
                     [&](const PackOriginatorRow& row) { return row.purpose == purpose; });
}

}  // namespace

bool originator_allowed(const PolicyPack& pack, PartyKind writer_kind, const std::vector<Purpose>& purposes,
                        std::uint64_t length_seconds, const std::vector<OriginatorEntry>& entries) {
  const auto& rules = pack.originator;
  if (!holds(rules.kinds, writer_kind)) return false;
  if (length_seconds > std::uint64_t{rules.max_days} * kDay) return false;
  if (purposes.empty()) return false;
  for (const auto purpose : purposes)
    if (!is_rows_purpose(rules, purpose)) return false;

  bool written = false;
  for (const auto& entry : entries) {
    if (!entry.read && !entry.write) return false;
    // Whole values only: the rows open classes, and the writer's facts are not generalised for anybody.
    if (entry.compartment.form() != Form::full) return false;
    if (entry.writer) {
      if (!holds(rules.own, entry.compartment.field_class())) return false;
      written = written || entry.write;
      continue;
    }
    // One writer: the authority's own party.
    if (entry.write || !row_opens(rules, purposes, entry)) return false;
  }
  return written;
}

}  // namespace xch::policy
