// The home's own row values: big-endian fields one after the other, read back strictly. They never leave the home.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace xch::session {

/// v32 writes u32 len || bytes.
inline void put_v32(ByteWriter& out, ByteView bytes) { out.u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }

/// Reader takes fields off a row. After the first missing byte everything reads as zero and `done` fails: one check at
/// the end is enough.
class FieldReader {
 public:
  explicit FieldReader(ByteView bytes) : left_(bytes) {}
  std::uint8_t u8() { return take(1)[0]; }
  std::uint16_t u16() { return load_u16(take(2).data()); }
  std::uint32_t u32() { return load_u32(take(4).data()); }
  std::uint64_t u64() { return load_u64(take(8).data()); }
  Timestamp time() { return Timestamp{u64()}; }
  template <class F>
  F fixed() {
    F out;
    const ByteView from = take(F::kSize);
    std::copy(from.begin(), from.end(), out.bytes.begin());
    return out;
  }
  /// v32 borrows from the row.
  ByteView v32() {
    const std::uint32_t size = u32();
    if (size > left_.size()) return refuse();
    const ByteView out = left_.sub(0, size);
    left_ = left_.sub(size);
    return out;
  }
  std::string text() {
    const ByteView bytes = v32();
    return std::string(bytes.text());
  }
  /// done: every field was there and nothing follows. Errors: store_damaged.
  Status done() const { return bad_ || !left_.empty() ? Status(fail(Code::store_damaged)) : Status(Ok{}); }
  bool at_end() const { return left_.empty(); }

 private:
  ByteView refuse() {
    bad_ = true;
    left_ = ByteView();
    return ByteView();
  }
  ByteView take(std::size_t size) {
    static constexpr std::uint8_t kZeros[64] = {};
    if (size > left_.size()) {
      refuse();
      return ByteView(kZeros, size);
    }
    const ByteView out = left_.sub(0, size);
    left_ = left_.sub(size);
    return out;
  }
  ByteView left_;
  bool bad_ = false;
};

}  // namespace xch::session
