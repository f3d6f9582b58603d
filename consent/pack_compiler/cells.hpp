// Cells of a pack: matrix rows put under a basis and a purpose. Internal to consent/pack_compiler/.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "consent/pack_compiler/matrix.hpp"
#include "consent/pack_compiler/source.hpp"
#include "model/pack.hpp"

namespace xch::consent {

/// CellPaths remembers where each compiled cell came from, for errors and diagnostics.
using CellKey = std::tuple<Basis, Purpose, Role, FieldClass>;
using CellPaths = std::map<CellKey, std::string>;
inline CellKey key_of(const PackCell& cell) { return {cell.basis, cell.purpose, cell.role, cell.field_class}; }

/// read_cells fills pack.cells and pack.originator from [purpose], [matrix], [open] and [originator]; classes and bases
/// are there already.
Status read_cells(const SectionBorrowed& source, PolicyPack& pack, CellPaths& paths);

}  // namespace xch::consent
