// The policy pack compiler: counsel's TOML in, a checked PolicyPack out. Strict: an unknown key, code or function, a
// cell said twice or against itself, a coarser value without its table is refused with the TOML key path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::consent {

/// HashFunction is SHA-256 (crypto::sha256): the compiler itself knows no cryptography.
using HashFunction = std::function<Digest(ByteView)>;

/// PackDiagnostics is what counsel should look at though the pack compiles. Key paths of the source.
struct PackDiagnostics {
  std::vector<std::string> verify;   // marked `verify = true`: from general knowledge, in source order by key
  std::vector<std::string> no_slot;  // cells of a basis's readers whose form no field of the pack's note types declares
  std::vector<std::string> no_edge;  // note types that were at hand and that no edge names: not part of the pack
};

/// compile_pack compiles `toml`, a whole pack or, with `base = "lead-default"`, what differs from that one (a section's
/// rows are merged, a row's member is replaced whole). `at_hand` are the note types there are; those that an edge names
/// are the pack's, for a note that nobody may send to anybody needs no policy. The result has passed policy::check_pack, and
/// policy::check_schema for each of its note types. Cells that no line names are denied; explicit D cells are kept for
/// their reason.
/// Errors, each with the key path in Error.path ("matrix.ENG.PROS"): policy_pack_malformed (not TOML, a value of the
/// wrong shape, something missing), policy_key_unknown, policy_conflict, notice_superseded.
Result<PolicyPack> compile_pack(std::string_view toml, const std::vector<NoteSchema>& at_hand,
                                const HashFunction& sha256, PackDiagnostics* diagnostics = nullptr);

/// default_pack_toml is packs/lead-default/pack.toml as it was when the library was built.
std::string_view default_pack_toml();

}  // namespace xch::consent
