// Grants, their views and the status list as plain values (docs/format.md, "Grant, consent keys, status").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/compartment.hpp"
#include "model/ids.hpp"
#include "model/party.hpp"

namespace xch {

struct GrantCore {
  CoalitionId coalition;
  GrantId grant_id;
  PartyId authority;  // subject of the consent-authority key
  std::uint32_t version = 0;  // grant version, from 1
  Timestamp effective_at;
  SuiteId required_suite = SuiteId::none;  // none = the one the roster pins
  Basis basis = Basis::none;
  std::vector<Purpose> purposes;  // ascending
  Timestamp not_before, not_after;
  Release release = Release::none;
  StatusListId status_list;
  std::uint32_t status_index = 0;
  PolicyHash policy_pack;
  Digest subject_commit, evidence_commit;
  GrantHash previous;  // zeros for version 1
  std::uint16_t leaf_count = 0;  // at least 256
  Digest entries_root;
};

enum class Rights : std::uint8_t { read = 1, write = 2, both = 3 };
inline bool may_read(Rights r) { return (static_cast<unsigned>(r) & 1u) != 0; }
inline bool may_write(Rights r) { return (static_cast<unsigned>(r) & 2u) != 0; }

/// GrantEntry: one agency's right on one compartment. Encoded as
/// u16 index || salt[32] || agency[16] || u16 compartment || u8 rights || v16(class_pk, empty without read right).
struct GrantEntry {
  std::uint16_t index = 0;
  Salt salt;
  PartyId agency;
  Compartment compartment;
  Rights rights = Rights::read;
  Bytes class_pk;
};

struct ProvenEntry {
  GrantEntry entry;
  std::vector<Digest> path;
};

struct ClassKey {
  Compartment compartment;
  Bytes secret;  // class_sk, 32 bytes; wiped by whoever takes it over (crypto::wipe)
};

/// ExternalRecipient is somebody whom a consent names and who is in no roster: a business, an official. It reads what its
/// entries say, by a packet of its own, until `until`.
struct ExternalRecipient {
  PartyId id;  // grant::external_id
  std::string name;
  Timestamp until;
};

/// GrantView is what one agency receives of a grant: its own entries, the entries of its edges, its consent keys.
struct GrantView {
  PartyId agency;
  KeyId encryption_key;  // the key it is sealed to
  Signed core;           // kind grant
  std::vector<ProvenEntry> own;    // indexes strictly ascending, one per compartment
  std::vector<ProvenEntry> edges;  // indexes strictly ascending, one per (agency, compartment), agency never own
  std::vector<ClassKey> class_keys;  // compartments ascending, exactly those of own entries with read right
  Pseudonym pseudonym;
  /// The subject record (UTF-8 JSON object made by the authority) and its salt, only for a holder of (ID, full); empty otherwise.
  Bytes subject_record;
  Salt subject_salt;  // zeros when there is no record
  std::vector<ExternalRecipient> externals;  // of whom `edges` has entries; ids strictly ascending
};

/// SealedObject is what an object envelope carries: the signer's key chain and one Signed object.
struct SealedObject {
  std::vector<Signed> chain;  // signer's record first, then its parents, up to the one whose parent is a root
  Signed object;
};

enum class GrantState : std::uint8_t { active = 0, revoked = 1, suspended = 2, reserved = 3 };

struct StatusBody {
  PartyId authority;
  StatusListId list;
  std::uint32_t version = 0;
  Timestamp issued_at, next_update;
  std::uint32_t chunk_count = 0;
  Digest root;
};

constexpr std::size_t kStatusChunk = 64;  // bytes: 256 states of 2 bits
inline std::uint32_t status_chunk_of(std::uint32_t index) { return index >> 8; }
/// state_in_chunk: byte (index & 255) >> 2, bits 2 * (index & 3) from the least significant.
inline GrantState state_in_chunk(ByteView chunk, std::uint32_t index) {
  return static_cast<GrantState>(chunk[(index & 255) >> 2] >> (2 * (index & 3)) & 3);
}

/// StatusList is the whole list as fetched: signed body and all chunks.
struct StatusList {
  std::vector<Signed> chain;  // of the authority's key
  Signed signed_body;         // kind statusList
  Bytes chunks;               // chunk_count * 64 bytes
};

/// Staple is the part of a status list that goes with a note: one chunk and its path.
struct Staple {
  Signed signed_body;
  std::uint32_t chunk_index = 0;
  Bytes chunk;  // 64 bytes
  std::vector<Digest> path;
};

}  // namespace xch
