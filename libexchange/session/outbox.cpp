#include "session/outbox.hpp"

#include "base/encoding.hpp"
#include "session/codec.hpp"

namespace xch::session {

Bytes encode(const Outgoing& outgoing) {
  ByteWriter out;
  out.raw(outgoing.sealed_to.view()).u64(outgoing.keep_until.seconds);
  out.u32(static_cast<std::uint32_t>(outgoing.headers.size()));
  for (const auto& header : outgoing.headers) out.raw(header.view());
  put_v32(out, outgoing.envelope);
  return std::move(out).take();
}

Result<Outgoing> decode_outgoing(ByteView key, ByteView row) {
  XCH_ASSIGN(Outgoing out, decode_stored(row));
  FieldReader names(key);
  out.key.batch = names.fixed<BatchId>();
  out.key.part = names.u16();
  out.key.to = names.fixed<PartyId>();
  XCH_TRY(names.done());
  return out;
}

Result<Outgoing> decode_stored(ByteView row) {
  Outgoing out;
  FieldReader in(row);
  out.sealed_to = in.fixed<KeyId>();
  out.keep_until = in.time();
  for (std::uint32_t n = in.u32(); n > 0 && !in.at_end(); --n) out.headers.push_back(in.fixed<HeaderHash>());
  out.envelope = in.v32().copy();
  XCH_TRY(in.done());
  return out;
}

std::string new_file_name(crypto::Random& random, std::string_view extension) {
  const auto name = crypto::random_fixed<Fixed<16, struct FileNameTag>>(random);
  return to_hex(name.view()) + std::string(extension);
}

namespace {

constexpr std::string_view kIndexed = "outbox-indexed";  // stands in kMeta once every row has its time in kOutboxDue

Bytes due_key(const Outgoing& outgoing) {
  return ByteWriter().u64(outgoing.keep_until.seconds).raw(outgoing.key.batch.view()).u16(outgoing.key.part).bytes();
}

/// A store of before there were times has none of the rows that it wrote.
Status index_all(Change& change) {
  XCH_ASSIGN(const auto done, change.get(space::kMeta, ByteView(kIndexed)));
  if (done) return Ok{};
  XCH_ASSIGN(const auto keys, change.keys(space::kOutbox));
  for (const auto& key : keys) {
    // One envelope at a time: together they are as large as the store.
    XCH_ASSIGN(const auto row, change.get(space::kOutbox, key));
    if (!row) return fail(Code::store_damaged);
    XCH_ASSIGN(const auto outgoing, decode_outgoing(key, row->expose()));
    XCH_TRY(change.put(space::kOutboxDue, due_key(outgoing), {}));
  }
  return change.put(space::kMeta, ByteView(kIndexed), {});
}

}  // namespace

Status put_outgoing(Change& change, const Outgoing& outgoing) {
  XCH_TRY(change.put(space::kOutbox, outgoing.key.bytes(), encode(outgoing)));
  return change.put(space::kOutboxDue, due_key(outgoing), {});
}

Status take_outgoing(Change& change, const Outgoing& outgoing) {
  XCH_TRY(change.erase(space::kOutbox, outgoing.key.bytes()));
  return change.erase(space::kOutboxDue, due_key(outgoing));
}

Status erase_overdue(Change& change, Timestamp now) {
  XCH_TRY(index_all(change));
  XCH_ASSIGN(const auto due, change.keys_before(space::kOutboxDue, ByteWriter().u64(now.seconds).bytes()));
  for (const auto& time_and_part : due) {
    bool is_waiting = false;
    XCH_ASSIGN(const auto envelopes, change.keys(space::kOutbox, ByteView(time_and_part).sub(8)));
    for (const auto& key : envelopes) {
      XCH_ASSIGN(const auto queued, change.get(space::kQueue, key));
      if (queued) is_waiting = true;
      else XCH_TRY(change.erase(space::kOutbox, key));
    }
    if (!is_waiting) XCH_TRY(change.erase(space::kOutboxDue, time_and_part));
  }
  return Ok{};
}

Result<Delivery> decode_delivery(ByteView row) {
  FieldReader in(row);
  Delivery out;
  out.mailbox = in.text();
  out.file = in.text();
  XCH_TRY(in.done());
  return out;
}

Status queue_delivery(Change& change, const OutboxKey& key, const Delivery& delivery) {
  ByteWriter out;
  put_v32(out, ByteView(std::string_view(delivery.mailbox)));
  put_v32(out, ByteView(std::string_view(delivery.file)));
  return change.put(space::kQueue, key.bytes(), out);
}

}  // namespace xch::session
