// A roster by itself: form, its own roots' signatures, and what it answers.
#include "party/roster.hpp"

#include "base/encoding.hpp"
#include "fixture.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

using RosterTest = InACoalition;
XCH_FOR_EVERY_SUITE(RosterTest);

TEST_P(RosterTest, OfTwoOfThreeRootsIsInForce) {
  const auto roster = party::verify_roster(coalition.signed_roster(), nullptr);
  ASSERT_TRUE(passes(roster));
  EXPECT_EQ((*roster)->hash(), party::roster_hash(coalition.signed_roster().body));
  EXPECT_EQ((*roster)->roster().version, 1u);
  ASSERT_EQ((*roster)->root_ids().size(), 3u);
  EXPECT_EQ((*roster)->root_ids()[1], party::root_key_id(coalition.root(1).public_key().bytes()));
}

TEST_P(RosterTest, FindsPartiesAndKeys) {
  const auto roster = coalition.roster();
  ASSERT_NE(roster->party(harbor().id()), nullptr);
  EXPECT_EQ(roster->party(harbor().id())->name, "harbor");
  ASSERT_NE(roster->party_named("prosecutor"), nullptr);
  EXPECT_EQ(roster->party_named("prosecutor")->ori, "WA017013A");
  EXPECT_EQ(roster->party_named("nobody"), nullptr);
  EXPECT_EQ(roster->party(fixed_id<PartyId>("nobody")), nullptr);

  ASSERT_NE(roster->key(harbor().identity.id), nullptr);
  EXPECT_EQ(roster->key(harbor().identity.id)->record.kind, KeyKind::agencyIdentity);
  EXPECT_EQ(roster->key(harbor().seat.id), nullptr);
  ASSERT_NE(roster->kem_key(harbor().encryption.id), nullptr);
  EXPECT_TRUE(equal(roster->kem_key(harbor().encryption.id)->bytes(), harbor().encryption.record.public_key));
  EXPECT_EQ(roster->kem_key(harbor().identity.id), nullptr);
  ASSERT_NE(roster->sign_key(harbor().identity.id), nullptr);
  EXPECT_EQ(roster->sign_key(harbor().encryption.id), nullptr);
}

TEST_P(RosterTest, EndsWithItsLastSecond) {
  const Timestamp end = coalition.roster_body().expires;
  EXPECT_TRUE(coalition.roster()->is_current(end));
  EXPECT_FALSE(coalition.roster()->is_current(end + 1));
}

TEST_P(RosterTest, CountsBothDaysOfAnAgreement) {
  const Party& party = harbor().party;
  const auto holds = [&](Timestamp at) { return party::VerifiedRoster::agreement_holds(party, at); };
  EXPECT_TRUE(holds(party.agreement_not_before));
  EXPECT_TRUE(holds(party.agreement_not_after));
  EXPECT_FALSE(holds(Timestamp{party.agreement_not_before.seconds - 1}));
  EXPECT_FALSE(holds(party.agreement_not_after + 1));
}

// ---- signatures -----------------------------------------------------------------------------------------------------

TEST_P(RosterTest, OfOneRootIsRefused) {
  const Roster& roster = coalition.roster_body();
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(roster, {1}), nullptr), Code::roster_signature));
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(roster, {}), nullptr), Code::roster_signature));
  EXPECT_TRUE(passes(party::verify_roster(coalition.sign(roster, {1, 2}), nullptr)));
  EXPECT_TRUE(passes(party::verify_roster(coalition.sign(roster, {0, 1, 2}), nullptr)));
}

TEST_P(RosterTest, CountsNoRootTwice) {
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(coalition.roster_body(), {1, 1}), nullptr),
                      Code::roster_signature));
}

TEST_P(RosterTest, RefusesIndexesOutOfOrder) {
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(coalition.roster_body(), {1, 0}), nullptr),
                      Code::roster_signature));
}

TEST_P(RosterTest, RefusesASignatureUnderAnotherIndex) {
  SignedRoster roster = coalition.sign(coalition.roster_body(), {0, 1});
  roster.signatures[1].root_index = 2;
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_signature));
}

