#include "crypto/ed25519.hpp"

#include <sodium.h>

#include "crypto/keys_internal.hpp"

namespace xch::crypto {

Result<Signature> ed25519_sign(const SignPrivateKey& key, ByteView message) {
  const auto* state = KeyAccess::state(key);
  if (state == nullptr) return fail(Code::bug);
  if (state->suite != SuiteId::x25519) return fail(Code::key_suite);
  Signature out;
  const auto* secret = state->ed25519.expose().data();
  if (crypto_sign_detached(out.bytes.data(), nullptr, message.data(), message.size(), secret) != 0)
    return fail(Code::crypto_unavailable);
  return out;
}

Status ed25519_check(const SignPublicKey& key, ByteView message, ByteView signature, Code on_failure) {
  const auto* state = KeyAccess::state(key);
  if (state == nullptr || state->suite != SuiteId::x25519) return fail(on_failure);
  if (!ed25519_verify(state->bytes, message, signature)) return fail(on_failure);
  return Ok{};
}

}  // namespace xch::crypto
