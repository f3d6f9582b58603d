// The calls of OpenSSL and libsodium under the library: counted, and one of them made to fail. For tests only.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace xch::faults {

struct CallRun {
  std::uint64_t calls = 0;   // of functions that can fail
  std::string_view failed;   // the function whose call was made to fail; empty: none was
  bool verdict = false;      // its failing says something of the input
};
/// with_calls runs the work; its nth call fails (0: none), counting those of one function where it is named.
CallRun with_calls(std::uint64_t nth, const std::function<void()>& work, std::string_view only = {});

/// called_now are the functions that the last run called.
const std::set<std::string, std::less<>>& called_now();

}  // namespace xch::faults
