// The one who writes a log: entries in, tiles and a signed checkpoint out, and never two histories.
//
// The life of a batch of entries:
//
//   1. The batch is written to .writer/pending, under the size and root it goes on from, and made durable. From here
//      on it is part of the log: whoever opens the log next completes it, and nothing else can take its place.
//   2. Bundles and tiles are written, each durable before the next; each level is made from the one below as it was
//      read back from the disk.
//   3. The new root is computed from the stored tiles. It must be the one that the old edge and the new entries give,
//      and a consistency proof made from the stored tiles must lead from the last signed root to it.
//   4. Only then the checkpoint is signed and put in the place of the old one; then .writer/pending goes.
//
// A crash before the end of 1 leaves the old log, one after it the new one. Ed25519 signatures of one text are equal,
// so a checkpoint that is signed again after a crash is the same file again.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_lock.hpp"
#include "log/checkpoint.hpp"
#include "log/tiles.hpp"

namespace xch::log {

/// kBatchMax bounds one batch, and with it .writer/pending and what a crash leaves to do.
constexpr std::size_t kBatchMax = 16384, kBatchMaxBytes = 32u << 20;

/// LogWriter holds the log's lock while it lives: no other process writes meanwhile. Not thread-safe.
class LogWriter {
 public:
  /// create makes an empty log in `folder` (made where it is missing; its parent must exist) and signs size 0. What a
  /// create that crashed has left is taken over. Errors: usage (there is a log already), store_busy, store_full,
  /// file_io.
  static Result<LogWriter> create(const std::filesystem::path& folder, SignerKey key);
  /// open takes up a log of this key, completes a batch that a crash has left, and checks that the stored tiles give
  /// the root that was signed. Errors: those of open_checkpoint (another log's key, a damaged checkpoint), log_root
  /// (tiles or the pending batch do not go with the checkpoint), file_missing (no log), those of LogFolder, store_busy.
  /// Another writer is waited for as long as `wait` says.
  static Result<LogWriter> open(const std::filesystem::path& folder, SignerKey key,
                                std::chrono::milliseconds wait = kLockWait);
  LogWriter(LogWriter&&) noexcept;
  LogWriter& operator=(LogWriter&&) = delete;
  ~LogWriter();

  /// append adds the entries as one batch and returns the index of the first; then they are durable, in the tiles and
  /// under the signed checkpoint. After an error nobody knows whether the batch is part of the log: this writer refuses
  /// everything further with the same error; open the log again and look at its size. Cost: one durable file for the
  /// batch, one or two for each level, one for the checkpoint.
  /// Errors: usage (no entry, more than kBatchMax, or too many bytes), log_event_too_large (an entry above
  /// kEntryMaxBytes), log_too_large, log_root, store_full, file_io.
  Result<std::uint64_t> append(const std::vector<Bytes>& entries);
  /// add_cosignatures publishes the present checkpoint again with further signature lines, which the caller has
  /// checked. Errors: log_note (no signature lines), store_full, file_io.
  Status add_cosignatures(const std::vector<NoteSignature>& signatures);

  /// checkpoint is what was signed last, note the text of its note with all signatures it has.
  const Checkpoint& checkpoint() const;
  std::string note() const;
  const LogFolder& folder() const;

 private:
  struct State;
  explicit LogWriter(std::unique_ptr<State> state);
  static Result<std::unique_ptr<State>> take(const std::filesystem::path& folder, SignerKey key,
                                             std::chrono::milliseconds wait);
  std::unique_ptr<State> state_;
};

}  // namespace xch::log
