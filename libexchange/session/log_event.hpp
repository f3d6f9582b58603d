// An event as it stands in the exchange log: the journal's line in few bytes (docs/log.md, "Events").
//
//     event  = 0x01 || u16 kind || u64 time || actor[32] || object[32] || members
//     member = u8 key || type || value; key 0: u8 length || its name follows
//     type     1 bytes    u8 length || bytes      in the journal: hex
//              2 text     u8 length || ASCII
//              3 number   u8 length || big-endian, no leading zero
//              4 list     u8 count || u16 each
//              5 digest   32 bytes: SHA-256 of a list's u16s, where the list itself does not fit
//
// A journal line that does not fit even so has one member, "line": SHA-256 of its text. The same line always gives the
// same bytes, so a log can be compared with the journal it was made from.
#pragma once

#include "session/rows.hpp"
#include "store/store.hpp"
#include "wire/json.hpp"

namespace xch::session {

/// encode_event gives 75 to log::kEventMaxBytes bytes.
Bytes encode_event(const store::JournalRow& row);

/// LoggedEvent is an event with its detail as a value: an object, of texts, whole numbers and lists of them.
struct LoggedEvent {
  EventKind kind = EventKind::none;
  Timestamp time;
  KeyId actor;
  Digest object;
  wire::Json detail;
};
/// read_event gives the event with its detail as the journal has it; what stands for a digest is text in hex.
/// Errors: log_entry.
Result<LoggedEvent> read_event(ByteView event);
/// decode_event is read_event with the detail as text, as the journal's line.
Result<Event> decode_event(ByteView event);

}  // namespace xch::session
