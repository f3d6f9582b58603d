#include "crypto/hpke.hpp"

#include "crypto/aead.hpp"
#include "crypto/hpke_internal.hpp"
#include "crypto/start.hpp"
#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

// Key and nonce of the one message of a context. RFC 9180 section 5.2: the nonce of sequence number 0 is base_nonce.
struct OneMessage {
  AeadKey key;
  Secret<kAeadNonce, struct BaseNonceTag> nonce;
};
OneMessage one_message(const SuiteInfo& suite, const SharedSecret& shared, ByteView info) {
  const HpkeSchedule schedule =
      hpke_schedule({suite.kem_id, suite.kdf_id, static_cast<std::uint16_t>(suite.aead)}, shared, info);
  OneMessage out;
  hpke_expand(schedule, "key", out.key.expose_mutable());
  hpke_expand(schedule, "base_nonce", out.nonce.expose_mutable());
  return out;
}

}  // namespace

std::size_t hpke_enc_size(SuiteId suite) { return suite_info(suite).enc; }

Status hpke_seal(const KemPublicKey& to, ByteView info, ByteView aad, ByteView plain, Random& random, MutableView out) {
  XCH_TRY(start());
  if (!is_enabled(to.suite())) return fail(Code::key_suite);
  if (out.size() != plain.size() + hpke_overhead(to.suite())) return fail(Code::bug);
  const SuiteInfo& suite = suite_info(to.suite());
  const auto ikm = random_secret<32, struct EphemeralTag>(random);
  SharedSecret shared;
  XCH_TRY(hpke_encap(to, ikm.expose(), out.sub(0, suite.enc), shared));
  const OneMessage m = one_message(suite, shared, info);
  return aead_seal(suite.aead, m.key.expose(), m.nonce.expose(), aad, plain, out.sub(suite.enc));
}

Status hpke_open(const KemPrivateKey& key, ByteView info, ByteView aad, ByteView sealed, MutableView out,
                 Code on_failure) {
  const SuiteInfo& suite = suite_info(key.suite());
  SharedSecret shared;
  const bool fits = is_enabled(key.suite()) && sealed.size() == out.size() + hpke_overhead(key.suite());
  if (!fits || !hpke_decap(key, sealed.sub(0, suite.enc), shared)) {
    wipe(out);
    return fail(on_failure);
  }
  const OneMessage m = one_message(suite, shared, info);
  return aead_open(suite.aead, m.key.expose(), m.nonce.expose(), aad, sealed.sub(suite.enc), out, on_failure);
}

}  // namespace xch::crypto
