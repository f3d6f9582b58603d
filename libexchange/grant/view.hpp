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
  ~HeldGrant();
  HeldGrant(const HeldGrant&) = delete;
  HeldGrant& operator=(const HeldGrant&) = delete;
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
  /// externals are the external recipients that this agency may send to, by id; external_entries the proofs of one's
  /// entries, by index.
  const std::vector<ExternalRecipient>& externals() const { return externals_; }
  std::vector<ProvenEntry> external_entries(const PartyId& external) const;
  /// signed_core is the grant as its authority signed it.
  const Signed& signed_core() const { return signed_core_; }
  /// class_public_key of (reader, compartment); nullptr when this view does not prove one.
  const crypto::KemPublicKey* class_public_key(const PartyId& reader, Compartment compartment) const;
  /// class_private_key of this agency; nullptr when it has no read right there or the keys were erased.
  const crypto::KemPrivateKey* class_private_key(Compartment compartment) const;
  /// erase_keys wipes the consent keys and the subject record. Not while another thread reads the grant.
  void erase_keys();
  bool keys_erased() const { return erased_; }

 private:
  friend struct ViewAccess;
  HeldGrant() = default;
  GrantHash hash_;
  GrantCore core_;
  std::shared_ptr<const party::VerifiedChain> authority_;
  PartyId agency_;
  Pseudonym pseudonym_;
  Bytes subject_record_;
  std::map<PartyId, std::vector<Compartment>> read_, write_;
  Signed signed_core_;
  std::vector<ExternalRecipient> externals_;
  std::vector<ProvenEntry> external_entries_;
  std::map<std::pair<PartyId, Compartment>, crypto::KemPublicKey> class_keys_;
  std::map<Compartment, crypto::KemPrivateKey> own_keys_;
  bool erased_ = false;
};

/// What the agency knows of earlier versions of this grant id.
struct KnownGrant {
  std::uint32_t highest_version = 0;  // 0 = none
  Pseudonym pseudonym;
};

/// verify_view checks a grant view that came in an object envelope opened under `opened_under`. Errors, in this order:
///   grant_malformed    anything undecodable (indexes or consent keys out of order among it), an impossible version,
///                      window or suite
///   grant_authority    the authority's chain, its windows and revocations now, its party's agreement now
///   grant_signature    of the view, then of the core inside it
///   grant_authority    the core names another authority than the chain
///   grant_not_ours     another agency, or another encryption key than it was opened under
///   grant_basis        another coalition, or a basis the authority may not issue
///   grant_gated        release mode gated
///   grant_policy_pack  another pack than the roster pins
///   grant_entry_order  own entries and edges: one per (agency, compartment), edges never own and only those of the
///                      pair rule
///   grant_entry_proof  an own entry of another agency, a proof that does not lead to entries_root
///   grant_external     an external recipient whose id does not follow from name and end, out of order, without an entry,
///                      or with a write right
///   grant_class_key    a public key that is none; consent keys exactly those of own entries with read right, each the
///                      private half of its entry's key
///   grant_subject      the subject record against subject_commit; a record without right to (ID, full)
///   grant_pseudonym    another pseudonym than in the versions known
///   grant_rollback     an older version than the highest known
/// Wipes what it decoded of the consent keys; `object` is the caller's to wipe.
Result<std::shared_ptr<HeldGrant>> verify_view(const SealedObject& object, const party::VerifiedRoster& roster,
                                               const PartyId& self, const KeyId& opened_under, Timestamp now,
                                               const KnownGrant& known);

}  // namespace xch::grant
