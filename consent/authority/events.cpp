// Events that end a consent, or make a condition revocable, before its day: 42 CFR 2.31(a)(7), 2.35(c). What is said of
// them, and what the office does once the agency that may say so has said that one has happened.
#include <algorithm>

#include "base/encoding.hpp"
#include "consent/authority/lint.hpp"
#include "consent/authority/office.hpp"
#include "grant/build.hpp"

namespace xch::consent {
namespace {

constexpr Rule kExpiry{"P2-31-7", "42 CFR 2.31(a)(7)"}, kEffect{"P2-35-b", "42 CFR 2.35(b)"},
    kRevocable{"P2-35-c", "42 CFR 2.35(c)"};
constexpr std::size_t kMaxEvent = 200;

bool is_said(const EndingEvent& one) { return !one.event.empty() || !one.asserter.empty(); }

void check_one(Case& c, const EndingEvent& one, Rule rule) {
  if (!is_said(one)) return;
  if (one.event.size() > kMaxEvent || !is_utf8(ByteView(std::string_view(one.event))) || !is_one_line(one.event))
    c.refuse(rule, Code::consent_event, "The event is not told in one line of at most 200 characters.",
             "Say in a few words what has to happen, as the form is to say it.");
  const auto* asserter = c.roster.party_named(one.asserter);
  if (asserter == nullptr || asserter->role == Role::relay)
    c.refuse(rule, Code::consent_event, "Nobody of the roster is named who may say that the event has happened.",
             "Name the one agency that may say so, as the roster does: the court's office, say, or this office itself.");
}

/// The agency that may say so, and from when on.
void await(const Desk& desk, const GrantFile& file, const EndingEvent& one, Round& round) {
  const auto* asserter = desk.roster->party_named(one.asserter);
  if (one.event.empty() || asserter == nullptr) return;
  round.put(space::kAwaited, grant::event_digest(file.core.grant_id, one.event).view().copy(),
            std::move(ByteWriter().raw(asserter->id).u64(file.core.effective_at.seconds)).take());
}

/// stated is when an event of a grant was said to have happened; 0: nobody has said so.
Result<Timestamp> stated(const Desk& desk, const GrantFile& file, const EndingEvent& one) {
  if (one.event.empty()) return Timestamp{};
  XCH_ASSIGN(const auto row, desk.access->get(space::kStated, grant::event_digest(file.core.grant_id, one.event)));
  if (!row) return Timestamp{};
  if (row->size() < 8) return fail(Code::store_damaged);
  return Timestamp{load_u64(row->data())};
}

}  // namespace

void check_events(Case& c) {
  check_one(c, c.draft.ends_on, c.is_justice() ? kEffect : kExpiry);
  check_one(c, c.draft.revocable_on, kRevocable);
  if (is_said(c.draft.ends_on) && c.is_order())
    c.refuse(kExpiry, Code::consent_event, "An order of a court ends as the court says, and on no other event.",
             "Leave the event out; a later order takes the place of this one.");
  // What an officer shares before consent is for that time alone.
  if (c.is_originator() && !is_said(c.draft.ends_on))
    c.warn({"LX-originator", "docs/format.md, Keys, parties, roster"},
           "It does not say that it ends once the person has signed or refused.",
           "Let it end on that event, said by the office that asks the person.");
  if (!is_said(c.draft.revocable_on)) return;
  if (!c.basis.pending_revocation)
    c.refuse(kRevocable, Code::consent_event, "This may be revoked at any time, and waits for no event.",
             "Leave the event out, or let it end the consent.");
  if (c.draft.revocable_on.event == c.draft.ends_on.event)
    c.refuse(kRevocable, Code::consent_event, "One event is said to end it and to make it revocable.",
             "Leave one of the two out.");
}

void await_events(const Desk& desk, const GrantFile& file, Round& round) {
  await(desk, file, file.draft.ends_on, round);
  if (file.revocable_event_at.seconds == 0) await(desk, file, file.draft.revocable_on, round);
}

void await_no_more(const GrantFile& file, Round& round) {
  for (const auto* one : {&file.draft.ends_on, &file.draft.revocable_on})
    if (!one->event.empty())
      round.put(space::kAwaited, grant::event_digest(file.core.grant_id, one->event).view().copy(), Bytes());
}

Status take_stated_events(const Desk& desk, Shelf& shelf, Lists& lists, Round& round) {
  for (auto* file : shelf.newest_of_each()) {
    if (file->state == GrantState::revoked) continue;
    XCH_ASSIGN(const auto free, stated(desk, *file, file->draft.revocable_on));
    if (free.seconds != 0 && file->revocable_event_at.seconds == 0) {
      file->revocable_event_at = free;
      file->revocable_at = std::min(file->revocable_at, desk.now);
      round.put(*file);
    }
    XCH_ASSIGN(const auto over, stated(desk, *file, file->draft.ends_on));
    if (over.seconds == 0) continue;
    file->event_at = over;
    XCH_TRY(end(desk, *file, GrantState::revoked, file->reason, lists, round));
  }
  return Ok{};
}

}  // namespace xch::consent
