#include "audit/accounting.hpp"

#include <algorithm>
#include <tuple>

#include "audit/csv.hpp"
#include "base/encoding.hpp"
#include "base/html.hpp"

namespace xch::audit {

const std::vector<AccountingRule>& accounting_rules() {
  static const std::vector<AccountingRule> kRules = {
      {"2.24", "42 CFR 2.24", 3, 30, "what an intermediary has passed on: to whom, when, and a short description", {}},
      {"2.25",
       "42 CFR 2.25",
       3,
       60,
       "what a Part 2 program has disclosed with consent",
       {Basis::originatorAuthority, Basis::seriousThreat, Basis::crimeOnPremises, Basis::medicalEmergency}},
      {"164.528",
       "45 CFR 164.528",
       6,
       60,
       "what a covered entity has disclosed, but for treatment, payment and operations and what the person authorised",
       {Basis::tpoConsent, Basis::hipaaAuthorization}},
  };
  return kRules;
}

const AccountingRule* accounting_rule(std::string_view id) {
  for (const auto& rule : accounting_rules())
    if (rule.id == id) return &rule;
  return nullptr;
}

Period look_back(const AccountingRule& rule, const Period& asked, Timestamp now) {
  // Years of the calendar: of a 29 February the first of March.
  const auto day = civil_from_days(static_cast<std::int64_t>(now.seconds / kDay));
  CivilDate first = day;
  first.year -= static_cast<decltype(first.year)>(rule.years);
  const std::int64_t days = days_from_civil(first);
  Period out = asked;
  if (days > 0) out.from = std::max(asked.from, Timestamp{static_cast<std::uint64_t>(days) * kDay});
  return out;
}

namespace {

bool went_through(const Via& via, const Digest& grant, const std::string& to) {
  if (via.members.count(to) != 0) return true;
  const auto found = via.of_grant.find(grant);
  return found != via.of_grant.end() && found->second.count(to) != 0;
}

std::string day_text(Timestamp at) { return format_time(at).substr(0, 10); }

}  // namespace

Accounting account_for(const Audit& audit, const AccountingAsked& asked) {
  Accounting out;
  out.rule = asked.rule;
  out.copy = asked.copy;
  out.via = asked.via ? asked.via->party : std::string();
  out.requested = asked.requested;
  if (asked.requested.seconds != 0) out.answer_by = asked.requested + asked.rule->days * kDay;
  out.period = audit.period;
  out.is_complete = is_complete(audit);
  for (auto& row : disclosures_of(audit)) {
    if (!row.grant || asked.grants.count(*row.grant) == 0) continue;
    if (asked.via && !went_through(*asked.via, *row.grant, row.to)) continue;
    const auto basis = parse_basis(row.basis).value_or(Basis::none);
    const auto& left_out = asked.rule->leaves_out;
    if (std::find(left_out.begin(), left_out.end(), basis) != left_out.end()) continue;
    std::optional<Timestamp> held;
    for (const auto& suspension : asked.suspensions)
      if (suspension.to == row.to && audit.now < suspension.until)
        held = std::max(held.value_or(Timestamp{}), suspension.until);
    if (held && asked.copy == Copy::person) continue;
    out.rows.push_back({std::move(row), held});
  }
  const auto place = [](const AccountingRow& row) {
    const Entry& entry = *row.disclosure.entry;
    return std::make_tuple(entry.event.time, entry.log, entry.index);
  };
  std::sort(out.rows.begin(), out.rows.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return out;
}

// ---- as a page, a table, JSON --------------------------------------------------------------------------------------

namespace {

std::string description(const Disclosure& row) {
  if (row.passed_on) return std::to_string(row.fields) + (row.fields == 1 ? " field" : " fields");
  std::string out;
  for (const auto& code : row.classes) out += (out.empty() ? "" : ", ") + code;
  return out.empty() ? "classes not said" : out;
}

std::string limits(const Audit& audit, const Accounting& accounting) {
  std::string out = accounting.is_complete ? "Every entry of the logs below was read and stands under its signed tree, "
                                             "so nothing that they tell is left out by accident."
                                           : "Not every entry of the logs below could be read, so something may be "
                                             "missing: exchange audit run says what.";
  std::string list;
  for (const auto& log : audit.logs)
    list += html::element(
        "li", html::escaped(log.origin + ": " + std::to_string(log.checkpoint ? log.checkpoint->size : 0) + " entries" +
                            (log.checkpoint ? ", root " + to_base64(log.checkpoint->root) : "") +
                            (log.latest.seconds == 0 ? "" : ", until " + format_time(log.latest)) + "."));
  return html::element("p", html::escaped(out)) + html::element("ul", list);
}

}  // namespace

std::string accounting_html(const Audit& audit, const Accounting& accounting) {
  const bool office = accounting.copy == Copy::office;
  std::string rows;
  for (const auto& row : accounting.rows) {
    const auto& d = row.disclosure;
    rows += "<tr>";
    const std::string cells[] = {format_time(d.entry->event.time).substr(0, 10),
                                 d.from,
                                 d.to,
                                 d.purpose,
                                 d.basis,
                                 description(d),
                                 place_of({audit.logs[d.entry->log].origin, d.entry->index})};
    for (const auto& cell : cells) rows += "<td>" + html::escaped(cell) + "</td>";
    if (office)
      rows += "<td>" +
              html::escaped(row.held_until ? "held back until " + format_time(*row.held_until).substr(0, 10) : "") +
              "</td>";
    rows += "</tr>\n";
  }
  std::string body = html::element("h1", "Accounting of disclosures");
  body += html::element("p", html::escaped("By " + std::string(accounting.rule->citation) + ": " +
                                           std::string(accounting.rule->what) + "."));
  body += html::element("p", html::escaped("Made " + format_time(audit.now).substr(0, 10) + "; disclosures " +
                                           period_text(accounting.period) + ". The rule reaches back " +
                                           std::to_string(accounting.rule->years) +
                                           " years, and a request in writing is answered within " +
                                           std::to_string(accounting.rule->days) + " days."));
  if (!accounting.via.empty())
    body += html::element("p", html::escaped("Only what was passed on through " + accounting.via + "."));
  if (accounting.requested.seconds != 0)
    body += html::element("p", html::escaped("Asked for in writing on " + day_text(accounting.requested) +
                                             "; to be answered by " + day_text(accounting.answer_by) + "."));
  if (office)
    body += html::element("p", "The office's copy. It is not for the person: it shows what is held back.",
                          "class=\"verdict\"");
  if (accounting.rows.empty()) {
    body += html::element("p", "There are none.");
  } else {
    std::string table = "<table>\n<thead><tr>";
    for (const char* head : {"date", "who", "to whom", "purpose", "basis", "what", "entry"})
      table += "<th scope=\"col\">" + std::string(head) + "</th>";
    if (office) table += "<th scope=\"col\">held back</th>";
    body += wide("Disclosures", table + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>");
  }
  body += html::element("h2", "What this list stands on") + limits(audit, accounting);
  body += html::element(
      "p", "Each entry named above can be proven with exchange log prove; whoever has the proof needs no other file.");
  body += html::element("h2", "Your rights");
  body += html::element("p",
                        "You may ask for this list, and ask again. You may take a consent back in writing; what was "
                        "disclosed before cannot be taken back. If something here should not have happened, you may "
                        "complain to the agency, and to the Secretary of the U.S. Department of Health and Human "
                        "Services (42 CFR 2.4, 45 CFR 160.306). Nobody may retaliate against you for it.");
  return page("Accounting of disclosures", body);
}

std::string accounting_csv(const Audit& audit, const Accounting& accounting) {
  const bool office = accounting.copy == Copy::office;
  std::vector<std::string> head = {"date", "who", "to whom", "purpose", "basis", "what", "log", "entry"};
  if (office) head.push_back("held back until");
  std::string out = csv_line(head);
  for (const auto& row : accounting.rows) {
    const auto& d = row.disclosure;
    std::vector<std::string> line = {format_time(d.entry->event.time),
                                     d.from,
                                     d.to,
                                     d.purpose,
                                     d.basis,
                                     description(d),
                                     audit.logs[d.entry->log].origin,
                                     std::to_string(d.entry->index)};
    if (office) line.push_back(row.held_until ? format_time(*row.held_until) : "");
    out += csv_line(line);
  }
  return out;
}

wire::Json accounting_json(const Audit& audit, const Accounting& accounting) {
  using wire::Json;
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", "accounting");
  out.set("rule", accounting.rule->citation);
  out.set("made", format_time(audit.now));
  out.set("period", period_text(accounting.period));
  if (!accounting.via.empty()) out.set("via", accounting.via);
  if (accounting.requested.seconds != 0) {
    out.set("requested", day_text(accounting.requested));
    out.set("answer_by", day_text(accounting.answer_by));
  }
  out.set("complete", Json::boolean(accounting.is_complete));
  Json rows = Json::array();
  for (const auto& row : accounting.rows) {
    const auto& d = row.disclosure;
    Json line = disclosure_json(audit, d);
    line.set("what", description(d));
    if (row.held_until) line.set("held_until", format_time(*row.held_until));
    rows.add(std::move(line));
  }
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace xch::audit
