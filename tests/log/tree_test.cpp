#include "log/tree.hpp"

#include <gtest/gtest.h>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

Digest leaf(std::uint64_t i) { return crypto::leaf_hash(ByteWriter().u64(i)); }

MemoryTree tree_of(std::uint64_t n) {
  MemoryTree tree;
  for (std::uint64_t i = 0; i < n; ++i) tree.add(leaf(i));
  return tree;
}

std::vector<Digest> leaves_of(std::uint64_t n) {
  std::vector<Digest> out;
  for (std::uint64_t i = 0; i < n; ++i) out.push_back(leaf(i));
  return out;
}

// PROOF as RFC 6962 section 2.1.2 writes it, over leaves and by recursion: a second way to the same proofs.
Hashes subproof_of(std::size_t m, std::vector<Digest> d, bool known) {
  if (m == d.size()) return known ? Hashes() : Hashes{crypto::merkle_root(d)};
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  const auto middle = d.begin() + static_cast<std::ptrdiff_t>(k);
  const std::vector<Digest> l(d.begin(), middle), r(middle, d.end());
  Hashes out = m <= k ? subproof_of(m, l, known) : subproof_of(m - k, r, false);
  out.push_back(crypto::merkle_root(m <= k ? r : l));
  return out;
}

// The hashes of a vector; none when one of them is not 32 bytes, which cannot even be written down as a Digest.
std::optional<Hashes> hashes(const nlohmann::json& list) {
  Hashes out;
  if (list.is_null()) return out;
  for (const auto& item : list) {
    const auto bytes = from_base64(text(item));
    Digest d;
    if (!bytes || !d.copy_from(*bytes)) return std::nullopt;
    out.push_back(d);
  }
  return out;
}
std::optional<Digest> hash(const nlohmann::json& item) {
  if (item.is_null()) return std::nullopt;
  const auto list = hashes(nlohmann::json::array({item}));
  return list ? std::optional<Digest>((*list)[0]) : std::nullopt;
}
// Where its value makes no difference, some vectors have a word for a root; equal words are equal roots.
std::optional<Digest> root_of(const nlohmann::json& item) {
  if (item.is_null()) return std::nullopt;
  const auto root = hash(item);
  return root ? root : crypto::sha256(*from_base64(text(item)));
}

TEST(CheckInclusion, AgreesWithThePublishedCases) {
  XCH_VECTORS(file, "merkle-rfc6962/inclusion.json");
  int good = 0, bad = 0;
  for (const auto& test : file) {
    const auto proof = hashes(test["proof"]);
    const auto l = hash(test["leafHash"]), root = hash(test["root"]);
    const bool holds = proof && l && root && check_inclusion(test["leafIdx"], test["treeSize"], *l, *proof, *root);
    EXPECT_EQ(holds, !test["wantErr"].get<bool>()) << test["file"];
    ++(holds ? good : bad);
  }
  EXPECT_EQ(good, 6);
  EXPECT_EQ(bad, 92);
}

TEST(CheckInclusion, AgreesWithTheSubtreeCases) {
  // A leaf of the subtree [start, end) is leaf index - start of a tree of end - start leaves.
  XCH_VECTORS(file, "merkle-rfc6962/subtreeinclusion.json");
  int good = 0, bad = 0;
  for (const auto& test : file) {
    const auto proof = hashes(test["proof"]);
    const auto l = hash(test["leafHash"]), root = hash(test["root"]);
    const std::uint64_t index = test["leafIdx"], start = test["start"], end = test["end"];
    const bool inside = start <= index && index < end;
    const bool holds = inside && proof && l && root && check_inclusion(index - start, end - start, *l, *proof, *root);
    EXPECT_EQ(holds, !test["wantErr"].get<bool>()) << test["file"];
    ++(holds ? good : bad);
  }
  EXPECT_EQ(good, 12);
  EXPECT_EQ(bad, 192);
}

TEST(CheckConsistency, AgreesWithThePublishedCases) {
  XCH_VECTORS(file, "merkle-rfc6962/consistency.json");
  int good = 0, bad = 0;
  for (const auto& test : file) {
    const auto proof = hashes(test["proof"]);
    const auto root1 = root_of(test["root1"]), root2 = root_of(test["root2"]);
    const bool holds =
        proof && root1 && root2 && check_consistency(test["size1"], test["size2"], *root1, *root2, *proof);
    EXPECT_EQ(holds, !test["wantErr"].get<bool>()) << test["file"];
    ++(holds ? good : bad);
  }
  EXPECT_EQ(good, 6);
  EXPECT_EQ(bad, 92);
}

