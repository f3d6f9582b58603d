// Faults that meet one check alone: what every other check of chains, records and rosters lets pass.
#include <algorithm>

#include "fixture.hpp"
#include "party/memo.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

class OneCheckOfAParty : public InACoalition {
 protected:
  party::ChainCache cache{4};
  static std::vector<Bytes> encoded(const std::vector<Signed>& chain) {
    std::vector<Bytes> out;
    for (const auto& record : chain) out.push_back(wire::encode(record));
    return out;
  }
  auto verify_bytes(const std::vector<Bytes>& chain) {
    return cache.verify_bytes(std::vector<ByteView>(chain.begin(), chain.end()), {KeyKind::seat}, *coalition.roster());
  }
  auto verify(const std::vector<Signed>& chain) { return cache.verify(chain, {KeyKind::seat}, *coalition.roster()); }
  auto make(const KeyRecord& record) { return party::make_key_record(record, &*patrol().identity_key); }
};
XCH_FOR_EVERY_SUITE(OneCheckOfAParty);

// ---- what is remembered of chains

// The same bytes in all, cut elsewhere: another chain, and none.
TEST_P(OneCheckOfAParty, ChainIsRememberedWithTheBordersOfItsRecords) {
  auto chain = encoded(patrol().seat_chain());
  ASSERT_TRUE(passes(verify_bytes(chain)));
  chain[0].insert(chain[0].end(), chain[1].begin(), chain[1].begin() + 8);
  chain[1].erase(chain[1].begin(), chain[1].begin() + 8);
  EXPECT_TRUE(refuses(verify_bytes(chain), Code::open_chain_malformed));
}

TEST_P(OneCheckOfAParty, ChainThatCameAsBytesIsRememberedToo) {
  const auto chain = encoded(patrol().seat_chain());
  const auto first = must(verify_bytes(chain));
  EXPECT_EQ(must(verify_bytes(chain)), first);
  EXPECT_EQ(must(verify(patrol().seat_chain())), first);
}

TEST_P(OneCheckOfAParty, ChainOfEightIsReadAndOneOfNineIsNot) {
  const std::vector<Signed> eight(8, patrol().seat.signed_record), nine(9, patrol().seat.signed_record);
  EXPECT_TRUE(refuses(verify(eight), Code::open_chain_kind));
  EXPECT_TRUE(refuses(verify(nine), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(verify_bytes(encoded(eight)), Code::open_chain_kind));
  EXPECT_TRUE(refuses(verify_bytes(encoded(nine)), Code::open_chain_malformed));
}

TEST(Memo, NeverGrowsBeyondItsCapacity) {
  party::Memo<int> memo(2);
  for (std::uint8_t i = 0; i < 5; ++i) {
    Digest key;
    key.bytes[0] = i;
    memo.keep(key, std::make_shared<const int>(i));
    EXPECT_LE(memo.size(), 2u);
    EXPECT_EQ(*memo.find(key), i);
  }
  EXPECT_EQ(memo.size(), 2u);
  Digest first;
  EXPECT_EQ(memo.find(first), nullptr);
}

// ---- revocations

TEST_P(OneCheckOfAParty, EarliestRevocationIsToldToTheSecond) {
  const auto chain = must(party::verify_chain(patrol().seat_chain(), {KeyKind::seat}, *coalition.roster()));
  const auto from = [&](std::vector<RevokedKey> revoked) {
    Roster roster = coalition.roster_body();
    roster.revoked = std::move(revoked);
    return party::revoked_from(chain, *coalition.adopt(roster));
  };
  EXPECT_EQ(from({{patrol().seat.id, kNow + 1}, {patrol().identity.id, kNow}}), kNow);
  EXPECT_EQ(from({{patrol().seat.id, kNow}, {patrol().identity.id, kNow + 1}}), kNow);
  EXPECT_EQ(from({{patrol().seat.id, kNow}}), kNow);
  EXPECT_EQ(from({{patrol().identity.id, kNow}}), kNow);
}

// ---- records

TEST_P(OneCheckOfAParty, RecordOfNoKindIsNotMade) {
  KeyRecord record = seat_record();
  record.kind = KeyKind::none;
  EXPECT_TRUE(refuses(make(record), Code::key_record_malformed));
}

TEST_P(OneCheckOfAParty, RecordOfNoBasisBesideAnotherIsNotMade) {
  KeyRecord record = patrol().authority->record;
  record.bases = {Basis::none, Basis::originatorAuthority};
  EXPECT_TRUE(refuses(make(record), Code::key_record_malformed));
  record.bases = {Basis::originatorAuthority};
  EXPECT_TRUE(passes(make(record)));
}

TEST_P(OneCheckOfAParty, EncryptionRecordWhoseKeyIsNoneIsNotMade) {
  KeyRecord record = patrol().encryption.record;
  record.public_key.pop_back();
  EXPECT_TRUE(refuses(make(record), Code::key_record_malformed));
  EXPECT_TRUE(refuses(verify_first(with_key(certify(record))), Code::key_record_malformed));
}

TEST_P(OneCheckOfAParty, RecordAsMadeSaysWhatWasAskedFor) {
  for (const auto* parent : {static_cast<const crypto::SignPrivateKey*>(nullptr), &*patrol().identity_key}) {
    const KeyRecord& asked = parent == nullptr ? patrol().identity.record : patrol().seat.record;
    const auto made = must(party::make_key_record(asked, parent));
    EXPECT_EQ(made.signed_record.kind, Kind::keyRecord);
    EXPECT_EQ(wire::encode(made.record), wire::encode(asked));
    EXPECT_EQ(made.signed_record.body, wire::encode(asked));
    EXPECT_EQ(made.id, party::key_id(made.signed_record.body));
  }
}

// No bytes decode to a half of a signature; the chain is checked as it is given all the same.
TEST_P(OneCheckOfAParty, RecordUnderARootHasNeitherSignerNorSignature) {
  Signed named = patrol().identity.signed_record, marked = named;
  named.signer = patrol().identity.record.parent;
  marked.signature = Bytes(64, 1);
  for (const Signed& half : {named, marked}) {
    EXPECT_TRUE(refuses(verify({patrol().seat.signed_record, half}), Code::open_chain_signature));
    EXPECT_TRUE(refuses(verify_first(with_keys({half})), Code::roster_malformed));
  }
}

}  // namespace
}  // namespace xch::testing
