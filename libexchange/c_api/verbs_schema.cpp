// schema.*: the note types the library knows and what each of their fields is; and schemas from outside: their broken
// rules, what changed between two of them, and a page for each note type.
#include <algorithm>

#include "base/encoding.hpp"
#include "c_api/answers.hpp"
#include "c_api/request.hpp"
#include "c_api/verbs.hpp"
#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "model/registry.hpp"
#include "policy/decide.hpp"
#include "session/catalogue.hpp"
#include "wire/schema_bundle.hpp"
#include "wire/schema_check.hpp"
#include "wire/schema_compare.hpp"
#include "wire/schema_rules.hpp"

namespace xch::c_api {
namespace {

std::string_view type_text(const SlotSpec& slot) {
  switch (slot.type) {
    case ValueType::none: return "true";
    case ValueType::word: return slot.word == WordType::f32 || slot.word == WordType::f64 ? "number" : "whole number";
    case ValueType::code: return "code";
    case ValueType::data: return "base64";
    case ValueType::message: return slot.codes.empty() ? "list" : "list of codes";
    case ValueType::text: break;
  }
  switch (slot.format) {
    case TextFormat::free: return "text";
    case TextFormat::date: return "date";
    case TextFormat::time: return "time";
    case TextFormat::code: return "code text";
    case TextFormat::name: return "name";
    case TextFormat::place: return "place";
    case TextFormat::month: return "month";
    case TextFormat::due_date: return "date/due date";
    case TextFormat::address: return "address";
    case TextFormat::organisation: return "organisation";
  }
  return "text";
}

Json field_json(const NoteSchema& schema, const SlotSpec& field) {
  Json row = Json::object();
  row.set("field", field.path);
  row.set("class", code_of(field.compartment.field_class()));
  row.set("type", type_text(field));
  Json forms = Json::array();
  for (const auto& slot : schema.slots)
    if (slot.full_slot == field.index && slot.index != field.index)
      forms.add(Json::text(code_of(slot.compartment.form())));
  row.set("forms", std::move(forms));
  row.set("bytes", Json::natural(field.size));
  row.set("isolate", Json::boolean(field.isolate));
  Json codes = Json::array();
  for (std::size_t i = 1; i < field.codes.size(); ++i) codes.add(Json::text(field.codes[i]));  // 0 is "unstated"
  row.set("codes", std::move(codes));
  return row;
}

Result<Json> schema_classes(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"type"}));
  XCH_ASSIGN(const std::string name, request.text_or("type", ""));
  Json out = answer("schema");
  Json rows = Json::array();
  if (name.empty()) {
    for (const auto& bundle : wire::builtin_bundles())
      if (bundle.name != "bench.work") rows.add(Json::text(std::string(bundle.name)));  // no note for people
    out.set("types", std::move(rows));
    return out;
  }
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  const wire::NoteType* type = catalogue.named(name);
  if (type == nullptr) return fail(Code::schema_unknown);
  const NoteSchema& schema = type->schema();
  out.set("type", schema.name);
  out.set("digest", to_hex(schema.digest));
  for (const auto& slot : schema.slots)
    if (slot.full_slot == slot.index) rows.add(field_json(schema, slot));
  out.set("fields", std::move(rows));
  return out;
}

// ---- Schemas from outside ------------------------------------------------------------------------------------------

using Schemas = std::vector<wire::CheckedSchema>;

SchemaDigest digest_of(ByteView bundle) { return crypto::th_as<SchemaDigest>(crypto::label::kSchemaDigest, {bundle}); }

/// schemas_of reads the file of `file`, or takes the built-in type of `type`.
Result<Schemas> schemas_of(const Request& request, std::string_view file, std::string_view type) {
  XCH_ASSIGN(const std::string name, request.text_or(type, ""));
  if (name.empty()) {
    XCH_ASSIGN(const Bytes bytes, request.base64(file));
    return wire::check_schemas(bytes);
  }
  if (request.json().find(file) != nullptr) return fail(Code::json_unknown_field, std::string(file));
  for (const auto& bundle : wire::builtin_bundles())
    if (bundle.name == name) return wire::check_schemas(bundle.bytes);
  return fail(Code::schema_unknown);
}

/// sound_schemas_of refuses a file with a finding: its path says where; schema.check tells them all.
Result<Schemas> sound_schemas_of(const Request& request, std::string_view file, std::string_view type) {
  XCH_ASSIGN(Schemas out, schemas_of(request, file, type));
  for (const auto& one : out)
    if (!one.findings.empty()) return fail(Code::schema_invalid, one.findings[0].path);
  return out;
}

