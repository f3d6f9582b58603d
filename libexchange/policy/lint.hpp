// lint: what is wrong or odd in a pack although it is well-formed and could be signed.
#pragma once

#include <string>
#include <vector>

#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::policy {

/// LintRule is what a finding is about.
enum class LintRule : std::uint8_t {
  fail_open,    // gives what the law keeps back, or leaves out what must come with it
  unreachable,  // a line that no decision can come to
  uncovered,    // denied because no line says anything, where others of the same kind have a line
  unused,       // defined, and named by nothing
};

struct LintFinding {
  LintRule rule = LintRule::fail_open;
  std::string at;        // where in the pack: "open.part2-consent.COORD.SUD"
  std::string says;      // one plain sentence
  std::string citation;  // "42 CFR 2.32", or empty
  std::string fix;       // what to do

  /// An error must not be signed; the others are for counsel to look at.
  bool is_error() const { return rule == LintRule::fail_open; }
};

/// lint lists every finding, errors first, then in the order of the pack. `schemas` are the pack's note types.
std::vector<LintFinding> lint(const PolicyPack& pack, const std::vector<NoteSchema>& schemas);

std::string_view lint_rule_text(LintRule rule);  // "fail-open"

}  // namespace xch::policy
