#include "consent/pack_compiler/cells.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "policy/decide.hpp"

namespace xch::consent {
namespace {

using Shape = SourceValue::Shape;
using Matrix = std::map<FieldClass, Row>;
using Opens = std::map<Purpose, std::set<FieldClass>>;

tl::unexpected<Error> conflict(std::string path) { return fail(Code::policy_conflict, std::move(path)); }

/// read_class_set reads "all" or a list of classes.
Result<std::set<FieldClass>> read_class_set(const SectionBorrowed& source, const std::string& key,
                                            const std::set<FieldClass>& all) {
  const auto at = source.members().find(key);
  if (at != source.members().end() && at->second.shape == Shape::text) {
    if (at->second.text != "all") return fail(Code::policy_key_unknown, source.path_of(key));
    return all;
  }
  XCH_ASSIGN(const auto listed, codes<FieldClass>(source, key, parse_field_class));
  return std::set<FieldClass>(listed.begin(), listed.end());
}

Result<Opens> read_purposes(const SectionBorrowed& source, const PolicyPack& pack) {
  std::set<FieldClass> all;
  for (const auto& row : pack.classes) all.insert(row.field_class);
  Opens out;
  XCH_ASSIGN(const auto sections, source.sections("purpose"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"title", "opens", "verify"}));
    XCH_TRY(section.text("title"));
    XCH_ASSIGN(const Purpose purpose, code<Purpose>(name, parse_purpose, section.path()));
    XCH_ASSIGN(out[purpose], read_class_set(section, "opens", all));
  }
  return out;
}

/// Compiler collects cells by key, so that one said twice is found.
class Compiler {
 public:
  Compiler(PolicyPack& pack, CellPaths& paths, const Opens& opens) : pack_(pack), paths_(paths), opens_(opens) {}

  Status add(Basis basis, Purpose purpose, FieldClass field_class, const Row& row) {
    for (const auto& [role, cell] : row) {
      PackCell out{basis, purpose, role, field_class, cell.effect, cell.form, cell.tick, cell.relation, cell.reason};
      if (!paths_.emplace(key_of(out), cell.path).second) return conflict(cell.path);
      pack_.cells.push_back(std::move(out));
    }
    return Ok{};
  }

  /// may_open refuses a class that the purpose does not open under any basis.
  Status may_open(Purpose purpose, FieldClass field_class, const std::string& path) const {
    const auto at = opens_.find(purpose);
    if (at == opens_.end()) return fail(Code::policy_key_unknown, path);
    if (at->second.count(field_class) == 0) return conflict(path);
    return Ok{};
  }

 private:
  PolicyPack& pack_;
  CellPaths& paths_;
  const Opens& opens_;
};

/// read_open reads one [open.BASIS.PURPOSE].
Status read_open(const SectionBorrowed& source, Basis basis, Purpose purpose, const PolicyPack& pack,
                 const Matrix& matrix, const Roles& roles, Compiler& out) {
  std::set<FieldClass> all, taken;
  for (const auto& entry : matrix) all.insert(entry.first);
  if (source.has("classes")) {
    XCH_ASSIGN(taken, read_class_set(source, "classes", all));
  }
  for (const auto field_class : taken) {
    const auto path = source.path_of("classes");
    XCH_TRY(out.may_open(purpose, field_class, path));
    const auto row = matrix.find(field_class);
    if (row == matrix.end()) return fail(Code::policy_pack_malformed, path);
    XCH_TRY(out.add(basis, purpose, field_class, row->second));
  }
  for (const auto& member : source.members()) {
    if (member.first == "classes") continue;
    const auto path = source.path_of(member.first);
    XCH_ASSIGN(const FieldClass field_class, code<FieldClass>(member.first, parse_field_class, path));
    const auto* of_class = policy::class_row(pack, field_class);
    if (of_class == nullptr) return fail(Code::policy_key_unknown, path);
    // Either the matrix row as it stands or a row of its own.
    if (taken.count(field_class) != 0) return conflict(path);
    XCH_TRY(out.may_open(purpose, field_class, path));
    XCH_ASSIGN(const auto section, source.section(member.first));
    XCH_ASSIGN(const auto row, read_row(section, *of_class, roles));
    XCH_TRY(out.add(basis, purpose, field_class, row));
  }
  return Ok{};
}

