// The one strict JSON reader (over nlohmann-json) and writer. What a parser would quote from its input is dropped:
// errors name a member path, never a value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace xch::wire {

constexpr std::size_t kMaxJsonBytes = 4u * 1024 * 1024;
constexpr unsigned kMaxJsonDepth = 16;

/// Json is a parsed value: members keep their order, integers are exact, texts are valid UTF-8 without NUL. A text's
/// memory is wiped when its Json is destroyed.
class Json {
 public:
  enum class Type : std::uint8_t { null, boolean, integer, natural, real, text, array, object };
  using Member = std::pair<std::string, Json>;

  Json() = default;
  static Json boolean(bool v);
  static Json integer(std::int64_t v);
  static Json natural(std::uint64_t v);
  static Json real(double v);
  static Json text(std::string_view v);
  static Json array();
  static Json object();
  ~Json();
  Json(Json&&) noexcept;
  Json& operator=(Json&&) noexcept;
  Json(const Json&) = delete;
  Json& operator=(const Json&) = delete;

  Type type() const { return type_; }
  bool is_text() const { return type_ == Type::text; }
  bool is_array() const { return type_ == Type::array; }
  bool is_object() const { return type_ == Type::object; }
  bool as_boolean() const { return number_ != 0; }
  std::int64_t as_integer() const { return static_cast<std::int64_t>(number_); }
  std::uint64_t as_natural() const { return number_; }
  double as_real() const { return real_; }
  /// is_natural: a whole number from 0.
  bool is_natural() const { return type_ == Type::natural || (type_ == Type::integer && as_integer() >= 0); }
  const std::string& as_text() const { return text_; }
  const std::vector<Json>& items() const { return items_; }
  const std::vector<Member>& members() const { return members_; }
  /// find gives a member of an object; nullptr when it has none of that name.
  const Json* find(std::string_view name) const;
  /// text_at and natural_at give a member's value; "" and 0 where there is none of that name and type.
  const std::string& text_at(std::string_view name) const;
  std::uint64_t natural_at(std::string_view name) const;

  /// add appends to an array; set appends a member to an object (the caller gives each name once).
  Json& add(Json value);
  Json& set(std::string_view name, Json value);
  Json& set(std::string_view name, std::string_view value) { return set(name, text(value)); }
  Json& set(std::string_view name, const char* value) { return set(name, text(value)); }

 private:
  Type type_ = Type::null;
  std::uint64_t number_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<Json> items_;
  std::vector<Member> members_;
};

/// parse_json reads one JSON value (RFC 8259) with nothing after it. Refused: syntax (json_syntax), invalid UTF-8 or a
/// lone surrogate (json_utf8), a NUL (json_nul), a member twice in one object (json_duplicate_key), more than
/// kMaxJsonDepth levels (json_depth), more than kMaxJsonBytes (json_too_large), a number no 64-bit integer or double
/// holds (json_range). Error.path counts members and items on the way ("member 2, item 1, member 3"): which names the
/// input may have is not known here, and one that it should not have is content.
Result<Json> parse_json(std::string_view text);

enum class JsonLayout : std::uint8_t { compact, indented };
std::string write_json(const Json& value, JsonLayout layout = JsonLayout::compact);

}  // namespace xch::wire
