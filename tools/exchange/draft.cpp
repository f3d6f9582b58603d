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

Hub hub_of(const std::string& text) {
  const auto colon = text.find(':');
  Hub out{text.substr(0, colon), {}};
  for (auto at = colon; at != std::string::npos; at = text.find(',', at + 1)) {
    const auto from = text.find_first_not_of(' ', at + 1), comma = text.find(',', at + 1);
    const auto to = text.find_last_not_of(' ', (comma == std::string::npos ? text.size() : comma) - 1);
    if (from != std::string::npos && from <= to) out.members.push_back(text.substr(from, to + 1 - from));
  }
  return out;
}

bool is_signed_by_someone(const Value& draft) {
  constexpr std::array<std::string_view, 8> kNobody{"originator-authority", "serious-threat",   "crime-on-premises",
                                                    "order-2-64",           "order-2-65",       "order-2-66",
                                                    "order-2-67",           "medical-emergency"};
  return std::find(kNobody.begin(), kNobody.end(), draft.str("basis")) == kNobody.end();
}

std::string day_of_signing(Run& run, const char* check, const Request& unsigned_yet) {
  const std::string said = run.args().one("--signed-day");
  return said == "today" ? run.call(check, unsigned_yet).str("today") : said;
}

void note_draft(Run& run, const std::string& draft, const char* step) {
  run.call("consent.note", Request().raw("draft", draft).text("step", step));
}

Request as_if_signed(const Value& draft) {
  Request request;
  request.members(draft.dump());
  if (is_signed_by_someone(draft)) request.flag("as_if_signed", true);
  return request;
}

}  // namespace cli
