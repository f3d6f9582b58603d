#include "grant/status.hpp"

#include "crypto/merkle.hpp"
#include "wire/records.hpp"

namespace xch::grant {
namespace {

std::vector<Digest> chunk_leaves(ByteView chunks) {
  std::vector<Digest> leaves;
  for (std::size_t at = 0; at < chunks.size(); at += kStatusChunk)
    leaves.push_back(status_leaf(static_cast<std::uint32_t>(at / kStatusChunk), chunks.sub(at, kStatusChunk)));
  return leaves;
}

bool whole_chunks(ByteView chunks) { return !chunks.empty() && chunks.size() % kStatusChunk == 0; }

}  // namespace

// Short-lived, so that a sender who is kept from newer lists soon has to stop.
bool lives_too_long(const StatusBody& body) {
  return body.next_update < body.issued_at || body.next_update.seconds - body.issued_at.seconds > kMaxStatusLife;
}

void set_state(Bytes& chunks, std::uint32_t index, GrantState state) {
  const std::size_t needed = (std::size_t{status_chunk_of(index)} + 1) * kStatusChunk;
  if (chunks.size() < needed) chunks.resize(needed);
  std::uint8_t& byte = chunks[needed - kStatusChunk + ((index & 255) >> 2)];
  const unsigned shift = 2 * (index & 3);
  byte = static_cast<std::uint8_t>((byte & ~(3u << shift)) | static_cast<unsigned>(state) << shift);
}

Result<StatusList> make_status_list(StatusBody body, Bytes chunks, const std::vector<Signed>& chain, const KeyId& signer,
                                    const crypto::SignPrivateKey& key) {
  if (!whole_chunks(chunks)) return fail(Code::status_malformed);
  if (lives_too_long(body)) return fail(Code::status_lifetime);
  body.chunk_count = static_cast<std::uint32_t>(chunks.size() / kStatusChunk);
  body.root = crypto::merkle_root(chunk_leaves(chunks));
  StatusList list;
  list.chain = chain;
  list.chunks = std::move(chunks);
  XCH_ASSIGN(list.signed_body, party::sign_object(Kind::statusList, wire::encode(body), signer, key));
  return list;
}

Result<std::shared_ptr<const HeldStatus>> verify_status_list(const StatusList& list, const party::VerifiedRoster& roster,
                                                             Timestamp now) {
  if (list.signed_body.kind != Kind::statusList) return fail(Code::status_malformed);
  const auto body = wire::decode_status_body(list.signed_body.body);
  if (!body || !whole_chunks(list.chunks)) return fail(Code::status_malformed);
  if (list.chunks.size() / kStatusChunk != body->chunk_count) return fail(Code::status_malformed);

  const auto chain = party::verify_chain(list.chain, {KeyKind::consentAuthority}, roster);
  if (!chain || !party::valid_at(*chain, roster, now)) return fail(Code::status_signature);
  if (body->authority != chain->leaf().record.subject) return fail(Code::status_signature);
  XCH_TRY(party::verify_object(list.signed_body, Kind::statusList, *chain, Code::status_signature));
  auto leaves = chunk_leaves(list.chunks);
  if (crypto::merkle_root(leaves) != body->root) return fail(Code::status_signature);

  if (lives_too_long(*body) || body->issued_at > now + kClockSkew) return fail(Code::status_lifetime);

  auto held = std::make_shared<HeldStatus>();
  held->hash_ = status_hash(list.signed_body.body);
  held->body_ = *body;
  held->list_ = list;
  held->leaves_ = std::move(leaves);
  return std::shared_ptr<const HeldStatus>(std::move(held));
}

Result<GrantState> HeldStatus::state_of(std::uint32_t index) const {
  const std::uint32_t chunk = status_chunk_of(index);
  if (chunk >= body_.chunk_count) return fail(Code::status_index);
  return state_in_chunk(ByteView(list_.chunks).sub(std::size_t{chunk} * kStatusChunk, kStatusChunk), index);
}

Result<Staple> HeldStatus::staple(std::uint32_t index) const {
  const std::uint32_t chunk = status_chunk_of(index);
  if (chunk >= body_.chunk_count) return fail(Code::status_index);
  Staple staple;
  staple.signed_body = list_.signed_body;
  staple.chunk_index = chunk;
  staple.chunk = ByteView(list_.chunks).sub(std::size_t{chunk} * kStatusChunk, kStatusChunk).copy();
  const std::lock_guard<std::mutex> lock(mutex_);
  auto known = paths_.find(chunk);
  if (known == paths_.end()) known = paths_.emplace(chunk, crypto::merkle_path(chunk, leaves_)).first;
  staple.path = known->second;
  return staple;
}

}  // namespace xch::grant
