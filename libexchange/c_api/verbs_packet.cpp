// packet.seal, packet.preview: notes about several persons at once, each under its own grant.
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "session/packet.hpp"

namespace xch::c_api {
namespace {

/// object_at is a part of the request that is an object of its own; its errors name the place.
Result<Request> object_at(const Json& json, const std::string& place, std::initializer_list<std::string_view> known) {
  if (!json.is_object()) return fail(Code::json_wrong_type, place);
  if (const auto checked = Request::check(json, known); !checked)
    return fail(checked.error().code, checked.error().path.empty() ? place : place + "." + checked.error().path);
  XCH_ASSIGN(Json copy, wire::parse_json(wire::write_json(json)));
  return Request(std::move(copy));
}

/// list_in are the items of an array; none where there is no such member.
Result<const std::vector<Json>*> list_in(const Request& request, const std::string& name) {
  static const std::vector<Json> kNone;
  const Json* list = request.json().find(name);
  if (list == nullptr) return &kNone;
  if (!list->is_array()) return fail(Code::json_wrong_type, name);
  return &list->items();
}

std::string at(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

Result<session::PacketRow> row_in(const Json& json, const std::string& place, const std::string& type) {
  XCH_ASSIGN(const Request in, object_at(json, place, {"subject", "grant", "basis", "note", "nothing_to_share"}));
  session::PacketRow out;
  out.note.type = type;
  XCH_ASSIGN(out.note.nothing_to_share, in.flag_or("nothing_to_share", false));
  const Json* note = in.json().find("note");
  if ((note != nullptr) == out.note.nothing_to_share)
    return fail(note == nullptr ? Code::json_missing : Code::json_union, place + ".note");
  if (note != nullptr && !note->is_object()) return fail(Code::json_wrong_type, place + ".note");
  if (note != nullptr) out.note.json = wire::write_json(*note);
  XCH_ASSIGN(out.grant, in.hex_if<GrantHash>("grant"));
  XCH_ASSIGN(out.subject, in.text_or("subject", ""));
  XCH_ASSIGN(out.basis, in.code_or_none<Basis>("basis", parse_basis));
  return out;
}

Result<session::PacketRequest> packet_request(std::string_view json) {
  XCH_ASSIGN(const Request request, Request::parse(json, {"agenda", "key", "archive", "deliver"}));
  const Json* given = request.json().find("agenda");
  if (given == nullptr) return fail(Code::json_missing, "agenda");
  XCH_ASSIGN(const Request agenda,
             object_at(*given, "agenda", {"type", "purpose", "to", "rows", "conflicts", "expires"}));
  session::PacketRequest out;
  XCH_ASSIGN(const std::string type, agenda.text("type"));
  XCH_ASSIGN(out.purpose, agenda.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(out.to, agenda.texts("to"));
  XCH_ASSIGN(const auto* rows, list_in(agenda, "rows"));
  for (std::size_t i = 0; i < rows->size(); ++i) {
    XCH_ASSIGN(auto row, row_in((*rows)[i], at("rows", i), type));
    out.rows.push_back(std::move(row));
  }
  XCH_ASSIGN(const auto* conflicts, list_in(agenda, "conflicts"));
  for (std::size_t i = 0; i < conflicts->size(); ++i) {
    XCH_ASSIGN(const Request in, object_at((*conflicts)[i], at("conflicts", i), {"party", "subject"}));
    session::Conflict conflict;
    XCH_ASSIGN(conflict.party, in.text("party"));
    XCH_ASSIGN(conflict.subject, in.text("subject"));
    out.conflicts.push_back(std::move(conflict));
  }
  XCH_ASSIGN(const std::string expires, agenda.text_or("expires", ""));
  if (!expires.empty()) {
    out.expires_at = parse_time(expires);
    if (!out.expires_at) return fail(Code::json_range, "expires");
  }
  XCH_ASSIGN(out.idempotency_key, request.text_or("key", ""));
  XCH_ASSIGN(out.keep_archive_copy, request.flag_or("archive", true));
  XCH_ASSIGN(out.deliver, request.flag_or("deliver", true));
  return out;
}

/// What the sender alone is told.
void set_kept_back(Json& to, const std::vector<session::LeftOut>& left_out,
                   const std::vector<session::Withheld>& withheld) {
  Json rows = Json::array();
  for (const auto& left : left_out) {
    Json row = Json::object();
    row.set("row", Json::natural(left.row));
    row.set("subject", left.subject);
    row.set("why", error_json(left.why));
    rows.add(std::move(row));
  }
  to.set("left_out", std::move(rows));
  Json kept = Json::array();
  for (const auto& from : withheld) {
    Json row = Json::object();
    row.set("row", Json::natural(from.row));
    row.set("to", from.party);
    row.set("conflict", Json::boolean(!from.why));
    row.set("why", from.why ? error_json(*from.why) : Json());
    kept.add(std::move(row));
  }
  to.set("withheld", std::move(kept));
}

Result<Json> packet_seal(const Call& call) {
  XCH_ASSIGN(const auto request, packet_request(call.json));
  XCH_ASSIGN(const auto done, call.session->packets().seal(request));
  Json out = sealed_json(done.sealed, "packet-sealed");
  set_kept_back(out, done.left_out, done.withheld);
  return out;
}

Result<Json> packet_preview(const Call& call) {
  XCH_ASSIGN(const auto request, packet_request(call.json));
  XCH_ASSIGN(const auto preview, call.session->packets().preview(request));
  Json attendees = Json::array();
  for (const auto& attendee : preview.attendees) {
    Json rows = Json::array();
    for (const auto& row : attendee.rows) {
      Json gets = preview_row_json(row.gets);
      gets.set("row", Json::natural(row.row));
      gets.set("subject", row.subject);
      rows.add(std::move(gets));
    }
    Json seat = Json::object();
    seat.set("to", attendee.party);
    seat.set("rows", std::move(rows));
    attendees.add(std::move(seat));
  }
  Json out = answer("packet-preview");
  out.set("attendees", std::move(attendees));
  set_kept_back(out, preview.left_out, preview.withheld);
  return out;
}

}  // namespace

std::vector<VerbRow> packet_verbs() {
  return {{"packet.seal", Needs::home, packet_seal}, {"packet.preview", Needs::home, packet_preview}};
}

}  // namespace xch::c_api
