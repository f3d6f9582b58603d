// The JSON of the vector files (lx1/README.md): written and read in one place. For tests only.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "model/ids.hpp"

namespace xch::vectors {

using Json = nlohmann::ordered_json;

struct Case {
  std::string name, says;
  Json given = Json::object();  // members that replace the file's
  Json input;  // {"bytes": ...}, {"edit": {...}}, {"object": ..., "opened_under": ...} or {"content": ...}
  Json expect;
};

struct VectorFile {
  SuiteId suite = SuiteId::none;
  std::string kind;  // "notes"
  std::string stem;  // "values" where a kind has a second file, else the kind
  Json given = Json::object();
  std::vector<Case> cases;

  /// file_name is "p256-notes.json".
  std::string file_name() const;
  const Case& at(const std::string& name) const;
  /// given_of is what the reader knows in one case: the file's members, those of the case in their place.
  Json given_of(const Case& which) const;
  /// bytes_of is what arrives in a case, its edits made; of a case with "object" or "content" that.
  Bytes bytes_of(const Case& which) const;
};

std::string suite_word(SuiteId suite);  // "p256"
std::filesystem::path vector_folder();
/// read_text gives a whole file; "" where there is none.
std::string read_text(const std::filesystem::path& path);
std::string to_text(const VectorFile& file);
VectorFile from_text(const std::string& text);

/// Maker collects the cases of one file while they are made.
class Maker {
 public:
  Maker(SuiteId suite, const std::string& kind, Json given, const std::string& stem = "");
  /// with gives the members that the next case alone replaces.
  Maker& with(const std::string& member, Json value);
  /// knowing replaces for the next case what of a whole `given` differs from the file's.
  Maker& knowing(const Json& given);
  void bytes(const std::string& name, const std::string& says, ByteView bytes, Json expect);
  void object(const std::string& name, const std::string& says, ByteView record, const KeyId& opened_under,
              Json expect);
  void content(const std::string& name, const std::string& says, ByteView content, Json expect);
  /// edit, flip and cut change the bytes of an earlier case. A negative place counts from the end; cut keeps so many.
  void edit(const std::string& name, const std::string& says, const std::string& of, std::int64_t at,
            std::size_t remove, ByteView insert, Json expect, std::size_t times = 1);
  void flip(const std::string& name, const std::string& says, const std::string& of, std::int64_t at, Json expect,
            std::uint8_t mask = 1);
  void cut(const std::string& name, const std::string& says, const std::string& of, std::size_t keep, Json expect);
  VectorFile take() { return std::move(file_); }
  const VectorFile& file() const { return file_; }

 private:
  void add(const std::string& name, const std::string& says, Json input, Json expect);
  VectorFile file_;
  Json next_given_ = Json::object();
};

/// refused is the answer of a refusal, by its EX id; one_view that of an envelope whose one view is refused.
Json refused(const std::string& id);
Json one_view(const std::string& id);
Json base64_of(ByteView bytes);
Json hex_of(ByteView bytes);
Bytes bytes_from_base64(const Json& text);
Bytes bytes_from_hex(const Json& text);

}  // namespace xch::vectors
