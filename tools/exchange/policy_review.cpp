// policy check, lint, diff, prove, sign, test, matrix, replay: a pack looked at before it is signed, or as it is in force.
#include "policy_review.hpp"

#include "failure.hpp"
#include "files.hpp"
#include "policy_page.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

constexpr int kNotSo = 5;  // what was checked does not hold

bool is_source(const std::string& path) { return path.size() > 5 && path.compare(path.size() - 5, 5, ".toml") == 0; }

/// add_pack gives a verb the pack of a file: TOML by its name, or signed; none where no file was named.
void add_pack(Request& request, const std::string& path, const std::string& side = "") {
  if (path.empty()) return;
  const std::string text = read_input(path, kMaxInRequest, "FILE");
  if (is_source(path)) {
    request.text((side + "source").c_str(), text);
  } else {
    request.text((side + "policy").c_str(), to_base64(text));
  }
}

/// ask calls a verb about the pack of FILE or --policy, or else of the home, or else of the library.
const Value& ask(Run& run, const char* verb, const Request& request, const std::string& path) {
  return path.empty() && run.has_home() ? run.call(verb, request) : run.call_bare(verb, request);
}

std::string name_of(const Value& answer) { return printable(answer.str("name")) + ", version " + answer.str("pack_version"); }

std::string given_text(const Value& given) {
  std::string out = given.str("gives");
  if (out == "full") out = "whole value";
  if (given["tick"].is_true()) out += ", ticked by itself";
  if (!given.str("relation").empty()) out += ", " + given.str("relation");
  return out;
}

int check(Run& run) {
  const std::string path = run.args().one("FILE");
  Request request;
  add_pack(request, path);
  const auto& answer = ask(run, "policy.check", request, path);
  if (run.answered()) return 0;
  say("policy " + name_of(answer) + ": " + answer.str("cells") + " cells, " + answer.str("note_types") + " note types; well-formed");
  const auto list = [&](const char* member, const char* heading) {
    if (answer[member].items().empty()) return;
    say("");
    say(strong(heading));
    for (const auto& row : answer[member].items()) say("  " + printable(row.as_text()));
  };
  list("verify", "From general knowledge; counsel reads these first:");
  list("no_field", "Given in a form that no field of any note type has:");
  list("no_edge", "Note types that nobody may send:");
  return 0;
}

int lint(Run& run) {
  const std::string path = run.args().one("FILE");
  Request request;
  add_pack(request, path);
  const auto& answer = ask(run, "policy.lint", request, path);
  const int status = answer["errors"].as_natural() == 0 ? 0 : kNotSo;
  if (run.answered()) return status;
  say("policy " + name_of(answer) + ": " + answer.str("errors") + " errors, " + std::to_string(answer["findings"].items().size()) + " findings");
  for (const auto& row : answer["findings"].items()) {
    say("");
    say(strong(row["error"].is_true() ? "error" : "to look at") + ": " + row.str("rule") + " at " + printable(row.str("at")));
    say_wrapped(printable(row.str("says")) + (row.str("citation").empty() ? "" : " (" + printable(row.str("citation")) + ")"), 2);
    say_wrapped("Do: " + printable(row.str("fix")), 2);
  }
  return status;
}

std::string shortened(const std::string& text) {
  if (text.empty()) return "(none)";
  if (text.size() <= 60) return text;
  std::string out(text, 0, 57);
  out += "...";
  return out;
}

void show_difference(const Value& answer) {
  const auto& rows = answer["disclosures"].items();
  if (rows.empty() && answer["rules"].items().empty()) return say("No difference.");
  for (const auto* change : {"added", "changed", "removed"}) {
    Table table({"basis", "purpose", "role", "class", "before", "after"});
    for (const auto& row : rows)
      if (row.str("change") == change)
        table.row({row.str("basis"), row.str("purpose"), row.str("role"), row.str("class"), given_text(row["before"]), given_text(row["after"])});
    if (table.empty()) continue;
    say(strong(std::string("Disclosures ") + change));
    table.print(2);
    say("");
  }
  if (!answer["rules"].items().empty()) say(strong("Other rules"));
  for (const auto& row : answer["rules"].items())
    say_wrapped(printable(row.str("rule")) + ": " + shortened(printable(row.str("before"))) + " -> " + shortened(printable(row.str("after"))), 2);
}

