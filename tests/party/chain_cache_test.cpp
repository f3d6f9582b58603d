// What a cache of verified chains remembers, and what it never does.
#include <atomic>
#include <thread>

#include "fixture.hpp"
#include "party/memo.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

const std::vector<KeyKind> kSeat{KeyKind::seat}, kAuthority{KeyKind::consentAuthority};

class ChainCacheTest : public InACoalition {
 protected:
  party::ChainCache cache{4};
  auto verify(const std::vector<Signed>& chain, const std::vector<KeyKind>& expected = kSeat) {
    return cache.verify(chain, expected, *coalition.roster());
  }
  static std::vector<Bytes> encoded(const std::vector<Signed>& chain) {
    std::vector<Bytes> out;
    for (const auto& record : chain) out.push_back(wire::encode(record));
    return out;
  }
  auto verify_bytes(const std::vector<Bytes>& chain) {
    return cache.verify_bytes(std::vector<ByteView>(chain.begin(), chain.end()), kSeat, *coalition.roster());
  }
};
XCH_FOR_EVERY_SUITE(ChainCacheTest);

TEST_P(ChainCacheTest, GivesTheSameChainAgain) {
  const auto first = must(verify(patrol().seat_chain()));
  EXPECT_EQ(must(verify(patrol().seat_chain())), first);
  EXPECT_EQ(must(verify_bytes(encoded(patrol().seat_chain()))), first);
  EXPECT_NE(must(verify(harbor().seat_chain())), first);
}

TEST_P(ChainCacheTest, RefusesWhatAColdOneRefuses) {
  must(verify(patrol().seat_chain()));
  auto chain = patrol().seat_chain();
  chain[0].signature[1] ^= 1;
  EXPECT_TRUE(refuses(verify(chain), Code::open_chain_signature));
  EXPECT_TRUE(refuses(verify(chain), Code::open_chain_signature));
  EXPECT_TRUE(refuses(verify({}), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(verify(std::vector<Signed>(9, chain[1])), Code::open_chain_malformed));
}

TEST_P(ChainCacheTest, AsksForTheExpectedKindEachTime) {
  must(verify(patrol().seat_chain()));
  EXPECT_TRUE(refuses(verify(patrol().seat_chain(), kAuthority), Code::open_chain_kind));
  EXPECT_TRUE(passes(verify(patrol().seat_chain(), {KeyKind::consentAuthority, KeyKind::seat})));
}

TEST_P(ChainCacheTest, VerifiesAnewUnderAnotherRoster) {
  must(verify(patrol().seat_chain()));
  Roster roster = coalition.roster_body();
  party_in(roster, "patrol").keys.clear();
  coalition.adopt(roster);
  EXPECT_TRUE(refuses(verify(patrol().seat_chain()), Code::open_chain_untrusted));
}

TEST_P(ChainCacheTest, RefusesRecordsThatAreNotCanonical) {
  auto chain = encoded(patrol().seat_chain());
  EXPECT_TRUE(passes(verify_bytes(chain)));
  chain[0].insert(chain[0].end(), 8, 0);
  EXPECT_TRUE(refuses(verify_bytes(chain), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(verify_bytes({}), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(verify_bytes(std::vector<Bytes>(9, chain[1])), Code::open_chain_malformed));
}

TEST_P(ChainCacheTest, ForgetsTheLeastRecentlyUsed) {
  const std::vector<std::string> names{"patrol", "liaison", "prosecutor", "office"};
  std::map<std::string, std::shared_ptr<const party::VerifiedChain>> first;
  for (const auto& name : names) first[name] = must(verify(coalition[name].seat_chain()));
  EXPECT_EQ(must(verify(coalition["patrol"].seat_chain())), first["patrol"]);
  must(verify(coalition["clinic"].seat_chain()));
  EXPECT_EQ(must(verify(coalition["patrol"].seat_chain())), first["patrol"]);
  EXPECT_EQ(must(verify(coalition["office"].seat_chain())), first["office"]);
  EXPECT_NE(must(verify(coalition["liaison"].seat_chain())), first["liaison"]);
}

TEST_P(ChainCacheTest, MayBeUsedByManyThreads) {
  std::vector<std::vector<Signed>> chains;
  for (const auto& name : coalition.names()) chains.push_back(coalition[name].seat_chain());
  std::atomic<int> verified{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 3; ++round)
        for (const auto& chain : chains)
          if (cache.verify(chain, kSeat, *coalition.roster())) ++verified;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(verified.load(), 4 * 3 * 7);
}

TEST(Memo, OfNothingKeepsNothing) {
  party::Memo<int> memo(0);
  memo.keep(Digest{}, std::make_shared<const int>(1));
  EXPECT_EQ(memo.find(Digest{}), nullptr);
  EXPECT_EQ(memo.size(), 0u);
}

TEST(Memo, KeepsTheFirstValueOfAKey) {
  party::Memo<int> memo(2);
  memo.keep(Digest{}, std::make_shared<const int>(1));
  memo.keep(Digest{}, std::make_shared<const int>(2));
  EXPECT_EQ(*memo.find(Digest{}), 1);
  EXPECT_EQ(memo.size(), 1u);
}

}  // namespace
}  // namespace xch::testing
