// schema.classes: the note types the library knows, and what each of their fields is.
#include "base/encoding.hpp"
#include "c_api/answers.hpp"
#include "c_api/request.hpp"
#include "c_api/verbs.hpp"
#include "model/registry.hpp"
#include "session/catalogue.hpp"
#include "wire/schema_bundle.hpp"

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
    if (slot.full_slot == field.index && slot.index != field.index) forms.add(Json::text(std::string(code_of(slot.compartment.form()))));
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

}  // namespace

std::vector<VerbRow> schema_verbs() { return {{"schema.classes", Needs::nothing, schema_classes}}; }

}  // namespace xch::c_api
