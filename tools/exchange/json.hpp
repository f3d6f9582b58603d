// JSON of requests and answers. The parser stands in json.cpp alone, and none of its texts come out: they quote what
// they read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

/// Value is one parsed JSON value. A member or item that is not there reads as null, so that an answer with less in it
/// than expected prints as empty and never ends the program.
class Value {
 public:
  enum class Type : std::uint8_t { null, boolean, number, text, array, object };
  using Member = std::pair<std::string, Value>;

  Value() = default;
  static Value boolean(bool v);
  static Value number(std::string digits);
  static Value text(std::string v);
  static Value array();
  static Value object();

  /// parse reads one JSON value; nothing where the text is none, is nested more than 64 deep or names a member twice.
  static std::optional<Value> parse(std::string_view text);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::null; }
  bool is_true() const { return type_ == Type::boolean && text_ == "true"; }
  /// as_text is the text, the number or the boolean as written; "" for the rest.
  const std::string& as_text() const { return text_; }
  std::uint64_t as_natural() const;
  double as_real() const;
  const std::vector<Value>& items() const { return items_; }
  const std::vector<Member>& members() const { return members_; }

  const Value& operator[](std::string_view name) const;
  bool has(std::string_view name) const;
  std::string str(std::string_view name) const { return (*this)[name].as_text(); }

  void add(Value item) { items_.push_back(std::move(item)); }
  void set(std::string name, Value value);
  void remove(std::string_view name);

  /// dump writes the value on one line.
  std::string dump() const;

 private:
  friend class Reader;
  Type type_ = Type::null;
  std::string text_;
  std::vector<Value> items_;
  std::vector<Member> members_;
};

/// texts_of are the texts of a JSON list.
std::vector<std::string> texts_of(const Value& list);

/// is_json says whether a text is exactly one well-formed JSON value. Duplicate names pass: the library refuses them
/// with the right id.
bool is_json(std::string_view text);

/// Request builds a verb's JSON request, one member after the other.
class Request {
 public:
  Request& text(const char* name, std::string_view value);   // also when empty
  Request& text_if(const char* name, std::string_view value);  // left out when empty
  Request& natural(const char* name, std::uint64_t value);
  Request& flag(const char* name, bool value);
  Request& texts(const char* name, const std::vector<std::string>& values);  // left out when empty
  /// raw adds a value that is already JSON (is_json).
  Request& raw(const char* name, std::string_view json);
  /// members adds the members of a JSON object as they stand, so that the library still sees a name given twice.
  Request& members(std::string_view object);
  std::string str() const { return "{" + body_ + "}"; }

 private:
  std::string body_;
};

}  // namespace cli
