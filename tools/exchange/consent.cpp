// consent: the office that checks, issues, changes and ends the basis of sharing.
#include "consent.hpp"

#include <time.h>

#include <algorithm>
#include <ctime>

#include "draft.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {

bool is_refused(const Value& checked) {
  const auto& rows = checked["rows"].items();
  return std::any_of(rows.begin(), rows.end(), [](const Value& finding) { return finding.str("severity") == "error"; });
}

std::string days_of(const Value& row) {
  return "until the end of " + row.str("last_day") + (row.has("zone") ? ", by the clocks of " + row.str("zone") : "");
}

namespace {

std::string when(const Value& event) {
  return "\"" + printable(event.str("event")) + "\", once " + printable(event.str("asserter")) + " has said so";
}

/// What the form says besides the table: events, who passes on, who is outside.
void show_named(const Value& checked) {
  if (checked.has("ends_on")) say_wrapped("ends sooner by " + when(checked["ends_on"]));
  if (checked.has("revocable_day")) say_wrapped("may be taken back from " + checked.str("revocable_day") + " on");
  if (checked.has("revocable_on")) say_wrapped("may be taken back after " + when(checked["revocable_on"]));
  for (const auto& hub : checked["intermediaries"].items())
    say_wrapped("passed on by " + printable(hub.str("party")) + " to " +
                (hub["treating"].is_true() ? "its treating providers, as listed" : join(hub["members"].items())));
  for (const auto& one : checked["externals"].items())
    say_wrapped("outside the coalition: " + printable(one.str("name")) + ", until the end of " + one.str("last_day") +
                ", by a packet for each note and a code");
}

}  // namespace

void show_findings(const Value& checked) {
  for (const auto& finding : checked["rows"].items()) {
    const std::string of = finding.str("id");
    say(strong(finding.str("severity")) + "  " + (of.empty() ? "" : of + "  ") + finding.str("rule") + " (" + finding.str("citation") + ")");
    say_wrapped(printable(finding.str("text")), 2);
    say_wrapped(printable(finding.str("fix")), 2);
  }
  if (checked.has("last_day")) {
    say("");
    say(days_of(checked));
  }
  show_named(checked);
  if (checked["plan"].items().empty()) return;
  say("");
  say("They would then have:");
  Table table({"agency", "class", "form", "reads", "writes"});
  for (const auto& line : checked["plan"].items())
    table.row({printable(line.str("party")), line.str("class"), line.str("form"), line["reads"].is_true() ? "yes" : "", line["writes"].is_true() ? "yes" : ""});
  table.print(2);
}

void show_outside(const Value& answer) {
  for (const auto& row : answer["outside"].items())
    say_wrapped("cannot be undone: " + printable(row.str("from")) + " sent a packet to " + printable(row.str("to")) + " on " +
                row.str("sent_at").substr(0, 10));
}

int show_issued(Run& run, const Value& grant) {
  if (run.answered()) return 0;
  say("grant    " + grant.str("grant"));
  say("id       " + grant.str("id") + ", version " + grant.str("version"));
  say("valid    " + grant.str("not_before") + " to " + grant.str("not_after"));
  say("given to " + join(grant["given_to"].items()));
  return 0;
}

