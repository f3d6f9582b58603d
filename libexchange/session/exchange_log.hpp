// The exchange log of a home: what its journal says, in a form that others can check (docs/log.md).
//
//   journal   an event stands in it, durable, before anything is released; its lines above `logged` wait for the log
//   a batch   takes the waiting lines in their order, fills up with dummies to a fixed size, goes into HOME/log as
//             tiles under a signed checkpoint, and then into the store as written
//
// Before a batch is written, the store says what it will be (Planned): size and root of the log after it. So a batch
// that a crash has cut off is known again: either the log is as before, and the batch is made anew, or it has just that
// root, and is noted. A log that is neither is not continued: nothing is signed over a tree that the store does not
// know. The store may be the older one of the two, put back from a backup; then doctor --reconcile is asked for.
//
// The key of a day is derived from a secret of the home, so that a home that was put back has the same.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "log/checkpoint.hpp"
#include "log/day_key.hpp"
#include "log/writer.hpp"
#include "model/log_proof.hpp"
#include "session/heard.hpp"
#include "session/session.hpp"
#include "session/state.hpp"

namespace xch::session {

/// kLogBatch is the size of a batch; where more events wait than fit, it is the next power of two. kLogInterval is how
/// often the commands that tend a log add one.
constexpr std::size_t kLogBatch = 32, kLogBatchEvents = 4096;
constexpr std::uint64_t kLogInterval = kHour;

/// make_log_key draws the key of a home's log into its store.
Status make_log_key(Change& change, const HomeInfo& info, crypto::Random& random, Timestamp now);
/// log_stands compares the newest checkpoint in a home's folder with what the store knows of it. Errors: store_older
/// (the log was signed further by a store that is gone).
Status log_stands(const std::filesystem::path& home, const Rows& rows);
/// doubt_log says, in the reconciling of a restored home, that its log may have gone on since.
Status doubt_log(Change& change);

/// LogStanding is how a home's log stands.
struct LogStanding {
  std::string origin, verifier_key;
  std::uint64_t size = 0;     // entries under the newest checkpoint
  std::uint64_t waiting = 0;  // events that are not in it yet
  Timestamp last;             // when the last batch was added, or the key was made
  bool doubtful = false;      // the home was restored, and the log is not newer than its store
};

/// LogBatch is what one flush added.
struct LogBatch {
  std::uint64_t entries = 0, events = 0;
  std::string checkpoint;  // the note in force now
};

/// LogRow is one event as an auditor reads it.
struct LogRow {
  std::uint64_t index = 0;
  Event event;
};
/// LogReading is what a reader can tell of a whole log that was verified on the way.
struct LogReading {
  log::Checkpoint checkpoint;
  std::vector<LogRow> rows;
  std::uint64_t dummies = 0;
  std::uint64_t closed = 0;  // entries of days whose key this home does not have
};

/// FoundDayKey is the key of one day of a log, where a home has it: from the day-key file of that digest, else as the
/// log's own home or from what was kept.
struct FoundDayKey {
  std::optional<log::DayKey> key;
  std::optional<Digest> file;
  bool is_fresh = false;  // not kept here yet
};

/// LogWitness is a witness that a home asks, and how far it has come.
struct LogWitness {
  std::string name, url;   // the name of its key
  std::uint64_t size = 0;  // of this log it has cosigned so much, as far as is known here
  Timestamp signed_at;     // 1970: never
};
/// LogWitnessed is what the witnesses have said of a home's log.
struct LogWitnessed {
  bool has_policy = false;
  std::vector<LogWitness> witnesses;
  std::string note;          // the newest checkpoint that one of them has cosigned; empty: there is none
  std::uint64_t size = 0;    // its size
  bool is_enough = false;    // for the policy
};
/// LogAsk is what one witness is asked: the body of a request (log/witness.hpp).
struct LogAsk {
  std::string witness, url, request;
};
/// LogAnswered is what an answer came to: a cosignature of `size` entries, or to be asked again from that size on.
struct LogAnswered {
  std::string witness;
  bool is_signed = false;
  std::uint64_t size = 0;
};

class ExchangeLog {
 public:
  explicit ExchangeLog(Session::State& state) : state_(state) {}
  std::filesystem::path folder() const { return state_.path / "log"; }

