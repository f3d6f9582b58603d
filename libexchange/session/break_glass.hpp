// Medical emergencies (42 CFR 2.51): what a holder tells medical personnel without a consent, and the four facts that
// it writes down.
//
//   tell      the event and the facts are in the store, durable; then the event stands in the home's log under a signed
//             checkpoint; only then the envelope goes into the spool. Where the log cannot be written nothing is sent.
//   open      the event is durable, then the values leave, as for a note.
#pragma once

#include <string>
#include <vector>

#include "message/break_glass.hpp"
#include "session/session.hpp"

namespace xch::session {

struct EmergencyRequest {
  NoteSource note;  // its fields are what is told
  std::string to;   // party name
  std::string personnel, facility, discloser, nature;
};

/// EmergencyRecord is the documentation of 42 CFR 2.51(c), as the home keeps it: without the values.
struct EmergencyRecord {
  BreakGlassId id;
  bool told = false;       // by this home; else it was told
  std::string party;       // the other side, by the roster's name of then
  Timestamp time;
  std::string personnel, facility, discloser, nature, type;
  std::vector<std::string> fields;  // paths of what was told
  Timestamp sent;          // of what this home told: 0 where it never left; else when it was opened first
  std::uint64_t journal_seq = 0;
  Digest body;             // SHA-256 of the signed body
};

/// OpenedEmergency owns its values and wipes them.
struct OpenedEmergency {
  EmergencyRecord record;
  message::OpenedBreakGlass opened;
  bool repeat = false;
  OpenedEmergency() = default;
  OpenedEmergency(OpenedEmergency&&) = default;
  OpenedEmergency& operator=(OpenedEmergency&&) = delete;
  OpenedEmergency(const OpenedEmergency&) = delete;
  ~OpenedEmergency() { message::forget(opened.told); }
};

class Emergencies {
 public:
  explicit Emergencies(Session::State& state) : state_(state) {}

  /// preview is every check of tell, and writes nothing.
  Result<EmergencyRecord> preview(const EmergencyRequest& request) const;
  /// Errors: roster_missing, roster_expired, policy_pack_unknown, party_unknown, present_not_allowed (this home is no
  /// provider), break_glass_recipient, break_glass_facts, seal_recipient_key, seal_agreement, seal_schema, verify_slot
  /// (no field), those of reading a note, and those of ExchangeLog::flush: then nothing was sent, and the record says
  /// so.
  Result<EmergencyRecord> tell(const EmergencyRequest& request);
  /// open gives what was told to this home. Errors: those of message::open_break_glass, open_replay_alarm (another body
  /// bears the id), store_*.
  Result<OpenedEmergency> open(ByteView envelope);
  /// records are all of this home, by time.
  Result<std::vector<EmergencyRecord>> records() const;

 private:
  Session::State& state_;
};

}  // namespace xch::session
