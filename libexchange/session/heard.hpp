// What others have shown of their logs: the headers of their notes, the checkpoints of their proofs. Each is kept with
// what proves who showed it, and compared with the next one; two roots for one size of one log are two histories
// (docs/log.md, "What notes tell of a log").
//
// What is proven to be of one history is superseded by its largest size, and goes; what is not proven stays, so that a
// second history does not find its place empty. A copy of the log proves it, and this home's own witness does for what
// it has cosigned.
#pragma once

#include <string>
#include <vector>

#include "log/checkpoint.hpp"
#include "message/open.hpp"
#include "session/rows.hpp"
#include "session/state.hpp"
#include "session/statement.hpp"

namespace xch::session {

/// log_origin is the name of a party's log.
std::string log_origin(const CoalitionId& coalition, std::string_view party);

/// ShownView is one view of a log, and the statement that shows who gave it: a header with its signature, or a checkpoint.
struct ShownView {
  PartyId by;
  LogReference log;
  std::string statement;
};
/// A header that names another log than its sender's own shows nothing: size 0.
ShownView shown_in(const Held& held, const message::Opened& note);
ShownView shown_in(const PartyId& by, const log::OpenedCheckpoint& checkpoint);

enum class Heard : std::uint8_t { agrees, contradicts };
/// hear keeps a view that is new and compares it with the one held of that size, and with what this home's own witness
/// holds of the log. A contradiction is kept as evidence. A witness that cannot be read is passed over (doctor tells).
Result<Heard> hear(const Session::State& state, Change& change, const ShownView& view);

/// HeardView is a view as it is kept.
struct HeardView {
  PartyId by;
  LogReference log;
  std::string statement;
};
Result<std::vector<HeardView>> all_heard(const Rows& rows);
/// forget_superseded erases, of views that were proven to be of one history, all but the largest of each sender. Those of
/// a log with an alarm stay.
Status forget_superseded(Change& change, const std::vector<HeardView>& proven);

/// The folder of this home's own witness; empty where it is none.
Result<std::string> read_own_witness(const Rows& rows);
Status put_own_witness(Change& change, std::string_view folder);

/// LogAlarm is two histories of one log; `evidence` is the file that shows them (log/evidence.hpp).
struct LogAlarm {
  PartyId by;
  Digest origin;
  std::uint64_t size = 0;
  std::string evidence;
};
Result<std::vector<LogAlarm>> log_alarms(const Rows& rows);
Status put_alarm(Change& change, const LogAlarm& alarm);

}  // namespace xch::session
