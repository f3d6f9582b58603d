#include "session/knowledge.hpp"

#include "session/log_proofs.hpp"
#include "session/received.hpp"

namespace xch::session {

Error SessionKnowledge::explain(Error refusal) const {
  if (failure_) return *failure_;
  if (met_erased_ && refusal.code == Code::open_grant_unknown) return Error(Code::key_erased);
  return refusal;
}

SuiteId SessionKnowledge::suite() const {
  const auto roster = held_.rosters->newest();
  return roster ? roster->roster().suite : state_.info.suite;
}

std::shared_ptr<const grant::HeldGrant> SessionKnowledge::held_grant(const GrantHash& hash) const {
  auto grant = state_.shelf.get(hash, held_, *state_.rows, state_.info.party);
  if (grant) return std::move(*grant);
  if (grant.error().code == Code::not_found) return nullptr;
  if (grant.error().code == Code::key_erased) met_erased_ = true;
  if (grant.error().code != Code::key_erased) failure_ = grant.error();
  return nullptr;
}

message::StatusKnowledge SessionKnowledge::status_of(const grant::HeldGrant& grant) const {
  message::StatusKnowledge out;
  const GrantCore& core = grant.core();
  if (const GrantRow* row = held_.grants->find(grant.hash()))
    if (const GrantRow* next = held_.grants->next(*row)) out.next_version_from = next->effective_at;
  if (const ListHistory* list = held_.status->find({core.authority, core.status_list}))
    out.inactive_since = list->inactive_since(core.status_index);
  return out;
}

bool SessionKnowledge::inactive_between(const grant::HeldGrant& grant, Timestamp from, Timestamp to) const {
  const GrantCore& core = grant.core();
  const ListHistory* list = held_.status->find({core.authority, core.status_list});
  return list != nullptr && list->inactive_between(core.status_index, from, to);
}

std::optional<StatusHash> SessionKnowledge::status_version(const PartyId& authority, const StatusListId& list,
                                                           std::uint32_t version) const {
  const ListHistory* history = held_.status->find({authority, list});
  const HeldVersion* held = history == nullptr ? nullptr : history->version(version);
  if (held == nullptr) return std::nullopt;
  return held->hash;
}

std::optional<message::ReplayMark> SessionKnowledge::replay_mark(const PartyId& sender, const NoteId& note) const {
  const auto row = state_.rows->get(space::kReplay, replay_key(sender, note));
  if (!row) failure_ = row.error();
  if (!row || !*row) return std::nullopt;
  const auto mark = decode_replay((*row)->expose());
  if (!mark) failure_ = mark.error();
  if (!mark) return std::nullopt;
  return message::ReplayMark{mark->header, mark->first_opened};
}

std::optional<Timestamp> SessionKnowledge::received_at(const Digest& envelope) const {
  const auto received = find_received(*state_.rows, envelope);
  if (!received) failure_ = received.error();
  if (!received || !*received) return std::nullopt;
  return (*received)->received_at;
}

message::LogCheck SessionKnowledge::log_check(ByteView proof, const HeaderHash& hash, const NoteHeader& header) const {
  const auto roster = held_.rosters->at(header.sealed_at);
  const auto check = check_log(*state_.rows, roster ? roster->party(header.sender) : nullptr, proof, hash, header);
  if (!check) failure_ = check.error();
  return check ? *check : message::LogCheck();
}

// A laptop's seat signs in a home of its own; its record stands in the roster under this agency.
const crypto::SignPublicKey* SessionKnowledge::own_seat(const KeyId& id) const {
  const OwnKey* own = held_.keys->find(id);
  if (own != nullptr && own->sign && own->certified.record.kind == KeyKind::seat) return &own->sign->public_key();
  const auto roster = held_.rosters->newest();
  const CertifiedKey* key = roster ? roster->key(id) : nullptr;
  if (key == nullptr || key->record.kind != KeyKind::seat || key->record.subject != state_.info.party) return nullptr;
  return roster->sign_key(id);
}

std::optional<message::GateKey> SessionKnowledge::former_gate_key(const KeyId& id) const {
  const OwnKey* key = held_.keys->find(id);
  if (key == nullptr || key->certified.record.kind != KeyKind::agencyEncryption) return std::nullopt;
  return message::GateKey{id, key->kem.get(), key->certified.record.not_before, key->certified.record.not_after};
}

}  // namespace xch::session
