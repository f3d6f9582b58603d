// The status list: 2-bit states of all grants of one authority, signed, short-lived, fetched whole.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "model/grant.hpp"
#include "party/chain.hpp"

namespace xch::grant {

constexpr std::uint64_t kMaxStatusLife = 24 * 3600;

/// lives_too_long: next_update lies before issued_at, or more than kMaxStatusLife after it.
bool lives_too_long(const StatusBody& body);

StatusHash status_hash(ByteView body);  // TH("LX1 status hash", body)
Digest status_leaf(std::uint32_t chunk_index, ByteView chunk);  // SHA-256(0x00 || TH("LX1 status chunk", u32 c || chunk))

/// set_state writes one grant's 2 bits into the chunks, which grow to hold it; what was never written is active.
void set_state(Bytes& chunks, std::uint32_t index, GrantState state);

/// make_status_list signs the states as of `issued_at`. body.chunk_count and root are computed. Errors:
/// status_malformed (no chunks, or not whole ones), status_lifetime (next_update before issued_at or more than 24 h
/// after it), crypto_unavailable.
Result<StatusList> make_status_list(StatusBody body, Bytes chunks, const std::vector<Signed>& chain, const KeyId& signer,
                                    const crypto::SignPrivateKey& key);

/// HeldStatus is a verified list with its tree ready for staples.
class HeldStatus {
 public:
  const StatusHash& hash() const { return hash_; }
  const StatusBody& body() const { return body_; }
  const StatusList& list() const { return list_; }
  /// state_of is the state the list shows; a caller refuses anything but active. Errors: status_index (beyond the list).
  Result<GrantState> state_of(std::uint32_t index) const;
  /// staple is the Staple for a grant's chunk; its path is computed once per chunk. Thread-safe. Errors: status_index.
  Result<Staple> staple(std::uint32_t index) const;

 private:
  friend Result<std::shared_ptr<const HeldStatus>> verify_status_list(const StatusList&, const party::VerifiedRoster&, Timestamp);
  StatusHash hash_;
  StatusBody body_;
  StatusList list_;
  std::vector<Digest> leaves_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, std::vector<Digest>> paths_;
};

/// verify_status_list checks form (status_malformed), chain (consent authority, valid now), authority, signature and
/// the root over the chunks (status_signature), and lifetime (status_lifetime: next_update before issued_at or more
/// than 24 h after it, or issued more than kClockSkew after now, since no reader would take its staple). A list past
/// its next_update is no error here. Rollback and two bodies of one version are for the holder to compare
/// (status_rollback, status_conflict).
Result<std::shared_ptr<const HeldStatus>> verify_status_list(const StatusList& list, const party::VerifiedRoster& roster,
                                                             Timestamp now);

/// VerifiedStaple is what a staple proves.
struct VerifiedStaple {
  StatusHash hash;
  StatusBody body;
};
/// StapleCache memoises staple signatures by body hash. Bounded; thread-safe.
class StapleCache {
 public:
  explicit StapleCache(std::size_t capacity = 1024);
  ~StapleCache();
  struct State;
  State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};
/// verify_staple checks that the body decodes (open_staple_malformed), its signature by the grant's authority chain
/// (open_staple_signature; memoised), authority and list (open_staple_authority), that the grant's index lies in the
/// chunk, and chunk and path against the root (open_staple_path).
/// State and times are the caller's next checks.
Result<VerifiedStaple> verify_staple(const Staple& staple, const GrantCore& core, const party::VerifiedChain& authority,
                                     StapleCache& cache);

}  // namespace xch::grant
