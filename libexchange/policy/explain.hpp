// explain: a Decision as the rows of a dry run, one per field, in words a programme's staff can read. The sender's and
// the auditor's view only: a reader is never told what it does not get (42 CFR 2.13(c)).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/decide.hpp"

namespace xch::policy {

struct ExplainRow {
  std::string field;        // "contact.phone"
  std::string field_class;  // "CON"
  std::string gets;         // "full value", "3-level value", "text removed", "nothing"
  std::string why;          // "matrix ENG/PROS: generalise"
  std::string because;      // the pack's own reason for the cell, empty where no cell decided
  Verdict verdict = Verdict::nothing;
};

/// explain renders `decision`, which must be decide's answer for these very arguments, in the order of the fields.
std::vector<ExplainRow> explain(const NoteSchema& schema, const Query& query, const Decision& decision);

/// form_text says what a reader of this form gets: "3-level value".
std::string_view form_text(Form form);
/// is_justice_role: police, prosecutor, court, probation.
bool is_justice_role(Role role);

}  // namespace xch::policy
