// Parties, key records and the roster as plain values (docs/format.md, "Keys, parties, roster").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/registry.hpp"

namespace xch {

/// Signed is the common frame of signed objects: `kind` fixes the label, `body` is hashed and verified as received.
struct Signed {
  Kind kind = Kind::none;
  Bytes body;
  KeyId signer;      // zeros where the parent is a root and the roster in force vouches instead
  Bytes signature;   // 64 bytes, or empty for a key record whose parent is a root
};

struct KeyRecord {
  KeyKind kind = KeyKind::none;
  SuiteId suite = SuiteId::none;
  CoalitionId coalition;
  PartyId subject;
  std::uint64_t serial = 0;
  Timestamp not_before, not_after;  // both inclusive
  KeyId parent;
  Bytes public_key;
  std::vector<Basis> bases;  // ascending; consent authorities only
};

/// CertifiedKey is a key record with the bytes it came in and its id TH("LX1 key id", body).
struct CertifiedKey {
  KeyId id;
  KeyRecord record;
  Signed signed_record;
};

struct RevokedKey {
  KeyId key;
  Timestamp revoked_at;
};

struct Party {
  PartyId id;
  std::string name;  // display name, an alias where the name would disclose
  PartyKind kind = PartyKind::none;
  Role role = Role::none;
  std::string ori;  // empty where it has none
  std::array<std::uint8_t, 16> agreement_id{};
  Timestamp agreement_not_before, agreement_not_after;
  std::vector<Signed> keys;  // key records
};

struct RootKey {
  Bytes public_key;  // of the roster's suite
};

struct Roster {
  CoalitionId coalition;
  std::uint32_t version = 0;
  RosterHash previous;  // zeros for the first
  SuiteId suite = SuiteId::none;
  PolicyHash policy_pack;
  Timestamp issued, expires;
  std::uint8_t threshold = 0;
  std::vector<RootKey> roots;
  std::vector<RevokedKey> revoked;
  std::vector<Party> parties;
};

struct RootSignature {
  std::uint8_t root_index = 0;
  Bytes signature;
};

/// SignedRoster is how a roster travels: the body and signatures by strictly ascending root index.
struct SignedRoster {
  Bytes body;
  std::vector<RootSignature> signatures;
};

}  // namespace xch
