#include "log/tiles.hpp"

#include <algorithm>
#include <iterator>

#include "base/file.hpp"
#include "crypto/merkle.hpp"
#include "log/lines.hpp"

namespace xch::log {
namespace {

constexpr std::size_t kTilesKept = 64;

std::string three_digits(std::uint64_t n) {
  std::string digits = std::to_string(n);
  return std::string(3 - digits.size(), '0') + digits;
}

// "N is encoded in 3-digit path elements, all but the last beginning with an x": 1234067 is x001/x234/067.
std::string index_path(std::uint64_t index) {
  std::string out = three_digits(index % 1000);
  for (index /= 1000; index != 0; index /= 1000) out = "x" + three_digits(index % 1000) + "/" + out;
  return out;
}

// Takes digits as they stand; that they are the one spelling of the number, tile_path says.
std::optional<std::uint64_t> parse_index(std::string_view path) {
  std::string digits;
  for (const char c : path)
    if (c != 'x' && c != '/') digits += c;
  const auto first = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
  return parse_decimal(std::string_view(digits).substr(first));
}

}  // namespace

std::string tile_path(const TileName& name) {
  std::string out = name.kind == TileKind::entries ? "tile/entries/" : "tile/" + std::to_string(name.level) + "/";
  out += index_path(name.index);
  if (name.width != kTileWidth) out += ".p/" + std::to_string(name.width);
  return out;
}

Result<TileName> parse_tile_path(std::string_view path) {
  std::string_view rest = path;
  if (!take_prefix(rest, "tile/")) return fail(Code::log_tile);
  TileName out;
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return fail(Code::log_tile);
  const auto level = parse_decimal(rest.substr(0, slash));
  if (rest.substr(0, slash) == "entries") out.kind = TileKind::entries;
  else if (!level || *level > kTileLevelMax) return fail(Code::log_tile);
  else out.level = static_cast<unsigned>(*level);
  rest.remove_prefix(slash + 1);
  if (const auto partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(rest.substr(partial + 3));
    if (!width || *width == 0 || *width >= kTileWidth) return fail(Code::log_tile);
    out.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  const auto index = parse_index(rest);
  if (!index || *index > kSizeMax / kTileWidth) return fail(Code::log_tile);
  out.index = *index;
  if (tile_path(out) != path) return fail(Code::log_tile);
  return out;
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) {
  const unsigned shift = kTileHeight * level;
  const std::uint64_t hashes = shift < 64 ? size >> shift : 0;
  if (index >= (hashes + kTileWidth - 1) / kTileWidth) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, hashes - index * kTileWidth));
}

Bytes encode_bundle(const std::vector<Bytes>& entries) {
  ByteWriter out;
  for (const auto& entry : entries) out.v16(entry);
  return std::move(out).take();
}

Result<SplitBundle> split_bundle(ByteView bytes, unsigned width) {
  SplitBundle out;
  out.entries.reserve(width);
  for (unsigned i = 0; i < width; ++i) {
    if (bytes.size() < 2) return fail(Code::log_tile);
    const std::size_t size = load_u16(bytes.data());
    if (bytes.size() - 2 < size) return fail(Code::log_tile);
    out.entries.push_back(bytes.sub(2, size));
    bytes = bytes.sub(2 + size);
  }
  out.rest = bytes;
  return out;
}

Result<std::vector<Bytes>> parse_bundle(ByteView bytes, unsigned width) {
  XCH_ASSIGN(const SplitBundle split, split_bundle(bytes, width));
  if (!split.rest.empty()) return fail(Code::log_tile);
  std::vector<Bytes> out;
  out.reserve(width);
  for (const ByteView entry : split.entries) out.push_back(entry.copy());
  return out;
}

Bytes encode_tile(const Hashes& hashes) {
  ByteWriter out;
  for (const auto& hash : hashes) out.raw(hash);
  return std::move(out).take();
}

