#include "consent/pack_compiler/rows.hpp"

#include <algorithm>
#include <tuple>

namespace xch::consent {
namespace {

template <class Row, class KeyOf>
void sort_rows(std::vector<Row>& rows, KeyOf key_of) {
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key_of(a) < key_of(b); });
}

/// read_signing reads [basis.X.signing.STATE], in the order of the states' names.
Result<std::vector<PackSigning>> read_signing(const SectionBorrowed& source) {
  std::vector<PackSigning> out;
  XCH_ASSIGN(const auto sections, source.sections("signing"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"minor_alone_from", "undated_days", "citation", "verify"}));
    PackSigning row;
    row.jurisdiction = name;
    XCH_ASSIGN(row.citation, section.text("citation"));
    for (const auto& [key, to] : {std::pair{"minor_alone_from", &row.minor_alone_from}, {"undated_days", &row.undated_days}}) {
      if (!section.has(key)) continue;
      XCH_ASSIGN(const auto number, section.number(key));
      if (number > 0xffff) return fail(Code::policy_pack_malformed, section.path_of(key));
      *to = static_cast<std::uint16_t>(number);
    }
    out.push_back(std::move(row));
  }
  return out;
}

Result<PackBasis> read_basis(const std::string& name, const SectionBorrowed& source) {
  XCH_TRY(source.only({"title", "citation", "part2", "purposes", "authorities", "readers", "revocation", "max_days",
                       "default_days", "notice", "obligations", "may_present", "elements", "disclosers", "reader_kinds", "signing",
                       "verify"}));
  PackBasis out;
  XCH_ASSIGN(out.basis, code<Basis>(name, parse_basis, source.path()));
  XCH_ASSIGN(out.title, source.text("title"));
  XCH_ASSIGN(out.citation, source.text("citation"));
  XCH_ASSIGN(out.part2, source.flag_or("part2", false));
  XCH_ASSIGN(out.purposes, codes<Purpose>(source, "purposes", parse_purpose));
  XCH_ASSIGN(out.authorities, codes<PartyKind>(source, "authorities", parse_party_kind));
  XCH_ASSIGN(out.readers, codes<Role>(source, "readers", parse_role));
  XCH_ASSIGN(const auto revocation, source.text("revocation"));
  if (revocation != "immediate" && revocation != "pending") return fail(Code::policy_key_unknown, source.path_of("revocation"));
  out.pending_revocation = revocation == "pending";
  XCH_ASSIGN(out.max_days, source.number("max_days"));
  XCH_ASSIGN(out.default_days, source.number("default_days"));
  XCH_ASSIGN(const auto notice, source.text("notice"));
  XCH_ASSIGN(out.notice, code<Notice>(notice, parse_notice, source.path_of("notice")));
  XCH_ASSIGN(out.obligations, codes<Obligation>(source, "obligations", parse_obligation));
  XCH_ASSIGN(out.may_present, codes<PartyKind>(source, "may_present", parse_party_kind));
  XCH_ASSIGN(out.elements, source.list("elements"));
  auto sorted = out.elements;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return fail(Code::policy_conflict, source.path_of("elements"));
  if (source.has("disclosers")) {
    XCH_ASSIGN(out.disclosers, codes<PartyKind>(source, "disclosers", parse_party_kind));
  }
  if (source.has("reader_kinds")) {
    XCH_ASSIGN(out.reader_kinds, codes<PartyKind>(source, "reader_kinds", parse_party_kind));
  }
  XCH_ASSIGN(out.signing, read_signing(source));
  return out;
}

const NoteSchema* schema_named(const std::vector<NoteSchema>& schemas, const std::string& name) {
  const auto at = std::find_if(schemas.begin(), schemas.end(), [&](const NoteSchema& s) { return s.name == name; });
  return at == schemas.end() ? nullptr : &*at;
}

const SlotSpec* slot_of(const NoteSchema& schema, const std::string& field, Form form) {
  for (const auto& slot : schema.slots)
    if (slot.compartment.form() == form && slot.full_slot < schema.slots.size() && schema.slots[slot.full_slot].path == field)
      return &slot;
  return nullptr;
}

Result<std::uint16_t> number_of(const std::vector<std::string>& names, const std::string& name, const std::string& path) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return fail(Code::policy_key_unknown, path);
  return static_cast<std::uint16_t>(at - names.begin());
}

