// break-glass: what is told to medical personnel in an emergency, without a consent (42 CFR 2.51).
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

Request tell_request(Run& run) {
  const auto& args = run.args();
  const std::string note = json_input(run, args.one("NOTE"), "NOTE");
  Request request;
  request.text("type", args.one("--type")).raw("note", note).text("to", args.one("--to"));
  request.text("personnel", args.one("--personnel")).text("facility", args.one("--facility"));
  return request.text("discloser", args.one("--discloser")).text("nature", args.one("--nature"));
}

void show_facts(const Value& record) {
  const bool told = record["told"].is_true();
  say(std::string(told ? "told    " : "told by ") + printable(record.str("party")));
  say("who     " + printable(record.str("personnel")) + ", " + printable(record.str("facility")));
  say("by      " + printable(record.str("discloser")));
  say("when    " + record.str("time"));
  say("why     " + printable(record.str("nature")));
  say_wrapped("what    " + record.str("type") + ": " + join(record["paths"].items()));
}

int tell(Run& run) {
  const auto& record = run.call("break_glass.tell", tell_request(run));
  if (run.answered()) return 0;
  show_facts(record);
  talk("These facts are kept here: exchange break-glass list. The envelope is in the outbox; bring it there now.");
  return 0;
}

int open(Run& run) {
  Request request;
  add_envelope(request, run.args().one("FILE"));
  const auto& opened = run.call("break_glass.open", request);
  if (run.answered()) return 0;
  if (opened["repeat"].is_true()) say("opened here before, first on " + opened.str("opened_at"));
  show_facts(opened);
  say("");
  show_fields(opened["fields"]);
  return 0;
}

int list(Run& run) {
  const auto& answer = run.call("break_glass.list");
  if (run.answered()) return 0;
  bool first = true;
  for (const auto& record : answer["rows"].items()) {
    if (!first) say("");
    first = false;
    show_facts(record);
    if (record["told"].is_true() && record.str("sent_at").empty())
      say("        It was not sent: the log could not be written.");
  }
  if (first) say("Nothing was told in an emergency here.");
  return 0;
}

int preview_tell(Run& run) {
  const auto& record = run.call("break_glass.preview", tell_request(run));
  return Preview(run)
      .records("who was told, who told, when and why (42 CFR 2.51), in this home")
      .writes("that it happened into this home's log, before anything is sent")
      .sends(record.str("type") + ": " + join(record["paths"].items()), {record.str("party")})
      .say();
}

int preview_open_told(Run& run) {
  return Preview(run)
      .records("that it was opened, and its four facts, in this home")
      .shows("what was told")
      .unless("it is not for this agency, or not as its sender signed it")
      .say();
}

}  // namespace

std::vector<Command> break_glass_commands() {
  using Need = Option::Need;
  return {
      {"break-glass tell",
       "tell medical personnel what they need in an emergency, without a consent",
       {"exchange break-glass tell note.json --type treatment.status \\\n    --to county-hospital"
        " --personnel \"Dr. Haddad\" \\\n    --facility \"County Hospital\" --discloser \"J. Ortiz\""
        " \\\n    --nature \"found unconscious\""},
       {{"NOTE", "", "what is told: a JSON file of the fields they need and no others; - is stdin", Need::must},
        {"--type", "TYPE", "the note type of those fields", Need::must},
        {"--to", "PARTY", "a party of the roster that treats people", Need::must},
        {"--personnel", "TEXT", "who is told, by name"},
        {"--facility", "TEXT", "where they work"},
        {"--discloser", "TEXT", "who tells, by name"},
        {"--nature", "TEXT", "what the emergency is"}},
       "nothing was told",
       tell,
       Effect::writes,
       preview_tell},
      {"break-glass open",
       "open what this agency was told in an emergency",
       {"exchange break-glass open NAME", "exchange break-glass open NAME --json"},
       {{"FILE", "", "its name in the spool, as exchange inbox process told it; or a file", Need::must}},
       "nothing was opened",
       open,
       Effect::writes,
       preview_open_told},
      {"break-glass list",
       "what was told and heard here in emergencies: who, by whom, when and why",
       {"exchange break-glass list", "exchange break-glass list --json"},
       {},
       "",
       list,
       Effect::reads},
  };
}

}  // namespace cli