namespace {

/// draft_of reads the draft's file and lays the command line's days and the signed form over it. A member given in
/// both places stands twice, and is refused.
Request draft_of(Run& run) {
  const auto& args = run.args();
  Request request;
  request.members(draft_input(run, args.one("DRAFT"), "DRAFT")).text_if("subject", args.one("--subject"));
  request.text_if("first_day", args.one("--first-day")).text_if("last_day", args.one("--last-day"));
  request.text_if("revocable_day", args.one("--revocable-day"));
  if (args.has("--signed-form")) request.text("signed_form", to_base64(read_input(args.one("--signed-form"), kMaxForm, "--signed-form")));
  return request.text_if("signed_day", day_of_signing(run, "consent.check", request));
}

int check(Run& run) {
  const bool every = run.args().one("DRAFT").empty();
  Request request;
  if (every) request.flag("grants", true);
  else request = draft_of(run);
  const auto& answer = run.call("consent.check", request);
  const bool refused = is_refused(answer);
  if (run.answered()) return refused ? 3 : 0;
  show_findings(answer);
  if (every) {
    if (answer["rows"].items().empty()) say("Nothing is to be said of the grants in force.");
    if (refused) talk("What is named error could not be issued today; consent advance makes the next version, consent revoke ends one.");
    return refused ? 3 : 0;
  }
  talk(refused ? "It cannot be issued like this; exchange explain RULE tells more of a rule." : "It can be issued: exchange consent issue");
  return refused ? 3 : 0;
}

int issue(Run& run) { return show_issued(run, run.call("consent.issue", draft_of(run))); }

int advance(Run& run) {
  Request request = draft_of(run);
  return show_issued(run, run.call("consent.advance", request.text("id", run.args().one("ID"))));
}

std::string state_of(const Value& row) {
  if (row["ended_by_event"].is_true()) return "ended by its event";
  if (row["pending"].is_true()) return "revoked from " + row.str("revocable_at").substr(0, 10) + " on, " + row.str("state");
  return row.str("state");
}

int list(Run& run) {
  const auto& rows = run.call("consent.list");
  if (run.answered()) return 0;
  for (const auto& row : rows["rows"].items()) {
    say(row.str("id") + "  " + printable(row.str("subject")) + "  " + row.str("basis") + ", version " + row.str("version"));
    say_wrapped(state_of(row) + " " + days_of(row) + "; given to " + join(row["given_to"].items()), 4);
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
  say("days          " + days_of(row));
  if (row.has("ends_on"))
    say("or ends on    " + printable(row["ends_on"].str("event")) + " (said by " + printable(row["ends_on"].str("asserter")) + ")");
  say("given to      " + join(row["given_to"].items()));
  for (const auto& external : row["externals"].items())
    say("outside       " + printable(external.str("name")) + ", until " + external.str("last_day"));
  say("acknowledged  " + (row["acknowledged"].items().empty() ? "by nobody yet" : join(row["acknowledged"].items())));
  return 0;
}

int show_ended(Run& run, const Value& answer, const char* what) {
  if (run.answered()) return 0;
  if (answer["pending"].is_true()) say(std::string("noted; ") + what + " takes effect on " + answer.str("effective_at"));
  else say(std::string(what) + " is in force since " + answer.str("effective_at"));
  const bool pending = answer["pending"].is_true();
  say_wrapped((pending ? "on that day a notice goes to " : "a notice goes to ") + join(answer["told"].items()) +
              (pending ? "" : "; the status list, which every agency must have anew within a day, decides"));
  show_outside(answer);
  talk("What was opened before stays with those who opened it; it cannot be taken back.");
  return 0;
}

/// show_standing says who knows of an end so far, and what was opened before it.
void show_standing(Run& run, const std::string& id) {
  const auto& status = run.call("consent.status", Request().text("id", id));
  std::string confirmed;
  for (const auto& row : status["holders"].items())
    if (row.has("end_confirmed_at")) confirmed += (confirmed.empty() ? "" : ", ") + printable(row.str("party"));
  std::size_t opened = 0;
  const auto& sealed = status["sealed_here"].items();
  for (const auto& row : sealed) opened += row.has("opened_at") ? 1 : 0;
  say_wrapped("confirmed so far by " + (confirmed.empty() ? "nobody" : confirmed) + "; exchange consent status " + id + " tells");
  say_wrapped("opened before, of the notes that this home sealed under it: " + std::to_string(opened) + " of " + std::to_string(sealed.size()));
}

int revoke(Run& run) {
  const std::string id = run.args().one("ID");
  const int status = show_ended(run, run.call("consent.revoke", Request().text("id", id).text("reason", run.args().one("--reason"))), "the revocation");
  if (!run.json()) show_standing(run, id);
  return status;
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

/// state_at is the state of a held grant; an active one may be over, or not have begun.
std::string state_at(const Value& row, std::int64_t now) {
  if (row["superseded"].is_true()) return "superseded";
  if (row.str("state") != "active") return row.str("state");
  char text[24] = "";
  const std::time_t at = now;
  std::tm parts{};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&at, &parts));
  if (row.str("not_after") < text) return "ended";
  return row.str("not_before") > text ? "not yet" : "active";
}

int grants(Run& run) {
  const auto& answer = run.call("grants.list");
  if (run.answered()) return 0;
  Table table({"grant", "person", "basis", "purposes", "state", "until"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("grant").substr(0, 8), row.str("subject").substr(0, 8), row.str("basis"), join(row["purposes"].items(), " "),
               state_at(row, run.now()), row.str("not_after").substr(0, 10)});
  if (table.empty()) say("This agency holds no grant.");
  else table.print();
  talk("--json shows hashes and pseudonyms in full.");
  return 0;
}

// ---- previews --------------------------------------------------------------------------------------------------------

/// named_in are the agencies that a draft names, as those who share or receive.
std::vector<std::string> named_in(const Value& draft) {
  std::vector<std::string> out;
  for (const char* list : {"disclosers", "recipients"})
    for (const auto& name : texts_of(draft[list]))
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  return out;
}

int preview_grant(Run& run, const Request& request, const char* what) {
  const Value checked = run.call("consent.check", request);
  if (is_refused(checked)) {
    if (!run.answered()) {
      show_findings(checked);
      talk("It would be refused; " + run.command().unharmed + " (dry run).");
    }
    return 3;
  }
  if (!run.json()) show_findings(checked);
  const auto draft = Value::parse(request.str()).value_or(Value());
  return Preview(run)
      .records(std::string(what) + ", and the digest of the signed form, in this office")
      .sends("its part of the grant, with the keys", named_in(draft))
      .sends("a status list, where none is in force or the earlier version ends,", {"every agency of the roster"})
      .say();
}

int preview_issue(Run& run) { return preview_grant(run, draft_of(run), "the grant"); }

int preview_advance(Run& run) {
  const Request request = draft_of(run);
  const auto& row = run.call("consent.show", Request().text("id", run.args().one("ID")));
  if (row.str("state") == "revoked") throw failure("EX2219");
  return preview_grant(run, request, "the next version of the grant; the one in force ends");
}

int preview_revoke(Run& run) {
  const auto& row = run.call("consent.show", Request().text("id", run.args().one("ID")));
  Preview preview(run);
  if (row.str("state") == "revoked" || row["pending"].is_true()) return preview.say();  // it is ended, and stays so
  const bool condition = row.str("basis") == "justice-condition";
  preview.records("the revocation of this grant, and of all others that the person gave on the same form");
  preview.sends(condition ? "a notice of it, on the day from which it may be revoked (42 CFR 2.35(c))," : "a notice of it", texts_of(row["given_to"]));
  return preview.sends(condition ? "a new status list, on that day," : "a new status list", {"every agency of the roster"}).say();
}

int preview_suspend(Run& run) {
  const auto& row = run.call("consent.show", Request().text("id", run.args().one("ID")));
  if (row.str("state") == "revoked") throw failure("EX2219");
  Preview preview(run);
  if (row.str("state") == "active") preview.records("the suspension of this grant").sends("a notice of it", texts_of(row["given_to"]));
  return preview.sends("a new status list", {"every agency of the roster"}).say();
}

int preview_resend(Run& run) {
  const auto& row = run.call("consent.show", Request().text("id", run.args().one("ID")));
  const auto held = texts_of(row["acknowledged"]);
  auto to = texts_of(row["given_to"]);
  std::erase_if(to, [&](const std::string& name) { return std::find(held.begin(), held.end(), name) != held.end(); });
  Preview preview(run);
  if (!to.empty()) preview.sends("its part of the grant once more", to);
  return preview.say();
}

int preview_publish_status(Run& run) {
  return Preview(run).records("revocations whose day has come").sends("a new status list", parties_of_roster(run)).say();
}

std::vector<Option> draft_options(std::vector<Option> first) {
  for (Option option : std::vector<Option>{{"DRAFT", "", "the draft, JSON or .toml; - is stdin", Option::Need::must},
                                           {"--signed-form", "FILE", "the signed form, scanned or as text; only its digest leaves"},
                                           {"--subject", "ID", "the participant id, never the name"},
                                           {"--first-day", "DAY", "first day, YYYY-MM-DD"},
                                           {"--last-day", "DAY", "last day, inclusive"},
                                           {"--signed-day", "DAY", "the day it was signed, or the word today"},
                                           {"--revocable-day", "DAY", "42 CFR 2.35(c): revocable from this day on"}})
    first.push_back(std::move(option));
  return first;
}

std::vector<Option> check_options() {
  auto out = draft_options({});
  for (auto& option : out)
    if (option.is_positional()) option.help = "the draft, JSON or .toml; - is stdin; without it, every grant in force", option.need = Option::Need::may;
  return out;
}

const std::string kDays = " \\\n    --first-day 2026-11-26 --last-day 2027-02-23 --signed-day 2026-11-26";

}  // namespace

