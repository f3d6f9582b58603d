// Identifiers and digests as distinct types, so that they cannot be swapped. Plain public values.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace xch {

using CoalitionId = Fixed<16, struct CoalitionIdTag>;
using PartyId = Fixed<16, struct PartyIdTag>;  // an agency or provider in one role
using GrantId = Fixed<16, struct GrantIdTag>;
using NoteId = Fixed<16, struct NoteIdTag>;
using StatusListId = Fixed<16, struct StatusListIdTag>;
using Pseudonym = Fixed<16, struct PseudonymTag>;  // of one subject toward one agency

using Digest = Fixed<32, struct DigestTag>;  // any SHA-256 value or Merkle node
using KeyId = Fixed<32, struct KeyIdTag>;
using GrantHash = Fixed<32, struct GrantHashTag>;
using HeaderHash = Fixed<32, struct HeaderHashTag>;
using NoteCtx = Fixed<32, struct NoteCtxTag>;
using StatusHash = Fixed<32, struct StatusHashTag>;
using PolicyHash = Fixed<32, struct PolicyHashTag>;
using SchemaDigest = Fixed<32, struct SchemaDigestTag>;
using RosterHash = Fixed<32, struct RosterHashTag>;
using Salt = Fixed<32, struct SaltTag>;

/// The suites of docs/format.md. Suite 3 (pq) is reserved: refused by name until it is built.
enum class SuiteId : std::uint16_t { none = 0, p256 = 1, x25519 = 2, pq = 3 };
inline bool is_enabled(SuiteId s) { return s == SuiteId::p256 || s == SuiteId::x25519; }

/// retag turns one fixed value into another type of its size, visibly.
template <class To, std::size_t N, class Tag>
To retag(const Fixed<N, Tag>& from) {
  static_assert(To::kSize == N, "sizes differ");
  To out;
  out.bytes = from.bytes;
  return out;
}

}  // namespace xch
