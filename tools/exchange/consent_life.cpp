// consent renew, status, history: what becomes of a grant after it was issued.
#include <algorithm>

#include "consent.hpp"
#include "draft.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {

namespace {

Request renewal_of(Run& run) {
  const auto& args = run.args();
  Request request;
  request.text("id", args.one("ID")).text("last_day", args.one("--until"));
  request.text_if("first_day", args.one("--first-day"));
  request.text_if("signer", args.one("--signer")).text_if("revocable_day", args.one("--revocable-day"));
  if (args.has("--signed-form"))
    request.text("signed_form", to_base64(read_input(args.one("--signed-form"), kMaxForm, "--signed-form")));
  return request.text_if("signed_day", day_of_signing(run, "consent.renew_check", request));
}

int renew(Run& run) {
  const Request request = renewal_of(run);
  return show_issued(run, run.call("consent.renew", request));
}

int preview_renew(Run& run) {
  const Request request = renewal_of(run);
  const Value checked = run.call("consent.renew_check", request);
  if (!run.json()) show_findings(checked);
  if (is_refused(checked)) {
    if (run.answered()) return 3;
    talk("It would be refused; " + run.command().unharmed + " (dry run).");
    return 3;
  }
  std::vector<std::string> to;
  for (const auto& line : checked["plan"].items()) {
    const std::string party = line.str("party");
    if (std::find(to.begin(), to.end(), party) == to.end()) to.push_back(party);
  }
  return Preview(run)
      .records("the next version of the grant, and the digest of the form signed anew; the one in force ends")
      .sends("its part of the grant, with new keys", to)
      .sends("a new status list", {"every agency of the roster"})
      .say();
}

// ---- status ----------------------------------------------------------------------------------------------------------

std::string told(const Value& row, const char* member) {
  const std::string at = row.str(member);
  return at.empty() ? "not yet" : at.substr(0, 16);
}

void show_notes(const Value& sealed) {
  say("");
  say("Notes that this home sealed under it:");
  Table notes({"note", "to", "sealed", "opened"});
  for (const auto& row : sealed.items())
    notes.row({row.str("header").substr(0, 8), printable(row.str("to")), row.str("sealed_at").substr(0, 16),
               told(row, "opened_at")});
  notes.print();
}

void show_ended(const Value& answer) {
  say("");
  say_wrapped("It ended on " + answer.str("ended_at") +
              ". What was opened before stays with those who opened it; it cannot be taken back. Who has not "
              "confirmed learns it from the status list, which every agency must have anew within a day.");
}

int status(Run& run) {
  const auto& answer = run.call("consent.status", Request().text("id", run.args().one("ID")));
  if (run.answered()) return 0;
  const bool active = answer.str("state") == "active";
  say("grant  " + answer.str("id") + ", version " + answer.str("version") + ", " + answer.str("state"));
  Table table({"agency", "has it since", active ? "" : "knows the end since"});
  for (const auto& row : answer["holders"].items())
    table.row({printable(row.str("party")), told(row, "acknowledged_at"),
               active ? "" : told(row, "end_confirmed_at")});
  table.print();
  if (!answer["sealed_here"].items().empty()) show_notes(answer["sealed_here"]);
  if (answer.str("opened_here") != "0")
    say("Notes of others that this home opened under it: " + answer.str("opened_here"));
  show_outside(answer);
  if (!active) show_ended(answer);
  talk("Each agency knows what it sealed and opened itself; its own exchange journal tells.");
  return 0;
}

// ---- an event that ends it -------------------------------------------------------------------------------------------

Request statement_of(const Args& args) {
  return Request().text("id", args.one("ID")).text("event", args.one("EVENT")).text_if("office", args.one("--to"));
}

int happened(Run& run) {
  const auto& answer = run.call("consent.happened", statement_of(run.args()));
  if (run.answered()) return 0;
  if (answer["taken"].is_true()) {
    say("noted; what the consent says of this event holds from now on");
    return 0;
  }
  say("a signed statement goes to " + printable(answer.str("office")));
  talk("That office ends the consent when it takes the statement in, if its form names this event and this agency.");
  return 0;
}

int preview_happened(Run& run) {
  const auto& args = run.args();
  Preview preview(run);
  if (args.has("--to")) return preview.sends("a signed statement that the event has happened", {args.one("--to")}).say();
  run.call("consent.show", Request().text("id", args.one("ID")));
  return preview.records("a signed statement that the event has happened, and what follows from it")
      .sends("a notice, where that ends the grant,", {"every agency that has it"})
      .say();
}

// ---- history ---------------------------------------------------------------------------------------------------------

std::string in_words(const Value& row) {
  static const std::vector<std::pair<std::string, std::string>> kWords = {
      {"drafted", "written down as a draft"},
      {"proposed", "form handed out to be read and signed"},
      {"signed", "signed"},
      {"issued", "issued"},
      {"renewed", "renewed: the same, for later days"},
      {"changed", "changed: other agencies or classes"},
      {"replaced", "ended, since a later version stands in its place"},
      {"suspended", "suspended"},
      {"revoked", "revoked"},
      {"event-stated", "said that its event has happened: "},
      {"ended-by-event", "ended by its event"},
      {"revocation-lodged", "revocation asked for; it waits for its day (42 CFR 2.35(c))"},
      {"confirmed", "has it: "},
      {"end-confirmed", "knows that it ended: "},
      {"sent-again", "sent again to who had not confirmed"},
      {"expired", "expired"}};
  for (const auto& [word, text] : kWords)
    if (word == row.str("what")) return text + printable(row.str("party"));
  return row.str("what");
}

int history(Run& run) {
  const auto& answer = run.call("consent.history", Request().text("id", run.args().one("ID")));
  if (run.answered()) return 0;
  Table table({"when", "version", "what"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("time").substr(0, 16), row.str("version"), in_words(row)});
  table.print();
  return 0;
}

}  // namespace

