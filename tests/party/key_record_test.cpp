// Key records inside a roster, and the making of new ones.
#include "fixture.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

class KeyRecordTest : public InACoalition {
 protected:
  auto verify_with(const CertifiedKey& key) { return verify_first(with_key(key)); }
  CertifiedKey changed_seat(void (*change)(KeyRecord&)) {
    KeyRecord record = seat_record();
    change(record);
    return certify(record);
  }
  KeyId root() { return party::root_key_id(coalition.root(0).public_key().bytes()); }
  /// A record of patrol's with a key of its own, under patrol's identity.
  KeyRecord fresh_record(KeyKind kind) {
    const SuiteId suite = kind == KeyKind::log || kind == KeyKind::witness ? SuiteId::x25519 : GetParam();
    return coalition.record(kind, "patrol", fresh_key(suite).public_key().bytes(), patrol().identity.id);
  }
};
XCH_FOR_EVERY_SUITE(KeyRecordTest);

TEST_P(KeyRecordTest, OfASeatMayStandInTheRoster) {
  const auto roster = verify_with(patrol().seat);
  ASSERT_TRUE(passes(roster));
  EXPECT_NE((*roster)->sign_key(patrol().seat.id), nullptr);
}

TEST_P(KeyRecordTest, IsFoundByTheHashOfItsBody) {
  EXPECT_EQ(patrol().seat.id, party::key_id(wire::encode(patrol().seat.record)));
}

// ---- malformed ------------------------------------------------------------------------------------------------------

TEST_P(KeyRecordTest, ThatDoesNotDecodeIsRefused) {
  CertifiedKey key = patrol().seat;
  key.signed_record = must(party::sign_object(Kind::keyRecord, Bytes(8), patrol().identity.id, *patrol().identity_key));
  EXPECT_TRUE(refuses(verify_with(key), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, OfAnotherKindOfObjectIsRefused) {
  CertifiedKey key = patrol().seat;
  key.signed_record = must(
      party::sign_object(Kind::grant, key.signed_record.body, patrol().identity.id, *patrol().identity_key));
  EXPECT_TRUE(refuses(verify_with(key), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, OfAnotherCoalitionIsRefused) {
  EXPECT_TRUE(refuses(verify_with(changed_seat([](KeyRecord& r) { r.coalition.bytes[0] ^= 1; })),
                      Code::key_record_malformed));
}

TEST_P(KeyRecordTest, OfAnotherSuiteIsRefused) {
  KeyRecord record = seat_record();
  record.suite = other_suite(GetParam());
  record.public_key = fresh_key(record.suite).public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, OfAnotherSubjectThanItsPartyIsRefused) {
  KeyRecord record = seat_record();
  record.subject = harbor().id();
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, WithAKeyOfTheWrongLengthIsRefused) {
  KeyRecord record = seat_record();
  record.public_key = fresh_key(other_suite(GetParam())).public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, ThatEndsBeforeItBeginsIsRefused) {
  EXPECT_TRUE(refuses(verify_with(changed_seat([](KeyRecord& r) { r.not_after = Timestamp{r.not_before.seconds - 1}; })),
                      Code::key_record_malformed));
  EXPECT_TRUE(passes(verify_with(changed_seat([](KeyRecord& r) { r.not_after = r.not_before; }))));
}

TEST_P(KeyRecordTest, OfARootIsRefused) {
  EXPECT_TRUE(refuses(verify_with(certify(fresh_record(KeyKind::root))), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, OfAnEncryptionKeyLivesSevenDaysAtMost) {
  KeyRecord record = patrol().encryption.record;
  record.public_key = fresh_kem().public_key().bytes().copy();
  record.not_after = record.not_before + 7 * kDay;
  EXPECT_TRUE(passes(verify_with(certify(record))));
  record.not_after = record.not_after + 1;
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, NamesBasesOnlyForAConsentAuthority) {
  EXPECT_TRUE(refuses(verify_with(changed_seat([](KeyRecord& r) { r.bases = {Basis::originatorAuthority}; })),
                      Code::key_record_malformed));
  KeyRecord authority = patrol().authority->record;
  EXPECT_TRUE(passes(verify_with(certify(authority))));
  authority.bases.clear();
  EXPECT_TRUE(refuses(verify_with(certify(authority)), Code::key_record_malformed));
}

TEST_P(KeyRecordTest, ThatStandsTwiceIsRefused) {
  EXPECT_TRUE(refuses(verify_with(patrol().encryption), Code::key_record_malformed));
}

// ---- parents --------------------------------------------------------------------------------------------------------

TEST_P(KeyRecordTest, WithAParentThatStandsNowhereIsRefused) {
  EXPECT_TRUE(refuses(verify_with(changed_seat([](KeyRecord& r) { r.parent.bytes[5] ^= 1; })), Code::key_record_parent));
}

TEST_P(KeyRecordTest, OfASeatUnderARootIsRefused) {
  KeyRecord record = seat_record();
  record.parent = root();
  EXPECT_TRUE(refuses(verify_with(vouched(record)), Code::key_record_parent));
}

TEST_P(KeyRecordTest, CertifiedByASeatIsRefused) {
  KeyRecord record = fresh_record(KeyKind::seat);
  record.parent = patrol().seat.id;
  const auto key = certified(record, *patrol().seat_key);
  EXPECT_TRUE(refuses(verify_first(with_keys({patrol().identity.signed_record, patrol().seat.signed_record,
                                              key.signed_record})),
                      Code::key_record_parent));
}

TEST_P(KeyRecordTest, CertifiedByAnotherPartysIdentityIsRefused) {
  KeyRecord record = seat_record();
  record.parent = harbor().identity.id;
  EXPECT_TRUE(refuses(verify_with(certified(record, *harbor().identity_key)), Code::key_record_parent));
}

TEST_P(KeyRecordTest, OfAnAuditorUnderAnIdentityIsRefused) {
  KeyRecord record = fresh_record(KeyKind::auditor);
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_parent));
  record.parent = root();
  EXPECT_TRUE(passes(verify_with(vouched(record))));
}

TEST_P(KeyRecordTest, OfAnAgencysAuthorityCarriesOriginatorAuthorityAlone) {
  KeyRecord record = patrol().authority->record;
  record.bases = {Basis::part2Consent};
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_parent));
  record.bases = {Basis::part2Consent, Basis::originatorAuthority};
  EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_parent));
  record.bases = {Basis::originatorAuthority};
  EXPECT_TRUE(passes(verify_with(certify(record))));
}