  enum class Init : std::uint8_t { usual, is_newest };
  /// init makes the key of a home that has none. is_newest says of a home that was restored that no newer copy of its
  /// log is known to anybody.
  Status init(Init how);
  /// Errors of each of these: log_missing (no key).
  Result<LogStanding> standing() const;
  /// flush adds a batch, whether or not something waits, and further ones as long as something does. Errors:
  /// store_older, log_behind (the folder is older than the store, or may be), log_fork, those of LogWriter, store_*.
  Result<LogBatch> flush();
  /// tend adds a batch where one is due. It never fails: what could not be written waits.
  void tend();
  /// tend_if_used does so where this session has written events.
  void tend_if_used();
  /// set_policy says which witnesses are asked, and how many of them are enough; its logs, if it names any, have to
  /// include this one. Errors: log_policy, log_origin.
  Status set_policy(std::string_view text);
  Result<LogWitnessed> witnessed() const;
  /// ask gives a request to each witness of the policy that has not cosigned the newest checkpoint, or to the one of
  /// that name. Errors: log_behind (no checkpoint), not_found (no such witness), those of the log's folder.
  Result<std::vector<LogAsk>> ask(std::string_view only = {});
  /// collect takes the answer to what was asked last (encode_witness_answer): the cosignature goes into the log's
  /// folder, under the checkpoint if that is still the newest one, and into the file `witnessed`. The same answer may
  /// come again. Errors: witness_answer, and what the witness has refused (error_of).
  Result<LogAnswered> collect(std::string_view answer);

  /// place_of is the index of the entry of a line of the journal. Errors: log_not_yet, not_found (no such line).
  Result<std::uint64_t> place_of(std::uint64_t seq) const;

  /// read verifies a log folder whole and opens what this home can: its own log, or one whose day keys are wrapped to
  /// it. Day keys that it opened are kept, since the key that opens them ends. `day`: the events of that day's batches.
  /// Errors: those of open_checkpoint and check_folder, log_entry, log_entry_commit, log_entry_key.
  Result<LogReading> read(const std::filesystem::path& folder, const log::VerifierKey& key,
                          std::optional<log::Day> day) const;
  /// day_key finds one day's key by itself, for who reads a log whatever is wrong with it; keep_day_key keeps it once
  /// the log is known to have fixed its file. Errors: log_day_key, log_entry_key, file_io, store_*.
  Result<FoundDayKey> day_key(const std::filesystem::path& folder, const log::VerifierKey& key, log::Day day) const;
  Status keep_day_key(const log::VerifierKey& key, log::Day day, const log::DayKey& day_key) const;
  /// seen is the checkpoint of that log that was last verified here; see keeps a newer one.
  Result<std::optional<std::string>> seen(std::string_view origin) const;
  Status see(std::string_view origin, std::string_view checkpoint);

  /// unproven is how many events wait for their log proof to be sent.
  Result<std::size_t> unproven() const;
  /// prove_event proves one entry of this home's log to who is no auditor, under the newest checkpoint that enough
  /// witnesses have signed. Errors: log_quorum, log_not_yet (it does not have the entry), log_entry (no event there).
  Result<LogProof> prove_event(const HeaderHash& header, std::uint64_t index) const;
  /// held_proof is the proof about a note that came from a party's log, canonical; empty where none did.
  Result<Bytes> held_proof(const HeaderHash& header, const PartyId& log) const;
  /// heard is what notes and proofs have shown here of their senders' logs.
  Result<std::vector<HeardView>> heard() const;
  /// alarms are the logs of which two histories were shown here (session/heard.hpp).
  Result<std::vector<LogAlarm>> alarms() const;
  /// compare holds what notes and proofs have shown of a log against a copy of it under this checkpoint; a contradiction
  /// is kept as an alarm, and what the copy bears out is forgotten up to its largest size. Gives how many it bears out.
  /// Errors: log_fork, log_root (the copy is not what its checkpoint says), those of the folder.
  Result<std::size_t> compare(const std::filesystem::path& folder, const log::OpenedCheckpoint& signed_now);
  /// own_witness is the folder of the witness that this home is to others, empty where it is none; what headers show is
  /// held against what it has cosigned. set_own_witness errors: those of Witness::open and logs.
  Result<std::string> own_witness() const;
  Status set_own_witness(const std::filesystem::path& folder);

 private:
  Result<LogAnswered> take_answer(std::string_view answer);
  Session::State& state_;
};

}  // namespace xch::session
