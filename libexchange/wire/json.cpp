#include "wire/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "base/encoding.hpp"
#include "base/wipe.hpp"

namespace xch::wire {

Json Json::boolean(bool v) {
  Json j;
  j.type_ = Type::boolean;
  j.number_ = v ? 1 : 0;
  return j;
}
Json Json::integer(std::int64_t v) {
  Json j;
  j.type_ = Type::integer;
  j.number_ = static_cast<std::uint64_t>(v);
  return j;
}
Json Json::natural(std::uint64_t v) {
  Json j;
  j.type_ = Type::natural;
  j.number_ = v;
  return j;
}
Json Json::real(double v) {
  Json j;
  j.type_ = Type::real;
  j.real_ = v;
  return j;
}
Json Json::text(std::string_view v) {
  Json j;
  j.type_ = Type::text;
  j.text_ = std::string(v);
  return j;
}
Json Json::array() {
  Json j;
  j.type_ = Type::array;
  return j;
}
Json Json::object() {
  Json j;
  j.type_ = Type::object;
  return j;
}

Json::~Json() {
  if (!text_.empty()) wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(text_.data()), text_.size()));
}

// A short text lives inside its std::string, so moving leaves a copy behind: wipe it. (A long one changes hands: a copy
// could run out of memory, where nothing may be thrown.)
Json::Json(Json&& o) noexcept
    : type_(o.type_), number_(o.number_), real_(o.real_), text_(std::move(o.text_)), items_(std::move(o.items_)),
      members_(std::move(o.members_)) {
  o.text_.resize(o.text_.capacity());
  wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(o.text_.data()), o.text_.size()));
  o.text_.clear();
  o.type_ = Type::null;
}
Json& Json::operator=(Json&& o) noexcept {
  if (this == &o) return *this;
  Json taken(std::move(o));
  std::swap(type_, taken.type_);
  std::swap(number_, taken.number_);
  std::swap(real_, taken.real_);
  text_.swap(taken.text_);
  items_.swap(taken.items_);
  members_.swap(taken.members_);
  return *this;
}

const Json* Json::find(std::string_view name) const {
  for (const auto& [key, value] : members_)
    if (key == name) return &value;
  return nullptr;
}
const std::string& Json::text_at(std::string_view name) const {
  static const std::string kNone;
  const Json* member = find(name);
  return member != nullptr && member->is_text() ? member->as_text() : kNone;
}
std::uint64_t Json::natural_at(std::string_view name) const {
  const Json* member = find(name);
  return member != nullptr && member->is_natural() ? member->as_natural() : 0;
}
Json& Json::add(Json value) {
  items_.push_back(std::move(value));
  return items_.back();
}
Json& Json::set(std::string_view name, Json value) {
  members_.emplace_back(std::string(name), std::move(value));
  return members_.back().second;
}

namespace {

/// Builder takes nlohmann's events. The parser's own messages quote its input, so parse_error drops them.
class Builder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  bool null() { return put(Json()); }
  bool boolean(bool v) { return put(Json::boolean(v)); }
  bool number_integer(number_integer_t v) { return put(Json::integer(v)); }
  bool number_unsigned(number_unsigned_t v) { return put(Json::natural(v)); }
  bool number_float(number_float_t v, const string_t& digits) {
    // An integer that no 64 bits hold arrives as a float: refuse it rather than round it.
    const bool whole = digits.find_first_of(".eE") == std::string::npos;
    if (whole || !std::isfinite(v)) return refuse(Code::json_range);
    return put(Json::real(v));
  }
  bool string(string_t& v) {
    const bool ok = check(v);
    const bool done = ok && put(Json::text(v));
    if (!v.empty()) wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(v.data()), v.size()));
    return done;
  }
  bool binary(binary_t&) { return refuse(Code::json_syntax); }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& v) {
    if (!check(v)) return false;
    auto& level = levels_.back();
    level.name = v;
    ++level.keys;
    if (!level.names.insert(v).second) return refuse(Code::json_duplicate_key);
    return true;
  }
  template <class E>
  bool parse_error(std::size_t, const std::string&, const E& e) {
    constexpr int kNumberOverflow = 406;  // nlohmann's id for a number beyond a double
    return refuse(e.id == kNumberOverflow ? Code::json_range : Code::json_syntax);
  }

  Result<Json> take(bool ok) {
    if (!ok) return fail(failed_ ? std::move(*failed_) : Error(Code::json_syntax));
    return std::move(root_);
  }

 private:
  struct Level {
    Json value;
    std::string name;
    std::set<std::string> names;
    std::size_t keys = 0;
  };

  bool check(std::string_view text) {
    if (!is_utf8(ByteView(text))) return refuse(Code::json_utf8);
    if (text.find('\0') != std::string_view::npos) return refuse(Code::json_nul);
    return true;
  }
  bool put(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& level = levels_.back();
    if (level.value.is_array()) {
      level.value.add(std::move(value));
      return true;
    }
    level.value.set(level.name, std::move(value));
    return true;
  }
  bool open(Json container) {
    if (levels_.size() >= kMaxJsonDepth) return refuse(Code::json_depth);
    levels_.push_back({std::move(container), {}, {}, 0});
    return true;
  }
  bool close() {
    Json value = std::move(levels_.back().value);
    levels_.pop_back();
    return put(std::move(value));
  }
  bool refuse(Code code) {
    if (!failed_) failed_ = std::make_unique<Error>(code, path());
    return false;
  }
  std::string path() const {
    std::string out;
    for (const auto& level : levels_) {
      const bool item = level.value.is_array();
      if (!item && level.keys == 0) continue;
      out += (out.empty() ? "" : ", ") + std::string(item ? "item " : "member ") +
             std::to_string(item ? level.value.items().size() + 1 : level.keys);
    }
    return out;
  }

  std::vector<Level> levels_;
  Json root_;
  std::unique_ptr<Error> failed_;
};

