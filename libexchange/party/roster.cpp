#include "party/roster.hpp"

#include <algorithm>
#include <set>

#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "party/records.hpp"
#include "wire/records.hpp"

namespace xch::party {
namespace {

struct Root {
  KeyId id;
  crypto::SignPublicKey key;
};
using Roots = std::vector<Root>;

Result<Roots> parse_roots(const Roster& roster);
Status check_form(const Roster& roster, const Roots& roots);
Status check_own_signatures(const SignedRoster& signed_roster, const Roster& roster, const Roots& roots);
Status check_succession(const Roster& roster, const VerifiedRoster& previous);
Status check_old_signatures(const SignedRoster& signed_roster, const Roots& roots, const Roster& old,
                            const Roots& old_roots);

struct RosterKeys {
  std::map<KeyId, CertifiedKey> certified;
  std::map<KeyId, crypto::KemPublicKey> kem;
  std::map<KeyId, crypto::SignPublicKey> sign;
};
Status read_keys(const Roster& roster, RosterKeys& keys);
Status check_parents(const Roots& roots, const RosterKeys& keys);

}  // namespace

Digest roots_digest(const Roster& roster) {
  ByteWriter roots;
  roots.raw(roster.coalition).u8(roster.threshold);
  for (const auto& root : roster.roots) roots.v16(root.public_key);
  return crypto::th(crypto::label::kRoots, {roots});
}

RosterHash roster_hash(ByteView body) { return crypto::th_as<RosterHash>(crypto::label::kRosterHash, {body}); }

Result<RootSignature> sign_roster(ByteView body, std::uint8_t root_index, const crypto::SignPrivateKey& root) {
  const KeyId id = root_key_id(root.public_key().bytes());
  XCH_ASSIGN(const auto signature, crypto::sign(root, id, crypto::sign_label(Kind::roster), body));
  return RootSignature{root_index, signature.view().copy()};
}

Result<std::shared_ptr<const VerifiedRoster>> verify_roster(const SignedRoster& signed_roster,
                                                            const VerifiedRoster* previous) {
  auto roster = wire::decode_roster(signed_roster.body);
  if (!roster) return fail(Code::roster_malformed);
  XCH_ASSIGN(const auto roots, parse_roots(*roster));
  XCH_TRY(check_form(*roster, roots));
  XCH_TRY(check_own_signatures(signed_roster, *roster, roots));
  if (previous != nullptr) {
    XCH_TRY(check_succession(*roster, *previous));
    XCH_ASSIGN(const auto old_roots, parse_roots(previous->roster()));
    XCH_TRY(check_old_signatures(signed_roster, roots, previous->roster(), old_roots));
  }
  RosterKeys keys;
  XCH_TRY(read_keys(*roster, keys));
  XCH_TRY(check_parents(roots, keys));

  auto verified = std::make_shared<VerifiedRoster>();
  verified->roster_ = std::move(*roster);
  verified->hash_ = roster_hash(signed_roster.body);
  for (const auto& root : roots) verified->root_ids_.push_back(root.id);
  verified->keys_ = std::move(keys.certified);
  verified->kem_keys_ = std::move(keys.kem);
  verified->sign_keys_ = std::move(keys.sign);
  return std::shared_ptr<const VerifiedRoster>(std::move(verified));
}

namespace {

Result<Roots> parse_roots(const Roster& roster) {
  Roots roots;
  for (const auto& root : roster.roots) {
    auto key = crypto::SignPublicKey::parse(roster.suite, root.public_key);
    if (!key) return fail(Code::roster_malformed);
    roots.push_back(Root{root_key_id(root.public_key), std::move(*key)});
  }
  return roots;
}

template <class Range, class Member>
bool all_distinct(const Range& range, Member member) {
  std::set<std::decay_t<decltype(member(*range.begin()))>> seen;
  for (const auto& item : range)
    if (!seen.insert(member(item)).second) return false;
  return true;
}

const Root* find_root(const Roots& roots, const KeyId& id) {
  const auto at = std::find_if(roots.begin(), roots.end(), [&](const Root& r) { return r.id == id; });
  return at == roots.end() ? nullptr : &*at;
}

Status check_form(const Roster& roster, const Roots& roots) {
  if (roster.version == 0) return fail(Code::roster_malformed);
  if ((roster.version == 1) != roster.previous.is_zero()) return fail(Code::roster_malformed);
  if (roster.expires < roster.issued) return fail(Code::roster_malformed);
  if (roster.threshold == 0 || roster.threshold > roots.size()) return fail(Code::roster_malformed);
  // One root under two indexes would sign twice, and k of n would be fewer than k.
  if (!all_distinct(roots, [](const Root& r) { return r.id; })) return fail(Code::roster_malformed);
  if (!all_distinct(roster.parties, [](const Party& p) { return p.id; })) return fail(Code::roster_malformed);
  // An external recipient is named by a consent, and is in no roster.
  if (std::any_of(roster.parties.begin(), roster.parties.end(), [](const Party& p) { return p.role == Role::ext; }))
    return fail(Code::roster_malformed);
  // A sender picks a recipient by name.
  if (!all_distinct(roster.parties, [](const Party& p) { return p.name; })) return fail(Code::roster_malformed);
  if (!all_distinct(roster.revoked, [](const RevokedKey& r) { return r.key; })) return fail(Code::roster_malformed);
  return Ok{};
}

bool indexes_ascend(const std::vector<RootSignature>& signatures) {
  return std::adjacent_find(signatures.begin(), signatures.end(), [](const RootSignature& a, const RootSignature& b) {
           return a.root_index >= b.root_index;
         }) == signatures.end();
}

Status check_root_signature(const Root& root, ByteView body, const RootSignature& signature, Code on_failure) {
  return crypto::verify(root.key, root.id, crypto::sign_label(Kind::roster), body, signature.signature, on_failure);
}

// One signature that does not verify refuses the roster, even where enough others do: who made it, and why, is a
// question to ask before the roster is in force.
Status check_own_signatures(const SignedRoster& signed_roster, const Roster& roster, const Roots& roots) {
  if (!indexes_ascend(signed_roster.signatures)) return fail(Code::roster_signature);
  std::size_t valid = 0;
  for (const auto& signature : signed_roster.signatures) {
    if (signature.root_index >= roots.size()) break;  // of a root that left: check_old_signatures
    XCH_TRY(check_root_signature(roots[signature.root_index], signed_roster.body, signature, Code::roster_signature));
    ++valid;
  }
  if (valid < roster.threshold) return fail(Code::roster_signature);
  return Ok{};
}

Status check_succession(const Roster& roster, const VerifiedRoster& previous) {
  if (roster.version <= previous.roster().version) return fail(Code::roster_rollback);
  if (roster.coalition != previous.roster().coalition) return fail(Code::roster_previous);
  if (roster.previous != previous.hash()) return fail(Code::roster_previous);
  return Ok{};
}

// As TUF does: whoever held the old roots must agree to the new ones. A root that stays counts with the signature
// under its own index; one that left signs under roots.size() + its index in the previous roster.
Status check_old_signatures(const SignedRoster& signed_roster, const Roots& roots, const Roster& old,
                            const Roots& old_roots) {
  std::size_t valid = 0;
  for (const auto& signature : signed_roster.signatures) {
    if (signature.root_index < roots.size()) {
      if (find_root(old_roots, roots[signature.root_index].id) != nullptr) ++valid;
      continue;
    }
    const std::size_t old_index = signature.root_index - roots.size();
    if (old_index >= old_roots.size()) return fail(Code::roster_roots);
    const Root& root = old_roots[old_index];
    if (find_root(roots, root.id) != nullptr) return fail(Code::roster_roots);  // it would count twice
    XCH_TRY(check_root_signature(root, signed_roster.body, signature, Code::roster_roots));
    ++valid;
  }
  if (valid < old.threshold) return fail(Code::roster_roots);
  return Ok{};
}

Status read_keys(const Roster& roster, RosterKeys& keys) {
  for (const auto& party : roster.parties) {
    for (const auto& signed_record : party.keys) {
      XCH_ASSIGN(auto certified, read_record(signed_record, Code::key_record_malformed));
      const KeyRecord& record = certified.record;
      if (record.coalition != roster.coalition) return fail(Code::key_record_malformed);
      if (record.suite != key_suite(record.kind, roster.suite)) return fail(Code::key_record_malformed);
      if (record.subject != party.id) return fail(Code::key_record_malformed);
      XCH_ASSIGN(auto public_key, parse_public_key(record, Code::key_record_malformed));
      const KeyId id = certified.id;
      if (!keys.certified.emplace(id, std::move(certified)).second) return fail(Code::key_record_malformed);
      if (auto* kem = std::get_if<crypto::KemPublicKey>(&public_key)) keys.kem.emplace(id, std::move(*kem));
      if (auto* sign = std::get_if<crypto::SignPublicKey>(&public_key)) keys.sign.emplace(id, std::move(*sign));
    }
  }
  return Ok{};
}

Status check_parents(const Roots& roots, const RosterKeys& keys) {
  for (const auto& [id, child] : keys.certified) {
    const KeyRecord& record = child.record;
    if (find_root(roots, record.parent) != nullptr) {
      if (!parent_allowed(KeyKind::root, record.kind, record.bases)) return fail(Code::key_record_parent);
      if (!is_unsigned(child.signed_record)) return fail(Code::key_record_signature);
      continue;
    }
    const auto parent = keys.certified.find(record.parent);
    if (parent == keys.certified.end()) return fail(Code::key_record_parent);
    if (parent->second.record.subject != record.subject) return fail(Code::key_record_parent);
    if (!parent_allowed(parent->second.record.kind, record.kind, record.bases)) return fail(Code::key_record_parent);
    XCH_TRY(check_certified(child, keys.sign.at(parent->first), Code::key_record_signature));
  }
  return Ok{};
}

}  // namespace

const Party* VerifiedRoster::party(const PartyId& id) const {
  for (const auto& party : roster_.parties)
    if (party.id == id) return &party;
  return nullptr;
}

const Party* VerifiedRoster::party_named(std::string_view name) const {
  for (const auto& party : roster_.parties)
    if (party.name == name) return &party;
  return nullptr;
}

const CertifiedKey* VerifiedRoster::key(const KeyId& id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : &at->second;
}

const crypto::KemPublicKey* VerifiedRoster::kem_key(const KeyId& id) const {
  const auto at = kem_keys_.find(id);
  return at == kem_keys_.end() ? nullptr : &at->second;
}

const crypto::SignPublicKey* VerifiedRoster::sign_key(const KeyId& id) const {
  const auto at = sign_keys_.find(id);
  return at == sign_keys_.end() ? nullptr : &at->second;
}

std::optional<Timestamp> VerifiedRoster::revoked_at(const KeyId& id) const {
  for (const auto& revoked : roster_.revoked)
    if (revoked.key == id) return revoked.revoked_at;
  return std::nullopt;
}

bool VerifiedRoster::in_force(const CertifiedKey& key, Timestamp at) const {
  if (at < key.record.not_before || key.record.not_after < at) return false;
  const auto revoked = revoked_at(key.id);
  if (revoked && *revoked <= at) return false;
  // What a stolen identity key certified ends with it.
  const CertifiedKey* parent = this->key(key.record.parent);
  return parent == nullptr || in_force(*parent, at);
}

const CertifiedKey* VerifiedRoster::encryption_key(const PartyId& party, Timestamp at) const {
  const CertifiedKey* newest = nullptr;
  for (const auto& [id, key] : keys_) {
    if (key.record.kind != KeyKind::agencyEncryption || key.record.subject != party || !in_force(key, at)) continue;
    const auto age = [](const KeyRecord& r) { return std::pair(r.not_before.seconds, r.serial); };
    if (newest == nullptr || age(newest->record) < age(key.record)) newest = &key;
  }
  return newest;
}

}  // namespace xch::party
