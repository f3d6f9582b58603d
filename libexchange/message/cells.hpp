// The formulas of one cell and one header (docs/format.md, "Seal"): written once for seal, open, present and redact.
#pragma once

#include "base/bytes.hpp"
#include "base/memory.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "model/note.hpp"
#include "model/slots.hpp"

namespace xch::message {

constexpr std::size_t kSaltSize = 32, kCommitSize = 32, kLeafSize = 32;
constexpr std::size_t kPlainHead = 5;  // u8 present || u32 len

/// A full cell is commit[32] || ct, and ct holds salt_i || plain_i under one AEAD tag.
constexpr std::size_t cell_size(std::uint32_t slot_size) {
  return kCommitSize + kSaltSize + slot_size + crypto::kAeadTag;
}

NoteCtx note_ctx(ByteView core);
/// prk_k = XT(salt = note_ctx, ikm = M || S_k || u16 k)
crypto::Prk compartment_prk(const NoteCtx& ctx, ByteView note_secret, ByteView compartment_secret, Compartment k);
/// commit_i = TH("LX1 cell commit", note_ctx || u16 i || salt_i || plain_i)
Digest cell_commit(const NoteCtx& ctx, std::uint16_t slot, ByteView salt, ByteView plain);
/// TH("LX1 cell ct", ct_i)
Digest cell_ct_hash(ByteView ct);
/// leaf_i = SHA-256(0x00 || TH("LX1 cell leaf", u16 i || commit_i || TH("LX1 cell ct", ct_i)))
Digest cell_leaf(std::uint16_t slot, const Digest& commit, const Digest& ct_hash);
/// header_hash = TH("LX1 header", core || slots_root)
HeaderHash header_hash(ByteView core, const Digest& slots_root);
/// TH("LX1 recipient terms", terms_salt || terms)
Digest terms_digest(const Salt& terms_salt, ByteView terms);
/// SHA-256(0x00 || TH("LX1 recipient", salt || agency || key id || terms digest))
Digest recipient_leaf(const Salt& salt, const PartyId& agency, const KeyId& key, const Digest& terms);
/// SHA-256(0x00 || header_hash)
Digest batch_leaf(const HeaderHash& header);
/// TH("LX1 class wrap info", grant || sender || reader || u16 k || v16(class_pk)): what a wrap is bound to.
Digest class_wrap_info(const GrantHash& grant, const PartyId& sender, const PartyId& reader, Compartment k,
                       ByteView class_pk);
/// The HPKE info strings: label || digest.
Bytes class_wrap_hpke_info(const Digest& class_wrap_info);
Bytes envelope_hpke_info(const PartyId& agency, const KeyId& key);
Bytes object_hpke_info(const PartyId& agency, const KeyId& key);

/// seal_cell writes one full cell. `salted` is salt_i || plain_i, already laid out (32 + B_i bytes); `cell` takes
/// cell_size(B_i) bytes. Returns leaf_i. Errors: crypto_unavailable.
Result<Digest> seal_cell(crypto::Aead aead, const NoteCtx& ctx, const crypto::Expander& prk, std::uint16_t slot,
                         ByteView salted, MutableView cell);
/// open_cell decrypts one cell of exactly cell_size(B_i) bytes into `salted` (32 + B_i bytes). Errors: open_cell_tag.
Status open_cell(crypto::Aead aead, const NoteCtx& ctx, const crypto::Expander& prk, std::uint16_t slot, ByteView cell,
                 MutableView salted);

/// write_plain lays out plain_i = u8 present || u32 len || value || zeros. Errors: seal_value_too_large.
Status write_plain(bool present, ByteView value, MutableView plain);
/// read_plain checks padding, flag and length of a decrypted plain_i and gives its value. Errors: open_cell_present,
/// open_cell_size, open_cell_absent_value, open_cell_padding.
struct PlainValue {
  bool present = false;
  ByteView value;
};
Result<PlainValue> read_plain(ByteView plain);

}  // namespace xch::message
