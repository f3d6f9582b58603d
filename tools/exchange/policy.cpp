// policy: the pack in force, and what it decides; policy_review.cpp has what looks at packs before they are signed.
#include "failure.hpp"
#include "files.hpp"
#include "policy_duties.hpp"
#include "policy_review.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

int import_policy(Run& run) {
  const auto& done =
      run.call("policy.import", Request().text("policy", to_base64(read_input(run.args().one("FILE"), kMaxInRequest, "FILE"))));
  if (run.answered()) return 0;
  say("policy  " + printable(done.str("name")));
  say("hash    " + done.str("hash"));
  return 0;
}

int show(Run& run) {
  const auto& pack = run.call("policy.show");
  if (run.answered()) return 0;
  say("policy  " + printable(pack.str("name")) + ", version " + pack.str("pack_version"));
  say("hash    " + pack.str("hash"));
  say("");
  Table classes({"class", "is", "HL7", "marks"});
  for (const auto& row : pack["classes"].items()) {
    const Value& hl7 = row["hl7"];
    classes.row({row.str("class"), printable(row.str("title")),
                 hl7.str("confidentiality") + (hl7["exact"].is_true() ? " " : " under ") + hl7.str("sensitivity"),
                 std::string(row["part2"].is_true() ? "Part 2" : "") + (row["isolate"].is_true() ? "alone" : "")});
  }
  classes.print();
  for (const auto& row : pack["bases"].items()) {
    say("");
    say(strong(row.str("basis")) + ": " + printable(row.str("title")) + " (" + printable(row.str("citation")) + ")");
    say_wrapped("purposes " + join(row["purposes"].items()) + "; readers " + join(row["readers"].items()) + "; " + row.str("default_days") + " days, at most " +
                    row.str("max_days"), 2);
  }
  return 0;
}

int explain(Run& run) {
  const auto& args = run.args();
  Request request;
  request.text("type", args.one("--type")).text_if("grant", args.one("--grant")).text_if("subject", args.one("--subject"));
  request.text_if("basis", args.one("--basis")).text("purpose", args.one("--purpose")).texts("to", args.all("--to"));
  const auto& preview = run.call("policy.explain", request);
  if (run.answered()) return 0;
  if (preview.has("basis"))
    say_wrapped("Under " + preview.str("basis") + ": " + printable(preview.str("title")) + " (" +
                printable(preview.str("citation")) + ")");
  show_preview(preview, Fields::all);
  return 0;
}

}  // namespace

std::vector<Command> policy_commands() {
  using Need = Option::Need;
  std::vector<Command> out{
      {"policy import",
       "take the signed policy pack that the roster names into this home",
       {"exchange policy import county.policy"},
       {{"FILE", "", "the signed pack; - is stdin", Need::must}},
       "the policy in force is unchanged",
       import_policy,
       Effect::writes,
       preview_import_policy},
      {"policy show", "the classes and bases of the pack in force", {"exchange policy show", "exchange policy show --json"}, {}, "", show, Effect::reads},
      {"policy explain",
       "who gets which field of a note type, in which form, and why",
       {"exchange policy explain --type progress.engagement --subject PSEUDONYM \\\n    --basis part2-consent --purpose COORD --to public-defender"},
       {{"--type", "TYPE", "the note type", Need::must},
        {"--grant", "HASH", "the grant; or --subject and --basis"},
        {"--subject", "PSEUDONYM", "the person, as this agency knows them"},
        {"--basis", "BASIS", "part2-consent, justice-condition or originator-authority"},
        {"--purpose", "PURPOSE", "COORD REFER INTAKE FILING COURT ...", Need::must},
        {"--to", "PARTY", "the reader; may be repeated", Need::many}},
       "",
       explain,
       Effect::reads},
  };
  for (auto& command : policy_review_commands()) out.push_back(std::move(command));
  for (auto& command : policy_duty_commands()) out.push_back(std::move(command));
  return out;
}

}  // namespace cli
