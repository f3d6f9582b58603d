#include "crypto/secret.hpp"
#include "grant/view.hpp"

namespace xch::grant {
namespace {

const std::vector<Compartment>& of_party(const std::map<PartyId, std::vector<Compartment>>& rights,
                                         const PartyId& party) {
  static const std::vector<Compartment> kNone;
  const auto at = rights.find(party);
  return at == rights.end() ? kNone : at->second;
}

}  // namespace

HeldGrant::~HeldGrant() { crypto::wipe(subject_record_); }

const std::vector<Compartment>& HeldGrant::may_read(const PartyId& party) const { return of_party(read_, party); }
const std::vector<Compartment>& HeldGrant::may_write(const PartyId& party) const { return of_party(write_, party); }

bool HeldGrant::is_edge(const PartyId& party) const {
  return party != agency_ && (read_.count(party) != 0 || write_.count(party) != 0);
}

std::vector<PartyId> HeldGrant::edges() const {
  std::map<PartyId, bool> parties;
  for (const auto& [party, compartments] : read_) parties[party] = true;
  for (const auto& [party, compartments] : write_) parties[party] = true;
  parties.erase(agency_);
  std::vector<PartyId> out;
  for (const auto& [party, there] : parties) out.push_back(party);
  return out;
}

std::vector<ProvenEntry> HeldGrant::external_entries(const PartyId& external) const {
  std::vector<ProvenEntry> out;
  for (const auto& proven : external_entries_)
    if (proven.entry.agency == external) out.push_back(proven);
  return out;
}

const crypto::KemPublicKey* HeldGrant::class_public_key(const PartyId& reader, Compartment compartment) const {
  const auto at = class_keys_.find({reader, compartment});
  return at == class_keys_.end() ? nullptr : &at->second;
}

const crypto::KemPrivateKey* HeldGrant::class_private_key(Compartment compartment) const {
  const auto at = own_keys_.find(compartment);
  return at == own_keys_.end() ? nullptr : &at->second;
}

void HeldGrant::erase_keys() {
  own_keys_.clear();
  crypto::wipe(subject_record_);
  subject_record_.clear();
  erased_ = true;
}

}  // namespace xch::grant
