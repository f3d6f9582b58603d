// check_pack: what must hold inside one pack, whoever signed it. The look-ups rely on the order, decide on effect and
// form agreeing, and the law on a few rows that no pack may change.
#include <algorithm>
#include <string>
#include <tuple>

#include "base/encoding.hpp"
#include "base/zone.hpp"
#include "policy/decide.hpp"
#include "policy/find.hpp"
#include "policy/functions.hpp"

namespace xch::policy {
namespace {

constexpr std::size_t kMaxNoticeText = 8192;
constexpr std::uint32_t kMaxDays = 3660;
constexpr std::uint16_t kAdultAge = 18;
constexpr std::size_t kMaxLevels = 3;    // registry.capnp: "at most three levels"
constexpr std::size_t kMaxShortText = 256;  // of a name, title, citation, reason, path; records hold no more

tl::unexpected<Error> malformed(std::string path) { return fail(Code::policy_pack_malformed, std::move(path)); }
tl::unexpected<Error> unknown(std::string path) { return fail(Code::policy_key_unknown, std::move(path)); }

// A row's own text stands in the path only where it is a name: anything else may be of any kind, for a terminal too.
bool is_name(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}
std::string at(std::string_view table, std::string_view row) {
  return std::string(table) + "." + std::string(is_name(row) ? row : "(no name)");
}

template <class T>
Status codes(const std::vector<T>& list, const std::string& path) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!is_known(list[i])) return unknown(path);
    if (i > 0 && !(list[i - 1] < list[i])) return malformed(path);
  }
  return Ok{};
}

template <class Row, class KeyOf>
bool ascending(const std::vector<Row>& rows, KeyOf key_of) {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (!(key_of(rows[i - 1]) < key_of(rows[i]))) return false;
  return true;
}

bool is_generaliser(Form form) { return form != Form::full && static_cast<std::uint16_t>(form) < 32; }
bool is_mask(Form form) { return static_cast<std::uint16_t>(form) >= 32; }

Status check_classes(const PolicyPack& pack) {
  if (!ascending(pack.classes, [](const PackClass& row) { return row.field_class; })) return malformed("class");
  for (const auto& row : pack.classes) {
    if (!is_known(row.field_class)) return unknown("class");
    const auto path = at("class", code_of(row.field_class));
    if (row.title.empty() || row.title.size() > kMaxShortText) return malformed(path + ".title");
    if (!is_known(row.coarsest)) return unknown(path + ".coarsest");
    XCH_TRY(codes(row.obligations, path + ".obligations"));
  }
  return Ok{};
}

Status check_cell(const PolicyPack& pack, const PackCell& cell) {
  if (!is_known(cell.basis) || !is_known(cell.purpose) || !is_known(cell.role) || !is_known(cell.field_class))
    return unknown("cell");
  const auto path = at(at(at(at("cell", code_of(cell.basis)), code_of(cell.purpose)), code_of(cell.role)),
                       code_of(cell.field_class));
  if (!is_known(cell.form)) return unknown(path);
  if (basis_row(pack, cell.basis) == nullptr || class_row(pack, cell.field_class) == nullptr) return unknown(path);
  if (cell.relation > Relation::author) return unknown(path);
  if (cell.reason.size() > kMaxShortText) return malformed(path + ".reason");
  switch (cell.effect) {
    case Effect::deny:
      if (cell.form != Form::full || cell.tick || cell.relation != Relation::any) return malformed(path);
      return Ok{};
    case Effect::allow:
      if (cell.form != Form::full) return malformed(path);
      return Ok{};
    case Effect::generalise:
      if (!is_generaliser(cell.form)) return malformed(path);
      return Ok{};
    case Effect::mask:
      if (!is_mask(cell.form)) return malformed(path);
      return Ok{};
  }
  return unknown(path);
}

