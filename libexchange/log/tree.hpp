// RFC 6962 trees of any size: roots and proofs from stored hashes, and the checks of both kinds of proof.
//
// A tree over n leaves is made of perfect subtrees. Subtree (level, index) has 2^level leaves and the hash
// MTH(D[index * 2^level : (index + 1) * 2^level]); it never changes once it is full. Whoever keeps those hashes can
// give the root of every size up to n, and both proofs:
//
//     inclusion    leaf `index` is in the tree of `size` leaves with this root     (RFC 9162 section 2.1.3)
//     consistency  the tree of `size1` leaves is the beginning of that of `size2`  (RFC 9162 section 2.1.4)
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "model/ids.hpp"

namespace xch::log {

/// kSizeMax is the largest size of a tree, so no proof has more than kProofMax hashes.
constexpr std::uint64_t kSizeMax = (std::uint64_t{1} << 63) - 1;
constexpr std::size_t kProofMax = 63;

using Hashes = std::vector<Digest>;

/// HashSource gives the hashes of full perfect subtrees. Errors are its own (a folder: log_tile_missing and others).
class HashSource {
 public:
  virtual ~HashSource() = default;
  virtual Result<Digest> hash(unsigned level, std::uint64_t index) = 0;
};

/// tree_root is MTH of the first `size` leaves; for none, SHA-256 of nothing. Cost: at most 63 reads.
Result<Digest> tree_root(HashSource& source, std::uint64_t size);

/// inclusion_proof is PATH(index, D[size]), leaf upward. Errors: usage (index >= size).
Result<Hashes> inclusion_proof(HashSource& source, std::uint64_t index, std::uint64_t size);
/// check_inclusion accepts exactly the proof of inclusion_proof. Errors: log_inclusion.
Status check_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf, const Hashes& proof,
                       const Digest& root);

/// consistency_proof is PROOF(size1, D[size2]). Errors: usage (size1 is 0 or more than size2).
Result<Hashes> consistency_proof(HashSource& source, std::uint64_t size1, std::uint64_t size2);
/// check_consistency accepts exactly the proof of consistency_proof. A tree of no leaves is the beginning of every tree
/// but proves nothing, so size1 = 0 is refused here; who has a use for it says so.
/// Errors: log_fork (one size, two roots), log_consistency.
Status check_consistency(std::uint64_t size1, std::uint64_t size2, const Digest& root1, const Digest& root2,
                         const Hashes& proof);

/// Frontier is the right edge of a growing tree: enough to add leaves and to give the root, in at most 64 hashes.
class Frontier {
 public:
  Frontier() = default;
  /// load takes the edge of the first `size` leaves.
  static Result<Frontier> load(HashSource& source, std::uint64_t size);
  void add(const Digest& leaf);
  std::uint64_t size() const { return size_; }
  Digest root() const;

 private:
  std::uint64_t size_ = 0;
  Hashes edge_;  // one perfect subtree for every bit of size_ that is set, largest first
};

/// MemoryTree keeps every hash of a tree in memory: twice 32 bytes a leaf.
class MemoryTree final : public HashSource {
 public:
  void add(const Digest& leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  /// hash fails with usage for a subtree that is not full yet.
  Result<Digest> hash(unsigned level, std::uint64_t index) override;

 private:
  std::vector<Hashes> levels_;
};

}  // namespace xch::log