Result<Json> schema_check(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"schema", "type"}));
  XCH_ASSIGN(const Schemas schemas, schemas_of(request, "schema", "type"));
  Json out = answer("schema-check");
  Json types = Json::array();
  std::size_t count = 0;
  for (const auto& schema : schemas) {
    Json row = Json::object();
    row.set("type", schema.name);
    row.set("struct", schema.struct_name);
    if (schema.findings.empty()) {
      row.set("digest", to_hex(digest_of(schema.bundle)));
      row.set("slots", Json::natural(schema.schema.slots.size()));
      row.set("bundle", to_base64(schema.bundle));
    }
    Json findings = Json::array();
    for (const auto& finding : schema.findings) {
      Json f = Json::object();
      f.set("subject", finding.subject);
      f.set("field", finding.path);
      f.set("rule", finding.rule);
      f.set("text", finding.text);
      f.set("fix", finding.fix);
      findings.add(std::move(f));
    }
    count += schema.findings.size();
    row.set("findings", std::move(findings));
    types.add(std::move(row));
  }
  out.set("types", std::move(types));
  out.set("findings", Json::natural(count));
  return out;
}

Json digests_json(const Schemas& schemas) {
  Json out = Json::array();
  for (const auto& schema : schemas) {
    Json row = Json::object();
    row.set("type", schema.name);
    row.set("digest", to_hex(digest_of(schema.bundle)));
    out.add(std::move(row));
  }
  return out;
}

Result<Json> schema_diff(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"old", "old_type", "new", "new_type"}));
  XCH_ASSIGN(const Schemas before, sound_schemas_of(request, "old", "old_type"));
  XCH_ASSIGN(const Schemas now, sound_schemas_of(request, "new", "new_type"));
  Json out = answer("schema-diff");
  out.set("old", digests_json(before));
  out.set("new", digests_json(now));
  Json rows = Json::array();
  bool compatible = true;
  for (const auto& change : wire::compare_schemas(before, now)) {
    Json row = Json::object();
    row.set("type", change.type);
    row.set("field", change.path);
    row.set("what", change.what);
    row.set("how", change.how);
    row.set("from", change.before);
    row.set("to", change.after);
    row.set("compatible", Json::boolean(change.compatible));
    row.set("reason", change.reason);
    compatible = compatible && change.compatible;
    rows.add(std::move(row));
  }
  out.set("changes", std::move(rows));
  out.set("compatible", Json::boolean(compatible));
  return out;
}

// ---- Pages ---------------------------------------------------------------------------------------------------------

/// default_pack is the pack that a new coalition gets, for the built-in note types.
Result<PolicyPack> default_pack() {
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  const auto sha256 = [](ByteView text) { return crypto::sha256(text); };
  return consent::compile_pack(consent::default_pack_toml(), catalogue.schemas(), sha256);
}

std::string_view relation_text(Relation relation) {
  switch (relation) {
    case Relation::any: return "";
    case Relation::own_referral: return "of a person it referred";
    case Relation::own_client: return "of its own client";
    case Relation::author: return "of its own note";
  }
  return "";
}

/// may_receive: the pack lets somebody send this type to the role. A type that the pack does not know goes to nobody
/// yet; its page then says what the pack gives of its classes.
bool may_receive(const PolicyPack& pack, const std::string& type, Role role) {
  bool known = false;
  for (const auto& edge : pack.edges) {
    if (edge.schema != type) continue;
    known = true;
    if (std::binary_search(edge.to.begin(), edge.to.end(), role)) return true;
  }
  return !known;
}

/// reads: the cell's basis lists its role. What the matrix says of a role that is no reader of a basis gives it nothing.
bool reads(const PolicyPack& pack, const PackCell& cell) {
  const auto* basis = policy::basis_row(pack, cell.basis);
  return basis != nullptr && std::binary_search(basis->readers.begin(), basis->readers.end(), cell.role);
}

