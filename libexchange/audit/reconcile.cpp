#include "audit/reconcile.hpp"

#include <tuple>

#include "audit/check.hpp"

namespace xch::audit {

std::string_view code_of(State state) {
  switch (state) {
    case State::waits: return "waits";
    case State::on_its_way: return "on-its-way";
    case State::opened_again: return "opened-again";
    case State::refused: return "refused";
    case State::not_delivered: return "not-delivered";
    case State::opened_twice: return "opened-twice";
    case State::not_logged: break;
  }
  return "not-logged";
}

namespace {

class Reconciler {
 public:
  Reconciler(const Audit& audit, Reconciled& out) : audit_(audit), index_(audit), out_(out) {}

  /// What a home's journal says and its log does not.
  void journal(const ReadLog& log, const std::vector<session::JournalRow>& rows) {
    const std::string from = audit_.owner_name(static_cast<std::size_t>(&log - audit_.logs.data()));
    for (const auto& line : compare_journal(log, rows).unlogged) {
      if (line.row->kind != EventKind::sealed || !audit_.period.holds(line.row->time)) continue;
      add({line.waits ? State::waits : State::not_logged, line.row->time, line.row->object, {}, from, "",
           line.waits ? "It stands in the journal, and waits for the next batch of the log."
                      : "It stands in line " + std::to_string(line.row->seq) + " of the journal, and not in the log.",
           Evidence{log.origin, {}}});
    }
  }

  /// A note that others have opened and that its sender's log, which was read whole, does not have.
  void seals() {
    std::set<Digest> asked;
    for (const auto* e : index_.opened) {
      const auto sender = e->hex<PartyId>("sender");
      const std::size_t place = audit_.log_of(sender);
      if (!audit_.period.holds(e->event.time) || place == kNone || !asked.insert(e->event.object).second) continue;
      const auto& log = audit_.logs[place];
      if (!log.is_complete() || log.latest < e->event.time || is_sealed_in(place, e->event.object)) continue;
      add({State::not_logged, e->event.time, e->event.object, {}, audit_.owner_name(place), audit_.owner_name(e->log),
           "It was opened, and its sender's log does not have it.", at(*e)});
    }
  }

  void disclosures() {
    for (const auto* e : index_.disclosed) {
      const auto to = e->hex<PartyId>("to");
      if (!audit_.period.holds(e->event.time) || (to && audit_.owners[e->log] == *to)) continue;
      if (e->text("role") == code_of(Role::ext)) continue;  // who is in no roster sends no receipt
      ++out_.disclosed;
      disclosure(*e, to);
    }
  }

  void opens() {
    std::map<std::pair<std::size_t, Digest>, const Entry*> first;
    for (const auto* e : index_.opened) {
      if (!audit_.period.holds(e->event.time)) continue;
      const bool repeat = e->event.kind == EventKind::reopened;
      const bool is_new = repeat || first.emplace(std::make_pair(e->log, e->event.object), e).second;
      if (!repeat && is_new) continue;
      const auto sender = e->hex<PartyId>("sender");
      add({repeat ? State::opened_again : State::opened_twice, e->event.time, e->event.object, {},
           sender ? audit_.name_of(*sender) : "", audit_.owner_name(e->log),
           repeat ? "It was opened again, and recorded as a repeat." : "It was opened for the first time twice.", at(*e)});
    }
  }

  void outbox(const Waiting& waiting) {
    const std::string hash = to_hex(waiting.envelope);
    const bool came = std::any_of(index_.received.begin(), index_.received.end(),
                                  [&](const Entry* e) { return e->event.object == waiting.envelope; });
    add({State::waits, {}, {}, waiting.envelope, waiting.from, waiting.to,
         came ? "It lies in the outbox still, and has come to its recipient."
              : "It lies in the outbox, for the courier to take.", {}});
  }

 private:
  static constexpr std::size_t kNone = Audit::kNoLog;

