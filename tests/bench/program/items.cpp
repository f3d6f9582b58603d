// seal.cold, seal.warm, seal.batch100, open and open.cached of both suites.
#include "bench.hpp"
#include "c_api/bench_items.hpp"
#include "crypto/suite.hpp"
#include "exchange/heap.hpp"

namespace xch::bench {
namespace {

void run(::benchmark::State& state, const c_api::BenchItem& item) {
  must(item.run());
  xch_heap_count heap{};
  xch_host_heap(1, nullptr);
  const Status once = item.run();
  xch_host_heap(0, &heap);
  must(once);
  for (auto _ : state) must(item.run());
  state.SetItemsProcessed(static_cast<std::int64_t>(item.notes) * static_cast<std::int64_t>(state.iterations()));
  state.counters["wire_bytes"] = static_cast<double>(item.wire_bytes);
  state.counters["allocations"] = static_cast<double>(heap.calls);
  state.counters["peak_heap_bytes"] = static_cast<double>(heap.peak);
}

}  // namespace

void add_items() {
  for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
    // Kept for as long as the program runs: the benchmarks refer to it.
    static std::vector<std::unique_ptr<c_api::BenchItems>> kept;
    kept.push_back(must(c_api::BenchItems::make(suite, crypto::system_random(), must(c_api::BenchNote::work_item()))));
    for (const auto& item : kept.back()->list()) {
      const std::string name = std::string(item.name) + "/" + std::string(crypto::suite_info(suite).name);
      ::benchmark::RegisterBenchmark(name.c_str(), [&item](::benchmark::State& state) { run(state, item); })
          ->Unit(::benchmark::kMicrosecond);
    }
  }
}

}  // namespace xch::bench