int diff(Run& run) {
  const std::string after = run.args().one("NEW"), before = run.args().one("--from");
  Request request;
  add_pack(request, before, "before_");
  add_pack(request, after, "after_");
  const auto& answer = ask(run, "policy.diff", request, before);
  if (!run.answered()) show_difference(answer);
  return 0;
}

void show_proof(const Value& row) {
  const std::string id = row.str("id").empty() ? "" : printable(row.str("id")) + ": ";
  say((row["holds"].is_true() ? "holds   " : strong("BROKEN") + "  ") + id + printable(row.str("says")));
  if (row["holds"].is_true()) return;
  const auto& by = row["counterexample"];
  say_wrapped(by.str("class") + (by.str("form") == "full" ? "" : " as " + by.str("form")) + " for " + by.str("role") + " under " + by.str("basis") +
                  " for " + by.str("purpose") +
                  (by.str("note_type").empty() ? ", in no note type of today" : ", as in " + printable(by.str("note_type"))) +
                  (by.str("because").empty() ? "" : "; the pack says: " + printable(by.str("because"))), 10);
  if (!row.str("citation").empty()) say_wrapped(printable(row.str("citation")), 10);
}

int prove(Run& run) {
  const auto& args = run.args();
  const std::string path = args.one("--policy"), claim = args.one("CLAIM"), file = args.one("--claims");
  if (claim.empty() && file.empty() && !args.has("--all")) 
    throw usage("nothing to prove was named", "name a CLAIM, --claims FILE or --all");
  Request request;
  add_pack(request, path);
  if (!file.empty()) request.text("claims", read_input(file, kMaxInRequest, "--claims"));
  request.text_if("claim", claim);
  const auto& answer = ask(run, "policy.prove", request, path);
  const int status = answer["broken"].as_natural() == 0 ? 0 : kNotSo;
  if (run.answered()) return status;
  for (const auto& row : answer["claims"].items()) show_proof(row);
  say("policy " + name_of(answer) + ": " + answer.str("broken") + " of " + std::to_string(answer["claims"].items().size()) +
      " broken; " + answer.str("decisions") + " decisions looked at");
  return status;
}

const Value& ask_sign(Run& run, bool preview) {
  const auto& args = run.args();
  Request request;
  request.text("home", run.home_path()).text("source", read_input(args.one("FILE"), kMaxInRequest, "FILE"));
  if (args.has("--claims")) request.text("claims", read_input(args.one("--claims"), kMaxInRequest, "--claims"));
  return run.call_bare("policy.sign", request.flag("preview", preview));
}

/// show_signing shows what the pack would change, and what of its claims is broken.
int show_signing(const Value& answer) {
  show_difference(answer);
  for (const auto& row : answer["claims"].items())
    if (!row["holds"].is_true()) show_proof(row);
  say_wrapped("policy " + name_of(answer) + ": " + answer.str("broken") + " of " +
              std::to_string(answer["claims"].items().size()) + " claims broken, " + answer.str("errors") +
              " errors (exchange policy lint)");
  return answer["sound"].is_true() ? 0 : kNotSo;
}

int sign(Run& run) {
  const auto& answer = ask_sign(run, false);
  const int status = answer["sound"].is_true() ? 0 : kNotSo;
  if (run.answered()) return status;
  show_signing(answer);
  if (status != 0) {
    talk("Nothing was signed.");
    return status;
  }
  say("signed  " + answer.str("policy"));
  talk("The next roster pins it: exchange roster publish -o FILE --policy FILE. Agencies import the policy first, then the"
       " roster; consents are issued again under it: exchange consent advance.");
  return 0;
}

