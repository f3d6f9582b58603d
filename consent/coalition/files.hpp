// Files of a coalition home: whole or not at all. Internal to consent/coalition.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.hpp"
#include "base/file_lock.hpp"
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

/// lock_home keeps other processes out of a coalition home while it lives: two rosters of one version never appear. Whoever
/// comes second waits a moment. Errors: store_busy, home_missing, file_io.
Result<FileLock> lock_home(const std::filesystem::path& home);

}  // namespace xch::consent
