// Object envelopes: grant views, receipts, presentations between parties, in one of two fixed sizes or Padme above.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "message/knowledge.hpp"
#include "model/grant.hpp"

namespace xch::message {

constexpr std::uint32_t kObjectBody = 65536;

/// seal_object seals one SealedObject to an agency. `least_body` is kObjectBody, or the pack's grant_view_size for
/// grant views. Errors: envelope_too_large, crypto_unavailable.
Result<Bytes> seal_object(const SealedObject& object, const PartyId& to, const KeyId& key_id,
                          const crypto::KemPublicKey& key, std::uint32_t least_body, crypto::Random& random);

struct OpenedObject {
  SealedObject object;
  KeyId opened_under;
};
/// open_object opens an object envelope with the live keys, newest first, and decodes it. Signatures are the next
/// step's. Errors: object_too_short, object_magic, object_suite, object_outer, object_padding, object_malformed,
/// break_glass_reserved (magic LXB1, refused by name).
Result<OpenedObject> open_object(ByteView envelope, const PartyId& self, SuiteId suite, const std::vector<GateKey>& keys,
                                 std::uint32_t grant_view_body);

/// is_object and is_note tell the two by their first four bytes.
bool is_object(ByteView bytes);
bool is_note(ByteView bytes);

}  // namespace xch::message
