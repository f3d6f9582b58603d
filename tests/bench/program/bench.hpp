// What the files of bench_exchange share.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace xch::bench {

/// must gives a value that the program cannot go on without.
[[noreturn]] void give_up(const Error& error);
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}

/// add registers a benchmark of one call; a refusal ends the program. `bytes` is what one call works on, 0 for none.
void add(const std::string& name, std::size_t bytes, std::function<Status()> call);

/// median of what is there; never of nothing.
double median(std::vector<double> values);

void add_items();
void add_threads();
void add_primitives();
void add_log();
void add_consents();

}  // namespace xch::bench
