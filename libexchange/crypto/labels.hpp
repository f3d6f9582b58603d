// Every label of docs/format.md, once. A label starts with "LX1 " and serves exactly one purpose.
#pragma once

#include <array>
#include <string_view>

#include "model/registry.hpp"

namespace xch::crypto::label {

// TH: the labelled hash.
inline constexpr std::string_view kKeyId = "LX1 key id";                        // a key record's body; for a root, its public key
inline constexpr std::string_view kRosterHash = "LX1 roster hash";              // a roster body
inline constexpr std::string_view kPolicyHash = "LX1 policy hash";              // a policy pack's body
inline constexpr std::string_view kSchemaDigest = "LX1 schema digest";          // a canonical schema bundle
inline constexpr std::string_view kNoteIdKey = "LX1 note id key";               // HMAC input that makes a note id from an idempotency key
inline constexpr std::string_view kNoteId = "LX1 note id";                      // note id digest in log events
inline constexpr std::string_view kEvidence = "LX1 evidence";                   // evidence commitment of a grant
inline constexpr std::string_view kSubject = "LX1 subject";                     // subject commitment of a grant
inline constexpr std::string_view kGrantEntry = "LX1 grant entry";              // a leaf of a grant's entries
inline constexpr std::string_view kGrantHash = "LX1 grant hash";                // a grant core
inline constexpr std::string_view kGrantEvent = "LX1 grant event";              // an event that a grant ends with
inline constexpr std::string_view kStatusChunk = "LX1 status chunk";            // a leaf of a status list
inline constexpr std::string_view kStatusHash = "LX1 status hash";              // a status list's body
inline constexpr std::string_view kLogOrigin = "LX1 log origin";                // a log's origin line, in a note header
inline constexpr std::string_view kRecipientTerms = "LX1 recipient terms";      // a reader's terms with their salt
inline constexpr std::string_view kRecipient = "LX1 recipient";                 // a leaf of recipients_root
inline constexpr std::string_view kNoteCtx = "LX1 note ctx";                    // a note's core
inline constexpr std::string_view kCellCommit = "LX1 cell commit";              // commit_i
inline constexpr std::string_view kCellCt = "LX1 cell ct";                      // a cell's ciphertext
inline constexpr std::string_view kCellLeaf = "LX1 cell leaf";                  // leaf_i
inline constexpr std::string_view kHeader = "LX1 header";                       // header_hash
inline constexpr std::string_view kClassWrapInfo = "LX1 class wrap info";       // what a class wrap is bound to
inline constexpr std::string_view kGatedWrapInfo = "LX1 gated wrap info";       // what a gated wrap is bound to
inline constexpr std::string_view kEnvelopeInfo = "LX1 envelope info";          // what an envelope is bound to
inline constexpr std::string_view kObjectEnvelopeInfo = "LX1 object envelope info";  // what an object envelope is bound to
inline constexpr std::string_view kReleaseInfo = "LX1 release info";            // what a gated release is bound to
inline constexpr std::string_view kBreakGlassInfo = "LX1 break-glass info";    // what a break-glass envelope is bound to
inline constexpr std::string_view kExternal = "LX1 external recipient";         // an external recipient's id
inline constexpr std::string_view kRoots = "LX1 roots";                         // a roster's roots, as one number to compare
inline constexpr std::string_view kOneShotCode = "LX1 one-shot code";           // the salt under which a packet's code is stretched
inline constexpr std::string_view kOneShotKey = "LX1 one-shot key";             // a packet's one-time public key
inline constexpr std::string_view kLogEvent = "LX1 log event";                  // commitment of a log entry
inline constexpr std::string_view kDayKeyInfo = "LX1 day key info";             // what a day-key wrap is bound to

// XP: key derivation.
inline constexpr std::string_view kCellKey = "LX1 cell key";    // key and nonce of one cell
inline constexpr std::string_view kLogEntry = "LX1 log entry";  // key and nonce of one log entry

// HPKE: the first bytes of info.
inline constexpr std::string_view kClassWrap = "LX1 class wrap";            // S_k to a reader's class key
inline constexpr std::string_view kGatedWrap = "LX1 gated wrap";            // a gated S_k to the release service's class key
inline constexpr std::string_view kEnvelope = "LX1 envelope";               // a bundle of views to an agency
inline constexpr std::string_view kObjectEnvelope = "LX1 object envelope";  // any other object to an agency
inline constexpr std::string_view kBreakGlass = "LX1 break-glass";          // what is told in a medical emergency, to an agency
inline constexpr std::string_view kOneShot = "LX1 one-shot";                // a packet to an external recipient
inline constexpr std::string_view kRelease = "LX1 release";                 // a released S_k to an agency
inline constexpr std::string_view kDayKey = "LX1 day key";                  // a log's day key to an auditor

inline constexpr std::array kAllButSign{
    kKeyId,     kRosterHash,     kPolicyHash, kSchemaDigest, kNoteIdKey,     kNoteId,        kEvidence,     kSubject,
    kGrantEntry, kGrantHash,     kStatusChunk, kStatusHash,  kLogOrigin,     kRecipientTerms, kRecipient,   kNoteCtx,
    kCellCommit, kCellCt,        kCellLeaf,   kHeader,       kClassWrapInfo, kGatedWrapInfo, kEnvelopeInfo, kObjectEnvelopeInfo,
    kReleaseInfo, kLogEvent,     kDayKeyInfo, kCellKey,      kLogEntry,      kClassWrap,     kGatedWrap,    kEnvelope,
    kObjectEnvelope, kRelease,   kDayKey,     kBreakGlassInfo, kBreakGlass, kGrantEvent,
    kExternal,   kRoots,         kOneShotCode, kOneShotKey,  kOneShot};

// Sign: one per kind of Signed object, at the kind's registry number.
inline constexpr std::array<std::string_view, kKindCount> kSign{
    "",
    "LX1 sign key record",
    "LX1 sign roster",
    "LX1 sign grant",
    "LX1 sign grant view",
    "LX1 sign status list",
    "LX1 sign policy pack",
    "LX1 sign note",
    "LX1 sign redaction",
    "LX1 sign presentation",
    "LX1 sign receipt",
    "LX1 sign release request",
    "LX1 sign break-glass",
    "LX1 sign one-shot packet",
    "LX1 sign log proof",
};

}  // namespace xch::crypto::label

namespace xch::crypto {

/// sign_label is "LX1 sign <name>" for a kind of the registry; empty for none and for unknown numbers, and an empty
/// label signs and verifies nothing.
constexpr std::string_view sign_label(Kind kind) {
  const auto n = static_cast<std::size_t>(kind);
  return n < label::kSign.size() ? label::kSign[n] : std::string_view();
}

}  // namespace xch::crypto
