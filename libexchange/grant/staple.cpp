#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "grant/status.hpp"
#include "party/memo.hpp"
#include "wire/records.hpp"

namespace xch::grant {

struct StapleCache::State {
  explicit State(std::size_t capacity) : bodies(capacity) {}
  party::Memo<VerifiedStaple> bodies;  // signed bodies that verified, and under which key
};

StapleCache::StapleCache(std::size_t capacity) : state_(std::make_unique<State>(capacity)) {}
StapleCache::~StapleCache() = default;

namespace {

// Key and signature are part of what is remembered, so that a warm cache refuses what a cold one refuses.
Digest memo_key(const Signed& signed_body, const party::VerifiedChain& authority) {
  const Bytes lengths = std::move(ByteWriter().u64(signed_body.body.size())).take();
  return crypto::sha256({authority.leaf().id, signed_body.signer, lengths, signed_body.body, signed_body.signature});
}

Result<std::shared_ptr<const VerifiedStaple>> verify_body(const Signed& signed_body,
                                                          const party::VerifiedChain& authority, StapleCache& cache) {
  if (signed_body.kind != Kind::statusList) return fail(Code::open_staple_malformed);
  const Digest key = memo_key(signed_body, authority);
  if (auto known = cache.state().bodies.find(key)) return known;
  const auto body = wire::decode_status_body(signed_body.body);
  if (!body) return fail(Code::open_staple_malformed);
  XCH_TRY(party::verify_object(signed_body, Kind::statusList, authority, Code::open_staple_signature));
  auto verified = std::make_shared<const VerifiedStaple>(VerifiedStaple{status_hash(signed_body.body), *body});
  cache.state().bodies.keep(key, verified);
  return verified;
}

}  // namespace

Result<VerifiedStaple> verify_staple(const Staple& staple, const GrantCore& core, const party::VerifiedChain& authority,
                                     StapleCache& cache) {
  if (staple.chunk.size() != kStatusChunk) return fail(Code::open_staple_malformed);
  XCH_ASSIGN(const auto verified, verify_body(staple.signed_body, authority, cache));
  const StatusBody& body = verified->body;
  if (body.authority != core.authority || body.list != core.status_list) return fail(Code::open_staple_authority);
  if (staple.chunk_index != status_chunk_of(core.status_index)) return fail(Code::open_staple_path);
  if (!crypto::merkle_includes(staple.chunk_index, body.chunk_count, status_leaf(staple.chunk_index, staple.chunk),
                               staple.path, body.root))
    return fail(Code::open_staple_path);
  return *verified;
}

}  // namespace xch::grant
