#include "message/frame.hpp"

#include <cstring>

#include "crypto/hpke.hpp"
#include "message/padding.hpp"

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
  const BodyVerdict verdict = judge_body(body);
  if (verdict.good != 1) return fail(on_failure);
  return body.sub(4, verdict.length);
}

}  // namespace xch::message
