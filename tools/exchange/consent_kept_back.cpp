// consent keep-back: what a person asked to have kept back from every consent, whatever a later draft ticks.
#include "failure.hpp"
#include "interview.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

void show(const Value& answer) {
  const auto& asked = answer["restrictions"].items();
  if (asked.empty()) say("Nothing is kept back for " + printable(answer.str("subject")) + ".");
  for (const auto& one : asked) {
    const std::string what = one.has("class") ? one.str("class") : "everything";
    const std::string whom = one.has("party") ? printable(one.str("party")) : "everybody";
    say("kept back  " + what + " from " + whom);
  }
}

Request request_of(const Args& args) {
  const auto asked = args.all("RESTRICTION");
  if (asked.empty() == !args.has("--lift"))
    throw usage("say what is kept back, or --lift that nothing is any more", "as \"clinic MH\", with all for either");
  Value list = Value::array();
  for (const auto& text : asked) list.add(restriction_of(text));
  return Request().text("subject", args.one("SUBJECT")).raw("restrictions", list.dump());
}

bool only_shows(const Args& args) { return args.all("RESTRICTION").empty() && !args.has("--lift"); }

int keep_back(Run& run) {
  const auto& args = run.args();
  const bool reads = only_shows(args);
  const auto& answer = reads ? run.call("consent.kept_back", Request().text("subject", args.one("SUBJECT")))
                             : run.call("consent.keep_back", request_of(args));
  if (run.answered()) return 0;
  show(answer);
  if (!reads) talk("Grants in force stay as they are: exchange consent check names those that give more.");
  return 0;
}

int preview_keep_back(Run& run) {
  Preview preview(run);
  if (only_shows(run.args())) return preview.say();
  request_of(run.args());
  run.call("consent.kept_back", Request().text("subject", run.args().one("SUBJECT")));
  return preview.records("what is kept back from every later draft and renewal of this person, in this office").say();
}

}  // namespace

std::vector<Command> consent_kept_back_commands() {
  using Need = Option::Need;
  return {
      {"consent keep-back",
       "what a person asked to have kept back from every consent",
       {"exchange consent keep-back p-417", "exchange consent keep-back p-417 \"clinic MH\" \"all HIV\"",
        "exchange consent keep-back p-417 --lift"},
       {{"SUBJECT", "", "the office's own id of the person", Need::must},
        {"RESTRICTION", "", "\"AGENCY CLASS\", all for either; in place of what was asked before", Need::many},
        {"--lift", "", "nothing is kept back any more"}},
       "nothing was changed",
       keep_back,
       Effect::writes,
       preview_keep_back},
  };
}

}  // namespace cli
