// Keys that end: the erasure of keys together with what they could open (S9). What is erased is
// overwritten in the store, its pages and its log, and in memory; rows of digests stay.
#include <algorithm>

#include "crypto/digest.hpp"
#include "session/deliver.hpp"
#include "session/duties.hpp"
#include "session/erase.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/key_life.hpp"
#include "session/received.hpp"
#include "session/sent.hpp"
#include "session/state.hpp"

namespace xch::session {

// ---- what is due ---------------------------------------------------------------------------------------------------

std::uint64_t retention(const Held& held) {
  constexpr std::uint64_t kDefaultDays = 30;
  const auto roster = held.rosters->newest();
  const PolicyPack* pack = roster ? held.policies->find(roster->roster().policy_pack) : nullptr;
  return (pack == nullptr ? kDefaultDays : pack->retention_days) * kDay;
}

namespace {

/// Due is what one run erases.
struct Due {
  std::vector<const OwnKey*> keys;
  std::vector<const GrantRow*> grants;         // consent keys
  std::vector<std::pair<const GrantRow*, std::size_t>> secrets;  // S_k: grant and how many rows
};

// A version ends with its last second, with its successor's first, or with its revocation.
Timestamp end_of(const Held& held, const GrantRow& row) {
  Timestamp end = held.grants->end(row);
  const ListHistory* list = held.status->find({row.authority, row.list});
  if (list == nullptr || list->newest_state(row.index) != GrantState::revoked) return end;
  if (const auto since = list->inactive_since(row.index)) end = std::min(end, *since);
  return end;
}

Result<Due> find_due(const Session::State& state, const Held& held, Timestamp now) {
  Due out;
  const std::uint64_t window = retention(held);
  XCH_ASSIGN(const auto retired, retired_keys(*state.rows));
  for (const auto& [id, key] : held.keys->all())
    if (key.kem && end_of_service(key.certified.record, retired, id) + window < now) out.keys.push_back(&key);
  for (const auto& [hash, row] : held.grants->all()) {
    const Timestamp end = end_of(held, row);
    if (!row.erased && end + window < now) out.grants.push_back(&row);
    if (now <= end) continue;
    XCH_ASSIGN(const auto secrets, state.rows->keys(space::kSecret, secret_prefix(hash)));
    if (!secrets.empty()) out.secrets.emplace_back(&row, secrets.size());
  }
  return out;
}

Status erase_rows(Change& change, std::string_view space, ByteView prefix) {
  XCH_ASSIGN(const auto keys, change.keys(space, prefix));
  for (const auto& key : keys) XCH_TRY(change.erase(space, key));
  return Ok{};
}

bool is_gone(const std::vector<const OwnKey*>& keys, const KeyId& id) {
  return std::any_of(keys.begin(), keys.end(), [&](const OwnKey* key) { return key->certified.id == id; });
}

/// Envelopes in a space that only an erased key could open. Those of the outbox are our own copies alone.
Status erase_closed(Change& change, std::string_view space, ByteView ending, const Due& due) {
  XCH_ASSIGN(const auto keys, change.keys(space));
  for (const auto& key : keys) {
    if (!equal(ByteView(key).sub(key.size() - std::min(key.size(), ending.size())), ending)) continue;
    XCH_ASSIGN(const auto row, change.get(space, key));
    if (!row) return fail(Code::store_damaged);
    XCH_ASSIGN(const auto stored, decode_stored(row->expose()));
    if (is_gone(due.keys, stored.sealed_to)) XCH_TRY(change.erase(space, key));
  }
  return Ok{};
}

/// Stored envelopes that only an erased key could open, and envelopes to others past their time.
Status erase_envelopes(Change& change, const Due& due, const PartyId& self, Timestamp now,
                       std::vector<std::string>& files) {
  XCH_TRY(erase_overdue(change, now));
  if (due.keys.empty()) return Ok{};
  XCH_TRY(erase_closed(change, space::kOutbox, self, due));
  XCH_TRY(erase_closed(change, space::kCopy, {}, due));
  XCH_ASSIGN(auto received, all_in_files(change));
  for (auto& envelope : received) {
    if (!is_gone(due.keys, envelope.opened_under)) continue;
    files.push_back(envelope.file);
    envelope.file.clear();
    XCH_TRY(put_received(change, envelope));
  }
  return Ok{};
}

}  // namespace

Result<std::size_t> Session::erase_due() {
  State& state = *state_;
  // Alone: no call may be using a key that goes.
  const auto alone = state.erasing();
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(auto held, state.picture());
  XCH_ASSIGN(const Due due, find_due(state, *held, now));
  std::vector<std::string> files;
  std::size_t erased = due.keys.size() + due.grants.size();
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    for (const auto part : {Part::keys, Part::grants, Part::status}) XCH_TRY(unchanged(change, held->generations, part));
    const KeyId actor = state.actor(*held);
    for (const auto* key : due.keys) {
      XCH_TRY(keep_key(change, key->certified, {}));
      XCH_TRY(change.append(plain_event(EventKind::keyRecord, retag<Digest>(key->certified.id),
                                        JsonLine().word("what", "erased").text(), actor, now)));
    }
    for (const auto* row : due.grants) {
      GrantRow kept = *row;
      kept.erased = true;
      XCH_TRY(change.put(space::kGrant, row->hash, encode(kept)));
      XCH_TRY(change.erase(space::kGrantView, row->hash));
      XCH_TRY(change.append(plain_event(EventKind::grant, retag<Digest>(row->hash),
                                        JsonLine().word("what", "keys-erased").text(), actor, now)));
    }
    for (const auto& [row, count] : due.secrets) {
      erased += count;
      XCH_TRY(erase_rows(change, space::kSecret, secret_prefix(row->hash)));
      XCH_TRY(erase_rows(change, space::kWrap, secret_prefix(row->hash)));
    }
    XCH_TRY(erase_envelopes(change, due, state.info.party, now, files));
    XCH_ASSIGN(const std::size_t deleted, delete_overdue(change, actor, now, files));
    erased += deleted;
    XCH_TRY(touch(change, Part::keys));
    XCH_TRY(touch(change, Part::grants));
    XCH_TRY(change.commit());
  }
  for (const auto* row : due.grants) {
    state.shelf.erase(row->hash);
    state.open_secrets.forget(row->hash);
  }
  for (const auto& [row, count] : due.secrets) state.seal_secrets.forget(row->hash);
  for (const auto& file : files) erase_spooled(state, file);
  // The old picture has the private halves still: it goes with the last reference to it.
  held = nullptr;
  XCH_TRY(state.picture());
  XCH_TRY(state.rows->scrub());
  return erased;
}

