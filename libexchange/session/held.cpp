#include "session/held.hpp"

#include <algorithm>

#include "grant/status.hpp"
#include "session/codec.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

const ByteView kGenerationKey{std::string_view("generations")};

Result<Generations> parse_generations(const std::optional<crypto::SecretBytes>& row) {
  Generations out{};
  if (!row) return out;
  FieldReader in(row->expose());
  for (auto& generation : out) generation = in.u64();
  XCH_TRY(in.done());
  return out;
}

}  // namespace

Result<Generations> read_generations(const Rows& rows) {
  XCH_ASSIGN(const auto row, rows.get(space::kMeta, kGenerationKey));
  return parse_generations(row);
}

Status touch(Change& change, Part part) {
  XCH_ASSIGN(const auto row, change.get(space::kMeta, kGenerationKey));
  XCH_ASSIGN(auto generations, parse_generations(row));
  ++generations[static_cast<std::size_t>(part)];
  ByteWriter out;
  for (const auto generation : generations) out.u64(generation);
  return change.put(space::kMeta, kGenerationKey, out);
}

Status unchanged(Change& change, const Generations& seen, Part part) {
  XCH_ASSIGN(const auto row, change.get(space::kMeta, kGenerationKey));
  XCH_ASSIGN(const auto now, parse_generations(row));
  const auto i = static_cast<std::size_t>(part);
  return now[i] == seen[i] ? Status(Ok{}) : fail(Code::store_busy);
}

// ---- rosters -------------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const Rosters>> Rosters::load(const Rows& rows, const Rosters* before) {
  auto out = std::make_shared<Rosters>();
  if (before != nullptr) out->by_version_ = before->by_version_;
  XCH_ASSIGN(const auto list, rows.list(space::kRoster));
  for (const auto& row : list) {
    if (row.key.size() != 4) return fail(Code::store_damaged);
    const std::uint32_t version = load_u32(row.key.data());
    if (out->by_version_.count(version) != 0) continue;
    XCH_ASSIGN(const auto signed_roster, wire::decode_signed_roster(row.value.expose()));
    const auto previous = out->newest();
    XCH_ASSIGN(auto roster, party::verify_roster(signed_roster, previous.get()));
    out->by_version_.emplace(version, std::move(roster));
  }
  return std::shared_ptr<const Rosters>(std::move(out));
}

std::shared_ptr<const party::VerifiedRoster> Rosters::newest() const {
  return by_version_.empty() ? nullptr : by_version_.rbegin()->second;
}

std::shared_ptr<const party::VerifiedRoster> Rosters::version(std::uint32_t version) const {
  const auto found = by_version_.find(version);
  return found == by_version_.end() ? nullptr : found->second;
}

std::shared_ptr<const party::VerifiedRoster> Rosters::at(Timestamp time) const {
  for (auto it = by_version_.rbegin(); it != by_version_.rend(); ++it) {
    if (it->second->roster().issued > time) continue;
    return it->second->is_current(time) ? it->second : nullptr;
  }
  return nullptr;
}

// ---- policy packs --------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const Policies>> Policies::load(const Rows& rows, const Policies* before) {
  auto out = before == nullptr ? std::make_shared<Policies>() : std::make_shared<Policies>(*before);
  XCH_ASSIGN(const auto list, rows.list(space::kPolicy));
  for (const auto& row : list) {
    PolicyHash hash;
    if (!hash.copy_from(row.key)) return fail(Code::store_damaged);
    if (out->packs_.count(hash) != 0) continue;
    XCH_ASSIGN(const auto signed_pack, wire::decode_signed(row.value.expose()));
    XCH_ASSIGN(auto pack, wire::decode_policy_pack(signed_pack.body));
    out->packs_.emplace(hash, std::make_shared<const PolicyPack>(std::move(pack)));
  }
  return std::shared_ptr<const Policies>(std::move(out));
}

const PolicyPack* Policies::find(const PolicyHash& hash) const {
  const auto found = packs_.find(hash);
  return found == packs_.end() ? nullptr : found->second.get();
}

// ---- grants --------------------------------------------------------------------------------------------------------

