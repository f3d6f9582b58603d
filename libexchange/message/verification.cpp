// verify: every check of docs/format.md, "Presentation", in its order.
#include <algorithm>

#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "crypto/scratch.hpp"
#include "message/cells.hpp"
#include "message/present.hpp"
#include "message/values.hpp"
#include "policy/decide.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::message {
namespace {

/// A presentation's values are wiped unless they reach the caller.
struct PlainGuard {
  Presentation& presentation;
  bool kept = false;
  ~PlainGuard() {
    if (kept) return;
    for (auto& slot : presentation.slots) crypto::wipe(MutableView(slot.plain));
  }
};

Status check_note_signature(const Presentation& p, const HeaderHash& header, const party::VerifiedChain& sender) {
  if (crypto::sparse_root(p.batch_position, batch_leaf(header), p.batch_path) != p.batch_root)
    return fail(Code::verify_signature);
  return crypto::verify(sender.leaf_key, sender.leaf().id, crypto::sign_label(Kind::note), p.batch_root,
                        p.batch_signature, Code::verify_signature);
}

// The presenter's agency is that recipient, or the sender.
Status check_presenter(const Presentation& p, const NoteHeader& header, const PartyId& presenter) {
  if (p.role == PresenterRole::sender)
    return header.sender == presenter ? Status(Ok{}) : Status(fail(Code::verify_presenter));
  const Digest leaf = recipient_leaf(p.recipient_salt, presenter, p.recipient_key, p.terms_digest);
  if (p.recipient_path.size() != kRecipientDepth || p.recipient_position >= 1u << kRecipientDepth ||
      crypto::sparse_root(p.recipient_position, leaf, p.recipient_path) != header.recipients_root)
    return fail(Code::verify_presenter);
  return Ok{};
}

// The basis lets a holder of this kind pass the field on, under a grant this verifier holds for the same step.
Status check_basis(const Presentation& p, const NoteHeader& header, const NoteSchema& schema, const PartyId& presenter,
                   const party::VerifiedRoster& roster, const PolicyPack& pack, const Knowledge& knowledge) {
  const Party* holder = roster.party(presenter);
  const Party* self = roster.party(knowledge.self());
  if (holder == nullptr || self == nullptr) return fail(Code::verify_basis);
  if (presenter != header.sender && !policy::may_present(pack, header.basis, holder->kind))
    return fail(Code::verify_basis);
  const auto grant = knowledge.held_grant(p.redisclosing_grant);
  if (!grant) return fail(Code::open_grant_unknown);
  const GrantCore& core = grant->core();
  if (!policy::may_present(pack, core.basis, holder->kind) || !grant->is_edge(presenter)) return fail(Code::verify_basis);
  if (p.time < core.not_before || p.time < core.effective_at || p.time > core.not_after) return fail(Code::verify_basis);
  const StatusKnowledge known = knowledge.status_of(*grant);
  if ((known.inactive_since && *known.inactive_since <= p.time) ||
      (known.next_version_from && *known.next_version_from <= p.time))
    return fail(Code::verify_basis);
  if (!std::binary_search(core.purposes.begin(), core.purposes.end(), p.purpose)) return fail(Code::verify_basis);
  const auto& mine = grant->may_read(knowledge.self());
  const PackBasis* basis = policy::basis_row(pack, header.basis);
  const bool part2 = std::any_of(mine.begin(), mine.end(), [&](Compartment k) { return policy::is_part2(pack, k); });
  if (basis == nullptr || (basis->part2 && !part2)) return fail(Code::verify_basis);
  // 42 CFR 2.32: the notice of the note's own basis goes with every disclosure of it.
  if (p.notice != basis->notice) return fail(Code::verify_basis);
  for (const auto& slot : p.slots) {
    const Compartment k = schema.slots[slot.index].compartment;
    if (!std::binary_search(mine.begin(), mine.end(), k) ||
        !policy::allows(pack, core.basis, p.purpose, self->role, k))
      return fail(Code::verify_basis);
  }
  return Ok{};
}

// A real slot of the schema, strictly ascending; plain length = B_i, zero padding, type, present = 1; commitment and path.
Status check_slots_shape(const Presentation& p, const NoteHeader& header, const NoteSchema& schema) {
  if (p.slots.empty()) return fail(Code::verify_slot);
  const auto of_part = slots_of_part(schema, header.part);
  for (std::size_t i = 0; i < p.slots.size(); ++i) {
    if (i > 0 && p.slots[i].index <= p.slots[i - 1].index) return fail(Code::verify_order);
    if (!std::binary_search(of_part.begin(), of_part.end(), p.slots[i].index)) return fail(Code::verify_slot);
  }
  return Ok{};
}

Result<VerifiedSlot> check_slot(const DisclosedSlot& slot, const SlotSpec& spec, const wire::NoteType& type, ByteView core,
                                const Digest& slots_root, Memory& memory) {
  if (slot.plain.size() != spec.size) return fail(Code::verify_value);
  const Digest commit = cell_commit(note_ctx(core), slot.index, slot.salt, slot.plain);
  if (!crypto::merkle_includes(slot.index, type.schema().slot_count, cell_leaf(slot.index, commit, slot.ct_hash), slot.path,
                               slots_root))
    return fail(Code::verify_commitment);
  const auto plain = read_plain(slot.plain);
  if (!plain) return fail(Code::verify_value);
  if (!plain->present) return fail(Code::verify_absent);
  if (!wire::check_value(type, spec, plain->value, memory)) return fail(Code::verify_value);
  return VerifiedSlot{slot.index, plain->value};
}

}  // namespace