// ---- one note ------------------------------------------------------------------------------------------------------

Result<std::size_t> erase_copies(Change& change, const HeaderHash& note, std::vector<std::string>& files) {
  XCH_ASSIGN(const auto redacted, change.keys(space::kCopy, note));
  for (const auto& key : redacted) XCH_TRY(change.erase(space::kCopy, key));
  std::size_t copies = redacted.size();
  XCH_ASSIGN(auto received, all_in_files(change));
  for (auto& envelope : received) {
    const auto& headers = envelope.headers;
    if (std::find(headers.begin(), headers.end(), note) == headers.end()) continue;
    files.push_back(envelope.file);
    envelope.file.clear();
    XCH_TRY(put_received(change, envelope));
    ++copies;
  }
  return copies;
}

Status Session::erase_note(const HeaderHash& note) {
  State& state = *state_;
  const auto alone = state.erasing();
  XCH_ASSIGN(const Timestamp now, state.clock());
  XCH_ASSIGN(const auto held, state.picture());
  std::vector<std::string> files;
  std::size_t copies = 0;
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    // The archive copy of what we sent; what went to others we cannot open.
    XCH_ASSIGN(const auto sent, find_sent(change, note));
    if (sent) {
      const Bytes archive = OutboxKey{sent->batch, sent->part, state.info.party}.bytes();
      XCH_ASSIGN(const auto row, change.get(space::kOutbox, archive));
      if (row) XCH_TRY(change.erase(space::kOutbox, archive));
      copies += row ? 1 : 0;
    }
    XCH_ASSIGN(const std::size_t received, erase_copies(change, note, files));
    copies += received;
    if (copies == 0) return fail(Code::not_found);
    XCH_TRY(change.append(plain_event(EventKind::redaction, retag<Digest>(note),
                                      JsonLine().word("what", "erased").number("copies", copies).text(),
                                      state.actor(*held), now)));
    XCH_TRY(change.commit());
  }
  for (const auto& file : files) erase_spooled(state, file);
  return state.rows->scrub();
}

}  // namespace xch::session