int preview_sign(Run& run) {
  const auto& answer = ask_sign(run, true);
  if (run.answered()) return answer["sound"].is_true() ? 0 : kNotSo;
  const int status = show_signing(answer);
  if (status == 0)
    return Preview(run).writes("this pack, signed by a root key, as the one that the next roster pins").say();
  talk("Nothing was signed (dry run).");
  return status;
}

int test(Run& run) {
  const std::string path = run.args().one("--policy"), file = run.args().one("FILE");
  Request request;
  add_pack(request, path);
  if (!file.empty()) request.text("scenarios", read_input(file, kMaxInRequest, "FILE"));
  const auto& answer = ask(run, "policy.test", request, path);
  const int status = answer["failed"].as_natural() == 0 ? 0 : kNotSo;
  if (run.answered()) return status;
  for (const auto& row : answer["scenarios"].items()) {
    say((row["passes"].is_true() ? "passes  " : strong("FAILS") + "   ") + printable(row.str("name")));
    for (const auto& wrong : row["mismatches"].items())
      say_wrapped(printable(wrong.str("at")) + ": expected " + (wrong.str("expected").empty() ? "nothing" : wrong.str("expected")) + ", found " +
                      (wrong.str("found").empty() ? "nothing" : wrong.str("found")), 10);
  }
  say("policy " + name_of(answer) + ": " + answer.str("failed") + " of " + std::to_string(answer["scenarios"].items().size()) + " fail");
  return status;
}

/// A cell in a narrow column: A, the form, or a dot; t, r, c, a for its conditions.
std::string mark(const Value& cell) {
  const std::string gives = cell.str("gives");
  if (gives == "nothing") return ".";
  std::string out = gives == "full" ? "A" : gives;
  if (cell["tick"].is_true()) out += " t";
  const std::string relation = cell.str("relation");
  if (relation == "own-referral") out += " r";
  if (relation == "own-client") out += " c";
  if (relation == "author") out += " a";
  return out;
}

int matrix(Run& run) {
  const auto& args = run.args();
  const std::string path = args.one("--policy");
  Request request;
  add_pack(request, path);
  request.text_if("basis", args.one("--basis")).text_if("purpose", args.one("--purpose"));
  const auto& answer = ask(run, "policy.matrix", request, path);
  if (run.answered()) return 0;
  if (args.has("--html")) {
    say(matrix_page(answer));
    return 0;
  }
  say("policy " + name_of(answer));
  say("A the whole value, . nothing, or the coarser form; t where ticked by itself,");
  say("r own referral, c own client, a the author's");
  for (const auto& table : answer["tables"].items()) {
    say("");
    say(strong(table.str("basis") + ", " + table.str("purpose")) + " (" + printable(table.str("citation")) + ")");
    std::vector<std::string> headings{"class"};
    for (const auto& role : table["roles"].items()) headings.push_back(role.as_text());
    Table rows(std::move(headings));
    for (const auto& of_class : table["classes"].items()) {
      std::vector<std::string> cells{of_class.str("class")};
      for (const auto& cell : of_class["cells"].items()) cells.push_back(mark(cell));
      rows.row(std::move(cells));
    }
    rows.print();
  }
  return 0;
}

// ---- replay ----------------------------------------------------------------------------------------------------------