Result<Hashes> parse_tile(ByteView bytes, unsigned width) {
  if (bytes.size() != width * Digest::kSize) return fail(Code::log_tile);
  Hashes out(width);
  for (std::size_t i = 0; i < width; ++i) (void)out[i].copy_from(bytes.sub(i * Digest::kSize, Digest::kSize));
  return out;
}

Result<std::string> LogFolder::checkpoint() const {
  XCH_ASSIGN(const Bytes bytes, read_file(folder_ / "checkpoint", kNoteMaxBytes));
  return std::string(ByteView(bytes).text());
}

Result<ByteView> LogFolder::read(TileName& name, std::size_t limit, Bytes& buffer) const {
  auto bytes = read_file_into(folder_ / tile_path(name), buffer, limit);
  if (!bytes && bytes.error().code == Code::file_missing && name.width != kTileWidth) {
    name.width = kTileWidth;
    bytes = read_file_into(folder_ / tile_path(name), buffer, limit);
  }
  if (!bytes && bytes.error().code == Code::file_missing) return fail(Code::log_tile_missing);
  if (!bytes && bytes.error().code == Code::file_too_large) return fail(Code::log_tile);
  return bytes;
}

Result<ByteView> LogFolder::tile_bytes(unsigned level, std::uint64_t index, unsigned width, Bytes& buffer) const {
  TileName name{TileKind::hashes, level, index, width};
  XCH_ASSIGN(const ByteView bytes, read(name, kTileWidth * Digest::kSize, buffer));
  if (bytes.size() != name.width * Digest::kSize) return fail(Code::log_tile);
  return bytes.sub(0, width * Digest::kSize);
}

Result<Hashes> LogFolder::tile(unsigned level, std::uint64_t index, unsigned width) const {
  Bytes buffer;
  XCH_ASSIGN(const ByteView bytes, tile_bytes(level, index, width, buffer));
  return parse_tile(bytes, width);
}

Status LogFolder::check_tile(unsigned level, std::uint64_t index, const Hashes& expected) const {
  Bytes buffer;
  XCH_ASSIGN(const ByteView bytes, tile_bytes(level, index, static_cast<unsigned>(expected.size()), buffer));
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!equal(bytes.sub(i * Digest::kSize, Digest::kSize), expected[i])) return fail(Code::log_root);
  return Ok{};
}

Result<LogFolder::BundleFile> LogFolder::bundle_file(std::uint64_t index, unsigned width, Bytes& buffer) const {
  TileName name{TileKind::entries, 0, index, width};
  XCH_ASSIGN(const ByteView bytes, read(name, kBundleMaxBytes, buffer));
  return BundleFile{bytes, name.width == width};
}

Result<std::vector<Bytes>> LogFolder::bundle(std::uint64_t index, unsigned width) const {
  Bytes buffer;
  XCH_ASSIGN(const BundleFile file, bundle_file(index, width, buffer));
  XCH_ASSIGN(std::vector<Bytes> out, parse_bundle(file.bytes, file.is_exact ? width : kTileWidth));
  out.resize(width);
  return out;
}

Result<Digest> TileSource::hash(unsigned level, std::uint64_t index) {
  // The subtree lies in a tile of level / 8, which has its hashes `below` levels further down.
  if (level >= 63 || index >= size_ >> level) return fail(Code::usage);
  const unsigned tile_level = level / kTileHeight, below = level % kTileHeight;
  const std::uint64_t first = index << below, tile = first / kTileWidth;
  const auto key = std::make_pair(tile_level, tile);
  if (kept_.size() == kTilesKept && kept_.count(key) == 0) kept_.clear();
  if (kept_.count(key) == 0) {
    XCH_ASSIGN(kept_[key], folder_.tile(tile_level, tile, tile_width(tile_level, tile, size_)));
  }
  const Hashes& hashes = kept_[key];
  const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(first % kTileWidth);
  return crypto::merkle_root(Hashes(begin, begin + (std::ptrdiff_t{1} << below)));
}

}  // namespace xch::log