// Two passes over one writer: the first counts, the second fills one allocation of the exact size, so that no
// half-grown copy of a note stays behind in the heap.
class Sink {
 public:
  void put(std::string_view text) {
    size_ += text.size();
    if (filling_) out_.append(text);
  }
  void fill() {
    out_.reserve(size_);
    filling_ = true;
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
  std::size_t size_ = 0;
  bool filling_ = false;
};

bool stands_as_it_is(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

void write_escaped(Sink& out, char c) {
  switch (c) {
    case '"': return out.put("\\\"");
    case '\\': return out.put("\\\\");
    case '\n': return out.put("\\n");
    case '\r': return out.put("\\r");
    case '\t': return out.put("\\t");
    default: {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      return out.put(escape);
    }
  }
}

void write_text(Sink& out, std::string_view text) {
  out.put("\"");
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), stands_as_it_is);
    const auto run = static_cast<std::size_t>(end - text.begin());
    out.put(text.substr(0, run));
    if (end != text.end()) write_escaped(out, *end);
    text.remove_prefix(std::min(run + 1, text.size()));
  }
  out.put("\"");
}

// The shortest digits that read back as the same number, and as one that is no integer.
void write_real(Sink& out, double value) {
  if (!std::isfinite(value)) return out.put("null");  // JSON has no word for it
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
  out.put(text);
  if (text.find_first_of(".e") == std::string_view::npos) out.put(".0");
}

void write(Sink& out, const Json& value, JsonLayout layout, unsigned depth) {
  const auto line = [&](unsigned d) {
    if (layout == JsonLayout::compact) return;
    out.put("\n");
    for (unsigned i = 0; i < d; ++i) out.put("  ");
  };
  switch (value.type()) {
    case Json::Type::null: return out.put("null");
    case Json::Type::boolean: return out.put(value.as_boolean() ? "true" : "false");
    case Json::Type::integer: return out.put(std::to_string(value.as_integer()));
    case Json::Type::natural: return out.put(std::to_string(value.as_natural()));
    case Json::Type::real: return write_real(out, value.as_real());
    case Json::Type::text: return write_text(out, value.as_text());
    case Json::Type::array: {
      out.put("[");
      bool first = true;
      for (const auto& item : value.items()) {
        if (!first) out.put(",");
        first = false;
        line(depth + 1);
        write(out, item, layout, depth + 1);
      }
      if (!first) line(depth);
      return out.put("]");
    }
    case Json::Type::object: {
      out.put("{");
      bool first = true;
      for (const auto& [name, member] : value.members()) {
        if (!first) out.put(",");
        first = false;
        line(depth + 1);
        write_text(out, name);
        out.put(layout == JsonLayout::compact ? ":" : ": ");
        write(out, member, layout, depth + 1);
      }
      if (!first) line(depth);
      return out.put("}");
    }
  }
}

// nlohmann meets a lone surrogate with its syntax error; a caller is better told that the text is not valid.
bool has_lone_surrogate(std::string_view text) {
  const auto unit = [text](std::size_t at) -> int {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
    int value = 0;
    const auto end = std::from_chars(text.data() + at + 2, text.data() + at + 6, value, 16);
    return end.ptr == text.data() + at + 6 ? value : -1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') continue;
    const int first = unit(i);
    if (first >= 0xdc00 && first <= 0xdfff) return true;
    if (first < 0xd800 || first > 0xdbff) {
      ++i;  // the escaped character
      continue;
    }
    const int second = unit(i + 6);
    if (second < 0xdc00 || second > 0xdfff) return true;
    i += 11;
  }
  return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return fail(Code::json_too_large);
  // nlohmann replaces nothing and stops at invalid UTF-8 with its syntax error; tell the two apart here.
  if (!is_utf8(ByteView(text)) || has_lone_surrogate(text)) return fail(Code::json_utf8);
  if (text.find('\0') != std::string_view::npos) return fail(Code::json_nul);
  Builder builder;
  const bool ok = nlohmann::json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json, true);
  return builder.take(ok);
}

std::string write_json(const Json& value, JsonLayout layout) {
  Sink out;
  write(out, value, layout, 0);
  out.fill();
  write(out, value, layout, 0);
  return std::move(out).take();
}

}  // namespace xch::wire
