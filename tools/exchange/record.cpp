// journal, doctor, bench: what happened here, whether all is well, how fast it is.
#include <algorithm>
#include <cstdio>

#include "failure.hpp"
#include "preview.hpp"
#include "run.hpp"
#include "show.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

/// shortened cuts hashes to their first twelve digits: enough to compare two lines by eye.
std::string shortened(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = std::min(text.find_first_not_of("0123456789abcdef", i), text.size());
    if (end == i) end = i + 1;
    out += end - i >= 32 ? text.substr(i, 12) : text.substr(i, end - i);
    i = end;
  }
  return out;
}

int journal(Run& run) {
  const auto& args = run.args();
  const std::uint64_t limit = number_of(args, "--limit", 100);
  const auto& answer = run.call("journal.list", Request().natural("from", number_of(args, "--from", 1)).natural("limit", limit));
  if (run.answered()) return 0;
  Table table({"seq", "time", "event", "detail"});
  std::string last;
  for (const auto& row : answer["rows"].items()) {
    last = row.str("seq");
    table.row({last, row.str("time"), row.str("event"), shortened(shown(row["detail"]))});
  }
  if (table.empty()) say("There is no event.");
  else table.print();
  if (answer["rows"].items().size() == limit) talk("More may follow: --from " + std::to_string(answer["rows"].items().back()["seq"].as_natural() + 1));
  return 0;
}

/// The home stands apart from its store: a backup was put back.
bool is_restored(Run& run) {
  for (const auto& finding : run.call_bare("doctor", Request().text("home", run.home_path()))["findings"].items())
    if (finding.str("check") == "backup") return !finding["ok"].is_true();
  return false;
}

int preview_reconcile(Run& run) {
  const auto& args = run.args();
  const bool restored = is_restored(run);
  Preview preview(run);
  if (!restored && !args.has("--anyway")) return preview.say();
  if (args.has("--moved")) {
    preview.writes("that this home is this folder from now on").records("that it was moved, in the journal");
    return preview.unless("that the home was copied whole and is used nowhere else").say();
  }
  preview.writes("that this store is the home's from now on").records("that it was reconciled, in the journal, whose numbers leave a gap");
  preview.writes("that notes sealed until then open only with --as-repeat, and that nonces given out are void");
  preview.erases("keys that are past their time");
  if (!args.has("--nothing-ended")) preview.writes("at a consent office, every consent in force as suspended");
  return preview.sends("at a consent office, new status lists", {}).say();
}

int reconcile(Run& run) {
  const auto& args = run.args();
  if (args.has("--at")) throw usage("--at is for looking; --reconcile would record the wrong time", "leave --at out");
  if (args.has("--moved") && args.has("--nothing-ended")) throw usage("--moved and --nothing-ended exclude each other", "exchange help doctor");
  if (args.has("--dry-run")) return preview_reconcile(run);
  if (!confirmed("exchange doctor --reconcile: no other copy of this home may be in use any more. Go on?", "exchange help doctor")) {
    talk("exchange: nothing was done");
    return 2;
  }
  Request request;
  request.text("home", run.home_path());
  for (const auto* option : {"--moved", "--anyway"})
    if (args.has(option)) request.flag(option + 2, true);
  if (args.has("--nothing-ended")) request.flag("nothing_ended", true);
  const auto& done = run.call_bare("doctor.reconcile", request);
  if (run.answered()) return 0;
  if (!done["done"].is_true()) {
    say("This home is the one that its store belongs to; nothing was done.");
    return 0;
  }
  if (done["moved"].is_true()) {
    say("This folder is the home from now on.");
    return 0;
  }
  say("This store is the home's from now on.");
  say("Notes sealed until " + done.str("until") + " open only with --as-repeat.");
  if (!done["suspended"].is_null()) say("Consents suspended: " + done.str("suspended"));
  if (done.has("published") && done["published"].is_null()) talk("No status list could be published: exchange consent publish says why.");
  return 0;
}

