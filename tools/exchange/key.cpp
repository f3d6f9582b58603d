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
  Table table({"id", "kind", "from", "until"});
  for (const auto& key : keys["rows"].items())
    table.row({key.str("id").substr(0, 16), key.str("kind"), key.str("not_before").substr(0, 10), key.str("not_after").substr(0, 10)});
  table.print();
  return 0;
}

int rotate(Run& run) {
  const auto& args = run.args();
  Output enrolment(run.json() && !args.has("-o") ? "-" : args.one("-o"));
  const auto& done = run.call("key.rotate");
  if (!run.json() || args.has("-o")) enrolment.write(from_base64(done.str("enrolment")));
  if (!run.answered()) talk("The coalition takes the enrolment file in (exchange roster admit); its next roster names the new key.");
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
      {"key rotate",
       "make a new encryption key, to be admitted into the next roster",
       {"exchange key rotate -o patrol.enrolment"},
       {{"-o", "FILE", "where the enrolment file goes; - is stdout"}},
       "the keys are unchanged",
       rotate,
       Effect::writes,
       preview_key_rotate},
      {"key erase", "erase the keys that are past their time, and what they opened", {"exchange key erase"}, {}, "nothing was erased", erase, Effect::writes, preview_key_erase,
       "what these keys opened does not open again"},
  };
}

}  // namespace cli
