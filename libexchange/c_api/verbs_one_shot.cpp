// packet.one_shot, one_shot_preview, list, roots, open: packets to recipients outside the coalition. packet.open needs no
// home: whoever gets a packet has none.
#include <algorithm>

#include "audit/page.hpp"
#include "base/html.hpp"
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "consent/authority/authority.hpp"
#include "consent/coalition/coalition.hpp"
#include "crypto/code_key.hpp"
#include "message/one_shot_code.hpp"
#include "policy/obligations.hpp"
#include "session/catalogue.hpp"
#include "session/one_shot.hpp"

namespace xch::c_api {
namespace {

// ---- sealing -------------------------------------------------------------------------------------------------------

Result<session::OneShotRequest> one_shot_request(std::string_view json) {
  XCH_ASSIGN(const Request request,
             Request::parse(json, {"type", "note", "grant", "subject", "basis", "purpose", "to", "expires"}));
  session::OneShotRequest out;
  XCH_ASSIGN(out.note.type, request.text("type"));
  const Json* note = request.json().find("note");
  if (note == nullptr) return fail(Code::json_missing, "note");
  if (!note->is_object()) return fail(Code::json_wrong_type, "note");
  out.note.json = wire::write_json(*note);
  XCH_ASSIGN(out.grant, request.hex_if<GrantHash>("grant"));
  XCH_ASSIGN(out.subject, request.text_or("subject", ""));
  XCH_ASSIGN(out.basis, request.code_or_none<Basis>("basis", parse_basis));
  XCH_ASSIGN(out.purpose, request.code_or_none<Purpose>("purpose", parse_purpose));
  XCH_ASSIGN(out.to, request.text("to"));
  XCH_ASSIGN(const std::string expires, request.text_or("expires", ""));
  if (!expires.empty()) {
    out.expires_at = parse_time(expires);
    if (!out.expires_at) return fail(Code::json_range, "expires");
  }
  return out;
}

/// office_allows: where this home is the office that issued the grant, it knows of an end and of what was asked to be kept
/// back before any status list or next version says so.
Status office_allows(const Call& call, const session::OneShotRecord& record) {
  const auto authority = consent::Authority::of(*call.session);
  if (!authority) return Ok{};
  XCH_ASSIGN(const auto rows, authority->list());
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.hash == record.grant; });
  if (row == rows.end()) return Ok{};
  if (row->state == GrantState::suspended) return fail(Code::suspended);
  if (row->state != GrantState::active) return fail(Code::revoked);
  XCH_ASSIGN(const auto checked, authority->check());
  for (const auto& grant : checked)
    for (const auto& finding : grant.findings)
      if (grant.id == row->id && finding.is_error && finding.rule == "P2-22/26") return fail(Code::one_shot_field, "P2-22/26");
  return Ok{};
}

void fill_record(Json& out, const session::OneShotRecord& record) {
  if (!record.id.is_zero()) out.set("id", to_hex(record.id));
  out.set("to", record.name);
  out.set("type", record.type);
  out.set("fields", text_list(record.fields));
  out.set("basis", code_of(record.basis));
  out.set("purpose", code_of(record.purpose));
  out.set("grant", to_hex(record.grant));
  out.set("sealed_at", time_text(record.sealed_at));
  out.set("expires", time_text(record.expires_at));
  if (record.journal_seq != 0) out.set("seq", Json::natural(record.journal_seq));
}

void set_roots(Json& out, const Digest& roots) {
  out.set("roots", to_hex(roots));
  out.set("words", text_list(consent::hash_words(roots)));
}

Result<Json> one_shot_preview(const Call& call) {
  XCH_ASSIGN(const auto request, one_shot_request(call.json));
  XCH_ASSIGN(const auto record, call.session->one_shots().preview(request));
  XCH_TRY(office_allows(call, record));
  Json out = answer("one-shot-preview");
  fill_record(out, record);
  return out;
}

Result<Json> one_shot_seal(const Call& call) {
  XCH_ASSIGN(const auto request, one_shot_request(call.json));
  XCH_ASSIGN(const auto planned, call.session->one_shots().preview(request));
  XCH_TRY(office_allows(call, planned));
  XCH_ASSIGN(const auto sealed, call.session->one_shots().seal(request));
  Json out = answer("one-shot");
  fill_record(out, sealed.record);
  out.set("packet", to_base64(sealed.packet));
  out.set("code", sealed.code.expose().text());
  set_roots(out, sealed.roots);
  return out;
}

Result<Json> one_shot_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto records, call.session->one_shots().records());
  Json rows = Json::array();
  for (const auto& record : records) {
    Json row = Json::object();
    fill_record(row, record);
    rows.add(std::move(row));
  }
  Json out = answer("one-shots");
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> one_shot_roots(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const Digest roots, call.session->one_shots().roots());
  Json out = answer("roots");
  set_roots(out, roots);
  return out;
}

// ---- opening -------------------------------------------------------------------------------------------------------

/// Expected is the fingerprint as somebody typed it: 64 hex digits, or the 12 words.
struct Expected {
  std::optional<Digest> digest;
  std::vector<std::string> words;
  bool is(const Digest& roots) const { return digest ? *digest == roots : words == consent::hash_words(roots); }
};

