// Checks of duties: an order of a court has its facts, and keys are erased when they are due.
#include "audit/check.hpp"

namespace xch::audit {
namespace {

// ---- orders of a court ---------------------------------------------------------------------------------------------

/// What a court has to find, by the paragraph. An auditor holds the entries against the rule, and not against what the
/// office's program took the rule to be.
std::vector<std::string_view> findings_of(Basis basis) {
  switch (basis) {
    case Basis::order264: return {"fictitious-name", "notice-given", "no-other-way", "public-interest"};
    case Basis::order265:
      return {"holder-heard", "extremely-serious-crime", "substantial-value", "no-other-way", "public-interest"};
    case Basis::order266: return {"no-other-way", "public-interest"};
    case Basis::order267: return {"crime-in-program", "no-other-way", "public-interest"};
    default: return {};
  }
}

bool names(std::string_view list, std::string_view word) {
  return (" " + std::string(list) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

/// lacking is what is wrong with an order as the basis of a disclosure; nothing where all is there.
std::string lacking(const Entry& order, const Entry& disclosed, Basis basis) {
  if (order.text("basis") != disclosed.text("basis")) return "is one by another paragraph";
  if (!order.hex<Digest>("paper")) return "does not say which paper it is";
  const std::uint64_t ordered = order.number("ordered");
  if (ordered == 0) return "does not say on which day it was made";
  if (ordered > disclosed.event.time.seconds) return "was made after that";
  for (const auto finding : findings_of(basis))
    if (!names(order.text("findings"), finding)) return "lacks a finding of the court: " + std::string(finding);
  return "";
}

/// office_of is whose log has to have the order: the authority that a taker of the grant has written down.
std::optional<PartyId> office_of(const Audit& audit, const Digest& grant) {
  for (const auto& log : audit.logs)
    for (const auto& e : log.entries)
      if (e.event.kind == EventKind::grant && e.event.object == grant)
        if (const auto authority = e.hex<PartyId>("authority")) return authority;
  return std::nullopt;
}

void check_order(Work& work, const Entry& e, Basis basis) {
  const std::string note =
      "The note " + short_hex(e.event.object) + " was disclosed in " + work.origin_of(e) + " by order of a court";
  const auto grant = e.hex<Digest>("grant");
  const auto& orders = grant ? work.index.of(work.index.orders, *grant) : Entries();
  if (orders.empty()) {
    const auto office = grant ? office_of(work.audit, *grant) : std::nullopt;
    const std::size_t place = work.audit.log_of(office);
    if (place == Audit::kNoLog)
      return work.cannot_tell(note + ", and the log of the office that took the order in was not given.",
                              {work.at(e)});
    return work.missing(place, e.event.time, note + ", which the log of " + work.audit.name_of(*office) +
                                                 " does not have", {work.at(e)});
  }
  std::string wrong;
  for (const auto* order : orders) {
    wrong = lacking(*order, e, basis);
    if (wrong.empty()) return;
  }
  work.fails(note + ", and the order " + wrong + ".", {work.at(e), work.at(*orders.back())});
}

CheckResult check_orders(const Audit& audit, const Index& index) {
  Work work(audit, index, "court-order");
  for (const auto* e : index.disclosed) {
    const auto basis = parse_basis(e->text("basis")).value_or(Basis::none);
    if (!work.in_period(*e) || findings_of(basis).empty()) continue;
    work.looked();
    check_order(work, *e, basis);
  }
  return std::move(work).done_of_entries("disclosure by order of a court", "disclosures by order of a court",
                                         "each order has its paper, its day and its findings");
}

// ---- retention -----------------------------------------------------------------------------------------------------

/// Erasing is done by a command that somebody, or cron, runs: after a week it is overdue.
constexpr std::uint64_t kErasingTakes = 7 * kDay;

/// How long keys are kept after their end. Of several policy packs the longest counts: which one a home went by on that
/// day, no entry says.
std::uint64_t window_of(const Given& given) {
  constexpr std::uint64_t kDefaultDays = 30;
  std::uint64_t days = given.packs.empty() ? kDefaultDays : 0;
  for (const auto& [hash, pack] : given.packs) days = std::max<std::uint64_t>(days, pack.retention_days);
  return days * kDay;
}

/// due_of is when what an entry speaks of has to be erased: an encryption key that was retired, the keys of a consent
/// that was revoked.
std::optional<Timestamp> due_of(const Index& index, const Entry& e, std::uint64_t window) {
  if (e.event.kind == EventKind::keyRecord && e.text("what") == "retired") return Timestamp{e.number("opens-until")};
  if (e.event.kind != EventKind::grant || e.text("grant-id").empty()) return std::nullopt;
  const auto at = index.revoked.find(e.event.object);
  if (at == index.revoked.end()) return std::nullopt;
  return at->second + window;
}

bool says_erased(const Entry& e) {
  const std::string_view word = e.event.kind == EventKind::keyRecord ? "erased" : "keys-erased";
  return (e.event.kind == EventKind::keyRecord || e.event.kind == EventKind::grant) && e.text("what") == word;
}

void check_log(Work& work, std::size_t place, std::uint64_t window) {
  const auto& log = work.audit.logs[place];
  std::set<Digest> erased, asked;
  for (const auto& e : log.entries)
    if (says_erased(e)) erased.insert(e.event.object);
  for (const auto& e : log.entries) {
    const auto due = due_of(work.index, e, window);
    if (!due || !work.audit.period.holds(*due) || log.latest < *due + kErasingTakes) continue;
    if (!asked.insert(e.event.object).second) continue;
    work.looked();
    if (erased.count(e.event.object) != 0) continue;
    const std::string what = e.event.kind == EventKind::keyRecord ? "The encryption key " : "The keys of the consent ";
    work.missing(place, *due + kErasingTakes,
                 what + short_hex(e.event.object) + " had to be erased by " + day_text(*due) + ", and " + log.origin +
                     " does not say that they were",
                 {work.at(e)});
  }
}

/// What a home still holds. Its log tells when a key was retired or a consent revoked, and not when they end by
/// themselves; the home does.
void check_home(Work& work, const HomeOf& home, const std::string& origin, std::uint64_t window) {
  const auto ask = [&](Timestamp due, bool is_there, const std::string& what) {
    if (!work.audit.period.holds(due) || work.audit.now < due + kErasingTakes) return;
    work.looked();
    if (is_there)
      work.fails(what + " had to be erased by " + day_text(due) + ", and lies in the home of " + origin + " still.",
                 {{origin, {}}});
  };
  for (const auto& grant : home.grants)
    ask(grant.not_after + window, !grant.keys_erased, "The keys of the consent " + short_hex(retag<Digest>(grant.hash)));
  for (const auto& key : home.keys)
    if (key.erase_at) ask(*key.erase_at, key.here, "The encryption key " + short_hex(retag<Digest>(key.key.id)));
}

CheckResult check_retention(const Audit& audit, const Index& index, const Given& given) {
  Work work(audit, index, "retention");
  const std::uint64_t window = window_of(given);
  for (std::size_t i = 0; i < audit.logs.size(); ++i) {
    check_log(work, i, window);
    for (const auto& home : given.homes)
      if (audit.logs[i].source.key && audit.logs[i].source.key->text() == home.log_key)
        check_home(work, home, audit.logs[i].origin, window);
  }
  return std::move(work).done_of_entries("key that is past its time", "keys that are past their time", "each erased");
}

}  // namespace

void check_duties(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out) {
  out.push_back(check_orders(audit, index));
  out.push_back(check_retention(audit, index, given));
}

}  // namespace xch::audit
