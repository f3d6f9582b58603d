// audit: what the logs of several agencies say when they are held against each other, and a person's accounting.
#include <filesystem>

#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPack = 2u << 20;

/// about_logs says which logs are meant and whose signatures count.
Request about_logs(Run& run) {
  const auto& args = run.args();
  Request out;
  std::vector<std::string> folders;
  for (const auto& folder : args.all("--log")) folders.push_back(fs::absolute(folder).lexically_normal().string());
  out.texts("logs", folders).texts("log_keys", args.all("--log-key"));
  return out.text_if("from", args.one("--from")).text_if("to", args.one("--to"));
}

/// ask calls a verb with the home where one is named: it has the keys of the logs' days.
Value ask(Run& run, const char* verb, const Request& request) {
  if (run.has_home()) return run.call(verb, request);
  return run.call_bare(verb, request);
}

/// show_json prints an answer without the files that were made of it.
bool show_json(const Run& run, Value answer, const std::vector<const char*>& files) {
  if (!run.json()) return false;
  for (const char* file : files) answer.remove(file);
  run.give(answer.dump());
  return true;
}

fs::path folder_for(const Args& args) {
  const fs::path out = args.one("--out");
  std::error_code error;
  if (!out.empty()) fs::create_directories(out, error);
  if (error) throw failure("EX1013", "--out");
  return out;
}

void write(const fs::path& folder, const char* name, std::string_view bytes) {
  Output((folder / name).string()).write(bytes);
}

// ---- audit run -----------------------------------------------------------------------------------------------------

Request run_request(Run& run) {
  const auto& args = run.args();
  Request request = about_logs(run);
  request.texts("witnesses", args.all("--witness"));
  if (args.has("--quorum")) request.natural("quorum", number_of(args, "--quorum", 0));
  if (args.has("--pack")) request.text("pack", to_base64(read_input(args.one("--pack"), kMaxPack, "--pack")));
  if (args.has("--small-counts")) request.flag("small", true);
  if (args.has("--out")) request.flag("files", true);
  return request;
}

int status_of(const Value& answer) {
  const std::string verdict = answer.str("verdict");
  if (verdict == "pass") return 0;
  return verdict == "fail" ? 5 : 6;
}

void write_report(const fs::path& folder, Value answer) {
  write(folder, "report.html", answer.str("html"));
  write(folder, "disclosures.csv", answer.str("disclosures_csv"));
  write(folder, "findings.csv", answer.str("findings_csv"));
  for (const char* file : {"html", "disclosures_csv", "findings_csv"}) answer.remove(file);
  write(folder, "report.json", answer.dump() + "\n");
}

void say_checks(const Value& answer) {
  Table table({"check", "outcome", "in short"});
  for (const auto& row : answer["checks"].items())
    table.row({row.str("id"), row.str("outcome"), printable(row.str("summary"))});
  table.print();
  std::size_t shown = 0;
  constexpr std::size_t kShown = 20;
  for (const auto& finding : answer["findings"].items()) {
    if (finding.str("outcome") == "remark" || ++shown > kShown) continue;
    if (shown == 1) say("");
    say_wrapped(finding.str("check") + ": " + printable(finding.str("text")));
  }
  if (shown > kShown) say("and " + std::to_string(shown - kShown) + " more: --out DIR writes them all");
  say("");
  say_wrapped(answer.str("sentence"));
}

int audit(Run& run) {
  const fs::path out = folder_for(run.args());
  const Value answer = ask(run, "audit.run", run_request(run));
  if (!out.empty()) write_report(out, answer);
  if (show_json(run, answer, {"html", "disclosures_csv", "findings_csv"})) return status_of(answer);
  say_checks(answer);
  if (!out.empty()) say("report   " + printable((out / "report.html").string()));
  if (!run.has_home()) talk("No home was named, so no entry could be opened: an auditor's home has the keys (--home).");
  return status_of(answer);
}

int preview_audit(Run& run) {
  Preview preview(run);
  if (run.args().has("--out"))
    preview.writes("report.html, report.json, disclosures.csv and findings.csv to " +
                   printable(run.args().one("--out")));
  if (run.has_home()) preview.records("the keys of the logs' days, which open them later too");
  return preview.unless("that the logs can be read").say();
}

// ---- audit accounting ----------------------------------------------------------------------------------------------

Request accounting_request(Run& run) {
  const auto& args = run.args();
  if (!args.has("--subject") && !args.has("--grant"))
    throw usage("say whose: --subject PERSON, or --grant ID of each of their grants", "exchange help audit accounting");
  Request request = about_logs(run);
  request.text_if("subject", args.one("--subject")).texts("grants", args.all("--grant"));
  request.text_if("rule", args.one("--rule")).text_if("copy", args.one("--copy"));
  std::string suspended;
  for (const auto& text : args.all("--suspend")) {
    const auto at = text.rfind(':');
    if (at == std::string::npos)
      throw usage("--suspend is AGENCY:DAY, as police:2027-01-31", "exchange help audit accounting");
    suspended += (suspended.empty() ? "" : ",") +
                 Request().text("to", text.substr(0, at)).text("until", text.substr(at + 1)).str();
  }
  if (!suspended.empty()) request.raw("suspended", "[" + suspended + "]");
  if (args.has("--out")) request.flag("files", true);
  return request;
}

