#include "message/frame.hpp"

#include <cstring>

#include "crypto/hpke.hpp"

namespace xch::message {

bool has_magic(ByteView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

Result<Bytes> seal_frame(std::string_view magic, const crypto::KemPublicKey& to, ByteView info, ByteView body,
                         crypto::Random& random) {
  Bytes out(kFrame + crypto::hpke_overhead(to.suite()) + body.size());
  std::memcpy(out.data(), magic.data(), magic.size());
  store_u16(out.data() + magic.size(), static_cast<std::uint16_t>(to.suite()));
  XCH_TRY(crypto::hpke_seal(to, info, ByteView(out).sub(0, kFrame), body, random, MutableView(out).sub(kFrame)));
  return out;
}

Result<ByteView> content_of(ByteView body, Code on_failure) {
  const std::uint32_t length = load_u32(body.data());
  if (length > body.size() - 4 || !all_zero(body.sub(4 + std::size_t{length}))) return fail(on_failure);
  return body.sub(4, length);
}

bool all_zero(ByteView bytes) {
  std::uint8_t rest = 0;
  for (const auto b : bytes) rest = static_cast<std::uint8_t>(rest | b);
  return rest == 0;
}

}  // namespace xch::message
