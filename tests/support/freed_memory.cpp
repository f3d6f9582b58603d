#include "support/freed_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace xch::testing {
namespace {

thread_local FreedMemory* watching = nullptr;

}  // namespace

FreedMemory::FreedMemory(ByteView secret) : secret_(secret.data()), size_(secret.size()) { watching = this; }

FreedMemory::~FreedMemory() { watching = nullptr; }

void FreedMemory::look(const void* block) {
  if (watching == nullptr || block == nullptr) return;
  const auto* begin = static_cast<const std::uint8_t*>(block);
  const auto* end = begin + malloc_usable_size(const_cast<void*>(block));
  if (begin <= watching->secret_ && watching->secret_ < end) return;  // the test's own copy
  if (std::search(begin, end, watching->secret_, watching->secret_ + watching->size_) != end) ++watching->found_;
}

}  // namespace xch::testing

// Those that do not throw too: AddressSanitizer has its own, and takes it for an error when their blocks go to free().
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept { return operator new(size, none); }
void* operator new(std::size_t size) {
  if (void* block = operator new(size, std::nothrow)) return block;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* block) noexcept {
  xch::testing::FreedMemory::look(block);
  std::free(block);
}
void operator delete[](void* block) noexcept { operator delete(block); }
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
void operator delete[](void* block, std::size_t) noexcept { operator delete(block); }