TEST_P(RosterTest, RefusesOneBadSignatureBesideEnoughGoodOnes) {
  SignedRoster roster = coalition.sign(coalition.roster_body(), {0, 1, 2});
  roster.signatures[2].signature[40] ^= 1;
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_signature));
}

TEST_P(RosterTest, RefusesASignatureOfAnotherKind) {
  SignedRoster roster = coalition.sign(coalition.roster_body(), {0, 1});
  const KeyId root = party::root_key_id(coalition.root(1).public_key().bytes());
  roster.signatures[1].signature = must(party::sign_object(Kind::grant, roster.body, root, coalition.root(1))).signature;
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_signature));
}

TEST_P(RosterTest, RefusesABodyThatWasNotSigned) {
  SignedRoster roster = coalition.signed_roster();
  Roster changed = coalition.roster_body();
  changed.expires = changed.expires + 1;
  roster.body = wire::encode(changed);
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_signature));
}

// ---- form -----------------------------------------------------------------------------------------------------------

TEST_P(RosterTest, RefusesBytesThatAreNone) {
  SignedRoster roster = coalition.signed_roster();
  roster.body.pop_back();
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_malformed));
  roster.body.clear();
  EXPECT_TRUE(refuses(party::verify_roster(roster, nullptr), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesAThresholdThatCannotBeMet) {
  Roster roster = coalition.roster_body();
  roster.threshold = 0;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.threshold = 4;
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(roster, {0, 1, 2}), nullptr), Code::roster_malformed));
  roster.threshold = 3;
  EXPECT_TRUE(passes(party::verify_roster(coalition.sign(roster, {0, 1, 2}), nullptr)));
}

