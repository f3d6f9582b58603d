// Edits of a schema bundle, by the fields of Cap'n Proto's own schema.capnp. For tests only.
#pragma once

#include "fuzz/edits.hpp"

namespace xch::fuzz {

/// edited_bundle makes the edits in the nodes of a bundle that loads and writes it canonically again, whether or not any
/// rule of bundles still holds.
Bytes edited_bundle(const Bytes& bundle, const std::vector<Edit>& edits);

}  // namespace xch::fuzz
