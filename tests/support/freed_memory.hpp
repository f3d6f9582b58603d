// Memory as it is given back: what was freed while it still held a secret is counted. The file replaces operator new and
// delete of its program, so one .cpp file of a test program includes it, and no other.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/bytes.hpp"

namespace xch::testing {

/// FreedMemory counts, while it lives, the blocks that are freed with these bytes in them. One thread, one at a time.
class FreedMemory {
 public:
  explicit FreedMemory(ByteView secret) : secret_(secret.data()), size_(secret.size()) { watching_ = this; }
  ~FreedMemory() { watching_ = nullptr; }
  FreedMemory(const FreedMemory&) = delete;
  FreedMemory& operator=(const FreedMemory&) = delete;
  std::size_t found() const { return found_; }

  static void look(const void* block) {
    if (watching_ == nullptr || block == nullptr) return;
    const auto* begin = static_cast<const std::uint8_t*>(block);
    const auto* end = begin + malloc_usable_size(const_cast<void*>(block));
    if (begin <= watching_->secret_ && watching_->secret_ < end) return;  // the test's own copy
    if (std::search(begin, end, watching_->secret_, watching_->secret_ + watching_->size_) != end) ++watching_->found_;
  }

 private:
  inline static thread_local FreedMemory* watching_ = nullptr;
  const std::uint8_t* secret_;
  std::size_t size_, found_ = 0;
};

}  // namespace xch::testing

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
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
