// break_glass.tell, preview, open, list: what is told in a medical emergency (42 CFR 2.51).
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "session/break_glass.hpp"

namespace xch::c_api {
namespace {

Result<session::EmergencyRequest> emergency_request(std::string_view json) {
  XCH_ASSIGN(const Request request,
             Request::parse(json, {"type", "note", "to", "personnel", "facility", "discloser", "nature"}));
  session::EmergencyRequest out;
  XCH_ASSIGN(out.note.type, request.text("type"));
  const Json* note = request.json().find("note");
  if (note == nullptr) return fail(Code::json_missing, "note");
  if (!note->is_object()) return fail(Code::json_wrong_type, "note");
  out.note.json = wire::write_json(*note);
  XCH_ASSIGN(out.to, request.text("to"));
  // A fact that is not given is the library's to refuse: it is the law that asks for it.
  XCH_ASSIGN(out.personnel, request.text_or("personnel", ""));
  XCH_ASSIGN(out.facility, request.text_or("facility", ""));
  XCH_ASSIGN(out.discloser, request.text_or("discloser", ""));
  XCH_ASSIGN(out.nature, request.text_or("nature", ""));
  return out;
}

void fill_record(Json& out, const session::EmergencyRecord& record) {
  if (!record.id.is_zero()) out.set("id", to_hex(record.id));
  out.set("told", Json::boolean(record.told));
  out.set("party", record.party);
  out.set("personnel", record.personnel);
  out.set("facility", record.facility);
  out.set("discloser", record.discloser);
  out.set("time", time_text(record.time));
  out.set("nature", record.nature);
  out.set("type", record.type);
  out.set("paths", text_list(record.fields));
  if (record.sent.seconds != 0) out.set(record.told ? "sent_at" : "opened_at", time_text(record.sent));
  if (record.journal_seq != 0) out.set("seq", Json::natural(record.journal_seq));
}

/// record_of answers with what was, or would be, told.
template <class Done>
Result<Json> record_of(const Call& call, Done done) {
  XCH_ASSIGN(const auto request, emergency_request(call.json));
  auto emergencies = call.session->emergencies();
  XCH_ASSIGN(const auto record, done(emergencies, request));
  Json out = answer("break-glass");
  fill_record(out, record);
  return out;
}
Result<Json> break_glass_preview(const Call& call) {
  return record_of(call, [](auto& emergencies, const auto& request) { return emergencies.preview(request); });
}
Result<Json> break_glass_tell(const Call& call) {
  return record_of(call, [](auto& emergencies, const auto& request) { return emergencies.tell(request); });
}

Result<Json> break_glass_open(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"envelope", "file"}));
  XCH_ASSIGN(auto envelope, request.base64_if("envelope"));
  if (!envelope) {
    XCH_ASSIGN(const std::string file, request.text("file"));
    XCH_ASSIGN(envelope, call.session->read_spooled(file));
  }
  XCH_ASSIGN(const auto opened, call.session->emergencies().open(*envelope));
  std::vector<FieldValue> values;
  for (const auto& field : opened.opened.told.fields) values.push_back({field.slot, field.value});
  XCH_ASSIGN(auto rows, field_rows(*opened.opened.type, values));
  Json out = answer("break-glass");
  fill_record(out, opened.record);
  out.set("repeat", Json::boolean(opened.repeat));
  out.set("fields", std::move(rows));
  return out;
}

Result<Json> break_glass_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto records, call.session->emergencies().records());
  Json rows = Json::array();
  for (const auto& record : records) {
    Json row = Json::object();
    fill_record(row, record);
    rows.add(std::move(row));
  }
  Json out = answer("break-glass-records");
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace

std::vector<VerbRow> emergency_verbs() {
  return {{"break_glass.preview", Needs::home, break_glass_preview},
          {"break_glass.tell", Needs::home, break_glass_tell},
          {"break_glass.open", Needs::home, break_glass_open},
          {"break_glass.list", Needs::home, break_glass_list}};
}

}  // namespace xch::c_api