Result<Expected> expected_roots(const std::string& typed) {
  Expected out;
  std::string word, all;
  for (const char c : typed + " ") {
    const char low = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    const bool parts = low == ' ' || low == '-' || low == ',' || low == '\n' || low == '\r' || low == '\t';
    if (!parts) word += low;
    if (parts && !word.empty()) {
      all += word;
      out.words.push_back(std::move(word));
      word.clear();
    }
  }
  if (all.size() == 2 * Digest::kSize) out.digest = from_hex_as<Digest>(all);
  if (!out.digest && out.words.size() != consent::hash_words(Digest()).size()) return fail(Code::json_range, "roots");
  return out;
}

Result<message::OpenedOneShot> open_packet(const Call& call, const Request& request, const session::Catalogue& catalogue) {
  XCH_ASSIGN(const Bytes packet, request.base64("packet"));
  XCH_ASSIGN(std::string typed, request.text("code"));
  const auto code = message::read_code(typed);
  crypto::wipe(MutableView(reinterpret_cast<std::uint8_t*>(typed.data()), typed.size()));
  if (!code) return fail(code.error());
  XCH_ASSIGN(const std::string roots, request.text("roots"));
  XCH_ASSIGN(const auto expected, expected_roots(roots));
  XCH_ASSIGN(const SuiteId suite, message::suite_of_one_shot(packet));
  XCH_ASSIGN(const auto key, crypto::code_key(suite, code->expose()));
  const auto& clock = call.ctx.environment.clock;
  XCH_ASSIGN(const Timestamp now, clock ? clock() : Result<Timestamp>(fail(Code::clock)));
  return message::open_one_shot(packet, key,
                                {[&](const Digest& shown) { return expected.is(shown); },
                                 [&](const SchemaDigest& digest) { return catalogue.with_digest(digest); }},
                                now);
}

std::string day(Timestamp time) { return format_time(time).substr(0, 16) + " UTC"; }

/// value_text is a field's value for a page: a list with commas, everything else as it stands.
std::string value_text(const Json& value) {
  if (value.is_text()) return value.as_text();
  if (!value.is_array()) return wire::write_json(value);
  std::string out;
  for (const auto& item : value.items()) out += (out.empty() ? "" : ", ") + value_text(item);
  return out;
}

std::string page_of(const message::OpenedOneShot& opened, const Json& fields) {
  const OneShot& told = opened.told;
  const auto paragraph = [](const std::string& text) { return html::element("p", html::escaped(text)); };
  std::string rows;
  for (const auto& field : fields.items()) {
    const Json* value = field.find("value");
    rows += "<tr><th scope=\"row\">" + html::escaped(field.text_at("field")) + "</th><td>" +
            html::escaped(value == nullptr ? "" : value_text(*value)) + "</td></tr>\n";
  }
  std::string duties;
  for (const auto obligation : told.obligations)
    if (const auto* meaning = policy::obligation_row(obligation))
      duties += html::element("li", html::escaped(std::string(meaning->says)));
  std::string body = html::element("h1", "For " + html::escaped(told.to.name));
  body += paragraph("From " + opened.sender + ", sealed " + day(told.sealed_at) + ". It opens until " + day(told.expires_at) + ".");
  body += audit::wide("What it says", "<table>\n<tbody>\n" + rows + "</tbody>\n</table>");
  body += html::element("h2", "What you may do with it") +
          paragraph("It is for this purpose alone: " + std::string(code_of(told.purpose)) + ".") + html::element("ul", duties);
  body += html::element("h2", "Notice") + paragraph(told.notice_text);
  body += html::element("h2", "What it stands on") +
          paragraph("The person's consent " + to_hex(opened.grant_hash) + " (" + std::string(code_of(told.basis)) +
                    "), issued by " + opened.authority + ", names you until " + day(told.to.until) + ".") +
          paragraph("Packet " + to_hex(told.id) + ".");
  return audit::page("Packet", body);
}

Result<Json> one_shot_open(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"packet", "code", "roots", "page"}));
  XCH_ASSIGN(const bool page, request.flag_or("page", false));
  XCH_ASSIGN(const auto catalogue, session::Catalogue::load());
  XCH_ASSIGN(auto opened, open_packet(call, request, catalogue));
  struct Guard {
    OneShot& told;
    ~Guard() { message::forget(told); }
  } guard{opened.told};
  const OneShot& told = opened.told;
  std::vector<FieldValue> values;
  for (const auto& field : told.fields) values.push_back({field.slot, field.value});
  XCH_ASSIGN(auto fields, field_rows(*opened.type, values));
  Json out = answer("one-shot-opened");
  out.set("id", to_hex(told.id));
  out.set("from", opened.sender);
  out.set("to", told.to.name);
  out.set("type", opened.type->schema().name);
  out.set("basis", code_of(told.basis));
  out.set("purpose", code_of(told.purpose));
  out.set("grant", to_hex(opened.grant_hash));
  out.set("authority", opened.authority);
  out.set("named_until", time_text(told.to.until));
  out.set("sealed_at", time_text(told.sealed_at));
  out.set("expires", time_text(told.expires_at));
  if (page) out.set("html", page_of(opened, fields));
  out.set("fields", std::move(fields));
  out.set("obligations", code_list(told.obligations));
  out.set("duties", duties_json(told.obligations, told.expires_at));
  out.set("notice", told.notice_text);
  return out;
}

}  // namespace

std::vector<VerbRow> one_shot_verbs() {
  return {{"packet.one_shot", Needs::home, one_shot_seal},
          {"packet.one_shot_preview", Needs::home, one_shot_preview},
          {"packet.list", Needs::home, one_shot_list},
          {"packet.roots", Needs::home, one_shot_roots},
          {"packet.open", Needs::nothing, one_shot_open}};
}

}  // namespace xch::c_api
