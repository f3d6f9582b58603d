#include "message/cut.hpp"

#include <cstring>

#include "crypto/hpke.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

ByteView aligned_copy(HeapMemory& memory, ByteView bytes) {
  const MutableView copy = must(memory.take(bytes.size()));
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

}  // namespace

Cut cut_open(ByteView envelope, const testing::TestParty& reader) {
  const SuiteId suite = reader.encryption_key->suite();
  Bytes body(envelope.size() - message::kFrame - crypto::hpke_overhead(suite));
  must(crypto::hpke_open(*reader.encryption_key, message::envelope_hpke_info(reader.id(), reader.encryption.id),
                         envelope.sub(0, message::kFrame), envelope.sub(message::kFrame), body, Code::open_outer),
       "outer");
  Cut out;
  out.bundle_size = load_u32(body.data());
  out.bundle = must(wire::decode_bundle(aligned_copy(out.memory, ByteView(body).sub(4, out.bundle_size))), "bundle");
  for (const auto& encoded : out.bundle.views) {
    out.view_sizes.push_back(encoded.size());
    out.views.push_back(must(wire::decode_view(aligned_copy(out.memory, encoded)), "view"));
  }
  return out;
}

Bytes sew_up(const Cut& cut, const testing::TestParty& reader, crypto::Random& random) {
  HeapMemory memory;
  BundleBorrowed bundle = cut.bundle;
  bundle.views.clear();
  for (const auto& view : cut.views) bundle.views.push_back(must(wire::encode_view(view, memory), "view"));
  const std::size_t length = wire::encoded_bundle_size(bundle);
  Bytes body(message::padded_body(length));
  store_u32(body.data(), static_cast<std::uint32_t>(length));
  must(wire::encode_bundle_into(bundle, MutableView(body).sub(4, length)), "bundle");
  return must(message::seal_frame(message::kNoteMagic, reader.encryption_key->public_key(),
                                  message::envelope_hpke_info(reader.id(), reader.encryption.id), body, random),
              "outer");
}

}  // namespace xch::message_test
