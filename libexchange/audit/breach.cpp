#include "audit/breach.hpp"

#include <algorithm>

#include "audit/check.hpp"

namespace xch::audit {

std::vector<BreachRow> breach_of(const Audit& audit, const KeyId& key) {
  const Index index(audit);
  const std::string wanted = to_hex(key);
  std::vector<BreachRow> out;
  for (auto& row : disclosures_of(audit, Archive::with)) {
    if (row.entry->text("key") != wanted) continue;
    const auto to = row.entry->hex<PartyId>("to");
    const auto& opens = index.of(index.opened_by, row.entry->event.object);
    const bool opened = std::any_of(opens.begin(), opens.end(), [&](const Entry* open) {
      const auto& reader = audit.owners[open->log];
      return open->text("terms") == row.entry->text("terms") && (!reader || !to || *reader == *to);
    });
    out.push_back({std::move(row), opened});
  }
  return out;
}

wire::Json breach_json(const Audit& audit, const KeyId& key, const std::vector<BreachRow>& rows) {
  using wire::Json;
  Json out = Json::object();
  out.set("v", Json::natural(1));
  out.set("kind", "breach");
  out.set("key", to_hex(key));
  out.set("period", period_text(audit.period));
  out.set("complete", Json::boolean(is_complete(audit)));
  Json lines = Json::array();
  for (const auto& row : rows) {
    const auto& d = row.disclosure;
    Json line = disclosure_json(audit, d);
    line.set("note", to_hex(d.entry->event.object));
    Json classes = Json::array();
    for (const auto& code : d.classes) classes.add(Json::text(code));
    line.set("classes", std::move(classes));
    line.set("opened", Json::boolean(row.opened));
    lines.add(std::move(line));
  }
  out.set("rows", std::move(lines));
  return out;
}

}  // namespace xch::audit
