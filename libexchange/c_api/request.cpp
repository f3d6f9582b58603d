#include "c_api/request.hpp"

#include <algorithm>

#include "crypto/suite.hpp"

namespace xch::c_api {

Status Request::check(const Json& object, const std::vector<std::string_view>& known) {
  if (!object.is_object()) return fail(Code::json_wrong_type);
  std::size_t place = 0;
  for (const auto& [name, value] : object.members()) {
    ++place;
    if (name == "v") {
      if (!value.is_natural() || value.as_natural() != 1) return fail(Code::json_range, "v");
      continue;
    }
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(Code::json_unknown_field, "member " + std::to_string(place));
  }
  return Ok{};
}

Result<Request> Request::parse(std::string_view json, const std::vector<std::string_view>& known) {
  XCH_ASSIGN(Json parsed, wire::parse_json(json));
  XCH_TRY(check(parsed, known));
  return Request(std::move(parsed));
}

Result<std::string> Request::text(std::string_view name) const {
  const Json* v = json_.find(name);
  if (v == nullptr) return fail(Code::json_missing, std::string(name));
  if (!v->is_text()) return fail(Code::json_wrong_type, std::string(name));
  return v->as_text();
}

Result<std::string> Request::text_or(std::string_view name, std::string_view other) const {
  if (json_.find(name) == nullptr) return std::string(other);
  return text(name);
}

Result<std::uint64_t> Request::natural_or(std::string_view name, std::uint64_t other) const {
  const Json* v = json_.find(name);
  if (v == nullptr) return other;
  if (!v->is_natural()) return fail(Code::json_wrong_type, std::string(name));
  return v->as_natural();
}

Result<bool> Request::flag_or(std::string_view name, bool other) const {
  const Json* v = json_.find(name);
  if (v == nullptr) return other;
  if (v->type() != Json::Type::boolean) return fail(Code::json_wrong_type, std::string(name));
  return v->as_boolean();
}

Result<std::vector<std::string>> Request::texts(std::string_view name) const {
  const Json* v = json_.find(name);
  std::vector<std::string> out;
  if (v == nullptr) return out;
  if (!v->is_array()) return fail(Code::json_wrong_type, std::string(name));
  for (std::size_t i = 0; i < v->items().size(); ++i) {
    if (!v->items()[i].is_text()) return fail(Code::json_wrong_type, std::string(name) + "[" + std::to_string(i) + "]");
    out.push_back(v->items()[i].as_text());
  }
  return out;
}

Result<Bytes> Request::base64(std::string_view name) const {
  XCH_ASSIGN(const std::string t, text(name));
  auto bytes = from_base64(t);
  if (!bytes) return fail(Code::json_range, std::string(name));
  return std::move(*bytes);
}

Result<std::optional<Bytes>> Request::base64_if(std::string_view name) const {
  if (json_.find(name) == nullptr) return std::optional<Bytes>();
  XCH_ASSIGN(Bytes bytes, base64(name));
  return std::optional<Bytes>(std::move(bytes));
}

Result<SuiteId> suite_named(std::string_view name) {
  const SuiteId suite = crypto::parse_suite(name);
  if (suite != SuiteId::none) return suite;
  return fail(name == "pq" ? Code::not_supported_yet : Code::json_range, "suite");
}

}  // namespace xch::c_api
