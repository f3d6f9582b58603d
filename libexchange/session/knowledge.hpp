// message::Knowledge over one call's picture and the store's replay marks and receipts of envelopes.
#pragma once

#include <optional>

#include "message/knowledge.hpp"
#include "session/state.hpp"

namespace xch::session {

/// SessionKnowledge answers for the length of one call. Its look-ups cannot return errors, so the first one that the
/// store refused is kept: whoever used the answers asks `failure` and refuses. Not thread-safe.
class SessionKnowledge final : public message::Knowledge {
 public:
  SessionKnowledge(const Session::State& state, const Call& call) : state_(state), held_(*call.held) {}

  /// The store's error of a look-up, or key_erased where `refusal` is open_grant_unknown only because the grant's keys
  /// were erased here; else `refusal` itself.
  Error explain(Error refusal) const;
  const std::optional<Error>& failure() const { return failure_; }

  PartyId self() const override { return state_.info.party; }
  SuiteId suite() const override;
  std::vector<message::GateKey> gate_keys() const override { return held_.keys->gates(); }
  std::shared_ptr<const party::VerifiedRoster> newest_roster() const override { return held_.rosters->newest(); }
  std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp at) const override { return held_.rosters->at(at); }
  const PolicyPack* pack(const PolicyHash& hash) const override { return held_.policies->find(hash); }
  const wire::NoteType* note_type(const SchemaDigest& digest) const override {
    return state_.catalogue.with_digest(digest);
  }
  std::shared_ptr<const grant::HeldGrant> held_grant(const GrantHash& hash) const override;
  message::StatusKnowledge status_of(const grant::HeldGrant& grant) const override;
  bool inactive_between(const grant::HeldGrant& grant, Timestamp from, Timestamp to) const override;
  std::optional<StatusHash> status_version(const PartyId& authority, const StatusListId& list,
                                           std::uint32_t version) const override;
  std::optional<message::ReplayMark> replay_mark(const PartyId& sender, const NoteId& note) const override;
  std::optional<Timestamp> received_at(const Digest& envelope) const override;
  message::LogCheck log_check(ByteView proof, const HeaderHash& hash, const NoteHeader& header) const override;
  const crypto::SignPublicKey* own_seat(const KeyId& id) const override;
  std::optional<message::GateKey> former_gate_key(const KeyId& id) const override;
  party::ChainCache& chains() const override { return state_.chains; }
  grant::StapleCache& staples() const override { return state_.staples; }

 private:
  const Session::State& state_;
  const Held& held_;
  mutable std::optional<Error> failure_;
  mutable bool met_erased_ = false;
};

}  // namespace xch::session
