// What became of a grant: who has confirmed it, and every step of its life. Both are read off what the office keeps
// anyway: a file for each version, the journal's lines, and the receipts that came.
#include <algorithm>
#include <map>
#include <tuple>

#include "base/encoding.hpp"
#include "consent/authority/externals.hpp"
#include "consent/authority/office.hpp"
#include "consent/authority/period.hpp"
#include "wire/json.hpp"

namespace xch::consent {
namespace {

using wire::Json;

std::vector<const GrantFile*> versions_of(Shelf& shelf, const GrantId& id) {
  std::vector<const GrantFile*> out;
  for (const auto* file : shelf.all())
    if (file->core.grant_id == id) out.push_back(file);
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->core.version < b->core.version; });
  return out;
}

// ---- the life of a grant -------------------------------------------------------------------------------------------

struct Reading {
  const Desk& desk;
  const std::vector<const GrantFile*>& versions;

  /// replaced: a later version stands behind this one, whose index was turned for that.
  bool is_newest(const GrantFile& file) const { return versions.back() == &file; }

  std::string issued_as(const GrantFile& file) const {
    const auto at = std::find(versions.begin(), versions.end(), &file);
    if (at == versions.begin()) return "issued";
    return differs_in_days_only((*std::prev(at))->draft, file.draft) ? "renewed" : "changed";
  }

  std::string turned_to(const GrantFile& file, const Json& detail) const {
    if (detail.find("pending") != nullptr) return "revocation-lodged";
    if (detail.natural_at("state") == static_cast<std::uint64_t>(GrantState::suspended)) return "suspended";
    if (file.event_at.seconds != 0) return "ended-by-event";
    return is_newest(file) || file.reason != kAdvanced ? "revoked" : "replaced";
  }

  /// What a line of the journal says of a version's life; empty where it says something else.
  std::string word_of(const session::JournalRow& row, const GrantFile& file, const Json& detail) const {
    const std::string what = detail.text_at("what");
    if (row.kind == EventKind::receipt && what == "view-taken") return "confirmed";
    if (row.kind == EventKind::receipt && what == "state-seen") return "end-confirmed";
    if (row.kind == EventKind::grant && (what == "drafted" || what == "proposed")) return what;
    if (!what.empty()) return "";
    if (row.kind == EventKind::status) return turned_to(file, detail);
    if (row.kind != EventKind::grant) return "";
    if (detail.find("sent_again") != nullptr) return "sent-again";
    return detail.find("holders") != nullptr ? issued_as(file) : "";
  }

  std::string party_of(const Json& detail) const {
    const auto id = from_hex_as<PartyId>(detail.text_at("reader"));
    const Party* party = id ? desk.roster->party(*id) : nullptr;
    return party == nullptr ? std::string() : party->name;
  }
};

void add_what_follows(std::vector<HistoryLine>& out, const Reading& reading, Timestamp now) {
  for (const auto* file : reading.versions)
    if (const auto day = start_of_day(file->draft.signed_day, days_of(file->draft)))
      out.push_back({*day, "signed", file->core.version, "", 0});
  const auto& newest = *reading.versions.back();
  if (newest.state == GrantState::active && newest.core.not_after < now)
    out.push_back({newest.core.not_after + 1, "expired", newest.core.version, "", 0});
  if (newest.event_at.seconds != 0)
    out.push_back({newest.event_at, "event-stated", newest.core.version, newest.draft.ends_on.asserter, 0});
  if (newest.revocable_event_at.seconds != 0)
    out.push_back({newest.revocable_event_at, "event-stated", newest.core.version, newest.draft.revocable_on.asserter, 0});
}

/// say_where adds the line of the journal to what follows from the days alone.
void say_where(std::vector<HistoryLine>& out, const session::JournalRow& row) {
  for (auto& line : out)
    if (line.what == "expired") line.journal_seq = row.seq;
}

