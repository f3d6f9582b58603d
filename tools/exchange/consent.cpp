// consent: the office that checks, issues, changes and ends the basis of sharing.
#include "failure.hpp"
#include "files.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// draft_of reads the draft's file and lays the command line's days and the signed form over it. A member given in
/// both places stands twice, and is refused.
Request draft_of(Run& run) {
  const auto& args = run.args();
  const std::string draft = json_input(run, args.one("DRAFT"), "DRAFT");
  const auto first = draft.find_first_not_of(" \t\r\n");
  if (draft[first] != '{') throw failure("EX1307", "DRAFT");
  Request request;
  request.members(draft).text_if("subject", args.one("--subject"));
  request.text_if("first_day", args.one("--first-day")).text_if("last_day", args.one("--last-day"));
  request.text_if("signed_day", args.one("--signed-day")).text_if("revocable_day", args.one("--revocable-day"));
  if (args.has("--signed-form")) request.text("signed_form", to_base64(read_input(args.one("--signed-form"), kMaxForm, "--signed-form")));
  return request;
}

int check(Run& run) {
  const auto& answer = run.call("consent.check", draft_of(run));
  bool refused = false;
  for (const auto& finding : answer["rows"].items()) refused |= finding.str("severity") == "error";
  if (run.answered()) return refused ? 3 : 0;

  for (const auto& finding : answer["rows"].items()) {
    say(strong(finding.str("severity")) + "  " + finding.str("rule") + " (" + finding.str("citation") + ")");
    say_wrapped(printable(finding.str("text")), 2);
    say_wrapped(printable(finding.str("fix")), 2);
  }
  if (!answer["plan"].items().empty()) {
    say("");
    say("They would then have:");
    Table table({"agency", "class", "form", "reads", "writes"});
    for (const auto& line : answer["plan"].items())
      table.row({printable(line.str("party")), line.str("class"), line.str("form"), line["reads"].is_true() ? "yes" : "", line["writes"].is_true() ? "yes" : ""});
    table.print(2);
  }
  talk(refused ? "It cannot be issued like this." : "It can be issued: exchange consent issue");
  return refused ? 3 : 0;
}

int show_issued(Run& run, const Value& grant) {
  if (run.answered()) return 0;
  say("grant    " + grant.str("grant"));
  say("id       " + grant.str("id") + ", version " + grant.str("version"));
  say("valid    " + grant.str("not_before") + " to " + grant.str("not_after"));
  say("given to " + join(grant["given_to"].items()));
  return 0;
}

int issue(Run& run) { return show_issued(run, run.call("consent.issue", draft_of(run))); }

int advance(Run& run) {
  Request request = draft_of(run);
  return show_issued(run, run.call("consent.advance", request.text("id", run.args().one("ID"))));
}

std::string state_of(const Value& row) {
  if (row["pending"].is_true()) return "revoked from " + row.str("revocable_at").substr(0, 10) + " on, " + row.str("state");
  return row.str("state");
}

int list(Run& run) {
  const auto& rows = run.call("consent.list");
  if (run.answered()) return 0;
  for (const auto& row : rows["rows"].items()) {
    say(row.str("id") + "  " + printable(row.str("subject")) + "  " + row.str("basis") + ", version " + row.str("version"));
    say_wrapped(state_of(row) + " until " + row.str("not_after").substr(0, 10) + "; given to " + join(row["given_to"].items()), 4);
  }
  if (rows["rows"].items().empty()) say("No grant was issued here.");
  return 0;
}

int show(Run& run) {
  const auto& row = run.call("consent.show", Request().text("id", run.args().one("ID")));
  if (run.answered()) return 0;
  say("id            " + row.str("id") + ", version " + row.str("version"));
  say("grant         " + row.str("grant"));
  say("person        " + printable(row.str("subject")));
  say("basis         " + row.str("basis"));
  say("state         " + state_of(row));
  say("valid         " + row.str("not_before") + " to " + row.str("not_after"));
  say("given to      " + join(row["given_to"].items()));
  say("acknowledged  " + join(row["acknowledged"].items()));
  return 0;
}

