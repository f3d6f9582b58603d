// What a reader knows, read from a vector's `given`: the library's Knowledge out of nothing but JSON. For tests only.
#pragma once

#include <memory>
#include <set>

#include "log/policy.hpp"
#include "message/knowledge.hpp"
#include "message/object_envelope.hpp"
#include "session/status_history.hpp"
#include "support/coalition.hpp"
#include "vectors/vector_file.hpp"

namespace xch::vectors {

class Given final : public message::Knowledge {
 public:
  /// Records that the reader took earlier verify as they did then; one that never could ends the test.
  Given(SuiteId suite, const Json& given);

  Timestamp now;
  std::vector<std::shared_ptr<const party::VerifiedRoster>> rosters;  // oldest first
  std::set<Bytes> nonces;
  std::uint32_t grant_view_size = message::kObjectBody;
  grant::KnownGrant known(const GrantId& id) const;
  const session::ListHistory* history(const session::ListKey& key) const;

  PartyId self() const override { return self_; }
  SuiteId suite() const override { return rosters.empty() ? suite_ : rosters.back()->roster().suite; }
  std::vector<message::GateKey> gate_keys() const override;
  std::shared_ptr<const party::VerifiedRoster> newest_roster() const override;
  std::shared_ptr<const party::VerifiedRoster> roster_at(Timestamp at) const override;
  const PolicyPack* pack(const PolicyHash& hash) const override;
  const wire::NoteType* note_type(const SchemaDigest& digest) const override;
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
  party::ChainCache& chains() const override { return chains_; }
  grant::StapleCache& staples() const override { return staples_; }

 private:
  struct Key {
    KeyId id;
    std::optional<crypto::KemPrivateKey> key;
    Timestamp not_before, not_after;
  };
  void take_keys(const Json& given);
  void take_records(const Json& given);
  void take_arrivals(const Json& given);

  SuiteId suite_;
  PartyId self_;
  std::vector<Key> keys_, former_;
  std::map<PolicyHash, PolicyPack> packs_;
  std::map<SchemaDigest, wire::NoteType> types_;
  std::map<GrantHash, std::shared_ptr<const grant::HeldGrant>> grants_;
  std::map<session::ListKey, session::ListHistory> lists_;
  std::map<std::pair<PartyId, NoteId>, HeaderHash> seen_;
  std::map<Digest, Timestamp> received_;
  std::map<HeaderHash, Bytes> log_proofs_;
  log::LogPolicy log_policy_ = testing::must(log::LogPolicy::parse("quorum none\n"));
  mutable party::ChainCache chains_;
  mutable grant::StapleCache staples_;
};

/// answer_to gives a case to the library and says what came out, in the words of `expect`.
Json answer_to(const VectorFile& file, const Case& which);

}  // namespace xch::vectors
