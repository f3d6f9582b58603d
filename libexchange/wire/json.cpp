#include "wire/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/wipe.hpp"

namespace xch::wire {

JsonText::JsonText(std::string_view text) : data_(text.empty() ? nullptr : new char[text.size()]), size_(text.size()) {
  if (size_) std::memcpy(data_.get(), text.data(), size_);
}
JsonText::JsonText(JsonText&& o) noexcept : data_(std::move(o.data_)), size_(o.size_) { o.size_ = 0; }
JsonText& JsonText::operator=(JsonText o) noexcept {
  std::swap(data_, o.data_);
  std::swap(size_, o.size_);
  return *this;
}
JsonText::~JsonText() {
  if (data_) wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(data_.get()), size_));
}

Json Json::boolean(bool v) { Json j; j.value_ = v; return j; }
Json Json::integer(std::int64_t v) { Json j; j.value_ = v; return j; }
Json Json::natural(std::uint64_t v) {
  if (v <= static_cast<std::uint64_t>(INT64_MAX)) return integer(static_cast<std::int64_t>(v));
  Json j;
  j.value_ = v;
  return j;
}
Json Json::real(double v) { Json j; j.value_ = v; return j; }
Json Json::text(std::string_view v) { Json j; j.value_ = JsonText(v); return j; }
Json Json::array(Array v) { Json j; j.value_ = std::move(v); return j; }
Json Json::object(Object v) { Json j; j.value_ = std::move(v); return j; }

const Json* Json::find(std::string_view name) const {
  if (!is(Kind::object)) return nullptr;
  for (const auto& member : members())
    if (member.name == name) return &member.value;
  return nullptr;
}

Json& Json::add(std::string_view name, Json value) {
  members().push_back(JsonMember{std::string(name), std::move(value)});
  return members().back().value;
}

std::string join_path(std::string_view parent, std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  const bool tell = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
  if (!tell) return std::string(parent);
  return parent.empty() ? std::string(name) : std::string(parent) + "." + std::string(name);
}

namespace {

void wipe_text(std::string& text) {
  wipe_bytes(MutableView(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
}

// Builder takes nlohmann's events. A false return stops the parser; error() then says why.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::string_view input) : input_(input) {}

  bool null() override { return put(Json()); }
  bool boolean(bool v) override { return put(Json::boolean(v)); }
  bool number_integer(number_integer_t v) override { return put(Json::integer(v)); }
  bool number_unsigned(number_unsigned_t v) override { return put(Json::natural(v)); }
  bool number_float(number_float_t v, const string_t&) override {
    if (!std::isfinite(v)) return stop(Code::json_range, here());
    return put(Json::real(v));
  }
  bool string(string_t& v) override {
    const bool nul = v.find('\0') != string_t::npos;
    auto text = Json::text(v);
    wipe_text(v);
    if (nul) return stop(Code::json_nul, here());
    return put(std::move(text));
  }
  bool binary(binary_t&) override { return stop(Code::json_syntax, here()); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (name.find('\0') != string_t::npos) return stop(Code::json_nul, here());
    auto& members = open_.back()->members();
    if (open_.back()->find(name)) return stop(Code::json_duplicate_key, join_path(here(), name));
    if (members.size() == kMaxMembers) return stop(Code::json_too_large, here());
    members.push_back(JsonMember{name, Json()});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    // 406: a number beyond a double. Its text and the others' quote the input: dropped.
    const auto upto = input_.substr(0, std::min(position, input_.size()));
    const auto line = 1 + std::count(upto.begin(), upto.end(), '\n');
    return stop(e.id == 406 ? Code::json_range : Code::json_syntax, "line " + std::to_string(line));
  }

  Result<Json> take() && {
    if (error_) return fail(*error_);
    return std::move(root_);
  }
  bool failed() const { return error_.has_value(); }

 private:
  static constexpr std::size_t kMaxMembers = 1024;  // of one object: duplicates are looked for one by one

  bool stop(Code code, std::string path) {
    error_.emplace(code, std::move(path));
    return false;
  }

  // Where the next value goes. An object's last member is the one whose key came last.
  Json& place() {
    if (open_.empty()) return root_;
    if (open_.back()->is(Json::Kind::object)) return open_.back()->members().back().value;
    open_.back()->items().emplace_back();
    return open_.back()->items().back();
  }
  bool put(Json value) {
    place() = std::move(value);
    return true;
  }
  bool open(Json container) {
    if (open_.size() == kMaxJsonDepth) return stop(Code::json_depth, here());
    auto& at = place();
    at = std::move(container);
    open_.push_back(&at);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string here() const {
    std::string path;
    for (const auto* container : open_)
      if (container->is(Json::Kind::object) && !container->members().empty())
        path = join_path(path, container->members().back().name);
    return path;
  }

  std::string_view input_;
  Json root_;
  // A container's address is stable while it is open: nothing is added beside it until it is closed.
  std::vector<Json*> open_;
  std::optional<Error> error_;
};

// Two passes over one writer: the first counts, the second writes.
struct Counter {
  std::size_t size = 0;
  void put(std::string_view text) { size += text.size(); }
};
struct Appender {
  std::string& out;
  void put(std::string_view text) { out.append(text); }
};

template <class Sink>
class Writer {
 public:
  Writer(Sink& sink, JsonStyle style) : sink_(sink), style_(style) {}

  void write(const Json& json, unsigned depth) {
    switch (json.kind()) {
      case Json::Kind::null: return sink_.put("null");
      case Json::Kind::boolean: return sink_.put(json.as_boolean() ? "true" : "false");
      case Json::Kind::integer: return number(json.as_integer());
      case Json::Kind::natural: return number(json.as_natural());
      case Json::Kind::real: return real(json.as_real());
      case Json::Kind::text: return text(json.as_text());
      case Json::Kind::array: return array(json.items(), depth);
      case Json::Kind::object: return object(json.members(), depth);
    }
  }

 private:
  template <class Number>
  void number(Number v) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof(digits), v);
    sink_.put({digits, static_cast<std::size_t>(end.ptr - digits)});
  }

  void real(double v) {
    if (!std::isfinite(v)) return sink_.put("null");  // JSON has no word for it
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof(digits), v);
    const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
    sink_.put(text);
    if (text.find_first_of(".e") == std::string_view::npos) sink_.put(".0");  // reads back as a real
  }

