// What decrypted, padded bytes are: judged whole, with no branch and no index that depends on one of them, so that the
// time of a refusal says nothing about where it lay (tests/constant_time). The verdict is public, with it the length:
// whoever may open has both. Internal to message/.
#pragma once

#include "base/bytes.hpp"

namespace xch::message {

/// PlainFault is the first thing wrong with a plain_i, in the order of docs/format.md, "Open", 15.
enum class PlainFault : std::uint16_t { none = 0, padding = 1, present = 2, size = 3, absent_value = 4 };

struct PlainVerdict {
  std::uint32_t length = 0;  // as it stands there; within the slot unless the fault is `size` or an earlier one
  PlainFault fault = PlainFault::none;
  std::uint16_t present = 0;
};
/// judge_plain judges u8 present || u32 length || value || zeros, of at least 5 bytes.
PlainVerdict judge_plain(ByteView plain);

struct BodyVerdict {
  std::uint32_t length = 0;
  std::uint32_t good = 0;  // 1 or 0
};
/// judge_body judges u32 length || content || zeros, of at least 4 bytes.
BodyVerdict judge_body(ByteView body);

}  // namespace xch::message
