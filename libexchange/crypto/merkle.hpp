// RFC 6962 Merkle trees over leaf hashes, and the fixed-depth trees that hide how many leaves they hold.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/random.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

/// leaf_hash is SHA-256(0x00 || data); node_hash is SHA-256(0x01 || left || right).
Digest leaf_hash(ByteView data);
Digest node_hash(const Digest& left, const Digest& right);
/// opaque_leaf is SHA-256(0x00 || 32 random bytes): a leaf that says nothing.
Digest opaque_leaf(Random& random);

/// merkle_root is MTH over leaf hashes (RFC 6962 section 2.1); for none, SHA-256 of nothing.
Digest merkle_root(const std::vector<Digest>& leaves);
/// merkle_path is PATH(index, leaves), leaf upward. index < leaves.size().
std::vector<Digest> merkle_path(std::size_t index, const std::vector<Digest>& leaves);
/// merkle_paths gives the paths of many leaves with the inner hashes computed once.
std::vector<std::vector<Digest>> merkle_paths(const std::vector<std::size_t>& indexes, const std::vector<Digest>& leaves);
/// merkle_includes checks an inclusion proof (RFC 9162 section 2.1.3.2).
bool merkle_includes(std::uint64_t index, std::uint64_t size, const Digest& leaf, const std::vector<Digest>& path,
                     const Digest& root);

/// SparseTree is a binary tree of fixed depth with leaves at random free positions; an empty subtree is 32 random
/// bytes, drawn once, so neither root nor path tells how many leaves there are. Path: depth hashes, leaf upward,
/// bit j of the position set = the sibling is left (docs/format.md, "Seal").
struct SparseTree {
  Digest root;
  std::vector<std::uint16_t> positions;      // of the given leaves, in their order
  std::vector<std::vector<Digest>> paths;    // likewise; each exactly `depth` hashes
};
/// sparse_tree places the leaves (1 to 2^depth of them).
SparseTree sparse_tree(unsigned depth, const std::vector<Digest>& leaves, Random& random);
/// sparse_root recomputes the root from one leaf; path.size() is the depth.
Digest sparse_root(std::uint16_t position, const Digest& leaf, const std::vector<Digest>& path);

}  // namespace xch::crypto
