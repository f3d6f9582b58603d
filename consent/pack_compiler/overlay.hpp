// A pack that says how it differs from another one. Internal to consent/pack_compiler/.
#pragma once

#include "consent/pack_compiler/source.hpp"

namespace xch::consent {

/// laid_over gives the source that `overlay` stands for: where it has a `base`, that pack with the rows of the overlay
/// laid over its own. Sections and their rows are merged; a row's member (a cell, a list, a table) that the overlay has
/// stands in place of the whole of it, so that no condition of the base is left on what the overlay gives. A pack
/// without `base` is given back as it is. An overlay has a name and a version of its own.
/// Errors: policy_key_unknown ("base": no pack of that name; only lead-default can be one), policy_pack_malformed.
Result<SourceValue> laid_over(SourceValue overlay);

}  // namespace xch::consent
