#include "store/spool.hpp"

#include <algorithm>
#include <system_error>

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
  XCH_TRY(as_spool(write_file_atomically(box / "tmp" / name, bytes)));
  return as_spool(rename_durably(box / "tmp" / name, box / "new" / name));
}

Result<std::vector<std::string>> Spool::arrived() const { return names_in(root_ / "in" / "new"); }
Result<std::vector<std::string>> Spool::kept() const { return names_in(root_ / "in" / "cur"); }

std::size_t Spool::quarantined() const {
  const auto names = names_in(root_ / "in" / "quarantine");
  return names ? names->size() : 0;
}

Result<Bytes> Spool::read(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  for (const auto* folder : {"cur", "new"}) {
    auto bytes = read_file(root_ / "in" / folder / name, kMaxSpoolFile, Links::refuse);
    if (bytes || bytes.error().code == Code::file_too_large) return bytes;
    if (bytes.error().code != Code::file_missing) return fail(Code::spool);
  }
  return fail(Code::file_missing);
}

Status Spool::keep(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  return as_spool(rename_durably(root_ / "in" / "new" / name, root_ / "in" / "cur" / name));
}

Status Spool::quarantine(const std::string& name) const {
  if (!is_spool_name(name)) return fail(Code::usage);
  for (const auto* folder : {"cur", "new"}) {
    Status moved = rename_durably(root_ / "in" / folder / name, root_ / "in" / "quarantine" / name);
    if (moved || moved.error().code != Code::file_missing) return as_spool(std::move(moved));
  }
  return fail(Code::file_missing);
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
