// What the office keeps: one file per grant version, one per status list. Plain values and their bytes; internal to
// consent/authority. The store keeps them encrypted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "consent/authority/authority.hpp"
#include "model/grant.hpp"

namespace xch::consent {

/// Spaces of the authority's store. Keys hold ids only, never a participant's.
namespace space {
inline constexpr const char* kGrants = "authority.grants";      // grant id || u32 version -> GrantFile
inline constexpr const char* kEvidence = "authority.evidence";  // likewise -> salt || evidence
inline constexpr const char* kViews = "authority.views";        // grant hash || party id -> a view with its consent keys
inline constexpr const char* kLists = "authority.lists";        // authority key id -> ListFile
inline constexpr const char* kKeptBack = "authority.kept-back"; // 16 bytes at random -> KeptBack
inline constexpr const char* kDrafts = "authority.drafts";      // draft hash -> 32 bytes at random: its number in the journal
inline constexpr const char* kAwaited = "awaited-events";       // event digest -> party id || u64 time it may be stated from
inline constexpr const char* kStated = "stated-events";         // event digest -> u64 time || the statement: the inbox writes it
inline constexpr const char* kArrived = "view-acks";            // grant hash || party id -> u64 time: the inbox writes it
inline constexpr const char* kSentOutside = "packets-sent";     // grant hash || sender || u64 time || recipient: likewise
inline constexpr const char* kEndSeen = "state-acks";           // grant hash || party id -> u64 time || u8 state: likewise
}  // namespace space

/// Holder is one agency that a grant was given to.
struct Holder {
  PartyId party;
  std::string name;
  Pseudonym pseudonym;
  Timestamp acknowledged;  // 0 = not yet
};

/// GrantFile is one version of one grant.
struct GrantFile {
  GrantHash hash;
  Signed signed_core;
  GrantCore core;  // decoded from it
  ConsentDraft draft;  // as issued, without the signed form
  Digest form;         // SHA-256 of the signed form; zeros where there was none
  Salt subject_salt;
  KeyId authority_key; // that signed it: its status list is that key's
  GrantState state = GrantState::active;
  Timestamp ended_at;      // of a state other than active
  Timestamp revocable_at;  // 0 = at any time
  Timestamp pending_since; // 0 = no revocation is pending
  Timestamp event_at;            // when the event was stated that ended it; 0 = none did
  Timestamp revocable_event_at;  // likewise, that made it revocable
  Timestamp expired_at;          // when it was noted that its last day was over; 0 = not yet
  std::string reason;      // of the end, in the office's words
  std::vector<Holder> holders;

  bool is_pending() const { return pending_since.seconds != 0 && state != GrantState::revoked; }
};
Bytes encode(const GrantFile& file);
Result<GrantFile> decode_grant_file(ByteView bytes);

/// ListFile is one status list: all states, which indexes were ever given out, and what was published last.
struct ListFile {
  StatusListId id;
  Basis basis = Basis::none;  // one that the list's key issues: the way to the key
  std::uint32_t version = 0;  // last published; 0 = none yet
  Timestamp issued_at, next_update;
  Bytes chunks;
  Bytes used;  // one bit per index

  std::uint32_t size() const { return static_cast<std::uint32_t>(used.size() * 8); }
};
Bytes encode(const ListFile& file);
Result<ListFile> decode_list_file(ByteView bytes);

Bytes encode(const KeptBack& file);
Result<KeptBack> decode_kept_back(ByteView bytes);

Bytes grant_key(const GrantId& id, std::uint32_t version);
Bytes view_key(const GrantHash& hash, const PartyId& party);

}  // namespace xch::consent
