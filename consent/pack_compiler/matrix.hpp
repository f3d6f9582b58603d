// Cells and rows: what a role gets of a class. Internal to consent/pack_compiler/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "consent/pack_compiler/source.hpp"
#include "model/pack.hpp"

namespace xch::consent {

/// Roles says which roles have no column: those that read as another one, and those that get nothing.
struct Roles {
  std::map<Role, Role> as;
  std::map<Role, std::string> none;
};
Result<Roles> read_roles(const SectionBorrowed& source);

/// CellSource is one cell before it is put under a basis and a purpose; `path` is where it stands.
struct CellSource {
  Effect effect = Effect::deny;
  Form form = Form::full;
  bool tick = false;
  Relation relation = Relation::any;
  std::string reason, path;
};
using Row = std::map<Role, CellSource>;

/// read_row reads the roles of one class, in `matrix` or in place of a matrix row. Keys that are no role: reason, verify.
Result<Row> read_row(const SectionBorrowed& source, const PackClass& of_class, const Roles& roles);

/// read_matrix reads every row of [matrix].
Result<std::map<FieldClass, Row>> read_matrix(const SectionBorrowed& source, const PolicyPack& pack, const Roles& roles);

}  // namespace xch::consent
