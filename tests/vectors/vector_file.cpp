#include "vectors/vector_file.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/file.hpp"

namespace xch::vectors {
namespace {

std::size_t place(std::int64_t at, std::size_t size) {
  const std::int64_t from_start = at < 0 ? static_cast<std::int64_t>(size) + at : at;
  if (from_start < 0 || from_start > static_cast<std::int64_t>(size)) throw std::out_of_range("edit outside the bytes");
  return static_cast<std::size_t>(from_start);
}

Bytes edited(Bytes bytes, const Json& edit) {
  const std::size_t at = place(edit.at("at").get<std::int64_t>(), bytes.size());
  if (edit.contains("xor")) {
    const Bytes mask = bytes_from_hex(edit.at("xor"));
    if (mask.size() > bytes.size() - at) throw std::out_of_range("edit outside the bytes");
    for (std::size_t i = 0; i < mask.size(); ++i) bytes[at + i] ^= mask[i];
    return bytes;
  }
  const auto removed = edit.at("remove").get<std::size_t>();
  if (removed > bytes.size() - at) throw std::out_of_range("edit outside the bytes");
  const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  bytes.erase(from, from + static_cast<std::ptrdiff_t>(removed));
  const Bytes once = bytes_from_hex(edit.at("insert"));
  Bytes inserted;
  for (std::size_t n = edit.value("times", std::size_t{1}); n > 0; --n)
    inserted.insert(inserted.end(), once.begin(), once.end());
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), inserted.begin(), inserted.end());
  return bytes;
}

}  // namespace

std::string suite_word(SuiteId suite) { return suite == SuiteId::p256 ? "p256" : "x25519"; }

std::filesystem::path vector_folder() { return std::filesystem::path(XCH_SOURCE_DIR) / "tests" / "vectors" / "lx1"; }

std::string VectorFile::file_name() const { return suite_word(suite) + "-" + stem + ".json"; }

const Case& VectorFile::at(const std::string& name) const {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case& c) { return c.name == name; });
  if (found == cases.end()) throw std::out_of_range("no case " + name);
  return *found;
}

Json VectorFile::given_of(const Case& which) const {
  Json out = given;
  for (const auto& [member, value] : which.given.items()) out[member] = value;
  return out;
}

Bytes VectorFile::bytes_of(const Case& which) const {
  for (const auto* member : {"bytes", "object", "content"})
    if (which.input.contains(member)) return bytes_from_base64(which.input.at(member));
  const Json& edit = which.input.at("edit");
  return edited(bytes_of(at(edit.at("of").get<std::string>())), edit);
}

std::string read_text(const std::filesystem::path& path) {
  const auto bytes = read_file(path, 64u << 20);
  return bytes ? std::string(ByteView(*bytes).text()) : std::string();
}

std::string to_text(const VectorFile& file) {
  Json out;
  out["format"] = 1;
  out["suite"] = static_cast<int>(file.suite);
  out["kind"] = file.kind;
  out["given"] = file.given;
  out["cases"] = Json::array();
  for (const auto& c : file.cases) {
    Json one;
    one["name"] = c.name;
    one["says"] = c.says;
    if (!c.given.empty()) one["given"] = c.given;
    for (const auto& [member, value] : c.input.items()) one[member] = value;
    one["expect"] = c.expect;
    out["cases"].push_back(std::move(one));
  }
  return out.dump(1) + "\n";
}

VectorFile from_text(const std::string& text) {
  const Json in = Json::parse(text);
  if (in.at("format") != 0 && in.at("format") != 1) throw std::invalid_argument("format");
  VectorFile out;
  out.suite = static_cast<SuiteId>(in.at("suite").get<std::uint16_t>());
  out.kind = in.at("kind").get<std::string>();
  out.given = in.at("given");
  for (const auto& one : in.at("cases")) {
    Case c;
    c.name = one.at("name").get<std::string>();
    c.says = one.at("says").get<std::string>();
    if (one.contains("given")) c.given = one.at("given");
    for (const auto* member : {"bytes", "edit", "object", "opened_under", "content"})
      if (one.contains(member)) c.input[member] = one.at(member);
    c.expect = one.at("expect");
    out.cases.push_back(std::move(c));
  }
  return out;
}

// ---- making
// ----------------------------------------------------------------------------------------------------------

Maker::Maker(SuiteId suite, const std::string& kind, Json given, const std::string& stem) {
  file_.suite = suite;
  file_.kind = kind;
  file_.stem = stem.empty() ? kind : stem;
  file_.given = std::move(given);
}

Maker& Maker::with(const std::string& member, Json value) {
  next_given_[member] = std::move(value);
  return *this;
}

Maker& Maker::knowing(const Json& given) {
  for (const auto& [member, value] : given.items())
    if (!file_.given.contains(member) || file_.given.at(member) != value) with(member, value);
  return *this;
}

void Maker::add(const std::string& name, const std::string& says, Json input, Json expect) {
  Case c{name, says, std::move(next_given_), std::move(input), std::move(expect)};
  next_given_ = Json::object();
  file_.cases.push_back(std::move(c));
}

void Maker::bytes(const std::string& name, const std::string& says, ByteView bytes, Json expect) {
  add(name, says, Json{{"bytes", base64_of(bytes)}}, std::move(expect));
}

void Maker::object(const std::string& name, const std::string& says, ByteView record, const KeyId& opened_under,
                   Json expect) {
  add(name, says, Json{{"object", base64_of(record)}, {"opened_under", hex_of(opened_under)}}, std::move(expect));
}

void Maker::content(const std::string& name, const std::string& says, ByteView content, Json expect) {
  add(name, says, Json{{"content", base64_of(content)}}, std::move(expect));
}

void Maker::edit(const std::string& name, const std::string& says, const std::string& of, std::int64_t at,
                 std::size_t remove, ByteView insert, Json expect, std::size_t times) {
  Json edit{{"of", of}, {"at", at}, {"remove", remove}, {"insert", hex_of(insert)}};
  if (times != 1) edit["times"] = times;
  add(name, says, Json{{"edit", std::move(edit)}}, std::move(expect));
}

void Maker::flip(const std::string& name, const std::string& says, const std::string& of, std::int64_t at, Json expect,
                 std::uint8_t mask) {
  const Bytes bits{mask};
  add(name, says, Json{{"edit", Json{{"of", of}, {"at", at}, {"xor", hex_of(bits)}}}}, std::move(expect));
}

void Maker::cut(const std::string& name, const std::string& says, const std::string& of, std::size_t keep,
                Json expect) {
  const std::size_t size = file_.bytes_of(file_.at(of)).size();
  edit(name, says, of, static_cast<std::int64_t>(keep), size - keep, ByteView(), std::move(expect));
}

Json refused(const std::string& id) { return Json{{"code", id}}; }
Json one_view(const std::string& id) { return Json{{"views", Json::array({refused(id)})}}; }
Json base64_of(ByteView bytes) { return to_base64(bytes); }
Json hex_of(ByteView bytes) { return to_hex(bytes); }

Bytes bytes_from_base64(const Json& text) {
  auto bytes = from_base64(text.get<std::string>());
  if (!bytes) throw std::invalid_argument("base64");
  return std::move(*bytes);
}
Bytes bytes_from_hex(const Json& text) {
  auto bytes = from_hex(text.get<std::string>());
  if (!bytes) throw std::invalid_argument("hex");
  return std::move(*bytes);
}

}  // namespace xch::vectors
