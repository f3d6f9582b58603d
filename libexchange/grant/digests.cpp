#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "grant/build.hpp"
#include "grant/status.hpp"

namespace xch::grant {

GrantHash grant_hash(ByteView core_body) { return crypto::th_as<GrantHash>(crypto::label::kGrantHash, {core_body}); }

Digest entry_leaf(ByteView entry_bytes) {
  return crypto::leaf_hash(crypto::th(crypto::label::kGrantEntry, {entry_bytes}));
}

Digest subject_commit(const Salt& salt, ByteView record) { return crypto::th(crypto::label::kSubject, {salt, record}); }
Digest evidence_commit(const Salt& salt, ByteView evidence) {
  return crypto::th(crypto::label::kEvidence, {salt, evidence});
}

Digest event_digest(const GrantId& grant, std::string_view event) {
  return crypto::th(crypto::label::kGrantEvent, {grant, ByteView(event)});
}

PartyId external_id(const CoalitionId& coalition, std::string_view name, Timestamp until) {
  const ByteWriter end = std::move(ByteWriter().u64(until.seconds));
  const Digest whole = crypto::th(crypto::label::kExternal, {coalition, end, ByteView(name)});
  PartyId out;
  std::copy_n(whole.bytes.begin(), PartyId::kSize, out.bytes.begin());
  return out;
}

StatusHash status_hash(ByteView body) { return crypto::th_as<StatusHash>(crypto::label::kStatusHash, {body}); }

Digest status_leaf(std::uint32_t chunk_index, ByteView chunk) {
  const Bytes index = std::move(ByteWriter().u32(chunk_index)).take();
  return crypto::leaf_hash(crypto::th(crypto::label::kStatusChunk, {index, chunk}));
}

}  // namespace xch::grant
