// Passing on: one field to somebody else with the first sender's signature over it, and a copy with fewer cells.
// Recorded, then released, like everything that leaves (docs/format.md, "Presentation", "Redaction").
#include <algorithm>
#include <set>

#include "crypto/digest.hpp"
#include "message/object_envelope.hpp"
#include "policy/decide.hpp"
#include "session/deliver.hpp"
#include "session/duties.hpp"
#include "session/events.hpp"
#include "session/json_line.hpp"
#include "session/knowledge.hpp"
#include "session/learn.hpp"
#include "session/log_proofs.hpp"
#include "session/objects.hpp"
#include "session/received.hpp"
#include "wire/records.hpp"

namespace xch::session {
namespace {

const message::Opened* find_note(const message::OpenedBundle& bundle, const HeaderHash& header) {
  for (const auto& view : bundle.views)
    if (view.opened && view.opened->header_hash == header) return &*view.opened;
  return nullptr;
}

/// Opens an envelope again for its holder's own use: no value is handed out, so no opened event is due.
Result<message::OpenedBundle> open_again(Session::State& state, const Call& call, const SessionKnowledge& knowledge,
                                         ByteView envelope, const HeaderHash& header) {
  auto bundle = message::open(envelope, knowledge, state.open_secrets, state.arenas, call.now);
  if (!bundle) return fail(knowledge.explain(std::move(bundle).error()));
  if (knowledge.failure()) return fail(*knowledge.failure());
  for (auto& view : bundle->views)
    if (view.header_hash == header && !view.opened) return fail(knowledge.explain(view.opened.error()));
  const message::Opened* note = find_note(*bundle, header);
  if (note == nullptr) return fail(Code::not_found);
  XCH_TRY(check_approved(state, duty_note_of(*note)));
  return std::move(*bundle);
}

// ---- present -------------------------------------------------------------------------------------------------------

// An error's path is made of schema names alone; a text that is none of them is not repeated.
std::string known_path(const NoteSchema& schema, const std::string& path) {
  const bool known = std::any_of(schema.slots.begin(), schema.slots.end(), [&](const auto& s) { return s.path == path; });
  return known ? path : std::string("paths");
}

struct Path {
  std::string field;
  std::optional<Form> form;
};

/// "engaged" is the finest form the audience may have; "engaged@level" names one.
std::optional<Path> parse_path(const std::string& text) {
  const auto at = text.find('@');
  if (at == std::string::npos) return Path{text, std::nullopt};
  const auto form = parse_form(text.substr(at + 1));
  if (!form) return std::nullopt;
  return Path{text.substr(0, at), form};
}

Result<std::uint16_t> choose_slot(const message::Opened& note, const Path& path, const grant::HeldGrant& under,
                                  const Party& audience, const PolicyPack& pack, Purpose purpose) {
  const auto& readable = under.may_read(audience.id);
  bool there = false;
  for (const auto& cell : note.cells) {
    const SlotSpec& slot = note.schema->slots[cell.slot];
    if (slot.path != path.field || (path.form && slot.compartment.form() != *path.form) || !cell.present) continue;
    there = true;
    if (!std::binary_search(readable.begin(), readable.end(), slot.compartment)) continue;
    if (!policy::allows(pack, under.core().basis, purpose, audience.role, slot.compartment)) continue;
    return cell.slot;  // slots of a field stand full first, then by form
  }
  return fail(there ? Code::present_audience : Code::present_absent, known_path(*note.schema, path.field));
}

Result<std::vector<std::uint16_t>> choose_slots(const message::Opened& note, const std::vector<std::string>& paths,
                                                const grant::HeldGrant& under, const Party& audience,
                                                const PolicyPack& pack, Purpose purpose) {
  std::set<std::uint16_t> out;
  for (const auto& text : paths) {
    const auto path = parse_path(text);
    if (!path) return fail(Code::usage, "paths");
    XCH_ASSIGN(const std::uint16_t slot, choose_slot(note, *path, under, audience, pack, purpose));
    out.insert(slot);
  }
  if (out.empty()) return fail(Code::usage, "paths");
  return std::vector<std::uint16_t>(out.begin(), out.end());
}

void wipe_presentation(Presentation& presentation) {
  for (auto& slot : presentation.slots) crypto::wipe(slot.plain);
}

std::string presentation_detail(std::string_view what, const PartyId& other, const GrantHash& under, std::size_t fields,
                                Purpose purpose, std::string_view log) {
  return JsonLine()
      .word("what", what)
      .hex("with", other)
      .hex("under", under)
      .number("fields", fields)
      .word("purpose", code_of(purpose))
      .word("log", log)
      .text();
}

}  // namespace

Result<PresentAnswer> Session::present(ByteView envelope, const HeaderHash& note, const std::vector<std::string>& paths,
                                       const std::string& audience, const std::array<std::uint8_t, 32>& nonce,
                                       Purpose purpose, std::optional<GrantHash> under) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  const SessionKnowledge knowledge(state, call);
  XCH_ASSIGN(const auto bundle, open_again(state, call, knowledge, envelope, note));
  const message::Opened& opened = *find_note(bundle, note);