Status check_cells(const PolicyPack& pack) {
  const auto key = [](const PackCell& cell) { return std::tie(cell.basis, cell.purpose, cell.role, cell.field_class); };
  if (!ascending(pack.cells, key)) return malformed("cell");
  for (const auto& cell : pack.cells) XCH_TRY(check_cell(pack, cell));
  return Ok{};
}

bool holds_part2(const PolicyPack& pack, Basis basis, Role role) {
  return std::any_of(pack.cells.begin(), pack.cells.end(), [&](const PackCell& cell) {
    const auto* row = class_row(pack, cell.field_class);
    return cell.basis == basis && cell.role == role && cell.effect != Effect::deny && row != nullptr && row->part2;
  });
}

Status check_signing(const PackBasis& row, const std::string& path) {
  if (!ascending(row.signing, [](const PackSigning& s) { return std::string_view(s.jurisdiction); })) return malformed(path);
  for (const auto& signing : row.signing) {
    if (signing.jurisdiction.empty() || signing.jurisdiction.size() > kMaxShortText) return malformed(path);
    if (signing.citation.empty() || signing.citation.size() > kMaxShortText) return malformed(at(path, signing.jurisdiction));
    if (signing.minor_alone_from >= kAdultAge || signing.undated_days > row.max_days)
      return malformed(at(path, signing.jurisdiction));
  }
  return Ok{};
}

Status check_basis(const PolicyPack& pack, const PackBasis& row) {
  if (!is_known(row.basis)) return unknown("basis");
  const auto path = at("basis", code_of(row.basis));
  if (row.title.empty() || row.title.size() > kMaxShortText) return malformed(path + ".title");
  if (row.citation.size() > kMaxShortText) return malformed(path + ".citation");
  XCH_TRY(codes(row.purposes, path + ".purposes"));
  XCH_TRY(codes(row.authorities, path + ".authorities"));
  XCH_TRY(codes(row.readers, path + ".readers"));
  XCH_TRY(codes(row.obligations, path + ".obligations"));
  XCH_TRY(codes(row.may_present, path + ".may_present"));
  if (row.purposes.empty() || row.authorities.empty() || row.readers.empty()) return malformed(path);
  // 42 CFR 2.51: an emergency is no grant; what may be given then is break-glass, an object of its own.
  if (row.basis == Basis::medicalEmergency) return malformed(path);
  // 42 CFR 2.31(d): a consent for proceedings is combined with no other.
  if (holds(row.purposes, Purpose::proceeding) && (row.purposes.size() != 1 || !is_for_proceedings(row.basis)))
    return malformed(path + ".purposes");
  XCH_TRY(codes(row.disclosers, path + ".disclosers"));
  XCH_TRY(codes(row.reader_kinds, path + ".reader_kinds"));
  XCH_TRY(check_signing(row, path + ".signing"));
  if (row.max_days == 0 || row.max_days > kMaxDays || row.default_days == 0 || row.default_days > row.max_days)
    return malformed(path + ".max_days");
  const auto* notice = notice_row(pack, row.notice);
  if (notice == nullptr) return unknown(path + ".notice");
  if (notice->superseded) return fail(Code::notice_superseded, path + ".notice");
  for (const auto& obligation : row.obligations)
    if (!holds(pack.executable, obligation)) return malformed(path + ".obligations");
  if (!row.part2) return Ok{};
  // The header of a note shows its basis, and 42 CFR 2.12(a)(1) makes that a disclosure: only readers who hold a
  // Part 2 compartment of the person may see it (docs/format.md, "Grant").
  for (const auto role : row.readers)
    if (!holds_part2(pack, row.basis, role)) return malformed(path + ".readers");
  return Ok{};
}

