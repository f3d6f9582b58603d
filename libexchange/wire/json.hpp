// JSON from outside: the one strict parser, and a plain tree that no layer above needs a JSON library for.
//
// Parsing refuses what two readers could take two ways: a member that stands twice, invalid UTF-8, NUL, lone
// surrogates, numbers out of range; and what is too large (4 MiB) or too deep (16). The parser's own texts quote the
// input, so they are dropped: an error says a code and a line, or the path of plain member names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace xch::wire {

/// JsonText is a text of a JSON tree, wiped when it is dropped: a note's values stand in such trees.
class JsonText {
 public:
  JsonText() = default;
  explicit JsonText(std::string_view text);
  JsonText(const JsonText& o) : JsonText(o.view()) {}
  JsonText(JsonText&& o) noexcept;
  JsonText& operator=(JsonText o) noexcept;
  ~JsonText();
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
};

struct JsonMember;

/// Json is one JSON value. Objects keep the order of their members. Numbers without fraction or exponent are integer
/// (int64) or, above it, natural (uint64); all others are real.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonMember>;
  enum class Kind { null, boolean, integer, natural, real, text, array, object };

  Json() = default;  // null
  static Json boolean(bool v);
  static Json integer(std::int64_t v);
  static Json natural(std::uint64_t v);  // kept as an integer where it fits one
  static Json real(double v);
  static Json text(std::string_view v);
  static Json array(Array v = {});
  static Json object(Object v = {});

  Kind kind() const { return static_cast<Kind>(value_.index()); }
  bool is(Kind k) const { return kind() == k; }
  // Each needs its kind.
  bool as_boolean() const { return std::get<bool>(value_); }
  std::int64_t as_integer() const { return std::get<std::int64_t>(value_); }
  std::uint64_t as_natural() const { return std::get<std::uint64_t>(value_); }
  double as_real() const { return std::get<double>(value_); }
  std::string_view as_text() const { return std::get<JsonText>(value_).view(); }
  const Array& items() const { return std::get<Array>(value_); }
  Array& items() { return std::get<Array>(value_); }
  const Object& members() const { return std::get<Object>(value_); }
  Object& members() { return std::get<Object>(value_); }

  /// find gives a member of an object by name; nullptr where there is none, or this is no object.
  const Json* find(std::string_view name) const;
  /// add appends a member to an object and gives its value.
  Json& add(std::string_view name, Json value);

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, JsonText, Array, Object> value_;
};

struct JsonMember {
  std::string name;
  Json value;
};

constexpr std::size_t kMaxJsonBytes = 4u * 1024 * 1024;
constexpr unsigned kMaxJsonDepth = 16;

/// parse_json reads exactly one JSON value. Errors: json_too_large, json_utf8 (also a lone surrogate), json_nul,
/// json_syntax (path "line 3"), json_depth, json_duplicate_key, json_range (a number beyond a double).
Result<Json> parse_json(std::string_view text);

enum class JsonStyle { compact, pretty };
/// write_json gives UTF-8 text in one allocation of its exact size, so that no half-grown copy of it stays behind.
std::string write_json(const Json& json, JsonStyle style = JsonStyle::compact);

/// join_path gives "parent.name"; where `name` came from outside and is no plain identifier of at most 64 letters,
/// digits, "_" or ".", it gives the parent alone.
std::string join_path(std::string_view parent, std::string_view name);

}  // namespace xch::wire
