// A witness (c2sp.org/tlog-witness): for each log that it knows it holds the largest checkpoint that it has cosigned,
// and cosigns another one only where that contains it. So of a log with two histories it cosigns one.
//
//     request   "old " || size || "\n", one line for each hash of the proof of consistency, an empty line, the note of
//               the checkpoint
//     answer    200  the cosignature, as a signature line
//               400  no well-formed request          403  not signed by the log's key
//               404  a log that it does not know     409  it holds another size, which follows in a line of its own
//               422  the checkpoint does not contain what it holds
//
// A witness is a folder:
//
//     key             its signer key (0600): a witness answers with nobody there to type a passphrase, and its key
//                     signs nothing but cosignatures
//     logs/<hex>      for each log, by SHA-256 of its name: the log's key in the first line, then what was cosigned
//                     last, or "nothing"
//     conflicts/<hex> a checkpoint that the log has signed and that is not what the witness holds, of the same size
//     lock
//
// What it holds is durable before a cosignature leaves, and is read, compared and replaced under the lock: of two
// requests at once the later one meets what the earlier has left. A record that is missing or damaged is no record of
// nothing: then nothing is cosigned.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "log/checkpoint.hpp"

namespace xch::log {

/// WitnessRequest asks for a cosignature: the checkpoint, and the proof that it contains the first `old_size` entries.
struct WitnessRequest {
  std::uint64_t old_size = 0;
  Hashes proof;
  std::string checkpoint;  // a note
};
/// parse_witness_request takes the one spelling. Errors: witness_request.
Result<WitnessRequest> parse_witness_request(std::string_view text);
std::string encode_witness_request(const WitnessRequest& request);

/// WitnessAnswer is what a witness answers: a status of HTTP, and the body.
struct WitnessAnswer {
  unsigned status = 0;
  std::string body;
};
/// Where no HTTP is, the answer travels as a file: status, space, the witness's name, newline, body.
/// parse_witness_answer errors: witness_answer.
struct NamedAnswer {
  std::string witness;
  WitnessAnswer answer;
};
std::string encode_witness_answer(const NamedAnswer& answer);
Result<NamedAnswer> parse_witness_answer(std::string_view text);
/// error_of says what a refusal means for the one who asked; 200 has none (usage).
Error error_of(const WitnessAnswer& answer);
/// size_of is the size that a refusal 409 tells. Errors: witness_answer.
Result<std::uint64_t> size_of(const WitnessAnswer& answer);

/// WitnessedLog is what a witness holds of a log.
struct WitnessedLog {
  VerifierKey key;
  std::string note;  // cosigned last; empty: nothing was
  std::uint64_t size = 0;
};

class Witness {
 public:
  /// create makes a witness in a folder that is not there or empty. Needs: a key of type cosignature. Errors: usage,
  /// home_exists, store_full, file_io.
  static Result<Witness> create(const std::filesystem::path& folder, SignerKey key);
  /// Errors: witness_missing, key_mode (others may read its key), log_verifier_key, file_io.
  static Result<Witness> open(const std::filesystem::path& folder);

  const VerifierKey& verifier() const { return key_.verifier(); }
  /// trust makes a log known; one that is known stays as it is. Errors: log_verifier_key (not the key of a log, or the
  /// log is known under another key), store_busy, store_full, file_io.
  Status trust(const VerifierKey& log) const;
  /// logs is what it holds of each log, by name. Errors: witness_state, file_io.
  Result<std::vector<WitnessedLog>> logs() const;

  /// add_checkpoint answers a request; `now` is the cosignature's time, or that of the one before if it is later.
  /// Errors: those that give no answer at all and leave everything as it was: witness_state, store_busy, store_full,
  /// file_io.
  Result<WitnessAnswer> add_checkpoint(std::string_view request, Timestamp now) const;
  /// conflict is a checkpoint that the log of that name has signed beside the one that was held then; empty: there is none.
  /// Errors: file_io.
  Result<std::string> conflict(std::string_view origin) const;
  /// newest is the checkpoint that it cosigned last, for SHA-256 of the log's name in hex: status 200 or 404.
  /// Errors: witness_state, file_io.
  Result<WitnessAnswer> newest(std::string_view hex) const;

 private:
  Witness(std::filesystem::path folder, SignerKey key) : folder_(std::move(folder)), key_(std::move(key)) {}
  struct Held;
  std::filesystem::path path_of(std::string_view origin, std::string_view part = "logs") const;
  Result<Held> read(const std::filesystem::path& path) const;
  Result<WitnessAnswer> judge(const WitnessRequest& request, const SignedNote& note, Timestamp now) const;
  Status keep_conflict(const Checkpoint& checkpoint, const SignedNote& note) const;

  std::filesystem::path folder_;
  SignerKey key_;
};

}  // namespace xch::log
