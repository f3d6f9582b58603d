// The journal of a home against the log that it writes: every line stands there once, in its order, and nothing else.
#include "audit/check.hpp"
#include "session/log_event.hpp"

namespace xch::audit {
namespace {

std::string key_of(const session::LoggedEvent& e) {
  return std::to_string(static_cast<unsigned>(e.kind)) + " " + std::to_string(e.time.seconds) + " " + to_hex(e.actor) +
         to_hex(e.object) + wire::write_json(e.detail);
}

/// in_log is a journal's line as the log must have it.
std::optional<std::string> in_log(const session::JournalRow& row) {
  store::JournalRow line;
  line.kind = row.kind;
  line.time = row.time;
  line.actor = row.actor;
  line.object = row.object;
  line.detail = ByteView(std::string_view(row.detail_json)).copy();
  const auto event = session::read_event(session::encode_event(line));
  if (!event) return std::nullopt;
  return key_of(*event);
}

void compare(Work& work, const ReadLog& log, const std::vector<session::JournalRow>& rows) {
  const auto compared = compare_journal(log, rows);
  std::uint64_t waiting = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) work.looked();
  for (const auto& line : compared.unlogged) {
    if (line.waits) {
      ++waiting;
      continue;
    }
    work.missing(static_cast<std::size_t>(&log - work.audit.logs.data()), line.row->time,
                 "Line " + std::to_string(line.row->seq) + " of the journal (" + std::string(code_of(line.row->kind)) +
                     ") does not stand in " + log.origin,
                 {{log.origin, {}}});
  }
  if (waiting != 0)
    work.remarks(counted(waiting, "event waits", "events wait") + " for the next batch of " + log.origin + ".",
                 {{log.origin, {}}});
  if (!compared.is_ordered)
    work.fails("The events of " + log.origin + " stand in another order than in the journal.", {{log.origin, {}}});
  for (const auto* e : compared.unknown)
    work.fails("Entry " + std::to_string(e->index) + " of " + log.origin + " (" + std::string(code_of(e->event.kind)) +
                   ") does not stand in the journal.",
               {work.at(*e)});
}

}  // namespace

Compared compare_journal(const ReadLog& log, const std::vector<session::JournalRow>& rows) {
  Compared out;
  std::unordered_map<std::string, std::vector<std::size_t>> places;  // in the log, the last first
  for (std::size_t i = log.entries.size(); i > 0; --i) places[key_of(log.entries[i - 1].event)].push_back(i - 1);
  std::vector<bool> matched(log.entries.size(), false);
  std::size_t after = 0, settled = 0;
  for (const auto& row : rows) {
    const auto line = in_log(row);
    const auto at = line ? places.find(*line) : places.end();
    if (at == places.end() || at->second.empty()) {
      // What is lacking at the end waits for the next batch, unless a batch came after it.
      out.unlogged.push_back({&row, log.is_complete() && row.time >= log.latest});
      continue;
    }
    const std::size_t place = at->second.back();
    at->second.pop_back();
    matched[place] = true;
    out.is_ordered = out.is_ordered && place >= after;
    after = std::max(after, place);
    for (; settled < out.unlogged.size(); ++settled) out.unlogged[settled].waits = false;
  }
  for (std::size_t i = 0; i < matched.size(); ++i)
    if (!matched[i]) out.unknown.push_back(&log.entries[i]);
  return out;
}

void check_journals(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out) {
  Work work(audit, index, "journal");
  bool any = false;
  for (const auto& journal : given.journals) {
    for (const auto& log : audit.logs) {
      if (!log.source.key || log.source.key->text() != journal.log_key) continue;
      any = true;
      compare(work, log, journal.rows);
    }
  }
  if (!any) {
    out.push_back(std::move(work).not_asked("No home was opened whose own log is among those given."));
    return;
  }
  out.push_back(std::move(work).done("line", "lines", "journal and log hold the same"));
}

}  // namespace xch::audit
