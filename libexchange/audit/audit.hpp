// Audit: what the exchange logs of one or several agencies say when they are held against each other. A closed list of
// checks; each passes, fails, cannot be told, or was not asked for, with what it rests on. It never stops at the first
// finding: a log that cannot be read makes its checks fail or undecided, and the others go on.
//
// Checks tell what the logs carry and no more. An entry carries digests, codes, counts and times: no content, no
// person's pseudonym, no grant's entries (docs/audit.md, "What an audit cannot tell").
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/reading.hpp"
#include "model/pack.hpp"
#include "model/party.hpp"
#include "model/slots.hpp"
#include "session/session.hpp"

namespace xch::audit {

/// Outcome of a check, from best to worst but for not_checked, which says that what it needs was not given.
enum class Outcome : std::uint8_t { not_checked, pass, indeterminate, fail };
std::string_view code_of(Outcome outcome);  // "pass", "fail", "indeterminate", "not-checked"

/// CheckInfo is one check as it is known by its id: what it asks, by which rule, and what to do where it does not pass.
struct CheckInfo {
  std::string_view id;        // "open-has-seal"; never changed, never used again for another check
  std::string_view question;  // "Was every note that was opened sealed by its sender?"
  std::string_view rule;      // where the rule stands: a citation, or a page of docs/
  std::string_view meaning;   // what it means where it fails
  std::string_view advice;    // what to do then
};
/// check_list is the closed list, in the order in which a report shows it.
const std::vector<CheckInfo>& check_list();

/// Evidence is an entry, or a log as a whole.
struct Evidence {
  std::string origin;
  std::optional<std::uint64_t> index;
};

/// Finding is one thing that a check found; `outcome` pass is a remark.
struct Finding {
  Outcome outcome = Outcome::fail;
  std::string text;  // one plain sentence
  std::vector<Evidence> evidence;
};

/// kFindingsMax is how many findings of one check are kept; all are counted.
constexpr std::size_t kFindingsMax = 200;

struct CheckResult {
  const CheckInfo* check = nullptr;
  Outcome outcome = Outcome::pass;
  std::uint64_t looked_at = 0;  // how many things it was asked of
  std::string summary;          // one plain sentence
  std::vector<Finding> findings;
  std::uint64_t failed = 0, undecided = 0;  // of all findings, kept or not
};

/// Period limits what is asked about: events from `from` on and before `to`; zero is open. What lies outside still
/// counts as an answer: a note that was sealed before may be opened in it.
struct Period {
  Timestamp from, to;
  bool holds(Timestamp t) const { return from <= t && (to.seconds == 0 || t < to); }
};

/// JournalOf is the journal of the home that writes one of the logs.
struct JournalOf {
  std::string log_key;  // the verifier key's text
  std::vector<session::JournalRow> rows;
};

/// HomeOf is what the home that writes one of the logs holds beside it: its grants and its keys.
struct HomeOf {
  std::string log_key;  // the verifier key's text
  std::vector<session::GrantSummary> grants;
  std::vector<session::OwnKeyRow> keys;
};

/// ShownLogs is what notes and proofs have shown a home of others' logs, and how often two of them contradicted each
/// other.
struct ShownLogs {
  std::vector<session::HeardView> views;
  std::vector<session::LogAlarm> alarms;
};

/// Given is what an audit is made from. Without `parties` an agency is known by its log's name alone; without a pack
/// decisions are not made again.
struct Given {
  std::vector<LogSource> logs;
  Witnesses witnesses;
  std::vector<Party> parties;
  std::map<PolicyHash, PolicyPack> packs;
  std::vector<NoteSchema> schemas;
  std::vector<JournalOf> journals;
  std::vector<HomeOf> homes;
  ShownLogs shown;
  Period period;
  Timestamp now;
  std::function<void(std::uint64_t done, std::uint64_t total)> tell;  // how many entries of one log were read
};

struct Audit {
  std::vector<ReadLog> logs;
  std::vector<Party> parties;
  std::vector<std::optional<PartyId>> owners;  // whose each log is, where that is known
  std::vector<session::GrantSummary> grants;   // that the homes given hold
  Period period;
  Timestamp now;
  std::vector<CheckResult> checks;  // as check_list

  /// verdict is the worst of all; pass where everything that was asked passed.
  Outcome verdict() const;
  std::string sentence() const;
  const CheckResult* check(std::string_view id) const;
  /// name_of is a party's name, else the first digits of its id.
  std::string name_of(const PartyId& party) const;
  /// owner_name is whose a log is; where that is not known, the log's own name.
  std::string owner_name(std::size_t log) const;
  /// log_of is the place of a party's log among those given; kNoLog where it is not there, or the party is not known.
  static constexpr std::size_t kNoLog = static_cast<std::size_t>(-1);
  std::size_t log_of(const std::optional<PartyId>& party) const;
};

/// read_logs reads the logs and finds out whose they are: what an accounting goes by. No check is run.
Audit read_logs(const Given& given, DayKeys& keys);
/// run_audit reads the logs and runs every check. Cost: each entry is hashed and opened once.
Audit run_audit(const Given& given, DayKeys& keys);

}  // namespace xch::audit
