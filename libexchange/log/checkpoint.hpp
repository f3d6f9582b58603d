// Checkpoints (c2sp.org/tlog-checkpoint), cosigned ones, and proofs that stand on them (c2sp.org/tlog-proof).
//
// A checkpoint is the text of a signed note: the log's name (its origin), the number of entries, the base64 of the
// root, and whatever lines the log adds. A proof is one text for one entry; a court or an auditor can check it with no
// other file than the entry:
//
//     c2sp.org/tlog-proof@v1
//     index 4
//     yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
//     nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=
//
//     example.com/log
//     ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/note.hpp"
#include "log/policy.hpp"
#include "log/tree.hpp"

namespace xch::log {

/// Checkpoint says: the log `origin` has `size` entries, and this is their root.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root;
  std::vector<std::string> extensions;  // further lines, none of them empty
};

/// parse_checkpoint takes a note's text in its one spelling. The root of size 0 is SHA-256 of nothing.
/// Errors: log_checkpoint.
Result<Checkpoint> parse_checkpoint(std::string_view text);
std::string encode_checkpoint(const Checkpoint& checkpoint);

/// Cosigned is a witness, by its place among the witnesses of a LogTrust, and when it signed.
struct Cosigned {
  std::size_t witness;
  Timestamp time;
};

/// LogTrust is whose checkpoints count: the log's key, the witnesses, and how many of them must have cosigned.
class LogTrust {
 public:
  /// make needs an Ed25519 key for the log and cosignature keys for witnesses (ML-DSA keys are taken and never count).
  /// Errors: log_verifier_key (a wrong type, a key twice), usage (a quorum that the witnesses cannot reach).
  static Result<LogTrust> make(VerifierKey log, std::vector<VerifierKey> witnesses = {}, std::size_t quorum = 0);
  /// by_policy takes the witnesses and the quorum of a policy, and its logs where none are given. Errors:
  /// log_verifier_key, usage (no log at all).
  static Result<LogTrust> by_policy(const LogPolicy& policy, std::vector<VerifierKey> logs = {});
  const VerifierKey& log() const { return keys_.keys().front(); }  // of several, the first
  std::size_t logs() const { return logs_; }
  const TrustList& keys() const { return keys_; }  // those of the logs, then the witnesses
  /// check_quorum says whether these witnesses are enough. Errors: log_cosignature; by a policy log_quorum, since
  /// others may sign yet.
  Status check_quorum(const std::vector<Cosigned>& cosigned) const;

 private:
  TrustList keys_;
  std::size_t logs_ = 1;
  std::size_t quorum_ = 0;
  std::optional<LogPolicy> policy_;
};

/// OpenedCheckpoint is a checkpoint whose signatures hold, with the note it came in.
struct OpenedCheckpoint {
  Checkpoint checkpoint;
  SignedNote note;
  std::vector<Cosigned> cosigned;
};

/// open_checkpoint reads and checks a cosigned checkpoint. Errors: log_note, log_checkpoint (not well-formed),
/// log_origin (of another log), log_note_signature (the log's signature is missing, or a known one does not verify),
/// log_cosignature, log_quorum (too few witnesses).
Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const LogTrust& trust);

/// Proof is the proof that an entry stands in a log. `extra` is carried along and proves nothing.
struct Proof {
  std::optional<Bytes> extra;  // never empty
  std::uint64_t index = 0;
  Hashes hashes;
  std::string checkpoint;  // the note of a checkpoint, as the log published it
};

/// parse_proof takes a proof in its one spelling; its checkpoint is well-formed, its signatures are not checked.
/// Errors: log_proof.
Result<Proof> parse_proof(std::string_view text);
std::string encode_proof(const Proof& proof);
/// check_proof checks the checkpoint and that `entry` stands at the proof's index in it.
/// Errors: those of open_checkpoint, log_inclusion.
Result<OpenedCheckpoint> check_proof(const Proof& proof, ByteView entry, const LogTrust& trust);

}  // namespace xch::log
