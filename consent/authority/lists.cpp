// The office's status lists (docs/format.md, "Grant, consent keys, status").
#include <algorithm>

#include "consent/authority/office.hpp"
#include "crypto/random.hpp"
#include "wire/records.hpp"

namespace xch::consent {
namespace {

constexpr std::size_t kFirstIndexes = 1024;

bool is_used(const ListFile& file, std::uint32_t index) { return (file.used[index / 8] >> (index % 8) & 1) != 0; }

std::uint32_t count_used(const ListFile& file) {
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < file.size(); ++i) n += is_used(file, i) ? 1 : 0;
  return n;
}

/// A staple counts by the key of its grant, so each list is signed by its own key, also after that one was followed by
/// another. Once it is over nobody takes its list any more: no record then. Errors: seal_key_expired (and none follows).
Result<AuthorityAccess::AuthorityKey> list_key(const Desk& desk, const KeyId& id, Basis basis) {
  XCH_ASSIGN(auto own, desk.access->authority_key_of(id));
  if (desk.roster->in_force(*own.record, desk.now)) return own;
  XCH_ASSIGN(const auto newest, signing_key(desk, basis));
  return newest.record->id == id ? Result<AuthorityAccess::AuthorityKey>(fail(Code::seal_key_expired))
                                 : AuthorityAccess::AuthorityKey{};
}

Result<Bytes> sign_list(const Desk& desk, ListFile& file, const AuthorityAccess::AuthorityKey& key) {
  // Holders take the later list for the newer one: a clock that was set back must not publish.
  if (desk.now < file.issued_at) return fail(Code::clock);
  StatusBody body;
  body.authority = desk.self;
  body.list = file.id;
  body.version = file.version + 1;
  body.issued_at = desk.now;
  body.next_update = desk.now + kListLife;
  XCH_ASSIGN(const auto list, grant::make_status_list(body, file.chunks, key.chain, key.record->id, *key.key));
  file.version = body.version;
  file.issued_at = body.issued_at;
  file.next_update = body.next_update;
  return wire::encode(list);
}

}  // namespace

Result<Lists> Lists::read(const Desk& desk) {
  XCH_ASSIGN(const auto rows, desk.access->list(space::kLists));
  Lists out;
  for (const auto& [key, value] : rows) {
    KeyId id;
    if (!id.copy_from(key)) return fail(Code::store_damaged);
    XCH_ASSIGN(auto file, decode_list_file(value));
    out.lists_[id].file = std::move(file);
  }
  return out;
}

Lists::Entry& Lists::of(const KeyId& authority_key, Basis basis, crypto::Random& random) {
  const auto at = lists_.find(authority_key);
  if (at != lists_.end()) return at->second;
  auto& entry = lists_[authority_key];
  entry.file.id = crypto::random_fixed<StatusListId>(random);
  entry.file.basis = basis;
  entry.file.chunks.assign(kFirstIndexes / 4, 0);
  entry.file.used.assign(kFirstIndexes / 8, 0);
  entry.changed = true;
  return entry;
}

Lists::Entry* Lists::with_id(const StatusListId& id) {
  for (auto& [key, entry] : lists_)
    if (entry.file.id == id) return &entry;
  return nullptr;
}

std::uint32_t Lists::take_index(Entry& list, crypto::Random& random) {
  auto& file = list.file;
  if (count_used(file) * 2 >= file.size()) {
    file.chunks.resize(file.chunks.size() * 2);
    file.used.resize(file.used.size() * 2);
    list.changed = true;  // holders need the new chunks before the first note
  }
  auto index = crypto::random_below(random, file.size());
  while (is_used(file, index)) index = crypto::random_below(random, file.size());
  file.used[index / 8] = static_cast<std::uint8_t>(file.used[index / 8] | 1u << (index % 8));
  return index;
}

Status Lists::turn(const GrantFile& file, GrantState state) {
  auto* list = with_id(file.core.status_list);
  if (list == nullptr || file.core.status_index >= list->file.size()) return fail(Code::store_damaged);
  grant::set_state(list->file.chunks, file.core.status_index, state);
  list->changed = true;
  return Ok{};
}

void Lists::close_gap(Round& round) {
  for (auto& [key, entry] : lists_) {
    auto& file = entry.file;
    // More than an office publishes in two years, a list every quarter of an hour.
    constexpr std::uint32_t kLeap = 65536;
    file.version += kLeap;
    // Also the indexes that the lost list may have grown by.
    file.chunks.resize(file.chunks.size() * 2);
    file.used.resize(file.used.size() * 2);
    for (std::uint32_t i = 0; i < file.size(); ++i) {
      if (is_used(file, i)) continue;
      file.used[i / 8] = static_cast<std::uint8_t>(file.used[i / 8] | 1u << (i % 8));
      grant::set_state(file.chunks, i, GrantState::revoked);
    }
    file.next_update = Timestamp{};  // due: the next publication takes it, whatever else it is for
    round.put(space::kLists, key.view().copy(), encode(file));
  }
}

Result<std::uint32_t> Lists::publish(const Desk& desk, Round& round, bool all) {
  std::uint32_t highest = 0;
  for (auto& [id, entry] : lists_) {
    auto& file = entry.file;
    const bool due = file.version == 0 || file.next_update <= desk.now + kListMargin;
    if (all || entry.changed || due) {
      XCH_ASSIGN(const auto key, list_key(desk, id, file.basis));
      if (key.record == nullptr) continue;
      XCH_ASSIGN(auto bytes, sign_list(desk, file, key));
      XCH_ASSIGN(const auto list, wire::decode_status_list(bytes));
      const auto hash = grant::status_hash(list.signed_body.body);
      round.event(EventKind::status, retag<Digest>(hash), "{\"list_version\":" + std::to_string(file.version) + "}");
      round.publish(std::move(bytes));
      entry.changed = false;
    }
    // Also where nothing goes out: a new index is used from now on.
    round.put(space::kLists, id.view().copy(), encode(file));
    highest = std::max(highest, file.version);
  }
  return highest;
}

}  // namespace xch::consent
