// A grant as one agency holds it: verified once, then asked for rights and keys.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "model/grant.hpp"
#include "party/chain.hpp"

namespace xch::grant {

/// HeldGrant is a verified grant view. Its consent keys live here while the grant is held; erase_keys wipes them.
class HeldGrant {
 public:
  const GrantHash& hash() const { return hash_; }
  const GrantCore& core() const { return core_; }
  const party::VerifiedChain& authority() const { return *authority_; }
  const PartyId& agency() const { return agency_; }
  const Pseudonym& pseudonym() const { return pseudonym_; }
  /// subject_record is empty unless this agency holds (ID, full).
  ByteView subject_record() const { return subject_record_; }

  /// may_read and may_write list a party's compartments that this view proves (own entries in full; an edge's only
  /// where the other side of the pair is ours), ascending.
  const std::vector<Compartment>& may_read(const PartyId& party) const;
  const std::vector<Compartment>& may_write(const PartyId& party) const;
  /// is_edge: the view has an entry of that party, so notes may be exchanged with it.
  bool is_edge(const PartyId& party) const;
  std::vector<PartyId> edges() const;
  /// class_public_key of (reader, compartment); nullptr when this view does not prove one.
  const crypto::KemPublicKey* class_public_key(const PartyId& reader, Compartment compartment) const;
  /// class_private_key of this agency; nullptr when it has no read right there or the keys were erased.
  const crypto::KemPrivateKey* class_private_key(Compartment compartment) const;
  void erase_keys();
  bool keys_erased() const { return erased_; }

 private:
  friend struct ViewAccess;
  GrantHash hash_;
  GrantCore core_;
  std::shared_ptr<const party::VerifiedChain> authority_;
  PartyId agency_;
  Pseudonym pseudonym_;
  Bytes subject_record_;
  std::map<PartyId, std::vector<Compartment>> read_, write_;
  std::map<std::pair<PartyId, Compartment>, crypto::KemPublicKey> class_keys_;
  std::map<Compartment, crypto::KemPrivateKey> own_keys_;
  bool erased_ = false;
};

/// What the agency knows of earlier versions of this grant id.
struct KnownGrant {
  std::uint32_t highest_version = 0;  // 0 = none
  Pseudonym pseudonym;
};

/// verify_view checks a grant view that came in an object envelope opened under `opened_under`:
/// authority chain (grant_authority), signatures of view and core (grant_signature), agency and encryption key
/// (grant_not_ours), coalition, basis within the authority's bases (grant_basis), gated (grant_gated), policy pack =
/// the roster's (grant_policy_pack), entries: order (grant_entry_order), own entries' agency, proofs
/// (grant_entry_proof), class_sk to class_pk (grant_class_key), subject record against subject_commit
/// (grant_subject), pseudonym (grant_pseudonym), version (grant_rollback).
/// `on_bad_shape` of anything undecodable: grant_malformed.
Result<std::shared_ptr<HeldGrant>> verify_view(const SealedObject& object, const party::VerifiedRoster& roster,
                                               const PartyId& self, const KeyId& opened_under, Timestamp now,
                                               const KnownGrant& known);

}  // namespace xch::grant