int accounting(Run& run) {
  const fs::path out = folder_for(run.args());
  const Value answer = ask(run, "audit.accounting", accounting_request(run));
  const int status = answer["complete"].is_true() ? 0 : 6;
  if (!out.empty()) {
    write(out, "accounting.html", answer.str("html"));
    write(out, "accounting.csv", answer.str("csv"));
  }
  if (show_json(run, answer, {"html", "csv"})) return status;
  Table table({"date", "who", "to whom", "purpose", "basis", "what"});
  for (const auto& row : answer["rows"].items()) {
    const std::string held =
        row.has("held_until") ? " (held back until " + row.str("held_until").substr(0, 10) + ")" : "";
    table.row({row.str("time").substr(0, 10), printable(row.str("from")), printable(row.str("to")) + held,
               row.str("purpose"), row.str("basis"), row.str("what")});
  }
  if (table.empty()) say("There is no disclosure " + answer.str("period") + ".");
  else table.print();
  if (status != 0)
    talk("Not every entry of these logs could be read, so something may be missing: exchange audit run says what.");
  if (!out.empty()) say("accounting  " + printable((out / "accounting.html").string()));
  return status;
}

int preview_accounting(Run& run) {
  accounting_request(run);
  Preview preview(run);
  if (run.args().has("--out"))
    preview.writes("accounting.html and accounting.csv to " + printable(run.args().one("--out")));
  return preview.unless("that the logs can be read").say();
}

// ---- audit breach --------------------------------------------------------------------------------------------------

int breach(Run& run) {
  const Value answer = ask(run, "audit.breach", about_logs(run).text("key", run.args().one("--key")));
  const int status = answer["complete"].is_true() ? 0 : 6;
  if (run.answered()) return status;
  Table table({"date", "from", "to", "opened", "entry", "classes"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("time").substr(0, 10), printable(row.str("from")), printable(row.str("to")),
               row["opened"].is_true() ? "yes" : "no", row.str("index"), join(row["classes"].items())});
  if (table.empty()) say("Nothing was sealed to this key by what these logs say.");
  else table.print();
  if (status != 0)
    talk("Not every entry of these logs could be read, so something may be missing: exchange audit run says what.");
  return status;
}

}  // namespace

std::vector<Command> audit_commands() {
  using Need = Option::Need;
  const Option log{"--log", "DIR", "the folder of a log; may be repeated; else the home's own", Need::many};
  const Option key{"--log-key", "KEY", "the key of a log, NAME+HASH+BASE64; may be repeated", Need::many};
  const Option from{"--from", "DAY", "events from this day on, as 2026-10-01"},
      to{"--to", "DAY", "until this day, which is part of it"};
  return {
      {"audit run",
       "hold logs against each other, and write a report",
       {"exchange audit run --log police-log --log-key KEY --log clinic-log \\\n  --log-key KEY2 --out october",
        "exchange audit run --from 2026-10-01 --to 2026-10-31   # this home's own log"},
       {log,
        key,
        {"--witness", "KEY", "a witness that must have signed; may be repeated", Need::many},
        {"--quorum", "N", "how many of them are enough (all)"},
        {"--pack", "FILE", "a policy pack, beside the one of the home"},
        from,
        to,
        {"--out", "DIR", "where report.html, report.json and tables go"},
        {"--small-counts", "", "show counts from 1 to 10 in the report as well"}},
       "no report was written",
       audit,
       Effect::writes,
       preview_audit},
      {"audit accounting",
       "what was disclosed about a person, and to whom",
       {"exchange audit accounting --subject PERSON --out answer",
        "exchange audit accounting --grant ID --rule 164.528 --log clinic-log \\\n  --log-key KEY"},
       {{"--subject", "PERSON", "the pseudonym, as exchange grants shows it; needs a home that holds the grants"},
        {"--grant", "ID", "a grant of the person, 64 digits; may be repeated", Need::many},
        {"--rule", "RULE", "2.24 (an intermediary), 2.25 (a Part 2 program; default) or 164.528"},
        log,
        key,
        from,
        to,
        {"--suspend", "AGENCY:DAY", "leave out what went to this agency until that day; may be repeated", Need::many},
        {"--copy", "WHOSE", "person (default), or office: it shows what is held back"},
        {"--out", "DIR", "where accounting.html and accounting.csv go"}},
       "nothing was written",
       accounting,
       Effect::writes,
       preview_accounting},
      {"audit breach",
       "what could be opened with a key that was lost",
       {"exchange audit breach --key ID --from 2026-11-01"},
       {{"--key", "ID", "the encryption key, as exchange key list --json shows it", Need::must}, log, key, from, to},
       "",
       breach,
       Effect::reads},
  };
}

}  // namespace cli
