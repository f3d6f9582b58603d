// Previews of what retires and exports keys.
#include <algorithm>

#include "failure.hpp"
#include "preview.hpp"

namespace cli {
namespace {

bool is_target(const Value& key) { return key.str("kind") == "agency-encryption" && key["here"].is_true(); }

}  // namespace

int preview_key_retire(Run& run) {
  const std::string named = run.args().one("KEY");
  Preview preview(run);
  const Value rows = run.call("key.list")["rows"];
  std::uint64_t newest = 0;
  for (const auto& key : rows.items())
    if (is_target(key) && key.str("state") == "in force") newest = std::max(newest, key["serial"].as_natural());
  bool some = false;
  for (const auto& key : rows.items()) {
    const bool old = is_target(key) && key["serial"].as_natural() < newest && key["retired_at"].is_null();
    if (named.empty() ? !old : key.str("id") != named) continue;
    if (!old) throw failure(is_target(key) ? "EX6111" : "EX6101", "KEY");
    preview.records("that " + key.str("id").substr(0, 16) + " is retired; until then it opens what was sealed to it");
    some = true;
  }
  if (!some) throw failure(named.empty() ? "EX6111" : "EX6101", "KEY");
  return preview.writes("the enrolment without it, for the coalition, to " + output_named(run)).say();
}

int preview_key_export(Run& run) {
  run.call("key.export", Request().text_if("key", run.args().one("KEY")));
  return Preview(run).writes((run.args().has("KEY") ? "the key's record to " : "the enrolment to ") + output_named(run)).say();
}

}  // namespace cli
