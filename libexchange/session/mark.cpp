#include "session/mark.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "session/codec.hpp"

namespace xch::session {
namespace {

constexpr std::string_view kMagic = "XCHM";
constexpr std::uint8_t kVersion = 1;
// One write of one sector: a power cut leaves the old bytes or the new ones.
constexpr std::size_t kBody = 4 + 1 + 16 + 8 + 8 + 8 + 8 + 8 + 4, kSize = kBody + 32;
static_assert(kSize <= 512);
constexpr std::size_t kMaxMarks = 64;  // one, and one more for each backup copied over this home

/// FileId is which file it is: number and birth. Both stay as it is written and renamed; neither goes along with a
/// copy.
struct FileId {
  std::uint64_t inode = 0, born = 0;
  std::uint32_t born_ns = 0;
  bool has_birth() const { return born != 0 || born_ns != 0; }
};

/// A kernel that was updated may tell a birth that the one before did not: then the number alone counts.
bool is_same(const FileId& a, const FileId& b) {
  if (a.inode != b.inode) return false;
  return !a.has_birth() || !b.has_birth() || (a.born == b.born && a.born_ns == b.born_ns);
}

std::optional<FileId> file_of(int fd) {
  struct statx found {};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &found) != 0 || (found.stx_mask & STATX_INO) == 0)
    return std::nullopt;
  FileId out;
  out.inode = found.stx_ino;
  if ((found.stx_mask & STATX_BTIME) == 0) return out;  // a file system that keeps no birth: the number alone tells
  out.born = static_cast<std::uint64_t>(found.stx_btime.tv_sec);
  out.born_ns = found.stx_btime.tv_nsec;
  return out;
}

struct Written {
  Progress progress;
  FileId file;
};

Bytes encode(const Written& mark, const MarkKey& key) {
  ByteWriter out;
  out.raw(kMagic).u8(kVersion).raw(encode(mark.progress));
  out.u64(mark.file.inode).u64(mark.file.born).u32(mark.file.born_ns);
  const Digest mac = crypto::hmac_sha256(key.expose(), {out});
  return out.raw(mac.view()).bytes();
}

std::optional<Written> decode(ByteView bytes, const MarkKey& key) {
  if (bytes.size() != kSize || bytes.sub(0, 4).text() != kMagic || bytes[4] != kVersion) return std::nullopt;
  const Digest mac = crypto::hmac_sha256(key.expose(), {bytes.sub(0, kBody)});
  if (!crypto::equal_ct(mac.view(), bytes.sub(kBody))) return std::nullopt;
  constexpr std::size_t kProgress = 16 + 8 + 8 + 8;
  const auto progress = decode_progress(bytes.sub(5, kProgress));
  FieldReader in(bytes.sub(5 + kProgress, kBody - 5 - kProgress));
  Written out;
  out.file.inode = in.u64();
  out.file.born = in.u64();
  out.file.born_ns = in.u32();
  if (!progress || !in.done()) return std::nullopt;
  out.progress = *progress;
  return out;
}

std::optional<Written> read_mark(int fd, const MarkKey& key) {
  std::array<std::uint8_t, kSize + 1> bytes{};  // one more: a longer file is none of ours
  const ssize_t n = ::pread(fd, bytes.data(), bytes.size(), 0);
  return n < 0 ? std::nullopt : decode(ByteView(bytes).sub(0, static_cast<std::size_t>(n)), key);
}

Status write_mark(int fd, const Written& mark, const MarkKey& key) {
  const Bytes bytes = encode(mark, key);
  if (::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) return Ok{};
  return fail(errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? Code::store_full : Code::store_write);
}

