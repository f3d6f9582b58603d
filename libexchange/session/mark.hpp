// The mark of a home: how far its store has come, kept outside the store, so that an older store is not taken for it.
//
//   HOME/mark/N  one file, named by the number in it
//   its bytes    "XCHM" || u8 1 || line[16] || u64 number || u64 journal || u64 time || u64 inode ||
//                u64 birth seconds || u32 nanoseconds || HMAC-SHA256(key, all of it)
//
// Every change of the store raises the number in the store, in the same transaction, and then in the mark, before
// anything is released. So a store that is behind its mark was put there from a backup: what it forgot (notes opened,
// keys used up, consents ended) would happen a second time. A line is one unbroken history; reconciling begins another.
//
// A home copied back whole has a mark as old as its store. Two things tell it all the same. The mark names the very
// file that it is, by its number and birth, which do not go along with a copy. And its name changes with every change
// of the store: copied over a home that has gone on, it lies beside the newer one instead of replacing it. An image of
// a disk or a machine that is put back whole has the same file again, and nothing newer: this does not tell it.
//
// The mark is not synced with every change, which would cost as much again as the store's own commit. After a power cut
// it may be as far behind as the kernel writes late, half a minute (kMarkLag).
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::session {

using LineId = Fixed<16, struct LineTag>;
using MarkKey = crypto::Secret<32, struct MarkKeyTag>;

/// The row of the meta space that says how far the store has come.
inline constexpr std::string_view kProgressRow = "progress";

constexpr std::uint64_t kMarkLag = 300;  // seconds; ten times what a kernel waits before it writes

/// Progress is how far a store has come.
struct Progress {
  LineId line;
  std::uint64_t number = 0;
  std::uint64_t journal = 0;  // seq of the newest event
  Timestamp time;             // of the newest event
};
Bytes encode(const Progress& progress);
Result<Progress> decode_progress(ByteView row);

enum class MarkFile : std::uint8_t { own, copied };

class Mark {
 public:
  /// make writes the mark of a home anew and removes every other one. Errors: store_full, file_io.
  static Status make(const std::filesystem::path& home, const MarkKey& key, const Progress& progress);
  /// open reads the newest one. Errors: file_missing (there is none), store_mark (one is damaged or of another home),
  /// file_io.
  static Result<std::unique_ptr<Mark>> open(const std::filesystem::path& home, const MarkKey& key);
  ~Mark();
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

  const Progress& opened_at() const { return opened_at_; }
  /// file says whether it is the file that it names, or was copied.
  MarkFile file() const { return file_; }
  /// raise says that the store has come so far; the mark never goes back. Thread-safe, also between processes.
  /// Errors: store_mark, store_write, store_full.
  Status raise(const Progress& progress);

 private:
  Mark(int folder, int fd, MarkKey key) : folder_(folder), fd_(fd), key_(std::move(key)) {}
  int folder_, fd_;
  MarkKey key_;
  MarkFile file_ = MarkFile::own;
  Progress opened_at_;
  std::mutex mutex_;
};

}  // namespace xch::session
