#include "draft.hpp"

#include <algorithm>
#include <array>

#include "failure.hpp"
#include "files.hpp"

namespace cli {
namespace {

bool is_toml(const std::string& path) { return path.size() > 5 && path.compare(path.size() - 5, 5, ".toml") == 0; }

}  // namespace

std::string toml_input(Run& run, const std::string& path, const std::string& option) {
  const std::string text = read_input(path, kMaxJson / 2, option);  // in a request every byte may take two
  return run.call_bare("consent.draft", Request().text("toml", text))["draft"].dump();
}

std::string draft_input(Run& run, const std::string& path, const std::string& option) {
  if (is_toml(path)) return toml_input(run, path, option);
  std::string draft = json_input(run, path, option);
  if (draft[draft.find_first_not_of(" \t\r\n")] != '{') throw failure("EX1307", option);
  return draft;
}

bool is_signed_by_someone(const Value& draft) {
  constexpr std::array<std::string_view, 8> kNobody{"originator-authority", "serious-threat",   "crime-on-premises",
                                                    "order-2-64",           "order-2-65",       "order-2-66",
                                                    "order-2-67",           "medical-emergency"};
  return std::find(kNobody.begin(), kNobody.end(), draft.str("basis")) == kNobody.end();
}

Request as_if_signed(const Value& draft) {
  Request request;
  request.members(draft.dump());
  if (is_signed_by_someone(draft)) request.flag("as_if_signed", true);
  return request;
}

}  // namespace cli
