// The floor of `exchange bench` is derived step by step (c_api/bench_floor.cpp). Here the work is done and every call of
// libcrypto and libsodium counted; what is called beyond the floor is named, and nothing else is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "c_api/bench_items.hpp"
#include "calls.hpp"
#include "crypto/floor.hpp"
#include "support/coalition.hpp"
#include "support/expect.hpp"

namespace xch::bench {
namespace {

using c_api::BenchItem;
using c_api::BenchItems;
using c_api::BenchNote;
using c_api::Count;
using testing::must;

using Difference = std::map<std::string, std::int64_t>;
const std::string kInnerNode = "sha-256/65";

bool is_draw(const std::string& name) { return name.rfind("random/", 0) == 0; }

// The floor's key agreements as the calls that make them. A sealing scalar is multiplied twice, with the base point and
// with the reader's; a signature multiplies one and inverts one.
Calls calls_of_floor(const Count& floor, bool seals) {
  Calls out;
  for (const auto& [name, n] : floor) {
    const auto whole = static_cast<std::uint64_t>(std::llround(n));
    if (is_draw(name) || name == kInnerNode) continue;
    if (name == "p256 keygen" || (name == "p256 ecdh" && seals) || name == "ecdsa sign") out["p256 scalar * point"] += whole;
    if (name == "ecdsa sign") out["p256 inverse"] += whole;
    if (name == "p256 keygen" || (name == "p256 ecdh" && seals) || name == "ecdsa sign") continue;
    out[name] += whole;
  }
  return out;
}

Difference beyond(const Calls& called, const Calls& needed) {
  Difference out;
  for (const auto& [name, n] : called)
    if (!is_draw(name) && name != kInnerNode) out[name] += static_cast<std::int64_t>(n);
  for (const auto& [name, n] : needed) out[name] -= static_cast<std::int64_t>(n);
  std::erase_if(out, [](const auto& each) { return each.second == 0; });
  return out;
}

// Draws of random bytes: how many, and how much in all.
std::pair<std::uint64_t, std::uint64_t> draws(const Calls& called) {
  std::pair<std::uint64_t, std::uint64_t> out;
  for (const auto& [name, n] : called)
    if (is_draw(name)) {
      out.first += n;
      out.second += n * std::stoull(name.substr(7));
    }
  return out;
}

// The fewest and the most inner nodes that can have one of n leaves below them.
std::pair<double, double> inner_nodes(unsigned depth, std::size_t leaves) {
  std::pair<double, double> out{0, 0};
  for (unsigned level = 0; level < depth; ++level) {
    const std::size_t below = std::size_t{1} << (depth - level);
    out.first += static_cast<double>((leaves + below - 1) / below);
    out.second += static_cast<double>(std::min(leaves, std::size_t{1} << level));
  }
  return out;
}

class FloorTest : public ::testing::TestWithParam<SuiteId> {
 protected:
  bool p256() const { return GetParam() == SuiteId::p256; }
  const BenchItem& item(std::string_view name) const { return (*items_)[name]; }
  Counted count(std::string_view name) const {
    must(item(name).run(), "a run before, for what is made once");
    return calls_of([&] { must(item(name).run(), "the run"); });
  }

