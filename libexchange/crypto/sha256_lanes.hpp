// SHA-256 of many messages of one kind: the leaves and nodes of RFC 6962 trees. Where the processor has instructions for
// SHA-256, two messages of as many blocks are hashed at a time: one alone leaves these instructions waiting for each
// other. Elsewhere, and for what is left over, it is the libcrypto that hashes.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "model/ids.hpp"

namespace xch::crypto {

/// leaf_hashes is leaf_hash of each; node_hashes is node_hash of each two neighbours, of which there is an even number, in
/// their place. For public data alone.
void leaf_hashes(const std::vector<ByteView>& leaves, std::vector<Digest>& out);
void node_hashes(std::vector<Digest>& level);

/// has_sha256_lanes says whether this processor hashes two at a time.
bool has_sha256_lanes();

}  // namespace xch::crypto
