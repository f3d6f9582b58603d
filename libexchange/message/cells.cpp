#include "message/cells.hpp"

#include <cstring>

#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "message/padding.hpp"

namespace xch::message {
namespace {

namespace label = crypto::label;

std::array<std::uint8_t, 2> be16(std::uint16_t v) { return {static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)}; }

Bytes info(std::string_view text, const Digest& digest) {
  Bytes out;
  out.reserve(text.size() + Digest::kSize);
  out.insert(out.end(), text.begin(), text.end());
  out.insert(out.end(), digest.bytes.begin(), digest.bytes.end());
  return out;
}

struct CellKey {
  crypto::Secret<crypto::kAeadKey + crypto::kAeadNonce, struct CellKeyTag> bytes;
  ByteView key() const { return bytes.expose().sub(0, crypto::kAeadKey); }
  ByteView nonce() const { return bytes.expose().sub(crypto::kAeadKey); }
};

// key || nonce = XP(prk_k, "LX1 cell key", u16 i || commit_i, 44). The key is the commitment's own, so a nonce is
// never used twice under one key.
CellKey cell_key(const crypto::Expander& prk, std::uint16_t slot, ByteView commit) {
  CellKey out;
  prk.xp(label::kCellKey, {be16(slot), commit}, out.bytes.expose_mutable());
  return out;
}

// aad = note_ctx || u16 i
std::array<std::uint8_t, 34> cell_aad(const NoteCtx& ctx, std::uint16_t slot) {
  std::array<std::uint8_t, 34> aad;
  std::memcpy(aad.data(), ctx.bytes.data(), 32);
  store_u16(aad.data() + 32, slot);
  return aad;
}

}  // namespace

NoteCtx note_ctx(ByteView core) { return crypto::th_as<NoteCtx>(label::kNoteCtx, {core}); }

crypto::Prk compartment_prk(const NoteCtx& ctx, ByteView note_secret, ByteView compartment_secret, Compartment k) {
  return crypto::xt(ctx, {note_secret, compartment_secret, be16(k.value)});
}

Digest cell_commit(const NoteCtx& ctx, std::uint16_t slot, ByteView salt, ByteView plain) {
  return crypto::th(label::kCellCommit, {ctx, be16(slot), salt, plain});
}

Digest cell_ct_hash(ByteView ct) { return crypto::th(label::kCellCt, {ct}); }

Digest cell_leaf(std::uint16_t slot, const Digest& commit, const Digest& ct_hash) {
  return crypto::leaf_hash(crypto::th(label::kCellLeaf, {be16(slot), commit, ct_hash}));
}

HeaderHash header_hash(ByteView core, const Digest& slots_root) {
  return crypto::th_as<HeaderHash>(label::kHeader, {core, slots_root});
}

Digest terms_digest(const Salt& terms_salt, ByteView terms) {
  return crypto::th(label::kRecipientTerms, {terms_salt, terms});
}

Digest recipient_leaf(const Salt& salt, const PartyId& agency, const KeyId& key, const Digest& terms) {
  return crypto::leaf_hash(crypto::th(label::kRecipient, {salt, agency, key, terms}));
}

Digest batch_leaf(const HeaderHash& header) { return crypto::leaf_hash(header); }

Digest class_wrap_info(const GrantHash& grant, const PartyId& sender, const PartyId& reader, Compartment k,
                       ByteView class_pk) {
  return crypto::th(label::kClassWrapInfo,
                    {grant, sender, reader, be16(k.value), be16(static_cast<std::uint16_t>(class_pk.size())), class_pk});
}

Bytes class_wrap_hpke_info(const Digest& class_wrap_info) { return info(label::kClassWrap, class_wrap_info); }
Bytes envelope_hpke_info(const PartyId& agency, const KeyId& key) {
  return info(label::kEnvelope, crypto::th(label::kEnvelopeInfo, {agency, key}));
}
Bytes object_hpke_info(const PartyId& agency, const KeyId& key) {
  return info(label::kObjectEnvelope, crypto::th(label::kObjectEnvelopeInfo, {agency, key}));
}

Result<Digest> seal_cell(crypto::Aead aead, const NoteCtx& ctx, const crypto::Expander& prk, std::uint16_t slot,
                         ByteView salted, MutableView cell) {
  const Digest commit = cell_commit(ctx, slot, salted.sub(0, kSaltSize), salted.sub(kSaltSize));
  const CellKey key = cell_key(prk, slot, commit);
  std::memcpy(cell.data(), commit.bytes.data(), kCommitSize);
  XCH_TRY(crypto::aead_seal(aead, key.key(), key.nonce(), cell_aad(ctx, slot), salted, cell.sub(kCommitSize)));
  return cell_leaf(slot, commit, cell_ct_hash(ByteView(cell).sub(kCommitSize)));
}

Status open_cell(crypto::Aead aead, const NoteCtx& ctx, const crypto::Expander& prk, std::uint16_t slot, ByteView cell,
                 MutableView salted) {
  const CellKey key = cell_key(prk, slot, cell.sub(0, kCommitSize));
  return crypto::aead_open(aead, key.key(), key.nonce(), cell_aad(ctx, slot), cell.sub(kCommitSize), salted,
                           Code::open_cell_tag);
}

Status write_plain(bool present, ByteView value, MutableView plain) {
  if (kPlainHead + value.size() > plain.size()) return fail(Code::seal_value_too_large);
  std::memset(plain.data(), 0, plain.size());
  plain[0] = present ? 1 : 0;
  if (!present) return Ok{};
  store_u32(plain.data() + 1, static_cast<std::uint32_t>(value.size()));
  if (value.size() > 0) std::memcpy(plain.data() + kPlainHead, value.data(), value.size());
  return Ok{};
}

Result<PlainValue> read_plain(ByteView plain) {
  const PlainVerdict verdict = judge_plain(plain);
  switch (verdict.fault) {
    case PlainFault::none: return PlainValue{verdict.present == 1, plain.sub(kPlainHead, verdict.length)};
    case PlainFault::padding: return fail(Code::open_cell_padding);
    case PlainFault::present: return fail(Code::open_cell_present);
    case PlainFault::size: return fail(Code::open_cell_size);
    case PlainFault::absent_value: return fail(Code::open_cell_absent_value);
  }
  return fail(Code::bug);
}

}  // namespace xch::message
