// Packets: notes about several persons, sealed at once for the same table. Each person's note goes under that person's
// own grant, and each attendee gets one envelope with what those grants give it; it cannot tell how many others there
// were. A person without a grant is left out, and the sender alone is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/session.hpp"
#include "session/state.hpp"

namespace xch::session {

struct PacketRow {
  NoteSource note;
  std::optional<GrantHash> grant;  // or, by the person: the newest version in force
  std::string subject;
  Basis basis = Basis::none;
};

/// Conflict keeps one attendee from one person's row: a defender who represents somebody with an opposed interest.
struct Conflict {
  std::string party, subject;
};

struct PacketRequest {
  std::vector<PacketRow> rows;
  std::vector<std::string> to;  // who sits at the table; at least one
  std::vector<Conflict> conflicts;
  Purpose purpose = Purpose::none;
  std::string idempotency_key;
  std::optional<Timestamp> expires_at;
  bool keep_archive_copy = true, deliver = true;
};

/// LeftOut is a row that is sealed for nobody, and why.
struct LeftOut {
  std::size_t row = 0;
  std::string subject;
  Error why;
};
/// Withheld is a row that one attendee does not get: by a conflict (why: nothing), or by grant and policy.
struct Withheld {
  std::size_t row = 0;
  std::string party;
  std::optional<Error> why;
};

struct PacketAnswer {
  SealAnswer sealed;  // nothing where every row was left out
  std::vector<LeftOut> left_out;
  std::vector<Withheld> withheld;
};
/// PacketPreview is the dry run: for each attendee the rows that it would see.
struct PacketPreview {
  struct Row {
    std::size_t row = 0;
    std::string subject;
    Preview::Row gets;
  };
  struct Attendee {
    std::string party;
    std::vector<Row> rows;
  };
  std::vector<Attendee> attendees;
  std::vector<LeftOut> left_out;
  std::vector<Withheld> withheld;
};

class Packets {
 public:
  explicit Packets(Session::State& state) : state_(state) {}

  /// seal seals all rows that may be sealed, in one transaction. Errors: usage (rows, to, conflicts: empty, named
  /// twice, or of nobody in the packet), seal_recipient_unknown, seal_purpose_missing, those of read_note with "rows[n]",
  /// and those of Session::seal that concern the packet as a whole.
  Result<PacketAnswer> seal(const PacketRequest& request);
  /// preview decides the same and writes nothing.
  Result<PacketPreview> preview(const PacketRequest& request);

 private:
  Session::State& state_;
};

}  // namespace xch::session
