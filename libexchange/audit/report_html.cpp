// The page of an audit, in the order in which it is read.
#include "audit/report.hpp"
#include "base/encoding.hpp"
#include "base/html.hpp"

namespace xch::audit {
namespace {

using html::element;
using html::escaped;

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::fail: return "FAIL";
    case Outcome::indeterminate: return "can't tell";
    case Outcome::not_checked: break;
  }
  return "not checked";
}
std::string state(Outcome outcome) {
  return "<span class=\"state " + std::string(code_of(outcome)) + "\">" + escaped(word_of(outcome)) + "</span>";
}
/// readable is a time as people write it: a line may break between day and hour.
std::string readable(Timestamp time) {
  const std::string text = format_time(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}
std::string paragraph(std::string_view text) { return element("p", escaped(text)); }

std::string verdict(const Audit& audit) {
  std::string out = element("h1", "Audit of exchange logs");
  out += paragraph("Made " + readable(audit.now) + "; events " + period_text(audit.period) + ".");
  out += element("p", escaped(audit.sentence()), "class=\"verdict " + std::string(code_of(audit.verdict())) + "\"");
  out += element("h2", "What was not checked");
  std::string list;
  for (const auto& text : not_checked_of(audit)) list += element("li", escaped(text));
  return out + element("ul", list);
}

std::string cells(std::initializer_list<std::string> row) {
  std::string out;
  for (const auto& cell : row) out += "<td>" + cell + "</td>";
  return "<tr>" + out + "</tr>\n";
}
std::string headed(const std::string& label, std::initializer_list<std::string_view> heads, const std::string& rows) {
  std::string head;
  for (const auto name : heads) head += "<th scope=\"col\">" + escaped(name) + "</th>";
  return wide(label, "<table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>");
}

/// The commands by which anybody with the folders comes to the same.
std::string commands(const Audit& audit) {
  std::string verify, run = "exchange audit run";
  for (const auto& log : audit.logs) {
    const std::string folder = quoted(log.source.folder.string());
    run += " \\\n  --log " + folder;
    if (!log.source.key) continue;
    const std::string key = quoted(log.source.key->text());
    verify += "exchange-verify log --log-key " + key + " " + folder + "\n";
    run += " --log-key " + key;
  }
  if (audit.period.from.seconds != 0) run += " \\\n  --from " + format_time(audit.period.from).substr(0, 10);
  if (audit.period.to.seconds != 0)
    run += " \\\n  --to " + format_time(Timestamp{audit.period.to.seconds - 1}).substr(0, 10);
  return "<pre><code>" + html::escaped_lines(verify + run) + "</code></pre>\n";
}

std::string identity(const Audit& audit, const ReportOptions& options) {
  std::string rows;
  for (std::size_t i = 0; i < audit.logs.size(); ++i) {
    const auto& log = audit.logs[i];
    const std::string size = log.checkpoint ? std::to_string(log.checkpoint->size) : "unknown";
    const std::string root = log.checkpoint ? to_base64(log.checkpoint->root) : "unknown";
    rows += cells({escaped(audit.owners[i] ? audit.name_of(*audit.owners[i]) : "not known"),
                   "<span class=\"mono\">" + escaped(log.origin) + "</span>", size, std::to_string(log.entries.size()),
                   log.latest.seconds == 0 ? "unknown" : readable(log.latest),
                   "<span class=\"mono\">" + escaped(root) + "</span>"});
  }
  std::string out = element("h2", "Which logs, and how to repeat this");
  out += headed("Logs", {"agency", "log", "entries", "events read", "until", "root"}, rows);
  out += paragraph("Made by " + options.version +
                   ". The signatures, the tree and every entry can be checked without it, by exchange-verify or any "
                   "program that reads C2SP logs:");
  return out + commands(audit);
}

std::string numbers(const Audit& audit, const ReportOptions& options) {
  std::string out = element("h2", "Numbers");
  if (options.small == Small::left_out)
    out += paragraph("A count from 1 to " + std::to_string(kSmallCell - 1) +
                     " is not shown: so few people could be recognised by it.");
  for (const auto& chart : charts_of(audit)) out += figure(chart, options.small);
  return out;
}

std::string finding_html(const CheckResult& result, const Finding& finding) {
  std::string places;
  for (const auto& place : finding.evidence) places += (places.empty() ? "" : "; ") + place_of(place);
  const bool remark = finding.outcome == Outcome::pass;
  const std::string word = remark ? "<span class=\"state\">remark</span>" : state(finding.outcome);
  const std::string check = "<code>" + std::string(result.check->id) + "</code>";
  return element("div",
                 element("p", word + " " + escaped(finding.text)) +
                     element("p", "Evidence: " + escaped(places) + ". Check: " + check + ".", "class=\"quiet\""),
                 "class=\"finding " + std::string(code_of(finding.outcome)) + "\"");
}

/// What the findings of one check come to, said once for all of them.
std::string advice(const CheckInfo& check, Outcome outcome) {
  if (outcome == Outcome::pass) return "";
  const std::string lead = outcome == Outcome::fail ? "What it means: " : "What it would mean: ";
  return paragraph(lead + std::string(check.meaning)) + paragraph("What to do: " + std::string(check.advice)) +
         element("p", escaped("Rule: " + std::string(check.rule) + "."), "class=\"quiet\"");
}

/// Findings of one severity; of a check that has many, the first ones.
std::string findings_of(const Audit& audit, Outcome outcome) {
  constexpr std::size_t kShown = 25;
  std::string out;
  for (const auto& result : audit.checks) {
    std::size_t count = 0;
    for (const auto& finding : result.findings)
      if (finding.outcome == outcome && ++count <= kShown) out += finding_html(result, finding);
    if (count > kShown)
      out += paragraph("And " + std::to_string(count - kShown) + " more of this check: findings.csv has them.");
    if (count != 0) out += advice(*result.check, outcome);
  }
  return out;
}

std::string findings(const Audit& audit) {
  std::string out = element("h2", "Findings");
  const std::pair<Outcome, std::string_view> kinds[] = {
      {Outcome::fail, "What fails"}, {Outcome::indeterminate, "What cannot be told"}, {Outcome::pass, "Remarks"}};
  bool any = false;
  for (const auto& [outcome, title] : kinds) {
    const std::string list = findings_of(audit, outcome);
    if (list.empty()) continue;
    any = true;
    out += element("h3", escaped(title)) + list;
  }
  return any ? out : out + paragraph("There are none.");
}

std::string appendix(const Audit& audit) {
  std::string rows;
  for (const auto& result : audit.checks)
    rows += cells({"<code>" + escaped(result.check->id) + "</code>", escaped(result.check->question),
                   state(result.outcome), escaped(result.summary), escaped(result.check->rule)});
  return element("h2", "Every check") + headed("Checks", {"check", "asks", "outcome", "in short", "rule"}, rows);
}

}  // namespace

std::string report_html(const Audit& audit, const ReportOptions& options) {
  return page("Audit of exchange logs: " + std::string(word_of(audit.verdict())),
              verdict(audit) + identity(audit, options) + numbers(audit, options) + findings(audit) + appendix(audit));
}

}  // namespace xch::audit
