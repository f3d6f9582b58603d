// Key chains as they travel: every refusal of docs/format.md, "Open", check 4 and the windows of check 6.
#include "party/chain.hpp"

#include "fixture.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

const std::vector<KeyKind> kSeat{KeyKind::seat}, kAuthority{KeyKind::consentAuthority};

class ChainTest : public InACoalition {
 protected:
  auto verify(const std::vector<Signed>& chain, const std::vector<KeyKind>& expected = kSeat) {
    return party::verify_chain(chain, expected, *coalition.roster());
  }
  auto verify_leaf(const CertifiedKey& leaf) {
    return verify({leaf.signed_record, patrol().identity.signed_record});
  }
};
XCH_FOR_EVERY_SUITE(ChainTest);

TEST_P(ChainTest, OfASeatLeadsToItsIdentityInTheRoster) {
  const auto chain = verify(patrol().seat_chain());
  ASSERT_TRUE(passes(chain));
  EXPECT_EQ(chain->leaf().id, patrol().seat.id);
  EXPECT_EQ(chain->leaf().record.subject, patrol().id());
  EXPECT_EQ(chain->keys.size(), 2u);
  EXPECT_TRUE(equal(chain->leaf_key.bytes(), patrol().seat_key->public_key().bytes()));
}

TEST_P(ChainTest, OfAConsentAuthorityIsOneRecordThatTheRosterVouchesFor) {
  const auto chain = verify(coalition["office"].authority_chain(), kAuthority);
  ASSERT_TRUE(passes(chain));
  EXPECT_EQ(chain->keys.size(), 1u);
  EXPECT_EQ(chain->leaf().record.bases, (std::vector<Basis>{Basis::part2Consent, Basis::justiceCondition}));
}

TEST_P(ChainTest, OfAnOriginatorLeadsThroughItsIdentity) {
  const auto chain = verify(patrol().authority_chain(), kAuthority);
  ASSERT_TRUE(passes(chain));
  EXPECT_EQ(chain->keys.size(), 2u);
}

// ---- malformed ------------------------------------------------------------------------------------------------------

TEST_P(ChainTest, WithoutARecordIsMalformed) { EXPECT_TRUE(refuses(verify({}), Code::open_chain_malformed)); }

TEST_P(ChainTest, OfMoreThanEightIsMalformed) {
  auto chain = patrol().seat_chain();
  while (chain.size() < party::kMaxChain) chain.push_back(patrol().identity.signed_record);
  EXPECT_TRUE(refuses(verify(chain), Code::open_chain_kind));
  chain.push_back(patrol().identity.signed_record);
  EXPECT_TRUE(refuses(verify(chain), Code::open_chain_malformed));
}

TEST_P(ChainTest, WithARecordThatDoesNotDecodeIsMalformed) {
  CertifiedKey leaf = patrol().seat;
  leaf.signed_record.body.insert(leaf.signed_record.body.end(), 8, 0);
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_malformed));
}

TEST_P(ChainTest, WithAnotherKindOfObjectIsMalformed) {
  CertifiedKey leaf = patrol().seat;
  leaf.signed_record.kind = Kind::grant;
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_malformed));
}

TEST_P(ChainTest, WithALeafThatIsNoPublicKeyIsMalformed) {
  KeyRecord record = seat_record();
  record.public_key = fresh_key(other_suite(GetParam())).public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_leaf(certify(record)), Code::open_chain_malformed));
}

// ---- kinds ----------------------------------------------------------------------------------------------------------

TEST_P(ChainTest, OfAnEncryptionKeyIsNoSeat) {
  const std::vector<Signed> chain{patrol().encryption.signed_record, patrol().identity.signed_record};
  EXPECT_TRUE(refuses(verify(chain), Code::open_chain_kind));
  EXPECT_TRUE(refuses(verify(chain, {KeyKind::agencyEncryption}), Code::open_chain_kind));
}

TEST_P(ChainTest, OfASeatIsNoConsentAuthority) {
  EXPECT_TRUE(refuses(verify(patrol().seat_chain(), kAuthority), Code::open_chain_kind));
  EXPECT_TRUE(passes(verify(patrol().seat_chain(), {KeyKind::consentAuthority, KeyKind::seat})));
}

TEST_P(ChainTest, ThatEndsInASeatIsRefused) {
  EXPECT_TRUE(refuses(verify({patrol().seat.signed_record}), Code::open_chain_kind));
}

TEST_P(ChainTest, OfASeatUnderASeatIsRefused) {
  KeyRecord record = seat_record();
  record.parent = patrol().seat.id;
  record.public_key = fresh_key().public_key().bytes().copy();
  const auto leaf = certified(record, *patrol().seat_key);
  EXPECT_TRUE(refuses(verify({leaf.signed_record, patrol().seat.signed_record, patrol().identity.signed_record}),
                      Code::open_chain_kind));
}

TEST_P(ChainTest, OfAnAgencysAuthorityForConsentsIsRefused) {
  KeyRecord record = patrol().authority->record;
  record.bases = {Basis::part2Consent};
  EXPECT_TRUE(refuses(verify({certify(record).signed_record, patrol().identity.signed_record}, kAuthority),
                      Code::open_chain_kind));
}

