// audit: what the logs of several agencies say when they are held against each other, and a person's accounting.
#include <filesystem>
#include <sstream>

#include "draft.hpp"
#include "failure.hpp"
#include "files.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPack = 2u << 20, kMaxPolicy = 256u << 10;

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

void talk_of_gaps() {
  talk("Not every entry of these logs could be read, so something may be missing: exchange audit run says what.");
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
  if (args.has("--policy")) request.text("policy", read_input(args.one("--policy"), kMaxPolicy, "--policy"));
  if (args.has("--pack")) request.text("pack", to_base64(read_input(args.one("--pack"), kMaxPack, "--pack")));
  if (args.has("--small-counts")) request.flag("small", true);
  if (args.has("--out")) request.flag("files", true);
  return request;
}

int status_of(const Value& answer, const char* member = "verdict") {
  const std::string verdict = answer.str(member);
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
  request.text_if("requested", args.one("--requested"));
  if (args.has("--via")) {
    const auto hub = hub_of(args.one("--via"));
    request.text("via", hub.name);
    if (!hub.members.empty()) request.texts("members", hub.members);
  }
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
  if (answer.has("answer_by"))
    say("asked for on " + answer.str("requested") + ", to be answered by " + answer.str("answer_by"));
  if (status != 0) talk_of_gaps();
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
  if (status != 0) talk_of_gaps();
  return status;
}

// ---- audit reconcile -----------------------------------------------------------------------------------------------

int reconcile(Run& run) {
  Request request = about_logs(run);
  const std::string outbox = run.args().one("--outbox");
  if (!outbox.empty()) request.text("outbox", fs::absolute(outbox).lexically_normal().string());
  const Value answer = ask(run, "audit.reconcile", request);
  const int status = status_of(answer, "outcome");
  if (run.answered()) return status;
  Table table({"state", "date", "note", "from", "to", "entry", "in short"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("state"), row.str("time").substr(0, 10),
               (row.has("note") ? row.str("note") : row.str("envelope")).substr(0, 12), printable(row.str("from")),
               printable(row.str("to")), row.str("index"), row.str("text")});
  if (!table.empty()) table.print();
  say("disclosed  " + answer.str("disclosed") + ", of which " + answer.str("delivered") + " are known to have come");
  if (!answer["complete"].is_true()) talk_of_gaps();
  return status;
}

// ---- audit extract -------------------------------------------------------------------------------------------------

/// The notes in a file: one to a line or one in all, as they are or as exchange open --json gives them.
void take_records(const std::string& text, std::vector<std::string>& out) {
  const auto take = [&](const Value& value) {
    if (!value.has("notes")) return out.push_back(value.dump());
    for (const auto& note : value["notes"].items())
      if (note.str("type") == "eval.extract") out.push_back(note["note"].dump());
  };
  if (const auto whole = Value::parse(text)) {
    if (whole->type() != Value::Type::array) return take(*whole);
    for (const auto& item : whole->items()) take(item);
    return;
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto value = Value::parse(line);
    if (!value) throw failure("EX1301", "FILE");
    take(*value);
  }
}

int extract(Run& run) {
  constexpr std::size_t kMaxRecords = 4u << 20;
  const fs::path out = folder_for(run.args());
  if (run.args().all("FILE").empty()) throw usage("name the files with the records", "exchange help audit extract");
  std::vector<std::string> records;
  for (const auto& file : run.args().all("FILE")) take_records(read_input(file, kMaxRecords, "FILE"), records);
  Request request;
  std::string list;
  for (const auto& record : records) list += (list.empty() ? "" : ",") + record;
  request.raw("records", "[" + list + "]");
  if (!out.empty()) request.flag("files", true);
  const Value answer = run.call_bare("audit.extract", request);
  if (!out.empty()) {
    write(out, "extract.html", answer.str("html"));
    write(out, "extract.csv", answer.str("csv"));
  }
  if (show_json(run, answer, {"html", "csv"})) return 0;
  for (const auto& one : answer["tables"].items()) {
    say(one.str("title"));
    std::vector<std::string> head{one.str("row")};
    for (const auto& column : one["columns"].items()) head.push_back(column.as_text());
    Table table(head);
    for (std::size_t i = 0; i < one["rows"].items().size(); ++i) {
      std::vector<std::string> row{one["rows"].items()[i].as_text()};
      for (const auto& value : one["values"].items()[i].items()) row.push_back(value.is_null() ? "*" : value.as_text());
      table.row(row);
    }
    table.print();
    say("");
  }
  say("A * is a number that is left out: one from 1 to 10, or one that would tell such a number.");
  if (!out.empty()) say("extract    " + printable((out / "extract.html").string()));
  return 0;
}

int preview_extract(Run& run) {
  Preview preview(run);
  if (run.args().has("--out")) preview.writes("extract.html and extract.csv to " + printable(run.args().one("--out")));
  return preview.unless("that every record is a note of type eval.extract").say();
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
        {"--policy", "FILE", "instead: logs, witnesses and a quorum, as in tlog-policy"},
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
        {"--via", "HUB: AGENCY, ...",
         "only what went through this intermediary; in the office that issued the consents HUB is enough"},
        {"--requested", "DAY", "the day of the written request: the look-back and the days to answer count from it"},
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
      {"audit reconcile",
       "what was sealed and not logged, not delivered, or opened twice",
       {"exchange audit reconcile",
        "exchange audit reconcile --log police-log --log-key KEY \\\n  --log clinic-log --log-key KEY2"},
       {log, key, from, to, {"--outbox", "DIR", "a folder of mailboxes that wait for the courier; else the home's own"}},
       "",
       reconcile,
       Effect::reads},
      {"audit extract",
       "tables for an evaluation, in which nobody can be recognised",
       {"exchange audit extract opened/*.json --out extract"},
       {{"FILE", "", "notes of type eval.extract, as exchange open --json gives them", Need::many},
        {"--out", "DIR", "where extract.html and extract.csv go"}},
       "nothing was written",
       extract,
       Effect::writes,
       preview_extract},
  };
}

}  // namespace cli
