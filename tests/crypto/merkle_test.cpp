#include "crypto/merkle.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "crypto/digest.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

Digest digest(ByteView bytes) {
  Digest d;
  EXPECT_TRUE(d.copy_from(bytes));
  return d;
}

std::vector<Digest> some_leaves(std::size_t n) {
  std::vector<Digest> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(leaf_hash(Bytes{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)}));
  return out;
}

// MTH as RFC 6962 section 2.1 writes it, by recursion.
Digest mth(const std::vector<Digest>& d) {
  if (d.empty()) return sha256(ByteView());
  if (d.size() == 1) return d[0];
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  const auto middle = d.begin() + static_cast<std::ptrdiff_t>(k);
  return node_hash(mth({d.begin(), middle}), mth({middle, d.end()}));
}

TEST(LeafHash, IsPrefixedApartFromANode) {
  EXPECT_EQ(leaf_hash(ascii("x")), sha256(Bytes{0} + ascii("x")));
  const auto l = some_leaves(2);
  EXPECT_EQ(node_hash(l[0], l[1]), sha256({Bytes{1}, l[0], l[1]}));
}

TEST(OpaqueLeaf, HashesRandomBytesAsALeaf) {
  FixedRandom random(Bytes(32, 9));
  EXPECT_EQ(opaque_leaf(random), leaf_hash(Bytes(32, 9)));
}

TEST(MerkleRoot, AgreesWithTheReferenceTree) {
  XCH_VECTORS(file, "merkle-rfc6962/reference-tree-8.json");
  std::vector<Digest> leaves;
  const auto& roots = file["root_hashes_hex_by_size_0_to_8"];
  const auto& levels = file["node_hashes_hex_by_level"];
  EXPECT_EQ(merkle_root(leaves), digest(hex(roots[0])));
  int n = 0;
  for (const auto& input : file["leaf_inputs_hex"]) {
    leaves.push_back(leaf_hash(hex(input)));
    EXPECT_EQ(leaves.back(), digest(hex(levels[0][leaves.size() - 1])));
    EXPECT_EQ(merkle_root(leaves), digest(hex(roots[leaves.size()])));
    ++n;
  }
  EXPECT_EQ(n, 8);
  EXPECT_EQ(node_hash(leaves[0], leaves[1]), digest(hex(levels[1][0])));
}

TEST(MerkleIncludes, AgreesWithTheInclusionCases) {
  XCH_VECTORS(file, "merkle-rfc6962/inclusion.json");
  int good = 0, bad = 0;
  for (const auto& test : file) {
    std::vector<Digest> path;
    bool sizes = true;
    Digest leaf, root;
    if (!test["proof"].is_null())
      for (const auto& p : test["proof"]) {
        path.emplace_back();
        sizes = path.back().copy_from(base64(p)) && sizes;
      }
    sizes = (test["leafHash"].is_null() ? false : leaf.copy_from(base64(test["leafHash"]))) && sizes;
    sizes = (test["root"].is_null() ? false : root.copy_from(base64(test["root"]))) && sizes;
    // A hash that is not 32 bytes cannot even be written down as a Digest.
    const bool included = sizes && merkle_includes(test["leafIdx"], test["treeSize"], leaf, path, root);
    EXPECT_EQ(included, !test["wantErr"].get<bool>()) << test["file"];
    ++(test["wantErr"].get<bool>() ? bad : good);
  }
  EXPECT_EQ(good, 6);
  EXPECT_EQ(bad, 92);
}

TEST(MerklePath, ProvesEveryLeafOfEveryTreeUpTo70) {
  for (std::size_t n = 1; n <= 70; ++n) {
    const auto leaves = some_leaves(n);
    const Digest root = merkle_root(leaves);
    ASSERT_EQ(root, mth(leaves)) << n;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < n; ++i) all.push_back(i);
    const auto paths = merkle_paths(all, leaves);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(merkle_path(i, leaves), paths[i]);
      ASSERT_TRUE(merkle_includes(i, n, leaves[i], paths[i], root));
      if (n == 1) continue;
      ASSERT_FALSE(merkle_includes((i + 1) % n, n, leaves[i], paths[i], root));
      auto shorter = paths[i], longer = paths[i];
      shorter.pop_back();
      longer.push_back(root);
      ASSERT_FALSE(merkle_includes(i, n, leaves[i], shorter, root));
      ASSERT_FALSE(merkle_includes(i, n, leaves[i], longer, root));
    }
  }
}

