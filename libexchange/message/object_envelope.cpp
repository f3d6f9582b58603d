#include "message/object_envelope.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/hpke.hpp"
#include "crypto/padme.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "wire/records.hpp"

namespace xch::message {
namespace {

// len(body) = 65,536, or the pack's one size for grant views, or Padme above either.
std::uint64_t object_body(std::uint64_t length, std::uint32_t least) {
  return 4 + length <= least ? least : crypto::padme(4 + length);
}

}  // namespace

bool is_object(ByteView bytes) { return has_magic(bytes, kObjectMagic); }
bool is_note(ByteView bytes) { return has_magic(bytes, kNoteMagic); }

Result<Bytes> seal_object(const SealedObject& object, const PartyId& to, const KeyId& key_id,
                          const crypto::KemPublicKey& key, std::uint32_t least_body, crypto::Random& random) {
  const SuiteId suite = key.suite();
  const Wiped encoded(wire::encode(object));
  const std::uint64_t length = object_body(encoded.bytes.size(), least_body);
  if (kFrame + crypto::hpke_overhead(suite) + length > kMaxEnvelope) return fail(Code::envelope_too_large);
  Wiped body(length);
  store_u32(body.bytes.data(), static_cast<std::uint32_t>(encoded.bytes.size()));
  std::memcpy(body.bytes.data() + 4, encoded.bytes.data(), encoded.bytes.size());

  return seal_frame(kObjectMagic, key, object_hpke_info(to, key_id), body.bytes, random);
}

Result<OpenedObject> open_object(ByteView envelope, const PartyId& self, SuiteId suite, const std::vector<GateKey>& keys,
                                 std::uint32_t grant_view_body) {
  if (envelope.size() < kFrame) return fail(Code::object_too_short);
  if (has_magic(envelope, kBreakGlassMagic)) return fail(Code::break_glass_reserved);
  if (!is_object(envelope)) return fail(Code::object_magic);
  const auto stated = static_cast<SuiteId>(load_u16(envelope.data() + 4));
  if (!is_enabled(stated) || stated != suite) return fail(Code::object_suite);
  const std::uint32_t least = std::min(kObjectBody, grant_view_body);
  if (envelope.size() < kFrame + crypto::hpke_overhead(suite) + least) return fail(Code::object_too_short);
  if (envelope.size() > kMaxEnvelope) return fail(Code::object_padding);

  Wiped body(envelope.size() - kFrame - crypto::hpke_overhead(suite));
  const GateKey* opened = nullptr;
  for (const auto& key : keys) {
    if (key.key == nullptr || key.key->suite() != suite) continue;
    const auto tried = crypto::hpke_open(*key.key, object_hpke_info(self, key.id), envelope.sub(0, kFrame),
                                         envelope.sub(kFrame), body.bytes, Code::object_outer);
    if (!tried) continue;
    opened = &key;
    break;
  }
  if (opened == nullptr) return fail(Code::object_outer);

  const std::size_t size = body.bytes.size();
  if (size != kObjectBody && size != grant_view_body && !crypto::is_padme(size)) return fail(Code::object_padding);
  XCH_ASSIGN(const ByteView content, content_of(body.bytes, Code::object_padding));
  auto object = wire::decode_sealed_object(content);
  if (!object) return fail(Code::object_malformed);
  return OpenedObject{std::move(*object), opened->id};
}

}  // namespace xch::message
