// Reconciling: what was sealed against what was logged, delivered and opened. The question of who runs the exchange:
// is anything stuck, lost or done twice.
#pragma once

#include "audit/report.hpp"

namespace xch::audit {

/// State is what became of something, worst last.
enum class State : std::uint8_t {
  waits,          // sealed, and waits for the next batch of the log, or lies in the outbox
  on_its_way,     // disclosed, and not acknowledged yet
  opened_again,   // a repeat that was recorded as one
  refused,        // by the recipient, who wrote down why
  not_delivered,  // logged, and no sign that it came
  opened_twice,   // twice for the first time
  not_logged,     // sealed, and no entry of it
};
std::string_view code_of(State state);  // "waits", "on-its-way", "opened-again", ...

struct ReconcileRow {
  State state;
  Timestamp time;
  std::optional<Digest> note;      // by its header hash
  std::optional<Digest> envelope;  // where that alone is known
  std::string from, to;
  std::string text;  // one plain sentence
  std::optional<Evidence> evidence;
};

/// Waiting is an envelope that lies in an outbox.
struct Waiting {
  std::string from, to;
  Digest envelope;  // SHA-256
};

struct Reconciled {
  std::vector<ReconcileRow> rows;  // the worst first, then by time
  std::uint64_t disclosed = 0, delivered = 0;
  bool is_complete = true;

  /// outcome: fail where something was not logged or was opened twice; indeterminate where something was not delivered
  /// as far as the logs tell, or not every entry could be read.
  Outcome outcome() const;
};

/// reconcile goes by the logs, the journals of homes among them, and what lies in their outboxes.
Reconciled reconcile(const Audit& audit, const std::vector<JournalOf>& journals, const std::vector<Waiting>& waiting);
wire::Json reconcile_json(const Audit& audit, const Reconciled& reconciled);

}  // namespace xch::audit
