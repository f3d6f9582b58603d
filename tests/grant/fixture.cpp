#include "fixture.hpp"

#include "crypto/merkle.hpp"

namespace xch::testing {

void WithAGrant::prove_again(GrantView& view) {
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("other leaves"))};
  std::vector<Digest> leaves(256);
  for (auto& leaf : leaves) leaf = crypto::opaque_leaf(random);
  for (auto* entries : {&view.own, &view.edges})
    for (auto& proven : *entries) leaves[proven.entry.index] = grant::entry_leaf(wire::encode_entry(proven.entry));
  for (auto* entries : {&view.own, &view.edges})
    for (auto& proven : *entries) proven.path = crypto::merkle_path(proven.entry.index, leaves);
  sign_core(view, [&](GrantCore& core) { core.entries_root = crypto::merkle_root(leaves); });
}

}  // namespace xch::testing
