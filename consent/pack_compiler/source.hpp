// The source of a pack as plain values, and strict reading of it. Internal to consent/pack_compiler/.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace xch::consent {

/// SourceValue is one value of the TOML: the five shapes a pack uses, and no other.
struct SourceValue {
  enum class Shape : std::uint8_t { text, number, flag, list, section };
  Shape shape = Shape::section;
  std::string text;
  std::int64_t number = 0;
  bool flag = false;
  std::vector<std::string> list;               // of texts
  std::map<std::string, SourceValue> members;  // of a section, by key
};

/// parse_source reads TOML. Errors: policy_pack_malformed, with the key path where it is a value's shape.
Result<SourceValue> parse_source(std::string_view toml);

/// Section reads one table by key; it borrows the value. A missing or wrongly shaped value is policy_pack_malformed.
class SectionBorrowed {
 public:
  SectionBorrowed(const SourceValue& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view key) const { return path_.empty() ? std::string(key) : path_ + "." + std::string(key); }
  const std::map<std::string, SourceValue>& members() const { return value_->members; }
  bool has(const std::string& key) const { return value_->members.count(key) != 0; }

  /// only refuses any key but these (policy_key_unknown).
  Status only(std::initializer_list<std::string_view> keys) const;
  Result<std::string> text(const std::string& key) const;
  Result<std::string> text_or(const std::string& key, std::string_view otherwise) const;
  Result<bool> flag_or(const std::string& key, bool otherwise) const;
  Result<std::uint32_t> number(const std::string& key) const;
  Result<std::vector<std::string>> list(const std::string& key) const;
  Result<SectionBorrowed> section(const std::string& key) const;
  /// sections lists the members in key order, each of which must be a section; none when there is no such key.
  Result<std::vector<std::pair<std::string, SectionBorrowed>>> sections(const std::string& key) const;

 private:
  const SourceValue* find(const std::string& key) const;
  const SourceValue* value_;
  std::string path_;
};

/// code turns the text of a registry code into the code.
template <class T>
Result<T> code(const std::string& text, std::optional<T> (*parse)(std::string_view), const std::string& path) {
  const auto found = parse(text);
  if (!found) return fail(Code::policy_key_unknown, path);
  return *found;
}

/// codes turns a list of code texts into ascending codes. A code that stands twice is policy_conflict.
template <class T>
Result<std::vector<T>> codes(const std::vector<std::string>& texts, std::optional<T> (*parse)(std::string_view),
                             const std::string& path);

template <class T>
Result<std::vector<T>> codes(const SectionBorrowed& from, const std::string& key, std::optional<T> (*parse)(std::string_view)) {
  XCH_ASSIGN(const auto texts, from.list(key));
  return codes(texts, parse, from.path_of(key));
}

template <class T>
Result<std::vector<T>> codes(const std::vector<std::string>& texts, std::optional<T> (*parse)(std::string_view),
                             const std::string& path) {
  std::map<T, bool> seen;
  for (const auto& text : texts) {
    XCH_ASSIGN(const T value, code<T>(text, parse, path));
    if (!seen.emplace(value, true).second) return fail(Code::policy_conflict, path);
  }
  std::vector<T> out;
  for (const auto& entry : seen) out.push_back(entry.first);
  return out;
}

}  // namespace xch::consent
