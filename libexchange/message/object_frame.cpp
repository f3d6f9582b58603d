#include "message/object_frame.hpp"

#include <cstring>

#include "crypto/hpke.hpp"
#include "crypto/padme.hpp"
#include "wire/records.hpp"

namespace xch::message {

Result<Bytes> seal_framed(std::string_view magic, const SealedObject& object, const crypto::KemPublicKey& key, ByteView info,
                          std::uint32_t least, crypto::Random& random) {
  const Wiped content(wire::encode(object));
  return seal_padded(magic, content.bytes, key, info, least, random);
}

Result<Bytes> seal_padded(std::string_view magic, ByteView content, const crypto::KemPublicKey& key, ByteView info,
                          std::uint32_t least, crypto::Random& random) {
  const std::uint64_t needed = 4 + content.size();
  const std::uint64_t length = needed <= least ? least : crypto::padme(needed);
  if (kFrame + crypto::hpke_overhead(key.suite()) + length > kMaxEnvelope) return fail(Code::envelope_too_large);
  Wiped body(length);
  store_u32(body.bytes.data(), static_cast<std::uint32_t>(content.size()));
  std::memcpy(body.bytes.data() + 4, content.data(), content.size());
  return seal_frame(magic, key, info, body.bytes, random);
}

Result<OpenedObject> open_framed(ByteView envelope, SuiteId suite, const std::vector<GateKey>& keys,
                                 const std::function<Bytes(const KeyId&)>& info_of, const FramedBody& sizes) {
  const auto stated = static_cast<SuiteId>(load_u16(envelope.data() + 4));
  if (!is_enabled(stated) || stated != suite) return fail(Code::object_suite);
  if (envelope.size() < kFrame + crypto::hpke_overhead(suite) + sizes.least) return fail(Code::object_too_short);
  if (envelope.size() > kMaxEnvelope) return fail(Code::object_padding);

  Wiped body(envelope.size() - kFrame - crypto::hpke_overhead(suite));
  const GateKey* opened = nullptr;
  for (const auto& key : keys) {
    if (key.key == nullptr || key.key->suite() != suite) continue;
    const auto tried = crypto::hpke_open(*key.key, info_of(key.id), envelope.sub(0, kFrame), envelope.sub(kFrame),
                                         body.bytes, Code::object_outer);
    if (!tried) continue;
    opened = &key;
    break;
  }
  if (opened == nullptr) return fail(Code::object_outer);

  const std::size_t size = body.bytes.size();
  if (size != sizes.usual && !crypto::is_padme(size)) return fail(Code::object_padding);
  XCH_ASSIGN(const ByteView content, content_of(body.bytes, Code::object_padding));
  auto object = wire::decode_sealed_object(content);
  if (!object) return fail(Code::object_malformed);
  return OpenedObject{std::move(*object), opened->id};
}

}  // namespace xch::message