  void text(std::string_view v) {
    static constexpr char kHex[] = "0123456789abcdef";
    sink_.put("\"");
    std::size_t from = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const auto c = static_cast<unsigned char>(v[i]);
      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
      sink_.put(v.substr(from, i - from));
      from = i + 1;
      const char escaped[] = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
      if (c == '"') sink_.put("\\\"");
      else if (c == '\\') sink_.put("\\\\");
      else if (c == '\n') sink_.put("\\n");
      else if (c == '\t') sink_.put("\\t");
      else if (c == '\r') sink_.put("\\r");
      else sink_.put({escaped, sizeof(escaped)});
    }
    sink_.put(v.substr(from));
    sink_.put("\"");
  }

  void array(const Json::Array& items, unsigned depth) {
    sink_.put("[");
    for (const auto& item : items) {
      if (&item != &items.front()) sink_.put(",");
      new_line(depth + 1);
      write(item, depth + 1);
    }
    if (!items.empty()) new_line(depth);
    sink_.put("]");
  }

  void object(const Json::Object& members, unsigned depth) {
    sink_.put("{");
    for (const auto& member : members) {
      if (&member != &members.front()) sink_.put(",");
      new_line(depth + 1);
      text(member.name);
      sink_.put(style_ == JsonStyle::pretty ? ": " : ":");
      write(member.value, depth + 1);
    }
    if (!members.empty()) new_line(depth);
    sink_.put("}");
  }

  void new_line(unsigned depth) {
    if (style_ == JsonStyle::compact) return;
    sink_.put("\n");
    for (unsigned i = 0; i < depth; ++i) sink_.put("  ");
  }

  Sink& sink_;
  JsonStyle style_;
};

// nlohmann refuses a lone surrogate with a syntax error; a caller is better told that its text is not valid.
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
    if (first >= 0xd800 && first <= 0xdbff) {
      const int second = unit(i + 6);
      if (second < 0xdc00 || second > 0xdfff) return true;
      i += 11;
    } else {
      ++i;  // the escaped character
    }
  }
  return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return fail(Code::json_too_large);
  if (!is_utf8(ByteView(text)) || has_lone_surrogate(text)) return fail(Code::json_utf8);
  Builder builder(text);
  try {
    const bool parsed = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    if (!parsed && !builder.failed()) return fail(Code::json_syntax);
  } catch (const std::bad_alloc&) {
    return fail(Code::out_of_memory);
  } catch (const std::exception&) {  // its text may quote the input: dropped
    return fail(Code::json_syntax);
  }
  return std::move(builder).take();
}

std::string write_json(const Json& json, JsonStyle style) {
  Counter counter;
  Writer<Counter>(counter, style).write(json, 0);
  std::string out;
  out.reserve(counter.size);
  Appender appender{out};
  Writer<Appender>(appender, style).write(json, 0);
  return out;
}

}  // namespace xch::wire
