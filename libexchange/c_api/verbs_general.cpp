// version, errors.*, home.info, inspect, journal.list.
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "consent/coalition/coalition.hpp"
#include "crypto/start.hpp"
#include "crypto/suite.hpp"
#include "message/object_envelope.hpp"
#include "session/home.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

Result<Json> version(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  const auto libraries = crypto::libraries();
  Json out = answer("version");
  out.set("library", kLibraryVersion);
  out.set("abi", Json::natural(xch_abi_version()));
  out.set("format", "LX1, format 1");
  out.set("openssl", libraries.openssl);
  out.set("sodium", libraries.sodium);
  Json verbs = Json::array();
  for (const auto name : verb_names()) verbs.add(Json::text(std::string(name)));
  out.set("verbs", std::move(verbs));
  return out;
}

std::string_view class_name(Errc errc) {
  switch (errc) {
    case Errc::malformed: return "malformed";
    case Errc::unsupported: return "unsupported";
    case Errc::rejected: return "rejected";
    case Errc::denied: return "denied";
    case Errc::missing: return "missing";
    case Errc::conflict: return "conflict";
    case Errc::io: return "machine";
    case Errc::misuse: return "call";
    case Errc::unsure: return "cannot tell";
  }
  return "";
}

void fill_error_row(Json& out, const CodeInfo& row) {
  out.set("id", row.id);
  out.set("name", row.name);
  out.set("class", class_name(row.errc));
  out.set("code", Json::integer(row.xch));
  out.set("exit", Json::integer(row.exit));
  out.set("text", row.text);
  out.set("fix", row.fix);
}

Result<Json> errors_explain(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"id"}));
  XCH_ASSIGN(const std::string id, request.text("id"));
  const CodeInfo* row = find_code(id);
  if (row == nullptr) return fail(Code::not_found, "id");
  Json out = answer("error-row");
  fill_error_row(out, *row);
  return out;
}

Result<Json> errors_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  Json out = answer("errors");
  Json rows = Json::array();
  for (std::size_t i = 0; i < code_count(); ++i) {
    Json row = Json::object();
    fill_error_row(row, code_at(i));
    rows.add(std::move(row));
  }
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> home_info(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"home"}));
  XCH_ASSIGN(const std::string home, request.text("home"));
  const auto info = session::read_home_info(home);
  Json out = answer("home");
  if (!info && info.error().code == Code::home_missing) {
    XCH_ASSIGN(const auto coalition, consent::Coalition::info(home));
    out.set("home_kind", "coalition");
    out.set("name", coalition.name);
    out.set("coalition", to_hex(coalition.id));
    out.set("suite", crypto::suite_info(coalition.suite).name);
    return out;
  }
  if (!info) return fail(info.error());
  out.set("home_kind", "agency");
  out.set("name", info->name);
  out.set("party", to_hex(info->party));
  out.set("coalition", to_hex(info->coalition));
  out.set("suite", crypto::suite_info(info->suite).name);
  return out;
}

// What anybody can tell without a key: that it is an envelope, its suite and its size. Never more.
Result<Json> inspect(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"object"}));
  XCH_ASSIGN(const Bytes object, request.base64("object"));
  Json out = answer("inspect");
  const ByteView bytes(object);
  const bool note = message::is_note(bytes), envelope = message::is_object(bytes);
  if ((note || envelope) && bytes.size() < 6) return fail(Code::open_too_short);
  if (note || envelope) {
    const auto suite = static_cast<SuiteId>(load_u16(object.data() + 4));
    if (!is_enabled(suite)) return fail(Code::open_suite);
    out.set("what", note ? "note envelope" : "object envelope");
    out.set("suite", crypto::suite_info(suite).name);
  } else if (wire::decode_status_list(bytes)) {
    out.set("what", "status list");
  } else if (wire::decode_signed_roster(bytes)) {
    out.set("what", "roster");
  } else if (const auto object_signed = wire::decode_signed(bytes)) {
    out.set("what", code_of(object_signed->kind));
  } else {
    return fail(Code::open_magic);
  }
  out.set("bytes", Json::natural(object.size()));
  return out;
}

Result<Json> journal_list(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"from", "limit"}));
  XCH_ASSIGN(const std::uint64_t from, request.natural_or("from", 1));
  XCH_ASSIGN(const std::uint64_t limit, request.natural_or("limit", 100));
  if (limit > 10000) return fail(Code::json_range, "limit");
  XCH_ASSIGN(const auto rows, call.session->journal(from, limit));
  Json out = answer("journal");
  Json list = Json::array();
  for (const auto& row : rows) {
    Json r = Json::object();
    r.set("seq", Json::natural(row.seq));
    r.set("event", code_of(row.kind));
    r.set("time", time_text(row.time));
    auto detail = wire::parse_json(row.detail_json);
    r.set("detail", detail ? std::move(*detail) : Json::object());
    list.add(std::move(r));
  }
  out.set("rows", std::move(list));
  return out;
}

}  // namespace

std::vector<VerbRow> general_verbs() {
  return {
      {"version", Needs::nothing, version},     {"errors.explain", Needs::nothing, errors_explain},
      {"errors.list", Needs::nothing, errors_list}, {"home.info", Needs::nothing, home_info},
      {"inspect", Needs::nothing, inspect},     {"journal.list", Needs::home, journal_list},
  };
}

}  // namespace xch::c_api
