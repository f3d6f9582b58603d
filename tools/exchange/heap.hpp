// The heap counter that libexchange's verb `bench` looks for in its host program.
#pragma once

#include <cstdint>

extern "C" {

struct xch_heap_count {
  std::uint64_t calls;  // malloc, calloc, realloc, memalign and their kin, operator new included
  std::uint64_t bytes;  // asked for by them
  std::uint64_t peak;   // how far the bytes in use rose above what they were at the start
};

/// xch_host_heap begins a count of this thread's heap (begin 1), or ends it and gives it (begin 0).
void xch_host_heap(int begin, xch_heap_count* out);

}
