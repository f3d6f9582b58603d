// Ed25519 (RFC 8032) over a message as it is, without our labels: for formats that others have laid down (C2SP signed
// notes). A key used here signs nothing else: what keeps its signatures apart is the text they cover.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

namespace xch::crypto {

/// ed25519_sign signs the message itself. Needs: a key of suite x25519. Errors: key_suite, crypto_unavailable.
Result<Signature> ed25519_sign(const SignPrivateKey& key, ByteView message);
/// ed25519_check checks a signature of exactly 64 bytes; `on_failure` is the error of any that does not verify.
Status ed25519_check(const SignPublicKey& key, ByteView message, ByteView signature, Code on_failure);

}  // namespace xch::crypto
