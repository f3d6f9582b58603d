// Staples: the part of a status list that goes with a note.
#include "fixture.hpp"

namespace xch::testing {
namespace {

class StapleTest : public ::testing::TestWithParam<SuiteId> {
 protected:
  Coalition coalition{GetParam()};
  StatusSpec spec;
  grant::StapleCache cache;
  GrantCore core = plan_of(coalition, care_spec()).core;
  party::VerifiedChain authority = must(
      party::verify_chain(office().authority_chain(), {KeyKind::consentAuthority}, *coalition.roster()));

  const TestParty& office() { return coalition["office"]; }
  Staple staple(std::uint32_t index = 7) { return must(hold_status(coalition, spec)->staple(index)); }
  auto verify(const Staple& of) { return grant::verify_staple(of, core, authority, cache); }
  /// The grant's own authority signs a body that the test changed.
  Staple with_body(const std::function<void(StatusBody&)>& change) {
    Staple out = staple();
    StatusBody body = must(wire::decode_status_body(out.signed_body.body));
    change(body);
    out.signed_body = must(
        party::sign_object(Kind::statusList, wire::encode(body), office().authority->id, *office().authority_key));
    return out;
  }
};
XCH_FOR_EVERY_SUITE(StapleTest);

TEST_P(StapleTest, ProvesTheStateOfItsGrant) {
  spec.states = {{7, GrantState::suspended}};
  const Staple of = staple();
  const auto verified = verify(of);
  ASSERT_TRUE(passes(verified));
  EXPECT_EQ(verified->hash, hold_status(coalition, spec)->hash());
  EXPECT_EQ(verified->body.version, spec.version);
  EXPECT_EQ(state_in_chunk(of.chunk, core.status_index), GrantState::suspended);
}

TEST_P(StapleTest, IsProvenFromEveryChunkOfEveryLength) {
  for (const std::uint32_t grants : {256u, 512u, 768u, 1280u, 2048u}) {
    spec.grants = grants;
    const auto held = hold_status(coalition, spec);
    for (std::uint32_t index = 0; index < grants; index += 256) {
      core.status_index = index + 3;
      EXPECT_TRUE(passes(verify(must(held->staple(index + 3))))) << grants << " " << index;
    }
  }
}

TEST_P(StapleTest, OfOneChunkIsTheSameForAllItsGrants) {
  const auto held = hold_status(coalition, spec);
  EXPECT_EQ(wire::encode(must(held->staple(0))), wire::encode(must(held->staple(255))));
  EXPECT_NE(wire::encode(must(held->staple(255))), wire::encode(must(held->staple(256))));
}

// ---- malformed and signature ----------------------------------------------------------------------------------------

TEST_P(StapleTest, OfAnotherKindOfObjectIsMalformed) {
  Staple of = staple();
  of.signed_body.kind = Kind::grant;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_malformed));
}

TEST_P(StapleTest, ThatDoesNotDecodeIsMalformed) {
  Staple of = staple();
  of.signed_body = must(
      party::sign_object(Kind::statusList, Bytes(8), office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_malformed));
}

TEST_P(StapleTest, OfAPartOfAChunkIsMalformed) {
  Staple of = staple();
  of.chunk.pop_back();
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_malformed));
}

TEST_P(StapleTest, WithABrokenSignatureIsRefusedWhetherTheBodyIsKnownOrNot) {
  Staple broken = staple();
  broken.signed_body.signature[12] ^= 1;
  EXPECT_TRUE(refuses(verify(broken), Code::open_staple_signature));
  EXPECT_TRUE(passes(verify(staple())));
  EXPECT_TRUE(refuses(verify(broken), Code::open_staple_signature));
  EXPECT_TRUE(passes(verify(staple())));
}

TEST_P(StapleTest, OfAnotherAuthoritysKeyIsRefusedWhetherTheBodyIsKnownOrNot) {
  const TestParty& patrol = coalition["patrol"];
  Staple of = staple();
  EXPECT_TRUE(passes(verify(of)));
  of.signed_body = must(party::sign_object(Kind::statusList, of.signed_body.body, patrol.authority->id,
                                           *patrol.authority_key));
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_signature));
  authority = must(party::verify_chain(patrol.authority_chain(), {KeyKind::consentAuthority}, *coalition.roster()));
  EXPECT_TRUE(passes(verify(of)));
  EXPECT_TRUE(refuses(verify(staple()), Code::open_staple_signature));
}

// ---- authority and list ---------------------------------------------------------------------------------------------

TEST_P(StapleTest, OfAnotherAuthorityIsRefused) {
  EXPECT_TRUE(passes(verify(with_body([](StatusBody&) {}))));
  EXPECT_TRUE(refuses(verify(with_body([&](StatusBody& b) { b.authority = coalition["patrol"].id(); })),
                      Code::open_staple_authority));
}

TEST_P(StapleTest, OfAnotherListIsRefused) {
  EXPECT_TRUE(refuses(verify(with_body([](StatusBody& b) { b.list.bytes[0] ^= 1; })), Code::open_staple_authority));
}

// ---- chunk and path -------------------------------------------------------------------------------------------------

TEST_P(StapleTest, OfAnotherIndexsChunkIsRefused) {
  EXPECT_TRUE(refuses(verify(staple(300)), Code::open_staple_path));
  core.status_index = 300;
  EXPECT_TRUE(passes(verify(staple(300))));
  EXPECT_TRUE(refuses(verify(staple(7)), Code::open_staple_path));
}

TEST_P(StapleTest, OfAChunkUnderAnotherNumberIsRefused) {
  Staple of = staple(300);
  of.chunk_index = 0;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
}

TEST_P(StapleTest, WithAChangedChunkIsRefused) {
  spec.states = {{7, GrantState::revoked}};
  Staple of = staple();
  of.chunk[1] = 0;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
}

TEST_P(StapleTest, WithTheChunkOfAnotherListIsRefused) {
  const Staple active = staple();
  spec.version = 2;
  spec.states = {{7, GrantState::revoked}};
  Staple of = staple();
  EXPECT_TRUE(passes(verify(of)));
  of.chunk = active.chunk;
  of.path = active.path;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
}

TEST_P(StapleTest, WithABrokenPathIsRefused) {
  Staple of = staple();
  of.path[1].bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
  of = staple();
  of.path.pop_back();
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
  of = staple();
  of.path.push_back(of.path[0]);
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
}

TEST_P(StapleTest, BeyondTheListIsRefused) {
  core.status_index = 1024;
  Staple of = staple(1023);
  of.chunk_index = 4;
  EXPECT_TRUE(refuses(verify(of), Code::open_staple_path));
}

}  // namespace
}  // namespace xch::testing
