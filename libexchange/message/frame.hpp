// The outer frame of both kinds of envelope: magic[4] || u16 suite || HPKE(body), the first six bytes being its aad; and
// the padded body inside, u32 len || content || zeros. Internal to message/.
#pragma once

#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

namespace xch::message {

constexpr std::size_t kFrame = 6;
constexpr std::string_view kNoteMagic = "LXE1", kObjectMagic = "LXO1", kBreakGlassMagic = "LXB1", kOneShotMagic = "LXP1";

/// Wiped is ordinary memory that is wiped when done with: what was encoded or decrypted into it holds consent keys and
/// values.
struct Wiped {
  Bytes bytes;
  explicit Wiped(Bytes b) : bytes(std::move(b)) {}
  explicit Wiped(std::size_t size) : bytes(size) {}
  ~Wiped() { crypto::wipe(MutableView(bytes)); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
};

bool has_magic(ByteView bytes, std::string_view magic);
/// seal_frame seals a body to a key under the magic. Errors: crypto_unavailable, key_public.
Result<Bytes> seal_frame(std::string_view magic, const crypto::KemPublicKey& to, ByteView info, ByteView body,
                         crypto::Random& random);
/// content_of gives the content of a padded body of at least 4 bytes: its length fits and all behind it is zero.
/// Errors: `on_failure`.
Result<ByteView> content_of(ByteView body, Code on_failure);

}  // namespace xch::message
