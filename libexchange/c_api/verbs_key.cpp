// key.*: this home's keys, made, retired, erased, and their public halves.
#include "c_api/answers.hpp"
#include "c_api/verbs.hpp"
#include "crypto/suite.hpp"
#include "wire/records.hpp"

namespace xch::c_api {
namespace {

Json key_json(const session::OwnKeyRow& row) {
  const KeyRecord& record = row.key.record;
  Json out = Json::object();
  out.set("id", to_hex(row.key.id));
  out.set("kind", code_of(record.kind));
  out.set("serial", Json::natural(record.serial));
  out.set("not_before", time_text(record.not_before));
  out.set("not_after", time_text(record.not_after));
  out.set("state", row.state);
  out.set("here", Json::boolean(row.here));
  out.set("in_roster", Json::boolean(row.in_roster));
  if (row.retired_at) out.set("retired_at", time_text(*row.retired_at));
  if (row.erase_at) out.set("erase_at", time_text(*row.erase_at));
  return out;
}

Result<session::OwnKeyRow> key_named(const Call& call, const KeyId& id) {
  XCH_ASSIGN(auto keys, call.session->keys());
  for (auto& row : keys)
    if (row.key.id == id) return std::move(row);
  return fail(Code::key_missing);
}

Result<Json> key_list(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const auto keys, call.session->keys());
  Json out = answer("keys");
  Json rows = Json::array();
  for (const auto& row : keys) rows.add(key_json(row));
  out.set("rows", std::move(rows));
  return out;
}

Result<Json> key_show(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"key"}));
  XCH_ASSIGN(const KeyId id, request.hex<KeyId>("key"));
  XCH_ASSIGN(const auto row, key_named(call, id));
  const KeyRecord& record = row.key.record;
  Json out = answer("key");
  const Json described = key_json(row);
  for (const auto& [name, value] : described.members()) {
    // "kind" is the answer's own.
    if (value.is_text()) out.set(name == "kind" ? "key_kind" : name, value.as_text());
    else if (value.is_natural()) out.set(name, Json::natural(value.as_natural()));
    else out.set(name, Json::boolean(value.as_boolean()));
  }
  out.set("suite", crypto::suite_info(record.suite).name);
  out.set("parent", to_hex(record.parent));
  out.set("bases", code_list(record.bases));
  out.set("public_key", to_base64(record.public_key));
  return out;
}

Result<session::NewKey> new_key_named(const std::string& name) {
  if (name == "encryption") return session::NewKey::encryption;
  if (name == "seat") return session::NewKey::seat;
  if (name == "authority") return session::NewKey::authority;
  if (name == "originator") return session::NewKey::originator;
  return fail(Code::json_range, "key_kind");
}

Result<Json> key_rotate(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"key_kind"}));
  XCH_ASSIGN(const std::string name, request.text_or("key_kind", "encryption"));
  XCH_ASSIGN(const auto kind, new_key_named(name));
  XCH_TRY(call.session->enrolment());  // a key that nobody could be told of is not made
  XCH_TRY(call.session->rotate_key(kind));
  XCH_ASSIGN(const Party enrolment, call.session->enrolment());
  return enrolment_json(enrolment);
}

Result<Json> key_retire(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"key"}));
  XCH_ASSIGN(const auto id, request.hex_if<KeyId>("key"));
  XCH_ASSIGN(const auto retired, call.session->retire_keys(id));
  XCH_ASSIGN(const Party enrolment, call.session->enrolment());
  XCH_ASSIGN(const auto keys, call.session->keys());
  Json out = enrolment_json(enrolment);
  Json rows = Json::array();
  for (const auto& row : keys)
    for (const auto& gone : retired)
      if (row.key.id == gone) rows.add(key_json(row));
  out.set("retired", std::move(rows));
  return out;
}

Result<Json> key_export(const Call& call) {
  XCH_ASSIGN(const Request request, Request::parse(call.json, {"key"}));
  XCH_ASSIGN(const auto id, request.hex_if<KeyId>("key"));
  if (!id) {
    XCH_ASSIGN(const Party enrolment, call.session->enrolment());
    return enrolment_json(enrolment);
  }
  XCH_ASSIGN(const auto row, key_named(call, *id));
  Json out = answer("key-record");
  out.set("id", to_hex(row.key.id));
  out.set("record", to_base64(wire::encode(row.key.signed_record)));
  return out;
}

Result<Json> key_erase_due(const Call& call) {
  XCH_TRY(Request::parse(call.json, {}));
  XCH_ASSIGN(const std::size_t count, call.session->erase_due());
  Json out = answer("erased");
  out.set("count", Json::natural(count));
  return out;
}

}  // namespace

std::vector<VerbRow> key_verbs() {
  return {
      {"key.list", Needs::home, key_list},     {"key.show", Needs::home, key_show},
      {"key.rotate", Needs::home, key_rotate}, {"key.retire", Needs::home, key_retire},
      {"key.export", Needs::home, key_export}, {"key.erase_due", Needs::home, key_erase_due},
  };
}

}  // namespace xch::c_api
