// A lock between processes: one of them at a time, the others wait a moment and then say so.
#pragma once

#include <chrono>
#include <filesystem>

#include "base/result.hpp"

namespace xch {

/// kLockWait is how long whoever comes second waits: most turns take milliseconds, a busy gate has many.
constexpr std::chrono::milliseconds kLockWait{10000};

/// FileLock holds the lock of one file while it lives. The kernel lets go of it when the process ends, however it ends.
/// Threads of one process keep each other out as well: each takes a lock of its own.
class FileLock {
 public:
  /// take opens `file`, which is made where it is missing (0600, its folder must exist), and waits for whoever holds it.
  /// Errors: store_busy (held longer than `wait`), file_missing (no such folder), store_full, file_io.
  static Result<FileLock> take(const std::filesystem::path& file, std::chrono::milliseconds wait = kLockWait);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace xch
