// A whole log folder against its checkpoint. Bundles are read and hashed by as many threads as are asked for, some at a
// time; what they have found is put together in the order of the entries.
#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include "crypto/sha256_lanes.hpp"
#include "log/tiles.hpp"

namespace xch::log {
namespace {

/// How many bundles each of several threads takes at a time: 2 MiB of entries of 512 bytes. One thread takes one.
constexpr std::uint64_t kAtOnce = 16;

/// Leaves is a bundle that was read and hashed, and compared with its tile. Moved and not copied: it looks into its buffer.
struct Leaves {
  Leaves() = default;
  Leaves(Leaves&&) = default;
  Leaves& operator=(Leaves&&) = default;
  Bytes buffer;  // of the file; the same memory for one bundle after the other, which is much of the speed
  std::vector<ByteView> entries;
  Hashes hashes;
  Digest root;                  // of a full one
  std::optional<Error> damage;  // of the bundle: nothing of it counts
  std::optional<Error> differs;  // its tile is missing, or another
};

/// root_of is the root of a full tile.
Digest root_of(Hashes tile) {
  while (tile.size() > 1) crypto::node_hashes(tile);
  return tile.front();
}

Leaves read_leaves(const LogFolder& folder, std::uint64_t index, std::uint64_t size, const EachEntry& any, Bytes buffer) {
  Leaves out;
  out.buffer = std::move(buffer);
  const unsigned width = tile_width(0, index, size);
  const auto damaged = [&](const Error& error) {
    out.damage = error;
    return std::move(out);
  };
  const auto file = folder.bundle_file(index, width, out.buffer);
  if (!file) return damaged(file.error());
  // The last tile of a copy that has grown since is the full one, whose further entries have to be well-formed too.
  auto split = split_bundle(file->bytes, file->is_exact ? width : kTileWidth);
  if (!split) return damaged(split.error());
  if (!split->rest.empty()) return damaged(Error{Code::log_tile});
  out.entries = std::move(split->entries);
  out.entries.resize(width);
  for (std::size_t i = 0; any && i < out.entries.size(); ++i)
    if (const auto asked = any(index * kTileWidth + i, out.entries[i]); !asked) return damaged(asked.error());
  crypto::leaf_hashes(out.entries, out.hashes);
  if (const auto same = folder.check_tile(0, index, out.hashes); !same) out.differs = same.error();
  if (width == kTileWidth) out.root = root_of(out.hashes);
  return out;
}

/// read_some reads bundles one after the other. `spare` is a buffer for them; where nobody asks for the entries again it
/// serves for all.
std::vector<Leaves> read_some(const LogFolder& folder, std::uint64_t first, std::uint64_t count, std::uint64_t size,
                              const FolderCheck& how, Bytes& spare) {
  std::vector<Leaves> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    out.push_back(read_leaves(folder, first + i, size, how.any, std::move(spare)));
    if (how.each) continue;
    spare = std::move(out.back().buffer);
    out.back().entries = {};
  }
  return out;
}

/// Levels are those above the entries: for each the hashes of its last tile so far.
class Levels {
 public:
  Levels(const LogFolder& folder) : folder_(folder) {}

  /// add takes the root of a full tile of the level below `level`.
  Status add(unsigned level, const Digest& root) {
    if (level > edges_.size()) edges_.emplace_back();
    auto& edge = edges_[level - 1];
    edge.hashes.push_back(root);
    if (edge.hashes.size() < kTileWidth) return Ok{};
    XCH_TRY(compare(level, edge));
    const Digest above = root_of(edge.hashes);
    edge.hashes.clear();
    ++edge.full;
    return add(level + 1, above);
  }
  /// finish compares what has not become a full tile.
  Status finish() const {
    for (std::size_t i = 0; i < edges_.size(); ++i)
      if (!edges_[i].hashes.empty()) XCH_TRY(compare(static_cast<unsigned>(i + 1), edges_[i]));
    return Ok{};
  }

