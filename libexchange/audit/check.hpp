// What the checks share: the entries of all logs by what they name. Internal to audit/.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/audit.hpp"

namespace xch::audit {

struct DigestHash {
  std::size_t operator()(const Digest& d) const {
    std::size_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | d.bytes[i];
    return out;
  }
};
using Entries = std::vector<const Entry*>;
using ByDigest = std::unordered_map<Digest, Entries, DigestHash>;

/// Index holds the entries of all logs, by kind and by what they are about.
struct Index {
  explicit Index(const Audit& audit);

  Entries opened;  // opened and re-opened
  Entries received, denied, disclosed, receipts, emergencies;
  Entries onward;                                             // redaction, presentation, release
  ByDigest sealed;                                            // by header hash
  ByDigest disclosed_by;                                      // likewise
  ByDigest opened_by;                                         // likewise
  ByDigest receipts_by;                                       // likewise
  ByDigest orders;                                            // of a court, by the grant made of it
  std::unordered_map<Digest, Timestamp, DigestHash> issued;   // status list hash: when it was made
  std::unordered_map<Digest, Timestamp, DigestHash> revoked;  // grant hash: from when on it was revoked

  const Entries& of(const ByDigest& map, const Digest& key) const {
    static const Entries kNone;
    const auto at = map.find(key);
    return at == map.end() ? kNone : at->second;
  }
};

/// Work is at one check: it collects what was found.
class Work {
 public:
  Work(const Audit& audit, const Index& index, std::string_view id);
  const Audit& audit;
  const Index& index;

  void looked() { ++out_.looked_at; }
  std::uint64_t looked_at() const { return out_.looked_at; }
  void finding(Outcome outcome, std::string text, std::vector<Evidence> evidence);
  void fails(std::string text, std::vector<Evidence> evidence) {
    finding(Outcome::fail, std::move(text), std::move(evidence));
  }
  void cannot_tell(std::string text, std::vector<Evidence> evidence) {
    finding(Outcome::indeterminate, std::move(text), std::move(evidence));
  }
  void remarks(std::string text, std::vector<Evidence> evidence) {
    finding(Outcome::pass, std::move(text), std::move(evidence));
  }
  /// not_asked ends a check whose needs were not given.
  CheckResult not_asked(std::string why) &&;
  /// done sums up: how many of what was looked at, and `well` where nothing is wrong.
  CheckResult done(std::string_view one, std::string_view many, const std::string& well) &&;
  /// done_of_entries is done for a check of what entries say: it does not pass where some could not be read.
  CheckResult done_of_entries(std::string_view one, std::string_view many, const std::string& well) &&;

  bool in_period(const Entry& e) const { return audit.period.holds(e.event.time); }
  Evidence at(const Entry& e) const { return {audit.logs[e.log].origin, e.index}; }
  std::string origin_of(const Entry& e) const { return audit.logs[e.log].origin; }
  /// missing says that something that had to stand in log `place` by `when` is not there: a failure where the log was
  /// read whole and goes so far, else undecided.
  void missing(std::size_t place, Timestamp when, const std::string& text, std::vector<Evidence> evidence);

 private:
  CheckResult out_;
};

/// said is a failure code's text from the one table, with its id.
std::string said(Code code);
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);
/// day_text is the day of a time, as 2026-11-26; short_hex the first digits of a digest.
std::string day_text(Timestamp time);
std::string short_hex(const Digest& digest);

/// Compared is a home's journal held against the log that it writes.
struct Compared {
  struct Unlogged {
    const session::JournalRow* row;
    bool waits;  // for the next batch: none came after it
  };
  std::vector<Unlogged> unlogged;
  Entries unknown;  // of the log, which the journal does not have
  bool is_ordered = true;
};
Compared compare_journal(const ReadLog& log, const std::vector<session::JournalRow>& rows);

/// A receipt travels like a note: one that has not come after this long is missed.
constexpr std::uint64_t kReceiptTravels = 7 * kDay;

// The checks, by what they are about; each gives the results of its ids in the list's order.
void check_logs(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out);
void check_notes(const Audit& audit, const Index& index, std::vector<CheckResult>& out);
void check_rights(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out);
void check_duties(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out);
void check_journals(const Audit& audit, const Index& index, const Given& given, std::vector<CheckResult>& out);

}  // namespace xch::audit
