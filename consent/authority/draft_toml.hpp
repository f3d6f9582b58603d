// A draft of a consent written as TOML. It says the same as the JSON of docs/verbs.md, "Drafts", and is read by the
// same checks once it is JSON; what is particular to TOML (its syntax, and lines to name) ends here.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/json.hpp"

namespace xch::consent {

/// DraftKeys are the keys that a draft may have, and those of its tables [order], [[restrictions]], [ends_on] and
/// [revocable_on], [[intermediaries]], [[externals]]. What stands in [subject_record] is the office's own choice.
struct DraftKeys {
  std::vector<std::string_view> draft, order, restriction, event, intermediary, external;
};

/// draft_toml turns TOML into the JSON of a draft. A date may stand without quotation marks. Errors: draft_syntax (no
/// TOML, or a key that stands twice) and draft_key, with "line N" as path, since what is no key may be content;
/// draft_value (a shape that no value of a draft has) with the key.
Result<wire::Json> draft_toml(std::string_view toml, const DraftKeys& keys);

}  // namespace xch::consent