int replay(Run& run) {
  const auto& args = run.args();
  if (args.has("RECORD") == args.has("--seq"))
    throw usage("name a record's file, or --seq N of this home's journal", "one of the two");
  Request request;
  if (args.has("RECORD")) request.raw("record", json_input(run, args.one("RECORD"), "RECORD"));
  else request.natural("seq", number_of(args, "--seq", 0));
  add_pack(request, args.one("--policy"));
  const bool at_home = args.has("--seq") || run.has_home();
  const auto& answer = at_home ? run.call("policy.replay", request) : run.call_bare("policy.replay", request);
  const bool same = answer["same"].is_true();
  if (run.answered()) return same ? 0 : kNotSo;
  const auto& record = answer["record"];
  say(strong(same ? "same" : "different"));
  say_wrapped(record.str("type") + " to " + record.str("role") + " for " + record.str("purpose") + " under " +
                  record.str("basis") + ", decided " + record.str("time"),
              2);
  say_wrapped("it gave  " + join(record["compartments"].items()), 2);
  for (const char* member : {"added", "removed"})
    if (!answer[member].items().empty())
      say_wrapped((member[0] == 'a' ? "now also  " : "no more  ") + join(answer[member].items()), 2);
  if (!answer["same_policy"].is_true()) talk("This is not the policy pack that decided.");
  return same ? 0 : kNotSo;
}

}  // namespace

std::vector<Command> policy_review_commands() {
  using Need = Option::Need;
  const Option policy{"--policy", "FILE", "this pack, .toml or signed, and not the one in force"};
  return {
      {"policy check",
       "whether a policy pack is well-formed, and what counsel should read first",
       {"exchange policy check county.toml"},
       {{"FILE", "", "the pack: NAME.toml, or signed; else the one in force"}},
       "", check, Effect::reads},
      {"policy lint",
       "what is wrong or odd in a policy pack, with the law it is about",
       {"exchange policy lint county.toml"},
       {{"FILE", "", "the pack: NAME.toml, or signed; else the one in force"}},
       "", lint, Effect::reads},
      {"policy diff",
       "which disclosures a new policy pack adds and which it removes",
       {"exchange policy diff county.toml", "exchange policy diff county.toml --from last-year.policy"},
       {{"NEW", "", "the new pack: NAME.toml, or signed", Need::must},
        {"--from", "FILE", "the old pack; else the one in force"}},
       "", diff, Effect::reads},
      {"policy prove",
       "prove a sentence about the policy over every decision it can make",
       {"exchange policy prove \"treatment never reaches law enforcement\"", "exchange policy prove --all --policy county.toml"},
       {{"CLAIM", "", "the sentence: exchange help claims"},
        {"--all", "", "the sentences that come with the default pack"},
        {"--claims", "FILE", "the sentences of a claims file"},
        policy},
       "", prove, Effect::reads},
      {"policy sign",
       "make a new policy pack the coalition's: what it changes is shown, its claims are proved, a root key signs it",
       {"exchange policy sign county.toml --dry-run", "exchange policy sign county.toml"},
       {{"FILE", "", "the new pack, NAME.toml; its version is higher than that of the one in force", Need::must},
        {"--claims", "FILE", "the sentences that have to hold; else those that come with the default pack"}},
       "nothing was signed", sign, Effect::writes, preview_sign},
      {"policy test",
       "play stories of practice against the policy: who gets which field",
       {"exchange policy test", "exchange policy test stories.toml --policy county.toml"},
       {{"FILE", "", "the stories; else those that come with the default pack"}, policy},
       "", test, Effect::reads},
      {"policy matrix",
       "who gets what: one table for each basis and purpose",
       {"exchange policy matrix --basis part2-consent", "exchange policy matrix --html > matrix.html"},
       {policy,
        {"--basis", "BASIS", "this basis alone"},
        {"--purpose", "PURPOSE", "this purpose alone"},
        {"--html", "", "as a page to print, with the reasons"}},
       "", matrix, Effect::reads},
      {"policy replay",
       "make a stored decision again, and say whether it comes out the same",
       {"exchange policy replay --seq 17", "exchange policy replay --seq 17 --field record > decision.json",
        "exchange policy replay decision.json --policy county.policy"},
       {{"RECORD", "", "the decision, a JSON file; - is stdin"},
        {"--seq", "N", "a line of this home's journal of the kind disclosed"},
        policy},
       "", replay, Effect::reads},
  };
}

}  // namespace cli
