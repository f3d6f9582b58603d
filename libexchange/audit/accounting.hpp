// The accounting of disclosures: what a person may ask for about themselves (42 CFR 2.24, 2.25; 45 CFR 164.528). Its
// rows are the disclosures under the person's grants, as the logs have them.
//
// No entry carries a person's name or pseudonym. Whose grants are whose only a home tells that holds them; so the
// caller names the grants.
#pragma once

#include <map>
#include <set>

#include "audit/report.hpp"

namespace xch::audit {

/// AccountingRule is whose duty it is, how far it looks back, and what it leaves out.
struct AccountingRule {
  std::string_view id;        // "2.25"
  std::string_view citation;  // "42 CFR 2.25"
  std::uint32_t years;
  std::uint32_t days;     // within which a written request is answered
  std::string_view what;  // what is listed, in plain words
  std::vector<Basis> leaves_out;
};
const std::vector<AccountingRule>& accounting_rules();
const AccountingRule* accounting_rule(std::string_view id);

/// Suspension: a law enforcement or oversight agency has stated that telling the person would impede it; until then
/// what went to it is left out (45 CFR 164.528(a)(2)).
struct Suspension {
  std::string to;  // the agency's name
  Timestamp until;
};

/// Via is an intermediary, and who receives through it: under each grant that names it, or under all.
struct Via {
  std::string party;
  std::set<std::string> members;                    // under every grant
  std::map<Digest, std::set<std::string>> of_grant;
};

/// Copy is for whom it is made. The person's own says nothing of a suspension; the office's marks what is held back.
enum class Copy : std::uint8_t { person, office };

struct AccountingAsked {
  std::set<Digest> grants;
  const AccountingRule* rule = nullptr;
  std::vector<Suspension> suspensions;
  Copy copy = Copy::person;
  std::optional<Via> via;       // only what went through it
  Timestamp requested;          // the day of the written request; 0: not said
};

struct AccountingRow {
  Disclosure disclosure;
  std::optional<Timestamp> held_until;  // in the office's copy alone
};

struct Accounting {
  const AccountingRule* rule = nullptr;
  Copy copy = Copy::person;
  std::string via;
  Timestamp requested, answer_by;  // days; 0: not said
  Period period;
  std::vector<AccountingRow> rows;  // by time
  bool is_complete = true;
};

/// look_back is the period that a rule covers at `now` (or at the day of the request), cut to `asked`.
Period look_back(const AccountingRule& rule, const Period& asked, Timestamp now);
/// account_for lists the disclosures. The audit's period is that of look_back.
Accounting account_for(const Audit& audit, const AccountingAsked& asked);

std::string accounting_html(const Audit& audit, const Accounting& accounting);
std::string accounting_csv(const Audit& audit, const Accounting& accounting);
wire::Json accounting_json(const Audit& audit, const Accounting& accounting);

}  // namespace xch::audit
