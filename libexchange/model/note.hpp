// The sealed note as plain values: header, terms, view, bundle (docs/format.md, "Seal").
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/compartment.hpp"
#include "model/grant.hpp"
#include "model/ids.hpp"

namespace xch {

constexpr unsigned kRecipientDepth = 5, kBatchDepth = 10;
constexpr std::size_t kMaxRecipients = 32, kMaxSlots = 256, kMaxCompartments = 64, kMaxViews = 1024;
constexpr std::size_t kMaxBundleSlots = 16384, kMaxBundleWraps = 4096;
constexpr std::size_t kMaxEnvelope = 16u * 1024 * 1024, kMinBody = 4096;

struct RecipientTerms {
  std::vector<Compartment> compartments;  // ascending, never empty
  Notice notice = Notice::none;
  std::vector<Obligation> obligations;  // ascending
  HeaderHash thread_prev;  // zeros when the thread begins
};

struct LogReference {
  Digest origin;  // TH("LX1 log origin", origin); zeros when there is none yet
  std::uint64_t size = 0;
  Digest root;  // SHA-256 of nothing when there is none yet
};

struct NoteHeader {
  SuiteId suite = SuiteId::none;
  CoalitionId coalition;
  NoteId note_id;
  std::uint64_t schema_id = 0;
  SchemaDigest schema_digest;
  std::uint16_t part = 0;
  PolicyHash policy_pack;
  PartyId sender;
  KeyId sender_key;
  GrantHash grant;
  StatusHash status;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Timestamp sealed_at, expires_at;
  Digest recipients_root;
  LogReference checkpoint;
  std::uint16_t slot_count = 0;
};

struct Wrap {
  Compartment compartment;
  Bytes sealed;  // enc || ct of S_k
};

/// ViewBorrowed is one reader's view of one note; its byte members point into the decrypted bundle (or, when
/// sealing, into the arena) and die with it. A slot of exactly 32 bytes is a leaf; a longer one is a full cell,
/// commit[32] || ct.
struct ViewBorrowed {
  ByteView core;  // canonical NoteHeader
  Digest slots_root;
  std::uint16_t batch_position = 0;
  std::array<Digest, kBatchDepth> batch_path;
  ByteView terms;  // canonical RecipientTerms
  Salt terms_salt;
  std::uint8_t recipient_position = 0;
  Salt recipient_salt;
  std::array<Digest, kRecipientDepth> recipient_path;
  ByteView note_secret;  // M, 32 bytes
  std::vector<std::pair<Compartment, ByteView>> wraps;  // ascending
  std::vector<ByteView> redactions;  // canonical Signed records, kind redaction
  std::vector<ByteView> slots;       // exactly slot_count
};

struct BundleBorrowed {
  Digest batch_root;
  ByteView signature;  // 64 bytes
  std::vector<ByteView> chain;    // canonical Signed key records, seat first
  std::vector<ByteView> staples;  // canonical Staple, ascending by (status hash, chunk)
  std::vector<ByteView> views;    // canonical View
};

}  // namespace xch
