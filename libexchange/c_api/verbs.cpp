#include "c_api/verbs.hpp"

#include <map>

namespace xch::c_api {

const VerbRow* find_verb(std::string_view name) {
  static const std::map<std::string_view, VerbRow> table = [] {
    std::map<std::string_view, VerbRow> rows;
    for (const auto& list : {general_verbs(), coalition_verbs(), consent_verbs(), exchange_verbs(), bench_verbs()})
      for (const auto& row : list) rows.emplace(row.name, row);
    return rows;
  }();
  const auto at = table.find(name);
  return at == table.end() ? nullptr : &at->second;
}

Json answer(std::string_view kind) {
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", kind);
  return out;
}

}  // namespace xch::c_api
