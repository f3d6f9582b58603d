// How a signed object lies in an envelope, whatever its first four bytes are: seal_frame around u32 len || object || zeros.
// An object envelope and a break-glass envelope differ in magic, info and sizes alone. Internal to message/.
#pragma once

#include <functional>

#include "message/frame.hpp"
#include "message/object_envelope.hpp"

namespace xch::message {

/// seal_framed seals an object in a body of `least` bytes, or of Padme(4 + len) where it needs more.
/// Errors: envelope_too_large, crypto_unavailable, key_public.
Result<Bytes> seal_framed(std::string_view magic, const SealedObject& object, const crypto::KemPublicKey& key, ByteView info,
                          std::uint32_t least, crypto::Random& random);

/// seal_padded seals content likewise, which the caller wipes. Errors: those of seal_framed.
Result<Bytes> seal_padded(std::string_view magic, ByteView content, const crypto::KemPublicKey& key, ByteView info,
                          std::uint32_t least, crypto::Random& random);

/// FramedBody is which bodies are taken: none below `least`, and none but of `usual` bytes or on Padme's grid.
struct FramedBody {
  std::uint32_t least = 0, usual = 0;
};
/// open_framed opens an envelope whose magic was looked at before (at least kFrame bytes) by the first key that does, with
/// the info of that key. Errors: object_suite, object_too_short, object_padding, object_outer, object_malformed.
Result<OpenedObject> open_framed(ByteView envelope, SuiteId suite, const std::vector<GateKey>& keys,
                                 const std::function<Bytes(const KeyId&)>& info_of, const FramedBody& sizes);

}  // namespace xch::message
