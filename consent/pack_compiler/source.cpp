#include "consent/pack_compiler/source.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "consent/pack_compiler/toml.hpp"

namespace xch::consent {
namespace {

using Shape = SourceValue::Shape;

tl::unexpected<Error> malformed(std::string path) { return fail(Code::policy_pack_malformed, std::move(path)); }

std::string member_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

Result<SourceValue> convert(const toml::node& node, const std::string& path, int depth) {
  constexpr int kMaxDepth = 8;  // a pack needs five; against a source that only nests
  if (depth > kMaxDepth) return malformed(path);
  SourceValue out;
  if (const auto* text = node.as_string()) {
    out.shape = Shape::text;
    out.text = text->get();
    return out;
  }
  if (const auto* number = node.as_integer()) {
    out.shape = Shape::number;
    out.number = number->get();
    return out;
  }
  if (const auto* flag = node.as_boolean()) {
    out.shape = Shape::flag;
    out.flag = flag->get();
    return out;
  }
  if (const auto* array = node.as_array()) {
    out.shape = Shape::list;
    for (const auto& element : *array) {
      const auto* text = element.as_string();
      if (text == nullptr) return malformed(path);
      out.list.push_back(text->get());
    }
    return out;
  }
  const auto* table = node.as_table();
  if (table == nullptr) return malformed(path);
  for (const auto& [key, member] : *table) {
    const std::string name(key.str());
    // A key is part of the path that an error names, which is one line.
    if (!is_one_line(name)) return malformed(path);
    XCH_ASSIGN(auto value, convert(member, member_path(path, name), depth + 1));
    out.members.emplace(name, std::move(value));
  }
  return out;
}

}  // namespace

Result<SourceValue> parse_source(std::string_view toml_text) {
  // A key that stands twice is no TOML at all: the parser refuses it here.
  const auto parsed = read_toml(toml_text);
  if (!parsed) return malformed("line " + std::to_string(parsed.error()));
  return convert(*parsed, "", 0);
}

const SourceValue* SectionBorrowed::find(const std::string& key) const {
  const auto at = value_->members.find(key);
  return at == value_->members.end() ? nullptr : &at->second;
}

Status SectionBorrowed::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& member : value_->members)
    if (std::find(keys.begin(), keys.end(), member.first) == keys.end())
      return fail(Code::policy_key_unknown, path_of(member.first));
  return Ok{};
}

Result<std::string> SectionBorrowed::text(const std::string& key) const {
  const auto* value = find(key);
  if (value == nullptr || value->shape != Shape::text || value->text.empty()) return malformed(path_of(key));
  return value->text;
}

Result<std::string> SectionBorrowed::text_or(const std::string& key, std::string_view otherwise) const {
  if (!has(key)) return std::string(otherwise);
  return text(key);
}

Result<bool> SectionBorrowed::flag_or(const std::string& key, bool otherwise) const {
  const auto* value = find(key);
  if (value == nullptr) return otherwise;
  if (value->shape != Shape::flag) return malformed(path_of(key));
  return value->flag;
}

Result<std::uint32_t> SectionBorrowed::number(const std::string& key) const {
  const auto* value = find(key);
  if (value == nullptr || value->shape != Shape::number || value->number < 0 || value->number > 0xffffffff)
    return malformed(path_of(key));
  return static_cast<std::uint32_t>(value->number);
}

Result<std::vector<std::string>> SectionBorrowed::list(const std::string& key) const {
  const auto* value = find(key);
  if (value == nullptr || value->shape != Shape::list) return malformed(path_of(key));
  return value->list;
}

Result<SectionBorrowed> SectionBorrowed::section(const std::string& key) const {
  const auto* value = find(key);
  if (value == nullptr || value->shape != Shape::section) return malformed(path_of(key));
  return SectionBorrowed(*value, path_of(key));
}

Result<std::vector<std::pair<std::string, SectionBorrowed>>> SectionBorrowed::sections(const std::string& key) const {
  std::vector<std::pair<std::string, SectionBorrowed>> out;
  if (!has(key)) return out;
  XCH_ASSIGN(const auto parent, section(key));
  for (const auto& member : parent.members()) {
    if (member.second.shape != Shape::section) return malformed(parent.path_of(member.first));
    out.emplace_back(member.first, SectionBorrowed(member.second, parent.path_of(member.first)));
  }
  return out;
}

}  // namespace xch::consent
