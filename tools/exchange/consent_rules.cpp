// consent rules: the rules of law and policy that consents are made by, where each stands, and who keeps it.
#include "failure.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

std::string kept_by(const Value& row) {
  return row.str("enforced") == "library" ? "kept by the library" : "kept by people: docs/organisation.md";
}

int rules(Run& run) {
  const std::string wanted = run.args().one("RULE");
  const auto& answer = run.call_bare("consent.rules");
  Value found = Value::array();
  for (const auto& row : answer["rows"].items())
    if (wanted.empty() || row.str("rule") == wanted) found.add(row);
  if (found.items().empty()) throw usage("there is no such rule", "exchange consent rules lists them");
  if (run.json()) {
    run.give(Request().natural("v", 1).text("kind", "consent-rules").raw("rows", found.dump()).str());
    return 0;
  }
  for (const auto& row : found.items()) {
    say(strong(row.str("rule")) + "  " + row.str("citation"));
    say_wrapped(row.str("says"), 2);
    say_wrapped(kept_by(row), 2);
  }
  return 0;
}

}  // namespace

std::vector<Command> consent_rules_commands() {
  return {
      {"consent rules",
       "the rules of law and policy, where each stands, and who keeps it",
       {"exchange consent rules", "exchange consent rules P2-31-7"},
       {{"RULE", "", "one of them, by its id"}},
       "",
       rules,
       Effect::reads},
  };
}

}  // namespace cli
