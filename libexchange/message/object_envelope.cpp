#include "message/object_envelope.hpp"

#include <algorithm>

#include "message/cells.hpp"
#include "message/object_frame.hpp"

namespace xch::message {

bool is_object(ByteView bytes) { return has_magic(bytes, kObjectMagic); }
bool is_note(ByteView bytes) { return has_magic(bytes, kNoteMagic); }

Result<Bytes> seal_object(const SealedObject& object, const PartyId& to, const KeyId& key_id,
                          const crypto::KemPublicKey& key, std::uint32_t least_body, crypto::Random& random) {
  return seal_framed(kObjectMagic, object, key, object_hpke_info(to, key_id), least_body, random);
}

Result<OpenedObject> open_object(ByteView envelope, const PartyId& self, SuiteId suite, const std::vector<GateKey>& keys,
                                 std::uint32_t grant_view_body) {
  if (envelope.size() < kFrame) return fail(Code::object_too_short);
  if (has_magic(envelope, kBreakGlassMagic)) return fail(Code::break_glass_reserved);
  if (has_magic(envelope, kOneShotMagic)) return fail(Code::one_shot_elsewhere);
  if (!is_object(envelope)) return fail(Code::object_magic);
  // 65,536 bytes, the other size of an object, are on the grid.
  return open_framed(envelope, suite, keys, [&](const KeyId& key) { return object_hpke_info(self, key); },
                     {std::min(kObjectBody, grant_view_body), grant_view_body});
}

}  // namespace xch::message