// ---- trust ----------------------------------------------------------------------------------------------------------

TEST_P(ChainTest, OfAnIdentityOutsideTheRosterIsUntrusted) {
  const auto own_key = fresh_key();
  KeyRecord identity = patrol().identity.record;
  identity.public_key = own_key.public_key().bytes().copy();
  KeyRecord seat = seat_record();
  seat.parent = vouched(identity).id;
  EXPECT_TRUE(refuses(verify({certified(seat, own_key).signed_record, vouched(identity).signed_record}),
                      Code::open_chain_untrusted));
}

TEST_P(ChainTest, WhoseParentIsNotTheNextRecordIsUntrusted) {
  EXPECT_TRUE(refuses(verify({patrol().seat.signed_record, harbor().identity.signed_record}),
                      Code::open_chain_untrusted));
}

TEST_P(ChainTest, OfARosterThatNoLongerHasTheIdentityIsUntrusted) {
  Roster roster = coalition.roster_body();
  party_in(roster, "patrol").keys.clear();
  coalition.adopt(roster);
  EXPECT_TRUE(refuses(verify(patrol().seat_chain()), Code::open_chain_untrusted));
}

TEST_P(ChainTest, MayNotLeaveOutAParentEvenWhereTheLeafStandsInTheRoster) {
  // Else the identity's revocation would go unseen.
  coalition.adopt(with_key(*patrol().authority));
  EXPECT_TRUE(passes(verify(patrol().authority_chain(), kAuthority)));
  EXPECT_TRUE(refuses(verify({patrol().authority->signed_record}, kAuthority), Code::open_chain_untrusted));
  EXPECT_TRUE(refuses(verify({vouched(patrol().authority->record).signed_record}, kAuthority),
                      Code::open_chain_untrusted));
}

// ---- coalition, subject, suite --------------------------------------------------------------------------------------

TEST_P(ChainTest, OfAnotherCoalitionIsRefused) {
  KeyRecord record = seat_record();
  record.coalition.bytes[3] ^= 1;
  EXPECT_TRUE(refuses(verify_leaf(certify(record)), Code::open_chain_coalition));
}

TEST_P(ChainTest, OfASeatOfAnotherAgencyIsRefused) {
  KeyRecord record = seat_record();
  record.subject = coalition["liaison"].id();
  EXPECT_TRUE(refuses(verify_leaf(certify(record)), Code::open_chain_subject));
}

TEST_P(ChainTest, OfAnotherSuiteIsRefused) {
  KeyRecord record = seat_record();
  record.suite = other_suite(GetParam());
  record.public_key = fresh_key(record.suite).public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_leaf(certify(record)), Code::open_chain_suite));
}

// ---- signatures -----------------------------------------------------------------------------------------------------

TEST_P(ChainTest, WithABrokenSignatureIsRefused) {
  for (const std::size_t at : {std::size_t{0}, std::size_t{31}, std::size_t{32}, std::size_t{62}}) {
    CertifiedKey leaf = patrol().seat;
    leaf.signed_record.signature[at] ^= 1;
    EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_signature)) << at;
  }
}

TEST_P(ChainTest, SignedUnderAnotherLabelIsRefused) {
  CertifiedKey leaf = patrol().seat;
  leaf.signed_record = must(
      party::sign_object(Kind::roster, leaf.signed_record.body, patrol().identity.id, *patrol().identity_key));
  leaf.signed_record.kind = Kind::keyRecord;
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_signature));
}

TEST_P(ChainTest, SignedByAnotherKeyIsRefused) {
  EXPECT_TRUE(refuses(verify_leaf(certified(seat_record(), *harbor().identity_key)), Code::open_chain_signature));
}

TEST_P(ChainTest, SignedUnderAnotherKeyIdIsRefused) {
  CertifiedKey leaf = patrol().seat;
  leaf.signed_record = must(party::sign_object(Kind::keyRecord, leaf.signed_record.body, harbor().identity.id,
                                               *patrol().identity_key));
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_signature));
  leaf.signed_record.signer = patrol().identity.id;
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_signature));
  leaf = patrol().seat;
  leaf.signed_record.signer = harbor().identity.id;
  EXPECT_TRUE(refuses(verify_leaf(leaf), Code::open_chain_signature));
}

TEST_P(ChainTest, WithAnUnsignedLeafIsRefused) {
  EXPECT_TRUE(refuses(verify_leaf(vouched(seat_record())), Code::open_chain_signature));
}

TEST_P(ChainTest, WhoseTopCarriesASignatureIsRefused) {
  const auto lone = certified(patrol().identity.record, coalition.root(0));
  EXPECT_TRUE(refuses(verify({patrol().seat.signed_record, lone.signed_record}), Code::open_chain_signature));
}

// ---- windows and revocations ----------------------------------------------------------------------------------------

