// Checks of notes across the logs: who sealed, to whom, who opened, and whether both sides tell the same.
#include "audit/check.hpp"

namespace xch::audit {
namespace {

/// seal_of is the entry by which this sender's log, or where the sender is not known any log, has sealed the header.
const Entry* seal_of(const Work& work, const Digest& header, const std::optional<PartyId>& sender) {
  const Entry* other = nullptr;
  for (const auto* seal : work.index.of(work.index.sealed, header)) {
    const auto& owner = work.audit.owners[seal->log];
    if (!sender || !owner || *owner == *sender) return seal;
    other = seal;
  }
  return other;
}

CheckResult check_seals(const Audit& audit, const Index& index) {
  Work work(audit, index, "open-has-seal");
  for (const auto* e : index.opened) {
    if (!work.in_period(*e)) continue;
    work.looked();
    const Digest& header = e->event.object;
    const auto sender = e->hex<PartyId>("sender");
    const Entry* seal = seal_of(work, header, sender);
    const std::string note = "The note " + short_hex(header) + ", opened in " + work.origin_of(*e);
    if (seal == nullptr) {
      const std::size_t place = work.audit.log_of(sender);
      const std::string from = sender ? audit.name_of(*sender) : "its sender";
      if (place == Audit::kNoLog) work.cannot_tell(note + ": the log of " + from + " was not given.", {work.at(*e)});
      else work.missing(place, e->event.time, note + ", does not stand in the log of " + from, {work.at(*e)});
      continue;
    }
    const auto& owner = audit.owners[seal->log];
    if (sender && owner && *owner != *sender)
      work.fails(note + ", is said to come from " + audit.name_of(*sender) + " and was sealed by " +
                     audit.name_of(*owner) + ".",
                 {work.at(*e), work.at(*seal)});
    else if (e->event.time + kClockSkew < seal->event.time)
      work.fails(note + ", was opened before it was sealed.", {work.at(*e), work.at(*seal)});
  }
  return std::move(work).done_of_entries("open", "opens", "each with its seal");
}

/// An entry of receipt carries the envelope's hash alone. What it held is known once it was opened or refused; then it
/// is asked of that entry whether it has a seal.
CheckResult check_received(const Audit& audit, const Index& index) {
  Work work(audit, index, "received");
  std::set<std::pair<std::size_t, std::string>> known;
  for (const auto* e : index.opened) known.emplace(e->log, e->text("envelope"));
  for (const auto* e : index.denied) known.emplace(e->log, to_hex(e->event.object));
  for (const auto* e : index.received) {
    if (!work.in_period(*e) || !e->text("what").empty()) continue;
    work.looked();
    if (known.count({e->log, to_hex(e->event.object)}) != 0) continue;
    work.remarks("An envelope that " + work.origin_of(*e) +
                     " received was not opened: nothing was shown of it, and its entry does not say whose it is.",
                 {work.at(*e)});
  }
  return std::move(work).done_of_entries("envelope", "envelopes", "opened, refused or still closed");
}

/// recipient_entry is what the sender wrote down for the reader of an open, in the log that sealed it.
const Entry* recipient_entry(const Work& work, const Entry& open, std::size_t sealed_in) {
  const auto& reader = work.audit.owners[open.log];
  const Entry* same_terms = nullptr;
  for (const auto* e : work.index.of(work.index.disclosed_by, open.event.object)) {
    if (e->log != sealed_in) continue;
    if (reader && e->hex<PartyId>("to") == *reader) return e;
    if (!reader && e->text("terms") == open.text("terms")) same_terms = e;
  }
  return same_terms;
}

CheckResult check_disclosed(const Audit& audit, const Index& index) {
  Work work(audit, index, "disclosed");
  for (const auto* e : index.disclosed) {
    if (!work.in_period(*e)) continue;
    work.looked();
    bool sealed = false;
    for (const auto* seal : index.of(index.sealed, e->event.object)) sealed = sealed || seal->log == e->log;
    if (!sealed)
      work.missing(e->log, e->event.time,
                   "The log " + work.origin_of(*e) + " says to whom the note " + short_hex(e->event.object) +
                       " went, and not that it was sealed",
                   {work.at(*e)});
  }
  for (const auto* e : index.opened) {
    if (!work.in_period(*e)) continue;
    const Entry* seal = seal_of(work, e->event.object, e->hex<PartyId>("sender"));
    if (seal == nullptr) continue;  // open-has-seal says so
    work.looked();
    const std::string note = "The note " + short_hex(e->event.object) + ", opened in " + work.origin_of(*e);
    const Entry* to = recipient_entry(work, *e, seal->log);
    if (to == nullptr)
      work.missing(seal->log, seal->event.time,
                   note + ", was not disclosed to that agency by what " + work.origin_of(*seal) + " says",
                   {work.at(*e), work.at(*seal)});
    else if (to->text("terms") != e->text("terms"))
      work.fails(note + ", was opened under other terms than the sender wrote down.", {work.at(*e), work.at(*to)});
  }
  return std::move(work).done_of_entries("disclosure or open", "disclosures and opens",
                                         "sender and reader say the same");
}

CheckResult check_headers(const Audit& audit, const Index& index) {
  Work work(audit, index, "one-header");
  struct First {
    Digest header;
    const Entry* entry;
  };
  std::map<std::string, First> notes;
  std::set<std::string> asked;
  const auto look = [&](const Entry* e) {
    const auto& note = e->text("note");
    if (note.empty()) return;
    const auto [at, is_new] = notes.emplace(note, First{e->event.object, e});
    if (work.in_period(*e) && asked.insert(note).second) work.looked();
    if (is_new || at->second.header == e->event.object) return;
    if (!work.in_period(*e) && !work.in_period(*at->second.entry)) return;
    work.fails("One note id stands for the note " + short_hex(at->second.header) + " and for " +
                   short_hex(e->event.object) + ".",
               {work.at(*at->second.entry), work.at(*e)});
  };
  for (const auto& log : audit.logs)
    for (const auto& e : log.entries)
      if (e.event.kind == EventKind::sealed || e.event.kind == EventKind::opened ||
          e.event.kind == EventKind::reopened || e.event.kind == EventKind::receipt)
        look(&e);
  return std::move(work).done_of_entries("note id", "note ids", "each stands for one note");
}

void match_receipt(Work& work, const Entry& e) {
  const auto reader = e.hex<PartyId>("reader");
  const std::string who = reader ? work.audit.name_of(*reader) : "a reader";
  const std::string claim =
      "By a receipt in " + work.origin_of(e) + ", " + who + " opened the note " + short_hex(e.event.object);
  const auto& seals = work.index.of(work.index.sealed, e.event.object);
  const bool own = std::any_of(seals.begin(), seals.end(), [&](const Entry* seal) { return seal->log == e.log; });
  if (!own) work.missing(e.log, e.event.time, claim + ", which this log did not seal", {work.at(e)});
  const std::size_t place = work.audit.log_of(reader);
  const Timestamp at{e.number("at")};
  for (const auto* open : work.index.of(work.index.opened_by, e.event.object))
    if ((place == Audit::kNoLog || open->log == place) && open->log != e.log && open->event.time == at) return;
  if (place == Audit::kNoLog) return work.cannot_tell(claim + ", and that agency's log was not given.", {work.at(e)});
  work.missing(place, at, claim + " at " + format_time(at) + ", which does not stand in that agency's log",
               {work.at(e)});
}

void miss_receipt(Work& work, const Entry& open) {
  const auto sender = open.hex<PartyId>("sender");
  const std::size_t place = work.audit.log_of(sender);
  if (place == Audit::kNoLog || place == open.log) return;  // not given, or the sender's own archive
  const auto& reader = work.audit.owners[open.log];
  for (const auto* receipt : work.index.of(work.index.receipts_by, open.event.object))
    if (receipt->log == place && (!reader || receipt->hex<PartyId>("reader") == *reader)) return;
  const std::string text = "The note " + short_hex(open.event.object) + " was opened in " + work.origin_of(open) +
                           ", and no receipt of it stands in the log of " + work.audit.name_of(*sender);
  const auto& log = work.audit.logs[place];
  if (log.is_complete() && log.latest < open.event.time + kReceiptTravels)
    work.remarks(text + " yet.", {work.at(open)});
  else work.cannot_tell(text + ": it was not sent, or it was lost on its way.", {work.at(open)});
}

CheckResult check_receipts(const Audit& audit, const Index& index) {
  Work work(audit, index, "receipts");
  for (const auto* e : index.receipts) {
    if (!work.in_period(*e)) continue;
    work.looked();
    match_receipt(work, *e);
  }
  // The first open alone is acknowledged.
  for (const auto* e : index.opened) {
    if (!work.in_period(*e) || e->event.kind != EventKind::opened) continue;
    work.looked();
    miss_receipt(work, *e);
  }
  return std::move(work).done_of_entries("receipt or open", "receipts and opens", "they match");
}

/// An emergency is told by one agency and opened by another; both write down the same object.
CheckResult check_emergencies(const Audit& audit, const Index& index) {
  Work work(audit, index, "emergency");
  for (const auto* e : index.emergencies) {
    const auto& what = e->text("what");
    if (!work.in_period(*e) || what == "not-sent") continue;
    work.looked();
    const auto other = e->hex<PartyId>("with");
    const std::size_t place = work.audit.log_of(other);
    const bool told = what == "told";
    const std::string text =
        "A disclosure in an emergency, " + std::string(told ? "told" : "opened") + " in " + work.origin_of(*e) + ",";
    bool known = false;
    for (const auto* same : index.emergencies)
      known = known ||
              (same->log != e->log && same->event.object == e->event.object && (same->text("what") == "told") != told);
    if (known) continue;
    if (!other || place == Audit::kNoLog)
      work.cannot_tell(text + " is with an agency whose log was not given.", {work.at(*e)});
    else if (told)
      work.remarks(text + " was not opened by " + audit.name_of(*other) + " by what its log says.", {work.at(*e)});
    else
      work.missing(place, Timestamp{e->number("at")}, text + " does not stand in the log of " + audit.name_of(*other),
                   {work.at(*e)});
  }
  return std::move(work).done_of_entries("emergency", "emergencies", "both sides have it, or it was not opened yet");
}

CheckResult check_onward(const Audit& audit, const Index& index) {
  Work work(audit, index, "refers-to-note");
  for (const auto* e : index.onward) {
    if (!work.in_period(*e)) continue;
    work.looked();
    const Digest& header = e->event.object;
    // Who verifies a field that was presented needs not have the note itself.
    const bool anywhere = e->text("what") == "verified" || e->event.kind == EventKind::release;
    bool known = false;
    for (const auto* map : {&index.sealed, &index.opened_by})
      for (const auto* note : index.of(*map, header)) known = known || anywhere || note->log == e->log;
    if (known) continue;
    const std::string text = "The note " + short_hex(header) + " that " + std::string(code_of(e->event.kind)) + " in " +
                             work.origin_of(*e) + " names";
    if (anywhere) work.cannot_tell(text + " stands in none of the logs given.", {work.at(*e)});
    else work.missing(e->log, e->event.time, text + " was neither sealed nor opened there", {work.at(*e)});
  }
  return std::move(work).done_of_entries("redaction or presentation", "redactions and presentations",
                                         "each is of a note that exists");
}

}  // namespace

void check_notes(const Audit& audit, const Index& index, std::vector<CheckResult>& out) {
  out.push_back(check_seals(audit, index));
  out.push_back(check_received(audit, index));
  out.push_back(check_disclosed(audit, index));
  out.push_back(check_headers(audit, index));
  out.push_back(check_receipts(audit, index));
  out.push_back(check_emergencies(audit, index));
  out.push_back(check_onward(audit, index));
}

}  // namespace xch::audit
