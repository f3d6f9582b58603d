// SHA-256, the labelled hash TH and the key derivation XT / XP of docs/format.md, "Conventions".
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/secret.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

/// Every label starts with "LX1 " and serves one purpose; docs/format.md lists all. Labels are written once, in labels.hpp.

/// sha256 hashes the concatenation of its parts.
Digest sha256(std::initializer_list<ByteView> parts);
inline Digest sha256(ByteView data) { return sha256({data}); }

/// th is TH(label, m) = SHA-256(u8 len(label) || label || m), m the concatenation of parts.
Digest th(std::string_view label, std::initializer_list<ByteView> parts);
template <class D>
D th_as(std::string_view label, std::initializer_list<ByteView> parts) {
  D out;
  out.bytes = th(label, parts).bytes;
  return out;
}

/// hmac_sha256 over the concatenation of parts; used for note ids from idempotency keys.
Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

using Prk = Secret<32, struct PrkTag>;

/// xt is XT(salt, ikm) = HKDF-Extract with SHA-256 (RFC 5869); an empty salt is 32 zero bytes.
Prk xt(ByteView salt, std::initializer_list<ByteView> ikm);
/// Expander is HKDF-Expand with its HMAC state set up once: one per prk, many outputs (one per cell).
class Expander {
 public:
  explicit Expander(const Prk& prk);
  ~Expander();
  Expander(Expander&&) noexcept;
  Expander(const Expander&) = delete;
  Expander& operator=(const Expander&) = delete;
  /// xp is XP(prk, label, ctx, n) = HKDF-Expand(prk, u8 len(label) || label || ctx, n); out.size() <= 8160.
  void xp(std::string_view label, std::initializer_list<ByteView> ctx, MutableView out) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
void xp(const Prk& prk, std::string_view label, std::initializer_list<ByteView> ctx, MutableView out);

}  // namespace xch::crypto
