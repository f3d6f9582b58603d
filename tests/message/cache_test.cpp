// The reader's memory of unwrapped S_k: a hit gives what unwrapping gives, and nothing is taken from it once the consent key
// is gone.
#include <algorithm>

#include "message/fixture.hpp"

namespace xch::message_test {
namespace {

/// KeptSecrets remembers everything and forgets nothing: the worst cache that keeps the interface.
class KeptSecrets final : public message::SecretCache {
 public:
  bool find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) override {
    const auto at = kept.find({wrap_info, wrap_hash});
    ++(at == kept.end() ? misses : hits);
    if (at == kept.end()) return false;
    std::copy(at->second.begin(), at->second.end(), out.begin());
    return true;
  }
  void keep(const GrantHash& grant, Compartment k, const Digest& wrap_info, const Digest& wrap_hash,
            ByteView secret) override {
    kept[{wrap_info, wrap_hash}] = secret.copy();
    of.emplace_back(grant, k);
  }
  std::map<std::pair<Digest, Digest>, Bytes> kept;
  std::vector<std::pair<GrantHash, Compartment>> of;
  std::size_t hits = 0, misses = 0;
};

class Cache : public ::testing::TestWithParam<SuiteId> {
 protected:
  Result<message::OpenedBundle> open(ByteView envelope, const std::string& by = "clinic") {
    return message::open(envelope, scene[by], cache, scene.arenas, kNow);
  }
  Status outcome(ByteView envelope, const std::string& by = "clinic") {
    const auto bundle = open(envelope, by);
    if (!bundle) return fail(bundle.error().code);
    if (!bundle->views.front().opened) return fail(bundle->views.front().opened.error().code);
    return Ok{};
  }
  std::map<std::uint16_t, std::string> values(ByteView envelope) {
    const auto bundle = must(open(envelope), "bundle");
    std::map<std::uint16_t, std::string> out;
    for (const auto& cell : must(bundle.views.front().opened, "view").cells)
      if (cell.present) out[cell.slot] = std::string(cell.value.text());
    return out;
  }
  Scene scene{GetParam()};
  KeptSecrets cache;
};
XCH_FOR_EVERY_SUITE(Cache);

TEST_P(Cache, HitGivesTheSameValuesAndUnwrapsNothing) {
  const Bytes first = scene.envelope(), second = scene.envelope();
  const auto cold = values(first);
  EXPECT_EQ(cache.misses, 3u);  // ENG, NEED and SUD
  EXPECT_EQ(cache.hits, 0u);
  ASSERT_EQ(cache.kept.size(), 3u);
  for (const auto& [grant, k] : cache.of) EXPECT_EQ(grant, scene.care.built.hash);
  EXPECT_EQ(values(first), cold);
  EXPECT_EQ(values(second), cold);  // the next note's wraps are the same bytes
  EXPECT_EQ(cache.hits, 6u);
  EXPECT_EQ(cache.kept.size(), 3u);
  EXPECT_FALSE(cold.empty());
}

// That the hit is what is used, and that a wrong one opens nothing.
TEST_P(Cache, WithAWrongSecretOpensNoCell) {
  const Bytes bytes = scene.envelope();
  ASSERT_TRUE(passes(outcome(bytes)));
  for (auto& [name, secret] : cache.kept) secret[0] ^= 1;
  EXPECT_TRUE(refuses(outcome(bytes), Code::open_cell_tag));
  for (auto& [name, secret] : cache.kept) secret[0] ^= 1;
  EXPECT_TRUE(passes(outcome(bytes)));
}

TEST_P(Cache, IsNotUsedOnceTheConsentKeyIsErased) {
  const Bytes bytes = scene.envelope();
  ASSERT_TRUE(passes(outcome(bytes)));
  const std::size_t hits = cache.hits;
  scene.care.held.at("clinic")->erase_keys();
  ASSERT_EQ(cache.kept.size(), 3u) << "the secrets are still there";
  EXPECT_TRUE(refuses(outcome(bytes), Code::open_wrap));
  EXPECT_EQ(cache.hits, hits) << "and nobody asked for them";
}

TEST_P(Cache, KnowsAWrapByItsBytesAndByWhomItIsFor) {
  ASSERT_TRUE(passes(outcome(scene.envelope())));
  ASSERT_TRUE(passes(outcome(scene.envelope("defender"), "defender")));
  EXPECT_EQ(cache.kept.size(), 5u);  // the same S_k of ENG and NEED twice, under two names
  EXPECT_EQ(cache.hits, 0u);
  // A changed wrap is another one: it is unwrapped, and refused.
  EXPECT_TRUE(refuses([&] {
    Parts parts = scene.take_apart(scene.envelope());
    parts.wraps.front().second.back() ^= 1;
    return outcome(scene.put_together(parts));
  }(), Code::open_wrap));
}

TEST_P(Cache, KeepsNothingOfAWrapThatDoesNotOpen) {
  EXPECT_TRUE(refuses([&] {
    Parts parts = scene.take_apart(scene.envelope());
    for (auto& [k, wrap] : parts.wraps) wrap.back() ^= 1;
    return outcome(scene.put_together(parts));
  }(), Code::open_wrap));
  EXPECT_TRUE(cache.kept.empty());
}

}  // namespace
}  // namespace xch::message_test