  std::unique_ptr<BenchItems> items_ =
      must(BenchItems::make(GetParam(), crypto::system_random(), must(BenchNote::work_item(), "note")), "items");
};

XCH_FOR_EVERY_SUITE(FloorTest);

// The work item is what docs say it is: were it not, every ratio would be of something else.
TEST_P(FloorTest, IsOfTheWorkItem) {
  const auto& shape = items_->shape();
  EXPECT_EQ(shape.sealed_cells.size(), 12u);
  EXPECT_EQ(shape.opened_cells.size(), 8u);
  EXPECT_EQ(shape.compartments, 4u);
  EXPECT_EQ(shape.readers.size(), 3u);
  EXPECT_EQ(item("seal.batch100").notes, 100u);
  const auto texts = must(BenchNote::work_item(), "note").texts;
  EXPECT_EQ(*std::min_element(texts.begin(), texts.end()), 64u);
  EXPECT_EQ(*std::max_element(texts.begin(), texts.end()), 256u);
}

// EVP_PKEY_generate makes its scalar itself, so the floor of P-256 leaves DeriveKeyPair out; and the nonce of RFC 6979,
// which EVP_PKEY_sign makes in its own way.
TEST_P(FloorTest, IsWhatASealCallsButForItsOwnScalars) {
  const struct {
    const char* name;
    std::int64_t encapsulations;
  } kSeals[] = {{"seal.cold", 11}, {"seal.warm", 3}, {"seal.batch100", 3}};
  for (const auto& [name, n] : kSeals) {
    Difference own;
    if (p256()) own = {{"sha-256/115", n}, {"sha-256/89", n}, {"sha-256/96", 2 * n + 8}, {"sha-256/161", 2}};
    EXPECT_EQ(beyond(count(name).primitives, calls_of_floor(item(name).floor, true)), own) << name;
  }
}

// Beyond the floor are the names under which caches are asked: of the sender's chain, the status signature and the wraps.
TEST_P(FloorTest, IsWhatAnOpenCallsButForTheNamesInCaches) {
  const Difference asked = p256() ? Difference{{"sha-256/624", 1}, {"sha-256/264", 1}, {"sha-256/113", 2}}
                                  : Difference{{"sha-256/544", 1}, {"sha-256/264", 1}, {"sha-256/80", 2}};
  EXPECT_EQ(beyond(count("open").primitives, calls_of_floor(item("open").floor, false)), asked);
  Difference cached = asked;
  cached[p256() ? "sha-256/153" : "sha-256/120"] = 2;  // what a wrap is bound to, with which the cache is asked
  EXPECT_EQ(beyond(count("open.cached").primitives, calls_of_floor(item("open.cached").floor, false)), cached);
}

// How many inner nodes the sparse trees have is chance: the floor has the expected number.
TEST_P(FloorTest, HasTheInnerNodesOfTheTrees) {
  for (const auto& each : items_->list()) {
    const auto called = static_cast<double>(count(each.name).primitives.at(kInnerNode));
    const double needed = each.floor.at(kInnerNode);
    if (each.name.rfind("seal", 0) != 0) {
      EXPECT_EQ(called, needed) << each.name;
      continue;
    }
    const auto notes = static_cast<double>(each.notes);
    const auto [few, many] = inner_nodes(5, 3);
    const auto [batch_few, batch_many] = inner_nodes(10, each.notes);
    const double fixed = needed - notes * c_api::expected_inner_nodes(5, 3) - c_api::expected_inner_nodes(10, each.notes);
    EXPECT_GE(called, fixed + notes * few + batch_few) << each.name;
    EXPECT_LE(called, fixed + notes * many + batch_many) << each.name;
  }
}

TEST(ExpectedInnerNodes, IsTheMeanOverAllPlaces) {
  EXPECT_DOUBLE_EQ(c_api::expected_inner_nodes(10, 1), 10);
  EXPECT_DOUBLE_EQ(c_api::expected_inner_nodes(3, 8), 7);
  // Two leaves at four places: 2 of 6 pairs share the node above them.
  EXPECT_NEAR(c_api::expected_inner_nodes(2, 2), 1 + (2 * 1 + 4 * 2) / 6.0, 1e-12);
}

// Salts, positions, siblings, and M with the salts of all slots: four draws a note, whatever the number of fields.
TEST_P(FloorTest, DrawsFourTimesANote) {
  const auto [warm, warm_bytes] = draws(count("seal.warm").primitives);
  EXPECT_EQ(warm, 4u + 2 + 3);  // the note's, the batch tree's, one a recipient
  const auto [batch, batch_bytes] = draws(count("seal.batch100").primitives);
  EXPECT_EQ(batch, 400u + 2 + 3);
  // The floor has one draw a note of what is not chance: 64 bytes a reader, M and 32 bytes a slot.
  EXPECT_EQ(item("seal.warm").floor.at("random/736"), 1);
  EXPECT_GE(warm_bytes, 736u);
  EXPECT_GE(batch_bytes, 73600u);
  EXPECT_EQ(draws(count("open").primitives).first, 0u);
}

// A fetch takes locks that threads wait for, sodium_malloc 30 us. Neither is on any of the five ways; sealing and the
// x25519 suite take no lock of libcrypto at all.
TEST_P(FloorTest, FetchesNothingAndLocksNoMemory) {
  for (const auto& each : items_->list()) {
    const Counted counted = count(each.name);
    EXPECT_EQ(counted.fetches, 0u) << each.name;
    EXPECT_EQ(counted.locked_memory, 0u) << each.name;
    // EVP's ECDH takes some where it gets the peer's key (8 in OpenSSL 3.0).
    const auto ecdh = counted.primitives.find("p256 ecdh");
    EXPECT_LE(counted.locks, ecdh == counted.primitives.end() ? 0 : 20 * ecdh->second) << each.name;
  }
}

// The counter itself: were it blind, the tests above would say nothing.
TEST(Calls, AreSeenWhereTheyAreMade) {
  const Counted counted = calls_of([] {
    must(crypto::measure_floor(0, {"sha-256/64", "aes-256-gcm/288", "chacha20-poly1305/288", "random/32", "x25519", "p256 ecdh"}),
         "floor");
    (void)crypto::Arena::make();
  });
  for (const char* name : {"sha-256/64", "aes-256-gcm/288", "chacha20-poly1305/288", "random/32", "x25519", "p256 ecdh"})
    EXPECT_GT(counted.primitives.count(name), 0u) << name;
  EXPECT_GT(counted.fetches, 0u);  // by EVP_PKEY_derive_init, inside libcrypto
  EXPECT_GT(counted.locks, 0u);
  EXPECT_GE(counted.locked_memory, 2u);
}

TEST_P(FloorTest, NamesOnlyWhatCanBeMeasured) {
  std::vector<std::string> names;
  for (const auto& each : items_->list())
    for (const auto& [name, n] : each.floor) {
      EXPECT_GT(n, 0) << name;
      names.push_back(name);
    }
  EXPECT_EQ(must(crypto::measure_floor(0, names), "floor").size(), names.size());
}

}  // namespace
}  // namespace xch::bench
