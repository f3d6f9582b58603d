#include "store/spool.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/file.hpp"

namespace xch::store {
namespace {

namespace fs = std::filesystem;

Status as_spool(Status done) {
  if (done || done.error().code == Code::store_full || done.error().code == Code::file_missing) return done;
  return fail(Code::spool);
}

Status make_all(const fs::path& box, std::initializer_list<const char*> folders) {
  XCH_TRY(as_spool(make_folder(box)));
  for (const auto* folder : folders) XCH_TRY(as_spool(make_folder(box / folder)));
  return Ok{};
}

/// Unfinished is a file that is gone again unless it is finished, whatever ends the work on it.
class Unfinished {
 public:
  explicit Unfinished(fs::path path) : path_(std::move(path)) {}
  ~Unfinished() {
    if (!finished_) ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  const fs::path& path() const { return path_; }
  void finish() { finished_ = true; }

 private:
  fs::path path_;
  bool finished_ = false;
};

Result<std::vector<std::string>> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code ec;
  for (fs::directory_iterator at(folder, ec), end; !ec && at != end; at.increment(ec)) {
    const std::string name = at->path().filename().string();
    // A link may point anywhere: only files that are here themselves.
    if (is_spool_name(name) && fs::is_regular_file(at->symlink_status(ec))) out.push_back(name);
  }
  if (ec) return fail(Code::spool);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

bool is_spool_name(std::string_view name) {
  if (name.empty() || name.size() > 128 || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Status Spool::create() const {
  XCH_TRY(as_spool(make_folder(root_)));
  XCH_TRY(make_all(root_ / "in", {"tmp", "new", "cur", "quarantine"}));
  return as_spool(make_folder(root_ / "out"));
}

Status Spool::deliver(const std::string& mailbox, const std::string& name, ByteView bytes) const {
  if (!is_spool_name(mailbox) || !is_spool_name(name)) return fail(Code::usage);
  const fs::path box = root_ / "out" / mailbox;
  XCH_TRY(make_all(box, {"tmp", "new", "cur"}));
  const auto held = read_file(box / "new" / name, kMaxSpoolFile, Links::refuse);
  if (held) return equal(*held, bytes) ? Status(Ok{}) : fail(Code::spool);
  if (held.error().code != Code::file_missing) return fail(Code::spool);
  Unfinished part(box / "tmp" / name);
  const fs::path whole = box / "new" / name;
  XCH_TRY(as_spool(write_file_atomically(part.path(), bytes)));
  XCH_TRY(as_spool(rename_durably(part.path(), whole)));
  part.finish();
  return Ok{};
}

// ---- the inbox -----------------------------------------------------------------------------------------------------

namespace {

const char* folder_name(Spool::Folder folder) {
  switch (folder) {
    case Spool::Folder::arrived: return "new";
    case Spool::Folder::kept: return "cur";
    case Spool::Folder::aside: break;
  }
  return "quarantine";
}

/// move is rename that never replaces another file: what came twice is one file afterwards.
Status move(const fs::path& from, const fs::path& to) {
  std::error_code ec;
  if (!fs::exists(fs::symlink_status(to, ec))) return as_spool(rename_durably(from, to));
  const auto mine = read_file(from, kMaxSpoolFile, Links::refuse);
  if (!mine) return mine.error().code == Code::file_missing ? fail(Code::file_missing) : fail(Code::spool_taken);
  const auto theirs = read_file(to, kMaxSpoolFile, Links::refuse);
  if (!theirs || !equal(*mine, *theirs)) return fail(Code::spool_taken);
  return as_spool(rename_durably(from, to));
}

}  // namespace

fs::path Spool::path_of(Folder folder, const std::string& name) const { return root_ / "in" / folder_name(folder) / name; }

Result<std::vector<std::string>> Spool::names(Folder folder) const { return names_in(root_ / "in" / folder_name(folder)); }
Result<std::vector<std::string>> Spool::arrived() const { return names(Folder::arrived); }
Result<std::vector<std::string>> Spool::kept() const { return names(Folder::kept); }

std::size_t Spool::quarantined() const {
  const auto there = names(Folder::aside);
  return there ? there->size() : 0;
}

bool Spool::has(Folder folder, const std::string& name) const {
  std::error_code ec;
  return is_spool_name(name) && fs::is_regular_file(fs::symlink_status(path_of(folder, name), ec));
}

Result<Bytes> Spool::read_in(Folder folder, const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  auto bytes = read_file(path_of(folder, name), kMaxSpoolFile, Links::refuse);
  if (bytes || bytes.error().code == Code::file_too_large || bytes.error().code == Code::file_missing) return bytes;
  return fail(Code::spool);
}

Result<Bytes> Spool::read(const std::string& name) const {
  auto bytes = read_in(Folder::kept, name);
  if (bytes || bytes.error().code != Code::file_missing) return bytes;
  return read_in(Folder::arrived, name);
}

Result<std::string> Spool::own_name(const std::string& name, const std::string& fresh) const {
  if (!is_spool_name(name) || !is_spool_name(fresh)) return fail(Code::usage);
  const bool taken = has(Folder::kept, name) || has(Folder::aside, name);
  if (!taken) return name;
  const auto mine = read_in(Folder::arrived, name);
  for (const auto folder : {Folder::kept, Folder::aside}) {
    if (!mine || !has(folder, name)) continue;
    const auto theirs = read_in(folder, name);
    if (theirs && equal(*mine, *theirs)) return name;  // the very same file, as a second courier brings it
  }
  if (!mine && mine.error().code == Code::file_missing) return fail(Code::file_missing);
  XCH_TRY(move(path_of(Folder::arrived, name), path_of(Folder::arrived, fresh)));
  return fresh;
}

Status Spool::keep(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  return move(path_of(Folder::arrived, name), path_of(Folder::kept, name));
}

Status Spool::quarantine(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  for (const auto folder : {Folder::kept, Folder::arrived}) {
    Status moved = move(path_of(folder, name), path_of(Folder::aside, name));
    if (moved || moved.error().code != Code::file_missing) return moved;
  }
  return fail(Code::file_missing);
}

Status Spool::put_back(const std::string& name, const std::string& as) const {
  if (!is_spool_name(name) || !is_spool_name(as)) return fail(Code::usage);
  return move(path_of(Folder::aside, name), path_of(Folder::arrived, as));
}

Status Spool::remove(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  std::error_code ec;
  const bool gone = std::filesystem::remove(root_ / "in" / "cur" / name, ec);
  if (ec) return fail(Code::spool);
  if (!gone) return fail(Code::file_missing);
  return as_spool(sync_folder(root_ / "in" / "cur"));
}

}  // namespace xch::store
