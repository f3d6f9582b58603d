// What sealing and opening take from the heap: nothing for each field. libcrypto 3.0 allocates a state for each hash that
// begins; its allocations are told apart by the functions that OpenSSL lets a program set.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <cstdlib>

#include "c_api/bench_items.hpp"
#include "exchange/heap.hpp"
#include "support/coalition.hpp"
#include "support/expect.hpp"
#include "wide_work.bundles.hpp"

namespace xch::bench {
namespace {

using c_api::BenchItems;
using c_api::BenchNote;
using testing::must;

thread_local std::uint64_t in_libcrypto = 0;

void* crypto_malloc(std::size_t size, const char*, int) {
  if (size != 0) ++in_libcrypto;
  return size == 0 ? nullptr : std::malloc(size);
}
void* crypto_realloc(void* block, std::size_t size, const char*, int) {
  if (size != 0) ++in_libcrypto;
  return std::realloc(block, size);
}
void crypto_free(void* block, const char*, int) { std::free(block); }
// Before main: OpenSSL takes them only until its first allocation.
const bool told_apart = CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) == 1;

struct Taken {
  std::uint64_t own = 0, libcrypto = 0;  // allocations
};

Taken heap_of(const c_api::BenchItem& item) {
  must(item.run(), "a run before, for what is made once");
  xch_heap_count total{};
  in_libcrypto = 0;
  xch_host_heap(1, nullptr);
  const Status done = item.run();
  xch_host_heap(0, &total);
  must(done, "the run");
  return {total.calls - in_libcrypto, in_libcrypto};
}

BenchNote wide() {
  using Bundle = ::exchange::bundles::WideWork;
  return must(BenchNote::load(ByteView(Bundle::bytes, sizeof(Bundle::bytes)), std::vector<std::size_t>(24, 64)), "wide note");
}

class HeapTest : public ::testing::TestWithParam<SuiteId> {
 protected:
  std::unique_ptr<BenchItems> make(BenchNote note) {
    return must(BenchItems::make(GetParam(), crypto::system_random(), std::move(note)), "items");
  }
};
XCH_FOR_EVERY_SUITE(HeapTest);

// Twice as many fields are one level more of slots_root, and lists that grow once more: three allocations at most.
constexpr std::uint64_t kMoreForTwice = 3;

TEST_P(HeapTest, IsNotTakenFromForEachField) {
  ASSERT_TRUE(told_apart);
  const auto twelve = make(must(BenchNote::work_item(), "note")), twenty_four = make(wide());
  ASSERT_EQ(twelve->shape().sealed_cells.size(), 12u);
  ASSERT_EQ(twelve->shape().opened_cells.size(), 8u);
  ASSERT_EQ(twenty_four->shape().sealed_cells.size(), 24u);
  ASSERT_EQ(twenty_four->shape().opened_cells.size(), 16u);
  for (const auto& item : twelve->list()) {
    const Taken few = heap_of(item), many = heap_of((*twenty_four)[item.name]);
    EXPECT_GT(few.own, 0u) << item.name;
    EXPECT_GT(few.libcrypto, 0u) << item.name;
    EXPECT_LE(many.own, few.own + kMoreForTwice * item.notes + kMoreForTwice) << item.name;
  }
}

// A note of a batch is allocated for no more than a note alone; what a batch has once is shared.
TEST_P(HeapTest, IsTakenFromForANoteOfABatchLessThanForOneAlone) {
  const auto items = make(must(BenchNote::work_item(), "note"));
  EXPECT_LT(heap_of((*items)["seal.batch100"]).own, 100 * heap_of((*items)["seal.warm"]).own);
}

// The counter itself.
TEST(Heap, CountsWhatThisThreadAllocates) {
  xch_heap_count count{};
  xch_host_heap(1, nullptr);
  {
    const std::vector<int> one(1000);
    auto* two = static_cast<char*>(std::malloc(10));
    two = static_cast<char*>(std::realloc(two, 100000));
    two[99999] = 1;
    std::free(two);
  }
  xch_host_heap(0, &count);
  EXPECT_EQ(count.calls, 3u);
  EXPECT_EQ(count.bytes, 4000u + 10 + 100000);
  EXPECT_GE(count.peak, 104000u);
  EXPECT_LT(count.peak, 110000u);
}

}  // namespace
}  // namespace xch::bench