  const auto roster = call.held->rosters->newest();
  const Party* holder = roster->party(state.info.party);
  const Party* to = roster->party_named(audience);
  if (holder == nullptr || to == nullptr) return fail(Code::party_unknown);
  const PolicyPack* pack = call.held->policies->find(roster->roster().policy_pack);
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  const CertifiedKey* key = roster->encryption_key(to->id, call.now);
  if (key == nullptr) return fail(Code::seal_recipient_key);

  message::PresentRequest request;
  request.audience = to->id;
  request.audience_key = key->id;
  request.nonce = nonce;
  request.purpose = purpose;
  request.under = opened.grant;
  if (under) {
    XCH_ASSIGN(request.under, state.shelf.get(*under, *call.held, *state.rows, state.info.party));
  }
  if (!request.under) return fail(Code::open_grant_unknown);
  // Who may present at all comes first: a holder without the right is told so whatever fields it names.
  if (!policy::may_present(*pack, opened.header.basis, holder->kind)) return fail(Code::present_not_allowed);
  XCH_ASSIGN(request.slots, choose_slots(opened, paths, *request.under, *to, *pack, purpose));
  XCH_ASSIGN(request.log_proof, held_log_proof(*state.rows, note, opened.header.sender));
  XCH_TRY(check_status_now(*call.held, *request.under, call.now));
  XCH_TRY(message::check_present(opened, request, *holder, *to, *pack, call.now));

  XCH_ASSIGN(auto seat, state.seat(*call.held, call.now));
  XCH_ASSIGN(Presentation made, message::make_presentation(opened, request, state.info.party, seat.key->certified.id,
                                                           *pack, call.now));
  Bytes body = wire::encode(made);
  wipe_presentation(made);
  auto object = sign_by_seat(state, call, Kind::presentation, body);
  crypto::wipe(body);
  if (!object) return fail(std::move(object).error());
  auto sealed = seal_to(state, call, *object, to->id, message::kObjectBody);
  crypto::wipe(object->object.body);
  if (!sealed) return fail(std::move(sealed).error());

  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.append(plain_event(EventKind::presentation, retag<Digest>(note),
                                    presentation_detail("presented", to->id, request.under->hash(), request.slots.size(),
                                                        purpose, freshness_name(opened.freshness)),
                                    state.actor(*call.held), call.now)));
  XCH_TRY(queue(change, *sealed));
  XCH_TRY(change.commit());
  deliver_queued(state);
  state.log.write(LogLevel::info, JsonLine().word("event", "presented").number("fields", request.slots.size()).text());
  return PresentAnswer{std::move(sealed->outgoing.envelope), to->name};
}

// ---- verify --------------------------------------------------------------------------------------------------------

namespace {

enum class NonceState : std::uint8_t { issued = 1, used = 2 };

Status record_denied(Session::State& state, const Call& call, const Digest& object, Code code) {
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.append(denied_event(code, object, state.actor(*call.held), call.now)));
  return change.commit();
}

Result<NonceState> nonce_state(const std::optional<crypto::SecretBytes>& row) {
  if (!row || row->size() != 1) return NonceState::used;
  return static_cast<NonceState>(row->expose()[0]);
}

}  // namespace

Result<std::array<std::uint8_t, 32>> Session::new_nonce() {
  XCH_ASSIGN(const Call call, state_->enter());
  std::array<std::uint8_t, 32> nonce{};
  state_->random.fill(MutableView(nonce));
  XCH_ASSIGN(auto change, state_->rows->begin());
  XCH_TRY(change.put(space::kNonce, ByteView(nonce), ByteWriter().u8(static_cast<std::uint8_t>(NonceState::issued))));
  XCH_TRY(change.commit());
  return nonce;
}

