#include "fuzz/objects.hpp"

#include <cstring>

#include "crypto/padme.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "party/chain.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {

Bytes object_body(ByteView object, std::uint32_t least) {
  const std::size_t length = 4 + object.size();
  Bytes body(length <= least ? least : crypto::padme(length));
  store_u32(body.data(), static_cast<std::uint32_t>(object.size()));
  if (!object.empty()) std::memcpy(body.data() + 4, object.data(), object.size());
  return body;
}

Bytes post_object(const testing::TestParty& to, ByteView body, crypto::Random& random) {
  if (body.empty()) return {};
  return must(message::seal_frame(message::kObjectMagic, to.encryption_key->public_key(),
                                  message::object_hpke_info(to.id(), to.encryption.id), body, random),
              "object envelope");
}

Result<message::OpenedObject> open_posted(const testing::TestParty& by, ByteView envelope, std::uint32_t least) {
  const message::GateKey key{by.encryption.id, &*by.encryption_key, by.encryption.record.not_before,
                             by.encryption.record.not_after};
  auto opened = message::open_object(envelope, by.id(), by.encryption_key->suite(), {key}, least);
  if (!opened) {
    require_refusal(opened.error(), {{3501, 3506}, {3509, 3509}});
    return opened;
  }
  const Bytes again = wire::encode(opened->object);
  const auto decoded = wire::decode_sealed_object(again);
  require(decoded && wire::encode(*decoded) == again, "an object that parses encodes to the same bytes");
  return opened;
}

SealedObject sealed_object(Kind kind, const Bytes& body, const std::vector<Signed>& chain, const KeyId& signer,
                           const crypto::SignPrivateKey& key) {
  return {chain, must(party::sign_object(kind, body, signer, key), "signed object")};
}

}  // namespace xch::fuzz
