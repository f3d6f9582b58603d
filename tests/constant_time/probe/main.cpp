// constant_time NAME...: runs probes under valgrind's memcheck and prints "NAME: N reports" for each; --list names them
// all,
// --list-leaks those that leak on purpose. Exit status: 0 all outcomes right, 1 one was wrong, 2 not under valgrind;
// where memcheck reported something, valgrind's --error-exitcode stands instead.
#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "probes.hpp"

namespace xch::constant_time {
namespace {

const char* running = "";

int list(const std::vector<Probe>& probes, bool leaks) {
  for (const auto& probe : probes)
    if (probe.leaks == leaks) std::puts(probe.name.c_str());
  return 0;
}

int run(const std::vector<Probe>& probes, const std::string& name) {
  const auto found = std::find_if(probes.begin(), probes.end(), [&](const Probe& p) { return p.name == name; });
  if (found == probes.end()) {
    std::fprintf(stderr, "constant_time: no probe %s\n", name.c_str());
    return 1;
  }
  running = found->name.c_str();
  const auto before = VALGRIND_COUNT_ERRORS;
  found->run();
  std::printf("%s: %u reports\n", running, static_cast<unsigned>(VALGRIND_COUNT_ERRORS - before));
  std::fflush(stdout);
  return 0;
}

}  // namespace

void expect(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "constant_time: %s: %s\n", running, what);
  std::exit(1);
}

}  // namespace xch::constant_time

int main(int argc, char** argv) {
  using namespace xch::constant_time;
  std::vector<Probe> probes;
  add_primitives(probes);
  add_padding(probes);
  add_opening(probes);
  add_leaks(probes);
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "--list") return list(probes, false);
  if (first == "--list-leaks") return list(probes, true);
  // Without memcheck nothing is marked and every probe would pass.
  if (RUNNING_ON_VALGRIND == 0) {
    std::fputs("constant_time: runs under valgrind only\n", stderr);
    return 2;
  }
  for (int i = 1; i < argc; ++i)
    if (const int failed = run(probes, argv[i])) return failed;
}
