// What a home holds, as one immutable picture: rosters, packs, keys, grants, status. A call works on the picture it
// began with; who changes something commits it and the next call loads what changed, also in another process.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "grant/view.hpp"
#include "model/pack.hpp"
#include "party/roster.hpp"
#include "policy/consent_index.hpp"
#include "session/own_keys.hpp"
#include "session/rows.hpp"
#include "session/status_history.hpp"

namespace xch::session {

/// The parts of the picture, each with a generation number that every change of it raises.
enum class Part : std::size_t { keys, rosters, policies, grants, status };
constexpr std::size_t kParts = 5;
using Generations = std::array<std::uint64_t, kParts>;

Result<Generations> read_generations(const Rows& rows);
/// touch raises a part's generation inside the transaction that changes it.
Status touch(Change& change, Part part);

/// unchanged refuses (store_busy) where another call or process changed the part since the picture was taken: what was
/// judged by the picture must not be written over what came after it.
Status unchanged(Change& change, const Generations& seen, Part part);

class Rosters {
 public:
  static Result<std::shared_ptr<const Rosters>> load(const Rows& rows, const Rosters* before);
  std::shared_ptr<const party::VerifiedRoster> newest() const;
  std::shared_ptr<const party::VerifiedRoster> version(std::uint32_t version) const;
  /// at is the newest roster issued at or before `time`, null when it had expired by then or there is none.
  std::shared_ptr<const party::VerifiedRoster> at(Timestamp time) const;

 private:
  std::map<std::uint32_t, std::shared_ptr<const party::VerifiedRoster>> by_version_;
};

class Policies {
 public:
  /// A pack that was loaded once is the same object in every later picture: pointers to it stay good.
  static Result<std::shared_ptr<const Policies>> load(const Rows& rows, const Policies* before);
  const PolicyPack* find(const PolicyHash& hash) const;

 private:
  std::map<PolicyHash, std::shared_ptr<const PolicyPack>> packs_;
};

/// GrantRow is what is known of a held grant version without its consent keys.
struct GrantRow {
  GrantHash hash;
  GrantId id;
  std::uint32_t version = 0;
  PartyId authority;
  Basis basis = Basis::none;
  std::vector<Purpose> purposes;
  Timestamp effective_at, not_before, not_after;
  StatusListId list;
  std::uint32_t index = 0;
  Pseudonym pseudonym;
  std::uint32_t roster_version = 0;  // that the view was verified by
  Timestamp taken_at;
  KeyId opened_under;
  bool erased = false;  // consent keys and view are gone
};
GrantRow grant_row(const grant::HeldGrant& grant, std::uint32_t roster_version, Timestamp taken_at,
                   const KeyId& opened_under);
Bytes encode(const GrantRow& row);

class GrantIndex {
 public:
  static Result<std::shared_ptr<const GrantIndex>> load(const Rows& rows);
  const GrantRow* find(const GrantHash& hash) const;
  const std::map<GrantHash, GrantRow>& all() const { return by_hash_; }
  /// of_subject are the held versions for one person whose keys are here, by hash, in force or not.
  std::vector<const GrantRow*> of_subject(const Pseudonym& subject) const;
  /// versions of one grant id, ascending.
  std::vector<const GrantRow*> versions(const GrantId& id) const;
  /// next is the next held version after this one; nullptr when this is the newest.
  const GrantRow* next(const GrantRow& row) const;
  /// end is when a version stopped being the one to seal under: its last second or its successor's first.
  Timestamp end(const GrantRow& row) const;
  grant::KnownGrant known(const GrantId& id) const;

 private:
  std::map<GrantHash, GrantRow> by_hash_;
  std::map<GrantId, std::map<std::uint32_t, GrantHash>> by_id_;
  policy::ConsentIndex by_subject_;          // its one recipient is this home
  std::vector<const GrantRow*> by_number_;   // by_hash_'s rows, as by_subject_ numbers them
};

/// encode_whole is the row of the newest whole list: what it takes to verify it again as it was verified.
Bytes encode_whole(const grant::HeldStatus& list, std::uint32_t roster_version, Timestamp taken_at);

class StatusBook {
 public:
  static Result<std::shared_ptr<const StatusBook>> load(const Rows& rows, const StatusBook* before,
                                                        const Rosters& rosters);
  const ListHistory* find(const ListKey& key) const;
  const std::map<ListKey, std::shared_ptr<const ListHistory>>& all() const { return lists_; }

 private:
  std::map<ListKey, std::shared_ptr<const ListHistory>> lists_;
};

struct Held {
  Generations generations{};
  std::shared_ptr<const OwnKeys> keys;
  std::shared_ptr<const Rosters> rosters;
  std::shared_ptr<const Policies> policies;
  std::shared_ptr<const GrantIndex> grants;
  std::shared_ptr<const StatusBook> status;

  /// refresh gives `before` itself when nothing changed since.
  static Result<std::shared_ptr<const Held>> refresh(const Rows& rows, std::shared_ptr<const Held> before);

 private:
  static Result<std::shared_ptr<const Held>> load(const Rows& rows, const std::shared_ptr<const Held>& before,
                                                  const Generations& generations);
};

/// GrantShelf verifies grant views on demand and keeps them: their consent keys live here. Thread-safe.
class GrantShelf {
 public:
  /// Errors: not_found (no such grant here), key_erased, store_*.
  Result<std::shared_ptr<grant::HeldGrant>> get(const GrantHash& hash, const Held& held, const Rows& rows,
                                                const PartyId& self);
  void put(std::shared_ptr<grant::HeldGrant> grant);
  /// erase wipes the consent keys, also of those who still hold the grant.
  void erase(const GrantHash& hash);

 private:
  std::mutex mutex_;
  std::map<GrantHash, std::shared_ptr<grant::HeldGrant>> grants_;
};

}  // namespace xch::session