TEST(MerkleIncludes, RefusesAnIndexOutsideTheTree) {
  const auto leaves = some_leaves(1);
  EXPECT_TRUE(merkle_includes(0, 1, leaves[0], {}, leaves[0]));
  EXPECT_FALSE(merkle_includes(1, 1, leaves[0], {}, leaves[0]));
  EXPECT_FALSE(merkle_includes(0, 0, leaves[0], {}, leaves[0]));
  EXPECT_FALSE(merkle_includes(~0ull, ~0ull, leaves[0], {}, leaves[0]));
}

TEST(MerklePaths, RefuseALeafThatIsNotThere) {
  EXPECT_THROW(merkle_path(2, some_leaves(2)), std::out_of_range);
  EXPECT_THROW(merkle_path(0, {}), std::out_of_range);
}

class SparseTreeTest : public testing::TestWithParam<std::pair<unsigned, std::size_t>> {};

INSTANTIATE_TEST_SUITE_P(Shapes, SparseTreeTest,
                         testing::Values(std::pair{0u, 1u}, std::pair{1u, 2u}, std::pair{5u, 1u}, std::pair{5u, 31u},
                                         std::pair{5u, 32u}, std::pair{10u, 1u}, std::pair{10u, 500u},
                                         std::pair{10u, 1024u}));

TEST_P(SparseTreeTest, ProvesEveryLeafWithAPathOfItsDepth) {
  const auto [depth, count] = GetParam();
  SeededRandom_for_testing random(ByteView(std::string_view("sparse")));
  const auto leaves = some_leaves(count);
  const SparseTree tree = sparse_tree(depth, leaves, random);
  std::set<std::uint16_t> used;
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(tree.paths[i].size(), depth);
    ASSERT_LT(tree.positions[i], 1u << depth);
    ASSERT_TRUE(used.insert(tree.positions[i]).second);
    ASSERT_EQ(sparse_root(tree.positions[i], leaves[i], tree.paths[i]), tree.root);
    if (depth == 0) continue;
    ASSERT_NE(sparse_root(tree.positions[i] ^ 1, leaves[i], tree.paths[i]), tree.root);
    auto altered = tree.paths[i];
    altered.back().bytes[31] ^= 1;
    ASSERT_NE(sparse_root(tree.positions[i], leaves[i], altered), tree.root);
  }
}

TEST(SparseTree, DrawsPositionsFirstAndThenEmptySiblingsUpward) {
  // Depth 2, one leaf: one draw of 4 bytes for the position among 4, then a sibling for each level.
  FixedRandom random(hex("00000002") + Bytes(32, 0xa1) + Bytes(32, 0xa2));
  const auto leaf = some_leaves(1);
  const SparseTree tree = sparse_tree(2, leaf, random);
  EXPECT_EQ(random.left(), 0u);
  EXPECT_EQ(tree.positions[0], 2);
  EXPECT_EQ(tree.paths[0], (std::vector<Digest>{digest(Bytes(32, 0xa1)), digest(Bytes(32, 0xa2))}));
  // Position 2 is binary 10: the first sibling is right, the second left.
  EXPECT_EQ(tree.root, node_hash(digest(Bytes(32, 0xa2)), node_hash(leaf[0], digest(Bytes(32, 0xa1)))));
}

TEST(SparseTree, UsesAnEmptySubtreeOnceForAllWhoSeeIt) {
  SeededRandom_for_testing random(ByteView(std::string_view("shared")));
  const SparseTree tree = sparse_tree(5, some_leaves(2), random);
  // The two leaves agree on every sibling above the node where they meet.
  const unsigned meet = [&] {
    unsigned d = 0;
    while (tree.positions[0] >> d != tree.positions[1] >> d) ++d;
    return d;
  }();
  for (unsigned d = meet; d < 5; ++d) EXPECT_EQ(tree.paths[0][d], tree.paths[1][d]);
}

TEST(SparseTree, RefusesMoreLeavesThanPositions) {
  EXPECT_THROW(sparse_tree(1, some_leaves(3), system_random()), std::length_error);
  EXPECT_THROW(sparse_tree(5, {}, system_random()), std::length_error);
  EXPECT_THROW(sparse_tree(17, some_leaves(1), system_random()), std::length_error);
}

}  // namespace
}  // namespace xch::crypto
