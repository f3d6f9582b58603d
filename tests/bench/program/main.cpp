#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench.hpp"

namespace xch::bench {

void give_up(const Error& error) {
  std::fprintf(stderr, "bench_exchange: %.*s\n", static_cast<int>(error.info().name.size()), error.info().name.data());
  std::exit(1);
}

void add(const std::string& name, std::size_t bytes, std::function<Status()> call) {
  ::benchmark::RegisterBenchmark(name.c_str(), [bytes, call = std::move(call)](::benchmark::State& state) {
    for (auto _ : state) must(call());
    if (bytes != 0) state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
  })->Unit(::benchmark::kMicrosecond);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace xch::bench

int main(int argc, char** argv) {
  ::benchmark::Initialize(&argc, argv);
  if (::benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  xch::bench::add_items();
  xch::bench::add_threads();
  xch::bench::add_primitives();
  xch::bench::add_consents();
  xch::bench::add_log();
  ::benchmark::RunSpecifiedBenchmarks();
  ::benchmark::Shutdown();
}
