#include "audit/check.hpp"

namespace xch::audit {

// ---- the index -----------------------------------------------------------------------------------------------------

namespace {

template <class Map>
void earliest(Map& map, const Digest& key, Timestamp time) {
  const auto [at, is_new] = map.emplace(key, time);
  if (!is_new) at->second = std::min(at->second, time);
}

/// What a status event says: that a list was made, or that a grant was revoked. Agencies write down what they are told
/// ("what"), a consent office what it did itself.
void learn_status(Index& index, const Entry& e) {
  const auto& what = e.text("what");
  if (what == "list" || what == "two-bodies-of-one-version")
    earliest(index.issued, e.event.object, {e.number("issued")});
  if (e.event.detail.find("list_version") != nullptr) earliest(index.issued, e.event.object, e.event.time);
  const auto* state = e.event.detail.find("state");
  const bool pending = e.event.detail.find("pending") != nullptr;
  if (state == nullptr || pending || e.number("state") != static_cast<std::uint64_t>(GrantState::revoked)) return;
  earliest(index.revoked, e.event.object, what == "state-changed" ? Timestamp{e.number("from")} : e.event.time);
}

}  // namespace

Index::Index(const Audit& audit) {
  for (const auto& log : audit.logs) {
    for (const auto& e : log.entries) {
      const Digest& object = e.event.object;
      switch (e.event.kind) {
        case EventKind::sealed: sealed[object].push_back(&e); break;
        case EventKind::disclosed:
          disclosed.push_back(&e);
          disclosed_by[object].push_back(&e);
          break;
        case EventKind::opened:
        case EventKind::reopened:
          opened.push_back(&e);
          opened_by[object].push_back(&e);
          break;
        case EventKind::received: received.push_back(&e); break;
        case EventKind::denied: denied.push_back(&e); break;
        case EventKind::receipt:
          if (e.text("what") != "note-opened") break;
          receipts.push_back(&e);
          receipts_by[object].push_back(&e);
          break;
        case EventKind::courtOrder: orders[object].push_back(&e); break;
        case EventKind::breakGlass: emergencies.push_back(&e); break;
        case EventKind::redaction:
        case EventKind::presentation:
        case EventKind::release: onward.push_back(&e); break;
        case EventKind::status: learn_status(*this, e); break;
        default: break;
      }
    }
  }
}

// ---- one check at work ---------------------------------------------------------------------------------------------

std::string said(Code code) {
  const auto& line = info(code);
  return std::string(line.text) + " (" + std::string(line.id) + ")";
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string day_text(Timestamp time) { return format_time(time).substr(0, 10); }

std::string short_hex(const Digest& digest) { return to_hex(digest).substr(0, 12); }

Work::Work(const Audit& of, const Index& entries, std::string_view id) : audit(of), index(entries) {
  for (const auto& row : check_list())
    if (row.id == id) out_.check = &row;
}

void Work::finding(Outcome outcome, std::string text, std::vector<Evidence> evidence) {
  out_.outcome = std::max(out_.outcome, outcome);
  out_.failed += outcome == Outcome::fail ? 1 : 0;
  out_.undecided += outcome == Outcome::indeterminate ? 1 : 0;
  if (out_.findings.size() < kFindingsMax) out_.findings.push_back({outcome, std::move(text), std::move(evidence)});
}

CheckResult Work::not_asked(std::string why) && {
  out_.outcome = Outcome::not_checked;
  out_.summary = std::move(why);
  return std::move(out_);
}

CheckResult Work::done(std::string_view one, std::string_view many, const std::string& well) && {
  if (out_.looked_at == 0 && out_.findings.empty()) {
    out_.summary = "there were no " + std::string(many) + ".";
    return std::move(out_);
  }
  out_.summary = counted(out_.looked_at, one, many) + ": ";
  if (out_.failed != 0) out_.summary += counted(out_.failed, "fails", "fail");
  if (out_.undecided != 0)
    out_.summary += (out_.failed != 0 ? ", " : "") + counted(out_.undecided, "cannot be told", "cannot be told");
  if (out_.failed + out_.undecided == 0) out_.summary += well;
  out_.summary += ".";
  return std::move(out_);
}

CheckResult Work::done_of_entries(std::string_view one, std::string_view many, const std::string& well) && {
  bool hidden = false;
  for (const auto& log : audit.logs) hidden = hidden || log.hides(audit.period.from, audit.period.to);
  CheckResult out = std::move(*this).done(one, many, well);
  if (!hidden || out.outcome == Outcome::fail) return out;
  out.outcome = Outcome::indeterminate;
  out.summary.back() = ',';
  out.summary += " as far as the entries could be read.";
  return out;
}

void Work::missing(std::size_t place, Timestamp when, const std::string& text, std::vector<Evidence> evidence) {
  const auto& log = audit.logs[place];
  if (!log.is_complete()) return cannot_tell(text + ", and that log could not be read whole.", std::move(evidence));
  if (log.latest < when) return cannot_tell(text + ", and the copy of that log ends before.", std::move(evidence));
  fails(text + ".", std::move(evidence));
}

// ---- the audit -----------------------------------------------------------------------------------------------------

namespace {

/// A log's name ends with the agency's name ("<coalition>/police"). Where the roster does not know it, a note that was
/// sealed in this log and opened in another tells whose it is: the opener's entry names the sender.
void find_owners(Audit& audit, const Index& index) {
  audit.owners.resize(audit.logs.size());
  for (std::size_t i = 0; i < audit.logs.size(); ++i) {
    const auto& origin = audit.logs[i].origin;
    const std::string name = origin.substr(origin.rfind('/') + 1);
    for (const auto& party : audit.parties)
      if (party.name == name && audit.logs[i].readable()) audit.owners[i] = party.id;
  }
  for (const auto* e : index.opened) {
    const auto sender = e->hex<PartyId>("sender");
    for (const auto* seal : index.of(index.sealed, e->event.object))
      if (sender && !audit.owners[seal->log]) audit.owners[seal->log] = *sender;
  }
}

Audit read(const Given& given, DayKeys& keys) {
  Audit out;
  out.parties = given.parties;
  out.period = given.period;
  out.now = given.now;
  for (const auto& home : given.homes) out.grants.insert(out.grants.end(), home.grants.begin(), home.grants.end());
  for (const auto& source : given.logs) out.logs.push_back(read_log(source, out.logs.size(), keys, given.witnesses, given.tell));
  return out;
}

}  // namespace

Audit read_logs(const Given& given, DayKeys& keys) {
  Audit out = read(given, keys);
  find_owners(out, Index(out));
  return out;
}

Audit run_audit(const Given& given, DayKeys& keys) {
  Audit out = read(given, keys);
  const Index index(out);
  find_owners(out, index);
  std::vector<CheckResult> results;
  check_logs(out, index, given, results);
  check_notes(out, index, results);
  check_rights(out, index, given, results);
  check_duties(out, index, given, results);
  check_journals(out, index, given, results);
  for (const auto& row : check_list())
    for (auto& result : results)
      if (result.check == &row) out.checks.push_back(std::move(result));
  return out;
}

Outcome Audit::verdict() const {
  Outcome out = logs.empty() ? Outcome::indeterminate : Outcome::not_checked;
  for (const auto& result : checks) out = std::max(out, result.outcome);
  return out == Outcome::not_checked ? Outcome::indeterminate : out;  // where nothing was asked, nothing was proven
}

std::string Audit::sentence() const {
  std::uint64_t failed = 0, undecided = 0, passed = 0;
  for (const auto& result : checks) {
    failed += result.outcome == Outcome::fail ? 1 : 0;
    undecided += result.outcome == Outcome::indeterminate ? 1 : 0;
    passed += result.outcome == Outcome::pass ? 1 : 0;
  }
  const std::string of = " of " + counted(passed + failed + undecided, "check", "checks");
  switch (verdict()) {
    case Outcome::fail:
      return "FAIL: " + std::to_string(failed) + of + (failed == 1 ? " fails" : " fail") +
             (undecided == 0 ? "." : ", and " + std::to_string(undecided) + " cannot be told.");
    case Outcome::pass: return "PASS: what these logs say holds; " + std::to_string(passed) + of + " passed.";
    default: return "CAN'T TELL: nothing fails, but " + std::to_string(undecided) + of + " cannot be told.";
  }
}

const CheckResult* Audit::check(std::string_view id) const {
  for (const auto& result : checks)
    if (result.check->id == id) return &result;
  return nullptr;
}

std::string Audit::name_of(const PartyId& party) const {
  for (const auto& known : parties)
    if (known.id == party) return known.name;
  for (std::size_t i = 0; i < owners.size(); ++i)
    if (owners[i] == party) return logs[i].origin;
  return to_hex(party).substr(0, 8);
}

std::string Audit::owner_name(std::size_t log) const {
  return owners[log] ? name_of(*owners[log]) : logs[log].origin;
}

std::size_t Audit::log_of(const std::optional<PartyId>& party) const {
  for (std::size_t i = 0; party && i < owners.size(); ++i)
    if (owners[i] == *party) return i;
  return kNoLog;
}

}  // namespace xch::audit
