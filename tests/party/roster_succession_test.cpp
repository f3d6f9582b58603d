// One roster after another: versions only go up, and the old roots agree to new ones.
#include "fixture.hpp"
#include "wire/records.hpp"

namespace xch::testing {
namespace {

class NextRoster : public InACoalition {
 protected:
  std::shared_ptr<const party::VerifiedRoster> held = coalition.roster();

  Roster next() {
    Roster roster = coalition.roster_body();
    roster.version = 2;
    roster.previous = held->hash();
    roster.issued = kNow;
    return roster;
  }
  auto verify(const Roster& roster, const std::vector<std::size_t>& by = {0, 1}) {
    return party::verify_roster(coalition.sign(roster, by), held.get());
  }
};
XCH_FOR_EVERY_SUITE(NextRoster);

TEST_P(NextRoster, FollowsTheOneItNames) { EXPECT_TRUE(passes(verify(next()))); }

TEST_P(NextRoster, MayLeaveOutVersionNumbers) {
  Roster roster = next();
  roster.version = 5;
  EXPECT_TRUE(passes(verify(roster)));
}

TEST_P(NextRoster, OfTheSameOrAnOlderVersionIsARollback) {
  EXPECT_TRUE(refuses(party::verify_roster(coalition.signed_roster(), held.get()), Code::roster_rollback));
  const SignedRoster first = coalition.signed_roster();
  Roster again = next();
  coalition.adopt(coalition.roster_body());
  held = coalition.roster();
  EXPECT_TRUE(refuses(party::verify_roster(first, held.get()), Code::roster_rollback));
  again.previous = held->hash();
  EXPECT_TRUE(refuses(verify(again), Code::roster_rollback));
  again.version = 3;
  EXPECT_TRUE(passes(verify(again)));
}

TEST_P(NextRoster, ThatNamesAnotherPreviousIsRefused) {
  Roster roster = next();
  roster.previous.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(roster), Code::roster_previous));
}

TEST_P(NextRoster, AfterAGapIsRefused) {
  Coalition others(GetParam());
  others.adopt(others.roster_body());
  const SignedRoster second = others.signed_roster();
  others.adopt(others.roster_body());
  EXPECT_TRUE(refuses(party::verify_roster(others.signed_roster(), held.get()), Code::roster_previous));
  EXPECT_TRUE(passes(party::verify_roster(second, held.get())));
}

TEST_P(NextRoster, OfAnotherCoalitionIsRefused) {
  Roster roster = next();
  roster.coalition = fixed_id<CoalitionId>("another");
  for (auto& party : roster.parties) party.keys.clear();
  EXPECT_TRUE(refuses(verify(roster), Code::roster_previous));
  roster.coalition = coalition.id();
  EXPECT_TRUE(passes(verify(roster)));
}

// ---- roots ----------------------------------------------------------------------------------------------------------

/// The next roster has three fresh roots; the old ones are coalition.root(0..2). Parties are vouched for by the roster,
/// so their records need a parent among the new roots.
class NewRoots : public NextRoster {
 protected:
  std::vector<crypto::SignPrivateKey> fresh;

  void SetUp() override {
    for (int i = 0; i < 3; ++i) fresh.push_back(fresh_key());
  }
  Roster replaced() {
    Roster roster = next();
    for (std::size_t i = 0; i < 3; ++i) roster.roots[i].public_key = fresh[i].public_key().bytes().copy();
    roster.parties.clear();
    return roster;
  }
  struct By {
    std::uint8_t index;
    const crypto::SignPrivateKey* key;
  };
  SignedRoster signed_by(const Roster& roster, const std::vector<By>& signers) {
    SignedRoster out;
    out.body = wire::encode(roster);
    for (const auto& by : signers) out.signatures.push_back(must(party::sign_roster(out.body, by.index, *by.key)));
    return out;
  }
  auto verify_by(const Roster& roster, const std::vector<By>& signers) {
    return party::verify_roster(signed_by(roster, signers), held.get());
  }
  const crypto::SignPrivateKey* old(std::size_t i) { return &coalition.root(i); }
};
XCH_FOR_EVERY_SUITE(NewRoots);

TEST_P(NewRoots, WithoutTheOldOnesAreRefused) {
  EXPECT_TRUE(refuses(verify_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {2, &fresh[2]}}), Code::roster_roots));
}

