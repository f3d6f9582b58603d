// The proof that an event about a note stands in an exchange log (docs/format.md, "Log proof").
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "model/ids.hpp"

namespace xch {

/// LogProof shows one event to somebody who is no auditor: the entry, what opens its commitment, and where it stands.
/// Of a sealed event it is the freshness proof of its note; of an opened event it belongs to the receipt.
struct LogProof {
  HeaderHash header;
  Bytes entry;        // 512 bytes, as the log published it
  Digest blind;       // with it and the event the entry's commitment can be computed
  Bytes event;
  std::string proof;  // tlog-proof: index, hashes, cosigned checkpoint
};

}  // namespace xch
