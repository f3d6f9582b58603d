// present: what a holder may pass on, and the body that proves it.
#include <algorithm>

#include "crypto/merkle.hpp"
#include "message/present.hpp"
#include "policy/decide.hpp"

namespace xch::message {
namespace {

const OpenedCell* cell_of(const Opened& note, std::uint16_t slot) {
  for (const auto& cell : note.cells)
    if (cell.slot == slot) return &cell;
  return nullptr;
}

bool holds_part2(const PolicyPack& pack, const std::vector<Compartment>& compartments) {
  return std::any_of(compartments.begin(), compartments.end(), [&](Compartment k) { return policy::is_part2(pack, k); });
}

bool same_person(const grant::HeldGrant& a, const grant::HeldGrant& b) {
  return a.hash() == b.hash() || (a.agency() == b.agency() && !a.pseudonym().is_zero() && a.pseudonym() == b.pseudonym());
}

}  // namespace

Status check_present(const Opened& note, const PresentRequest& request, const Party& holder, const Party& audience,
                     const PolicyPack& pack, Timestamp now) {
  if (request.slots.empty() || !std::is_sorted(request.slots.begin(), request.slots.end()) ||
      std::adjacent_find(request.slots.begin(), request.slots.end()) != request.slots.end())
    return fail(Code::usage);
  const bool own = note.header.sender == holder.id;
  // 42 CFR 2.33(b), 2.35(d): who holds a field under this basis decides whether it may go on at all.
  if (!own && !policy::may_present(pack, note.header.basis, holder.kind)) return fail(Code::present_not_allowed);
  if (!request.under || !same_person(*request.under, *note.grant)) return fail(Code::present_not_allowed);
  const GrantCore& core = request.under->core();
  if (!policy::may_present(pack, core.basis, holder.kind)) return fail(Code::present_not_allowed);
  if (now < core.not_before || now < core.effective_at) return fail(Code::seal_grant_not_yet);
  if (now > core.not_after) return fail(Code::seal_grant_expired);
  if (request.purpose == Purpose::none) return fail(Code::seal_purpose_missing);
  if (!std::binary_search(core.purposes.begin(), core.purposes.end(), request.purpose)) return fail(Code::seal_purpose);

  const auto& audience_reads = request.under->may_read(audience.id);
  const PackBasis* basis = policy::basis_row(pack, note.header.basis);
  if (basis == nullptr) return fail(Code::present_not_allowed);
  if (basis->part2 && !holds_part2(pack, audience_reads)) return fail(Code::present_audience);
  for (const auto slot : request.slots) {
    if (slot >= note.schema->slots.size()) return fail(Code::present_absent);
    const SlotSpec& spec = note.schema->slots[slot];
    const OpenedCell* cell = cell_of(note, slot);
    if (cell == nullptr || !cell->present) return fail(Code::present_absent, spec.path);
    if (!std::binary_search(audience_reads.begin(), audience_reads.end(), spec.compartment))
      return fail(Code::present_audience, spec.path);
    if (!policy::allows(pack, core.basis, request.purpose, audience.role, spec.compartment))
      return fail(Code::present_audience, spec.path);
  }
  return Ok{};
}

Result<Presentation> make_presentation(const Opened& note, const PresentRequest& request, const PartyId& self,
                                       const KeyId& presenter_seat, const PolicyPack& pack, Timestamp now) {
  Presentation out;
  out.core = note.core;
  out.slots_root = note.slots_root;
  out.batch_root = note.batch_root;
  out.batch_signature = note.batch_signature;
  out.batch_position = note.batch_position;
  out.batch_path = note.batch_path;
  out.sender_chain = note.sender_chain;
  std::vector<std::size_t> indexes(request.slots.begin(), request.slots.end());
  const auto paths = crypto::merkle_paths(indexes, note.leaves);
  for (std::size_t i = 0; i < request.slots.size(); ++i) {
    const OpenedCell* cell = cell_of(note, request.slots[i]);
    if (cell == nullptr) return fail(Code::present_absent);
    DisclosedSlot slot;
    slot.index = cell->slot;
    if (!slot.salt.copy_from(cell->salt)) return fail(Code::bug);
    slot.plain = cell->plain.copy();
    slot.ct_hash = cell->ct_hash;
    slot.path = paths[i];
    out.slots.push_back(std::move(slot));
  }
  // The sender presents as sender, from its own archive too; a recipient shows its own leaf, never its terms.
  out.role = note.header.sender == self ? PresenterRole::sender : PresenterRole::recipient;
  if (out.role == PresenterRole::recipient) {
    out.recipient_salt = note.recipient_salt;
    out.terms_digest = note.terms_digest;
    out.recipient_key = note.opened_under;
    out.recipient_position = note.recipient_position;
    out.recipient_path = note.recipient_path;
  }
  out.redisclosing_grant = request.under->hash();
  out.audience = request.audience;
  out.audience_key = request.audience_key;
  out.nonce = request.nonce;
  out.time = now;
  out.purpose = request.purpose;
  out.notice = policy::notice_of(pack, note.header.basis, note.terms.compartments);
  out.presenter_key = presenter_seat;
  out.log_proof = request.log_proof;
  return out;
}

}  // namespace xch::message