/// in_order sorts by time. Of a signature only the day is known: what was done with the draft on that day came before it.
void in_order(std::vector<HistoryLine>& lines) {
  const auto before_it = [](const HistoryLine& line) { return line.what == "drafted" || line.what == "proposed"; };
  std::map<std::uint32_t, Timestamp> handed_out;
  for (const auto& line : lines)
    if (before_it(line)) handed_out[line.version] = std::max(handed_out[line.version], line.time);
  const auto at = [&](const HistoryLine& line) {
    const auto last = handed_out.find(line.version);
    const bool same_day = line.what == "signed" && last != handed_out.end() && line.time < last->second &&
                          last->second < line.time + kDay;
    return same_day ? last->second : line.time;
  };
  const auto place = [&](const HistoryLine& line) {
    const int step = before_it(line) ? 0 : line.what == "signed" ? 1 : 2;
    return std::make_tuple(at(line), step, line.journal_seq, line.version, line.what);
  };
  std::sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

Result<std::vector<HistoryLine>> history(const Desk& desk, const GrantId& id,
                                         const std::vector<session::JournalRow>& journal) {
  if (desk.roster == nullptr) return fail(Code::roster_missing);
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto versions = versions_of(shelf, id);
  if (versions.empty()) return fail(Code::not_found);
  std::map<Digest, const GrantFile*> by_hash;  // and by the number of the draft that it was issued on
  for (const auto* file : versions) by_hash[retag<Digest>(file->hash)] = file;
  for (const auto* file : versions) {
    XCH_ASSIGN(const auto number, number_of(desk, file->draft));
    if (number) by_hash.emplace(*number, file);
  }

  const Reading reading{desk, versions};
  std::vector<HistoryLine> out;
  add_what_follows(out, reading, desk.now);
  for (const auto& row : journal) {
    const auto file = by_hash.find(row.object);
    if (file == by_hash.end()) continue;
    const auto detail = wire::parse_json(row.detail_json);
    if (!detail || !detail->is_object()) continue;
    auto word = reading.word_of(row, *file->second, *detail);
    if (word.empty() && detail->text_at("what") == "expired") say_where(out, row);
    if (word.empty()) continue;
    out.push_back({row.time, std::move(word), file->second->core.version, reading.party_of(*detail), row.seq});
  }
  in_order(out);
  return out;
}

// ---- who has confirmed ---------------------------------------------------------------------------------------------

Result<std::vector<SentOutside>> sent_outside(const Desk& desk, Shelf& shelf, const GrantId& id) {
  const auto versions = versions_of(shelf, id);
  constexpr std::size_t kKey = GrantHash::kSize + PartyId::kSize + 8 + PartyId::kSize;
  XCH_ASSIGN(const auto rows, desk.access->list(space::kSentOutside));
  std::vector<SentOutside> out;
  for (const auto& [key, value] : rows) {
    if (key.size() != kKey) return fail(Code::store_damaged);
    ByteView left(key);
    const auto take = [&](std::size_t size) {
      const ByteView piece = left.sub(0, size);
      left = left.sub(size);
      return piece;
    };
    GrantHash hash;
    PartyId from, to;
    (void)hash.copy_from(take(GrantHash::kSize));
    (void)from.copy_from(take(PartyId::kSize));
    const Timestamp time{load_u64(take(8).data())};
    (void)to.copy_from(left);
    for (const auto* file : versions) {
      if (file->hash != hash) continue;
      // Of a grant that was never given to its sender it says nothing.
      for (const auto& holder : file->holders) {
        if (holder.party != from) continue;
        std::string name;
        for (const auto& external : file->draft.externals)
          if (const auto one = external_of(external, file->draft, file->core.coalition); one && one->id == to) name = one->name;
        if (!name.empty()) out.push_back({std::move(name), holder.name, time});
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const SentOutside& a, const SentOutside& b) {
    return std::tie(a.time, a.to, a.from) < std::tie(b.time, b.to, b.from);
  });
  return out;
}

Result<GrantStanding> standing(const Desk& desk, const GrantId& id) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  const auto versions = versions_of(shelf, id);
  if (versions.empty()) return fail(Code::not_found);
  const auto& newest = *versions.back();
  GrantStanding out;
  out.row = row_of(newest);
  out.ended_at = newest.state == GrantState::active ? Timestamp{} : newest.ended_at;
  for (const auto* file : versions) out.versions.push_back(file->hash);
  XCH_ASSIGN(out.outside, sent_outside(desk, shelf, id));
  for (const auto& holder : newest.holders) {
    HolderStanding row{holder.name, holder.acknowledged, Timestamp{}};
    XCH_ASSIGN(const auto seen, desk.access->get(space::kEndSeen, view_key(newest.hash, holder.party)));
    // A receipt for the suspension says nothing of the revocation that came after it.
    const bool of_this_end = seen && seen->size() == 9 && (*seen)[8] == static_cast<std::uint8_t>(newest.state);
    if (of_this_end && newest.state != GrantState::active) row.end_confirmed = Timestamp{load_u64(seen->data())};
    out.holders.push_back(std::move(row));
  }
  return out;
}

}  // namespace xch::consent