Result<VerifyAnswer> Session::verify(ByteView object_envelope) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  const Digest digest = crypto::sha256(object_envelope);
  auto arrived = open_arrived(state, call, object_envelope);
  if (!arrived) return fail(std::move(arrived).error());
  struct Wiped {
    message::OpenedObject& object;
    ~Wiped() { crypto::wipe(object.object.object.body); }
  } wiped{*arrived};

  const SessionKnowledge knowledge(state, call);
  // Which nonce it answers stands inside; whether it is open decides the verification below.
  std::array<std::uint8_t, 32> nonce{};
  if (auto presentation = wire::decode_presentation(arrived->object.object.body)) {
    nonce = presentation->nonce;
    wipe_presentation(*presentation);
  }
  XCH_ASSIGN(const auto row, state.rows->get(space::kNonce, ByteView(nonce)));
  XCH_ASSIGN(const NonceState asked, nonce_state(row));
  auto verified = message::verify_presentation(arrived->object, knowledge, arrived->opened_under,
                                               asked == NonceState::issued, call.now);
  if (!verified) {
    const Error error = knowledge.explain(std::move(verified).error());
    if (error.info().errc != Errc::io) XCH_TRY(record_denied(state, call, digest, error.code));
    return fail(error);
  }
  struct WipedUnlessGiven {
    Presentation* presentation;
    ~WipedUnlessGiven() {
      if (presentation != nullptr) wipe_presentation(*presentation);
    }
  } guard{&verified->presentation};

  VerifyAnswer answer;
  const DutyNote duty = duty_note_of(*call.held, *verified);
  answer.obligations = duty.obligations;
  if (auto approved = check_approved(state, duty); !approved) {
    XCH_TRY(record_denied(state, call, digest, approved.error().code));
    return fail(std::move(approved).error());
  }
  {
    XCH_ASSIGN(auto change, state.rows->begin());
    XCH_TRY(take_on(change, duty, state.info.party));
    XCH_ASSIGN(const auto still, change.get(space::kNonce, ByteView(nonce)));
    XCH_ASSIGN(const NonceState now, nonce_state(still));
    if (now != NonceState::issued) return fail(Code::verify_nonce);
    XCH_TRY(change.put(space::kNonce, ByteView(nonce), ByteWriter().u8(static_cast<std::uint8_t>(NonceState::used))));
    XCH_ASSIGN(answer.journal_seq,
               change.append(plain_event(EventKind::presentation, retag<Digest>(verified->header_hash),
                                         presentation_detail("verified", verified->presenter,
                                                             verified->presentation.redisclosing_grant,
                                                             verified->slots.size(), verified->presentation.purpose,
                                                             verified->verification == message::Verification::pass
                                                                 ? "pass" : "indeterminate"),
                                         state.actor(*call.held), call.now)));
    XCH_TRY(change.commit());
  }
  const auto roster = call.held->rosters->newest();
  if (const Party* presenter = roster->party(verified->presenter)) answer.presenter_name = presenter->name;
  if (const Party* sender = roster->party(verified->header.sender)) answer.sender_name = sender->name;
  if (const PolicyPack* pack = call.held->policies->find(verified->header.policy_pack))
    if (const PackNotice* notice = policy::notice_row(*pack, verified->presentation.notice)) answer.notice_text = notice->text;
  guard.presentation = nullptr;
  answer.presentation = std::move(*verified);
  return answer;
}

// ---- redact --------------------------------------------------------------------------------------------------------

Result<Bytes> Session::redact(ByteView envelope, const HeaderHash& note, const std::vector<std::string>& paths,
                              const std::string& reason) {
  State& state = *state_;
  XCH_ASSIGN(const Call call, state.enter());
  const SessionKnowledge knowledge(state, call);
  message::RedactRequest request;
  request.reason = reason;
  {
    XCH_ASSIGN(const auto bundle, open_again(state, call, knowledge, envelope, note));
    const message::Opened& opened = *find_note(bundle, note);
    for (const auto& path : paths) {
      const auto slot = std::find_if(opened.cells.begin(), opened.cells.end(), [&](const auto& cell) {
        return opened.schema->slots[cell.slot].path == path;
      });
      if (slot == opened.cells.end()) return fail(Code::redact_nothing, known_path(*opened.schema, path));
      for (const auto& cell : opened.cells)
        if (opened.schema->slots[cell.slot].path == path) request.slots.push_back(cell.slot);
    }
  }
  std::sort(request.slots.begin(), request.slots.end());
  request.slots.erase(std::unique(request.slots.begin(), request.slots.end()), request.slots.end());
  const OwnKey* own = call.held->keys->newest(KeyKind::agencyEncryption);
  if (own == nullptr) return fail(Code::key_missing);
  XCH_ASSIGN(auto seat, state.seat(*call.held, call.now));
  const message::GateKey gate{own->certified.id, own->kem.get(), own->certified.record.not_before,
                              own->certified.record.not_after};
  XCH_ASSIGN(Bytes copy, message::redact(envelope, note, request, knowledge, gate, own->kem->public_key(),
                                         seat.key->certified.id, *seat.key->sign, state.arenas, state.random, call.now));
  if (knowledge.failure()) return fail(*knowledge.failure());

  Outgoing kept;  // the copy "stays in the redacting agency's store"
  kept.sealed_to = own->certified.id;
  kept.headers = {note};
  kept.envelope = copy;
  const Bytes key = ByteWriter().raw(note.view()).raw(crypto::sha256(copy).view()).bytes();
  XCH_ASSIGN(auto change, state.rows->begin());
  XCH_TRY(change.put(space::kCopy, key, encode(kept)));
  XCH_TRY(change.append(plain_event(EventKind::redaction, retag<Digest>(note),
                                    JsonLine().number("slots", request.slots.size()).word("reason", reason).text(),
                                    state.actor(*call.held), call.now)));
  XCH_TRY(change.commit());
  return copy;
}

}  // namespace xch::session
