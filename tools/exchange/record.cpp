// journal, doctor, bench: what happened here, whether all is well, how fast it is.
#include <algorithm>
#include <cstdio>

#include "failure.hpp"
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

int doctor(Run& run) {
  const auto& answer = run.call("doctor");
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
      {"doctor", "check this home, with a fix for what is wrong", {"exchange doctor", "exchange doctor --json"}, {}, "", doctor, Effect::reads},
      {"bench", "measure sealing and opening on this machine", {"exchange bench --quick", "exchange bench --json"}, {{"--quick", "", "a few seconds only"}}, "", bench, Effect::reads},
  };
}

}  // namespace cli
