// Limits of the wire records: what a decoder refuses with record_limit, and why each is there. Published in
// docs/format.md, "Limits"; raising one is a new format version.
#pragma once

#include <cstddef>

#include "model/note.hpp"

namespace xch::wire {

// Against a record that makes the decoder work or allocate beyond what its sender had to send.
constexpr std::size_t kMaxRecord = kMaxEnvelope;       // bytes of any record, before anything is read
constexpr unsigned kMaxNesting = 16;                   // pointers within pointers: no deep recursion
constexpr std::size_t kMinTraversal = 1024;            // words a reader may touch: at least this,
constexpr std::size_t kTraversalPerWord = 4;           // or 4 times the input: no aliasing pointers read again and again

// Against a list whose length costs more than its bytes: each list is bounded by itself.
constexpr std::size_t kMaxKeyChain = 8;                // Signed key records of one chain
constexpr std::size_t kMaxParties = 1024;              // parties of a roster
constexpr std::size_t kMaxKeysPerParty = 16;           // key records of a party
constexpr std::size_t kMaxRoots = 16;                  // root keys of a roster, and signatures under it
constexpr std::size_t kMaxRevokedKeys = 4096;          // revoked keys of a roster
constexpr std::size_t kMaxBases = 16;                  // bases of an authority's key
constexpr std::size_t kMaxPurposes = 16;               // purposes of a grant
constexpr std::size_t kMaxObligations = 16;            // obligations of a reader's terms
constexpr std::size_t kMaxGrantEntries = 4096;         // own and edge entries of a grant view together
constexpr std::size_t kMaxExternals = 16;              // external recipients of a grant
constexpr std::size_t kMaxEntryPath = 16;              // hashes: at most 65,536 leaves
constexpr std::size_t kMaxStatusChunks = 65536;        // 64-byte chunks of a status list: 16.7 million grants
constexpr std::size_t kMaxStaplePath = 40;             // hashes of a staple's path
constexpr std::size_t kMaxStaples = kMaxViews;         // staples of a bundle: each is used by a view
constexpr std::size_t kMaxRedactions = 64;             // redaction records in a view
constexpr std::size_t kMaxSlotPath = 8;                // hashes: 256 slots
constexpr std::size_t kMaxWrap = 65 + 32 + 16;         // bytes: enc of the largest KEM, S_k, tag
constexpr std::size_t kMinWrap = 32 + 32 + 16;         // bytes: enc of the smallest
constexpr std::size_t kMaxPlain = 1048576;             // bytes: the largest B_i
constexpr std::size_t kMaxCell = 32 + 32 + kMaxPlain + 16;  // commit, salt, plain, tag
constexpr std::size_t kSignatureSize = 64;              // bytes, exactly: ECDSA P-256 r and s, or Ed25519
constexpr std::size_t kMaxSubjectRecord = 32768;       // bytes
constexpr std::size_t kLogEntry = 512, kMaxLogEvent = 425;  // bytes of a log proof's entry, exactly; of its event
constexpr std::size_t kMaxTlogProof = 32768;           // bytes of a tlog-proof: 63 hashes and a hundred cosignatures
constexpr std::size_t kMaxLogProof = 40000;            // bytes of a log proof within a presentation

// Texts, in bytes of UTF-8.
constexpr std::size_t kMaxName = 256;                  // a party's display name, a title, a citation, a path
constexpr std::size_t kMaxOri = 32;
constexpr std::size_t kMaxFact = 256, kMaxNature = 1024;  // of break-glass: a name; what the emergency is
constexpr std::size_t kMaxExternalName = 128;          // an external recipient's name
constexpr std::size_t kMaxReason = 32;                 // a redaction's reason code

// Lists of a policy pack.
constexpr std::size_t kMaxPackClasses = 256, kMaxPackCells = 32768, kMaxPackBases = 32, kMaxPackForms = 64;
constexpr std::size_t kMaxPackMaps = 4096, kMaxPackMapCodes = 4096, kMaxPackNotices = 64, kMaxPackSchemas = 256;
constexpr std::size_t kMaxPackEdges = 1024, kMaxPackRoles = 64, kMaxPackKinds = 32, kMaxPackElements = 128;
constexpr std::size_t kMaxPackOriginatorRows = 1024, kMaxPackText = 32768, kMaxPackSigning = 128;

}  // namespace xch::wire
