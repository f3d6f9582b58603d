#include "log/writer.hpp"

#include <unistd.h>

#include <optional>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"

namespace xch::log {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPublished = 0644;  // what the log's readers get; who may enter the folder is the owner's to say
constexpr std::string_view kPendingHead = "LX1 pending 1\n";

// Pending is a batch that is part of the log and perhaps not yet in its tiles.
struct Pending {
  std::uint64_t size = 0;  // before it
  Digest root;             // of the log before it
  std::vector<Bytes> entries;
};

Bytes encode_pending(const Pending& pending) {
  return ByteWriter().raw(kPendingHead).u64(pending.size).raw(pending.root)
      .u32(static_cast<std::uint32_t>(pending.entries.size())).raw(encode_bundle(pending.entries)).bytes();
}

Result<Pending> parse_pending(ByteView bytes) {
  constexpr std::size_t kFixed = 8 + Digest::kSize + 4;
  if (bytes.sub(0, kPendingHead.size()).text() != kPendingHead) return fail(Code::log_root);
  bytes = bytes.sub(kPendingHead.size());
  if (bytes.size() < kFixed) return fail(Code::log_root);
  Pending out;
  out.size = load_u64(bytes.data());
  (void)out.root.copy_from(bytes.sub(8, Digest::kSize));
  const std::uint32_t count = load_u32(bytes.data() + 8 + Digest::kSize);
  if (count == 0 || count > kBatchMax) return fail(Code::log_root);
  auto entries = parse_bundle(bytes.sub(kFixed), count);
  if (!entries) return fail(Code::log_root);
  out.entries = std::move(*entries);
  return out;
}

// Temporary files that a crash has left; the lock is ours, so nobody is writing them.
void sweep(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() > 5 && name.front() == '.' && name.substr(name.size() - 4) == ".tmp") ::unlink(it->path().c_str());
  }
}

