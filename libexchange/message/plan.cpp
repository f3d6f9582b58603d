#include "message/plan.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "crypto/hpke.hpp"
#include "crypto/padme.hpp"
#include "message/frame.hpp"
#include "message/originator.hpp"
#include "policy/decide.hpp"

namespace xch::message {
namespace {

std::string at_note(std::size_t index) { return "notes[" + std::to_string(index) + "]"; }

Status check_status(const NoteInput& note, Timestamp now) {
  const auto& core = note.grant->core();
  if (!note.status) return fail(Code::seal_status_missing);
  const auto& body = note.status->body();
  if (body.authority != core.authority || body.list != core.status_list) return fail(Code::seal_status_missing);
  if (now > body.next_update || body.issued_at > now + kClockSkew) return fail(Code::seal_status_stale);
  if (body.version < note.newest_status_version) return fail(Code::seal_status_rollback);
  XCH_ASSIGN(const GrantState state, note.status->state_of(core.status_index));
  if (state == GrantState::active) return Ok{};
  if (state == GrantState::revoked) return fail(Code::revoked);
  if (state == GrantState::suspended) return fail(Code::suspended);
  return fail(Code::status_reserved);
}

}  // namespace

Status check_grant(const Sender& sender, const NoteInput& note, Timestamp now) {
  if (!note.grant) return fail(Code::seal_no_grant);
  const auto& core = note.grant->core();
  // An advance ends the old index too; that there is a newer version is the answer that helps.
  if (note.next_version_from && *note.next_version_from <= now) return fail(Code::seal_grant_superseded);
  XCH_TRY(check_status(note, now));
  if (now < core.not_before || now < core.effective_at) return fail(Code::seal_grant_not_yet);
  if (now > core.not_after) return fail(Code::seal_grant_expired);
  if (note.expires_at < now || note.expires_at > core.not_after) return fail(Code::seal_grant_expired);
  if (note.purpose == Purpose::none) return fail(Code::seal_purpose_missing);
  if (!std::binary_search(core.purposes.begin(), core.purposes.end(), note.purpose)) return fail(Code::seal_purpose);
  if (core.policy_pack != sender.policy_hash) return fail(Code::seal_policy_pack);
  if (core.required_suite != SuiteId::none && core.required_suite != sender.roster->roster().suite)
    return fail(Code::seal_suite);
  if (!party::valid_at(note.grant->authority(), *sender.roster, now)) return fail(Code::seal_basis);
  if (!keeps_originator_rules(*note.grant, sender.party, sender.party, *sender.roster, *sender.pack))
    return fail(Code::seal_originator);
  return Ok{};
}

Status check_sender(const Sender& sender, Timestamp now) {
  if (!sender.roster || sender.pack == nullptr || sender.seat_key == nullptr) return fail(Code::usage);
  if (!sender.roster->is_current(now)) return fail(Code::seal_roster_expired);
  if (!is_enabled(sender.roster->roster().suite)) return fail(Code::not_supported_yet);
  if (sender.roster->roster().policy_pack != sender.policy_hash) return fail(Code::seal_policy_pack);
  return Ok{};
}

Status check_type(const Sender& sender, const NoteInput& note, Timestamp now) {
  const PackSchema* allowed = policy::schema_row(*sender.pack, note.schema->digest);
  if (allowed == nullptr || allowed->type_id != note.schema->type_id) return fail(Code::seal_schema);
  if (policy::outlives(*allowed, now, note.expires_at)) return fail(Code::seal_outlives_type);
  return Ok{};
}

Status check_terms(const PolicyPack& pack, const RecipientTerms& terms) {
  for (const auto obligation : terms.obligations)
    if (!policy::is_executable(pack, obligation)) return fail(Code::obligation_unknown);
  if (terms.compartments.empty()) return fail(Code::seal_terms_empty);
  const PackNotice* notice = policy::notice_row(pack, terms.notice);
  if (notice == nullptr || notice->superseded) return fail(Code::notice_superseded);
  return Ok{};
}

namespace {

Result<PlannedTo> plan_recipient(const Sender& sender, const NoteInput& note, const NoteInput::To& to, Timestamp now) {
  const auto& grant = *note.grant;
  const auto& roster = *sender.roster;
  PlannedTo out;
  out.party = to.party;
  out.row = roster.party(to.party);
  if (out.row == nullptr) return fail(Code::seal_recipient_unknown);
  const bool archive = to.party == sender.party;
  if (!archive && !grant.is_edge(to.party)) return fail(Code::seal_recipient_not_named);
  const Party* own = roster.party(sender.party);
  if (own == nullptr) return fail(Code::party_unknown);
  if (!archive && !policy::edge_allowed(*sender.pack, note.schema->name, own->role, out.row->role))
    return fail(Code::policy_denied);

  policy::Query query;
  query.basis = grant.core().basis;
  query.purpose = note.purpose;
  query.reader_role = out.row->role;
  query.reader_may_read = grant.may_read(to.party);
  query.sender_may_write = grant.may_write(sender.party);
  query.reader_is_sender = archive;
  query.part = note.part;
  out.terms.compartments = policy::terms_of(*sender.pack, *note.schema, query);
  out.terms.notice = policy::notice_of(*sender.pack, query.basis, out.terms.compartments);
  out.terms.obligations = policy::obligations_of(*sender.pack, query.basis, out.terms.compartments);
  // An isolated part is named by no other object, thread_prev included (docs/format.md, "Class isolation").
  if (note.part == 0) out.terms.thread_prev = to.thread_prev;
  XCH_TRY(check_terms(*sender.pack, out.terms));

  const CertifiedKey* key = roster.encryption_key(to.party, now);
  if (key == nullptr) return fail(Code::seal_recipient_key);
  out.key_id = key->id;
  out.key = roster.kem_key(key->id);
  if (out.key == nullptr) return fail(Code::seal_recipient_key);
  if (!party::VerifiedRoster::agreement_holds(*own, now) || !party::VerifiedRoster::agreement_holds(*out.row, now))
    return fail(Code::seal_agreement);
  return out;
}

}  // namespace

Status check_values(const Sender& sender, const NoteInput& note) {
  const auto& writable = note.grant->may_write(sender.party);
  for (const auto& slot : note.schema->slots) {
    const SlotValue& value = note.slots[slot.index];
    if (!value.present || slot.full_slot != slot.index) continue;
    const bool here = note.part == 0 ? !slot.isolate : slot.compartment.value == note.part;
    if (!here) continue;
    if (!std::binary_search(writable.begin(), writable.end(), slot.compartment))
      return fail(Code::seal_no_write_right, slot.path);
  }
  for (const auto& slot : note.schema->slots) {
    const SlotValue& value = note.slots[slot.index];
    if (5 + value.value.size() > slot.size) return fail(Code::seal_value_too_large, slot.path);
  }
  return Ok{};
}

namespace {

// The size of every recipient's bundle, within docs/format.md, "Limits".
Status plan_bounds(BatchPlan& plan, SuiteId suite) {
  for (const auto& recipient : plan.recipients) {
    std::vector<const NoteSchema*> schemas;
    std::size_t slots = 0, wraps = 0;
    for (const auto& note : plan.notes)
      for (const auto& to : note.to) {
        if (to.party != recipient) continue;
        schemas.push_back(note.note->schema);
        slots += note.note->schema->slot_count;
        wraps += to.terms.compartments.size();
        if (to.terms.compartments.size() > kMaxCompartments) return fail(Code::seal_batch_too_large);
      }
    if (schemas.size() > kMaxViews || slots > kMaxBundleSlots || wraps > kMaxBundleWraps)
      return fail(Code::seal_batch_too_large);
    plan.bounds.push_back(bundle_bound(schemas));
    const std::uint64_t size = kFrame + crypto::hpke_overhead(suite) + padded_body(plan.bounds.back());
    if (size > kMaxEnvelope) return fail(Code::seal_batch_too_large);
  }
  return Ok{};
}

Result<PlannedNote> plan_note(const Sender& sender, const NoteInput& note, Timestamp now) {
  if (note.schema == nullptr || note.slots.size() != note.schema->slots.size()) return fail(Code::usage);
  XCH_TRY(check_grant(sender, note, now));
  XCH_TRY(check_type(sender, note, now));
  if (note.to.empty()) return fail(Code::seal_terms_empty);
  if (note.to.size() > kMaxRecipients) return fail(Code::seal_batch_too_large);

  PlannedNote out;
  out.note = &note;
  std::set<PartyId> seen;
  std::set<Compartment> all;
  for (const auto& to : note.to) {
    if (!seen.insert(to.party).second) return fail(Code::usage);
    XCH_ASSIGN(PlannedTo planned, plan_recipient(sender, note, to, now));
    all.insert(planned.terms.compartments.begin(), planned.terms.compartments.end());
    out.to.push_back(std::move(planned));
  }
  XCH_TRY(check_values(sender, note));
  out.compartments.assign(all.begin(), all.end());
  out.in_terms.assign(note.schema->slots.size(), false);
  for (const auto slot : slots_of_part(*note.schema, note.part))
    out.in_terms[slot] = all.count(note.schema->slots[slot].compartment) != 0;
  return out;
}

}  // namespace

Result<BatchPlan> plan_batch(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now) {
  if (notes.empty() || notes.size() > kMaxViews) return fail(Code::usage);
  XCH_TRY(check_sender(sender, now));

  BatchPlan plan;
  std::set<PartyId> recipients;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (notes[i].part != notes.front().part) return fail(Code::usage, at_note(i));
    auto planned = plan_note(sender, notes[i], now);
    if (!planned) {
      Error error = std::move(planned).error();
      error.path = error.path.empty() ? at_note(i) : at_note(i) + "." + error.path;
      return fail(std::move(error));
    }
    for (const auto& to : planned->to) recipients.insert(to.party);
    plan.notes.push_back(std::move(*planned));
  }
  plan.recipients.assign(recipients.begin(), recipients.end());
  XCH_TRY(plan_bounds(plan, sender.roster->roster().suite));
  return plan;
}

std::uint64_t bundle_bound(const std::vector<const NoteSchema*>& schemas) {
  std::uint64_t bound = 4096;
  for (const auto* schema : schemas) bound += schema->view_bound;
  return bound;
}

std::uint64_t padded_body(std::uint64_t bound) {
  return crypto::padme(std::max<std::uint64_t>(kMinBody, 4 + bound));
}

Status check_seal(const Sender& sender, const std::vector<NoteInput>& notes, Timestamp now) {
  XCH_TRY(plan_batch(sender, notes, now));
  return Ok{};
}

}  // namespace xch::message
