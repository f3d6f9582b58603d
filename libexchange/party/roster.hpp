// The roster: who is in the coalition, and which keys its roots vouch for (docs/format.md, "Keys, parties, roster").
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/keys.hpp"
#include "model/party.hpp"

namespace xch::party {

/// VerifiedRoster is a roster whose signatures, parents and key records were checked, with its keys parsed and
/// indexed. Immutable after verification; share it by shared_ptr<const>.
class VerifiedRoster {
 public:
  const Roster& roster() const { return roster_; }
  const RosterHash& hash() const { return hash_; }
  const Party* party(const PartyId& id) const;
  const Party* party_named(std::string_view name) const;
  /// key finds a certified record of the roster by id; nullptr when it is not in it.
  const CertifiedKey* key(const KeyId& id) const;
  /// in_force: the window of a record of this roster holds `at` and neither it nor its parent is revoked by `at`.
  bool in_force(const CertifiedKey& key, Timestamp at) const;
  /// encryption_key picks the party's newest agency-encryption key (by not_before, then serial) that is in force at
  /// `at`; nullptr when it has none.
  const CertifiedKey* encryption_key(const PartyId& party, Timestamp at) const;
  /// kem_key is the parsed public key of an agency-encryption record of the roster (parsed once, shared).
  const crypto::KemPublicKey* kem_key(const KeyId& id) const;
  const crypto::SignPublicKey* sign_key(const KeyId& id) const;
  /// revoked_at: when the roster revokes a key; nullopt when it does not.
  std::optional<Timestamp> revoked_at(const KeyId& id) const;
  bool is_current(Timestamp now) const { return now <= roster_.expires; }
  /// root_id is TH("LX1 key id", public key of root `index`).
  const std::vector<KeyId>& root_ids() const { return root_ids_; }
  /// agreement_holds: the party's agreement is in force at `at`.
  static bool agreement_holds(const Party& party, Timestamp at) {
    return party.agreement_not_before <= at && at <= party.agreement_not_after;
  }

 private:
  friend Result<std::shared_ptr<const VerifiedRoster>> verify_roster(const SignedRoster&, const VerifiedRoster*);
  Roster roster_;
  RosterHash hash_;
  std::vector<KeyId> root_ids_;
  std::map<KeyId, CertifiedKey> keys_;
  std::map<KeyId, crypto::KemPublicKey> kem_keys_;
  std::map<KeyId, crypto::SignPublicKey> sign_keys_;
};

/// verify_roster checks a roster against the one held: version, previous hash, k of n of the previous version's roots
/// and, where roots change, also of its own (as TUF does). With no previous roster it is the coalition's first as this
/// home sees it: signed by its own roots; the caller pins its hash (shown to the administrator as words).
/// Every key record inside is checked: canonical, coalition, suite, subject = its party, a parent of an allowed kind,
/// signature, and for a record without signature a root as parent. The next roster held must be exactly version + 1
/// or any later one that names it through `previous`: a gap is roster_previous.
/// Errors, in this order: roster_malformed, roster_signature (its own roots), roster_rollback, roster_previous,
/// roster_roots (the roots of the previous version), key_record_malformed, key_record_parent, key_record_signature.
Result<std::shared_ptr<const VerifiedRoster>> verify_roster(const SignedRoster& signed_roster,
                                                            const VerifiedRoster* previous);

/// roots_digest is TH("LX1 roots", coalition || u8 threshold || v16(public key) of each root): the same for every version
/// of a roster until its roots change. It is what somebody outside the coalition compares.
Digest roots_digest(const Roster& roster);

RosterHash roster_hash(ByteView body);  // TH("LX1 roster hash", body)
KeyId key_id(ByteView record_body);     // TH("LX1 key id", body)
KeyId root_key_id(ByteView public_key);

/// parent_allowed is the parent table: root -> agency identity, consent authority, auditor, release service; agency
/// identity -> agency encryption, seat, log, witness, and a consent authority whose bases are exactly
/// {originator authority}. No other pair is valid.
bool parent_allowed(KeyKind parent, KeyKind child, const std::vector<Basis>& child_bases);

/// sign_roster makes the signature of one root for a travelling roster. `root_index` is the root's index in the
/// roster's own list; for a root that leaves with this version, the number of own roots plus its index in the previous
/// version's list (a roster decodes with at most 16 roots, so both fit one u8). A root in both lists signs once, under its own index, and counts for both thresholds. A home that
/// holds no previous version cannot check the leaving roots' signatures and passes over them.
Result<RootSignature> sign_roster(ByteView body, std::uint8_t root_index, const crypto::SignPrivateKey& root);

}  // namespace xch::party
