#include "draft.hpp"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

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

std::string day_of(std::int64_t now, std::int64_t zone_offset_minutes) {
  const std::time_t at = static_cast<std::time_t>(now + zone_offset_minutes * 60);
  char text[16] = "";
  std::tm parts{};
  std::strftime(text, sizeof text, "%Y-%m-%d", ::gmtime_r(&at, &parts));
  return text;
}

Request as_if_signed(const Value& draft, std::int64_t now) {
  Value out = draft;
  if (is_signed_by_someone(draft)) {
    if (!out.has("signed_form")) out.set("signed_form", Value::text("AA=="));
    std::string today = day_of(now, std::strtol(draft.str("zone_offset_minutes").c_str(), nullptr, 10));
    const std::string first = draft.str("first_day");
    if (!first.empty() && first < today) today = first;  // days of one shape compare as texts
    if (!out.has("signed_day")) out.set("signed_day", Value::text(today));
  }
  Request request;
  request.members(out.dump());
  return request;
}

std::int64_t zone_offset(const std::string& zone, const std::string& day) {
  if (!zone.empty()) {
    const bool odd = zone[0] == '/' || zone.find("..") != std::string::npos;
    if (odd || ::access(("/usr/share/zoneinfo/" + zone).c_str(), R_OK) != 0)
      throw usage("--zone is no zone that this machine knows", "a name such as America/Los_Angeles");
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
  }
  std::tm noon{};
  if (std::sscanf(day.c_str(), "%d-%d-%d", &noon.tm_year, &noon.tm_mon, &noon.tm_mday) != 3) return 0;
  noon.tm_year -= 1900;
  noon.tm_mon -= 1;
  noon.tm_hour = 12;
  noon.tm_isdst = -1;
  return ::mktime(&noon) == -1 ? 0 : noon.tm_gmtoff / 60;
}

}  // namespace cli
