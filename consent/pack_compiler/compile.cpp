#include "consent/pack_compiler/compile.hpp"

#include <algorithm>

#include "consent/pack_compiler/cells.hpp"
#include "consent/pack_compiler/overlay.hpp"
#include "consent/pack_compiler/rows.hpp"
#include "consent/pack_compiler/source.hpp"
#include "policy/decide.hpp"
#include "policy/generalise.hpp"

namespace xch::consent {
namespace {

/// never_in_notes: a pseudonym comes from the grant view, an aggregate is made over many notes.
bool never_in_notes(Form form) { return form == Form::pseudonym || form == Form::aggregate; }

/// check_cell_forms: a cell's form is one the pack has a function for.
Status check_cell_forms(const PolicyPack& pack, const CellPaths& paths) {
  for (const auto& cell : pack.cells) {
    if (cell.form == Form::full || never_in_notes(cell.form)) continue;
    const bool known = std::any_of(pack.forms.begin(), pack.forms.end(),
                                   [&](const PackForm& row) { return row.form == cell.form; });
    if (!known) return fail(Code::policy_key_unknown, paths.at(key_of(cell)));
  }
  return Ok{};
}

/// names_are_apart: a note type is named by one schema, or an edge could mean either.
Status names_are_apart(const std::vector<NoteSchema>& schemas) {
  for (std::size_t i = 0; i < schemas.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (schemas[i].name == schemas[j].name) return fail(Code::policy_conflict, schemas[i].name);
  return Ok{};
}

void find_marked(const SourceValue& value, const std::string& path, std::vector<std::string>& out) {
  for (const auto& [key, member] : value.members) {
    if (key == "verify" && member.flag) out.push_back(path);
    find_marked(member, path.empty() ? key : path + "." + key, out);
  }
}

void find_unserved(const PolicyPack& pack, const std::vector<NoteSchema>& schemas, const CellPaths& paths,
                   std::vector<std::string>& out) {
  for (const auto& cell : pack.cells) {
    const Compartment given(cell.field_class, cell.form);
    if (cell.form == Form::full || never_in_notes(cell.form)) continue;
    if (!policy::allows(pack, cell.basis, cell.purpose, cell.role, given)) continue;
    const bool declared = std::any_of(schemas.begin(), schemas.end(), [&](const NoteSchema& schema) {
      return std::any_of(schema.slots.begin(), schema.slots.end(),
                         [&](const SlotSpec& slot) { return slot.compartment == given; });
    });
    if (!declared) out.push_back(paths.at(key_of(cell)));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace

Result<PolicyPack> compile_pack(std::string_view toml, const std::vector<NoteSchema>& at_hand,
                                const HashFunction& sha256, PackDiagnostics* diagnostics) {
  XCH_ASSIGN(auto written, parse_source(toml));
  XCH_ASSIGN(const auto root, laid_over(std::move(written)));
  const SectionBorrowed source(root, "");
  XCH_TRY(source.only({"name", "version", "executable", "parameters", "class", "role", "purpose", "matrix", "basis",
                       "open", "originator", "form", "table", "map", "notice", "edge"}));
  PolicyPack pack;
  CellPaths paths;
  XCH_TRY(read_parameters(source, pack));
  XCH_TRY(read_classes(source, pack));
  XCH_TRY(read_bases(source, pack));
  XCH_TRY(read_cells(source, pack, paths));
  XCH_TRY(read_forms(source, pack));
  XCH_TRY(read_notices(source, sha256, pack));
  XCH_TRY(names_are_apart(at_hand));
  XCH_TRY(read_edges(source, at_hand, pack));
  const auto schemas = schemas_of(pack, at_hand);
  XCH_TRY(read_maps(source, schemas, pack));

  XCH_TRY(check_cell_forms(pack, paths));
  XCH_TRY(policy::check_pack(pack));
  for (const auto& schema : schemas) {
    auto served = policy::check_schema(pack, schema);
    if (!served) return fail(served.error().code, "schema." + schema.name + "." + served.error().path);
  }
  if (diagnostics != nullptr) {
    *diagnostics = PackDiagnostics();
    find_marked(root, "", diagnostics->verify);
    find_unserved(pack, schemas, paths, diagnostics->no_slot);
    for (const auto& schema : at_hand)
      if (std::none_of(schemas.begin(), schemas.end(), [&](const NoteSchema& s) { return s.name == schema.name; }))
        diagnostics->no_edge.push_back(schema.name);
  }
  return pack;
}

}  // namespace xch::consent