class ChainInTime : public ChainTest {
 protected:
  party::VerifiedChain chain() { return must(verify(patrol().seat_chain())); }
  Status valid_at(Timestamp at) { return party::valid_at(chain(), *coalition.roster(), at); }
  void revoke(std::vector<RevokedKey> keys) {
    Roster roster = coalition.roster_body();
    roster.revoked = std::move(keys);
    coalition.adopt(roster);
  }
};
XCH_FOR_EVERY_SUITE(ChainInTime);

TEST_P(ChainInTime, IsValidFromItsFirstSecondToItsLast) {
  const KeyRecord& seat = patrol().seat.record;
  EXPECT_TRUE(passes(valid_at(seat.not_before)));
  EXPECT_TRUE(passes(valid_at(seat.not_after)));
  EXPECT_TRUE(refuses(valid_at(Timestamp{seat.not_before.seconds - 1}), Code::open_chain_window));
  EXPECT_TRUE(refuses(valid_at(seat.not_after + 1), Code::open_chain_window));
}

TEST_P(ChainInTime, EndsWithItsParent) {
  KeyRecord seat = seat_record();
  seat.not_before = before_now(400 * kDay);
  seat.not_after = after_now(400 * kDay);
  const auto long_lived = must(verify_leaf(certify(seat)));
  const KeyRecord& identity = patrol().identity.record;
  const auto at = [&](Timestamp time) { return party::valid_at(long_lived, *coalition.roster(), time); };
  EXPECT_TRUE(passes(at(identity.not_after)));
  EXPECT_TRUE(refuses(at(identity.not_after + 1), Code::open_chain_window));
  EXPECT_TRUE(passes(at(identity.not_before)));
  EXPECT_TRUE(refuses(at(Timestamp{identity.not_before.seconds - 1}), Code::open_chain_window));
}

TEST_P(ChainInTime, OfARevokedSeatEndsWhenItWasRevoked) {
  revoke({{patrol().seat.id, kNow}});
  EXPECT_TRUE(passes(valid_at(before_now(1))));
  EXPECT_TRUE(refuses(valid_at(kNow), Code::open_chain_revoked));
  EXPECT_TRUE(refuses(valid_at(after_now(1)), Code::open_chain_revoked));
}

TEST_P(ChainInTime, OfARevokedIdentityEndsWithIt) {
  revoke({{patrol().identity.id, kNow}});
  EXPECT_TRUE(passes(valid_at(before_now(1))));
  EXPECT_TRUE(refuses(valid_at(kNow), Code::open_chain_revoked));
}

TEST_P(ChainInTime, IsNotEndedByTheRevocationOfAnotherKey) {
  revoke({{patrol().encryption.id, before_now(kDay)}, {harbor().seat.id, before_now(kDay)}});
  EXPECT_TRUE(passes(valid_at(kNow)));
  EXPECT_FALSE(party::revoked_from(chain(), *coalition.roster()).has_value());
}

TEST_P(ChainInTime, TellsItsEarliestRevocation) {
  revoke({{patrol().seat.id, after_now(5)}, {patrol().identity.id, before_now(5)}});
  EXPECT_EQ(party::revoked_from(chain(), *coalition.roster()), before_now(5));
  revoke({{patrol().seat.id, before_now(7)}, {patrol().identity.id, before_now(5)}});
  EXPECT_EQ(party::revoked_from(chain(), *coalition.roster()), before_now(7));
}

// ---- objects --------------------------------------------------------------------------------------------------------

TEST_P(ChainTest, VerifiesAnObjectOfItsLeafAndNoOther) {
  const auto chain = must(verify(patrol().seat_chain()));
  const Bytes body(40, 7);
  const Signed object = must(party::sign_object(Kind::redaction, body, patrol().seat.id, *patrol().seat_key));
  const auto check = [&](const Signed& signed_object, Kind kind = Kind::redaction) {
    return party::verify_object(signed_object, kind, chain, Code::open_redaction);
  };
  EXPECT_TRUE(passes(check(object)));
  EXPECT_TRUE(refuses(check(object, Kind::presentation), Code::open_redaction));
  Signed other = object;
  other.kind = Kind::presentation;
  EXPECT_TRUE(refuses(check(other, Kind::presentation), Code::open_redaction));
  EXPECT_TRUE(refuses(check(other, Kind::redaction), Code::open_redaction));
  other = object;
  other.signer = patrol().identity.id;
  EXPECT_TRUE(refuses(check(other), Code::open_redaction));
  other = object;
  other.body[0] ^= 1;
  EXPECT_TRUE(refuses(check(other), Code::open_redaction));
  other = object;
  other.signature[63] ^= 1;
  EXPECT_TRUE(refuses(check(other), Code::open_redaction));
  other = must(party::sign_object(Kind::redaction, body, patrol().identity.id, *patrol().seat_key));
  EXPECT_TRUE(refuses(check(other), Code::open_redaction));
  other = must(party::sign_object(Kind::redaction, body, patrol().seat.id, *harbor().seat_key));
  EXPECT_TRUE(refuses(check(other), Code::open_redaction));
}

}  // namespace
}  // namespace xch::testing
