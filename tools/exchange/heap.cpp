// Counts the heap, for `exchange bench`: this program's malloc is its own, which counts when asked to and hands on to
// glibc's. The library finds xch_host_heap if its host has one (docs/verbs.md, "bench"); another host need not.
#include "heap.hpp"

#include <malloc.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

// The sanitizers bring a malloc of their own.
#if !defined(__SANITIZE_ADDRESS__)

// glibc's own, under the names that are there for a program with a malloc in front.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t n, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace {

// One thread's count: the bench runs on one. Blocks that came before the count and go during it make `live` negative.
struct Heap {
  bool counting;
  std::uint64_t calls, bytes;
  std::int64_t live, peak;
};
thread_local Heap heap;

void* took(void* block, std::size_t size) {
  if (!heap.counting || block == nullptr) return block;
  ++heap.calls;
  heap.bytes += size;
  heap.live += static_cast<std::int64_t>(malloc_usable_size(block));
  if (heap.live > heap.peak) heap.peak = heap.live;
  return block;
}
void gives(void* block) {
  if (heap.counting && block != nullptr) heap.live -= static_cast<std::int64_t>(malloc_usable_size(block));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t size) { return took(__libc_malloc(size), size); }
void* calloc(std::size_t n, std::size_t size) { return took(__libc_calloc(n, size), n * size); }
void* realloc(void* block, std::size_t size) {
  gives(block);
  return took(__libc_realloc(block, size), size);
}
void* memalign(std::size_t alignment, std::size_t size) { return took(__libc_memalign(alignment, size), size); }
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

void xch_host_heap(int begin, xch_heap_count* out) {
  heap.counting = false;
  if (begin != 0) {
    heap = Heap{true, 0, 0, 0, 0};
    return;
  }
  *out = {heap.calls, heap.bytes, static_cast<std::uint64_t>(heap.peak)};
}

}  // extern "C"
#pragma GCC visibility pop
#endif