GrantRow grant_row(const grant::HeldGrant& grant, std::uint32_t roster_version, Timestamp taken_at,
                   const KeyId& opened_under) {
  const GrantCore& core = grant.core();
  GrantRow row;
  row.hash = grant.hash();
  row.id = core.grant_id;
  row.version = core.version;
  row.authority = core.authority;
  row.basis = core.basis;
  row.purposes = core.purposes;
  row.effective_at = core.effective_at;
  row.not_before = core.not_before;
  row.not_after = core.not_after;
  row.list = core.status_list;
  row.index = core.status_index;
  row.pseudonym = grant.pseudonym();
  row.roster_version = roster_version;
  row.taken_at = taken_at;
  row.opened_under = opened_under;
  return row;
}

Bytes encode(const GrantRow& row) {
  ByteWriter out;
  out.raw(row.id.view()).u32(row.version).raw(row.authority.view()).u16(static_cast<std::uint16_t>(row.basis));
  out.u16(static_cast<std::uint16_t>(row.purposes.size()));
  for (const auto purpose : row.purposes) out.u16(static_cast<std::uint16_t>(purpose));
  out.u64(row.effective_at.seconds).u64(row.not_before.seconds).u64(row.not_after.seconds);
  out.raw(row.list.view()).u32(row.index).raw(row.pseudonym.view());
  out.u32(row.roster_version).u64(row.taken_at.seconds).raw(row.opened_under.view()).u8(row.erased ? 1 : 0);
  return std::move(out).take();
}

static Result<GrantRow> decode_grant_row(ByteView key, ByteView value) {
  FieldReader in(value);
  GrantRow row;
  if (!row.hash.copy_from(key)) return fail(Code::store_damaged);
  row.id = in.fixed<GrantId>();
  row.version = in.u32();
  row.authority = in.fixed<PartyId>();
  row.basis = static_cast<Basis>(in.u16());
  for (std::uint16_t n = in.u16(); n > 0 && !in.at_end(); --n) row.purposes.push_back(static_cast<Purpose>(in.u16()));
  row.effective_at = in.time();
  row.not_before = in.time();
  row.not_after = in.time();
  row.list = in.fixed<StatusListId>();
  row.index = in.u32();
  row.pseudonym = in.fixed<Pseudonym>();
  row.roster_version = in.u32();
  row.taken_at = in.time();
  row.opened_under = in.fixed<KeyId>();
  row.erased = in.u8() != 0;
  XCH_TRY(in.done());
  return row;
}

// Which classes a version gives stands in its view; a row has its purposes alone.
static policy::IndexedGrant indexed(const GrantRow& row, std::uint32_t number) {
  policy::IndexedGrant out;
  out.subject = row.pseudonym;
  out.grant = row.id;
  out.version = row.version;
  out.basis = row.basis;
  out.classes = policy::kEveryClass;
  for (const auto purpose : row.purposes) out.purposes |= policy::mask_of(purpose);
  out.effective_at = row.effective_at;
  out.not_before = row.not_before;
  out.not_after = row.not_after;
  out.row = number;
  return out;
}

Result<std::shared_ptr<const GrantIndex>> GrantIndex::load(const Rows& rows) {
  auto out = std::make_shared<GrantIndex>();
  XCH_ASSIGN(const auto list, rows.list(space::kGrant));
  for (const auto& row : list) {
    XCH_ASSIGN(GrantRow grant, decode_grant_row(row.key, row.value.expose()));
    out->by_id_[grant.id][grant.version] = grant.hash;
    const GrantHash hash = grant.hash;
    out->by_hash_.emplace(hash, std::move(grant));
  }
  // Without a seed: an authority that chose pseudonyms to collide would slow down the look-up of its own grants.
  for (const auto& [hash, row] : out->by_hash_) {
    if (row.erased) continue;
    out->by_subject_.put(indexed(row, static_cast<std::uint32_t>(out->by_number_.size())));
    out->by_number_.push_back(&row);
  }
  return std::shared_ptr<const GrantIndex>(std::move(out));
}