/// Turn is the lock of a home's marks among processes, while it lives.
struct Turn {
  int folder;
  bool taken = false;
  Turn(int f, int how) : folder(f) {
    do taken = ::flock(folder, how) == 0;
    while (!taken && errno == EINTR);
  }
  ~Turn() {
    if (taken) ::flock(folder, LOCK_UN);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
};

/// Fd closes itself.
struct Fd {
  int fd;
  explicit Fd(int f) : fd(f) {}
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
  Fd(Fd&& other) noexcept : fd(other.fd) { other.fd = -1; }
  Fd& operator=(Fd&&) = delete;
  int release() { return std::exchange(fd, -1); }
};

std::filesystem::path folder_of(const std::filesystem::path& home) { return home / "mark"; }
int open_folder(const std::filesystem::path& home) {
  return ::open(folder_of(home).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/// What a file or folder that does not open says: the machine's trouble, or a mark that is none.
Code unopened() {
  return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? Code::file_io : Code::store_mark;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 20 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The names of the marks in a folder; what else lies there is none of ours to read or remove.
Result<std::vector<std::string>> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) return fail(errno == ENOENT ? Code::file_missing : Code::file_io);
  while (const dirent* entry = ::readdir(open.get()))
    if (is_name(entry->d_name)) out.emplace_back(entry->d_name);
  return out;
}

}  // namespace

Bytes encode(const Progress& progress) {
  return ByteWriter()
      .raw(progress.line.view())
      .u64(progress.number)
      .u64(progress.journal)
      .u64(progress.time.seconds)
      .bytes();
}

Result<Progress> decode_progress(ByteView row) {
  FieldReader in(row);
  Progress out;
  out.line = in.fixed<LineId>();
  out.number = in.u64();
  out.journal = in.u64();
  out.time = in.time();
  XCH_TRY(in.done());
  return out;
}

Status Mark::make(const std::filesystem::path& home, const MarkKey& key, const Progress& progress) {
  const auto folder = folder_of(home);
  XCH_TRY(make_folder(folder));
  const Fd held(open_folder(home));
  if (held.fd < 0) return fail(Code::file_io);
  const Turn turn(held.fd, LOCK_EX);
  if (!turn.taken) return fail(Code::file_io);
  XCH_ASSIGN(const auto before, names_in(folder));

  const auto making = folder / ".new", made = folder / std::to_string(progress.number);
  // Its full length at once: what is written over it later needs no room that a full disk would not have.
  XCH_TRY(write_file_atomically(making, Bytes(kSize)));
  {
    const Fd file(::open(making.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    const auto id = file.fd < 0 ? std::nullopt : file_of(file.fd);
    Status done = id ? write_mark(file.fd, {progress, *id}, key) : Status(fail(Code::file_io));
    if (done && ::fsync(file.fd) != 0) done = fail(Code::file_io);
    if (done) done = rename_durably(making, made);
    if (!done) {
      ::unlink(making.c_str());
      return done;
    }
  }
  for (const auto& name : before)
    if (name != made.filename()) ::unlink((folder / name).c_str());
  return sync_folder(folder);
}

Result<std::unique_ptr<Mark>> Mark::open(const std::filesystem::path& home, const MarkKey& key) {
  Fd folder(open_folder(home));
  if (folder.fd < 0) return fail(errno == ENOENT ? Code::file_missing : unopened());
  // Alone: while another process renames one, a list of names may lack it.
  const Turn turn(folder.fd, LOCK_EX);
  if (!turn.taken) return fail(Code::file_io);
  XCH_ASSIGN(const auto names, names_in(folder_of(home)));
  if (names.empty()) return fail(Code::file_missing);
  if (names.size() > kMaxMarks) return fail(Code::store_mark);

  std::unique_ptr<Mark> newest;
  std::string its_name;
  for (const auto& name : names) {
    Fd file(::openat(folder.fd, name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (file.fd < 0) return fail(unopened());
    const auto written = read_mark(file.fd, key);
    const auto id = file_of(file.fd);
    if (!written || !id) return fail(Code::store_mark);
    if (newest && written->progress.number < newest->opened_at_.number) continue;
    newest.reset(new Mark(-1, file.release(), key.duplicate()));
    newest->opened_at_ = written->progress;
    newest->file_ = is_same(written->file, *id) ? MarkFile::own : MarkFile::copied;
    its_name = name;
  }
  // A power cut between a write and the renaming after it.
  const std::string right = std::to_string(newest->opened_at_.number);
  if (newest->file_ == MarkFile::own && its_name != right)
    ::renameat(folder.fd, its_name.c_str(), folder.fd, right.c_str());
  newest->folder_ = ::fcntl(folder.fd, F_DUPFD_CLOEXEC, 0);
  if (newest->folder_ < 0) return fail(Code::file_io);
  return newest;
}

Mark::~Mark() {
  if (fd_ >= 0) ::close(fd_);
  if (folder_ >= 0) ::close(folder_);
}

Status Mark::raise(const Progress& progress) {
  const std::lock_guard<std::mutex> here(mutex_);
  const Turn turn(folder_, LOCK_EX);
  if (!turn.taken) return fail(Code::store_write);
  const auto now = read_mark(fd_, key_);
  if (!now || now->progress.line != progress.line) return fail(Code::store_mark);
  if (now->progress.number >= progress.number) return Ok{};  // another process has come further
  XCH_TRY(write_mark(fd_, {progress, now->file}, key_));
  const std::string from = std::to_string(now->progress.number), to = std::to_string(progress.number);
  // A mark that keeps its old name says the same; only a copy laid over it would not be told.
  static_cast<void>(::renameat(folder_, from.c_str(), folder_, to.c_str()));
  return Ok{};
}

}  // namespace xch::session