// The folder as a whole path without a slash at its end, so that its parent is its parent.
fs::path whole_path(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::absolute(folder, error);
  if (error) return folder;
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

struct LogWriter::State {
  State(const fs::path& path, SignerKey signer, FileLock file_lock)
      : folder(path), key(std::move(signer)), lock(std::move(file_lock)) {}

  LogFolder folder;
  SignerKey key;
  FileLock lock;
  Checkpoint checkpoint;
  SignedNote note;
  std::optional<Error> stopped;
  std::set<fs::path> folders;  // known to be there and durable

  fs::path pending_path() const { return folder.path() / ".writer" / "pending"; }

  // Makes the folders of a path below the log's, each durable in its parent. Also one that is there already: a crash
  // may have come between making it and syncing its parent.
  Status make_folders(const fs::path& relative) {
    fs::path made = folder.path();
    for (const auto& part : relative) {
      const fs::path parent = made;
      made /= part;
      if (folders.count(made) != 0) continue;
      XCH_TRY(make_folder(made));
      XCH_TRY(sync_folder(parent));
      sweep(made);
      folders.insert(made);
    }
    return Ok{};
  }

  Status write(const TileName& name, ByteView bytes) {
    const fs::path relative = tile_path(name);
    XCH_TRY(make_folders(relative.parent_path()));
    return write_file_atomically(folder.path() / relative, bytes, kPublished);
  }

  Status publish(Checkpoint next, SignedNote signed_note) {
    XCH_TRY(write_file_atomically(folder.path() / "checkpoint", ByteView(encode_note(signed_note)), kPublished));
    checkpoint = std::move(next);
    note = std::move(signed_note);
    return Ok{};
  }

  Status sign_and_publish(std::uint64_t size, const Digest& root) {
    Checkpoint next{key.verifier().name(), size, root, {}};
    SignedNote signed_note{encode_checkpoint(next), {}};
    XCH_ASSIGN(NoteSignature signature, key.sign(signed_note.text));
    signed_note.signatures.push_back(std::move(signature));
    return publish(std::move(next), std::move(signed_note));
  }

  Status write_bundles(const Pending& pending) {
    std::uint64_t at = pending.size;
    for (std::size_t used = 0; used < pending.entries.size();) {
      const std::uint64_t index = at / kTileWidth;
      const auto kept = static_cast<unsigned>(at % kTileWidth);
      std::vector<Bytes> entries;
      if (kept != 0) {
        XCH_ASSIGN(entries, folder.bundle(index, kept));
      }
      while (entries.size() < kTileWidth && used < pending.entries.size()) entries.push_back(pending.entries[used++]);
      at = index * kTileWidth + entries.size();
      const auto width = static_cast<unsigned>(entries.size());
      XCH_TRY(write({TileKind::entries, 0, index, width}, encode_bundle(entries)));
    }
    return Ok{};
  }

  // Writes the hashes of one level from place `first` on, and gives the roots of the tiles they have filled.
  Result<Hashes> write_level(unsigned level, std::uint64_t first, const Hashes& fresh) {
    Hashes above;
    for (std::size_t used = 0; used < fresh.size();) {
      const std::uint64_t index = (first + used) / kTileWidth;
      const auto kept = static_cast<unsigned>((first + used) % kTileWidth);
      Hashes hashes;
      if (kept != 0) {
        XCH_ASSIGN(hashes, folder.tile(level, index, kept));
      }
      while (hashes.size() < kTileWidth && used < fresh.size()) hashes.push_back(fresh[used++]);
      const auto width = static_cast<unsigned>(hashes.size());
      XCH_TRY(write({TileKind::hashes, level, index, width}, encode_tile(hashes)));
      if (width != kTileWidth) continue;
      XCH_ASSIGN(const Hashes stored, folder.tile(level, index, kTileWidth));
      above.push_back(crypto::merkle_root(stored));
    }
    return above;
  }

  // Steps 2 to 4 of a batch whose record is durable.
  Status complete(const Pending& pending) {
    if (pending.size != checkpoint.size || pending.root != checkpoint.root) return fail(Code::log_root);
    TileSource old_tiles(folder, pending.size);
    XCH_ASSIGN(Frontier frontier, Frontier::load(old_tiles, pending.size));
    if (frontier.root() != pending.root) return fail(Code::log_root);
    Hashes fresh;
    for (const auto& entry : pending.entries) {
      fresh.push_back(crypto::leaf_hash(entry));
      frontier.add(fresh.back());
    }

    XCH_TRY(write_bundles(pending));
    std::uint64_t first = pending.size;
    for (unsigned level = 0; !fresh.empty(); ++level) {
      XCH_ASSIGN(fresh, write_level(level, first, fresh));
      first /= kTileWidth;
    }

    TileSource tiles(folder, frontier.size());
    XCH_ASSIGN(const Digest root, tree_root(tiles, frontier.size()));
    if (root != frontier.root()) return fail(Code::log_root);
    if (pending.size != 0) {
      XCH_ASSIGN(const Hashes proof, consistency_proof(tiles, pending.size, frontier.size()));
      XCH_TRY(check_consistency(pending.size, frontier.size(), pending.root, root, proof));
    }
    XCH_TRY(sign_and_publish(frontier.size(), root));
    XCH_TRY(forget_pending());
    drop_partials(pending.size, frontier.size());
    return Ok{};
  }

  Status forget_pending() {
    if (::unlink(pending_path().c_str()) != 0) return fail(Code::file_io);
    return sync_folder(pending_path().parent_path());
  }

  // "Partial tiles MAY be deleted once the full tile exists": those of the tiles that a batch has filled. Not to
  // succeed costs space and nothing else.
  void drop_partials(std::uint64_t before, std::uint64_t after) const {
    const auto drop = [&](TileName name) {
      name.width = 1;
      std::error_code ignored;
      fs::remove_all((folder.path() / tile_path(name)).parent_path(), ignored);
    };
    for (unsigned level = 0; before >> kTileHeight * level != after >> kTileHeight * level; ++level) {
      const std::uint64_t index = before >> kTileHeight * (level + 1);
      if (tile_width(level, index, before) == 0 || tile_width(level, index, after) != kTileWidth) continue;
      drop({TileKind::hashes, level, index, 1});
      if (level == 0) drop({TileKind::entries, 0, index, 1});
    }
  }

  // Brings the log to the end of its last batch, whatever a crash has left of it.
  Status recover() {
    XCH_ASSIGN(const std::string text, folder.checkpoint());
    XCH_ASSIGN(const LogTrust trust, LogTrust::make(key.verifier()));
    XCH_ASSIGN(OpenedCheckpoint opened, open_checkpoint(text, trust));
    checkpoint = std::move(opened.checkpoint);
    note = std::move(opened.note);
    // What is read here may be visible and yet not durable, and must not go back behind what is signed next.
    XCH_TRY(sync_folder(folder.path()));
    XCH_TRY(sync_folder(folder.path() / ".writer"));
    const auto bytes = read_file(pending_path(), kPendingHead.size() + 64 + kBatchMaxBytes + 2 * kBatchMax);
    if (bytes) {
      XCH_ASSIGN(const Pending pending, parse_pending(*bytes));
      if (pending.size + pending.entries.size() != checkpoint.size) return complete(pending);
      XCH_TRY(forget_pending());  // the crash came after its checkpoint
    } else if (bytes.error().code != Code::file_missing) {
      return fail(bytes.error());
    }
    TileSource tiles(folder, checkpoint.size);
    XCH_ASSIGN(const Digest root, tree_root(tiles, checkpoint.size));
    if (root != checkpoint.root) return fail(Code::log_root);
    return Ok{};
  }
};

LogWriter::LogWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogWriter::LogWriter(LogWriter&&) noexcept = default;
LogWriter::~LogWriter() = default;

Result<std::unique_ptr<LogWriter::State>> LogWriter::take(const fs::path& folder, SignerKey key,
                                                          std::chrono::milliseconds wait) {
  if (key.verifier().type() != KeyType::ed25519) return fail(Code::usage);
  XCH_ASSIGN(FileLock lock, FileLock::take(folder / ".writer" / "lock", wait));
  sweep(folder);
  sweep(folder / ".writer");
  return std::make_unique<State>(folder, std::move(key), std::move(lock));
}

Result<LogWriter> LogWriter::create(const fs::path& folder, SignerKey key) {
  const fs::path whole = whole_path(folder);
  XCH_TRY(make_folder(whole));
  XCH_TRY(sync_folder(whole.parent_path()));
  XCH_TRY(make_folder(whole / ".writer"));
  XCH_TRY(sync_folder(whole));
  XCH_ASSIGN(auto state, take(whole, std::move(key), kLockWait));
  for (const char* part : {"checkpoint", "tile", ".writer/pending"})
    if (is_there(whole / part)) return fail(Code::usage);
  XCH_TRY(state->sign_and_publish(0, crypto::sha256(ByteView())));
  return LogWriter(std::move(state));
}

Result<LogWriter> LogWriter::open(const fs::path& folder, SignerKey key, std::chrono::milliseconds wait) {
  XCH_ASSIGN(auto state, take(whole_path(folder), std::move(key), wait));
  XCH_TRY(state->recover());
  return LogWriter(std::move(state));
}

Result<std::uint64_t> LogWriter::append(const std::vector<Bytes>& entries) {
  State& state = *state_;
  if (state.stopped) return fail(*state.stopped);
  if (entries.empty() || entries.size() > kBatchMax) return fail(Code::usage);
  std::size_t bytes = 0;
  for (const auto& entry : entries) {
    if (entry.size() > kEntryMaxBytes) return fail(Code::log_event_too_large);
    bytes += entry.size();
  }
  if (bytes > kBatchMaxBytes) return fail(Code::usage);
  if (entries.size() > kSizeMax - state.checkpoint.size) return fail(Code::log_too_large);
  const Pending pending{state.checkpoint.size, state.checkpoint.root, entries};
  Status done = write_file_atomically(state.pending_path(), encode_pending(pending));
  if (done) done = state.complete(pending);
  if (!done) {
    state.stopped = done.error();
    return fail(done.error());
  }
  return pending.size;
}

Status LogWriter::add_cosignatures(const std::vector<NoteSignature>& signatures) {
  State& state = *state_;
  if (state.stopped) return fail(*state.stopped);
  SignedNote more = state.note;
  more.signatures.insert(more.signatures.end(), signatures.begin(), signatures.end());
  XCH_TRY(parse_note(encode_note(more)));
  return state.publish(state.checkpoint, std::move(more));
}

const Checkpoint& LogWriter::checkpoint() const { return state_->checkpoint; }
std::string LogWriter::note() const { return encode_note(state_->note); }
const LogFolder& LogWriter::folder() const { return state_->folder; }

}  // namespace xch::log
