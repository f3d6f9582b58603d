// Memory as it is given back: what was freed while it still held a secret is counted. A program that uses it gets its
// operator new and delete from freed_memory.cpp.
#pragma once

#include "base/bytes.hpp"

namespace xch::testing {

/// FreedMemory counts, while it lives, the blocks that are freed with these bytes in them. One thread, one at a time.
class FreedMemory {
 public:
  explicit FreedMemory(ByteView secret);
  ~FreedMemory();
  FreedMemory(const FreedMemory&) = delete;
  FreedMemory& operator=(const FreedMemory&) = delete;
  std::size_t found() const { return found_; }

  static void look(const void* block);

 private:
  const std::uint8_t* secret_;
  std::size_t size_, found_ = 0;
};

}  // namespace xch::testing