Json readers_json(const PolicyPack& pack, const NoteSchema& schema) {
  const auto has = [&](FieldClass c, Form f) {
    return std::binary_search(schema.compartments.begin(), schema.compartments.end(), Compartment(c, f));
  };
  Json out = Json::array();
  for (const auto& cell : pack.cells) {
    const bool given = cell.effect != Effect::deny && has(cell.field_class, cell.form);
    if (!given || !reads(pack, cell) || !may_receive(pack, schema.name, cell.role)) continue;
    Json row = Json::object();
    row.set("class", code_of(cell.field_class));
    row.set("role", code_of(cell.role));
    row.set("form", code_of(cell.form));
    row.set("basis", code_of(cell.basis));
    row.set("purpose", code_of(cell.purpose));
    row.set("ticked", Json::boolean(cell.tick));
    row.set("only", relation_text(cell.relation));
    out.add(std::move(row));
  }
  return out;
}

Json page_json(const PolicyPack& pack, const wire::CheckedSchema& type) {
  const NoteSchema& schema = type.schema;
  Json out = Json::object();
  out.set("type", schema.name);
  out.set("digest", to_hex(digest_of(type.bundle)));
  out.set("slots", Json::natural(schema.slot_count));
  out.set("largest_view", Json::natural(4096 + schema.view_bound));  // with what an envelope has beside it
  const auto is_this = [&](const PackSchema& row) { return row.name == schema.name; };
  const auto known = std::find_if(pack.schemas.begin(), pack.schemas.end(), is_this);
  out.set("in_pack", Json::boolean(known != pack.schemas.end()));
  out.set("max_hours", Json::natural(known == pack.schemas.end() ? 0 : known->max_hours));
  Json fields = Json::array();
  for (const auto& slot : schema.slots)
    if (slot.full_slot == slot.index) fields.add(field_json(schema, slot));
  out.set("fields", std::move(fields));
  Json classes = Json::array();
  for (const auto& row : pack.classes) {
    const bool here = std::any_of(schema.compartments.begin(), schema.compartments.end(),
                                  [&](Compartment c) { return c.field_class() == row.field_class; });
    if (!here) continue;
    Json c = Json::object();
    c.set("class", code_of(row.field_class));
    c.set("title", row.title);
    c.set("part2", Json::boolean(row.part2));
    classes.add(std::move(c));
  }
  out.set("classes", std::move(classes));
  Json ways = Json::array();
  for (const auto& edge : pack.edges) {
    if (edge.schema != schema.name) continue;
    Json way = Json::object();
    way.set("from", code_list(edge.from));
    way.set("to", code_list(edge.to));
    ways.add(std::move(way));
  }
  out.set("sent", std::move(ways));
  out.set("readers", readers_json(pack, schema));
  return out;
}

Result<Json> schema_doc(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"schema", "type"}));
  XCH_ASSIGN(const PolicyPack pack, default_pack());
  Json pages = Json::array();
  const bool all = request.json().find("schema") == nullptr && request.json().find("type") == nullptr;
  if (all) {
    for (const auto& bundle : wire::builtin_bundles()) {
      if (bundle.name == "bench.work") continue;
      XCH_ASSIGN(const Schemas one, wire::check_schemas(bundle.bytes));
      pages.add(page_json(pack, one[0]));
    }
  } else {
    XCH_ASSIGN(const Schemas schemas, sound_schemas_of(request, "schema", "type"));
    for (const auto& one : schemas) pages.add(page_json(pack, one));
  }
  Json out = answer("schema-doc");
  out.set("pack", pack.name);
  out.set("pack_version", Json::natural(pack.pack_version));
  out.set("pages", std::move(pages));
  return out;
}

/// schema_rules lists the rules that schema.check names.
Result<Json> schema_rules(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  Json rows = Json::array();
  const auto add = [&](wire::SchemaRule rule) {
    const auto& info = wire::rule_info(rule);
    Json row = Json::object();
    row.set("rule", info.id);
    row.set("text", info.text);
    row.set("fix", info.fix);
    rows.add(std::move(row));
  };
#define XCH_SCHEMA_RULE(name, id, text, fix) add(wire::SchemaRule::name);
#include "wire/schema_rules.def"
#undef XCH_SCHEMA_RULE
  Json out = answer("schema-rules");
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace

std::vector<VerbRow> schema_verbs() {
  return {
      {"schema.rules", Needs::nothing, schema_rules},
      {"schema.classes", Needs::nothing, schema_classes},
      {"schema.check", Needs::nothing, schema_check},
      {"schema.diff", Needs::nothing, schema_diff},
      {"schema.doc", Needs::nothing, schema_doc},
  };
}

}  // namespace xch::c_api
