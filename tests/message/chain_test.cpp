// Step 4 and the sender's part of step 6, on envelopes: each chain is signed as it should be but for one thing.
#include "crypto/digest.hpp"
#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class SenderChain : public ::testing::TestWithParam<SuiteId> {
 protected:
  using Records = std::vector<CertifiedKey>;
  /// with_chain opens a note that a new seat signed, under this chain.
  Status with_chain(const Records& records, const crypto::SignPrivateKey& seat) {
    return scene.open_changed([&](Parts& p) {
      p.chain.clear();
      for (const auto& record : records) p.chain.push_back(wire::encode(record.signed_record));
      p.signer = &seat;
      p.signer_id = records.front().id;
      p.header.sender_key = records.front().id;
    });
  }
  /// with_seat makes the record of a new seat of harbor, changed by `edit`, under harbor's identity.
  template <class Edit>
  Status with_seat(Edit edit, SuiteId key_suite) {
    const auto key = must(crypto::SignPrivateKey::generate(key_suite, scene.random));
    KeyRecord record = scene.coalition.record(KeyKind::seat, "harbor", key.public_key().bytes(), harbor.identity.id);
    edit(record);
    return with_chain({testing::certified(record, *harbor.identity_key), harbor.identity}, key);
  }
  template <class Edit>
  Status with_seat(Edit edit) {
    return with_seat(edit, GetParam());
  }
  Scene scene{GetParam()};
  const testing::TestParty& harbor = scene.coalition["harbor"];
};
XCH_FOR_EVERY_SUITE(SenderChain);

TEST_P(SenderChain, OfAnotherSeatOfTheSenderOpens) { EXPECT_TRUE(passes(with_seat([](KeyRecord&) {}))); }

TEST_P(SenderChain, ThatIsNoneOrDoesNotDecodeIsRefused) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.chain.clear(); }), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.chain.front() = Bytes(8, 1); }), Code::open_chain_malformed));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.chain.resize(8, p.chain.front()); }), Code::open_chain_kind));
  EXPECT_TRUE(passes(scene.open_changed([](Parts&) {})));
}

TEST_P(SenderChain, WhoseLeafIsNoSeatIsRefused) {
  EXPECT_TRUE(refuses(scene.open_changed([&](Parts& p) { p.chain.front() = wire::encode(harbor.encryption.signed_record); }),
                      Code::open_chain_kind));
  EXPECT_TRUE(refuses(with_chain({harbor.identity}, *harbor.identity_key), Code::open_chain_kind));
  const auto& office = scene.coalition["office"];
  EXPECT_TRUE(refuses(with_chain({*office.authority}, *office.authority_key), Code::open_chain_kind));
  EXPECT_TRUE(refuses(with_chain({harbor.seat}, *harbor.seat_key), Code::open_chain_kind));  // a seat under a root
}

TEST_P(SenderChain, ThatDoesNotEndInTheRosterIsRefused) {
  const auto identity_key = must(crypto::SignPrivateKey::generate(GetParam(), scene.random));
  const CertifiedKey identity = testing::vouched(scene.coalition.record(
      KeyKind::agencyIdentity, "harbor", identity_key.public_key().bytes(), harbor.identity.record.parent));
  const auto key = must(crypto::SignPrivateKey::generate(GetParam(), scene.random));
  const CertifiedKey seat = testing::certified(
      scene.coalition.record(KeyKind::seat, "harbor", key.public_key().bytes(), identity.id), identity_key);
  EXPECT_TRUE(refuses(with_chain({seat, identity}, key), Code::open_chain_untrusted));
  EXPECT_TRUE(refuses(with_chain({seat, harbor.identity}, key), Code::open_chain_untrusted));  // not its parent
}

TEST_P(SenderChain, OfAnotherCoalitionSubjectOrSuiteIsRefused) {
  EXPECT_TRUE(refuses(with_seat([](KeyRecord& r) { r.coalition.bytes[0] ^= 1; }), Code::open_chain_coalition));
  EXPECT_TRUE(refuses(with_seat([&](KeyRecord& r) { r.subject = scene.coalition["clinic"].id(); }),
                      Code::open_chain_subject));
  const SuiteId other = testing::other_suite(GetParam());
  EXPECT_TRUE(refuses(with_seat([&](KeyRecord& r) { r.suite = other; }, other), Code::open_chain_suite));
}

TEST_P(SenderChain, SignedByAnotherThanItsParentIsRefused) {
  const auto key = must(crypto::SignPrivateKey::generate(GetParam(), scene.random));
  const KeyRecord record = scene.coalition.record(KeyKind::seat, "harbor", key.public_key().bytes(), harbor.identity.id);
  const auto& clinic = scene.coalition["clinic"];
  EXPECT_TRUE(refuses(with_chain({testing::certified(record, *clinic.identity_key), harbor.identity}, key),
                      Code::open_chain_signature));
  EXPECT_TRUE(passes(with_chain({testing::certified(record, *harbor.identity_key), harbor.identity}, key)));
}

TEST_P(SenderChain, MustHoldWhenTheNoteWasSealed) {
  const auto until = [&](Timestamp t) { return with_seat([&](KeyRecord& r) { r.not_after = t; }); };
  EXPECT_TRUE(passes(until(kNow)));
  EXPECT_TRUE(refuses(until(before_now(1)), Code::open_chain_window));
}

// ---- a seat that is revoked

// The roster of the time of sealing already had it: whoever signs with it signs nothing.
TEST_P(SenderChain, RevokedBeforeSealingIsRefused) {
  const Bytes bytes = scene.envelope();
  const auto revoked_at = [&](Timestamp t) {
    Roster roster = scene.coalition.roster_body();
    roster.revoked = {{harbor.seat.id, t}};
    scene["clinic"].roster = scene.coalition.adopt(roster);
    return scene.open(bytes);
  };
  EXPECT_TRUE(refuses(revoked_at(kNow), Code::open_chain_revoked));
  EXPECT_TRUE(refuses(revoked_at(before_now(kDay)), Code::open_chain_revoked));
  EXPECT_TRUE(passes(revoked_at(kNow + 1)));  // not yet in effect
}

// The roster of the time of sealing did not have it, the newest has: the cut-offs decide.
TEST_P(SenderChain, RevokedLaterHoldsWhatWasOnItsWayAndRefusesWhatWasSealedAfter) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  clinic.older = clinic.roster;
  const Timestamp later = after_now(kHour);
  const auto revoked_at = [&](const KeyId& key, Timestamp t) {
    Roster roster = scene.coalition.roster_body();
    roster.revoked = {{key, t}};
    clinic.roster = scene.coalition.adopt(roster);
    return scene.open(bytes, "clinic", later);
  };
  for (const KeyId& key : {harbor.seat.id, harbor.identity.id}) {  // any key of the chain
    EXPECT_TRUE(refuses(revoked_at(key, kNow), Code::open_cut_off));
    EXPECT_TRUE(refuses(revoked_at(key, kNow + 1), Code::open_held));
    clinic.received[crypto::sha256(bytes)] = kNow;
    EXPECT_TRUE(passes(revoked_at(key, kNow + 1)));
    clinic.received.clear();
    EXPECT_TRUE(passes(revoked_at(key, later + 1)));
  }
  EXPECT_TRUE(passes(revoked_at(scene.coalition["defender"].seat.id, kNow)));
}

}  // namespace
}  // namespace xch::message_test
