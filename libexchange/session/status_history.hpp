// What this home has held of each authority's status list: the newest whole list for sealing, and every version's
// states for the cut-offs of check 11 (docs/format.md, "Open"). Versions only go up.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "grant/status.hpp"
#include "message/knowledge.hpp"
#include "session/rows.hpp"

namespace xch::session {

struct ListKey {
  PartyId authority;
  StatusListId list;
  Bytes bytes() const { return ByteWriter().raw(authority.view()).raw(list.view()).bytes(); }
  friend bool operator<(const ListKey& a, const ListKey& b) {
    return a.authority != b.authority ? a.authority < b.authority : a.list < b.list;
  }
};

using StatusChunk = std::array<std::uint8_t, kStatusChunk>;

/// HeldVersion is one version of a list, whole or known by the chunks that came stapled to notes.
struct HeldVersion {
  std::uint32_t version = 0;
  Timestamp issued_at, next_update;
  StatusHash hash;
  bool whole = false;
  std::uint32_t chunk_count = 0;       // of the whole list
  std::set<std::uint32_t> stapled;     // chunks known, where it is not whole
  std::map<std::uint32_t, StatusChunk> changed;  // those that differ from the version known before

  bool covers(std::uint32_t chunk) const { return chunk < chunk_count && (whole || stapled.count(chunk) != 0); }
};
Bytes encode(const HeldVersion& version);
Result<HeldVersion> decode_held_version(std::uint32_t version, ByteView row);

class ListHistory {
 public:
  /// Adds a version: a new highest one, or more of the highest one.
  void add(HeldVersion version);
  void set_whole(std::shared_ptr<const grant::HeldStatus> whole) { whole_ = std::move(whole); }

  const std::shared_ptr<const grant::HeldStatus>& whole() const { return whole_; }
  std::uint32_t newest_version() const { return versions_.empty() ? 0 : versions_.rbegin()->first; }
  const HeldVersion* version(std::uint32_t version) const;
  /// What the newest covering version shows; nullopt when none covers the index.
  std::optional<GrantState> newest_state(std::uint32_t index) const;
  std::optional<Timestamp> inactive_since(std::uint32_t index) const;
  bool inactive_between(std::uint32_t index, Timestamp from, Timestamp to) const;

  /// of_list and of_staple give the row to keep for what came now; nullopt when it adds nothing.
  /// Errors: status_rollback (lower than the newest held), status_conflict (another body of a held version).
  Result<std::optional<HeldVersion>> of_list(const grant::HeldStatus& list) const;
  Result<std::optional<HeldVersion>> of_staple(const StatusBody& body, const StatusHash& hash, std::uint32_t chunk,
                                               ByteView bytes) const;

 private:
  const StatusChunk* chunk_at(std::uint32_t version, std::uint32_t chunk) const;
  std::optional<GrantState> state_at(const HeldVersion& version, std::uint32_t index) const;
  std::map<std::uint32_t, HeldVersion> versions_;
  std::map<std::uint32_t, std::map<std::uint32_t, StatusChunk>> chunks_;  // chunk, then the version it changed in
  std::shared_ptr<const grant::HeldStatus> whole_;
};

}  // namespace xch::session
