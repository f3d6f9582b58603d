// seal, open, inspect: notes out and in.
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "progress.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

Request seal_request(Run& run) {
  const auto& args = run.args();
  Request request;
  request.text("type", args.one("--type"));
  if (args.has("--nothing-to-share")) {
    request.flag("nothing_to_share", true);
  } else {
    const std::string note = json_input(run, args.one("NOTE"), "NOTE");
    request.raw(note[note.find_first_not_of(" \t\r\n")] == '[' ? "notes" : "note", note);
  }
  request.text_if("grant", args.one("--grant")).text_if("subject", args.one("--subject")).text_if("basis", args.one("--basis"));
  request.text_if("purpose", args.one("--purpose")).texts("to", args.all("--to"));
  request.text_if("key", args.one("--key")).text_if("expires", args.one("--expires"));
  if (args.has("--no-archive")) request.flag("archive", false);
  if (args.has("--no-deliver")) request.flag("deliver", false);
  return request;
}

int dry_run(Run& run) {
  if (run.args().has("--nothing-to-share") && run.args().has("NOTE")) throw usage("a note and --nothing-to-share exclude each other", "exchange help seal");
  const auto& preview = run.call("seal.preview", seal_request(run));
  const auto& refusal = preview["refused"];
  const int exit = static_cast<int>(refusal["exit"].as_natural());
  if (run.answered()) return exit;
  show_preview(preview, Fields::present);
  if (!refusal.is_null()) return show_error(failure(refusal.str("id").c_str(), refusal.str("path")).error, "nothing was sealed (dry run)", false);
  talk("Nothing was sealed (dry run).");
  return 0;
}

/// write_envelopes puts a copy of each envelope into a folder: 1-prosecutor.note, ...
void write_envelopes(const exchange::Sealed& sealed, const std::string& folder) {
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const auto envelope = sealed.envelope(i);
    Output file(folder + "/" + std::to_string(i + 1) + "-" + std::string(sealed.mailbox(i)) + ".note");
    file.write({reinterpret_cast<const char*>(envelope.p), envelope.n});
  }
}

int seal(Run& run) {
  const auto& args = run.args();
  if (args.has("--nothing-to-share") && args.has("NOTE")) throw usage("a note and --nothing-to-share exclude each other", "exchange help seal");
  const std::string folder = args.one("--out");
  // The folder is made first: an envelope that could not be written would still be in the outbox, and confuse.
  if (!folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw failure("EX1013", "--out");

  const std::string request = seal_request(run).str();  // before the home is unlocked: a missing file needs no passphrase
  const auto& home = run.home();
  std::optional<Progress> progress("sealing");
  const auto sealed = home.seal_json(request).value();
  progress.reset();
  if (!folder.empty()) write_envelopes(sealed, folder);
  if (run.json()) {
    run.give(sealed.report());
    return 0;
  }
  const auto report = Value::parse(sealed.report()).value_or(Value());
  Table table({"to", "bytes"});
  for (const auto& envelope : report["envelopes"].items()) table.row({printable(envelope.str("to")), envelope.str("bytes")});
  for (const auto& note : report["notes"].items()) {
    say("sealed " + note.str("type"));
    say("  header " + note.str("header"));
  }
  table.print(2);
  if (report["duplicate"].is_true()) talk("It was sealed before under this key; these are the same envelopes.");
  else if (args.has("--no-deliver")) talk("The envelopes are kept, and not put into the spool.");
  else talk("The envelopes wait in the spool: exchange outbox list");
  return 0;
}

}  // namespace

/// show_opened prints what opened and what did not; 8 where both happened.
int show_opened(Run& run, const Value& answer) {
  const int exit = answer["refused"].items().empty() ? 0 : 8;
  if (run.answered()) return exit;
  bool first = true;
  for (const auto& note : answer["notes"].items()) {
    if (!first) say("");
    first = false;
    show_note(note);
  }
  for (const auto& refused : answer["refused"].items())
    complain("exchange: one note of this envelope did not open: " + refused.str("text") + " (" + refused.str("id") + ")");
  return exit;
}

namespace {

int open(Run& run) {
  Request request;
  if (run.args().has("--as-repeat")) request.flag("as_repeat", true);
  return show_opened(run, run.open(read_input(run.args().one("FILE"), kMaxEnvelope, "FILE"), request));
}

int inspect(Run& run) {
  const auto& answer = run.call_bare("inspect", Request().text("object", to_base64(read_input(run.args().one("FILE"), kMaxInRequest, "FILE"))));
  if (run.answered()) return 0;
  say("what   " + printable(answer.str("what")));
  if (!answer["suite"].is_null()) say("suite  " + answer.str("suite"));
  say("size   " + answer.str("bytes") + " bytes");
  return 0;
}

}  // namespace

std::vector<Command> note_commands() {
  using Need = Option::Need;
  return {
      {"seal",
       "seal a note, one envelope for each reader",
       {"exchange seal --type progress.engagement --subject PSEUDONYM \\\n    --basis part2-consent --purpose COORD --to public-defender note.json",
        "exchange seal --dry-run --type progress.engagement --grant HASH \\\n    --purpose COORD < note.json",
        "exchange seal --nothing-to-share --type progress.engagement --grant HASH \\\n    --purpose COORD --to public-defender"},
       {{"NOTE", "", "the note, a JSON file; a list of notes goes as one batch; - or nothing is stdin"},
        {"--type", "TYPE", "the note type, as progress.engagement", Need::must},
        {"--grant", "HASH", "the grant; or --subject and --basis for the newest in force"},
        {"--subject", "PSEUDONYM", "the person, as this agency knows them (exchange grants)"},
        {"--basis", "BASIS", "part2-consent, justice-condition or originator-authority"},
        {"--purpose", "PURPOSE", "COORD REFER INTAKE FILING COURT ..."},
        {"--to", "PARTY", "a reader; may be repeated; none: everyone who may see something", Need::many},
        {"--nothing-to-share", "", "an answer that nobody outside can tell from a full one"},
        {"--dry-run", "", "show who would get what and why; write nothing"},
        {"--key", "KEY", "idempotency key: the same call again gives the same envelopes"},
        {"--expires", "TIME", "when the note may no longer be opened"},
        {"--no-archive", "", "no copy for this agency's own archive"},
        {"--no-deliver", "", "keep the envelopes in the outbox, not in the spool"},
        {"--out", "DIR", "put a copy of each envelope into this folder"}},
       "nothing was sealed",
       seal,
       Effect::writes,
       dry_run},
      {"open",
       "open an envelope addressed to this agency",
       {"exchange open note.note", "exchange open note.note --json", "exchange inbox list   # what has arrived through the spool"},
       {{"FILE", "", "the envelope; - or nothing is stdin"}, {"--as-repeat", "", "open what may have been opened before this home was restored"}},
       "nothing was opened",
       open,
       Effect::writes,
       preview_open},
      {"inspect",
       "what a file is, as far as it can be told without a key",
       {"exchange inspect note.note"},
       {{"FILE", "", "an envelope or another file of the exchange; - or nothing is stdin"}},
       "",
       inspect,
       Effect::reads},
  };
}

}  // namespace cli
