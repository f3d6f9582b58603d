#include "c_api/seal_request.hpp"

namespace xch::c_api {
namespace {

Result<std::vector<session::NoteSource>> notes_of(const Request& request) {
  XCH_ASSIGN(const std::string type, request.text("type"));
  XCH_ASSIGN(const bool nothing, request.flag_or("nothing_to_share", false));
  const Json* one = request.json().find("note");
  const Json* many = request.json().find("notes");
  const int given = (one != nullptr) + (many != nullptr) + (nothing ? 1 : 0);
  if (given == 0) return fail(Code::json_missing, "note");
  if (given > 1) return fail(Code::json_union, "note");
  std::vector<session::NoteSource> out;
  const auto add = [&](const Json& note) {
    session::NoteSource source;
    source.type = type;
    source.json = wire::write_json(note);
    out.push_back(std::move(source));
  };
  if (nothing) {
    session::NoteSource source;
    source.type = type;
    source.nothing_to_share = true;
    out.push_back(std::move(source));
    return out;
  }
  if (one != nullptr) {
    if (!one->is_object()) return fail(Code::json_wrong_type, "note");
    add(*one);
    return out;
  }
  if (!many->is_array() || many->items().empty()) return fail(Code::json_wrong_type, "notes");
  for (std::size_t i = 0; i < many->items().size(); ++i) {
    if (!many->items()[i].is_object()) return fail(Code::json_wrong_type, "notes[" + std::to_string(i) + "]");
    add(many->items()[i]);
  }
  return out;
}

}  // namespace

Result<session::SealRequest> seal_request(std::string_view json, NotesIn notes) {
  XCH_ASSIGN(const Request request,
             Request::parse(json, {"type", "note", "notes", "nothing_to_share", "grant", "subject", "basis", "purpose",
                                   "to", "key", "expires", "archive", "deliver"}));
  session::SealRequest out;
  if (notes == NotesIn::request) {
    XCH_ASSIGN(out.notes, notes_of(request));
  } else {
    for (const auto* name : {"type", "note", "notes", "nothing_to_share"})
      if (request.json().find(name) != nullptr) return fail(Code::json_unknown_field, name);
  }
  XCH_ASSIGN(out.grant, request.hex_if<GrantHash>("grant"));
  XCH_ASSIGN(out.subject, request.text_or("subject", ""));
  XCH_ASSIGN(out.basis, request.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(out.purpose, request.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(out.to, request.texts("to"));
  XCH_ASSIGN(out.idempotency_key, request.text_or("key", ""));
  XCH_ASSIGN(const std::string expires, request.text_or("expires", ""));
  if (!expires.empty()) {
    out.expires_at = parse_time(expires);
    if (!out.expires_at) return fail(Code::json_range, "expires");
  }
  XCH_ASSIGN(out.keep_archive_copy, request.flag_or("archive", true));
  XCH_ASSIGN(out.deliver, request.flag_or("deliver", true));
  return out;
}

}  // namespace xch::c_api
