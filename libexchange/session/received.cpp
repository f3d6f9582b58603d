#include "session/received.hpp"

#include "session/codec.hpp"

namespace xch::session {
namespace {

Result<ReceivedEnvelope> decode_received(ByteView key, ByteView row) {
  ReceivedEnvelope out;
  if (!out.envelope.copy_from(key)) return fail(Code::store_damaged);
  FieldReader in(row);
  out.received_at = in.time();
  out.journal_seq = in.u64();
  out.state = static_cast<ReceivedState>(in.u8());
  out.file = in.text();
  out.opened_under = in.fixed<KeyId>();
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) out.headers.push_back(in.fixed<HeaderHash>());
  XCH_TRY(in.done());
  return out;
}

Result<std::optional<ReceivedEnvelope>> decode_found(const Digest& key, const std::optional<crypto::SecretBytes>& row) {
  if (!row) return std::optional<ReceivedEnvelope>();
  XCH_ASSIGN(auto received, decode_received(key, row->expose()));
  return std::optional<ReceivedEnvelope>(std::move(received));
}

}  // namespace

Status put_received(Change& change, const ReceivedEnvelope& received) {
  ByteWriter out;
  out.u64(received.received_at.seconds).u64(received.journal_seq).u8(static_cast<std::uint8_t>(received.state));
  put_v32(out, ByteView(std::string_view(received.file)));
  out.raw(received.opened_under.view()).u32(static_cast<std::uint32_t>(received.headers.size()));
  for (const auto& header : received.headers) out.raw(header.view());
  return change.put(space::kReceived, received.envelope, out);
}

Result<std::optional<ReceivedEnvelope>> find_received(const Rows& rows, const Digest& envelope) {
  XCH_ASSIGN(const auto row, rows.get(space::kReceived, envelope));
  return decode_found(envelope, row);
}

Result<std::optional<ReceivedEnvelope>> find_received(Change& change, const Digest& envelope) {
  XCH_ASSIGN(const auto row, change.get(space::kReceived, envelope));
  return decode_found(envelope, row);
}

static Result<std::vector<ReceivedEnvelope>> decode_all(const std::vector<Row>& list) {
  std::vector<ReceivedEnvelope> out;
  for (const auto& row : list) {
    XCH_ASSIGN(auto received, decode_received(row.key, row.value.expose()));
    out.push_back(std::move(received));
  }
  return out;
}

Result<std::vector<ReceivedEnvelope>> all_received(const Rows& rows) {
  XCH_ASSIGN(const auto list, rows.list(space::kReceived));
  return decode_all(list);
}

Result<std::vector<ReceivedEnvelope>> all_received(Change& change) {
  XCH_ASSIGN(const auto list, change.list(space::kReceived));
  return decode_all(list);
}

Bytes replay_key(const PartyId& sender, const NoteId& note) {
  return ByteWriter().raw(sender.view()).raw(note.view()).bytes();
}

Bytes encode(const ReplayRow& row) {
  return ByteWriter()
      .raw(row.header.view())
      .u64(row.first_opened.seconds)
      .u64(row.journal_seq)
      .raw(row.envelope.view())
      .bytes();
}

Result<ReplayRow> decode_replay(ByteView row) {
  FieldReader in(row);
  ReplayRow out;
  out.header = in.fixed<HeaderHash>();
  out.first_opened = in.time();
  out.journal_seq = in.u64();
  out.envelope = in.fixed<Digest>();
  XCH_TRY(in.done());
  return out;
}

}  // namespace xch::session
