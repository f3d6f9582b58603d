// policy due, deleted, approve: what opened notes ask of this agency (docs/obligations.md).
#include "policy_duties.hpp"

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"
#include "values.hpp"

namespace cli {
namespace {

// ---- deletions -----------------------------------------------------------------------------------------------------

std::string stands(const Value& row) {
  if (!row["confirmed_at"].is_null()) return "deleted everywhere, as was confirmed";
  if (row["overdue"].is_true()) return "OVERDUE: delete it from your own system too";
  return row["erased_at"].is_null() ? "kept" : "erased here";
}

int due(Run& run) {
  const auto& answer = run.call("policy.due");
  if (run.answered()) return 0;
  for (const auto& row : answer["rows"].items()) {
    say("by " + row.str("due") + "  " + row.str("type") + " from " + printable(row.str("sender")) + ": " + stands(row));
    say("  header " + row.str("header"));
  }
  if (answer["rows"].items().empty()) say("No note that was opened here asks to be deleted.");
  return 0;
}

int deleted(Run& run) {
  run.call("policy.deleted", Request().text("header", run.args().one("HEADER")));
  if (run.answered()) return 0;
  say("Recorded: nothing of that note is left in this agency.");
  return 0;
}

int preview_deleted(Run& run) {
  if (!is_hash(run.args().one("HEADER"), 64)) throw failure("EX1308", "HEADER");
  run.home_path();
  return Preview(run)
      .erases("every copy of that note in this home")
      .records("that nothing of it is left in this agency, in the journal")
      .unless("that the note asked to be deleted")
      .say();
}

// ---- approvals -----------------------------------------------------------------------------------------------------

std::string described(const Value& row) {
  return row.str("type") + " from " + printable(row.str("sender")) + ", basis " + row.str("basis") + ", purpose " +
         row.str("purpose") + ": " + join(row["classes"].items());
}

int approve(Run& run) {
  Request request;
  add_envelope(request, run.args().one("FILE"));
  const auto& answer = run.call("policy.approve", request.text("by", run.args().one("--by")));
  if (run.answered()) return 0;
  for (const auto& row : answer["rows"].items())
    say_wrapped("approved by " + printable(row.str("by")) + " at " + row.str("approved_at") + ": " + described(row));
  return 0;
}

int preview_approve(Run& run) {
  Request request;
  add_envelope(request, run.args().one("FILE"));
  const auto& answer = run.call("policy.approval", request);
  Preview preview(run);
  for (const auto& row : answer["rows"].items())
    preview.records("that " + printable(run.args().one("--by")) + " approves the use of " + described(row));
  if (answer["rows"].items().empty()) preview.records("nothing: no note of it asks for an approval");
  return preview.say();
}

}  // namespace

std::vector<Command> policy_duty_commands() {
  using Need = Option::Need;
  return {
      {"policy due",
       "the opened notes that have to be deleted, and by when",
       {"exchange policy due", "exchange policy due --json"},
       {},
       "",
       due,
       Effect::reads},
      {"policy deleted",
       "say that nothing of a note is left in this agency",
       {"exchange policy deleted HEADER"},
       {{"HEADER", "", "the note's header hash, as exchange policy due shows it", Need::must}},
       "nothing was recorded",
       deleted,
       Effect::writes,
       preview_deleted},
      {"policy approve",
       "approve the use of a note that waits for a person's approval",
       {"exchange policy approve NAME --by \"Lt. Okafor\"",
        "exchange policy approve NAME --by \"Lt. Okafor\" --dry-run   # what it is"},
       {{"FILE", "", "its name in the spool, as exchange inbox list shows it; or a file", Need::must},
        {"--by", "PERSON", "who of this agency approves it, by name", Need::must}},
       "nothing was approved",
       approve,
       Effect::writes,
       preview_approve},
  };
}

}  // namespace cli
