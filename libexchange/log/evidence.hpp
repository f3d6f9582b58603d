// Evidence that a log has shown two histories: two checkpoints that its key has signed and that cannot both be true.
//
//     exchange.log/two-histories@v1
//     first 312
//     second 388
//     begins yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
//     nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=
//
//     police.example/log
//     ...
//
// Two lengths in bytes, and after an empty line the two notes, as long as that. Where both have one size, that is all:
// their roots differ. Where the second is larger, `begins` is the root that its first entries have, as many as the
// first has, and the lines after it prove that (a proof of consistency): it is not the root of the first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log/checkpoint.hpp"

namespace xch::log {

struct Evidence {
  std::string first, second;     // notes; the second is not smaller
  std::optional<Digest> begins;  // where it is larger
  Hashes proof;
};
/// parse_evidence takes the one spelling. Errors: log_evidence.
Result<Evidence> parse_evidence(std::string_view text);
std::string encode_evidence(const Evidence& evidence);
/// check_evidence says that the log of `trust` has shown two histories. Errors: those of open_checkpoint, log_evidence
/// (it does not show that).
Status check_evidence(const Evidence& evidence, const LogTrust& trust);
/// TreeSeen is what a statement says of a tree.
struct TreeSeen {
  std::uint64_t size = 0;
  Digest root;
};
/// check_contradiction says that what the two statements of evidence say of one log cannot both be true; who made them
/// is the caller's. Errors: log_evidence.
Status check_contradiction(const Evidence& evidence, const TreeSeen& first, const TreeSeen& second);
/// find_evidence compares two checkpoints of one log; `source` has the hashes of the larger one. Errors: those of
/// open_checkpoint, log_evidence (they go together), those of the source.
Result<Evidence> find_evidence(std::string_view one, std::string_view other, const LogTrust& trust,
                               HashSource* source);

}  // namespace xch::log
