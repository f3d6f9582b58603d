#include "support/coalition.hpp"

#include <algorithm>

#include <cstdio>
#include <cstdlib>

#include "wire/records.hpp"

namespace xch::testing {
namespace {

constexpr std::size_t kRoots = 3, kThreshold = 2;

bool by_the_roots(const std::vector<Basis>& bases) { return bases != std::vector<Basis>{Basis::originatorAuthority}; }

}  // namespace

void give_up(Code code, const char* what) {
  const auto& line = info(code);
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(line.name.size()), line.name.data());
  std::abort();
}

std::vector<Signed> TestParty::authority_chain() const {
  std::vector<Signed> chain{authority->signed_record};
  if (authority->record.parent == identity.id) chain.push_back(identity.signed_record);
  return chain;
}

Coalition::Coalition(SuiteId suite, const PolicyHash& policy_pack) : suite_(suite) {
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("test coalition")));
  roster_.coalition = fixed_id<CoalitionId>("test coalition");
  roster_.version = 1;
  roster_.suite = suite;
  roster_.policy_pack = policy_pack;
  roster_.issued = before_now(30 * kDay);
  roster_.expires = after_now(60 * kDay);
  roster_.threshold = kThreshold;
  for (std::size_t i = 0; i < kRoots; ++i) {
    roots_.push_back(must(crypto::SignPrivateKey::generate(suite, random)));
    roster_.roots.push_back(RootKey{roots_.back().public_key().bytes().copy()});
  }
  const std::vector<Basis> own{Basis::originatorAuthority};
  const std::vector<Basis> consents{Basis::part2Consent, Basis::justiceCondition};
  add_party("patrol", PartyKind::justice, Role::leo, "", own, random);
  add_party("liaison", PartyKind::justice, Role::les, "", {}, random);
  add_party("prosecutor", PartyKind::justice, Role::pros, "WA017013A", own, random);
  add_party("office", PartyKind::programOffice, Role::pm, "", consents, random);
  add_party("harbor", PartyKind::part2Program, Role::cm, "", {}, random);
  add_party("clinic", PartyKind::part2Program, Role::txp, "", {}, random);
  add_party("defender", PartyKind::defence, Role::pd, "", {}, random);
  signed_roster_ = sign(roster_);
  verified_ = must(party::verify_roster(signed_roster_, nullptr), "roster");
}

void Coalition::add_party(std::string_view name, PartyKind kind, Role role, std::string_view ori,
                          std::vector<Basis> bases, crypto::Random& random) {
  TestParty& made = parties_[std::string(name)];
  made.party.id = fixed_id<PartyId>(name);
  made.party.name = name;
  made.party.kind = kind;
  made.party.role = role;
  made.party.ori = ori;
  made.party.agreement_id = fixed_id<PartyId>("agreement").bytes;
  made.party.agreement_not_before = before_now(300 * kDay);
  made.party.agreement_not_after = after_now(300 * kDay);

  const KeyId root = party::root_key_id(roots_[0].public_key().bytes());
  made.identity_key = must(crypto::SignPrivateKey::generate(suite_, random));
  made.identity = vouched(record(KeyKind::agencyIdentity, name, made.identity_key->public_key().bytes(), root));
  made.encryption_key = must(crypto::KemPrivateKey::generate(suite_, random));
  made.encryption = certified(
      record(KeyKind::agencyEncryption, name, made.encryption_key->public_key().bytes(), made.identity.id),
      *made.identity_key);
  made.seat_key = must(crypto::SignPrivateKey::generate(suite_, random));
  made.seat = certified(record(KeyKind::seat, name, made.seat_key->public_key().bytes(), made.identity.id),
                        *made.identity_key);
  made.party.keys = {made.identity.signed_record, made.encryption.signed_record};

  if (!bases.empty()) {
    made.authority_key = must(crypto::SignPrivateKey::generate(suite_, random));
    KeyRecord authority = record(KeyKind::consentAuthority, name, made.authority_key->public_key().bytes(),
                                 by_the_roots(bases) ? root : made.identity.id);
    authority.bases = bases;
    made.authority = by_the_roots(bases) ? vouched(authority) : certified(authority, *made.identity_key);
    if (by_the_roots(bases)) made.party.keys.push_back(made.authority->signed_record);
  }
  roster_.parties.push_back(made.party);
}

KeyRecord Coalition::record(KeyKind kind, std::string_view party, ByteView public_key, const KeyId& parent) const {
  KeyRecord out;
  out.kind = kind;
  out.suite = kind == KeyKind::log || kind == KeyKind::witness ? SuiteId::x25519 : suite_;
  out.coalition = roster_.coalition;
  out.subject = (*this)[party].id();
  out.serial = static_cast<std::uint64_t>(kind);
  out.not_before = before_now(60 * kDay);
  out.not_after = after_now(200 * kDay);
  if (kind == KeyKind::agencyIdentity) {
    out.not_before = before_now(300 * kDay);
    out.not_after = after_now(300 * kDay);
  }
  if (kind == KeyKind::agencyEncryption) {
    out.not_before = before_now(3 * kDay);
    out.not_after = after_now(4 * kDay);
  }
  out.parent = parent;
  out.public_key = public_key.copy();
  return out;
}

TestParty& Coalition::operator[](std::string_view name) {
  const auto at = parties_.find(name);
  if (at == parties_.end()) give_up(Code::party_unknown, "Coalition");
  return at->second;
}

const TestParty& Coalition::operator[](std::string_view name) const {
  const auto at = parties_.find(name);
  if (at == parties_.end()) give_up(Code::party_unknown, "Coalition");
  return at->second;
}

std::vector<std::string> Coalition::names() const {
  std::vector<std::string> out;
  for (const auto& party : roster_.parties) out.push_back(party.name);
  return out;
}

const TestParty& Coalition::by_id(const PartyId& id) const {
  for (const auto& [name, party] : parties_)
    if (party.id() == id) return party;
  give_up(Code::party_unknown, "Coalition");
}

Roster Coalition::without(std::string_view name) const {
  Roster out = roster_;
  const auto gone = [id = (*this)[name].id()](const Party& party) { return party.id == id; };
  out.parties.erase(std::remove_if(out.parties.begin(), out.parties.end(), gone), out.parties.end());
  return out;
}

SignedRoster Coalition::sign(const Roster& roster, const std::vector<std::size_t>& by) const {
  SignedRoster out;
  out.body = wire::encode(roster);
  for (const std::size_t index : by)
    out.signatures.push_back(
        must(party::sign_roster(out.body, static_cast<std::uint8_t>(index), roots_[index]), "root signature"));
  return out;
}

std::shared_ptr<const party::VerifiedRoster> Coalition::adopt(Roster roster) {
  roster.version = roster_.version + 1;
  roster.previous = verified_->hash();
  signed_roster_ = sign(roster);
  verified_ = must(party::verify_roster(signed_roster_, verified_.get()), "next roster");
  roster_ = std::move(roster);
  return verified_;
}

CertifiedKey vouched(const KeyRecord& record) {
  CertifiedKey out;
  out.record = record;
  out.signed_record.kind = Kind::keyRecord;
  out.signed_record.body = wire::encode(record);
  out.id = party::key_id(out.signed_record.body);
  return out;
}

CertifiedKey certified(const KeyRecord& record, const crypto::SignPrivateKey& parent) {
  CertifiedKey out;
  out.record = record;
  out.signed_record = must(party::sign_object(Kind::keyRecord, wire::encode(record), record.parent, parent));
  out.id = party::key_id(out.signed_record.body);
  return out;
}

}  // namespace xch::testing