  void add(ReconcileRow row) { out_.rows.push_back(std::move(row)); }
  Evidence at(const Entry& e) const { return {audit_.logs[e.log].origin, e.index}; }
  bool is_sealed_in(std::size_t log, const Digest& header) const {
    for (const auto* seal : index_.of(index_.sealed, header))
      if (seal->log == log) return true;
    return false;
  }

  /// By a receipt in the sender's log, or by what the recipient's own log says.
  bool came(const Entry& e, const std::optional<PartyId>& to, std::size_t place) const {
    for (const auto* receipt : index_.of(index_.receipts_by, e.event.object))
      if (receipt->log == e.log && to && receipt->hex<PartyId>("reader") == *to) return true;
    for (const auto* open : index_.of(index_.opened_by, e.event.object))
      if (open->log == place) return true;
    return false;
  }

  void disclosure(const Entry& e, const std::optional<PartyId>& to) {
    const std::size_t place = audit_.log_of(to);
    if (came(e, to, place)) {
      ++out_.delivered;
      return;
    }
    const std::string from = audit_.owner_name(e.log), who = to ? audit_.name_of(*to) : "not said";
    for (const auto* denied : index_.denied) {
      if (denied->log != place || denied->event.object != e.event.object) continue;
      return add({State::refused, denied->event.time, e.event.object, {}, from, who,
                  "It was refused: " + denied->text("code") + " (" + denied->text("id") + ").", at(*denied)});
    }
    const bool young = audit_.now < e.event.time + kReceiptTravels;
    const std::string by = place == kNone ? "No receipt of it has come" : "It was not opened, and no receipt has come";
    add({young ? State::on_its_way : State::not_delivered, e.event.time, e.event.object, {}, from, who,
         by + (young ? " yet." : " in a week."), at(e)});
  }

  const Audit& audit_;
  const Index index_;
  Reconciled& out_;
};

}  // namespace

Outcome Reconciled::outcome() const {
  Outcome out = is_complete ? Outcome::pass : Outcome::indeterminate;
  for (const auto& row : rows) {
    if (row.state >= State::opened_twice) out = Outcome::fail;
    else if (row.state == State::not_delivered) out = std::max(out, Outcome::indeterminate);
  }
  return out;
}

Reconciled reconcile(const Audit& audit, const std::vector<JournalOf>& journals, const std::vector<Waiting>& waiting) {
  Reconciled out;
  out.is_complete = is_complete(audit);
  Reconciler work(audit, out);
  for (const auto& journal : journals)
    for (const auto& log : audit.logs)
      if (log.source.key && log.source.key->text() == journal.log_key) work.journal(log, journal.rows);
  work.seals();
  work.disclosures();
  work.opens();
  for (const auto& envelope : waiting) work.outbox(envelope);
  const auto place = [](const ReconcileRow& row) {
    return std::make_tuple(-static_cast<int>(row.state), row.time, row.note, row.from, row.to, row.text);
  };
  std::sort(out.rows.begin(), out.rows.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return out;
}

wire::Json reconcile_json(const Audit& audit, const Reconciled& reconciled) {
  using wire::Json;
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", "reconcile");
  out.set("outcome", code_of(reconciled.outcome()));
  out.set("made", format_time(audit.now));
  out.set("period", period_text(audit.period));
  out.set("complete", Json::boolean(reconciled.is_complete));
  out.set("disclosed", Json::natural(reconciled.disclosed));
  out.set("delivered", Json::natural(reconciled.delivered));
  Json rows = Json::array();
  for (const auto& row : reconciled.rows) {
    Json line = Json::object();
    line.set("state", code_of(row.state));
    if (row.time.seconds != 0) line.set("time", format_time(row.time));
    if (row.note) line.set("note", to_hex(*row.note));
    if (row.envelope) line.set("envelope", to_hex(*row.envelope));
    line.set("from", row.from);
    line.set("to", row.to);
    line.set("text", row.text);
    if (row.evidence) line.set("origin", row.evidence->origin);
    if (row.evidence && row.evidence->index) line.set("index", Json::natural(*row.evidence->index));
    rows.add(std::move(line));
  }
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace xch::audit
