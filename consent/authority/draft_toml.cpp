#include "consent/authority/draft_toml.hpp"

#include <algorithm>
#include <cstdio>

#include "consent/pack_compiler/toml.hpp"

namespace xch::consent {
namespace {

using Keys = std::vector<std::string_view>;

std::string line_of(const toml::source_region& at) { return "line " + std::to_string(at.begin.line); }

Result<wire::Json> value_of(const toml::node& node, const std::string& path, const DraftKeys& keys, int depth);

/// keys_in are the keys that a table may have; nullptr where any may stand.
const Keys* keys_in(const std::string& path, const DraftKeys& keys) {
  if (path.empty()) return &keys.draft;
  if (path == "order") return &keys.order;
  if (path == "ends_on" || path == "revocable_on") return &keys.event;
  if (path == "intermediaries") return &keys.intermediary;
  if (path == "externals") return &keys.external;
  return path == "restrictions" ? &keys.restriction : nullptr;
}

Result<wire::Json> object_of(const toml::table& table, const std::string& path, const DraftKeys& keys, int depth) {
  const Keys* known = keys_in(path, keys);
  auto out = wire::Json::object();
  for (const auto& [key, member] : table) {
    const std::string_view name = key.str();
    if (known != nullptr && std::find(known->begin(), known->end(), name) == known->end())
      return fail(Code::draft_key, line_of(key.source()));
    // A key of the person's record is the office's own, and may be content: the record is named, not what is in it.
    const std::string at = known == nullptr || !path.empty() ? path : std::string(name);
    XCH_ASSIGN(auto value, value_of(member, at, keys, depth + 1));
    out.set(name, std::move(value));
  }
  return out;
}

Result<wire::Json> array_of(const toml::array& array, const std::string& path, const DraftKeys& keys, int depth) {
  auto out = wire::Json::array();
  for (const auto& element : array) {
    XCH_ASSIGN(auto value, value_of(element, path, keys, depth + 1));
    out.add(std::move(value));
  }
  return out;
}

std::string text_of(const toml::date& day) {
  char text[16] = "";
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", unsigned{day.year}, unsigned{day.month}, unsigned{day.day});
  return text;
}

Result<wire::Json> value_of(const toml::node& node, const std::string& path, const DraftKeys& keys, int depth) {
  constexpr int kMaxDepth = 8;  // a draft needs three; against a file that only nests
  if (depth > kMaxDepth) return fail(Code::draft_value, path);
  if (const auto* text = node.as_string()) return wire::Json::text(text->get());
  if (const auto* number = node.as_integer()) return wire::Json::integer(number->get());
  if (const auto* flag = node.as_boolean()) return wire::Json::boolean(flag->get());
  if (const auto* day = node.as_date()) return wire::Json::text(text_of(day->get()));
  if (const auto* array = node.as_array()) return array_of(*array, path, keys, depth);
  if (const auto* table = node.as_table()) return object_of(*table, path, keys, depth);
  return fail(Code::draft_value, path);  // a time of day, or a number with a point
}

}  // namespace

Result<wire::Json> draft_toml(std::string_view toml_text, const DraftKeys& keys) {
  const auto parsed = read_toml(toml_text);
  if (!parsed) return fail(Code::draft_syntax, "line " + std::to_string(parsed.error()));
  return object_of(*parsed, "", keys, 0);
}

}  // namespace xch::consent
