// Files of a coalition home: whole or not at all. Internal to consent/coalition.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch::consent {

/// read_file reads a file of at most `limit` bytes. Errors: file_missing, file_too_large, file_io.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit = 16u * 1024 * 1024);
/// write_file writes under a temporary name, syncs, renames and syncs the folder; mode 0600. Errors: file_io.
Status write_file(const std::filesystem::path& path, ByteView bytes);
inline Status write_file(const std::filesystem::path& path, std::string_view text) { return write_file(path, ByteView(text)); }
/// remove_file removes a file that may be missing, and syncs the folder. Errors: file_io.
Status remove_file(const std::filesystem::path& path);
/// make_folder makes a folder of mode 0700. Errors: file_io.
Status make_folder(const std::filesystem::path& path);
/// sync_folder makes renames inside a folder durable. Errors: file_io.
Status sync_folder(const std::filesystem::path& path);

/// HomeLock keeps other processes out of a coalition home while it lives: two rosters of one version never appear.
class HomeLock {
 public:
  /// take waits for the lock. Errors: home_missing, file_io.
  static Result<HomeLock> take(const std::filesystem::path& home);
  ~HomeLock();
  HomeLock(HomeLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  HomeLock& operator=(HomeLock&&) = delete;

 private:
  explicit HomeLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace xch::consent