std::vector<const GrantRow*> GrantIndex::of_subject(const Pseudonym& subject) const {
  std::vector<const GrantRow*> out;
  for (const auto number : by_subject_.rows(subject, PartyId())) out.push_back(by_number_[number]);
  return out;
}

const GrantRow* GrantIndex::find(const GrantHash& hash) const {
  const auto found = by_hash_.find(hash);
  return found == by_hash_.end() ? nullptr : &found->second;
}

std::vector<const GrantRow*> GrantIndex::versions(const GrantId& id) const {
  std::vector<const GrantRow*> out;
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return out;
  for (const auto& [version, hash] : found->second) out.push_back(find(hash));
  return out;
}

const GrantRow* GrantIndex::next(const GrantRow& row) const {
  const auto found = by_id_.find(row.id);
  if (found == by_id_.end()) return nullptr;
  const auto after = found->second.upper_bound(row.version);
  return after == found->second.end() ? nullptr : find(after->second);
}

Timestamp GrantIndex::end(const GrantRow& row) const {
  const GrantRow* after = next(row);
  return after == nullptr ? row.not_after : std::min(row.not_after, after->effective_at);
}

grant::KnownGrant GrantIndex::known(const GrantId& id) const {
  grant::KnownGrant out;
  const auto all = versions(id);
  if (all.empty()) return out;
  out.highest_version = all.back()->version;
  out.pseudonym = all.back()->pseudonym;
  return out;
}

// ---- status --------------------------------------------------------------------------------------------------------

static Result<std::shared_ptr<const grant::HeldStatus>> read_whole(ByteView row, const Rosters& rosters,
                                                                   const ListHistory& before) {
  FieldReader in(row);
  const std::uint32_t version = in.u32();
  if (before.whole() && before.whole()->body().version == version) return before.whole();
  const auto roster = rosters.version(in.u32());
  const Timestamp taken_at = in.time();
  const ByteView bytes = in.v32();
  XCH_TRY(in.done());
  if (!roster) return fail(Code::store_damaged);
  XCH_ASSIGN(const auto list, wire::decode_status_list(bytes));
  // By the roster and the time it was taken in with: what was verified once stays verified.
  return grant::verify_status_list(list, *roster, taken_at);
}

Bytes encode_whole(const grant::HeldStatus& list, std::uint32_t roster_version, Timestamp taken_at) {
  ByteWriter out;
  out.u32(list.body().version).u32(roster_version).u64(taken_at.seconds);
  put_v32(out, wire::encode(list.list()));
  return std::move(out).take();
}

Result<std::shared_ptr<const StatusBook>> StatusBook::load(const Rows& rows, const StatusBook* before,
                                                           const Rosters& rosters) {
  auto out = std::make_shared<StatusBook>();
  std::map<ListKey, std::shared_ptr<ListHistory>> changing;
  XCH_ASSIGN(const auto keys, rows.keys(space::kStatusAt));
  for (const auto& key : keys) {
    if (key.size() != 36) return fail(Code::store_damaged);
    ListKey list;
    if (!list.authority.copy_from(ByteView(key).sub(0, 16)) || !list.list.copy_from(ByteView(key).sub(16, 16)))
      return fail(Code::store_damaged);
    const std::uint32_t version = load_u32(key.data() + 32);
    auto& history = changing[list];
    if (!history) {
      const ListHistory* known = before == nullptr ? nullptr : before->find(list);
      history = known == nullptr ? std::make_shared<ListHistory>() : std::make_shared<ListHistory>(*known);
    }
    // A row of a version below the newest never changes; the newest may have gained chunks.
    if (version < history->newest_version()) continue;
    XCH_ASSIGN(const auto row, rows.get(space::kStatusAt, key));
    if (!row) continue;
    XCH_ASSIGN(auto held, decode_held_version(version, row->expose()));
    history->add(std::move(held));
  }
  XCH_ASSIGN(const auto wholes, rows.list(space::kStatusList));
  for (const auto& row : wholes) {
    ListKey list;
    if (row.key.size() != 32 || !list.authority.copy_from(ByteView(row.key).sub(0, 16)) ||
        !list.list.copy_from(ByteView(row.key).sub(16)))
      return fail(Code::store_damaged);
    auto& history = changing[list];
    if (!history) history = std::make_shared<ListHistory>();
    XCH_ASSIGN(auto whole, read_whole(row.value.expose(), rosters, *history));
    history->set_whole(std::move(whole));
  }
  for (auto& [key, history] : changing) out->lists_.emplace(key, std::move(history));
  return std::shared_ptr<const StatusBook>(std::move(out));
}

