#include "c_api/verbs.hpp"

#include <map>

namespace xch::c_api {

namespace {

const std::map<std::string_view, VerbRow>& table() {
  static const std::map<std::string_view, VerbRow> kTable = [] {
    std::map<std::string_view, VerbRow> rows;
    for (const auto& list : {general_verbs(), doctor_verbs(), schema_verbs(), coalition_verbs(), policy_verbs(), duty_verbs(), packet_verbs(), one_shot_verbs(), key_verbs(), consent_verbs(), consent_draft_verbs(), consent_form_verbs(), consent_life_verbs(),
                             emergency_verbs(), exchange_verbs(), log_verbs(), witness_verbs(), audit_verbs(), bench_verbs()})
      for (const auto& row : list) rows.emplace(row.name, row);
    return rows;
  }();
  return kTable;
}

}  // namespace

const VerbRow* find_verb(std::string_view name) {
  const auto at = table().find(name);
  return at == table().end() ? nullptr : &at->second;
}

std::vector<std::string_view> verb_names() {
  std::vector<std::string_view> out;
  for (const auto& [name, row] : table()) out.push_back(name);
  return out;
}

}  // namespace xch::c_api
