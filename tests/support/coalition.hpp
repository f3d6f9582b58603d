// A coalition with all its keys, the same in every run: roots, parties, records, roster. For tests only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/keys.hpp"
#include "crypto/random.hpp"
#include "model/grant.hpp"
#include "party/chain.hpp"
#include "party/roster.hpp"

namespace xch::testing {

/// kNow is 2026-11-26T12:00:00Z: the time of every test that has no reason for another.
constexpr Timestamp kNow{1795694400};
constexpr Timestamp before_now(std::uint64_t seconds) { return Timestamp{kNow.seconds - seconds}; }
constexpr Timestamp after_now(std::uint64_t seconds) { return Timestamp{kNow.seconds + seconds}; }

/// must gives the value of a Result that the fixture cannot go on without; a failure ends the test program with the
/// error's name.
[[noreturn]] void give_up(Code code, const char* what);
template <class T>
T must(Result<T> result, const char* what = "fixture") {
  if (!result) give_up(result.error().code, what);
  return std::move(*result);
}

/// TestParty is one party with every private key it has.
struct TestParty {
  Party party;  // as it stands in the roster
  CertifiedKey identity, encryption, seat;
  std::optional<CertifiedKey> authority;  // consent authority: office (by the roots), patrol and prosecutor (by themselves)
  std::optional<crypto::SignPrivateKey> identity_key, seat_key, authority_key;
  std::optional<crypto::KemPrivateKey> encryption_key;

  const PartyId& id() const { return party.id; }
  /// seat_chain is the seat's record and its identity's; the identity stands in the roster.
  std::vector<Signed> seat_chain() const { return {seat.signed_record, identity.signed_record}; }
  /// authority_chain is one record where the roots vouch for it, else two.
  std::vector<Signed> authority_chain() const;
};

/// Coalition is roots 2 of 3 and seven parties:
///   patrol      LEO   justice           consent authority for its own facts (originator authority)
///   liaison     LES   justice
///   prosecutor  PROS  justice, ORI      consent authority for its own facts
///   office      PM    programme office  consent authority for part2-consent and justice-condition
///   harbor      CM    Part 2 program
///   clinic      TXP   Part 2 program
///   defender    PD    defence
/// In the roster (version 1) stand identities, encryption keys and the office's authority; seats and originator
/// authorities travel in chains. Windows around kNow: roster -30 to +60 days, agreements and identities -300 to +300,
/// encryption keys -3 to +4, seats and authorities -60 to +200.
class Coalition {
 public:
  explicit Coalition(SuiteId suite, const PolicyHash& policy_pack = {});

  SuiteId suite() const { return suite_; }
  const CoalitionId& id() const { return roster_.coalition; }
  TestParty& operator[](std::string_view name);
  const TestParty& operator[](std::string_view name) const;
  std::vector<std::string> names() const;
  const TestParty& by_id(const PartyId& id) const;

  const crypto::SignPrivateKey& root(std::size_t index) const { return roots_[index]; }
  std::vector<crypto::SignPrivateKey>& roots() { return roots_; }
  /// roster_body is the roster as a plain value, to change and sign again.
  const Roster& roster_body() const { return roster_; }
  /// without is the roster from which a party is gone.
  Roster without(std::string_view name) const;
  const SignedRoster& signed_roster() const { return signed_roster_; }
  std::shared_ptr<const party::VerifiedRoster> roster() const { return verified_; }
  /// sign signs a roster by these roots (of this coalition, under their own indexes).
  SignedRoster sign(const Roster& roster, const std::vector<std::size_t>& by = {0, 1}) const;
  /// adopt signs a changed roster as the next version and puts it in force here.
  std::shared_ptr<const party::VerifiedRoster> adopt(Roster roster);

  /// record makes a key record's fields for a party of this coalition; the caller changes and signs it.
  KeyRecord record(KeyKind kind, std::string_view party, ByteView public_key, const KeyId& parent) const;

 private:
  void add_party(std::string_view name, PartyKind kind, Role role, std::string_view ori, std::vector<Basis> bases,
                 crypto::Random& random);

  SuiteId suite_;
  std::vector<crypto::SignPrivateKey> roots_;
  std::map<std::string, TestParty, std::less<>> parties_;
  Roster roster_;
  SignedRoster signed_roster_;
  std::shared_ptr<const party::VerifiedRoster> verified_;
};

/// vouched is a record whose parent is a root (unsigned); certified is signed by its parent without any check of form.
CertifiedKey vouched(const KeyRecord& record);
CertifiedKey certified(const KeyRecord& record, const crypto::SignPrivateKey& parent);

/// fixed_id makes a 16- or 32-byte id that reads as its name in a dump.
template <class F>
F fixed_id(std::string_view name) {
  F out;
  for (std::size_t i = 0; i < name.size() && i < F::kSize; ++i) out.bytes[i] = static_cast<std::uint8_t>(name[i]);
  return out;
}

}  // namespace xch::testing
