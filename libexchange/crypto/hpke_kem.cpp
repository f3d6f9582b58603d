// DHKEM and the key schedule of RFC 9180, with HKDF-SHA256 alone.
#include <sodium.h>

#include <cstring>

#include "crypto/hpke_internal.hpp"
#include "crypto/suite.hpp"

namespace xch::crypto {
namespace {

using DhOutput = Secret<32, struct DhOutputTag>;

// suite_id of RFC 9180: "KEM" || kem_id inside the KEM, "HPKE" || kem_id || kdf_id || aead_id elsewhere.
struct IdBytes {
  std::array<std::uint8_t, 10> bytes{};
  std::size_t size = 0;
  ByteView view() const { return ByteView(bytes.data(), size); }
};
IdBytes kem_id_bytes(SuiteId suite) {
  IdBytes id{{'K', 'E', 'M'}, 5};
  store_u16(&id.bytes[3], suite_info(suite).kem_id);
  return id;
}
IdBytes hpke_id_bytes(HpkeIds ids) {
  IdBytes id{{'H', 'P', 'K', 'E'}, 10};
  store_u16(&id.bytes[4], ids.kem);
  store_u16(&id.bytes[6], ids.kdf);
  store_u16(&id.bytes[8], ids.aead);
  return id;
}

// Every PRK of HPKE makes at most two outputs of one block, so its HMAC state is not kept (see Hmac).
void labeled_extract(Sha256& hash, const IdBytes& id, ByteView salt, std::string_view label, ByteView ikm,
                     MutableView out32) {
  hmac(hash, salt, {ByteView(std::string_view("HPKE-v1")), id.view(), ByteView(label), ikm}, out32.data());
}
void labeled_expand(Sha256& hash, const IdBytes& id, const Prk& prk, std::string_view label,
                    std::initializer_list<ByteView> info, MutableView out) {
  std::array<std::uint8_t, 2> length;
  store_u16(length.data(), static_cast<std::uint16_t>(out.size()));
  const HmacOnce key(hash, prk.expose());
  hkdf_expand(
      hash, key,
      [&](Sha256& h) {
        h.add(ByteView(length)).add(ByteView(std::string_view("HPKE-v1"))).add(id.view()).add(ByteView(label)).add(info);
      },
      out);
}

// ExtractAndExpand of section 4.1, kem_context = enc || pkR.
void extract_and_expand(SuiteId suite, const DhOutput& dh, ByteView enc, ByteView recipient, SharedSecret& out) {
  const IdBytes id = kem_id_bytes(suite);
  Sha256 hash;
  Prk eae;
  labeled_extract(hash, id, {}, "eae_prk", dh.expose(), eae.expose_mutable());
  labeled_expand(hash, id, eae, "shared_secret", {enc, recipient}, out.expose_mutable());
}

Status encap_p256(const RawPrivateKey& ephemeral, const EC_POINT* to, MutableView enc, DhOutput& dh) {
  XCH_ASSIGN(const auto scalar, p256::Scalar::from(ephemeral.expose()));
  p256::Point point;
  if (!p256::public_point(scalar, point)) return fail(Code::crypto_unavailable);
  std::memcpy(enc.data(), point.data(), point.size());
  if (!p256::ecdh_once(scalar, to, dh.expose_mutable())) return fail(Code::crypto_unavailable);
  return Ok{};
}

Status encap_x25519(const RawPrivateKey& ephemeral, ByteView to, MutableView enc, DhOutput& dh) {
  if (crypto_scalarmult_base(enc.data(), ephemeral.expose().data()) != 0) return fail(Code::crypto_unavailable);
  if (!x25519(ephemeral, to, dh.expose_mutable())) return fail(Code::key_public);
  return Ok{};
}

bool decap_p256(EVP_PKEY_CTX* ready, ByteView enc, DhOutput& dh) {
  ErrorMark mark;
  const PkeyCtxPtr ctx(EVP_PKEY_CTX_dup(ready));
  must_have(ctx != nullptr);
  return p256::ecdh_with_point(ctx.get(), enc, dh.expose_mutable());
}

}  // namespace

bool hpke_derive_private_key(SuiteId suite, ByteView ikm, RawPrivateKey& out) {
  const IdBytes id = kem_id_bytes(suite);
  Sha256 hash;
  Prk dkp;
  labeled_extract(hash, id, {}, "dkp_prk", ikm, dkp.expose_mutable());
  if (suite == SuiteId::x25519) {
    labeled_expand(hash, id, dkp, "sk", {}, out.expose_mutable());
    return true;
  }
  for (unsigned counter = 0; counter < 256; ++counter) {
    const auto byte = static_cast<std::uint8_t>(counter);
    labeled_expand(hash, id, dkp, "candidate", {ByteView(&byte, 1)}, out.expose_mutable());
    if (p256::is_scalar(out.expose())) return true;  // the mask of section 7.1.3 is 0xff for P-256
  }
  return false;
}

Status hpke_encap(const KemPublicKey& to, ByteView ikm, MutableView enc, SharedSecret& out) {
  RawPrivateKey ephemeral;
  DhOutput dh;
  if (!hpke_derive_private_key(to.suite(), ikm, ephemeral)) return fail(Code::random_failed);
  XCH_TRY(to.suite() == SuiteId::p256 ? encap_p256(ephemeral, KeyAccess::state(to)->p256.get(), enc, dh)
                                      : encap_x25519(ephemeral, to.bytes(), enc, dh));
  extract_and_expand(to.suite(), dh, enc, to.bytes(), out);
  return Ok{};
}

bool hpke_decap(const KemPrivateKey& key, ByteView enc, SharedSecret& out) {
  const auto* state = KeyAccess::state(key);
  if (state == nullptr || enc.size() != suite_info(state->suite).enc) return false;
  DhOutput dh;
  const bool ok = state->suite == SuiteId::p256 ? decap_p256(state->p256_ecdh.get(), enc, dh)
                                                : x25519(state->secret, enc, dh.expose_mutable());
  if (!ok) return false;
  extract_and_expand(state->suite, dh, enc, state->public_key.bytes(), out);
  return true;
}

HpkeSchedule hpke_schedule(HpkeIds ids, const SharedSecret& shared, ByteView info) {
  const IdBytes id = hpke_id_bytes(ids);
  HpkeSchedule out;
  out.ids = ids;
  Sha256 hash;
  MutableView context(out.context);
  context[0] = 0x00;  // mode_base; psk and psk_id are empty
  labeled_extract(hash, id, {}, "psk_id_hash", {}, context.sub(1, 32));
  labeled_extract(hash, id, {}, "info_hash", info, context.sub(33, 32));
  labeled_extract(hash, id, shared.expose(), "secret", {}, out.secret.expose_mutable());
  return out;
}

void hpke_expand(const HpkeSchedule& schedule, std::string_view label, MutableView out) {
  Sha256 hash;
  labeled_expand(hash, hpke_id_bytes(schedule.ids), schedule.secret, label, {ByteView(schedule.context)}, out);
}

}  // namespace xch::crypto
