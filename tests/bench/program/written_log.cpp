#include "written_log.hpp"

#include <fstream>

#include "bench.hpp"
#include "crypto/merkle.hpp"
#include "log/entry.hpp"
#include "log/tiles.hpp"

namespace xch::bench {
namespace {

void write(const std::filesystem::path& file, ByteView bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) {
    std::filesystem::create_directories(file.parent_path());
    out.open(file, std::ios::binary | std::ios::trunc);
  }
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!out) give_up(Error{Code::file_io});
}

/// Levels holds the tile of each level that is being filled.
class Levels {
 public:
  explicit Levels(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void add(unsigned level, const Digest& hash) {
    if (level == levels_.size()) levels_.emplace_back();
    levels_[level].hashes.push_back(hash);
    if (levels_[level].hashes.size() < log::kTileWidth) return;
    flush(level);
    const Digest root = crypto::merkle_root(levels_[level].hashes);
    levels_[level].hashes.clear();
    ++levels_[level].full;
    add(level + 1, root);
  }
  void finish() const {
    for (unsigned level = 0; level < levels_.size(); ++level)
      if (!levels_[level].hashes.empty()) flush(level);
  }

 private:
  struct Level {
    log::Hashes hashes;
    std::uint64_t full = 0;
  };
  void flush(unsigned level) const {
    const auto& of = levels_[level];
    const auto width = static_cast<unsigned>(of.hashes.size());
    write(folder_ / log::tile_path({log::TileKind::hashes, level, of.full, width}), log::encode_tile(of.hashes));
  }
  std::filesystem::path folder_;
  std::vector<Level> levels_;
};

}  // namespace

void write_log(const std::filesystem::path& folder, const log::SignerKey& key, std::uint64_t size,
               const std::function<Bytes(std::uint64_t)>& entry, const std::function<void(std::uint64_t)>& tell) {
  Levels levels(folder);
  log::Frontier frontier;
  for (std::uint64_t first = 0; first < size; first += log::kTileWidth) {
    const unsigned width = log::tile_width(0, first / log::kTileWidth, size);
    std::vector<Bytes> entries;
    for (unsigned i = 0; i < width; ++i) {
      entries.push_back(entry(first + i));
      const Digest leaf = crypto::leaf_hash(entries.back());
      frontier.add(leaf);
      levels.add(0, leaf);
    }
    write(folder / log::tile_path({log::TileKind::entries, 0, first / log::kTileWidth, width}),
          log::encode_bundle(entries));
    if (tell) tell(first + width);
  }
  levels.finish();
  log::SignedNote note{log::encode_checkpoint({key.verifier().name(), size, frontier.root(), {}}), {}};
  note.signatures.push_back(must(key.sign(note.text)));
  write(folder / "checkpoint", ByteView(log::encode_note(note)));
}

log::SignerKey log_key() {
  return must(log::SignerKey::make("bench.example/log", log::KeyType::ed25519, Bytes(32, 0x17)));
}

Bytes closed_entry(std::uint64_t index) {
  Bytes out(log::kEntryBytes);
  std::uint64_t state = index * 0x9e3779b97f4a7c15u + 1;
  for (std::size_t i = 0; i + 8 <= out.size(); i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(&out[i], &state, 8);
  }
  out[0] = static_cast<std::uint8_t>(log::EntryKind::event);
  return out;
}

}  // namespace xch::bench
