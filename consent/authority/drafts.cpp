// What becomes of a draft before anybody has signed it: it is written down, and its form handed out. The journal says so
// under a number that says nothing; which draft it was stands in the office alone.
#include "base/bytes.hpp"
#include "consent/authority/office.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace xch::consent {
namespace {

void put_text(ByteWriter& out, std::string_view text) { out.u32(static_cast<std::uint32_t>(text.size())).raw(text); }
void put_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.u32(static_cast<std::uint32_t>(texts.size()));
  for (const auto& text : texts) put_text(out, text);
}
template <class E>
void put_codes(ByteWriter& out, const std::vector<E>& codes) {
  out.u32(static_cast<std::uint32_t>(codes.size()));
  for (const auto code : codes) put_text(out, code_of(code));
}

std::string_view word_of(DraftStep step) { return step == DraftStep::drafted ? "drafted" : "proposed"; }

}  // namespace

Digest draft_hash(const ConsentDraft& draft) {
  ByteWriter out;
  put_text(out, "exchange consent draft 1");
  put_text(out, draft.subject);
  put_text(out, code_of(draft.basis));
  put_texts(out, draft.disclosers);
  put_texts(out, draft.recipients);
  put_codes(out, draft.classes);
  put_codes(out, draft.purposes);
  put_text(out, draft.first_day);
  put_text(out, draft.last_day);
  out.u32(static_cast<std::uint32_t>(draft.zone_offset_minutes));
  put_text(out, draft.proceeding);
  put_text(out, draft.revocable_day);
  put_text(out, draft.referred_by);
  out.u32(static_cast<std::uint32_t>(draft.restrictions.size()));
  for (const auto& asked : draft.restrictions) {
    put_text(out, asked.party);
    put_text(out, code_of(asked.field_class));
  }
  // Said where there is something to say, so that a draft without them has the hash it always had.
  if (!draft.zone.empty()) put_text(out, "zone"), put_text(out, draft.zone);
  for (const auto* one : {&draft.ends_on, &draft.revocable_on}) {
    if (one->event.empty()) continue;
    put_text(out, one == &draft.ends_on ? "ends_on" : "revocable_on");
    put_text(out, one->event), put_text(out, one->asserter);
  }
  for (const auto& external : draft.externals) {
    put_text(out, "external");
    put_text(out, external.name), put_text(out, external.last_day);
  }
  for (const auto& hub : draft.intermediaries) {
    put_text(out, hub.treating ? "intermediary of treating providers" : "intermediary");
    put_text(out, hub.party), put_texts(out, hub.members);
  }
  return crypto::sha256(std::move(out).take());
}

Result<std::optional<Digest>> number_of(const Desk& desk, const ConsentDraft& draft) {
  XCH_ASSIGN(auto row, desk.access->get(space::kDrafts, draft_hash(draft)));
  if (!row && !draft.first_day.empty() && draft.first_day == draft.signed_day) {
    auto asked = draft;  // a form that names no first day begins on the day it is signed
    asked.first_day.clear();
    XCH_ASSIGN(row, desk.access->get(space::kDrafts, draft_hash(asked)));
  }
  if (!row) return std::optional<Digest>();
  Digest out;
  if (!out.copy_from(*row)) return fail(Code::store_damaged);
  return std::optional<Digest>(out);
}

Status note(const Desk& desk, const ConsentDraft& asked, DraftStep step) {
  XCH_ASSIGN(const auto draft, restricted(desk, asked));
  XCH_ASSIGN(auto number, number_of(desk, draft));
  Round round;
  if (!number) {
    number = crypto::random_fixed<Digest>(desk.access->random());
    round.put(space::kDrafts, draft_hash(draft).view().copy(), number->view().copy());
  }
  round.event(EventKind::grant, *number, "{\"what\":\"" + std::string(word_of(step)) + "\"}");
  return round.commit(desk);
}

}  // namespace xch::consent
