#include "log/tree.hpp"

#include <algorithm>
#include <bit>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"

namespace xch::log {
namespace {

// RFC 6962 section 2.1: "k is the largest power of two smaller than n".
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

// MTH(D[begin : end]), where begin is a multiple of the smallest power of two not below end - begin: so are all parts
// that PATH and PROOF name.
Result<Digest> range_root(HashSource& source, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t n = end - begin;
  if (std::has_single_bit(n)) return source.hash(static_cast<unsigned>(std::countr_zero(n)), begin / n);
  const std::uint64_t k = split(n);
  XCH_ASSIGN(const Digest left, range_root(source, begin, begin + k));
  XCH_ASSIGN(const Digest right, range_root(source, begin + k, end));
  return crypto::node_hash(left, right);
}

// SUBPROOF(m, D[begin : end], b): `known` says that the verifier has this very subtree's hash, the old root.
enum class Old { known, unknown };
Status subproof(HashSource& source, std::uint64_t m, std::uint64_t begin, std::uint64_t end, Old old, Hashes& out) {
  const std::uint64_t n = end - begin;
  if (m == n && old == Old::known) return Ok{};
  if (m == n) {
    XCH_ASSIGN(const Digest whole, range_root(source, begin, end));
    out.push_back(whole);
    return Ok{};
  }
  const std::uint64_t k = split(n);
  const bool left = m <= k;
  XCH_TRY(left ? subproof(source, m, begin, begin + k, old, out)
               : subproof(source, m - k, begin + k, end, Old::unknown, out));
  XCH_ASSIGN(const Digest beside, left ? range_root(source, begin + k, end) : range_root(source, begin, begin + k));
  out.push_back(beside);
  return Ok{};
}

}  // namespace

Result<Digest> tree_root(HashSource& source, std::uint64_t size) {
  if (size > kSizeMax) return fail(Code::usage);
  if (size == 0) return crypto::sha256(ByteView());
  return range_root(source, 0, size);
}

Result<Hashes> inclusion_proof(HashSource& source, std::uint64_t index, std::uint64_t size) {
  if (index >= size || size > kSizeMax) return fail(Code::usage);
  // PATH leaf upward: on each level the subtree beside the leaf's, as far as the tree goes there. A full one is asked for
  // here: by range_root a proof from memory takes almost twice as long.
  const int levels = std::bit_width(size - 1);
  Hashes out;
  out.reserve(static_cast<std::size_t>(levels));
  for (int level = 0; level < levels; ++level) {
    const std::uint64_t width = std::uint64_t{1} << level;
    const std::uint64_t begin = (index >> level ^ 1) << level;
    if (begin >= size) continue;  // the leaf's own subtree is the last: it stands for the one above too
    auto beside = begin + width <= size ? source.hash(static_cast<unsigned>(level), begin >> level)
                                        : range_root(source, begin, size);
    if (!beside) return fail(std::move(beside).error());
    out.push_back(*beside);
  }
  return out;
}

Status check_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf, const Hashes& proof,
                       const Digest& root) {
  if (!crypto::merkle_includes(index, size, leaf, proof, root)) return fail(Code::log_inclusion);
  return Ok{};
}

Result<Hashes> consistency_proof(HashSource& source, std::uint64_t size1, std::uint64_t size2) {
  if (size1 == 0 || size1 > size2 || size2 > kSizeMax) return fail(Code::usage);
  Hashes out;
  XCH_TRY(subproof(source, size1, 0, size2, Old::known, out));
  return out;
}

Status check_consistency(std::uint64_t size1, std::uint64_t size2, const Digest& root1, const Digest& root2,
                         const Hashes& proof) {
  // RFC 9162 section 2.1.4.2, step by step.
  if (size1 == 0 || size1 > size2) return fail(Code::log_consistency);
  if (size1 == size2) {
    if (root1 != root2) return fail(Code::log_fork);
    if (!proof.empty()) return fail(Code::log_consistency);
    return Ok{};
  }
  if (proof.empty()) return fail(Code::log_consistency);
  // "If first is an exact power of 2, then prepend first_hash to the consistency_path array."
  const bool whole = std::has_single_bit(size1);
  std::uint64_t fn = size1 - 1, sn = size2 - 1;
  while ((fn & 1) == 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Digest fr = whole ? root1 : proof[0], sr = fr;
  for (std::size_t i = whole ? 0 : 1; i < proof.size(); ++i) {
    const Digest& c = proof[i];
    if (sn == 0) return fail(Code::log_consistency);
    if ((fn & 1) == 1 || fn == sn) {
      fr = crypto::node_hash(c, fr);
      sr = crypto::node_hash(c, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = crypto::node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0 || fr != root1 || sr != root2) return fail(Code::log_consistency);
  return Ok{};
}

Result<Frontier> Frontier::load(HashSource& source, std::uint64_t size) {
  if (size > kSizeMax) return fail(Code::usage);
  Frontier out;
  for (int level = 62; level >= 0; --level) {
    if ((size >> level & 1) == 0) continue;
    XCH_ASSIGN(const Digest subtree, source.hash(static_cast<unsigned>(level), out.size_ >> level));
    out.edge_.push_back(subtree);
    out.size_ += std::uint64_t{1} << level;
  }
  return out;
}

void Frontier::add(const Digest& leaf) {
  // As a binary counter carries: every trailing one of the size is a subtree that the new one completes.
  Digest subtree = leaf;
  for (std::uint64_t carry = size_; (carry & 1) == 1; carry >>= 1) {
    subtree = crypto::node_hash(edge_.back(), subtree);
    edge_.pop_back();
  }
  edge_.push_back(subtree);
  ++size_;
}

Digest Frontier::root() const {
  if (edge_.empty()) return crypto::sha256(ByteView());
  Digest out = edge_.back();
  for (std::size_t i = edge_.size() - 1; i-- > 0;) out = crypto::node_hash(edge_[i], out);
  return out;
}

void MemoryTree::add(const Digest& leaf) {
  Digest subtree = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    Hashes& row = levels_[level];
    row.push_back(subtree);
    if (row.size() % 2 == 1) return;
    subtree = crypto::node_hash(row[row.size() - 2], row.back());
  }
}

Result<Digest> MemoryTree::hash(unsigned level, std::uint64_t index) {
  if (level >= levels_.size() || index >= levels_[level].size()) return fail(Code::usage);
  return levels_[level][static_cast<std::size_t>(index)];
}

}  // namespace xch::log
