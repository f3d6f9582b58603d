// What a home can tell of itself without any note: its grants and its journal.
#include <algorithm>

#include "session/state.hpp"

namespace xch::session {

Result<std::vector<GrantSummary>> Session::grants() const {
  XCH_ASSIGN(const auto held, state_->picture());
  const auto roster = held->rosters->newest();
  std::vector<GrantSummary> out;
  for (const auto& [hash, row] : held->grants->all()) {
    GrantSummary summary;
    summary.hash = hash;
    summary.id = row.id;
    summary.version = row.version;
    summary.basis = row.basis;
    summary.purposes = row.purposes;
    summary.not_before = row.not_before;
    summary.not_after = row.not_after;
    summary.pseudonym = row.pseudonym;
    const Party* authority = roster ? roster->party(row.authority) : nullptr;
    if (authority != nullptr) summary.authority_name = authority->name;
    if (const ListHistory* list = held->status->find({row.authority, row.list}))
      summary.state = list->newest_state(row.index).value_or(GrantState::active);
    summary.superseded = held->grants->next(row) != nullptr;
    summary.keys_erased = row.erased;
    out.push_back(std::move(summary));
  }
  std::sort(out.begin(), out.end(), [](const GrantSummary& a, const GrantSummary& b) {
    return a.id != b.id ? a.id < b.id : a.version < b.version;
  });
  return out;
}

std::shared_ptr<const grant::HeldGrant> Session::grant(const GrantHash& hash) const {
  const auto held = state_->picture();
  if (!held) return nullptr;
  auto grant = state_->shelf.get(hash, **held, *state_->rows, state_->info.party);
  return grant ? std::shared_ptr<const grant::HeldGrant>(std::move(*grant)) : nullptr;
}

Result<std::vector<JournalRow>> Session::journal(std::uint64_t from_seq, std::size_t limit) const {
  XCH_ASSIGN(const auto held, state_->picture());
  XCH_ASSIGN(const auto rows, state_->rows->store().journal(from_seq, limit));
  std::vector<JournalRow> out;
  for (const auto& row : rows) {
    JournalRow line;
    line.seq = row.seq;
    line.kind = row.kind;
    line.time = row.time;
    line.actor = row.actor;
    line.object = row.object;
    line.detail_json = std::string(ByteView(row.detail).text());
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace xch::session