TEST_P(NewRoots, WithEnoughOfTheOldOnesAreInForce) {
  const auto roster = verify_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}, {5, old(2)}});
  ASSERT_TRUE(passes(roster));
  EXPECT_EQ((*roster)->root_ids()[0], party::root_key_id(fresh[0].public_key().bytes()));
}

TEST_P(NewRoots, WithTooFewOfTheOldOnesAreRefused) {
  EXPECT_TRUE(refuses(verify_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}}), Code::roster_roots));
}

TEST_P(NewRoots, ThatDoNotSignThemselvesAreRefused) {
  EXPECT_TRUE(refuses(verify_by(replaced(), {{0, &fresh[0]}, {3, old(0)}, {4, old(1)}}), Code::roster_signature));
}

TEST_P(NewRoots, WithABadSignatureOfAnOldOneAreRefused) {
  EXPECT_TRUE(refuses(verify_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}, {4, old(1)}, {5, &fresh[2]}}),
                      Code::roster_roots));
}

TEST_P(NewRoots, KnowNoOldRootBeyondTheList) {
  EXPECT_TRUE(refuses(verify_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}, {4, old(1)}, {6, old(2)}}),
                      Code::roster_roots));
}

TEST_P(NewRoots, ThatStayCountForBothThresholds) {
  Roster roster = next();
  roster.roots[2].public_key = fresh[2].public_key().bytes().copy();
  EXPECT_TRUE(passes(verify_by(roster, {{0, old(0)}, {1, old(1)}})));
  EXPECT_TRUE(refuses(verify_by(roster, {{0, old(0)}, {2, &fresh[2]}}), Code::roster_roots));
  EXPECT_TRUE(passes(verify_by(roster, {{0, old(0)}, {2, &fresh[2]}, {5, old(2)}})));
}

TEST_P(NewRoots, ThatStayDoNotSignTwice) {
  Roster roster = next();
  roster.roots[2].public_key = fresh[2].public_key().bytes().copy();
  EXPECT_TRUE(refuses(verify_by(roster, {{0, old(0)}, {2, &fresh[2]}, {3, old(0)}}), Code::roster_roots));
}

TEST_P(NewRoots, InAnotherOrderAreTheSameRoots) {
  Roster roster = next();
  std::swap(roster.roots[0], roster.roots[2]);
  EXPECT_TRUE(passes(verify_by(roster, {{0, old(2)}, {1, old(1)}})));
  EXPECT_TRUE(refuses(verify_by(roster, {{0, old(0)}, {1, old(1)}}), Code::roster_signature));
}

TEST_P(NewRoots, MayNotLowerTheThresholdAlone) {
  Roster roster = next();
  roster.threshold = 1;
  EXPECT_TRUE(refuses(verify(roster, {0}), Code::roster_roots));
  EXPECT_TRUE(passes(verify(roster, {0, 1})));
}

TEST_P(NewRoots, MeetTheThresholdTheyRaise) {
  Roster roster = next();
  roster.threshold = 3;
  EXPECT_TRUE(refuses(verify(roster, {0, 1}), Code::roster_signature));
  EXPECT_TRUE(passes(verify(roster, {0, 1, 2})));
}

TEST_P(NewRoots, ArePassedOverByAHomeThatHoldsNoPrevious) {
  const auto travelling = signed_by(replaced(), {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}, {4, old(1)}});
  EXPECT_TRUE(passes(party::verify_roster(travelling, nullptr)));
  EXPECT_TRUE(refuses(party::verify_roster(signed_by(replaced(), {{0, &fresh[0]}, {3, old(0)}, {4, old(1)}}), nullptr),
                      Code::roster_signature));
}

TEST_P(NewRoots, OfAnotherSuiteNeedTheOldOnesToo) {
  const SuiteId suite = other_suite(GetParam());
  Roster roster = replaced();
  roster.suite = suite;
  fresh.clear();
  for (std::size_t i = 0; i < 3; ++i) {
    fresh.push_back(fresh_key(suite));
    roster.roots[i].public_key = fresh[i].public_key().bytes().copy();
  }
  EXPECT_TRUE(refuses(verify_by(roster, {{0, &fresh[0]}, {1, &fresh[1]}}), Code::roster_roots));
  EXPECT_TRUE(passes(verify_by(roster, {{0, &fresh[0]}, {1, &fresh[1]}, {3, old(0)}, {4, old(1)}})));
}

}  // namespace
}  // namespace xch::testing
