// key: this agency's keys.
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

int list(Run& run) {
  const auto& keys = run.call("key.list");
  if (run.answered()) return 0;
  Table table({"id", "kind", "from", "until", "state"});
  for (const auto& key : keys["rows"].items())
    table.row({key.str("id").substr(0, 16), key.str("kind"), key.str("not_before").substr(0, 10), key.str("not_after").substr(0, 10), key.str("state")});
  table.print();
  talk("--json shows ids in full.");
  return 0;
}

int show(Run& run) {
  const auto& key = run.call("key.show", Request().text("key", run.args().one("KEY")));
  if (run.answered()) return 0;
  say("id          " + key.str("id"));
  say("kind        " + key.str("key_kind") + ", suite " + key.str("suite") + ", serial " + key.str("serial"));
  say("valid       " + key.str("not_before") + " to " + key.str("not_after"));
  say("state       " + key.str("state") + (key["here"].is_true() ? "" : "; its private half is not in this home"));
  if (!key["retired_at"].is_null()) say("retired     " + key.str("retired_at"));
  if (!key["erase_at"].is_null()) say("opens until " + key.str("erase_at") + ", then exchange key erase erases it");
  say("certified by " + key.str("parent"));
  if (!key["bases"].items().empty()) say("may issue   " + join(key["bases"].items()));
  say("public key  " + key.str("public_key"));
  return 0;
}

/// write_enrolment puts the enrolment where it is wanted and says what becomes of it.
int write_enrolment(Run& run, Output& file, const Value& done, const std::string& said) {
  if (!run.json() || run.args().has("-o")) file.write(from_base64(done.str("enrolment")));
  if (!run.answered()) talk(said);
  return 0;
}

int rotate(Run& run) {
  const auto& args = run.args();
  Output enrolment(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  const auto& done = run.call("key.rotate", Request().text_if("key_kind", args.one("--which")));
  return write_enrolment(run, enrolment, done, "The coalition takes the enrolment file in (exchange roster add); its next roster names the new key.");
}

int retire(Run& run) {
  const auto& args = run.args();
  Output enrolment(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  const auto& done = run.call("key.retire", Request().text_if("key", args.one("KEY")));
  if (!run.json())
    for (const auto& key : done["retired"].items())
      talk("retired " + key.str("id").substr(0, 16) + "; it opens what was sealed to it until " + key.str("erase_at") + ", then exchange key erase erases it");
  return write_enrolment(run, enrolment, done, "The coalition takes the enrolment file in (exchange roster add); from its next roster on nobody seals to what was retired.");
}

int export_public(Run& run) {
  const auto& args = run.args();
  Output file(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  const auto& done = run.call("key.export", Request().text_if("key", args.one("KEY")));
  if (!run.json() || args.has("-o")) file.write(from_base64(done.str(args.has("KEY") ? "record" : "enrolment")));
  run.answered();
  return 0;
}

int erase(Run& run) {
  const auto& done = run.call("key.erase_due");
  if (!run.answered()) say("erased " + done.str("count") + "; what they opened does not open again");
  return 0;
}

}  // namespace

std::vector<Command> key_commands() {
  return {
      {"key list", "the keys of this home", {"exchange key list", "exchange key list --json"}, {}, "", list, Effect::reads},
      {"key show", "one key: its times, its state and its public half", {"exchange key show KEY"}, {{"KEY", "", "the key's id, as exchange key list --json shows it", Option::Need::must}}, "", show, Effect::reads},
      {"key rotate",
       "make a new key, for the coalition to name in its next roster",
       {"exchange key rotate -o patrol.enrolment", "exchange key rotate --which seat -o patrol.enrolment"},
       {{"--which", "WHICH", "encryption (default), seat, authority or originator"}, {"-o", "FILE", "where the enrolment file goes; - is stdout"}},
       "the keys are unchanged",
       rotate,
       Effect::writes,
       preview_key_rotate},
      {"key retire",
       "let nobody seal to the old encryption keys any more",
       {"exchange key retire -o patrol.enrolment", "exchange key retire KEY -o patrol.enrolment"},
       {{"KEY", "", "its id; every encryption key older than the one in force if none is named"}, {"-o", "FILE", "where the enrolment file goes; - is stdout"}},
       "the keys are unchanged",
       retire,
       Effect::writes,
       preview_key_retire},
      {"key export-public",
       "write this agency's public keys to a file: its enrolment, or one key's record",
       {"exchange key export-public -o patrol.enrolment", "exchange key export-public KEY -o patrol.key"},
       {{"KEY", "", "the key's id; the whole enrolment if none is named"}, {"-o", "FILE", "where it goes; - is stdout"}},
       "nothing was written",
       export_public,
       Effect::writes,
       preview_key_export},
      {"key erase", "erase the keys that are past their time, and what they opened", {"exchange key erase"}, {}, "nothing was erased", erase, Effect::writes, preview_key_erase,
       "what these keys opened does not open again"},
  };
}

}  // namespace cli
