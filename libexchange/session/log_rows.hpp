// The log's rows in the store: its key, and how far it has come (session/exchange_log.hpp).
#pragma once

#include <string>
#include <vector>

#include "log/entry.hpp"
#include "log/note.hpp"
#include "log/policy.hpp"
#include "model/note.hpp"
#include "session/rows.hpp"

namespace xch::session {

/// LogKey is the key of a home's log, and what its day keys come from.
struct LogKey {
  log::SignerKey signer;
  crypto::SecretBytes days;
  Timestamp made;
  const std::string& origin() const { return signer.verifier().name(); }
  log::DayKey day_key(log::Day day) const;
};
/// Errors: log_missing.
Result<LogKey> read_log_key(const Rows& rows);

/// Place is where a line of the journal stands in the log.
struct Place {
  std::uint64_t seq = 0, index = 0;
};

/// Planned is a batch that is being written: what the log is after it.
struct Planned {
  std::uint32_t entries = 0;  // 0: none is being written
  Digest root;
  std::uint64_t logged = 0;
  std::vector<Place> places;
  std::vector<log::Day> days;  // whose keys stand in the log with it
};

/// LogState is how far the log has come, as far as the store knows.
struct LogState {
  std::uint64_t size = 0;
  Digest root;               // of the last checkpoint that is known here
  std::uint64_t logged = 0;  // the last line of the journal that is in it
  Timestamp last;            // of the last batch
  bool begun = false;        // the folder was made
  bool restored = false;     // the home was reconciled since: the folder may be newer than this
  bool newest = false;       // somebody has said that it is not older
  Planned planned;
};
Result<LogState> read_log_state(const Rows& rows);
Result<LogState> read_log_state(Change& change);
Status put_log_state(Change& change, const LogState& state);
/// note_batch makes `planned` what the log is.
Status note_batch(Change& change, LogState& state, Timestamp now);

/// WitnessRow is what is known of a witness: what it was asked last, and what it has cosigned.
struct WitnessRow {
  std::uint64_t size = 0;
  Timestamp signed_at;
  std::string asked;  // a note
};
/// A witness of which nothing is known has an empty row.
Result<WitnessRow> read_witness_row(const Rows& rows, std::string_view name);
Status put_witness_row(Change& change, std::string_view name, const WitnessRow& row);
/// The policy of a log's witnesses and the newest cosigned checkpoint, as texts; empty where there is none.
Result<std::string> read_log_policy(const Rows& rows);
/// The policy read; where there is none, one that asks for nobody.
Result<log::LogPolicy> policy_of_log(const std::string& text);
Result<log::LogPolicy> read_policy_of_log(const Rows& rows);
Status put_log_policy(Change& change, std::string_view text);
Result<std::string> read_witnessed_note(const Rows& rows);
Status put_witnessed_note(Change& change, std::string_view note);
/// The newest checkpoint that enough witnesses have signed, as headers carry it; of none: none.
LogReference no_log();
Result<LogReference> read_log_reference(const Rows& rows);
Status put_log_reference(Change& change, const LogReference& reference);
/// place_in_log is the index of the entry of a line of the journal. Errors: log_not_yet.
Result<std::uint64_t> place_in_log(const Rows& rows, std::uint64_t seq);

inline Bytes day_row(log::Day day) { return ByteWriter().u32(day.number).bytes(); }

}  // namespace xch::session
