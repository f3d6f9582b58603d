#include "json.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "exchange/exchange.hpp"

namespace cli {

using Json = nlohmann::json;

/// Reader takes the parser's events; answering false ends the parse, so no exception carries the input away.
class Reader {
 public:
  bool null() { return put({}); }
  bool boolean(bool v) { return put(Value::boolean(v)); }
  bool number_integer(Json::number_integer_t v) { return put(Value::number(std::to_string(v))); }
  bool number_unsigned(Json::number_unsigned_t v) { return put(Value::number(std::to_string(v))); }
  bool number_float(Json::number_float_t, const std::string& as_written) { return put(Value::number(as_written)); }
  bool string(std::string& v) { return put(Value::text(std::move(v))); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Value::object()); }
  bool start_array(std::size_t) { return open(Value::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    for (const auto& member : open_.back().value.members_)
      if (member.first == name) return false;
    open_.back().next = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  Value root;

 private:
  struct Level {
    Value value;
    std::string next;  // name of the member whose value comes
  };

  bool put(Value v) {
    if (open_.empty()) {
      root = std::move(v);
      return true;
    }
    Level& level = open_.back();
    if (level.value.type_ == Value::Type::array) level.value.items_.push_back(std::move(v));
    else level.value.members_.emplace_back(std::move(level.next), std::move(v));
    return true;
  }
  bool open(Value v) {
    if (open_.size() >= 64) return false;
    open_.push_back({std::move(v), {}});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }

  std::vector<Level> open_;
};

std::optional<Value> Value::parse(std::string_view text) {
  Reader reader;
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) return std::nullopt;
  return std::move(reader.root);
}

bool is_json(std::string_view text) { return Json::accept(text.begin(), text.end()); }

// ---- Value ---------------------------------------------------------------------------------------------------------

Value Value::boolean(bool v) {
  Value out;
  out.type_ = Type::boolean;
  out.text_ = v ? "true" : "false";
  return out;
}

Value Value::number(std::string digits) {
  Value out;
  out.type_ = Type::number;
  out.text_ = std::move(digits);
  return out;
}

Value Value::text(std::string v) {
  Value out;
  out.type_ = Type::text;
  out.text_ = std::move(v);
  return out;
}

Value Value::array() {
  Value out;
  out.type_ = Type::array;
  return out;
}

Value Value::object() {
  Value out;
  out.type_ = Type::object;
  return out;
}

std::uint64_t Value::as_natural() const {
  std::uint64_t out = 0;
  std::from_chars(text_.data(), text_.data() + text_.size(), out);
  return out;
}

double Value::as_real() const { return type_ == Type::number ? std::strtod(text_.c_str(), nullptr) : 0; }

const Value& Value::operator[](std::string_view name) const {
  static const Value kNone;
  for (const auto& member : members_)
    if (member.first == name) return member.second;
  return kNone;
}

bool Value::has(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(), [&](const Member& member) { return member.first == name; });
}

void Value::set(std::string name, Value value) {
  remove(name);
  members_.emplace_back(std::move(name), std::move(value));
}

void Value::remove(std::string_view name) {
  std::erase_if(members_, [&](const Member& member) { return member.first == name; });
}

std::string Value::dump() const {
  switch (type_) {
    case Type::null: return "null";
    case Type::boolean:
    case Type::number: return text_;
    case Type::text: return exchange::json_string(text_);
    case Type::array: {
      std::string out = "[";
      for (const auto& item : items_) out += (out.size() > 1 ? "," : "") + item.dump();
      return out + "]";
    }
    case Type::object: break;
  }
  std::string out = "{";
  for (const auto& [name, value] : members_)
    out += (out.size() > 1 ? "," : "") + exchange::json_string(name) + ":" + value.dump();
  return out + "}";
}

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.as_text());
  return out;
}

// ---- Request -------------------------------------------------------------------------------------------------------

Request& Request::raw(const char* name, std::string_view json) {
  body_ += std::string(body_.empty() ? "\"" : ",\"") + name + "\":";
  body_ += json;
  return *this;
}

Request& Request::text(const char* name, std::string_view value) { return raw(name, exchange::json_string(value)); }

Request& Request::text_if(const char* name, std::string_view value) { return value.empty() ? *this : text(name, value); }

Request& Request::natural(const char* name, std::uint64_t value) { return raw(name, std::to_string(value)); }

Request& Request::flag(const char* name, bool value) { return raw(name, value ? "true" : "false"); }

Request& Request::texts(const char* name, const std::vector<std::string>& values) {
  if (values.empty()) return *this;
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "[" : ",") + exchange::json_string(value);
  return raw(name, list + "]");
}

Request& Request::members(std::string_view object) {
  const auto from = object.find('{'), to = object.rfind('}');
  const auto inside = object.substr(from + 1, to - from - 1);
  if (inside.find_first_not_of(" \t\r\n") == std::string_view::npos) return *this;
  if (!body_.empty()) body_ += ",";
  // A line break of JSON stands between its tokens, never inside a string: a space does as well, and keeps one request
  // one line (pipe).
  for (const char c : inside) body_ += c == '\n' || c == '\r' ? ' ' : c;
  return *this;
}

}  // namespace cli