std::vector<Command> consent_life_commands() {
  using Need = Option::Need;
  const Option id{"ID", "", "the grant's id, as in exchange consent list", Need::must};
  return {
      {"consent renew",
       "let a grant go on under a form that was signed anew: new end, new keys",
       {"exchange consent renew ID --until 2027-05-20 \\\n    --signed-day 2027-02-15 --signed-form form.pdf"},
       {id,
        {"--until", "DAY", "the new last day, inclusive, YYYY-MM-DD", Need::must},
        {"--signed-form", "FILE", "the form signed anew, scanned or as text; only its digest leaves"},
        {"--signed-day", "DAY", "the day it was signed, or the word today"},
        {"--first-day", "DAY", "first day (the day it was signed)"},
        {"--signer", "WHO", "who signed it: participant, guardian ... (as before)"},
        {"--revocable-day", "DAY", "42 CFR 2.35(c): revocable from this day on (as before)"}},
       "the version in force stays",
       renew,
       Effect::writes,
       preview_renew},
      {"consent happened",
       "say, as the agency that a form names for it, that the event has happened that ends a grant",
       {"exchange consent happened ID \"my case is closed\" --to program-office"},
       {{"ID", "", "the grant's id, as the form has it", Need::must},
        {"EVENT", "", "the event in the words of the form", Need::must},
        {"--to", "AGENCY", "the office that issued it (this office itself)"}},
       "nothing was said",
       happened,
       Effect::writes,
       preview_happened,
       "a grant that its event has ended stays ended"},
      {"consent status",
       "who has confirmed a grant or its end, and what was opened under it",
       {"exchange consent status ID"},
       {id},
       "",
       status,
       Effect::reads},
      {"consent history",
       "the life of a grant: signed, issued, renewed, suspended, revoked, expired",
       {"exchange consent history ID", "exchange consent history ID --json"},
       {id},
       "",
       history,
       Effect::reads},
  };
}

}  // namespace cli
