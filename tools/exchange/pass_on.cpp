// present, verify, redact, erase, nonce: single fields onward, fewer fields kept.
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// from_file_or_spool adds what is worked on: a file given here, or one that the spool holds, by its name there.
Request from_file_or_spool(Run& run, const char* member) {
  const auto& args = run.args();
  if (args.has("--spooled") && args.has("FILE")) throw usage("FILE and --spooled exclude each other", "exchange help");
  if (args.has("--spooled")) return Request().text("file", args.one("--spooled"));
  return Request().text(member, to_base64(read_input(args.one("FILE"), kMaxInRequest, "FILE")));
}

int nonce(Run& run) {
  const auto& answer = run.call("nonce.new");
  if (run.answered()) return 0;
  say(answer.str("nonce"));
  talk("Whoever presents a field to this agency needs it; it counts once.");
  return 0;
}

int present(Run& run) {
  const auto& args = run.args();
  Request request = from_file_or_spool(run, "envelope");
  request.text("header", args.one("--header")).texts("fields", args.all("--field")).text("audience", args.one("--to"));
  request.text("nonce", args.one("--nonce")).text("purpose", args.one("--purpose")).text_if("under", args.one("--under"));
  const auto& answer = run.call("present", request);
  if (run.answered()) return 0;
  say("presented to " + printable(answer.str("to")) + ", " + answer.str("bytes") + " bytes");
  talk("It waits in the spool: exchange outbox list");
  return 0;
}

int verify(Run& run) {
  const auto& answer = run.call("verify", from_file_or_spool(run, "object"));
  // No value of an unproven note counts as proven: scripts that look at nothing but the status must stop here.
  const int exit = answer.str("verification") == "pass" ? 0 : 6;
  if (run.answered()) return exit;
  say(strong(answer.str("type") + " of " + printable(answer.str("sender")) + ", presented by " + printable(answer.str("presenter"))));
  say("  sealed " + answer.str("sealed_at") + ", purpose " + answer.str("purpose") + ", basis " + answer.str("basis"));
  say("  verification: " + answer.str("verification"));
  say("");
  show_fields(answer["fields"]);
  say("");
  if (!answer.str("notice").empty()) say_wrapped("Notice: " + printable(answer.str("notice")), 2);
  if (exit != 0) talk("The sender's signature holds; whether the note stands in its log cannot be told yet (exit 6).");
  return exit;
}

int redact(Run& run) {
  const auto& args = run.args();
  Output copy(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  Request request = from_file_or_spool(run, "envelope");
  request.text("header", args.one("--header")).texts("fields", args.all("--field")).text("reason", args.one("--reason"));
  const auto& answer = run.call("redact", request);
  if (!run.json() || args.has("-o")) copy.write(from_base64(answer.str("envelope")));
  if (!run.answered()) talk("The redacted copy opens for this agency alone; the sender's signature still holds over it.");
  return 0;
}

int erase(Run& run) {
  run.call("erase", Request().text("header", run.args().one("HEADER")));
  if (!run.answered()) talk("Every copy of the note in this home is overwritten; its digests stay in the journal.");
  return 0;
}

}  // namespace

std::vector<Command> pass_on_commands() {
  using Need = Option::Need;
  const Option file{"FILE", "", "the file; - or nothing is stdin"};
  const Option spooled{"--spooled", "NAME", "instead: a file of the spool, by its name (exchange inbox list)"};
  const Option header{"--header", "HASH", "which note of the envelope (exchange open shows it)", Need::must};
  const Option field{"--field", "PATH", "a field, as attendance; may be repeated", Need::many};
  return {
      {"nonce", "a number that a presentation to this agency must carry", {"exchange nonce", "exchange nonce --json"}, {}, "", nonce, Effect::writes, preview_nonce},
      {"present",
       "pass single fields of a note on, with the first sender's signature",
       {"exchange present note.note --header HASH --field attendance \\\n    --to public-defender --nonce NONCE --purpose COORD --under GRANT"},
       {file, spooled, header, field,
        {"--to", "PARTY", "the audience", Need::must},
        {"--nonce", "NONCE", "that it gave (exchange nonce)", Need::must},
        {"--purpose", "PURPOSE", "what for", Need::must},
        {"--under", "GRANT", "the grant that allows it, by hash"}},
       "nothing was passed on",
       present,
       Effect::writes,
       preview_present},
      {"verify",
       "check a presentation and see its values",
       {"exchange verify presented.object", "exchange verify --spooled NAME"},
       {file, spooled},
       "no value is shown",
       verify,
       Effect::writes,
       preview_verify},
      {"redact",
       "a copy of an envelope with fewer fields, for this agency's own files",
       {"exchange redact note.note --header HASH --field narrative \\\n    --reason court-copy -o redacted.note"},
       {file, spooled, header, field,
        {"--reason", "WORD", "kept in the record: a to z, 0 to 9 and -", Need::must},
        {"-o", "FILE", "where the copy goes; - is stdout"}},
       "nothing was redacted",
       redact,
       Effect::writes,
       preview_redact},
      {"erase",
       "overwrite every copy of a note in this home",
       {"exchange erase HEADER"},
       {{"HEADER", "", "the note's header hash", Need::must}},
       "nothing was erased",
       erase,
       Effect::writes,
       preview_erase,
       "the note does not open again in this home"},
  };
}

}  // namespace cli
