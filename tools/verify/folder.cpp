#include <algorithm>

#include "verify.hpp"

namespace verify {
namespace {

constexpr std::uint64_t kWidth = 256;
constexpr std::size_t kTileBytes = kWidth * 32, kBundleBytes = kWidth * (2 + 65535);

std::string group(std::uint64_t n) {
  const std::string digits = std::to_string(n);
  return std::string(3 - digits.size(), '0') + digits;
}

std::string file_name(const std::string& folder, const std::string& kind, std::uint64_t index, std::uint64_t width) {
  std::string number = group(index % 1000);
  for (std::uint64_t more = index / 1000; more != 0; more /= 1000) number = "x" + group(more % 1000) + "/" + number;
  return folder + "/tile/" + kind + "/" + number + (width == kWidth ? "" : ".p/" + std::to_string(width));
}

// The bytes of a tile; of a partial one that is gone, those of the full one, which begins with them.
struct Tile {
  Bytes bytes;
  bool whole;  // the file of exactly this width
};
Tile read_tile(const std::string& folder, const std::string& kind, std::uint64_t index, std::uint64_t width,
               std::size_t limit) {
  auto exact = read_file_if_there(file_name(folder, kind, index, width), limit);
  if (exact) return {std::move(*exact), true};
  auto full = width == kWidth ? std::nullopt : read_file_if_there(file_name(folder, kind, index, kWidth), limit);
  if (!full) unsure("a file of the log is missing: " + file_name(folder, kind, index, width));
  return {std::move(*full), false};
}

// A bundle's entries, each to `each`.
void read_bundle(const std::string& folder, std::uint64_t index, std::uint64_t width,
                 const std::function<void(std::string_view)>& each) {
  const Tile tile = read_tile(folder, "entries", index, width, kBundleBytes);
  std::string_view rest = tile.bytes;
  for (std::uint64_t i = 0; i < width; ++i) {
    const std::size_t size = rest.size() < 2 ? 0 : static_cast<std::size_t>(big_endian(rest.substr(0, 2)));
    if (rest.size() < 2 + size) forged("a bundle of entries is cut short");
    each(rest.substr(2, size));
    rest.remove_prefix(2 + size);
  }
  if (tile.whole && !rest.empty()) forged("a bundle of entries has more than it should");
}

void compare_tile(const std::string& folder, std::size_t level, std::uint64_t index, const std::vector<Hash>& hashes) {
  const Tile tile = read_tile(folder, std::to_string(level), index, hashes.size(), kTileBytes);
  if (tile.bytes.size() != (tile.whole ? hashes.size() : kWidth) * 32) forged("a tile has a wrong size");
  for (std::size_t i = 0; i < hashes.size(); ++i)
    if (tile.bytes.compare(i * 32, 32, reinterpret_cast<const char*>(hashes[i].data()), 32) != 0)
      forged("a tile does not hold the hashes of what lies below it");
}

Hash root_of(const std::vector<Hash>& hashes) {
  Edge edge;
  for (const auto& hash : hashes) edge.add(hash);
  return edge.root();
}

}  // namespace

void check_folder(const std::string& folder, const Checkpoint& checkpoint, const Checkpoint* earlier,
                  const std::function<void(std::uint64_t)>& tell) {
  if (earlier != nullptr && earlier->size > checkpoint.size)
    forged("the log has become shorter since the earlier checkpoint");
  struct Level {
    std::vector<Hash> hashes;  // of the tile being filled
    std::uint64_t full = 0;    // tiles before it
  };
  std::vector<Level> levels(1);
  Edge edge;
  const auto look_back = [&] {
    if (earlier != nullptr && edge.size() == earlier->size && edge.root() != earlier->root)
      forged("the log does not begin with what the earlier checkpoint says");
  };
  look_back();
  while (edge.size() < checkpoint.size) {
    const std::uint64_t width = std::min(kWidth, checkpoint.size - edge.size());
    read_bundle(folder, edge.size() / kWidth, width, [&](std::string_view entry) {
      levels[0].hashes.push_back(leaf_hash(entry));
      edge.add(levels[0].hashes.back());
      look_back();
    });
    for (std::size_t i = 0; i < levels.size() && levels[i].hashes.size() == kWidth; ++i) {
      compare_tile(folder, i, levels[i].full, levels[i].hashes);
      const Hash above = root_of(levels[i].hashes);
      levels[i].hashes.clear();
      ++levels[i].full;
      if (i + 1 == levels.size()) levels.emplace_back();
      levels[i + 1].hashes.push_back(above);
    }
    tell(edge.size());
  }
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (!levels[i].hashes.empty()) compare_tile(folder, i, levels[i].full, levels[i].hashes);
  if (edge.root() != checkpoint.root) forged("the entries do not give the root of the checkpoint");
}

}  // namespace verify
