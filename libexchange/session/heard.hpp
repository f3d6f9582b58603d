// What others have shown of their logs: the headers of their notes, the checkpoints of their proofs. Each is kept with
// what proves who showed it, and compared with the next one; two roots for one size of one log are two histories
// (docs/log.md, "What notes tell of a log").
#pragma once

#include <string>
#include <vector>

#include "log/checkpoint.hpp"
#include "message/open.hpp"
#include "session/rows.hpp"

namespace xch::session {

/// log_origin is the name of a party's log; log_origin_hash is what a header carries of it.
std::string log_origin(const CoalitionId& coalition, std::string_view party);
Digest log_origin_hash(std::string_view origin);

/// ShownView is one view of a log, and the statement that shows who gave it: a header with its signature, or a checkpoint.
struct ShownView {
  PartyId by;
  LogReference log;
  std::string statement;
};
ShownView shown_in(const message::Opened& note);
ShownView shown_in(const PartyId& by, const log::OpenedCheckpoint& checkpoint);

enum class Heard : std::uint8_t { agrees, contradicts };
/// hear keeps a view that is new and compares it with the one held of that size. A contradiction is kept as evidence.
Result<Heard> hear(Change& change, const ShownView& view);

/// HeardView is a view as it is kept.
struct HeardView {
  PartyId by;
  LogReference log;
  std::string statement;
};
Result<std::vector<HeardView>> all_heard(const Rows& rows);

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