TEST(CheckConsistency, AgreesWithTheSubtreeCasesThatBeginAtTheFirstLeaf) {
  XCH_VECTORS(file, "merkle-rfc6962/subtreeconsistency.json");
  int run = 0, others = 0, good = 0;
  for (const auto& test : file) {
    if (test["start"] != 0 || test["end"] == 0) {
      ++others;  // only the ML-DSA cosignature (type 0x06) has such subtrees, and it is not checked here
      continue;
    }
    const auto proof = hashes(test["proof"]);
    const auto root1 = root_of(test["root1"]), root2 = root_of(test["root2"]);
    const bool holds = proof && root1 && root2 && check_consistency(test["end"], test["size"], *root1, *root2, *proof);
    EXPECT_EQ(holds, !test["wantErr"].get<bool>()) << test["file"];
    ++run;
    good += holds ? 1 : 0;
  }
  EXPECT_EQ(run, 91);
  EXPECT_EQ(others, 27);
  EXPECT_EQ(good, 6);
}

TEST(TreeRoot, AgreesWithTheReferenceTree) {
  XCH_VECTORS(file, "merkle-rfc6962/reference-tree-8.json");
  MemoryTree tree;
  const auto& roots = file["root_hashes_hex_by_size_0_to_8"];
  for (const auto& input : file["leaf_inputs_hex"]) tree.add(crypto::leaf_hash(*from_hex(text(input))));
  ASSERT_EQ(tree.size(), 8u);
  for (std::size_t n = 0; n <= 8; ++n) EXPECT_EQ(to_hex(*tree_root(tree, n)), text(roots[n])) << n;
}

TEST(InclusionProof, OfEveryLeafOfEveryTreeUpTo40IsThatOfTheLeaves) {
  MemoryTree tree = tree_of(40);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    const auto leaves = leaves_of(n);
    const Digest root = crypto::merkle_root(leaves);
    ASSERT_EQ(*tree_root(tree, n), root);
    for (std::uint64_t i = 0; i < n; ++i) {
      const Hashes proof = *inclusion_proof(tree, i, n);
      ASSERT_EQ(proof, crypto::merkle_path(i, leaves));
      ASSERT_TRUE(passes(check_inclusion(i, n, leaves[i], proof, root)));
      ASSERT_TRUE(refuses(check_inclusion(i, n, leaf(99), proof, root), Code::log_inclusion));
    }
  }
}

TEST(ConsistencyProof, OfEveryPairOfSizesUpTo40IsThatOfTheLeaves) {
  MemoryTree tree = tree_of(40);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    const Digest root2 = *tree_root(tree, n);
    for (std::uint64_t m = 1; m <= n; ++m) {
      const Digest root1 = *tree_root(tree, m);
      Hashes proof = *consistency_proof(tree, m, n);
      ASSERT_EQ(proof, subproof_of(m, leaves_of(n), true));
      ASSERT_TRUE(passes(check_consistency(m, n, root1, root2, proof)));
      const Code other = m == n ? Code::log_fork : Code::log_consistency;
      ASSERT_TRUE(refuses(check_consistency(m, n, leaf(99), root2, proof), other));
      ASSERT_TRUE(refuses(check_consistency(m, n, root1, leaf(99), proof), other));
      for (auto& h : proof) {
        h.bytes[7] ^= 1;
        ASSERT_FALSE(check_consistency(m, n, root1, root2, proof));
        h.bytes[7] ^= 1;
      }
      proof.push_back(root1);
      ASSERT_FALSE(check_consistency(m, n, root1, root2, proof));
    }
  }
}

TEST(Proofs, OfALeafOrSizeOutsideTheTreeAreNotMade) {
  MemoryTree tree = tree_of(3);
  EXPECT_TRUE(refuses(inclusion_proof(tree, 3, 3), Code::usage));
  EXPECT_TRUE(refuses(inclusion_proof(tree, 0, 0), Code::usage));
  EXPECT_TRUE(refuses(inclusion_proof(tree, 0, 4), Code::usage));
  EXPECT_TRUE(refuses(consistency_proof(tree, 0, 3), Code::usage));
  EXPECT_TRUE(refuses(consistency_proof(tree, 3, 2), Code::usage));
  EXPECT_TRUE(refuses(consistency_proof(tree, 2, kSizeMax + 1), Code::usage));
  EXPECT_TRUE(refuses(tree_root(tree, kSizeMax + 1), Code::usage));
}

TEST(Frontier, GivesTheRootOfEverySizeAndGoesOnFromAnyOfThem) {
  MemoryTree tree = tree_of(70);
  Frontier grown;
  for (std::uint64_t n = 0; n <= 70; ++n) {
    ASSERT_EQ(grown.size(), n);
    ASSERT_EQ(grown.root(), *tree_root(tree, n));
    Frontier loaded = *Frontier::load(tree, n);
    ASSERT_EQ(loaded.size(), n);
    for (std::uint64_t i = n; i < 70; ++i) loaded.add(leaf(i));
    ASSERT_EQ(loaded.root(), *tree_root(tree, 70));
    grown.add(leaf(n));
  }
  EXPECT_TRUE(refuses(Frontier::load(tree, 71), Code::usage));
}

}  // namespace
}  // namespace xch::log
