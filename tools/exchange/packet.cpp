// packet: notes about several persons, sealed at once for the same table.
#include "failure.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr int kNothing = 3, kPartly = 8;

Request packet_request(Run& run) {
  const auto& args = run.args();
  Request request;
  request.raw("agenda", json_input(run, args.one("AGENDA"), "AGENDA")).text_if("key", args.one("--key"));
  if (args.has("--no-archive")) request.flag("archive", false);
  if (args.has("--no-deliver")) request.flag("deliver", false);
  return request;
}

std::string row_name(const Value& row) { return "row " + std::to_string(row["row"].as_natural() + 1); }

/// What only the sender is told: who is on nobody's list, and who misses which row.
void show_kept_back(const Value& answer) {
  for (const auto& row : answer["left_out"].items())
    say_wrapped("Left out: " + row_name(row) + ", " + row.str("subject") + ": " + row["why"].str("text") + " (" +
                row["why"].str("id") + ")");
  for (const auto& row : answer["withheld"].items())
    say_wrapped("Not for " + printable(row.str("to")) + ": " + row_name(row) + ": " +
                (row["conflict"].is_true() ? "a conflict of interest"
                                           : row["why"].str("text") + " (" + row["why"].str("id") + ")"));
}

int exit_of(const Value& answer, bool anything) {
  if (answer["left_out"].items().empty()) return 0;
  return anything ? kPartly : kNothing;
}

int seal(Run& run) {
  const Request request = packet_request(run);
  const auto& answer = run.call("packet.seal", request);
  const int exit = exit_of(answer, !answer["envelopes"].items().empty());
  if (run.answered()) return exit;
  Table table({"to", "bytes"});
  for (const auto& envelope : answer["envelopes"].items())
    table.row({printable(envelope.str("to")), envelope.str("bytes")});
  say("sealed " + std::to_string(answer["notes"].items().size()) + " notes");
  if (!table.empty()) table.print(2);
  show_kept_back(answer);
  if (answer["duplicate"].is_true()) talk("It was sealed before under this key; these are the same envelopes.");
  return exit;
}

void show_attendee(const Value& attendee) {
  say(strong(printable(attendee.str("to"))));
  Table table({"row", "person", "field", "class", "gets"});
  for (const auto& row : attendee["rows"].items())
    for (const auto& field : row["fields"].items())
      if (field["present"].is_true() && field.str("gets") != "nothing")
        table.row({std::to_string(row["row"].as_natural() + 1), row.str("subject").substr(0, 8),
                   printable(field.str("field")), field.str("class"), printable(field.str("gets"))});
  if (table.empty()) say("  nothing, and no envelope unless a row opens a field that is not filled in");
  else table.print(2);
}

int dry_run(Run& run) {
  const Request request = packet_request(run);
  const auto& answer = run.call("packet.preview", request);
  std::vector<std::string> to;
  for (const auto& attendee : answer["attendees"].items())
    if (!attendee["rows"].items().empty()) to.push_back(printable(attendee.str("to")));
  const int exit = exit_of(answer, !to.empty());
  if (run.answered()) return exit;
  for (const auto& attendee : answer["attendees"].items()) show_attendee(attendee);
  show_kept_back(answer);
  Preview preview(run);
  if (!to.empty()) preview.sends("one envelope with its rows", to).records("every row that is sealed, in the journal");
  preview.say();
  return exit;
}

}  // namespace

std::vector<Command> packet_commands() {
  using Need = Option::Need;
  return {
      {"packet seal",
       "seal notes about several persons at once, each under its own consent",
       {"exchange packet seal agenda.json --dry-run   # who at the table would see what",
        "exchange packet seal agenda.json"},
       {{"AGENDA", "", "JSON: type, purpose, to, rows of {subject, note}, conflicts; - is stdin", Need::must},
        {"--dry-run", "", "show what each attendee would see; write nothing"},
        {"--key", "KEY", "idempotency key: the same call again gives the same envelopes"},
        {"--no-archive", "", "no copy for this agency's own archive"},
        {"--no-deliver", "", "keep the envelopes in the outbox, not in the spool"}},
       "nothing was sealed",
       seal,
       Effect::writes,
       dry_run},
  };
}

}  // namespace cli
