#include "faults/heap.hpp"

#include <dlfcn.h>
#include <malloc.h>
#include <sodium.h>

#include <cerrno>
#include <cstddef>

// glibc's own, under the names that are there for a program with a malloc in front.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t n, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace xch::faults {
namespace {

struct State {
  bool running = false, stays_out = false;
  std::uint64_t nth = 0;
  HeapRun run;
};
thread_local State state;

// One more allocation is asked for; true where it is the one to fail.
bool refused() {
  if (!state.running) return false;
  const std::uint64_t call = ++state.run.calls;
  const bool fails = state.nth != 0 && (call == state.nth || (state.stays_out && call > state.nth));
  if (!fails) return false;
  state.run.failed = true;
  errno = ENOMEM;
  return true;
}
void* took(void* block) {
  if (state.running && block != nullptr) state.run.kept += static_cast<std::int64_t>(malloc_usable_size(block));
  return block;
}
void gives(void* block) {
  if (state.running && block != nullptr) state.run.kept -= static_cast<std::int64_t>(malloc_usable_size(block));
}

}  // namespace

HeapRun with_heap(std::uint64_t nth, Then then, const std::function<void()>& work) {
  struct Ends {
    ~Ends() { state.running = false; }
  } ends;
  state = State{true, then == Then::stays_out, nth, {}};
  work();
  state.running = false;
  return state.run;
}

}  // namespace xch::faults

using xch::faults::gives;
using xch::faults::refused;
using xch::faults::took;

#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t size) { return refused() ? nullptr : took(__libc_malloc(size)); }
void* calloc(std::size_t n, std::size_t size) { return refused() ? nullptr : took(__libc_calloc(n, size)); }
void* realloc(void* block, std::size_t size) {
  if (refused()) return nullptr;
  gives(block);
  return took(__libc_realloc(block, size));
}
void* memalign(std::size_t alignment, std::size_t size) {
  return refused() ? nullptr : took(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  void* block = memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}
void free(void* block) {
  gives(block);
  __libc_free(block);
}

// Pages with guards, from the kernel and not from malloc: counted and refused likewise, their bytes by the page.
void* sodium_malloc(std::size_t size) {
  static const auto next = reinterpret_cast<decltype(&sodium_malloc)>(dlsym(RTLD_NEXT, "sodium_malloc"));
  return refused() ? nullptr : next(size);
}

}  // extern "C"
#pragma GCC visibility pop
