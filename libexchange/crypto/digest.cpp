#include "crypto/digest.hpp"

#include "crypto/sha256.hpp"

namespace xch::crypto {

Digest sha256(std::initializer_list<ByteView> parts) {
  Digest out;
  Sha256().add(parts).finish(out.bytes.data());
  return out;
}

Digest th(std::string_view label, std::initializer_list<ByteView> parts) {
  Digest out;
  Sha256().add_label(label).add(parts).finish(out.bytes.data());
  return out;
}

Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  Digest out;
  Sha256 hash;
  hmac(hash, key, parts, out.bytes.data());
  return out;
}

Prk xt(ByteView salt, std::initializer_list<ByteView> ikm) {
  Prk out;
  Sha256 hash;
  // An empty key pads to the same block as 32 zero bytes (RFC 5869 section 2.2).
  hmac(hash, salt, ikm, out.expose_mutable().data());
  return out;
}

struct Expander::State {
  explicit State(ByteView prk) : key(prk) {}
  Hmac key;
};

Expander::Expander(const Prk& prk) : state_(std::make_unique<State>(prk.expose())) {}
Expander::~Expander() = default;
Expander::Expander(Expander&&) noexcept = default;

void Expander::xp(std::string_view label, std::initializer_list<ByteView> ctx, MutableView out) const {
  Sha256 hash;
  hkdf_expand(hash, state_->key, [&](Sha256& h) { h.add_label(label).add(ctx); }, out);
}

void xp(const Prk& prk, std::string_view label, std::initializer_list<ByteView> ctx, MutableView out) {
  Sha256 hash;
  const HmacOnce key(hash, prk.expose());
  hkdf_expand(hash, key, [&](Sha256& h) { h.add_label(label).add(ctx); }, out);
}

}  // namespace xch::crypto
