// The AEADs by provider, behind aead_seal and aead_open, which check every size first. Internal to crypto/; its tests
// compare the two.
#pragma once

#include "crypto/aead.hpp"

namespace xch::crypto {

bool aead_seal_openssl(Aead aead, ByteView key, ByteView nonce, ByteView aad, ByteView plain, MutableView out);
bool aead_open_openssl(Aead aead, ByteView key, ByteView nonce, ByteView aad, ByteView sealed, MutableView out);
bool chacha_seal_sodium(ByteView key, ByteView nonce, ByteView aad, ByteView plain, MutableView out);
bool chacha_open_sodium(ByteView key, ByteView nonce, ByteView aad, ByteView sealed, MutableView out);

}  // namespace xch::crypto