Status read_opens(const SectionBorrowed& source, const PolicyPack& pack, const Matrix& matrix, const Roles& roles,
                  Compiler& out) {
  std::set<std::pair<Basis, Purpose>> opened;
  XCH_ASSIGN(const auto sections, source.sections("open"));
  for (const auto& [basis_name, of_basis] : sections) {
    XCH_ASSIGN(const Basis basis, code<Basis>(basis_name, parse_basis, of_basis.path()));
    const auto* row = policy::basis_row(pack, basis);
    if (row == nullptr) return fail(Code::policy_key_unknown, of_basis.path());
    // What originator authority opens stands in [originator] alone.
    if (basis == Basis::originatorAuthority) return conflict(of_basis.path());
    for (const auto& member : of_basis.members()) {
      const auto path = of_basis.path_of(member.first);
      XCH_ASSIGN(const Purpose purpose, code<Purpose>(member.first, parse_purpose, path));
      if (!std::binary_search(row->purposes.begin(), row->purposes.end(), purpose)) return conflict(path);
      XCH_ASSIGN(const auto section, of_basis.section(member.first));
      XCH_TRY(read_open(section, basis, purpose, pack, matrix, roles, out));
      opened.insert({basis, purpose});
    }
  }
  for (const auto& row : pack.bases) {
    if (row.basis == Basis::originatorAuthority) continue;
    for (const auto purpose : row.purposes)
      if (opened.count({row.basis, purpose}) == 0)
        return fail(Code::policy_pack_malformed,
                    "open." + std::string(code_of(row.basis)) + "." + std::string(code_of(purpose)));
  }
  return Ok{};
}

/// read_originator_purpose reads one [originator.PURPOSE]: rows and the cells that decide reads.
Status read_originator_purpose(const SectionBorrowed& source, Purpose purpose, PolicyPack& pack, Compiler& out) {
  XCH_ASSIGN(const auto reason, source.text("reason"));
  for (const auto& member : source.members()) {
    if (member.first == "reason" || member.first == "verify") continue;
    const auto path = source.path_of(member.first);
    PackOriginatorRow row;
    row.purpose = purpose;
    XCH_ASSIGN(row.field_class, code<FieldClass>(member.first, parse_field_class, path));
    XCH_ASSIGN(row.readers, codes<Role>(source, member.first, parse_role));
    XCH_TRY(out.may_open(purpose, row.field_class, path));
    Row cells;
    for (const auto role : row.readers) {
      cells[role].effect = Effect::allow;
      cells[role].reason = reason;
      cells[role].path = path;
    }
    XCH_TRY(out.add(Basis::originatorAuthority, purpose, row.field_class, cells));
    pack.originator.rows.push_back(std::move(row));
  }
  return Ok{};
}

Status read_originator(const SectionBorrowed& source, PolicyPack& pack, Compiler& out) {
  const auto* basis = policy::basis_row(pack, Basis::originatorAuthority);
  if (!source.has("originator")) {
    if (basis != nullptr) return fail(Code::policy_pack_malformed, "originator");
    return Ok{};
  }
  XCH_ASSIGN(const auto section, source.section("originator"));
  if (basis == nullptr) return conflict(section.path());
  auto& rules = pack.originator;
  XCH_ASSIGN(rules.kinds, codes<PartyKind>(section, "kinds", parse_party_kind));
  XCH_ASSIGN(rules.own, codes<FieldClass>(section, "own", parse_field_class));
  XCH_ASSIGN(rules.max_days, section.number("max_days"));
  for (const auto& member : section.members()) {
    if (member.first == "kinds" || member.first == "own" || member.first == "max_days") continue;
    const auto path = section.path_of(member.first);
    XCH_ASSIGN(const Purpose purpose, code<Purpose>(member.first, parse_purpose, path));
    if (!std::binary_search(basis->purposes.begin(), basis->purposes.end(), purpose)) return conflict(path);
    XCH_ASSIGN(const auto of_purpose, section.section(member.first));
    XCH_TRY(read_originator_purpose(of_purpose, purpose, pack, out));
  }
  std::sort(rules.rows.begin(), rules.rows.end(), [](const PackOriginatorRow& a, const PackOriginatorRow& b) {
    return std::tie(a.purpose, a.field_class) < std::tie(b.purpose, b.field_class);
  });
  return Ok{};
}

}  // namespace

Status read_cells(const SectionBorrowed& source, PolicyPack& pack, CellPaths& paths) {
  XCH_ASSIGN(const auto roles, read_roles(source));
  XCH_ASSIGN(const auto opens, read_purposes(source, pack));
  XCH_ASSIGN(const auto matrix, read_matrix(source, pack, roles));
  Compiler compiler(pack, paths, opens);
  XCH_TRY(read_opens(source, pack, matrix, roles, compiler));
  XCH_TRY(read_originator(source, pack, compiler));
  std::sort(pack.cells.begin(), pack.cells.end(),
            [](const PackCell& a, const PackCell& b) { return key_of(a) < key_of(b); });
  return Ok{};
}

}  // namespace xch::consent
