// What a report says, as JSON and CSV.
#include "audit/report.hpp"

#include "audit/csv.hpp"
#include "base/encoding.hpp"

namespace xch::audit {

using wire::Json;

std::vector<std::string> not_checked_of(const Audit& audit) {
  std::vector<std::string> out;
  for (const auto& result : audit.checks)
    if (result.outcome == Outcome::not_checked)
      out.push_back(std::string(result.check->question) + " " + result.summary);
  out.insert(out.end(),
             {
                 "Agencies whose log was not given: what they opened and passed on stands nowhere here.",
                 "What the notes said: an entry carries digests, codes, counts and times, and no content.",
                 "Which person a note was about: an entry carries no name and no pseudonym.",
                 "Whether a grant lists this reader and these classes, and when it ends: an entry carries the grant's "
                 "hash alone.",
                 "Whether a status list said more than its age: an entry carries its hash, and when it was made.",
                 "What was told by telephone, on paper or by another program.",
             });
  return out;
}

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string place_of(const Evidence& evidence) {
  if (!evidence.index) return "the log " + evidence.origin;
  return "entry " + std::to_string(*evidence.index) + " of " + evidence.origin;
}

std::string period_text(const Period& period) {
  const std::string from = period.from.seconds == 0 ? "the beginning" : format_time(period.from).substr(0, 10);
  // `to` is the first second that is not asked about any more.
  const std::string to =
      period.to.seconds == 0 ? "the end" : format_time(Timestamp{period.to.seconds - 1}).substr(0, 10);
  return "from " + from + " to " + to;
}

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const auto& text : list) out.add(Json::text(text));
  return out;
}

namespace {

Json log_json(const Audit& audit, std::size_t i) {
  const auto& log = audit.logs[i];
  Json out = Json::object();
  out.set("origin", log.origin);
  out.set("folder", log.source.folder.string());
  out.set("log_key", log.source.key ? log.source.key->text() : "");
  out.set("agency", audit.owners[i] ? audit.name_of(*audit.owners[i]) : "");
  out.set("size", Json::natural(log.checkpoint ? log.checkpoint->size : 0));
  out.set("root", log.checkpoint ? to_base64(log.checkpoint->root) : "");
  out.set("checkpoint", is_utf8(ByteView(std::string_view(log.note))) ? log.note : "");
  out.set("events", Json::natural(log.entries.size()));
  out.set("filled_up", Json::natural(log.dummies));
  out.set("closed", Json::natural(log.closed));
  out.set("cosigned", Json::natural(log.cosigners.size()));
  out.set("until", log.latest.seconds == 0 ? "" : format_time(log.latest));
  out.set("complete", Json::boolean(log.is_complete()));
  return out;
}

Json check_json(const CheckResult& result) {
  Json out = Json::object();
  out.set("id", result.check->id);
  out.set("outcome", code_of(result.outcome));
  out.set("question", result.check->question);
  out.set("rule", result.check->rule);
  out.set("summary", result.summary);
  out.set("looked_at", Json::natural(result.looked_at));
  out.set("failed", Json::natural(result.failed));
  out.set("undecided", Json::natural(result.undecided));
  return out;
}

void add_findings(Json& out, const CheckResult& result) {
  for (const auto& finding : result.findings) {
    Json row = Json::object();
    row.set("check", result.check->id);
    row.set("outcome", finding.outcome == Outcome::pass ? "remark" : code_of(finding.outcome));
    row.set("text", finding.text);
    Json evidence = Json::array();
    for (const auto& place : finding.evidence) {
      Json at = Json::object();
      at.set("origin", place.origin);
      if (place.index) at.set("index", Json::natural(*place.index));
      evidence.add(std::move(at));
    }
    row.set("evidence", std::move(evidence));
    out.add(std::move(row));
  }
}

Json chart_json(const Chart& chart, Small small) {
  Json out = Json::object();
  out.set("id", chart.id);
  out.set("title", chart.title);
  out.set("row", chart.row_title);
  out.set("columns", texts(chart.columns));
  Json rows = Json::array();
  for (const auto& row : chart.rows) {
    Json line = Json::object();
    line.set("name", row.name);
    Json values = Json::array();
    // null: it is left out, since it is small.
    for (const auto value : row.values)
      values.add(small == Small::left_out && chart.is_small(value) ? Json() : Json::natural(value));
    line.set("values", std::move(values));
    rows.add(std::move(line));
  }
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace

Json report_json(const Audit& audit, const ReportOptions& options) {
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", "audit");
  out.set("verdict", code_of(audit.verdict()));
  out.set("sentence", audit.sentence());
  out.set("made", format_time(audit.now));
  out.set("period", period_text(audit.period));
  Json logs = Json::array(), checks = Json::array(), findings = Json::array(), charts = Json::array();
  for (std::size_t i = 0; i < audit.logs.size(); ++i) logs.add(log_json(audit, i));
  for (const auto& result : audit.checks) checks.add(check_json(result));
  for (const auto& result : audit.checks) add_findings(findings, result);
  for (const auto& chart : charts_of(audit)) charts.add(chart_json(chart, options.small));
  out.set("logs", std::move(logs));
  out.set("checks", std::move(checks));
  out.set("findings", std::move(findings));
  out.set("charts", std::move(charts));
  out.set("not_checked", texts(not_checked_of(audit)));
  return out;
}

std::string disclosures_csv(const Audit& audit) {
  std::string out = csv_line({"time", "from", "to", "role", "purpose", "basis", "classes", "fields passed on", "grant",
                              "note", "log", "entry"});
  for (const auto& row : disclosures_of(audit)) {
    std::string classes;
    for (const auto& code : row.classes) classes += (classes.empty() ? "" : " ") + code;
    out += csv_line({format_time(row.entry->event.time), row.from, row.to, row.role, row.purpose, row.basis, classes,
                     row.passed_on ? std::to_string(row.fields) : "", row.grant ? to_hex(*row.grant) : "",
                     to_hex(row.entry->event.object), audit.logs[row.entry->log].origin,
                     std::to_string(row.entry->index)});
  }
  return out;
}

std::string findings_csv(const Audit& audit) {
  std::string out = csv_line({"check", "outcome", "finding", "rule", "evidence", "what to do"});
  for (const auto& result : audit.checks)
    for (const auto& finding : result.findings) {
      std::string places;
      for (const auto& place : finding.evidence) places += (places.empty() ? "" : "; ") + place_of(place);
      const bool remark = finding.outcome == Outcome::pass;
      out += csv_line({std::string(result.check->id), remark ? "remark" : std::string(code_of(finding.outcome)),
                       finding.text, std::string(result.check->rule), places,
                       remark ? "" : std::string(result.check->advice)});
    }
  return out;
}

}  // namespace xch::audit
