// A sender's log with its witnesses, and the log proofs that come of it. For tests only.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "log/checkpoint.hpp"
#include "model/log_proof.hpp"
#include "model/note.hpp"
#include "vectors/world.hpp"

namespace xch::vectors {

/// SenderLog is the log of one party of a coalition: five entries that its witnesses have signed, and what is added.
class SenderLog {
 public:
  SenderLog(const CoalitionId& coalition, const std::string& party);

  const log::VerifierKey& key() const { return key_.verifier(); }
  /// The reference that headers carry: of the five.
  const LogReference& reference() const { return reference_; }
  /// The policy of a reader: this log, three witnesses, two of them enough.
  std::string policy() const;

  /// proof is the proof of this event, which was added as the sixth entry, of eight in all, once these witnesses had
  /// signed at these times.
  struct Signed {
    std::size_t witness;
    Timestamp time;
  };
  LogProof proof(const HeaderHash& header, ByteView event, const std::vector<Signed>& by) const;

 private:
  log::SignerKey key_;
  std::vector<log::SignerKey> witnesses_;
  std::vector<Bytes> entries_;
  LogReference reference_;
};

/// The header is a note's; its sealed event, of this time.
Bytes sealed_event_at(const HeaderHash& hash, NoteHeader header, Timestamp time);

}  // namespace xch::vectors
