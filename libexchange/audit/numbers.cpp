#include "audit/numbers.hpp"

#include "audit/check.hpp"

namespace xch::audit {
namespace {

/// Counter counts by two names and makes a chart of it: rows and columns in their order.
class Counter {
 public:
  void add(const std::string& row, const std::string& column) { ++counts_[row][column]; }
  Chart chart(std::string id, std::string title, std::string description, std::string row_title) && {
    Chart out;
    out.id = std::move(id);
    out.title = std::move(title);
    out.description = std::move(description);
    out.row_title = std::move(row_title);
    std::set<std::string> columns;
    for (const auto& [row, values] : counts_)
      for (const auto& [column, count] : values) columns.insert(column);
    out.columns.assign(columns.begin(), columns.end());
    for (const auto& [row, values] : counts_) {
      Chart::Row line{row, {}};
      for (const auto& column : out.columns) {
        const auto at = values.find(column);
        line.values.push_back(at == values.end() ? 0 : at->second);
      }
      out.rows.push_back(std::move(line));
    }
    return out;
  }

 private:
  std::map<std::string, std::map<std::string, std::uint64_t>> counts_;
};

std::vector<std::string> classes_of(const Entry& e) {
  std::set<std::string> out;
  const auto* list = e.event.detail.find("compartments");
  if (list != nullptr && list->is_array())
    for (const auto& item : list->items()) {
      const Compartment compartment(static_cast<std::uint16_t>(item.as_natural()));
      const auto code = code_of(compartment.field_class());
      out.emplace(code.empty() ? std::to_string(compartment.value >> 6) : std::string(code));
    }
  return {out.begin(), out.end()};
}

std::string or_none(const std::string& code) { return code.empty() ? "not said" : code; }

Chart revocation_hours(const Audit& audit, const Index& index) {
  Chart out;
  out.id = "revocations";
  out.title = "Hours from a revocation to the last open";
  out.description =
      "For each grant that was revoked: how many hours later a note under it was opened for the last time; "
      "0 where none was.";
  out.row_title = "grant";
  out.columns = {"hours"};
  out.is_count = false;
  std::map<std::string, std::uint64_t> last;
  for (const auto& [grant, time] : index.revoked)
    if (audit.period.holds(time)) last[to_hex(grant).substr(0, 12)] = 0;
  for (const auto* e : index.opened) {
    const auto grant = e->hex<Digest>("grant");
    const auto at = grant ? index.revoked.find(*grant) : index.revoked.end();
    if (at == index.revoked.end() || e->event.time <= at->second) continue;
    const auto row = last.find(to_hex(*grant).substr(0, 12));
    if (row != last.end()) row->second = std::max(row->second, (e->event.time.seconds - at->second.seconds) / kHour);
  }
  for (const auto& [grant, hours] : last) out.rows.push_back({grant, {hours}});
  return out;
}

std::string_view state_of(const session::GrantSummary& grant, Timestamp now) {
  if (grant.state == GrantState::revoked) return "revoked";
  if (grant.not_after < now) return "ended";
  return grant.state == GrantState::suspended ? "suspended" : "in force";
}

Chart grants_by_end(const Audit& audit) {
  Counter months;
  for (const auto& grant : audit.grants)
    if (!grant.superseded)
      months.add(format_time(grant.not_after).substr(0, 7), std::string(state_of(grant, audit.now)));
  return std::move(months).chart("grants", "Consents, by the month in which they end",
                                 "How many of the consents that this home holds end in each month, and how they stand. "
                                 "A consent that a newer version has replaced is not counted.",
                                 "month");
}

/// Minutes from the newest batch of a log to each witness's signature over it.
Chart witness_delay(const Audit& audit) {
  Chart out;
  out.id = "witnesses";
  out.title = "Minutes until the witnesses signed";
  out.description = "For each log and each witness that has signed its checkpoint: how many minutes after the newest "
                    "entry. A witness that has not signed it has no row.";
  out.row_title = "log and witness";
  out.columns = {"minutes"};
  out.is_count = false;
  for (const auto& log : audit.logs)
    for (const auto& cosigner : log.cosigners) {
      const std::uint64_t from = log.latest.seconds, to = cosigner.time.seconds;
      out.rows.push_back({log.origin + ", " + cosigner.name, {to < from ? 0 : (to - from) / kMinute}});
    }
  return out;
}

}  // namespace

wire::Json disclosure_json(const Audit& audit, const Disclosure& disclosure) {
  using wire::Json;
  Json out = Json::object();
  out.set("time", format_time(disclosure.entry->event.time));
  out.set("from", disclosure.from);
  out.set("to", disclosure.to);
  out.set("purpose", disclosure.purpose);
  out.set("basis", disclosure.basis);
  out.set("grant", disclosure.grant ? to_hex(*disclosure.grant) : "");
  out.set("origin", audit.logs[disclosure.entry->log].origin);
  out.set("index", Json::natural(disclosure.entry->index));
  return out;
}

std::vector<Disclosure> disclosures_of(const Audit& audit, Archive archive) {
  std::vector<Disclosure> out;
  for (const auto& log : audit.logs) {
    for (const auto& e : log.entries) {
      const bool presented = e.event.kind == EventKind::presentation && e.text("what") == "presented";
      // 42 CFR 2.51: without a grant, and so without one of its purposes.
      const bool emergency = e.event.kind == EventKind::breakGlass && e.text("what") == "told";
      if (e.event.kind != EventKind::disclosed && !presented && !emergency) continue;
      if (!audit.period.holds(e.event.time)) continue;
      const auto to = e.hex<PartyId>(presented || emergency ? "with" : "to");
      if (archive == Archive::without && to && audit.owners[e.log] == *to) continue;
      Disclosure row;
      row.entry = &e;
      row.from = audit.owner_name(e.log);
      row.to = to ? audit.name_of(*to) : "not said";
      row.purpose = emergency ? code_of(Purpose::etreat) : or_none(e.text("purpose"));
      row.basis = emergency ? code_of(Basis::medicalEmergency) : or_none(e.text("basis"));
      row.role = or_none(e.text("role"));
      row.classes = classes_of(e);
      row.grant = e.hex<Digest>(presented ? "under" : "grant");
      row.passed_on = presented || emergency;
      row.fields = e.number("fields");
      out.push_back(std::move(row));
    }
  }
  return out;
}

bool is_complete(const Audit& audit) {
  for (const auto& log : audit.logs)
    if (!log.is_complete() || !log.source.key) return false;
  return !audit.logs.empty();
}

std::vector<Chart> charts_of(const Audit& audit) {
  const Index index(audit);
  Counter months, pairs, classes, refusals;
  for (const auto& row : disclosures_of(audit)) {
    months.add(format_time(row.entry->event.time).substr(0, 7), row.purpose);
    pairs.add(row.from, row.to);
    for (const auto& code : row.classes) classes.add(code, "disclosures");
  }
  for (const auto* e : index.denied)
    if (audit.period.holds(e->event.time)) refusals.add(or_none(e->text("id")) + " " + e->text("code"), "refusals");
  std::vector<Chart> out;
  out.push_back(std::move(months).chart(
      "months", "Disclosures a month, by purpose",
      "How many notes went to a recipient, or fields were passed on, in each month, for which purpose.", "month"));
  out.push_back(std::move(pairs).chart("pairs", "Who disclosed to whom",
                                       "How many disclosures each agency made to each other one.", "from"));
  out.push_back(std::move(classes).chart("classes", "Classes disclosed",
                                         "In how many disclosures each class of fields was contained.", "class"));
  out.push_back(std::move(refusals).chart(
      "refusals", "Refused, by reason",
      "How many envelopes and requests were refused, by the error that was written down.", "reason"));
  out.push_back(grants_by_end(audit));
  out.push_back(revocation_hours(audit, index));
  out.push_back(witness_delay(audit));
  return out;
}

}  // namespace xch::audit
