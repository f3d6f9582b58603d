#include "session/sent.hpp"

#include "session/codec.hpp"

namespace xch::session {
namespace {

Result<SentNote> decode_sent(ByteView key, ByteView row) {
  SentNote out;
  if (!out.header.copy_from(key)) return fail(Code::store_damaged);
  FieldReader in(row);
  out.note_id = in.fixed<NoteId>();
  out.grant = in.fixed<GrantHash>();
  out.grant_id = in.fixed<GrantId>();
  out.schema = in.fixed<SchemaDigest>();
  out.batch = in.fixed<BatchId>();
  out.part = in.u16();
  out.purpose = static_cast<Purpose>(in.u16());
  out.sealed_at = in.time();
  out.expires_at = in.time();
  for (std::uint16_t n = in.u16(); n > 0 && !in.at_end(); --n) {
    SentNote::To to;
    to.party = in.fixed<PartyId>();
    to.opened_at = in.time();
    out.to.push_back(to);
  }
  out.replaced = in.u8();
  XCH_TRY(in.done());
  return out;
}

Result<std::optional<SentNote>> decode_found(const HeaderHash& header, const std::optional<crypto::SecretBytes>& row) {
  if (!row) return std::optional<SentNote>();
  XCH_ASSIGN(auto sent, decode_sent(header, row->expose()));
  return std::optional<SentNote>(std::move(sent));
}

}  // namespace

Status put_sent(Change& change, const SentNote& sent) {
  ByteWriter out;
  out.raw(sent.note_id.view()).raw(sent.grant.view()).raw(sent.grant_id.view()).raw(sent.schema.view());
  out.raw(sent.batch.view()).u16(sent.part).u16(static_cast<std::uint16_t>(sent.purpose));
  out.u64(sent.sealed_at.seconds).u64(sent.expires_at.seconds);
  out.u16(static_cast<std::uint16_t>(sent.to.size()));
  for (const auto& to : sent.to) out.raw(to.party.view()).u64(to.opened_at.seconds);
  out.u8(sent.replaced);
  return change.put(space::kSent, sent.header, out);
}

Result<std::optional<SentNote>> find_sent(const Rows& rows, const HeaderHash& header) {
  XCH_ASSIGN(const auto row, rows.get(space::kSent, header));
  return decode_found(header, row);
}

Result<std::optional<SentNote>> find_sent(Change& change, const HeaderHash& header) {
  XCH_ASSIGN(const auto row, change.get(space::kSent, header));
  return decode_found(header, row);
}

Result<std::vector<SentNote>> all_sent(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kSent));
  std::vector<SentNote> out;
  for (const auto& row : list) {
    XCH_ASSIGN(auto sent, decode_sent(row.key, row.value.expose()));
    out.push_back(std::move(sent));
  }
  return out;
}

}  // namespace xch::session
