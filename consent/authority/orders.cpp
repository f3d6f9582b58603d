// Orders of a court, 42 CFR 2.61 to 2.67: the paper, what the court found, and what no order reaches.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "consent/authority/lint.hpp"
#include "consent/authority/period.hpp"

namespace xch::consent {
namespace {

constexpr Rule kSubpoena{"P2-13-b", "42 CFR 2.13(b), 2.61"}, kOrder{"P2-61", "42 CFR 2.61"};

struct Finds {
  Basis basis;
  Rule rule;
  std::vector<std::string_view> findings;
};
const std::vector<Finds>& finds() {
  static const std::vector<Finds> kFinds = {
      {Basis::order264, {"P2-64", "42 CFR 2.64(b), (d)"}, {"fictitious-name", "notice-given", "no-other-way", "public-interest"}},
      {Basis::order265,
       {"P2-65", "42 CFR 2.65(b), (d)"},
       {"holder-heard", "extremely-serious-crime", "substantial-value", "no-other-way", "public-interest"}},
      {Basis::order266, {"P2-66", "42 CFR 2.66(c)"}, {"no-other-way", "public-interest"}},
      {Basis::order267, {"P2-67", "42 CFR 2.67(c)"}, {"crime-in-program", "no-other-way", "public-interest"}},
  };
  return kFinds;
}

}  // namespace

void check_subpoena(Case& c) {
  if (c.draft.order.kind == "subpoena")
    c.refuse(kSubpoena, Code::consent_authority, "A subpoena alone is not enough.",
             "Ask for an order of the court under subpart E; the subpoena then compels what the order permits.");
}

void check_order(Case& c) {
  const auto& order = c.draft.order;
  if (order.kind == "subpoena") return;  // check_subpoena says it
  if (order.kind != "order" || order.court.empty() || !from_hex_as<Digest>(order.digest))
    c.refuse(kOrder, Code::consent_incomplete, "The order of the court is not there.",
             "Give its kind (order), the court, the day and the SHA-256 of the paper.");
  const auto day = start_of_day(order.day, days_of(c.draft));
  if (!day || *day > c.now)
    c.refuse(kOrder, Code::consent_period, "The day of the order is missing, no date, or lies in the future.",
             "Write the day of the order as YYYY-MM-DD.");
  const auto from = start_of_day(c.draft.first_day, days_of(c.draft));
  if (day && from && *from < *day)
    c.refuse(kOrder, Code::consent_period, "It would hold before the court ordered it.", "Begin on the day of the order or later.");
}

void check_order_findings(Case& c) {
  for (const auto& row : finds()) {
    if (row.basis != c.draft.basis) continue;
    const auto& found = c.draft.order.findings;
    for (const auto wanted : row.findings)
      if (std::find(found.begin(), found.end(), wanted) == found.end())
        c.refuse(row.rule, Code::consent_incomplete, "The order does not find what the rule asks for: " + std::string(wanted) + ".",
                 "Name the finding if the order has it; without it the order does not reach these records.");
  }
}

std::string order_detail(const ConsentDraft& draft) {
  std::string found;
  for (const auto& row : finds()) {
    if (row.basis != draft.basis) continue;
    const auto& named = draft.order.findings;
    // Of what the draft says only the words of the rule: the rest may be anything.
    for (const auto wanted : row.findings)
      if (std::find(named.begin(), named.end(), wanted) != named.end())
        found += (found.empty() ? "" : " ") + std::string(wanted);
  }
  const auto paper = from_hex_as<Digest>(draft.order.digest);
  const auto day = start_of_day(draft.order.day, days_of(draft));
  return "{\"basis\":\"" + std::string(code_of(draft.basis)) + "\",\"paper\":\"" + (paper ? to_hex(*paper) : "") +
         "\",\"ordered\":" + std::to_string(day ? day->seconds : 0) + ",\"findings\":\"" + found + "\"}";
}

}  // namespace xch::consent
