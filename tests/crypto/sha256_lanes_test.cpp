// Two hashes at a time give what one at a time gives, whatever the lengths.
#include "crypto/sha256_lanes.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "crypto/merkle.hpp"
#include "crypto/random.hpp"

namespace xch::crypto {
namespace {

TEST(Sha256Lanes, HashesLeavesOfEveryLengthLikeOneAlone) {
  SeededRandom_for_testing random{ByteView(std::string_view("lanes"))};
  for (std::size_t size = 0; size < 330; ++size) {
    std::vector<Bytes> data;
    // Neighbours of one length, of lengths with as many blocks, and of others.
    for (const std::size_t more : {0u, 0u, 1u, 0u, 64u, 0u, 200u}) {
      data.emplace_back(size + more);
      random.fill(data.back());
    }
    const std::vector<ByteView> leaves(data.begin(), data.end());
    std::vector<Digest> out;
    leaf_hashes(leaves, out);
    ASSERT_EQ(out.size(), leaves.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) ASSERT_EQ(out[i], leaf_hash(leaves[i])) << size << " " << i;
  }
}

TEST(Sha256Lanes, HashesNodesLikeOneAlone) {
  SeededRandom_for_testing random{ByteView(std::string_view("nodes"))};
  for (std::size_t count = 0; count < 24; count += 2) {
    std::vector<Digest> children(count);
    for (auto& child : children) random.fill(child.bytes);
    std::vector<Digest> level = children;
    node_hashes(level);
    ASSERT_EQ(level.size(), count / 2);
    for (std::size_t i = 0; i < level.size(); ++i) ASSERT_EQ(level[i], node_hash(children[2 * i], children[2 * i + 1]));
  }
}

TEST(Sha256Lanes, AreThereWhereTheProcessorSaysSo) {
  std::ifstream file("/proc/cpuinfo");
  const std::string info{std::istreambuf_iterator<char>(file), {}};
  if (info.empty()) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "nothing says what this processor has";
    GTEST_SKIP() << "not run: nothing says what this processor has";
  }
  EXPECT_EQ(has_sha256_lanes(), info.find(" sha_ni") != std::string::npos);
}

}  // namespace
}  // namespace xch::crypto