Status check_originator(const PolicyPack& pack) {
  const auto& rules = pack.originator;
  XCH_TRY(codes(rules.kinds, "originator.kinds"));
  XCH_TRY(codes(rules.own, "originator.own"));
  // What these know of a person they know in confidence: no pack may let them send it without consent
  // (docs/format.md, "Keys, parties, roster").
  for (const auto kind : {PartyKind::part2Program, PartyKind::coveredEntity, PartyKind::victimService})
    if (holds(rules.kinds, kind)) return malformed("originator.kinds");
  for (const auto own : rules.own)
    if (is_part2(pack, Compartment(own, Form::full))) return malformed("originator.own");
  if (rules.rows.empty()) return rules.kinds.empty() ? Status(Ok{}) : Status(malformed("originator"));
  if (rules.max_days == 0 || rules.max_days > kMaxDays) return malformed("originator.max_days");

  if (!ascending(rules.rows, [](const PackOriginatorRow& row) { return std::tie(row.purpose, row.field_class); }))
    return malformed("originator");
  for (const auto& row : rules.rows) {
    if (!is_known(row.purpose) || !is_known(row.field_class)) return unknown("originator");
    const auto path = at(at("originator", code_of(row.purpose)), code_of(row.field_class));
    XCH_TRY(codes(row.readers, path));
    if (row.readers.empty() || !holds(rules.own, row.field_class)) return malformed(path);
    // decide reads cells: a row without its cell would be promised and never given.
    for (const auto role : row.readers)
      if (!allows(pack, Basis::originatorAuthority, row.purpose, role, Compartment(row.field_class, Form::full)))
        return malformed(path);
  }
  for (const auto& cell : pack.cells) {
    if (cell.basis != Basis::originatorAuthority || cell.effect == Effect::deny) continue;
    const auto* row = find(rules.rows, std::tie(cell.purpose, cell.field_class),
                           [](const PackOriginatorRow& r) { return std::tie(r.purpose, r.field_class); });
    if (row == nullptr || !holds(row->readers, cell.role)) return malformed("originator");
  }
  return Ok{};
}

Status check_forms(const PolicyPack& pack) {
  if (!ascending(pack.forms, [](const PackForm& row) { return row.form; })) return malformed("form");
  for (const auto& row : pack.forms) {
    if (!is_known(row.form) || row.form == Form::full) return unknown("form");
    const auto path = at("form", code_of(row.form));
    const auto known = find_function(row.function);
    if (!known) return unknown(path + ".function");
    if (!gives_form(known->function, row.form)) return malformed(path + ".function");
    const bool by_map = known->function == Function::table || known->function == Function::yes_no;
    if (row.min_preimages == 0 || (!by_map && row.min_preimages > known->min_preimages))
      return malformed(path + ".min_preimages");
  }
  return Ok{};
}

Status check_map(const PolicyPack& pack, const PackMap& map) {
  const auto path = at(at(at("map", map.schema), map.path), code_of(map.form));
  const auto* form = find(pack.forms, map.form, [](const PackForm& row) { return row.form; });
  if (form == nullptr) return unknown(path);
  const auto function = find_function(form->function)->function;
  if (function != Function::table && function != Function::yes_no) return malformed(path);
  if (map.to.size() < 2 || map.to.size() > 0xffff || map.to[0] != 0) return malformed(path);

  const std::size_t limit = map.form == Form::yesNo ? 3 : map.to.size();
  std::vector<std::uint32_t> preimages(limit, 0);
  for (std::size_t code = 1; code < map.to.size(); ++code) {
    // A stated value never becomes unstated: full value and forms are all present or all absent.
    if (map.to[code] == 0 || map.to[code] >= limit) return malformed(path);
    ++preimages[map.to[code]];
  }
  std::size_t results = 0;
  for (const auto count : preimages) {
    if (count != 0 && count < form->min_preimages) return malformed(path);
    results += count != 0 ? 1 : 0;
  }
  if (map.form == Form::level && results > kMaxLevels) return malformed(path);
  // Coarsening twice is coarsening once: a group is named by one of its own members.
  if (map.form == Form::yesNo) return Ok{};
  for (const auto code : map.to)
    if (map.to[code] != code) return malformed(path);
  return Ok{};
}

