// External recipients of a grant: who is told of them, and in which order they stand.
#include <algorithm>

#include "base/encoding.hpp"
#include "fixture.hpp"

namespace xch::testing {
namespace {

class ExternalsOfAGrant : public WithAGrant {
 protected:
  ExternalsOfAGrant() {
    for (const char* name : {"Corner Bakery", "Northside Laundry", "County Library", "Hill Street Garage", "Bus Depot"})
      spec.externals.push_back({name, after_now(9 * kDay), {kCon}, {"harbor"}});
  }
  PartyId external(std::size_t at) {
    return grant::external_id(coalition.id(), spec.externals[at].name, spec.externals[at].until);
  }
};
XCH_FOR_EVERY_SUITE(ExternalsOfAGrant);

std::vector<PartyId> ids_of(const std::vector<ExternalRecipient>& externals) {
  std::vector<PartyId> out;
  for (const auto& external : externals) out.push_back(external.id);
  return out;
}

TEST_P(ExternalsOfAGrant, StandInAViewByTheirIdsWhateverTheirOrderInThePlan) {
  std::vector<PartyId> ids;
  for (std::size_t at = 0; at < spec.externals.size(); ++at) ids.push_back(external(at));
  ASSERT_FALSE(std::is_sorted(ids.begin(), ids.end()) && std::is_sorted(ids.rbegin(), ids.rend()));
  std::sort(ids.begin(), ids.end());
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(ids_of(view_of("harbor").externals), ids);
    EXPECT_TRUE(passes(verify(view_of("harbor"), "harbor")));
    std::reverse(spec.externals.begin(), spec.externals.end());
  }
}

TEST_P(ExternalsOfAGrant, AreToldToWhoSendsToThemAndToNobodyElse) {
  EXPECT_EQ(view_of("harbor").externals.size(), spec.externals.size());
  for (const char* name : {"office", "clinic", "liaison"}) EXPECT_TRUE(view_of(name).externals.empty()) << name;
  spec.externals[1].from = {"liaison"};
  EXPECT_EQ(ids_of(view_of("liaison").externals), (std::vector<PartyId>{external(1)}));
  EXPECT_EQ(view_of("harbor").externals.size(), spec.externals.size() - 1);
}

TEST_P(ExternalsOfAGrant, HaveNoEdgeBetweenThemselves) {
  auto among = plan();
  among.edges.push_back({external(0), external(1)});
  EXPECT_TRUE(refuses(build(among), Code::consent_incomplete));
}

TEST_P(ExternalsOfAGrant, MayStandOnEitherSideOfTheirEdge) {
  auto turned = plan();
  for (auto& edge : turned.edges)
    if (edge.b == external(0)) std::swap(edge.a, edge.b);
  EXPECT_EQ(view_of(must(build(turned)), "harbor").externals.size(), spec.externals.size());
}

TEST_P(ExternalsOfAGrant, KeepTheirEntriesApartFromEachOther) {
  spec.externals[2].reads = {kCon, kEng};
  const auto held = make_grant(coalition, spec).held.find("harbor")->second;
  for (std::size_t at = 0; at < spec.externals.size(); ++at) {
    const auto entries = held->external_entries(external(at));
    ASSERT_EQ(entries.size(), spec.externals[at].reads.size()) << at;
    for (const auto& proven : entries) EXPECT_EQ(proven.entry.agency, external(at));
  }
  EXPECT_TRUE(held->external_entries(id_of("office")).empty());
}

TEST_P(ExternalsOfAGrant, AreNotTakenWithAnEntryThatLetsThemWrite) {
  GrantView view = view_of("harbor");
  EXPECT_TRUE(passes(verify(view, "harbor")));
  for (auto& proven : view.edges)
    if (proven.entry.agency == external(3)) proven.entry.rights = Rights::both;
  prove_again(view);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_external));
}

TEST_P(ExternalsOfAGrant, OfAnotherCoalitionNameOrDayHaveAnotherId) {
  const auto id = external(0);
  CoalitionId other = coalition.id();
  other.bytes[0] ^= 1;
  EXPECT_NE(grant::external_id(other, "Corner Bakery", after_now(9 * kDay)), id);
  EXPECT_NE(grant::external_id(coalition.id(), "Corner Bakers", after_now(9 * kDay)), id);
  EXPECT_NE(grant::external_id(coalition.id(), "Corner Bakery", after_now(9 * kDay + 1)), id);
  EXPECT_EQ(grant::external_id(coalition.id(), "Corner Bakery", after_now(9 * kDay)), id);
}

/// 00 01 02 ... 0f.
template <class F>
F counted() {
  F out;
  for (std::size_t i = 0; i < F::kSize; ++i) out.bytes[i] = static_cast<std::uint8_t>(i);
  return out;
}

// Computed in Python from docs/format.md, "Conventions": hashlib.sha256(fr(label) + m).
TEST(DigestOfAnEvent, IsWhatPythonComputes) {
  EXPECT_EQ(to_hex(grant::event_digest(counted<GrantId>(), "trial court discharges")),
            "034ee3367a5ca5d2086290c62d65141113fa3b2c5fbfdd29c18e1c7d72570ab8");
}

TEST(IdOfAnExternalRecipient, IsWhatPythonComputes) {
  EXPECT_EQ(to_hex(grant::external_id(counted<CoalitionId>(), "Corner Bakery", Timestamp{1796299200})),
            "812dc8713864c47e2b532bee034d4e65");
}

}  // namespace
}  // namespace xch::testing