TEST(ParentTable, HasNoPairBeyondTheSpecification) {
  const std::vector<Basis> none, own{Basis::originatorAuthority}, consents{Basis::part2Consent};
  int allowed = 0;
  for (std::uint16_t parent = 0; parent < kKeyKindCount; ++parent)
    for (std::uint16_t child = 0; child < kKeyKindCount; ++child)
      for (const auto& bases : {none, own, consents})
        allowed += party::parent_allowed(static_cast<KeyKind>(parent), static_cast<KeyKind>(child), bases) ? 1 : 0;
  // root: 4 kinds whatever the bases; identity: 4 kinds whatever the bases, and the authority of its own facts.
  EXPECT_EQ(allowed, 4 * 3 + 4 * 3 + 1);
  for (const KeyKind child : {KeyKind::agencyIdentity, KeyKind::consentAuthority, KeyKind::auditor,
                              KeyKind::releaseService})
    EXPECT_TRUE(party::parent_allowed(KeyKind::root, child, consents));
  for (const KeyKind child : {KeyKind::agencyEncryption, KeyKind::seat, KeyKind::log, KeyKind::witness})
    EXPECT_TRUE(party::parent_allowed(KeyKind::agencyIdentity, child, none));
  EXPECT_TRUE(party::parent_allowed(KeyKind::agencyIdentity, KeyKind::consentAuthority, own));
}

// ---- signatures -----------------------------------------------------------------------------------------------------

TEST_P(KeyRecordTest, WithABrokenSignatureIsRefused) {
  CertifiedKey key = patrol().seat;
  key.signed_record.signature[10] ^= 4;
  EXPECT_TRUE(refuses(verify_with(key), Code::key_record_signature));
}

TEST_P(KeyRecordTest, SignedByAnotherKeyThanItsParentIsRefused) {
  EXPECT_TRUE(refuses(verify_with(certified(seat_record(), *harbor().identity_key)), Code::key_record_signature));
}

TEST_P(KeyRecordTest, NamingAnotherSignerThanItsParentIsRefused) {
  CertifiedKey key = patrol().seat;
  key.signed_record = must(party::sign_object(Kind::keyRecord, key.signed_record.body, harbor().identity.id,
                                              *patrol().identity_key));
  EXPECT_TRUE(refuses(verify_with(key), Code::key_record_signature));
  key = patrol().seat;  // the signature is the parent's, the name is not
  key.signed_record.signer = harbor().identity.id;
  EXPECT_TRUE(refuses(verify_with(key), Code::key_record_signature));
}

TEST_P(KeyRecordTest, UnderAnIdentityNeedsASignature) {
  EXPECT_TRUE(refuses(verify_with(vouched(seat_record())), Code::key_record_signature));
}

TEST_P(KeyRecordTest, UnderARootCarriesNoSignature) {
  // A single root certifies nothing: its signature is not even looked at, it is refused.
  const auto lone = certified(patrol().identity.record, coalition.root(0));
  EXPECT_EQ(lone.id, patrol().identity.id);
  EXPECT_TRUE(refuses(verify_first(with_keys({lone.signed_record})), Code::key_record_signature));
  EXPECT_TRUE(passes(verify_first(with_keys({patrol().identity.signed_record}))));
}