int doctor(Run& run) {
  if (run.args().has("--reconcile")) return reconcile(run);
  for (const auto* option : {"--moved", "--nothing-ended", "--anyway", "--dry-run"})
    if (run.args().has(option)) throw usage(std::string(option) + " goes with --reconcile", "exchange help doctor");
  const auto& answer = run.call_bare("doctor", Request().text("home", run.home_path()));
  bool well = true;
  for (const auto& finding : answer["findings"].items()) well &= finding["ok"].is_true();
  if (run.answered()) return well ? 0 : 1;
  for (const auto& finding : answer["findings"].items()) {
    const bool ok = finding["ok"].is_true();
    say(std::string(ok ? "ok    " : "wrong ") + printable(finding.str("check")) + ": " + printable(finding.str("text")));
    if (!ok && !finding.str("fix").empty()) say_wrapped(printable(finding.str("fix")), 6);
  }
  return well ? 0 : 1;
}

std::string number(const Value& value, const char* format) {
  if (value.is_null()) return "-";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, format, value.as_real());
  return buffer;
}

int bench(Run& run) {
  Request request;
  if (run.args().has("--quick")) request.flag("quick", true);
  const auto& answer = run.call_bare("bench", request);
  if (run.json()) {
    // One object a line for each item: lines are what a script compares.
    for (const auto& row : answer["rows"].items()) run.give(row.dump());
    return 0;
  }
  Table table({"item", "suite", "floor us", "us", "ratio", "wire", "allocs", "heap", "locked"});
  for (const auto& row : answer["rows"].items())
    table.row({row.str("item"), row.str("suite"), number(row["floor_us"], "%.1f"), number(row["actual_us"], "%.1f"), number(row["ratio"], "%.2f"),
               number(row["wire_bytes"], "%.0f"), number(row["allocations"], "%.0f"), number(row["peak_heap_bytes"], "%.0f"),
               number(row["locked_kb"], "%.0f")});
  table.print();
  for (const auto& row : answer["rows"].items()) {
    if (row["speedup"].is_null()) continue;
    say(row.str("item") + " " + row.str("suite") + ": " + number(row["speedup"], "%.1f") + " times as many notes a second as seal.warm");
  }
  talk("floor: the same primitives called directly, in the same run; ratio: floor by actual. Processor time for one note, best of several rounds.");
  talk("wire: bytes of all envelopes. allocs: calls of malloc and its kin. heap: the most bytes in use. locked: KB of locked memory. "
       "These are for one run; seal.batch100 seals 100 notes in one.");
  talk("--json tells more: every primitive with its count and cost.");
  return 0;
}

}  // namespace

std::vector<Command> record_commands() {
  return {
      {"journal",
       "what happened in this home: digests, codes and times, never content",
       {"exchange journal", "exchange journal --from 101 --limit 100 --json"},
       {{"--from", "N", "the first event (1)"}, {"--limit", "N", "how many at most (100)"}},
       "",
       journal,
       Effect::reads},
      {"doctor",
       "check this home, with a fix for what is wrong",
       {"exchange doctor   # exit status 0: all is well; 1: something is wrong", "exchange doctor --json", "exchange doctor --reconcile   # after a backup was put back"},
       {{"--reconcile", "", "take a store that was put back from a backup as it is, and go on safely"},
        {"--moved", "", "with it: the home was moved here whole, and is used nowhere else"},
        {"--nothing-ended", "", "with it, at a consent office: no consent ended since the backup; suspend none"},
        {"--anyway", "", "with it: the whole disk was put back, which nothing here can tell"},
        {"--dry-run", "", "with it: say what it would do"}},
       "",
       doctor,
       Effect::reads},
      {"bench", "measure sealing and opening on this machine", {"exchange bench --quick", "exchange bench --json"}, {{"--quick", "", "a few seconds only"}}, "", bench, Effect::reads},
  };
}

}  // namespace cli