/// read_table reads { finer = "coarser", ... }: every code but `unstated`, each once.
Result<std::vector<std::uint16_t>> read_table(const SectionBorrowed& source, const SlotSpec& full, const SlotSpec& form) {
  // A yes-no slot has codes of its own, {unstated, no, yes}; every other form uses the field's.
  const auto& targets = form.compartment.form() == Form::yesNo ? form.codes : full.codes;
  std::vector<std::uint16_t> to(full.codes.size(), 0);
  for (const auto& member : source.members()) {
    const auto path = source.path_of(member.first);
    XCH_ASSIGN(const auto from, number_of(full.codes, member.first, path));
    XCH_ASSIGN(const auto target, source.text(member.first));
    XCH_ASSIGN(to[from], number_of(targets, target, path));
    // A stated value stays stated, and an unstated one unstated: all forms of a field are present together.
    if (from == 0 || to[from] == 0) return fail(Code::policy_conflict, path);
  }
  for (std::size_t i = 1; i < to.size(); ++i)
    if (to[i] == 0) return fail(Code::policy_pack_malformed, source.path_of(full.codes[i]));
  return to;
}

/// table_of is the table that stands under a form, or the shared one ([table.NAME]) that its text names.
Result<SectionBorrowed> table_of(const SectionBorrowed& source, const SectionBorrowed& field, const std::string& form) {
  if (field.members().at(form).shape != SourceValue::Shape::text) return field.section(form);
  XCH_ASSIGN(const auto name, field.text(form));
  XCH_ASSIGN(const auto tables, source.section("table"));
  if (!tables.has(name)) return fail(Code::policy_key_unknown, field.path_of(form));
  return tables.section(name);
}

/// read_way reads one pair of lists, who sends to whom.
Status read_way(const SectionBorrowed& section, const std::string& schema, PolicyPack& pack) {
  PackEdge row;
  row.schema = schema;
  XCH_ASSIGN(row.from, codes<Role>(section, "from", parse_role));
  XCH_ASSIGN(row.to, codes<Role>(section, "to", parse_role));
  pack.edges.push_back(std::move(row));
  return Ok{};
}

}  // namespace

Status read_parameters(const SectionBorrowed& source, PolicyPack& pack) {
  XCH_ASSIGN(pack.name, source.text("name"));
  XCH_ASSIGN(pack.pack_version, source.number("version"));
  XCH_ASSIGN(pack.executable, codes<Obligation>(source, "executable", parse_obligation));
  XCH_ASSIGN(const auto parameters, source.section("parameters"));
  XCH_TRY(parameters.only({"grant_leaves", "grant_view_size", "intake_days", "retention_days", "note_days", "zone"}));
  XCH_ASSIGN(const auto leaves, parameters.number("grant_leaves"));
  if (leaves > 0xffff) return fail(Code::policy_pack_malformed, parameters.path_of("grant_leaves"));
  pack.grant_leaves = static_cast<std::uint16_t>(leaves);
  XCH_ASSIGN(pack.grant_view_size, parameters.number("grant_view_size"));
  XCH_ASSIGN(pack.intake_days, parameters.number("intake_days"));
  XCH_ASSIGN(pack.retention_days, parameters.number("retention_days"));
  XCH_ASSIGN(pack.note_days, parameters.number("note_days"));
  XCH_ASSIGN(pack.zone, parameters.text_or("zone", ""));
  return Ok{};
}

Status read_classes(const SectionBorrowed& source, PolicyPack& pack) {
  XCH_ASSIGN(const auto sections, source.sections("class"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"title", "part2", "isolate", "coarsest", "obligations", "verify"}));
    PackClass row;
    XCH_ASSIGN(row.field_class, code<FieldClass>(name, parse_field_class, section.path()));
    XCH_ASSIGN(row.title, section.text("title"));
    XCH_ASSIGN(row.part2, section.flag_or("part2", false));
    XCH_ASSIGN(row.isolate, section.flag_or("isolate", false));
    XCH_ASSIGN(const auto coarsest, section.text_or("coarsest", code_of(Form::full)));
    XCH_ASSIGN(row.coarsest, code<Form>(coarsest, parse_form, section.path_of("coarsest")));
    if (section.has("obligations")) {
      XCH_ASSIGN(row.obligations, codes<Obligation>(section, "obligations", parse_obligation));
    }
    pack.classes.push_back(std::move(row));
  }
  sort_rows(pack.classes, [](const PackClass& row) { return row.field_class; });
  return Ok{};
}