Result<VerifiedPresentation> verify_presentation(const SealedObject& object, const Knowledge& knowledge,
                                                 const KeyId& opened_under, bool nonce_is_open, Timestamp now) {
  if (object.object.kind != Kind::presentation) return fail(Code::object_kind);
  const auto newest = knowledge.newest_roster();
  if (!newest || !newest->is_current(now)) return fail(Code::open_roster_unsure);
  const auto presenter = knowledge.chains().verify(object.chain, {KeyKind::seat}, *newest);
  if (!presenter) return fail(Code::verify_chain);
  XCH_TRY(party::verify_object(object.object, Kind::presentation, **presenter, Code::object_signature));
  auto decoded = wire::decode_presentation(object.object.body);
  if (!decoded) return fail(Code::object_malformed);
  VerifiedPresentation out;
  out.presentation = std::move(*decoded);
  PlainGuard guard{out.presentation};
  const Presentation& p = out.presentation;

  if (p.audience != knowledge.self() || p.audience_key != opened_under) return fail(Code::verify_audience);
  if (!nonce_is_open) return fail(Code::verify_nonce);
  if (p.presenter_key != (*presenter)->leaf().id || p.time > now + kClockSkew) return fail(Code::verify_presenter);
  if (!party::valid_at(**presenter, *newest, p.time)) return fail(Code::verify_chain);

  auto header = wire::decode_header(p.core);
  if (!header) return fail(Code::object_malformed);
  out.header = std::move(*header);
  out.header_hash = header_hash(p.core, p.slots_root);
  const auto roster = knowledge.roster_at(out.header.sealed_at);
  if (!roster) return fail(Code::open_roster_unsure);
  const auto sender = knowledge.chains().verify(p.sender_chain, {KeyKind::seat}, *roster);
  if (!sender || !party::valid_at(**sender, *roster, out.header.sealed_at)) return fail(Code::verify_chain);
  if ((*sender)->leaf().id != out.header.sender_key || (*sender)->leaf().record.subject != out.header.sender ||
      out.header.coalition != roster->roster().coalition || out.header.policy_pack != roster->roster().policy_pack)
    return fail(Code::verify_chain);
  XCH_TRY(check_note_signature(p, out.header_hash, **sender));
  out.presenter = (*presenter)->leaf().record.subject;
  XCH_TRY(check_presenter(p, out.header, out.presenter));

  out.type = knowledge.note_type(out.header.schema_digest);
  if (out.type == nullptr) return fail(Code::verify_slot);
  out.schema = &out.type->schema();
  if (out.schema->type_id != out.header.schema_id ||
      out.schema->slot_count != out.header.slot_count)
    return fail(Code::verify_slot);
  XCH_TRY(check_slots_shape(p, out.header, *out.schema));
  const PolicyPack* pack = knowledge.pack(out.header.policy_pack);
  if (pack == nullptr) return fail(Code::policy_pack_unknown);
  XCH_TRY(check_basis(p, out.header, *out.schema, out.presenter, *newest, *pack, knowledge));
  crypto::Scratch scratch;
  for (const auto& slot : p.slots) {
    XCH_ASSIGN(const VerifiedSlot verified, check_slot(slot, out.schema->slots[slot.index], *out.type, p.core,
                                                       p.slots_root, scratch));
    out.slots.push_back(verified);
  }
  // The sealed event's log proof that came with it, or the one held here.
  const LogCheck log = knowledge.log_check(p.log_proof, out.header_hash, out.header);
  if (log.freshness == Freshness::contradicted) return fail(Code::verify_log_proof);
  if (log.freshness == Freshness::verified) out.verification = Verification::pass;
  guard.kept = true;
  return out;
}

}  // namespace xch::message
