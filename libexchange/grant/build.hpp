// Building a grant: entries at random positions, consent keys, core, and one view per agency (the authority's side).
#pragma once

#include <map>
#include <vector>

#include "base/result.hpp"
#include "crypto/keys.hpp"
#include "crypto/random.hpp"
#include "model/grant.hpp"
#include "party/chain.hpp"

namespace xch::grant {

/// PlannedRight is one agency's right on one compartment, decided by the authority.
struct PlannedRight {
  PartyId agency;
  Compartment compartment;
  Rights rights = Rights::read;
};
/// PlannedEdge lets `a` and `b` exchange notes under the grant (both directions).
struct PlannedEdge {
  PartyId a, b;
};
struct PlannedReader {
  PartyId agency;
  Pseudonym pseudonym;       // the same in every version of the grant
  KeyId encryption_key;      // the key its view is sealed to
  bool gets_subject_record = false;  // holds (ID, full); there need not be a record
};

/// GrantPlan is a grant before its keys exist. core's leaf_count comes from the pack; its entries_root,
/// subject_commit are computed; evidence_commit is the authority's.
struct GrantPlan {
  GrantCore core;
  SuiteId suite = SuiteId::none;
  std::vector<PlannedRight> rights;  // one per (agency, compartment)
  std::vector<PlannedEdge> edges;
  std::vector<PlannedReader> readers;  // every agency that gets a view
  std::vector<ExternalRecipient> externals;  // read rights and edges, and no view: their consent keys are never kept
  Bytes subject_record;
  Salt subject_salt;
};

/// BuiltGrant: the signed core and every agency's view. The views hold consent keys: the caller seals them, then wipes
/// them (wipe_view); an issued grant's keys are erased by the authority once receipt is acknowledged.
struct BuiltGrant {
  GrantCore core;
  Signed signed_core;
  GrantHash hash;
  std::vector<GrantView> views;  // in the order of plan.readers
};

/// build_grant makes one fresh consent key pair per (agency, compartment) with read right. Errors: consent_incomplete
/// (no rights, two for one (agency, compartment), a right for an agency without view, an edge to one, a view without a
/// right, an external recipient that writes or that reads nothing, two views for one agency, a subject record for one that may not read (ID, full), another suite than required),
/// record_limit (more rights than leaves, fewer leaves than 256), grant_gated, and record_* for a core no reader decodes.
Result<BuiltGrant> build_grant(const GrantPlan& plan, const KeyId& authority_key_id,
                               const crypto::SignPrivateKey& authority_key, crypto::Random& random);
/// sign_view makes the object a reader is sent: {authority chain, Signed view}. Its body holds consent keys: the caller
/// seals it, then wipes it (crypto::wipe).
Result<SealedObject> sign_view(const GrantView& view, const std::vector<Signed>& authority_chain,
                               const KeyId& authority_key_id, const crypto::SignPrivateKey& authority_key);
/// wipe_view overwrites and drops the consent keys and the subject record.
void wipe_view(GrantView& view);

GrantHash grant_hash(ByteView core_body);                       // TH("LX1 grant hash", core)
Digest entry_leaf(ByteView entry_bytes);                        // SHA-256(0x00 || TH("LX1 grant entry", entry))
Digest subject_commit(const Salt& salt, ByteView record);       // TH("LX1 subject", salt || record)
Digest event_digest(const GrantId& grant, std::string_view event);  // TH("LX1 grant event", grant id || event)
/// external_id is the first 16 bytes of TH("LX1 external recipient", coalition || u64 until || name).
PartyId external_id(const CoalitionId& coalition, std::string_view name, Timestamp until);
Digest evidence_commit(const Salt& salt, ByteView evidence);    // TH("LX1 evidence", salt || evidence)

}  // namespace xch::grant