const ListHistory* StatusBook::find(const ListKey& key) const {
  const auto found = lists_.find(key);
  return found == lists_.end() ? nullptr : found->second.get();
}

// ---- the picture ---------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const Held>> Held::refresh(const Rows& rows, std::shared_ptr<const Held> before) {
  // The numbers first: what changes while the parts are read is read again by the next call. Parts of two times may
  // not fit together (a list by a roster not loaded yet): then once more.
  XCH_ASSIGN(auto generations, read_generations(rows));
  if (before && before->generations == generations) return before;
  for (;;) {
    auto held = load(rows, before, generations);
    if (held) return held;
    XCH_ASSIGN(const auto now, read_generations(rows));
    if (now == generations) return held;
    generations = now;
  }
}

Result<std::shared_ptr<const Held>> Held::load(const Rows& rows, const std::shared_ptr<const Held>& before,
                                               const Generations& generations) {
  const auto is_new = [&](Part part) {
    const auto i = static_cast<std::size_t>(part);
    return !before || before->generations[i] != generations[i];
  };
  auto out = before ? std::make_shared<Held>(*before) : std::make_shared<Held>();
  out->generations = generations;
  if (is_new(Part::keys)) {
    XCH_ASSIGN(out->keys, OwnKeys::load(rows));
  }
  if (is_new(Part::rosters)) {
    XCH_ASSIGN(out->rosters, Rosters::load(rows, out->rosters.get()));
  }
  if (is_new(Part::policies)) {
    XCH_ASSIGN(out->policies, Policies::load(rows, out->policies.get()));
  }
  if (is_new(Part::grants)) {
    XCH_ASSIGN(out->grants, GrantIndex::load(rows));
  }
  if (is_new(Part::status)) {
    XCH_ASSIGN(out->status, StatusBook::load(rows, out->status.get(), *out->rosters));
  }
  return std::shared_ptr<const Held>(std::move(out));
}

// ---- consent keys --------------------------------------------------------------------------------------------------

Result<std::shared_ptr<grant::HeldGrant>> GrantShelf::get(const GrantHash& hash, const Held& held, const Rows& rows,
                                                          const PartyId& self) {
  const GrantRow* row = held.grants->find(hash);
  if (row == nullptr) return fail(Code::not_found);
  if (row->erased) return fail(Code::key_erased);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = grants_.find(hash);
    if (found != grants_.end()) return found->second;
  }
  XCH_ASSIGN(const auto view, rows.get(space::kGrantView, hash));
  if (!view) return fail(Code::key_erased);
  XCH_ASSIGN(auto object, wire::decode_sealed_object(view->expose()));
  const auto roster = held.rosters->version(row->roster_version);
  // By the roster and the time it was taken in with; the rollback check was made then.
  auto grant = roster ? grant::verify_view(object, *roster, self, row->opened_under, row->taken_at, {})
                      : Result<std::shared_ptr<grant::HeldGrant>>(fail(Code::store_damaged));
  crypto::wipe(object.object.body);
  if (!grant) return fail(grant.error());
  const std::lock_guard<std::mutex> lock(mutex_);
  return grants_.emplace(hash, std::move(*grant)).first->second;
}

void GrantShelf::put(std::shared_ptr<grant::HeldGrant> grant) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const GrantHash hash = grant->hash();
  grants_.emplace(hash, std::move(grant));
}

void GrantShelf::erase(const GrantHash& hash) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = grants_.find(hash);
  if (found == grants_.end()) return;
  found->second->erase_keys();
  grants_.erase(found);
}

}  // namespace xch::session
