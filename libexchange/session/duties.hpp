// What opened notes ask of this home (docs/obligations.md): that they are deleted by a day, and that a person approves
// their use first. A note of this home's own asks nothing of it.
#pragma once

#include <string>
#include <vector>

#include "session/session.hpp"
#include "session/state.hpp"

namespace xch::session {

/// Deletion is one note that has to be deleted, here and wherever its reader copied it to. This home erases what it
/// holds of it; that the copies are gone somebody of the agency has to say.
struct Deletion {
  HeaderHash note;
  PartyId sender;
  std::string sender_name, type;
  bool presented = false;  // one field of it, shown by somebody else: the note itself never came here
  Timestamp due;
  Timestamp erased_at;     // here; zero: not yet
  Timestamp confirmed_at;  // everywhere, as somebody said; zero: not yet
  bool is_overdue(Timestamp now) const { return due < now && confirmed_at.seconds == 0; }
};

/// Approval is what a person is asked to approve, without a value of it.
struct Approval {
  HeaderHash note;
  std::string sender_name, type;
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  std::vector<Compartment> compartments;
  std::string by;         // who approved; empty: nobody has
  Timestamp approved_at;
};

class Duties {
 public:
  explicit Duties(Session::State& state) : state_(state) {}

  /// deletions lists every note that had or has to be deleted, by its day.
  Result<std::vector<Deletion>> deletions() const;
  /// confirm_deleted records that nothing of the note is left in this agency, and erases what this home holds of it.
  /// Errors: not_found (nothing of the kind was asked), store_*.
  Status confirm_deleted(const HeaderHash& note);

  /// asked lists the notes of an envelope, or the one of a presentation, that are shown only after an approval.
  /// Nothing is written. Errors: those of open and verify.
  Result<std::vector<Approval>> asked(ByteView bytes);
  /// approve records that `by`, a person of this agency, approves the use of all of them. Errors: usage (by: empty,
  /// longer than 128 bytes, or no text), not_found (nothing in it asks for that), those of asked.
  Result<std::vector<Approval>> approve(ByteView bytes, const std::string& by);

 private:
  Session::State& state_;
};

// ---- for the calls that show values and pass them on ---------------------------------------------------------------

/// DutyNote is what an opened note's duties follow from.
struct DutyNote {
  HeaderHash note;
  PartyId sender;
  std::string type;
  Timestamp expires_at;
  std::vector<Obligation> obligations;
  bool presented = false;
};
DutyNote duty_note_of(const message::Opened& opened);
/// A presented field has the obligations that the pack of its note puts on its class and basis.
DutyNote duty_note_of(const Held& held, const message::VerifiedPresentation& presented);

/// check_approved refuses what waits for an approval. Errors: open_needs_approval, store_*.
Status check_approved(const Session::State& state, const DutyNote& note);
/// take_on records what the values that are about to be shown ask for; showing them again makes a deletion due anew.
Status take_on(Change& change, const DutyNote& note, const PartyId& self);
/// delete_overdue erases what this home holds of notes past their day; spool files as erase_copies says.
Result<std::size_t> delete_overdue(Change& change, const KeyId& actor, Timestamp now, std::vector<std::string>& files);
Result<std::vector<Deletion>> all_deletions(const Rows& rows);

}  // namespace xch::session
