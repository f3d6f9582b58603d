// The test coalition in one suite, and ways to change one thing of its roster.
#pragma once

#include "support/coalition.hpp"
#include "support/expect.hpp"

namespace xch::testing {

class InACoalition : public ::testing::TestWithParam<SuiteId> {
 protected:
  Coalition coalition{GetParam()};

  const TestParty& patrol() { return coalition["patrol"]; }
  const TestParty& harbor() { return coalition["harbor"]; }

  crypto::SignPrivateKey fresh_key(SuiteId suite) { return must(crypto::SignPrivateKey::generate(suite, random_)); }
  crypto::SignPrivateKey fresh_key() { return fresh_key(GetParam()); }
  crypto::KemPrivateKey fresh_kem() { return must(crypto::KemPrivateKey::generate(GetParam(), random_)); }

  /// The roster's plain value with these records in patrol's place.
  Roster with_keys(std::vector<Signed> keys) {
    Roster roster = coalition.roster_body();
    party_in(roster, "patrol").keys = std::move(keys);
    return roster;
  }
  /// The roster with patrol's usual records and one more.
  Roster with_key(const CertifiedKey& key) {
    return with_keys({patrol().identity.signed_record, patrol().encryption.signed_record, key.signed_record});
  }
  static Party& party_in(Roster& roster, std::string_view name) {
    for (auto& party : roster.parties)
      if (party.name == name) return party;
    give_up(Code::party_unknown, "party_in");
  }
  auto verify_first(const Roster& roster) { return party::verify_roster(coalition.sign(roster), nullptr); }

  /// Patrol's seat record, to change before it is certified.
  KeyRecord seat_record() { return patrol().seat.record; }
  CertifiedKey certify(const KeyRecord& record) { return certified(record, *patrol().identity_key); }

 private:
  crypto::SeededRandom_for_testing random_{ByteView(std::string_view("fresh keys"))};
};

}  // namespace xch::testing
