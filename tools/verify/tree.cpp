#include "verify.hpp"

namespace verify {

void Edge::add(const Hash& leaf) {
  Hash subtree = leaf;
  for (std::uint64_t ones = size_; ones % 2 == 1; ones /= 2) {
    subtree = node_hash(subtrees_.back(), subtree);
    subtrees_.pop_back();
  }
  subtrees_.push_back(subtree);
  ++size_;
}

Hash Edge::root() const {
  if (subtrees_.empty()) return sha256("");
  Hash out = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i) out = node_hash(subtrees_[i - 1], out);
  return out;
}

namespace {

// The largest power of two below n (n > 1), where RFC 6962 splits a tree.
std::uint64_t split(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k < n - k) k *= 2;
  return k;
}

// Both checks rebuild the roots by the recursion that defines the proofs (RFC 6962 sections 2.1.1 and 2.1.2), and take
// hashes from the end of the proof, where those nearest the root are; `left` is how many have not been used.
struct Reader {
  const std::vector<Hash>& proof;
  std::size_t left;
  std::optional<Hash> take() {
    if (left == 0) return std::nullopt;
    return proof[--left];
  }
};

std::optional<Hash> root_by_path(std::uint64_t index, std::uint64_t size, const Hash& leaf, Reader& reader) {
  if (size == 1) return leaf;
  const auto beside = reader.take();
  if (!beside) return std::nullopt;
  const std::uint64_t k = split(size);
  const bool is_left = index < k;
  const auto part = is_left ? root_by_path(index, k, leaf, reader) : root_by_path(index - k, size - k, leaf, reader);
  if (!part) return std::nullopt;
  return is_left ? node_hash(*part, *beside) : node_hash(*beside, *part);
}

// The roots of the first m and of all n leaves of a subtree. `known` is the root of the first m where that is the old
// root itself, as long as the recursion has only gone left.
struct TwoRoots {
  Hash old_root, new_root;
};
std::optional<TwoRoots> roots_by_proof(std::uint64_t m, std::uint64_t n, const Hash* known, Reader& reader) {
  if (m == n) {
    const auto whole = known != nullptr ? std::optional<Hash>(*known) : reader.take();
    if (!whole) return std::nullopt;
    return TwoRoots{*whole, *whole};
  }
  const auto beside = reader.take();
  if (!beside) return std::nullopt;
  const std::uint64_t k = split(n);
  if (m <= k) {
    const auto part = roots_by_proof(m, k, known, reader);
    if (!part) return std::nullopt;
    return TwoRoots{part->old_root, node_hash(part->new_root, *beside)};
  }
  const auto part = roots_by_proof(m - k, n - k, nullptr, reader);
  if (!part) return std::nullopt;
  return TwoRoots{node_hash(*beside, part->old_root), node_hash(*beside, part->new_root)};
}

}  // namespace

bool includes(std::uint64_t index, std::uint64_t size, const Hash& leaf, const std::vector<Hash>& proof,
              const Hash& root) {
  if (index >= size) return false;
  Reader reader{proof, proof.size()};
  const auto found = root_by_path(index, size, leaf, reader);
  return found && reader.left == 0 && *found == root;
}

bool is_beginning(std::uint64_t size1, std::uint64_t size2, const Hash& root1, const Hash& root2,
                  const std::vector<Hash>& proof) {
  if (size1 == 0 || size1 > size2) return false;
  Reader reader{proof, proof.size()};
  const auto found = roots_by_proof(size1, size2, &root1, reader);
  return found && reader.left == 0 && found->old_root == root1 && found->new_root == root2;
}

}  // namespace verify