/// agree: yes-no of a coarser code is yes-no of the code itself, so that a reader of both forms can check one by the other.
bool agree(const PackMap& coarser, const PackMap& yes_no) {
  if (coarser.to.size() != yes_no.to.size()) return false;
  for (std::size_t code = 0; code < coarser.to.size(); ++code)
    if (yes_no.to[coarser.to[code]] != yes_no.to[code]) return false;
  return true;
}

Status check_maps(const PolicyPack& pack) {
  const auto key = [](const PackMap& row) { return std::tie(row.schema, row.path, row.form); };
  if (!ascending(pack.maps, key)) return malformed("map");
  for (const auto& map : pack.maps) XCH_TRY(check_map(pack, map));
  for (const auto& map : pack.maps) {
    const Form yes_no = Form::yesNo;
    const auto* end = find(pack.maps, std::tie(map.schema, map.path, yes_no), key);
    if (end != nullptr && end != &map && !agree(map, *end))
      return malformed(at(at(at("map", map.schema), map.path), code_of(map.form)));
  }
  return Ok{};
}

Status check_notices(const PolicyPack& pack) {
  if (!ascending(pack.notices, [](const PackNotice& row) { return row.notice; })) return malformed("notice");
  for (const auto& row : pack.notices) {
    if (!is_known(row.notice)) return unknown("notice");
    const auto path = at("notice", code_of(row.notice));
    if (row.text.empty() || row.text.size() > kMaxNoticeText || !is_utf8(ByteView(std::string_view(row.text))) ||
        row.text_hash.is_zero())
      return malformed(path);
  }
  return Ok{};
}

Status check_schemas(const PolicyPack& pack) {
  if (!ascending(pack.schemas, [](const PackSchema& row) { return std::string_view(row.name); }))
    return malformed("schema");
  for (const auto& row : pack.schemas)
    if (row.name.empty() || row.type_id == 0 || row.max_hours > kMaxDays * 24) return malformed("schema");
  for (const auto& edge : pack.edges) {
    const auto path = at("edge", edge.schema);
    const auto* schema = find(pack.schemas, std::string_view(edge.schema),
                              [](const PackSchema& row) { return std::string_view(row.name); });
    if (schema == nullptr) return unknown(path);
    if (edge.from.empty() || edge.to.empty()) return malformed(path);
    XCH_TRY(codes(edge.from, path + ".from"));
    XCH_TRY(codes(edge.to, path + ".to"));
  }
  return Ok{};
}

Status check_parameters(const PolicyPack& pack) {
  if (pack.name.empty() || pack.name.size() > kMaxShortText) return malformed("name");
  if (pack.pack_version == 0) return malformed("version");
  XCH_TRY(codes(pack.executable, "executable"));
  // docs/format.md, "Grant": at least 256 leaves, so that the tree does not tell how many readers there are.
  if (pack.grant_leaves < 256) return malformed("parameters.grant_leaves");
  if (pack.grant_view_size < 4096 || pack.grant_view_size > 1048576) return malformed("parameters.grant_view_size");
  for (const auto days : {pack.intake_days, pack.retention_days, pack.note_days})
    if (days == 0 || days > kMaxDays) return malformed("parameters");
  if (!pack.zone.empty() && !is_zone_name(pack.zone)) return malformed("parameters.zone");
  return Ok{};
}

}  // namespace

Status check_pack(const PolicyPack& pack) {
  XCH_TRY(check_parameters(pack));
  XCH_TRY(check_classes(pack));
  XCH_TRY(check_notices(pack));
  if (!ascending(pack.bases, [](const PackBasis& row) { return row.basis; })) return malformed("basis");
  XCH_TRY(check_cells(pack));
  for (const auto& row : pack.bases) XCH_TRY(check_basis(pack, row));
  for (const auto& row : pack.classes)
    for (const auto obligation : row.obligations)
      if (!holds(pack.executable, obligation)) return malformed(at("class", code_of(row.field_class)));
  XCH_TRY(check_originator(pack));
  XCH_TRY(check_forms(pack));
  XCH_TRY(check_maps(pack));
  return check_schemas(pack);
}

}  // namespace xch::policy