// ---- logs and witnesses ---------------------------------------------------------------------------------------------

TEST_P(KeyRecordTest, OfALogOrWitnessIsEd25519InEverySuite) {
  for (const KeyKind kind : {KeyKind::log, KeyKind::witness}) {
    KeyRecord record = fresh_record(kind);
    const auto roster = verify_with(certify(record));
    ASSERT_TRUE(passes(roster));
    EXPECT_EQ((*roster)->sign_key(certify(record).id)->suite(), SuiteId::x25519);
    record.suite = SuiteId::p256;
    record.public_key = fresh_key(SuiteId::p256).public_key().bytes().copy();
    EXPECT_TRUE(refuses(verify_with(certify(record)), Code::key_record_malformed));
  }
}

// ---- making ---------------------------------------------------------------------------------------------------------

TEST_P(KeyRecordTest, AsMadeStandsInARoster) {
  const auto seat = party::make_key_record(fresh_record(KeyKind::seat), &*patrol().identity_key);
  ASSERT_TRUE(passes(seat));
  EXPECT_EQ(seat->signed_record.signer, patrol().identity.id);
  EXPECT_TRUE(passes(verify_with(*seat)));

  const auto identity = party::make_key_record(patrol().identity.record, nullptr);
  ASSERT_TRUE(passes(identity));
  EXPECT_EQ(identity->id, patrol().identity.id);
  EXPECT_TRUE(identity->signed_record.signature.empty());
}

TEST_P(KeyRecordTest, IsNotMadeWithoutAParentThatMayCertifyIt) {
  EXPECT_TRUE(refuses(party::make_key_record(fresh_record(KeyKind::seat), nullptr), Code::key_record_parent));
  EXPECT_TRUE(refuses(party::make_key_record(patrol().identity.record, &*patrol().identity_key),
                      Code::key_record_parent));
  KeyRecord authority = patrol().authority->record;
  EXPECT_TRUE(passes(party::make_key_record(authority, &*patrol().identity_key)));
  authority.bases = {Basis::justiceCondition};
  EXPECT_TRUE(refuses(party::make_key_record(authority, &*patrol().identity_key), Code::key_record_parent));
}

TEST_P(KeyRecordTest, IsNotMadeWhereNoRosterWouldTakeIt) {
  KeyRecord record = patrol().encryption.record;
  EXPECT_TRUE(passes(party::make_key_record(record, &*patrol().identity_key)));
  record.not_after = record.not_before + 8 * kDay;
  EXPECT_TRUE(refuses(party::make_key_record(record, &*patrol().identity_key), Code::key_record_malformed));
  record = seat_record();
  record.public_key.pop_back();
  EXPECT_TRUE(refuses(party::make_key_record(record, &*patrol().identity_key), Code::key_record_malformed));
  record = patrol().authority->record;
  record.bases = {Basis::originatorAuthority, Basis::originatorAuthority};
  EXPECT_TRUE(refuses(party::make_key_record(record, &*patrol().identity_key), Code::key_record_malformed));
  record.bases = {Basis::none};
  EXPECT_TRUE(refuses(party::make_key_record(record, &*patrol().identity_key), Code::key_record_malformed));
}

// P-256 keys are exactly 65 bytes starting 0x04, on the curve.
TEST(KeyRecordPoint, CompressedHybridOrOffTheCurveIsRefused) {
  const Coalition coalition(SuiteId::p256);
  const TestParty& patrol = coalition["patrol"];
  const auto roster_with = [&](const Bytes& public_key) {
    KeyRecord record = patrol.seat.record;
    record.public_key = public_key;
    Roster roster = coalition.roster_body();
    roster.parties[0].keys.push_back(certified(record, *patrol.identity_key).signed_record);
    return party::verify_roster(coalition.sign(roster), nullptr);
  };
  const Bytes good = patrol.seat.record.public_key;
  EXPECT_TRUE(passes(roster_with(good)));
  Bytes bad = good;
  bad[0] = static_cast<std::uint8_t>(6 | (good[64] & 1));
  EXPECT_TRUE(refuses(roster_with(bad), Code::key_record_malformed));
  bad = good;
  bad[64] ^= 1;
  EXPECT_TRUE(refuses(roster_with(bad), Code::key_record_malformed));
  bad = ByteView(good).sub(0, 33).copy();
  bad[0] = static_cast<std::uint8_t>(2 | (good[64] & 1));
  EXPECT_TRUE(refuses(roster_with(bad), Code::key_record_malformed));
}

}  // namespace
}  // namespace xch::testing
