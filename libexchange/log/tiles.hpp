// Tiles (c2sp.org/tlog-tiles): a tree and its entries as plain files that any web server or copy command can pass on.
//
// A tile of level L holds up to 256 hashes, each of a full subtree of 256^L entries; a bundle holds up to 256 entries.
// Full ones never change; the last of each level is partial and stands under its width until it is full:
//
//     checkpoint                     the signed size and root (log/checkpoint.hpp)
//     tile/0/x001/x234/067           hashes of entries 1234067 * 256 and the next 255
//     tile/1/004.p/17                17 hashes, each of a full tile of level 0
//     tile/entries/x001/x234/067     the entries themselves: u16 length || entry, one after the other
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/checkpoint.hpp"
#include "log/tree.hpp"

namespace xch::log {

constexpr unsigned kTileWidth = 256, kTileHeight = 8, kTileLevelMax = 63;
/// kEntryMaxBytes is what a bundle's u16 can say; kBundleMaxBytes follows from it.
constexpr std::size_t kEntryMaxBytes = 65535, kBundleMaxBytes = kTileWidth * (2 + kEntryMaxBytes);

enum class TileKind { hashes, entries };

/// TileName says which file of a log is meant. Level is 0 for entries; width is 1 to 256, and 256 is the full one.
struct TileName {
  TileKind kind = TileKind::hashes;
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;
};

/// tile_path is the path of a tile below its log's folder; parse_tile_path takes exactly those. Errors: log_tile.
std::string tile_path(const TileName& name);
Result<TileName> parse_tile_path(std::string_view path);

/// tile_width is how many hashes of a tile the tree of `size` entries has: 0 (no such tile) to 256.
unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size);

/// encode_bundle writes entries of at most kEntryMaxBytes each.
Bytes encode_bundle(const std::vector<Bytes>& entries);
/// parse_bundle takes exactly `width` entries. Errors: log_tile.
Result<std::vector<Bytes>> parse_bundle(ByteView bytes, unsigned width);
Bytes encode_tile(const Hashes& hashes);
Result<Hashes> parse_tile(ByteView bytes, unsigned width);

/// split_bundle is parse_bundle without a copy: `width` entries as they lie in `bytes`, and what follows them.
/// Errors: log_tile.
struct SplitBundle {
  std::vector<ByteView> entries;
  ByteView rest;
};
Result<SplitBundle> split_bundle(ByteView bytes, unsigned width);

/// LogFolder reads the files of a log. It believes none of them: what it gives is checked against a checkpoint.
class LogFolder {
 public:
  explicit LogFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  const std::filesystem::path& path() const { return folder_; }

  /// checkpoint is the newest checkpoint's note, unchecked. Errors: file_missing, file_too_large, file_io.
  Result<std::string> checkpoint() const;
  /// tile and bundle take the first `width` of a tile: from the partial file of this width, and where that has gone,
  /// from the full one, as tlog-tiles asks of clients. Errors: log_tile_missing, log_tile (not well-formed), file_io.
  Result<Hashes> tile(unsigned level, std::uint64_t index, unsigned width) const;
  /// check_tile holds a tile's first hashes against these. Errors: log_root (others), those of tile.
  Status check_tile(unsigned level, std::uint64_t index, const Hashes& expected) const;
  Result<std::vector<Bytes>> bundle(std::uint64_t index, unsigned width) const;
  /// bundle_file is a bundle as its file has it, read into `buffer` (read_file_into). Where that is the full one, more
  /// entries than `width` may follow.
  struct BundleFile {
    ByteView bytes;
    bool is_exact = true;  // the file of exactly this width
  };
  Result<BundleFile> bundle_file(std::uint64_t index, unsigned width, Bytes& buffer) const;

 private:
  /// read reads the file of the width that is asked for, and where that has gone the full one; `name` then says so.
  Result<ByteView> read(TileName& name, std::size_t limit, Bytes& buffer) const;
  /// tile_bytes gives the first `width` hashes of a tile, from a file that has as many as its name says.
  Result<ByteView> tile_bytes(unsigned level, std::uint64_t index, unsigned width, Bytes& buffer) const;
  std::filesystem::path folder_;
};

/// TileSource gives the subtree hashes of a log's first `size` entries from its stored tiles, so tree_root and both
/// proofs work on a folder. It keeps some tiles in memory: at most 64, of 8 KiB each.
class TileSource final : public HashSource {
 public:
  TileSource(const LogFolder& folder, std::uint64_t size) : folder_(folder), size_(size) {}
  /// Errors: usage (no full subtree of the tree), those of LogFolder::tile.
  Result<Digest> hash(unsigned level, std::uint64_t index) override;

 private:
  const LogFolder& folder_;
  std::uint64_t size_;
  std::map<std::pair<unsigned, std::uint64_t>, Hashes> kept_;
};

/// check_folder reads every bundle and every tile of the first `checkpoint.size` entries: entries give level 0, each
/// level the next, and all of them the root. Each entry goes to `each`, where one is given, in its order, before the
/// root is known to be right. Memory does not grow with the log. Errors: log_root (a tile or the root is not what lies
/// below it), those of LogFolder, and what `each` gives; the first one in the order of entries, however many threads
/// there are.
using EachEntry = std::function<Status(std::uint64_t index, ByteView entry)>;
struct FolderCheck {
  EachEntry each = {};
  EachEntry any = {};                                                     // likewise, in any order, by any thread
  unsigned threads = 1;                                                   // that read and hash
  std::function<void(std::uint64_t done, std::uint64_t total)> tell = {}; // how many entries were checked
};
Status check_folder(const LogFolder& folder, const Checkpoint& checkpoint, const FolderCheck& how);
inline Status check_folder(const LogFolder& folder, const Checkpoint& checkpoint, EachEntry each = {}) {
  FolderCheck how;
  how.each = std::move(each);
  return check_folder(folder, checkpoint, how);
}

/// check_growth checks that a log has only grown from one checkpoint to a later one, and every entry that came since.
/// Cost: what is new, and a proof. Errors: log_behind (it has become shorter), those of check_consistency, log_root.
Status check_growth(const LogFolder& folder, const Checkpoint& old, const Checkpoint& now);

/// threads_here is how many threads a check may well use on this machine.
unsigned threads_here();

}  // namespace xch::log