std::vector<Command> consent_commands() {
  using Need = Option::Need;
  const Option id{"ID", "", "the grant's id, as in exchange consent list", Need::must};
  return {
      {"consent check",
       "what is missing or not allowed in a draft, and who would see what",
       {"exchange consent check draft.json", "exchange consent check draft.json --signed-form form.pdf" + kDays,
        "exchange consent check"},
       check_options(),
       "",
       check,
       Effect::reads},
      {"consent issue",
       "issue a grant and its keys to the agencies",
       {"exchange consent issue draft.json --signed-form form.pdf" + kDays},
       draft_options({}),
       "nothing was issued",
       issue,
       Effect::writes,
       preview_issue},
      {"consent list", "the grants issued here", {"exchange consent list", "exchange consent list --json"}, {}, "", list, Effect::reads},
      {"consent show", "one grant, and who has acknowledged it", {"exchange consent show ID"}, {id}, "", show, Effect::reads},
      {"consent advance",
       "the next version of a grant: other agencies or classes, new keys",
       {"exchange consent advance ID draft.json --signed-form form.pdf" + kDays},
       draft_options({id}),
       "the version in force stays",
       advance,
       Effect::writes,
       preview_advance},
      {"consent revoke",
       "end a grant because the person asks for it",
       {"exchange consent revoke ID --reason \"asked in writing\""},
       {id, {"--reason", "TEXT", "stays in this office"}},
       "nothing was revoked",
       revoke,
       Effect::writes,
       preview_revoke,
       "a revoked grant stays revoked"},
      {"consent suspend", "suspend a grant", {"exchange consent suspend ID"}, {id}, "nothing was suspended", suspend, Effect::writes, preview_suspend},
      {"consent resend", "send the grant again to those who have not acknowledged it", {"exchange consent resend ID"}, {id}, "nothing was sent", resend, Effect::writes, preview_resend},
      {"consent publish", "send a fresh status list to every agency", {"exchange consent publish"}, {}, "nothing was published", publish, Effect::writes, preview_publish_status},
      {"grants", "the grants this agency holds", {"exchange grants", "exchange grants --json"}, {}, "", grants, Effect::reads},
  };
}

}  // namespace cli
