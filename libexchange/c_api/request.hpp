// Reading a verb's JSON request: strict, with the member's path in every error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/result.hpp"
#include "model/ids.hpp"
#include "wire/json.hpp"

namespace xch::c_api {

using wire::Json;

/// Request is a parsed request object that remembers which members a verb knows.
class Request {
 public:
  /// parse takes an object with "v": 1 or no "v", and no member outside `known`. Errors: json_*.
  static Result<Request> parse(std::string_view json, const std::vector<std::string_view>& known);
  /// of checks an already parsed object.
  static Status check(const Json& object, const std::vector<std::string_view>& known);

  explicit Request(Json json) : json_(std::move(json)) {}
  const Json& json() const { return json_; }

  Result<std::string> text(std::string_view name) const;                    // json_missing, json_wrong_type
  Result<std::string> text_or(std::string_view name, std::string_view other) const;
  Result<std::uint64_t> natural_or(std::string_view name, std::uint64_t other) const;
  Result<bool> flag_or(std::string_view name, bool other) const;
  Result<std::vector<std::string>> texts(std::string_view name) const;      // empty when there is none
  Result<Bytes> base64(std::string_view name) const;
  Result<std::optional<Bytes>> base64_if(std::string_view name) const;
  template <class F>
  Result<F> hex(std::string_view name) const {
    XCH_ASSIGN(const std::string t, text(name));
    const auto v = from_hex_as<F>(t);
    if (!v) return fail(Code::json_range, std::string(name));
    return *v;
  }
  template <class F>
  Result<std::optional<F>> hex_if(std::string_view name) const {
    if (json_.find(name) == nullptr) return std::optional<F>();
    XCH_ASSIGN(const F v, hex<F>(name));
    return std::optional<F>(v);
  }
  /// code reads one registry code by its text through `reader`; none where the member is missing.
  template <class Code_, class Parse>
  Result<Code_> code_or_none(std::string_view name, Parse reader) const {
    XCH_ASSIGN(const std::string t, text_or(name, ""));
    if (t.empty()) return Code_::none;
    const auto v = reader(t);
    if (!v) return fail(Code::json_range, std::string(name));
    return *v;
  }
  template <class Code_, class Parse>
  Result<std::vector<Code_>> codes(std::string_view name, Parse reader) const {
    XCH_ASSIGN(const auto list, texts(name));
    std::vector<Code_> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto v = reader(list[i]);
      if (!v) return fail(Code::json_range, std::string(name) + "[" + std::to_string(i) + "]");
      out.push_back(*v);
    }
    return out;
  }

 private:
  Json json_;
};

/// suite_named reads a suite's name; the reserved one is refused by name. Errors: not_supported_yet, json_range.
Result<SuiteId> suite_named(std::string_view name);

}  // namespace xch::c_api
