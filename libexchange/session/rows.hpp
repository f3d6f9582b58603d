// The rows of a home: what lies in the store, every value sealed under the home's store key.
//
// A row is (space, key, value). The value on disk is nonce[12] || AES-256-GCM(store key, nonce, aad = space || 0x00 ||
// key, value); keys are ids and digests. A copy of the store without the key file tells how many rows of which space
// there are, and the journal's digests, codes and times; nothing else.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"
#include "model/registry.hpp"
#include "session/mark.hpp"
#include "store/store.hpp"

namespace xch::session {

using StoreKey = crypto::Secret<32, struct StoreKeyTag>;

/// The spaces, each with its key. Numbers in keys are big-endian, so that rows list in their order.
namespace space {
inline constexpr std::string_view kMeta = "meta";                // name
inline constexpr std::string_view kRoster = "roster";            // u32 version
inline constexpr std::string_view kPolicy = "policy";            // policy hash
inline constexpr std::string_view kKey = "key";                  // key id: record and, until it is erased, secret
inline constexpr std::string_view kRetired = "key-retired";      // key id: u64 time
inline constexpr std::string_view kGrant = "grant";              // grant hash: what is known of a held version
inline constexpr std::string_view kGrantView = "grant-view";     // grant hash: the view as received, consent keys in it
inline constexpr std::string_view kStatusList = "status-list";   // authority || list: newest whole list
inline constexpr std::string_view kStatusAt = "status-at";       // authority || list || u32 version: history
inline constexpr std::string_view kStatusTwin = "status-twin";   // authority || list || u32 version || body hash: a second body
inline constexpr std::string_view kSecret = "class-secret";      // grant hash || u16 compartment: S_k
inline constexpr std::string_view kWrap = "class-wrap";          // grant hash || u16 compartment || reader
inline constexpr std::string_view kReplay = "replay";            // sender || note id
inline constexpr std::string_view kReceived = "received";        // SHA-256 of an envelope
inline constexpr std::string_view kReceivedFile = "received-file";  // file name in the spool: the envelope in it
inline constexpr std::string_view kAside = "quarantine";         // file name in the spool
inline constexpr std::string_view kSent = "sent";                // header hash
inline constexpr std::string_view kOutbox = "outbox";            // batch id || u16 part || recipient
inline constexpr std::string_view kOutboxDue = "outbox-due";     // u64 time || batch id || u16 part: until when those are kept
inline constexpr std::string_view kQueue = "queue";              // the same: not yet a file in spool/out
inline constexpr std::string_view kIdempotency = "idempotency";  // HMAC of the caller's key
inline constexpr std::string_view kThread = "thread";            // grant id || schema digest || recipient
inline constexpr std::string_view kNonce = "nonce";              // nonce
inline constexpr std::string_view kRefusals = "refusals";        // u64 hour || u16 code
inline constexpr std::string_view kCopy = "copy";                // header hash || SHA-256: redacted copies
inline constexpr std::string_view kBreakGlass = "break-glass";   // break-glass id: the facts of 42 CFR 2.51(c)
inline constexpr std::string_view kOneShot = "one-shot";         // note id: a packet to an external recipient, without its values
inline constexpr std::string_view kDelete = "delete-after";      // header hash: what has to be deleted, and whether it was
inline constexpr std::string_view kApproval = "approval";        // header hash: who approved its use here
inline constexpr std::string_view kLog = "log";                  // "key", "state", "policy", ... (session/log_rows.hpp)
inline constexpr std::string_view kLogDay = "log-day";           // u32 day: whether its key stands in the log
inline constexpr std::string_view kLogPlace = "log-place";       // u64 seq of a batch's first event: (seq, index) of each
inline constexpr std::string_view kLogKey = "log-key";           // SHA-256 of a log's name || u32 day: opened day keys
inline constexpr std::string_view kLogSeen = "log-seen";         // SHA-256 of a log's name: its checkpoint last verified
inline constexpr std::string_view kUnproven = "unproven";        // header hash || u8: an event whose log proof is to be sent
inline constexpr std::string_view kLogProof = "log-proof";       // header hash || party: a proof that stands in that party's log
inline constexpr std::string_view kHeard = "log-heard";          // party || origin hash || u64 size: the root it showed, and where
inline constexpr std::string_view kHeardSigned = "log-heard-signed";  // party || origin hash: u64 size, newest of own witness
inline constexpr std::string_view kLogAlarm = "log-alarm";       // as in log-heard: evidence of two roots
}  // namespace space

/// Event is one line of the journal: digests, codes, times (docs/format.md, "Exchange log").
struct Event {
  EventKind kind = EventKind::none;
  Timestamp time;
  KeyId actor;
  Digest object;
  std::string detail_json;
};

struct Row {
  Bytes key;
  crypto::SecretBytes value;
};

enum class Inserted : std::uint8_t { now, already };

class Rows;

/// Change is one transaction. Dropped without commit, nothing of it stays. Others wait: keep it short, and while it
/// lives read through it, never through Rows.
class Change {
 public:
  ~Change();
  Change(Change&&) noexcept;
  Change& operator=(Change&&) = delete;

  Result<std::optional<crypto::SecretBytes>> get(std::string_view space, ByteView key);
  Result<std::vector<Row>> list(std::string_view space, ByteView prefix = {});
  Result<std::vector<Bytes>> keys(std::string_view space, ByteView prefix = {});
  /// keys_before are those of a space below `end`.
  Result<std::vector<Bytes>> keys_before(std::string_view space, ByteView end);
  Status put(std::string_view space, ByteView key, ByteView value);
  /// insert writes only where no row is.
  Result<Inserted> insert(std::string_view space, ByteView key, ByteView value);
  /// erase overwrites the row's bytes (secure_delete); once `scrub` of Rows has run, no page holds them.
  Status erase(std::string_view space, ByteView key);
  /// append gives the event's sequence number in the journal: the next one, or `least_seq` where that is higher.
  Result<std::uint64_t> append(const Event& event, std::uint64_t least_seq = 0);
  /// put_progress says how far the store has come, where no mark is followed (Rows::follow): the home is being made or
  /// reconciled.
  Status put_progress(const Progress& progress);
  /// commit returns when everything is durable; a mark that is followed is raised then. Errors: store_full,
  /// store_write, store_busy, store_older (the home was reconciled meanwhile).
  Status commit();

 private:
  friend class Rows;
  struct State;
  explicit Change(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Rows opens the home's store. Thread-safe.
class Rows {
 public:
  Rows(std::unique_ptr<store::Store> store, StoreKey key, crypto::Random& random);
  ~Rows();

  /// mark_key keys the mark of the home whose store this is.
  MarkKey mark_key() const;
  /// progress is how far the store has come; nothing in a store from before there were marks.
  Result<std::optional<Progress>> progress() const;
  /// follow raises the mark with every change from here on.
  void follow(std::unique_ptr<Mark> mark);

  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  Result<std::optional<crypto::SecretBytes>> get(std::string_view space, ByteView key) const;
  /// list gives the rows whose key begins with `prefix`, ascending.
  Result<std::vector<Row>> list(std::string_view space, ByteView prefix = {}) const;
  Result<std::vector<Bytes>> keys(std::string_view space, ByteView prefix = {}) const;
  Result<Change> begin();
  /// appended says whether anything came into the journal by this connection.
  bool appended() const;
  /// scrub makes what was erased unrecoverable: the write-ahead log is folded in and truncated.
  Status scrub();

  /// check opens every row once. Errors: store_key (one is changed), store_*.
  Status check() const;

  store::Store& store() const;

 private:
  friend class Change;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace xch::session
