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

// ---- by file. A home from before there was this index has no row kIndexed; it gets one with the first envelope it
// writes, and is read whole until then.

constexpr std::string_view kIndexed = "received-files";

ByteView name_of(const std::string& file) { return ByteView(std::string_view(file)); }

template <class From>
Result<bool> is_indexed(From& from) {
  XCH_ASSIGN(const auto row, from.get(space::kMeta, ByteView(kIndexed)));
  return row.has_value();
}

template <class From>
Result<std::vector<ReceivedEnvelope>> read_all(From& from) {
  XCH_ASSIGN(const auto list, from.list(space::kReceived));
  std::vector<ReceivedEnvelope> out;
  for (const auto& row : list) {
    XCH_ASSIGN(auto received, decode_received(row.key, row.value.expose()));
    if (!received.file.empty()) out.push_back(std::move(received));
  }
  return out;
}

template <class From>
Result<std::vector<ReceivedEnvelope>> read_in_files(From& from) {
  XCH_ASSIGN(const bool indexed, is_indexed(from));
  if (!indexed) return read_all(from);
  XCH_ASSIGN(const auto list, from.list(space::kReceivedFile));
  std::vector<ReceivedEnvelope> out;
  for (const auto& row : list) {
    Digest envelope;
    if (!envelope.copy_from(row.value.expose())) return fail(Code::store_damaged);
    XCH_ASSIGN(auto received, find_received(from, envelope));
    if (!received) return fail(Code::store_damaged);
    out.push_back(std::move(*received));
  }
  return out;
}

Status index_files(Change& change) {
  XCH_ASSIGN(const bool indexed, is_indexed(change));
  if (indexed) return Ok{};
  XCH_ASSIGN(const auto all, read_all(change));
  for (const auto& received : all)
    XCH_TRY(change.put(space::kReceivedFile, name_of(received.file), received.envelope));
  return change.put(space::kMeta, ByteView(kIndexed), ByteView(std::string_view("1")));
}

}  // namespace

Status put_received(Change& change, const ReceivedEnvelope& received) {
  XCH_TRY(index_files(change));
  XCH_ASSIGN(const auto before, find_received(change, received.envelope));
  if (before && !before->file.empty() && before->file != received.file)
    XCH_TRY(change.erase(space::kReceivedFile, name_of(before->file)));
  if (!received.file.empty())
    XCH_TRY(change.put(space::kReceivedFile, name_of(received.file), received.envelope));
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

Result<std::vector<ReceivedEnvelope>> all_in_files(const Rows& rows) { return read_in_files(rows); }
Result<std::vector<ReceivedEnvelope>> all_in_files(Change& change) { return read_in_files(change); }

Result<std::optional<ReceivedEnvelope>> find_in_file(Change& change, const std::string& file) {
  XCH_TRY(index_files(change));
  XCH_ASSIGN(const auto row, change.get(space::kReceivedFile, name_of(file)));
  if (!row) return std::optional<ReceivedEnvelope>();
  Digest envelope;
  if (!envelope.copy_from(row->expose())) return fail(Code::store_damaged);
  return find_received(change, envelope);
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
