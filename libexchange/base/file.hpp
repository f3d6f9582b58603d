// Files written so that a reader finds the old one or the new one, never half of either.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch {

/// write_file_atomically writes under a temporary name beside `path`, syncs it, renames it over `path` and syncs the
/// folder. Mode 0600 unless said otherwise. On any failure the temporary file is removed and `path` is as it was.
/// Errors: store_full (no space), file_io.
Status write_file_atomically(const std::filesystem::path& path, ByteView bytes, unsigned mode = 0600);

/// Whether a symbolic link as the last part of a path is followed. Refuse it where others may put files.
enum class Links { follow, refuse };

/// read_file reads a whole regular file of at most `limit` bytes. A file that grows meanwhile is file_io.
/// Errors: file_missing, file_too_large, file_io.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit, Links links = Links::follow);

/// read_file_into is the same into a buffer that is kept from one file to the next and only grows; what was read is at its
/// beginning. The answer ends with the buffer's next use. For many files, and for nothing that is secret.
Result<ByteView> read_file_into(const std::filesystem::path& path, Bytes& buffer, std::size_t limit, Links links = Links::follow);

/// is_there tells whether the path names anything, a symbolic link that leads nowhere too; where it cannot be told, it does.
bool is_there(const std::filesystem::path& path);

/// make_folder makes a folder with mode 0700 (its parent must exist); one that is there already is no error.
/// Errors: store_full, file_io.
Status make_folder(const std::filesystem::path& path);

/// sync_folder makes what was created, renamed or removed in a folder durable. Errors: store_full, file_missing, file_io.
Status sync_folder(const std::filesystem::path& folder);

/// rename_durably moves a file and syncs both folders. Errors: file_missing, store_full, file_io.
Status rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// others_may_read is true when group or others have any right on the file; true as well when it cannot be told.
bool others_may_read(const std::filesystem::path& path);

}  // namespace xch
