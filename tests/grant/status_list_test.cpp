// The status list as a whole: states, and what its holder refuses.
#include "fixture.hpp"

namespace xch::testing {
namespace {

class StatusListTest : public ::testing::TestWithParam<SuiteId> {
 protected:
  Coalition coalition{GetParam()};
  StatusSpec spec;

  const TestParty& office() { return coalition["office"]; }
  auto verify(const StatusList& list, Timestamp now = kNow) {
    return grant::verify_status_list(list, *coalition.roster(), now);
  }
  /// The authority signs a body that the test changed.
  StatusList with_body(const std::function<void(StatusBody&)>& change) {
    StatusList list = make_status(coalition, spec);
    StatusBody body = must(wire::decode_status_body(list.signed_body.body));
    change(body);
    list.signed_body = must(
        party::sign_object(Kind::statusList, wire::encode(body), office().authority->id, *office().authority_key));
    return list;
  }
  Result<StatusList> make(Timestamp issued_at, Timestamp next_update, Bytes chunks) {
    StatusBody body;
    body.authority = office().id();
    body.version = 1;
    body.issued_at = issued_at;
    body.next_update = next_update;
    return grant::make_status_list(body, std::move(chunks), office().authority_chain(), office().authority->id,
                                   *office().authority_key);
  }
};
XCH_FOR_EVERY_SUITE(StatusListTest);

TEST_P(StatusListTest, ShowsEveryStateItWasGiven) {
  spec.states = {{7, GrantState::revoked}, {8, GrantState::suspended}, {9, GrantState::reserved},
                 {255, GrantState::revoked}, {256, GrantState::suspended}, {1023, GrantState::revoked}};
  const auto held = hold_status(coalition, spec);
  for (std::uint32_t index = 0; index < 1024; ++index) {
    const auto named = spec.states.find(index);
    EXPECT_EQ(must(held->state_of(index)), named == spec.states.end() ? GrantState::active : named->second) << index;
  }
}

TEST_P(StatusListTest, KnowsNoStateBeyondItsEnd) {
  const auto held = hold_status(coalition, spec);
  EXPECT_TRUE(passes(held->state_of(1023)));
  EXPECT_TRUE(refuses(held->state_of(1024), Code::status_index));
  EXPECT_TRUE(refuses(held->state_of(0xffffffff), Code::status_index));
  EXPECT_TRUE(refuses(held->staple(1024), Code::status_index));
}

TEST_P(StatusListTest, IsHeldUnderTheHashOfItsBody) {
  const auto list = make_status(coalition, spec);
  const auto held = must(verify(list));
  EXPECT_EQ(held->hash(), grant::status_hash(list.signed_body.body));
  EXPECT_EQ(held->body().chunk_count, 4u);
  EXPECT_EQ(held->list().chunks, list.chunks);
}

// "byte = (index & 255) >> 2, bits 2 * (index & 3) from the least significant"
TEST(StatusStates, StandAtTheirBits) {
  Bytes chunks;
  grant::set_state(chunks, 5, GrantState::suspended);
  ASSERT_EQ(chunks.size(), kStatusChunk);
  EXPECT_EQ(chunks[1], 2u << 2);
  grant::set_state(chunks, 7, GrantState::reserved);
  EXPECT_EQ(chunks[1], 2u << 2 | 3u << 6);
  grant::set_state(chunks, 5, GrantState::revoked);
  EXPECT_EQ(chunks[1], 1u << 2 | 3u << 6);
  grant::set_state(chunks, 7, GrantState::active);
  EXPECT_EQ(chunks[1], 1u << 2);
  grant::set_state(chunks, 3 * 256, GrantState::revoked);
  ASSERT_EQ(chunks.size(), 4 * kStatusChunk);
  EXPECT_EQ(chunks[3 * kStatusChunk], 1u);
}

// ---- making ---------------------------------------------------------------------------------------------------------

TEST_P(StatusListTest, IsNotMadeForMoreThanADay) {
  EXPECT_TRUE(passes(make(kNow, kNow + 24 * kHour, Bytes(64))));
  EXPECT_TRUE(refuses(make(kNow, kNow + (24 * kHour + 1), Bytes(64)), Code::status_lifetime));
  EXPECT_TRUE(passes(make(kNow, kNow, Bytes(64))));
  EXPECT_TRUE(refuses(make(kNow, before_now(1), Bytes(64)), Code::status_lifetime));
}

TEST_P(StatusListTest, IsNotMadeOfPartsOfChunks) {
  EXPECT_TRUE(refuses(make(kNow, kNow, Bytes()), Code::status_malformed));
  EXPECT_TRUE(refuses(make(kNow, kNow, Bytes(65)), Code::status_malformed));
  EXPECT_TRUE(passes(make(kNow, kNow, Bytes(128))));
}

// ---- malformed ------------------------------------------------------------------------------------------------------

TEST_P(StatusListTest, OfAnotherKindOfObjectIsMalformed) {
  StatusList list = make_status(coalition, spec);
  list.signed_body.kind = Kind::grant;
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
}

TEST_P(StatusListTest, ThatDoesNotDecodeIsMalformed) {
  StatusList list = make_status(coalition, spec);
  list.signed_body = must(
      party::sign_object(Kind::statusList, Bytes(8), office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
}

TEST_P(StatusListTest, WithAnotherNumberOfChunksIsMalformed) {
  StatusList list = make_status(coalition, spec);
  list.chunks.resize(list.chunks.size() + kStatusChunk);
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
  list.chunks.resize(list.chunks.size() - 2 * kStatusChunk);
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
  list.chunks.resize(list.chunks.size() + kStatusChunk + 1);
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
  list.chunks.clear();
  EXPECT_TRUE(refuses(verify(list), Code::status_malformed));
}

// ---- signature ------------------------------------------------------------------------------------------------------

TEST_P(StatusListTest, WithABrokenSignatureIsRefused) {
  StatusList list = make_status(coalition, spec);
  list.signed_body.signature[33] ^= 1;
  EXPECT_TRUE(refuses(verify(list), Code::status_signature));
}

TEST_P(StatusListTest, WithChunksThatWereNotSignedIsRefused) {
  StatusList list = make_status(coalition, spec);
  EXPECT_TRUE(passes(verify(list)));
  grant::set_state(list.chunks, 7, GrantState::revoked);
  EXPECT_TRUE(refuses(verify(list), Code::status_signature));
}

TEST_P(StatusListTest, SignedByASeatIsRefused) {
  StatusList list = make_status(coalition, spec);
  list.chain = office().seat_chain();
  list.signed_body = must(
      party::sign_object(Kind::statusList, list.signed_body.body, office().seat.id, *office().seat_key));
  EXPECT_TRUE(refuses(verify(list), Code::status_signature));
}

TEST_P(StatusListTest, OfAnotherAuthorityIsRefused) {
  const TestParty& patrol = coalition["patrol"];
  StatusList list = make_status(coalition, spec);
  list.chain = patrol.authority_chain();
  list.signed_body = must(party::sign_object(Kind::statusList, list.signed_body.body, patrol.authority->id,
                                             *patrol.authority_key));
  EXPECT_TRUE(refuses(verify(list), Code::status_signature));
  spec.authority = "patrol";
  EXPECT_TRUE(passes(verify(make_status(coalition, spec))));
}

TEST_P(StatusListTest, OfAnAuthorityWhoseKeyEndedIsRefused) {
  const Timestamp end = office().authority->record.not_after;
  EXPECT_TRUE(passes(verify(make_status(coalition, spec), end)));
  EXPECT_TRUE(refuses(verify(make_status(coalition, spec), end + 1), Code::status_signature));
}

// ---- lifetime -------------------------------------------------------------------------------------------------------

TEST_P(StatusListTest, ThatClaimsMoreThanADayIsRefused) {
  EXPECT_TRUE(passes(verify(with_body([](StatusBody& b) { b.next_update = b.issued_at + 24 * kHour; }))));
  EXPECT_TRUE(refuses(verify(with_body([](StatusBody& b) { b.next_update = b.issued_at + (24 * kHour + 1); })),
                      Code::status_lifetime));
  EXPECT_TRUE(refuses(verify(with_body([](StatusBody& b) { b.next_update = Timestamp{b.issued_at.seconds - 1}; })),
                      Code::status_lifetime));
}

TEST_P(StatusListTest, FromTheFutureIsRefusedBeyondTheSkew) {
  const auto issued_in = [&](std::uint64_t seconds) {
    return verify(with_body([&](StatusBody& b) {
      b.issued_at = kNow + seconds;
      b.next_update = b.issued_at + kHour;
    }));
  };
  EXPECT_TRUE(passes(issued_in(299)));
  EXPECT_TRUE(passes(issued_in(300)));
  EXPECT_TRUE(refuses(issued_in(301), Code::status_lifetime));
}

TEST_P(StatusListTest, PastItsNextUpdateIsStillAList) {
  EXPECT_TRUE(passes(verify(make_status(coalition, spec), spec.next_update + 1)));
}

}  // namespace
}  // namespace xch::testing
