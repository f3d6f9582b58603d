#include <algorithm>

#include "crypto/digest.hpp"
#include "party/chain.hpp"
#include "party/memo.hpp"
#include "wire/records.hpp"

namespace xch::party {

struct ChainCache::State {
  explicit State(std::size_t capacity) : chains(capacity) {}
  Memo<VerifiedChain> chains;
};

ChainCache::ChainCache(std::size_t capacity) : state_(std::make_unique<State>(capacity)) {}
ChainCache::~ChainCache() = default;

namespace {

// Each record is framed by its length, so that two chains never share one key.
template <class Chain, class Encoded>
Digest chain_digest(const Chain& chain, const VerifiedRoster& roster, Encoded encoded) {
  ByteWriter bytes;
  bytes.raw(roster.hash());
  for (const auto& record : chain) {
    const auto encoding = encoded(record);
    bytes.u64(encoding.size()).raw(ByteView(encoding));
  }
  return crypto::sha256(bytes);
}

// What is remembered does not depend on what a caller expects of the leaf.
Result<std::shared_ptr<const VerifiedChain>> recall(std::shared_ptr<const VerifiedChain> chain,
                                                    const std::vector<KeyKind>& expected) {
  if (std::find(expected.begin(), expected.end(), chain->leaf().record.kind) == expected.end())
    return fail(Code::open_chain_kind);
  return chain;
}

}  // namespace

Result<std::shared_ptr<const VerifiedChain>> ChainCache::verify(const std::vector<Signed>& chain,
                                                                const std::vector<KeyKind>& expected,
                                                                const VerifiedRoster& roster) {
  // Before anything is hashed: verify_chain would refuse it too, but after the work.
  if (chain.empty() || chain.size() > kMaxChain) return fail(Code::open_chain_malformed);
  const Digest digest = chain_digest(chain, roster, [](const Signed& s) { return wire::encode(s); });
  if (auto known = state_->chains.find(digest)) return recall(std::move(known), expected);
  XCH_ASSIGN(auto verified, verify_chain(chain, expected, roster));
  auto shared = std::make_shared<const VerifiedChain>(std::move(verified));
  state_->chains.keep(digest, shared);
  return shared;
}

Result<std::shared_ptr<const VerifiedChain>> ChainCache::verify_bytes(const std::vector<ByteView>& chain,
                                                                      const std::vector<KeyKind>& expected,
                                                                      const VerifiedRoster& roster) {
  // Before anything is hashed: verify_chain would refuse it too, but after the work.
  if (chain.empty() || chain.size() > kMaxChain) return fail(Code::open_chain_malformed);
  const Digest digest = chain_digest(chain, roster, [](ByteView bytes) { return bytes; });
  if (auto known = state_->chains.find(digest)) return recall(std::move(known), expected);
  std::vector<Signed> records;
  for (const ByteView bytes : chain) {
    auto record = wire::decode_signed(bytes);
    if (!record) return fail(Code::open_chain_malformed);
    records.push_back(std::move(*record));
  }
  XCH_ASSIGN(auto verified, verify_chain(records, expected, roster));
  auto shared = std::make_shared<const VerifiedChain>(std::move(verified));
  state_->chains.keep(digest, shared);
  return shared;
}

}  // namespace xch::party
