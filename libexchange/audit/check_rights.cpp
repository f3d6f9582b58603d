// Checks of the right to disclose: was the consent's status fresh, was the consent not revoked, does the policy give
// what was given.
#include "audit/check.hpp"
#include "grant/status.hpp"
#include "policy/decide.hpp"

namespace xch::audit {
namespace {

std::string hours(std::uint64_t seconds) {
  if (seconds < kHour) return counted(seconds / kMinute, "minute", "minutes");
  return counted(seconds / kHour, "hour", "hours");
}

CheckResult check_status(const Audit& audit, const Index& index) {
  Work work(audit, index, "status-current");
  for (const auto* e : index.disclosed) {
    if (!work.in_period(*e)) continue;
    work.looked();
    const std::string note = "The note " + short_hex(e->event.object) + " in " + work.origin_of(*e);
    const auto status = e->hex<Digest>("status");
    const auto at = status ? index.issued.find(*status) : index.issued.end();
    if (!status) {
      work.fails(note + " was sealed, and nothing says by which status list.", {work.at(*e)});
    } else if (at == index.issued.end()) {
      work.cannot_tell(note + " was sealed by a status list of which no given log says when it was made.",
                       {work.at(*e)});
    } else if (e->event.time > at->second + grant::kMaxStatusLife) {
      work.fails(note + " was sealed " + hours(e->event.time.seconds - at->second.seconds) +
                     " after its status list was made; a list holds 24 hours.",
                 {work.at(*e)});
    } else if (e->event.time + kClockSkew < at->second) {
      work.fails(note + " was sealed before the status list that it names was made.", {work.at(*e)});
    }
  }
  return std::move(work).done_of_entries("disclosure", "disclosures", "each by a status list of the same 24 hours");
}

/// What the sender's own log says of when it learned of a revocation.
std::string learned(const Work& work, const Entry& e, const Digest& grant) {
  for (const auto& known : work.audit.logs[e.log].entries)
    if (known.event.kind == EventKind::status && known.event.object == grant && known.event.time <= e.event.time &&
        known.event.detail.find("state") != nullptr)
      return "; its log had noted the revocation before";
  return "; its log does not say that it knew";
}

CheckResult check_revocations(const Audit& audit, const Index& index) {
  Work work(audit, index, "after-revocation");
  for (const auto* e : index.disclosed) {
    if (!work.in_period(*e)) continue;
    work.looked();
    const auto grant = e->hex<Digest>("grant");
    const auto at = grant ? index.revoked.find(*grant) : index.revoked.end();
    if (at == index.revoked.end() || e->event.time <= at->second) continue;
    work.fails("The note " + short_hex(e->event.object) + " was sealed in " + work.origin_of(*e) + " " +
                   hours(e->event.time.seconds - at->second.seconds) + " after its grant was revoked" +
                   learned(work, *e, *grant) + ".",
               {work.at(*e)});
  }
  for (const auto* e : index.opened) {
    if (!work.in_period(*e)) continue;
    work.looked();
    const auto grant = e->hex<Digest>("grant");
    const auto at = grant ? index.revoked.find(*grant) : index.revoked.end();
    if (at == index.revoked.end() || e->event.time <= at->second) continue;
    Timestamp sealed;
    for (const auto* seal : index.of(index.sealed, e->event.object)) sealed = std::max(sealed, seal->event.time);
    const std::string note = "The note " + short_hex(e->event.object) + " was opened in " + work.origin_of(*e) +
                             " " + hours(e->event.time.seconds - at->second.seconds) + " after its grant was revoked";
    // What was sealed before may be opened by whoever has it: docs/format.md, "Open", 9.
    if (sealed.seconds == 0) work.cannot_tell(note + ", and no given log says when it was sealed.", {work.at(*e)});
    else if (sealed > at->second) work.fails(note + ", and was sealed after it too.", {work.at(*e)});
    else work.remarks(note + "; it had been sealed before.", {work.at(*e)});
  }
  return std::move(work).done_of_entries("disclosure or open", "disclosures and opens",
                                         "none was sealed after a revocation");
}

// ---- decisions -----------------------------------------------------------------------------------------------------

/// compartments_of is what a disclosed entry says the reader got; nothing where only their digest fits into the entry.
std::optional<std::vector<Compartment>> compartments_of(const Entry& e) {
  const auto* list = e.event.detail.find("compartments");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<Compartment> out;
  for (const auto& item : list->items()) out.emplace_back(static_cast<std::uint16_t>(item.as_natural()));
  return out;
}

/// decide is a function of pack, schema and query. The entry carries all of the query but the grant's entries; with
/// just what was disclosed as the rights of both sides it must give all of that again.
bool gives_again(const PolicyPack& pack, const NoteSchema& schema, const Entry& e, const std::vector<Compartment>& got,
                 bool is_sender) {
  policy::Query query;
  query.basis = parse_basis(e.text("basis")).value_or(Basis::none);
  query.purpose = parse_purpose(e.text("purpose")).value_or(Purpose::none);
  query.reader_role = parse_role(e.text("role")).value_or(Role::none);
  query.reader_may_read = query.sender_may_write = got;
  query.reader_is_sender = is_sender;
  query.part = static_cast<std::uint16_t>(e.number("part"));
  return policy::terms_of(pack, schema, query) == got;
}

void check_decision(Work& work, const Given& given, const Entry& e) {
  const std::string note = "What " + work.origin_of(e) + " disclosed of the note " + short_hex(e.event.object);
  const auto hash = e.hex<PolicyHash>("policy");
  const auto pack = hash ? given.packs.find(*hash) : given.packs.end();
  if (pack == given.packs.end())
    return work.cannot_tell(note + " cannot be decided again: its policy pack was not given.", {work.at(e)});
  const auto digest = e.hex<SchemaDigest>("schema");
  const auto schema = std::find_if(given.schemas.begin(), given.schemas.end(),
                                   [&](const NoteSchema& s) { return digest && s.digest == *digest; });
  if (schema == given.schemas.end())
    return work.cannot_tell(note + " cannot be decided again: its note type is not known here.", {work.at(e)});
  const auto got = compartments_of(e);
  if (!got)
    return work.cannot_tell(note + " cannot be decided again: its entry has room for a digest of the classes alone.",
                            {work.at(e)});
  const auto& owner = work.audit.owners[e.log];
  const auto to = e.hex<PartyId>("to");
  const bool holds =
      owner ? gives_again(pack->second, *schema, e, *got, to == *owner)
            : gives_again(pack->second, *schema, e, *got, false) || gives_again(pack->second, *schema, e, *got, true);
  if (holds) return;
  work.fails(note + " to " + (to ? work.audit.name_of(*to) : "a reader") + " is more than the policy gives " +
                 e.text("role") + " for " + e.text("purpose") + " under " + e.text("basis") + ".",
             {work.at(e)});
}

CheckResult check_decisions(const Audit& audit, const Index& index, const Given& given) {
  Work work(audit, index, "decisions");
  if (given.packs.empty())
    return std::move(work).not_asked("No policy pack was given (--pack, or a home that has one).");
  for (const auto* e : index.disclosed) {
    if (!work.in_period(*e)) continue;
    work.looked();
    check_decision(work, given, *e);
  }
  return std::move(work).done_of_entries("decision", "decisions",
                                         "the policy allows what was given; whether the grant lists it, no entry says");
}

}  // namespace

void check_rights(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out) {
  out.push_back(check_status(audit, index));
  out.push_back(check_revocations(audit, index));
  out.push_back(check_decisions(audit, index, given));
}

}  // namespace xch::audit
