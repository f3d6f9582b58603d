#include "session/home_files.hpp"

#include <system_error>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "store/spool.hpp"

namespace xch::session {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxSettings = 64 * 1024;
constexpr std::chrono::milliseconds kBusyWait{10000};  // a writer's turn is milliseconds; a busy gate has many

bool is_taken(const fs::path& home) {
  std::error_code error;
  return fs::exists(fs::symlink_status(home, error)) && !(fs::is_directory(home, error) && fs::is_empty(home, error));
}

}  // namespace

Result<NewHome> NewHome::begin(const fs::path& home, crypto::Random& random) {
  if (home.empty()) return fail(Code::usage, "home");
  if (is_taken(home)) return fail(Code::home_exists);
  std::error_code error;
  const fs::path absolute = fs::absolute(home, error).lexically_normal();
  const fs::path clean = absolute.has_filename() ? absolute : absolute.parent_path();
  if (error || !fs::is_directory(clean.parent_path(), error)) return fail(Code::file_io);
  const auto mark = crypto::random_fixed<Fixed<8, struct TemporaryTag>>(random);
  NewHome out(clean, clean.parent_path() / ("." + clean.filename().string() + ".new-" + to_hex(mark.view())));
  XCH_TRY(make_folder(out.temporary_));
  XCH_TRY(make_folder(out.temporary_ / "keys"));
  XCH_TRY(make_folder(out.temporary_ / "store"));
  XCH_TRY(store::Spool(out.temporary_ / "spool").create());
  return out;
}

NewHome::NewHome(NewHome&& other) noexcept : home_(std::move(other.home_)), temporary_(std::move(other.temporary_)) {
  other.temporary_.clear();
}

NewHome::~NewHome() {
  if (temporary_.empty()) return;
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

Status NewHome::finish() {
  if (is_taken(home_)) return fail(Code::home_exists);
  XCH_TRY(rename_durably(temporary_, home_));
  temporary_.clear();
  return Ok{};
}

Result<std::string> read_home_file(const fs::path& file) {
  const auto bytes = read_file(file, kMaxSettings);
  if (bytes) return std::string(ByteView(*bytes).text());
  if (bytes.error().code == Code::file_missing) return fail(Code::home_missing);
  return fail(bytes.error().code == Code::file_too_large ? Code::record_malformed : bytes.error().code);
}

Result<std::string> read_key_text(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return fail(Code::key_missing);
  if (others_may_read(file)) return fail(Code::key_mode);
  const auto bytes = read_file(file, kMaxSettings);
  if (bytes) return std::string(ByteView(*bytes).text());
  return fail(bytes.error().code == Code::file_too_large ? Code::key_format : bytes.error().code);
}

Result<std::unique_ptr<Rows>> open_rows(const fs::path& home, StoreKey key, crypto::Random& random, store::OpenMode mode) {
  XCH_ASSIGN(auto opened, store::Store::open(home / "store" / "exchange.db", {mode, kBusyWait}));
  return std::make_unique<Rows>(std::move(opened), std::move(key), random);
}

namespace {

/// The mark of a home, made where neither mark nor store know of one; one process makes it.
Result<std::unique_ptr<Mark>> mark_of(const fs::path& home, const Rows& rows, crypto::Random& random) {
  const MarkKey key = rows.mark_key();
  auto mark = Mark::open(home, key);
  if (mark || mark.error().code != Code::file_missing) return mark;
  XCH_ASSIGN(const auto turn, FileLock::take(home / ".lock"));
  mark = Mark::open(home, key);
  if (mark || mark.error().code != Code::file_missing) return mark;
  XCH_ASSIGN(const auto progress, rows.progress());
  if (progress) return fail(Code::store_mark);
  XCH_TRY(Mark::make(home, key, {crypto::random_fixed<LineId>(random), 0, 0, {}}));
  return Mark::open(home, key);
}

}  // namespace

Status stands(const Mark& mark, const std::optional<Progress>& progress) {
  const Progress& seen = mark.opened_at();
  if (!progress && seen.number != 0) return fail(Code::store_older);
  if (progress && (progress->line != seen.line || progress->number < seen.number)) return fail(Code::store_older);
  return mark.file() == MarkFile::own ? Status(Ok{}) : fail(Code::store_copied);
}

Status follow_mark(const fs::path& home, Rows& rows, crypto::Random& random) {
  XCH_ASSIGN(auto mark, mark_of(home, rows, random));
  // The mark was read first, and the store only goes forward: another process at work makes no difference.
  XCH_ASSIGN(const auto progress, rows.progress());
  XCH_TRY(stands(*mark, progress));
  // After a power cut the mark may be behind: from here on it says what is known.
  if (progress) static_cast<void>(mark->raise(*progress));
  rows.follow(std::move(mark));
  return Ok{};
}

}  // namespace xch::session
