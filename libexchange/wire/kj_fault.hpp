// What Cap'n Proto throws. Internal to wire/: it names kj's types.
#pragma once

#include <kj/exception.h>

namespace xch::wire {

/// is_for_want_of_memory tells what Cap'n Proto throws where it gets no memory from what it throws of its input.
inline bool is_for_want_of_memory(const kj::Exception& thrown) {
  return thrown.getType() == kj::Exception::Type::OVERLOADED;  // kj's kind for ENOMEM
}

}  // namespace xch::wire