 private:
  struct Edge {
    Hashes hashes;
    std::uint64_t full = 0;  // tiles before it
  };
  Status compare(unsigned level, const Edge& edge) const {
    return folder_.check_tile(level, edge.full, edge.hashes);
  }

  const LogFolder& folder_;
  std::vector<Edge> edges_;
};

Status take(const Leaves& leaves, std::uint64_t first, Levels& levels, const EachEntry& each) {
  if (leaves.damage) return fail(*leaves.damage);
  for (std::size_t i = 0; each && i < leaves.entries.size(); ++i) XCH_TRY(each(first + i, leaves.entries[i]));
  if (leaves.differs) return fail(*leaves.differs);
  return leaves.hashes.size() == kTileWidth ? levels.add(1, leaves.root) : Status(Ok{});
}

}  // namespace

Status check_folder(const LogFolder& folder, const Checkpoint& checkpoint, const FolderCheck& how) {
  const std::uint64_t size = checkpoint.size, bundles = size / kTileWidth + (size % kTileWidth == 0 ? 0 : 1);
  const std::uint64_t threads = std::clamp<std::uint64_t>(how.threads, 1, std::max<std::uint64_t>(1, bundles));
  const std::uint64_t at_once = threads == 1 ? 1 : kAtOnce;
  Levels levels(folder);
  std::vector<Bytes> spare(threads);
  for (std::uint64_t next = 0; next < bundles;) {
    const std::uint64_t begin = next;
    const auto part = [&](std::uint64_t i) {
      const std::uint64_t first = std::min(bundles, begin + i * at_once);
      return read_some(folder, first, std::min(at_once, bundles - first), size, how, spare[i]);
    };
    std::vector<std::future<std::vector<Leaves>>> others;
    for (std::uint64_t i = 1; i < threads && begin + i * at_once < bundles; ++i)
      others.push_back(std::async(std::launch::async, part, i));
    std::vector<std::vector<Leaves>> found;
    found.push_back(part(0));
    for (auto& other : others) found.push_back(other.get());
    for (auto& some : found)
      for (auto& leaves : some) {
        XCH_TRY(take(leaves, next++ * kTileWidth, levels, how.each));
        if (how.each) spare[0] = std::move(leaves.buffer);
      }
    if (how.tell) how.tell(std::min(size, next * kTileWidth), size);
  }
  XCH_TRY(levels.finish());
  TileSource source(folder, size);
  XCH_ASSIGN(const Digest root, tree_root(source, size));
  return root == checkpoint.root ? Status(Ok{}) : fail(Code::log_root);
}

Status check_growth(const LogFolder& folder, const Checkpoint& old, const Checkpoint& now) {
  if (old.size > now.size) return fail(Code::log_behind);
  // Of the larger tree: the partial tiles of the smaller one need not be there any more.
  TileSource tiles(folder, now.size);
  if (old.size != 0) {
    XCH_ASSIGN(const Hashes proof, consistency_proof(tiles, old.size, now.size));
    XCH_TRY(check_consistency(old.size, now.size, old.root, now.root, proof));
  }
  XCH_ASSIGN(Frontier frontier, Frontier::load(tiles, old.size));
  if (frontier.root() != old.root) return fail(Code::log_root);
  for (std::uint64_t index = old.size / kTileWidth; frontier.size() < now.size; ++index) {
    const auto leaves = read_leaves(folder, index, now.size, {}, {});
    if (leaves.damage) return fail(*leaves.damage);
    for (auto i = frontier.size() - index * kTileWidth; i < leaves.hashes.size(); ++i) frontier.add(leaves.hashes[i]);
  }
  return frontier.root() == now.root ? Status(Ok{}) : fail(Code::log_root);
}

unsigned threads_here() {
  constexpr unsigned kMost = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1u, kMost);
}

}  // namespace xch::log
