#include "session/status_history.hpp"

#include <algorithm>

#include "session/codec.hpp"

namespace xch::session {

Bytes encode(const HeldVersion& version) {
  ByteWriter out;
  out.u64(version.issued_at.seconds).u64(version.next_update.seconds).raw(version.hash.view());
  out.u8(version.whole ? 1 : 0).u32(version.chunk_count);
  out.u32(static_cast<std::uint32_t>(version.stapled.size()));
  for (const auto chunk : version.stapled) out.u32(chunk);
  out.u32(static_cast<std::uint32_t>(version.changed.size()));
  for (const auto& [chunk, bytes] : version.changed) out.u32(chunk).raw(ByteView(bytes));
  return std::move(out).take();
}

Result<HeldVersion> decode_held_version(std::uint32_t version, ByteView row) {
  FieldReader in(row);
  HeldVersion out;
  out.version = version;
  out.issued_at = in.time();
  out.next_update = in.time();
  out.hash = in.fixed<StatusHash>();
  out.whole = in.u8() != 0;
  out.chunk_count = in.u32();
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) out.stapled.insert(in.u32());
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) {
    const std::uint32_t chunk = in.u32();
    out.changed[chunk] = in.fixed<Fixed<kStatusChunk, struct StatusChunkTag>>().bytes;
  }
  XCH_TRY(in.done());
  return out;
}

void ListHistory::add(HeldVersion version) {
  for (const auto& [chunk, bytes] : version.changed) chunks_[chunk][version.version] = bytes;
  versions_[version.version] = std::move(version);
}

const HeldVersion* ListHistory::version(std::uint32_t version) const {
  const auto found = versions_.find(version);
  return found == versions_.end() ? nullptr : &found->second;
}

const StatusChunk* ListHistory::chunk_at(std::uint32_t version, std::uint32_t chunk) const {
  const auto changes = chunks_.find(chunk);
  if (changes == chunks_.end()) return nullptr;
  auto after = changes->second.upper_bound(version);
  if (after == changes->second.begin()) return nullptr;
  return &std::prev(after)->second;
}

std::optional<GrantState> ListHistory::state_at(const HeldVersion& version, std::uint32_t index) const {
  const std::uint32_t chunk = status_chunk_of(index);
  if (!version.covers(chunk)) return std::nullopt;
  const StatusChunk* bytes = chunk_at(version.version, chunk);
  if (bytes == nullptr) return std::nullopt;
  return state_in_chunk(ByteView(*bytes), index);
}

std::optional<GrantState> ListHistory::newest_state(std::uint32_t index) const {
  for (auto at = versions_.rbegin(); at != versions_.rend(); ++at)
    if (const auto state = state_at(at->second, index)) return state;
  return std::nullopt;
}

// docs/format.md, "Open", 11: "where the newest held list does not show the index active, issued_at of the first held
// list of that run".
std::optional<Timestamp> ListHistory::inactive_since(std::uint32_t index) const {
  std::optional<Timestamp> since;
  for (auto at = versions_.rbegin(); at != versions_.rend(); ++at) {
    const auto state = state_at(at->second, index);
    if (!state) continue;
    if (*state == GrantState::active) break;
    since = at->second.issued_at;
  }
  return since;
}

bool ListHistory::inactive_between(std::uint32_t index, Timestamp from, Timestamp to) const {
  return std::any_of(versions_.begin(), versions_.end(), [&](const auto& entry) {
    const HeldVersion& held = entry.second;
    if (held.issued_at < from || held.issued_at > to) return false;
    const auto state = state_at(held, index);
    return state && *state != GrantState::active;
  });
}

Result<std::optional<HeldVersion>> ListHistory::of_list(const grant::HeldStatus& list) const {
  const StatusBody& body = list.body();
  if (const HeldVersion* held = version(body.version)) {
    if (held->hash != list.hash()) return fail(Code::status_conflict);
    if (held->whole) return std::optional<HeldVersion>();
  }
  if (body.version < newest_version()) return fail(Code::status_rollback);
  HeldVersion out{body.version, body.issued_at, body.next_update, list.hash(), true, body.chunk_count, {}, {}};
  const ByteView chunks(list.list().chunks);
  for (std::uint32_t chunk = 0; chunk < body.chunk_count; ++chunk) {
    const ByteView now = chunks.sub(std::size_t{chunk} * kStatusChunk, kStatusChunk);
    // Below this version: a chunk that came stapled to this very version is part of it and has to stay in its row.
    const StatusChunk* before = body.version == 0 ? nullptr : chunk_at(body.version - 1, chunk);
    if (before != nullptr && equal(ByteView(*before), now)) continue;
    std::copy(now.begin(), now.end(), out.changed[chunk].begin());
  }
  return std::optional<HeldVersion>(std::move(out));
}

Result<std::optional<HeldVersion>> ListHistory::of_staple(const StatusBody& body, const StatusHash& hash,
                                                          std::uint32_t chunk, ByteView bytes) const {
  HeldVersion out{body.version, body.issued_at, body.next_update, hash, false, body.chunk_count, {}, {}};
  if (const HeldVersion* held = version(body.version)) {
    if (held->hash != hash) return fail(Code::status_conflict);
    if (held->covers(chunk)) return std::optional<HeldVersion>();
    out = *held;
  }
  // An older staple is no error and teaches nothing.
  if (body.version < newest_version()) return std::optional<HeldVersion>();
  out.stapled.insert(chunk);
  const StatusChunk* before = chunk_at(body.version, chunk);
  if (before == nullptr || !equal(ByteView(*before), bytes))
    std::copy(bytes.begin(), bytes.end(), out.changed[chunk].begin());
  return std::optional<HeldVersion>(std::move(out));
}

}  // namespace xch::session