int show_ended(Run& run, const Value& answer, const char* what) {
  if (run.answered()) return 0;
  if (answer["pending"].is_true()) say(std::string("noted; ") + what + " takes effect on " + answer.str("effective_at"));
  else say(std::string(what) + " in force since " + answer.str("effective_at"));
  const bool pending = answer["pending"].is_true();
  say_wrapped((pending ? "on that day a notice goes to " : "a notice goes to ") + join(answer["told"].items()) +
              (pending ? "" : "; the status list, which every agency must have anew within a day, decides"));
  talk("What was opened before stays with those who opened it; it cannot be taken back.");
  return 0;
}

int revoke(Run& run) {
  return show_ended(run, run.call("consent.revoke", Request().text("id", run.args().one("ID")).text("reason", run.args().one("--reason"))), "the revocation");
}

int suspend(Run& run) { return show_ended(run, run.call("consent.suspend", Request().text("id", run.args().one("ID"))), "the suspension"); }

int resend(Run& run) {
  const auto& answer = run.call("consent.resend", Request().text("id", run.args().one("ID")));
  if (!run.answered()) say("sent again to " + answer.str("count") + " agencies that have not acknowledged it");
  return 0;
}

int publish(Run& run) {
  const auto& status = run.call("consent.publish");
  if (!run.answered()) say("status list version " + status.str("version") + " is on its way to every agency of the roster");
  return 0;
}

int grants(Run& run) {
  const auto& answer = run.call("grants.list");
  if (run.answered()) return 0;
  Table table({"grant", "person", "basis", "purposes", "state", "until"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("grant").substr(0, 8), row.str("subject").substr(0, 8), row.str("basis"), join(row["purposes"].items(), " "),
               row["superseded"].is_true() ? "superseded" : row.str("state"), row.str("not_after").substr(0, 10)});
  if (table.empty()) say("This agency holds no grant.");
  else table.print();
  talk("--json shows hashes and pseudonyms in full.");
  return 0;
}

std::vector<Option> draft_options(std::vector<Option> first) {
  for (Option option : std::vector<Option>{{"DRAFT", "", "the draft, a JSON file; - is stdin", Option::Need::must},
                                           {"--signed-form", "FILE", "the signed form, scanned or as text; only its digest leaves"},
                                           {"--subject", "ID", "the participant id, never the name"},
                                           {"--first-day", "DAY", "first day, YYYY-MM-DD"},
                                           {"--last-day", "DAY", "last day, inclusive"},
                                           {"--signed-day", "DAY", "the day it was signed"},
                                           {"--revocable-day", "DAY", "42 CFR 2.35(c): revocable from this day on"}})
    first.push_back(std::move(option));
  return first;
}

const std::string kDays = " \\\n    --first-day 2026-11-26 --last-day 2027-02-23 --signed-day 2026-11-26";

}  // namespace

std::vector<Command> consent_commands() {
  using Need = Option::Need;
  const Option id{"ID", "", "the grant's id, as in exchange consent list", Need::must};
  return {
      {"consent check",
       "what is missing or not allowed in a draft, and who would see what",
       {"exchange consent check draft.json", "exchange consent check draft.json --signed-form form.pdf" + kDays},
       draft_options({}),
       "",
       check},
      {"consent issue",
       "issue a grant and its keys to the agencies",
       {"exchange consent issue draft.json --signed-form form.pdf" + kDays},
       draft_options({}),
       "nothing was issued",
       issue},
      {"consent list", "the grants issued here", {"exchange consent list", "exchange consent list --json"}, {}, "", list},
      {"consent show", "one grant, and who has acknowledged it", {"exchange consent show ID"}, {id}, "", show},
      {"consent advance",
       "the next version of a grant: other agencies or classes, new keys",
       {"exchange consent advance ID draft.json --signed-form form.pdf" + kDays},
       draft_options({id}),
       "the version in force stays",
       advance},
      {"consent revoke",
       "end a grant because the person asks for it",
       {"exchange consent revoke ID --reason \"asked in writing\""},
       {id, {"--reason", "TEXT", "stays in this office"}},
       "nothing was revoked",
       revoke},
      {"consent suspend", "suspend a grant", {"exchange consent suspend ID"}, {id}, "nothing was suspended", suspend},
      {"consent resend", "send the grant again to those who have not acknowledged it", {"exchange consent resend ID"}, {id}, "nothing was sent", resend},
      {"consent publish", "send a fresh status list to every agency", {"exchange consent publish"}, {}, "nothing was published", publish},
      {"grants", "the grants this agency holds", {"exchange grants", "exchange grants --json"}, {}, "", grants},
  };
}

}  // namespace cli
