// The inside of a Session: what its files share. Every call enters once, works on one picture of what the home holds,
// and changes the store in one transaction.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <shared_mutex>

#include "base/file.hpp"
#include "crypto/secret.hpp"
#include "grant/status.hpp"
#include "party/chain.hpp"
#include "session/catalogue.hpp"
#include "session/held.hpp"
#include "session/log.hpp"
#include "session/outbox.hpp"
#include "session/rows.hpp"
#include "session/secrets.hpp"
#include "session/session.hpp"
#include "store/spool.hpp"

namespace xch::session {

/// Call is one entered call: the picture and the time it works with. While it lives, no key it uses is erased.
struct Call {
  std::shared_ptr<const Held> held;
  Timestamp now;
  std::shared_lock<std::shared_mutex> keys_stay;
};

struct Session::State {
  State(std::filesystem::path home, Environment given);

  std::filesystem::path path;
  Environment environment;
  crypto::Random& random;
  pid_t pid;
  EventLog log;
  store::Spool spool;
  HomeInfo info;
  Catalogue catalogue;
  std::unique_ptr<Rows> rows;
  crypto::SecretBytes agency_secret;  // 32 bytes: idempotency rows
  crypto::SecretBytes note_secret;    // 32 bytes: note ids; another one from each reconciling on
  Timestamp restored_until;           // what was sealed by then may have been opened by a store that is gone; 0: nothing

  mutable crypto::ArenaPool arenas;
  mutable party::ChainCache chains;
  mutable grant::StapleCache staples;
  mutable OpenSecrets open_secrets;
  mutable SealSecrets seal_secrets;
  mutable GrantShelf shelf;
  std::unique_ptr<AuthorityAccess> authority;

  /// enter refuses a process that is not the opener's child-free self, reads the clock and refreshes the picture.
  /// Errors: forked, clock, store_*.
  Result<Call> enter() const;
  /// The picture alone, for calls that need no time.
  Result<std::shared_ptr<const Held>> picture() const;
  Result<Timestamp> clock() const;
  /// erasing waits until no call uses a key and keeps others out.
  std::unique_lock<std::shared_mutex> erasing() { return std::unique_lock<std::shared_mutex>(keys_mutex); }

  /// The seat that signs here, its chain valid at `now` by the newest roster.
  struct Seat {
    const OwnKey* key = nullptr;
    std::vector<Signed> chain;
  };
  Result<Seat> seat(const Held& held, Timestamp now) const;
  /// Whose key stands as the actor in this home's events.
  KeyId actor(const Held& held) const;

  mutable std::shared_mutex keys_mutex;
  mutable std::mutex held_mutex;
  mutable std::shared_ptr<const Held> held;
};

}  // namespace xch::session
