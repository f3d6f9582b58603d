// The files and folders of a home: made under a temporary name and renamed when whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "session/rows.hpp"

namespace xch::session {

/// Names of rows in the meta space.
namespace meta {
inline constexpr std::string_view kAgencySecret = "agency secret";    // 32 bytes
inline constexpr std::string_view kCoalitionRoot = "coalition root";  // key id of a root, given at creation
inline constexpr std::string_view kNoteSecret = "note secret";        // 32 bytes, once the home was reconciled
inline constexpr std::string_view kRestored = "restored";             // u64 time: what was sealed by then may have been opened
}  // namespace meta

/// NewHome is a home being made beside its final place. Dropped before finish, nothing of it stays.
class NewHome {
 public:
  /// begin makes the folders, 0700. Errors: home_exists, file_io.
  static Result<NewHome> begin(const std::filesystem::path& home, crypto::Random& random);
  ~NewHome();
  NewHome(NewHome&& other) noexcept;
  NewHome& operator=(NewHome&&) = delete;
  const std::filesystem::path& path() const { return temporary_; }
  /// finish syncs and renames. Errors: home_exists, file_io.
  Status finish();

 private:
  NewHome(std::filesystem::path home, std::filesystem::path temporary)
      : home_(std::move(home)), temporary_(std::move(temporary)) {}
  std::filesystem::path home_, temporary_;
};

/// read_home_file reads a small file of a home. Errors: home_missing (no such file), file_io, record_malformed (too long).
Result<std::string> read_home_file(const std::filesystem::path& file);
/// read_key_text reads a key file that nobody else may read. Errors: key_mode, key_missing, file_io.
Result<std::string> read_key_text(const std::filesystem::path& file);

/// stands says whether a store that has come so far is the one that its mark tells of. Errors: store_older, store_copied.
Status stands(const Mark& mark, const std::optional<Progress>& progress);
/// follow_mark checks that a home's store has come as far as its mark tells, and lets every change raise it from here on.
/// A home from before there were marks gets one. Errors: store_older, store_copied, store_mark, store_busy, file_io.
Status follow_mark(const std::filesystem::path& home, Rows& rows, crypto::Random& random);

/// open_rows opens the store of a home with its key; its mark is not looked at.
Result<std::unique_ptr<Rows>> open_rows(const std::filesystem::path& home, StoreKey key, crypto::Random& random,
                                         store::OpenMode mode);

}  // namespace xch::session
