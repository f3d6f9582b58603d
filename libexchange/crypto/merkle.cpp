#include "crypto/merkle.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "crypto/digest.hpp"
#include "crypto/sha256.hpp"

namespace xch::crypto {
namespace {

void hash_node(Sha256& hash, const Digest& left, const Digest& right, Digest& out) {
  std::array<std::uint8_t, 1 + 2 * Digest::kSize> node;
  node[0] = 0x01;
  std::memcpy(&node[1], left.bytes.data(), Digest::kSize);
  std::memcpy(&node[1 + Digest::kSize], right.bytes.data(), Digest::kSize);
  hash.add(ByteView(node)).finish(out.bytes.data());
}

// One level up. RFC 6962 splits at the largest power of two below n; pairing from the left and moving an odd last
// node up unchanged gives the same tree.
std::vector<Digest> level_above(Sha256& hash, const std::vector<Digest>& level) {
  std::vector<Digest> above((level.size() + 1) / 2);
  for (std::size_t i = 0; i + 1 < level.size(); i += 2) hash_node(hash, level[i], level[i + 1], above[i / 2]);
  if (level.size() % 2 == 1) above.back() = level.back();
  return above;
}

}  // namespace

Digest leaf_hash(ByteView data) {
  const std::uint8_t prefix = 0x00;
  return sha256({ByteView(&prefix, 1), data});
}

Digest node_hash(const Digest& left, const Digest& right) {
  Digest out;
  Sha256 hash;
  hash_node(hash, left, right, out);
  return out;
}

Digest opaque_leaf(Random& random) { return leaf_hash(random_fixed<Digest>(random)); }

Digest merkle_root(const std::vector<Digest>& leaves) {
  if (leaves.empty()) return sha256(ByteView());
  Sha256 hash;
  std::vector<Digest> level = leaves;
  while (level.size() > 1) level = level_above(hash, level);
  return level.front();
}

std::vector<Digest> merkle_path(std::size_t index, const std::vector<Digest>& leaves) {
  return merkle_paths({index}, leaves).front();
}

std::vector<std::vector<Digest>> merkle_paths(const std::vector<std::size_t>& indexes,
                                              const std::vector<Digest>& leaves) {
  for (const std::size_t index : indexes)
    if (index >= leaves.size()) throw std::out_of_range("leaf index");
  Sha256 hash;
  std::vector<std::vector<Digest>> paths(indexes.size());
  std::vector<std::size_t> at = indexes;
  for (std::vector<Digest> level = leaves; level.size() > 1; level = level_above(hash, level)) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      const std::size_t sibling = at[i] ^ 1;
      if (sibling < level.size()) paths[i].push_back(level[sibling]);
      at[i] /= 2;
    }
  }
  return paths;
}

bool merkle_includes(std::uint64_t index, std::uint64_t size, const Digest& leaf, const std::vector<Digest>& path,
                     const Digest& root) {
  // RFC 9162 section 2.1.3.2, step by step.
  if (index >= size) return false;
  Sha256 hash;
  std::uint64_t fn = index, sn = size - 1;
  Digest r = leaf;
  for (const Digest& p : path) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      hash_node(hash, p, r, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash_node(hash, r, p, r);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

// Sparse trees.

namespace {

// Drawn is `size` bytes drawn at once and handed out in their order; what is asked for beyond them, the source gives.
class Drawn final : public Random {
 public:
  Drawn(Random& source, std::size_t size) : source_(source), bytes_(size) { source.fill(bytes_); }
  void fill(MutableView out) override {
    const std::size_t n = std::min(out.size(), bytes_.size() - used_);
    if (n != 0) std::memcpy(out.data(), bytes_.data() + used_, n);
    used_ += n;
    if (n < out.size()) source_.fill(out.sub(n));
  }

 private:
  Random& source_;
  Bytes bytes_;
  std::size_t used_ = 0;
};

// The first `count` of a shuffle of all positions (Fisher and Yates): exactly one number for each leaf, and one less
// where the leaves fill the tree.
std::vector<std::uint16_t> random_positions(unsigned depth, std::size_t count, Random& random) {
  const std::uint32_t width = std::uint32_t{1} << depth;
  std::vector<std::uint16_t> all(width);
  for (std::uint32_t i = 0; i < width; ++i) all[i] = static_cast<std::uint16_t>(i);
  Drawn drawn(random, 4 * std::min<std::size_t>(count, width - 1));
  for (std::uint32_t i = 0; i < count; ++i) std::swap(all[i], all[i + random_below(drawn, width - i)]);
  all.resize(count);
  return all;
}

}  // namespace

SparseTree sparse_tree(unsigned depth, const std::vector<Digest>& leaves, Random& random) {
  if (depth > 16 || leaves.empty() || leaves.size() > std::size_t{1} << depth) throw std::length_error("sparse tree");
  SparseTree tree;
  tree.positions = random_positions(depth, leaves.size(), random);

  // Node 1 is the root, the children of i are 2i and 2i + 1: the leaf at position p is node width + p.
  const std::size_t width = std::size_t{1} << depth;
  std::vector<Digest> nodes(2 * width);
  std::vector<std::size_t> level;  // the nodes of one level with a leaf at or below them, ascending
  level.reserve(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    level.push_back(width + tree.positions[i]);
    nodes[level.back()] = leaves[i];
  }
  std::sort(level.begin(), level.end());

  std::vector<std::size_t> inner, empty;  // from the leaves up, each level ascending
  inner.reserve(leaves.size() * depth);
  empty.reserve(leaves.size() * depth);
  while (level.front() != 1) {
    for (const std::size_t at : level)
      if (!std::binary_search(level.begin(), level.end(), at ^ 1)) empty.push_back(at ^ 1);
    for (auto& at : level) at /= 2;
    level.erase(std::unique(level.begin(), level.end()), level.end());
    inner.insert(inner.end(), level.begin(), level.end());
  }

  Bytes drawn(empty.size() * Digest::kSize);
  random.fill(drawn);
  for (std::size_t i = 0; i < empty.size(); ++i)
    (void)nodes[empty[i]].copy_from(ByteView(drawn).sub(i * Digest::kSize, Digest::kSize));
  Sha256 hash;
  for (const std::size_t at : inner) hash_node(hash, nodes[2 * at], nodes[2 * at + 1], nodes[at]);

  tree.paths.resize(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    tree.paths[i].reserve(depth);
    for (std::size_t at = width + tree.positions[i]; at != 1; at /= 2) tree.paths[i].push_back(nodes[at ^ 1]);
  }
  tree.root = nodes[1];
  return tree;
}

Digest sparse_root(std::uint16_t position, const Digest& leaf, const std::vector<Digest>& path) {
  Sha256 hash;
  Digest r = leaf;
  for (std::size_t j = 0; j < path.size(); ++j) {
    const bool sibling_is_left = j < 16 && (position >> j & 1) == 1;
    hash_node(hash, sibling_is_left ? path[j] : r, sibling_is_left ? r : path[j], r);
  }
  return r;
}

}  // namespace xch::crypto