Status read_bases(const SectionBorrowed& source, PolicyPack& pack) {
  XCH_ASSIGN(const auto sections, source.sections("basis"));
  for (const auto& [name, section] : sections) {
    XCH_ASSIGN(auto row, read_basis(name, section));
    pack.bases.push_back(std::move(row));
  }
  sort_rows(pack.bases, [](const PackBasis& row) { return row.basis; });
  return Ok{};
}

Status read_forms(const SectionBorrowed& source, PolicyPack& pack) {
  XCH_ASSIGN(const auto sections, source.sections("form"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"function", "min_preimages"}));
    PackForm row;
    XCH_ASSIGN(row.form, code<Form>(name, parse_form, section.path()));
    XCH_ASSIGN(row.function, section.text("function"));
    XCH_ASSIGN(row.min_preimages, section.number("min_preimages"));
    pack.forms.push_back(std::move(row));
  }
  sort_rows(pack.forms, [](const PackForm& row) { return row.form; });
  return Ok{};
}

Status read_notices(const SectionBorrowed& source, const HashFunction& sha256, PolicyPack& pack) {
  XCH_ASSIGN(const auto sections, source.sections("notice"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"text", "superseded"}));
    PackNotice row;
    XCH_ASSIGN(row.notice, code<Notice>(name, parse_notice, section.path()));
    XCH_ASSIGN(row.text, section.text("text"));
    XCH_ASSIGN(row.superseded, section.flag_or("superseded", false));
    row.text_hash = sha256(ByteView(std::string_view(row.text)));
    pack.notices.push_back(std::move(row));
  }
  sort_rows(pack.notices, [](const PackNotice& row) { return row.notice; });
  return Ok{};
}

Status read_edges(const SectionBorrowed& source, const std::vector<NoteSchema>& at_hand, PolicyPack& pack) {
  XCH_ASSIGN(const auto sections, source.sections("edge"));
  for (const auto& [name, section] : sections) {
    XCH_TRY(section.only({"from", "to", "also", "max_hours", "verify"}));
    const auto* schema = schema_named(at_hand, name);
    if (schema == nullptr) return fail(Code::policy_key_unknown, section.path());
    XCH_TRY(read_way(section, name, pack));
    if (section.has("also")) {
      XCH_ASSIGN(const auto also, section.section("also"));
      XCH_TRY(also.only({"from", "to"}));
      XCH_TRY(read_way(also, name, pack));
    }
    PackSchema row{schema->name, schema->type_id, schema->digest};
    if (section.has("max_hours")) {
      XCH_ASSIGN(row.max_hours, section.number("max_hours"));
      if (row.max_hours == 0) return fail(Code::policy_pack_malformed, section.path_of("max_hours"));
    }
    pack.schemas.push_back(std::move(row));
  }
  sort_rows(pack.schemas, [](const PackSchema& row) { return std::string_view(row.name); });
  return Ok{};
}

std::vector<NoteSchema> schemas_of(const PolicyPack& pack, const std::vector<NoteSchema>& at_hand) {
  std::vector<NoteSchema> out;
  for (const auto& row : pack.schemas) out.push_back(*schema_named(at_hand, row.name));
  return out;
}

Status read_maps(const SectionBorrowed& source, const std::vector<NoteSchema>& schemas, PolicyPack& pack) {
  if (!source.has("map")) return Ok{};
  XCH_ASSIGN(const auto maps, source.section("map"));
  for (const auto& of_schema : maps.members()) {
    const auto* schema = schema_named(schemas, of_schema.first);
    if (schema == nullptr) return fail(Code::policy_key_unknown, maps.path_of(of_schema.first));
    XCH_ASSIGN(const auto fields, maps.sections(of_schema.first));
    for (const auto& [field, section] : fields) {
      const auto* full = slot_of(*schema, field, Form::full);
      if (full == nullptr) return fail(Code::policy_key_unknown, section.path());
      for (const auto& by_form : section.members()) {
        const auto path = section.path_of(by_form.first);
        XCH_ASSIGN(const Form form, code<Form>(by_form.first, parse_form, path));
        const auto* slot = slot_of(*schema, field, form);
        if (slot == nullptr || form == Form::full || full->codes.empty()) return fail(Code::policy_key_unknown, path);
        XCH_ASSIGN(const auto table, table_of(source, section, by_form.first));
        PackMap row;
        row.schema = schema->name;
        row.path = field;
        row.form = form;
        XCH_ASSIGN(row.to, read_table(table, *full, *slot));
        pack.maps.push_back(std::move(row));
      }
    }
  }
  sort_rows(pack.maps, [](const PackMap& row) { return std::tie(row.schema, row.path, row.form); });
  return Ok{};
}

}  // namespace xch::consent