TEST_P(RosterTest, RefusesOneRootInTwoPlaces) {
  Roster roster = coalition.roster_body();
  roster.roots[1] = roster.roots[0];
  SignedRoster travelling;
  travelling.body = wire::encode(roster);
  for (std::uint8_t i = 0; i < 2; ++i)
    travelling.signatures.push_back(must(party::sign_roster(travelling.body, i, coalition.root(0))));
  EXPECT_TRUE(refuses(party::verify_roster(travelling, nullptr), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesNoRootsAndTooMany) {
  Roster roster = coalition.roster_body();
  while (roster.roots.size() <= 16)
    roster.roots.push_back(RootKey{fresh_key().public_key().bytes().copy()});
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.roots.pop_back();
  EXPECT_TRUE(passes(verify_first(roster)));
  roster.roots.clear();
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesARootThatIsNoKeyOfItsSuite) {
  Roster roster = coalition.roster_body();
  roster.roots[2].public_key = fresh_key(other_suite(GetParam())).public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesASuiteThatIsNotBuilt) {
  Roster roster = coalition.roster_body();
  roster.suite = SuiteId::pq;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesAVersionThatDisagreesWithItsPrevious) {
  Roster roster = coalition.roster_body();
  roster.version = 0;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.version = 2;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.previous = fixed_id<RosterHash>("some roster");
  EXPECT_TRUE(passes(verify_first(roster)));
  roster.version = 0;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.version = 1;
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesAnEndBeforeItsBeginning) {
  Roster roster = coalition.roster_body();
  roster.expires = roster.issued;
  EXPECT_TRUE(passes(verify_first(roster)));
  roster.expires = Timestamp{roster.issued.seconds - 1};
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesTwoPartiesOfOneIdOrName) {
  Roster roster = coalition.roster_body();
  Party twin;
  twin.id = harbor().id();
  twin.name = "harbour";
  twin.kind = PartyKind::community;
  roster.parties.push_back(twin);
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
  roster.parties.back().id = fixed_id<PartyId>("harbour");
  EXPECT_TRUE(passes(verify_first(roster)));
  roster.parties.back().name = "harbor";
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

TEST_P(RosterTest, RefusesAKeyRevokedTwice) {
  Roster roster = coalition.roster_body();
  roster.revoked = {{harbor().seat.id, kNow}};
  EXPECT_TRUE(passes(verify_first(roster)));
  roster.revoked.push_back({harbor().seat.id, after_now(1)});
  EXPECT_TRUE(refuses(verify_first(roster), Code::roster_malformed));
}

// ---- encryption keys ------------------------------------------------------------------------------------------------

class EncryptionKey : public InACoalition {
 protected:
  CertifiedKey encryption(Timestamp from, std::uint64_t serial) {
    KeyRecord record = patrol().encryption.record;
    record.public_key = fresh_kem().public_key().bytes().copy();
    record.not_before = from;
    record.not_after = from + 2 * kDay;
    record.serial = serial;
    return certify(record);
  }
  const CertifiedKey* pick(const Roster& roster, Timestamp at) {
    verified_ = must(verify_first(roster));
    return verified_->encryption_key(patrol().id(), at);
  }

 private:
  std::shared_ptr<const party::VerifiedRoster> verified_;
};
XCH_FOR_EVERY_SUITE(EncryptionKey);

TEST_P(EncryptionKey, IsTheNewestInForce) {
  const auto newer = encryption(before_now(kDay), 9);
  const auto* picked = pick(with_key(newer), kNow);
  ASSERT_NE(picked, nullptr);
  EXPECT_EQ(picked->id, newer.id);
  picked = pick(with_key(newer), before_now(kDay + 1));
  ASSERT_NE(picked, nullptr);
  EXPECT_EQ(picked->id, patrol().encryption.id);
  picked = pick(with_key(newer), after_now(kDay + 1));
  ASSERT_NE(picked, nullptr);
  EXPECT_EQ(picked->id, patrol().encryption.id);
}

TEST_P(EncryptionKey, OfOneTimeIsTheHigherSerial) {
  const auto first = encryption(before_now(kDay), 9), second = encryption(before_now(kDay), 10);
  for (const auto& keys : {std::vector{first, second}, std::vector{second, first}}) {
    const auto* picked = pick(with_keys({patrol().identity.signed_record, keys[0].signed_record, keys[1].signed_record}),
                              kNow);
    ASSERT_NE(picked, nullptr);
    EXPECT_EQ(picked->id, second.id);
  }
}

TEST_P(EncryptionKey, IsNoneOutsideEveryWindow) {
  const Roster& roster = coalition.roster_body();
  const KeyRecord& record = patrol().encryption.record;
  EXPECT_NE(pick(roster, record.not_before), nullptr);
  EXPECT_NE(pick(roster, record.not_after), nullptr);
  EXPECT_EQ(pick(roster, Timestamp{record.not_before.seconds - 1}), nullptr);
  EXPECT_EQ(pick(roster, record.not_after + 1), nullptr);
}

TEST_P(EncryptionKey, IsNoneOnceRevoked) {
  Roster roster = coalition.roster_body();
  roster.revoked = {{patrol().encryption.id, kNow}};
  EXPECT_NE(pick(roster, before_now(1)), nullptr);
  EXPECT_EQ(pick(roster, kNow), nullptr);
}

TEST_P(EncryptionKey, EndsWithTheIdentityThatCertifiedIt) {
  Roster roster = coalition.roster_body();
  roster.revoked = {{patrol().identity.id, kNow}};
  EXPECT_NE(pick(roster, before_now(1)), nullptr);
  EXPECT_EQ(pick(roster, kNow), nullptr);
}

TEST_P(EncryptionKey, OfAnotherPartyIsNotPicked) {
  Roster roster = coalition.roster_body();
  party_in(roster, "patrol").keys = {patrol().identity.signed_record};
  EXPECT_EQ(pick(roster, kNow), nullptr);
}

// Computed in Python from docs/format.md, "Keys, parties, roster": hashlib.sha256(fr("LX1 roots") + coalition + ...).
TEST(RootsDigest, IsWhatPythonComputes) {
  Roster roster;
  for (std::size_t i = 0; i < CoalitionId::kSize; ++i) roster.coalition.bytes[i] = static_cast<std::uint8_t>(i);
  roster.threshold = 2;
  for (const std::uint8_t fill : {1, 2}) {
    RootKey root;
    root.public_key = Bytes(65, fill);
    roster.roots.push_back(root);
  }
  EXPECT_EQ(to_hex(party::roots_digest(roster)), "6aaa149cba0b6615983ef97cc0754a2d1d8048c21750e09d3a63fc5fd6fdb68c");
}

}  // namespace
}  // namespace xch::testing
