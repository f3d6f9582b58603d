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

Status put_outgoing(Change& change, const Outgoing& outgoing) {
  return change.put(space::kOutbox, outgoing.key.bytes(), encode(outgoing));
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
