// Step 9 and what is left of 8, 11 and 16: grants, agreements, authorities, lists and values that are in order by
// themselves and not for this note.
#include <algorithm>

#include "message/cells.hpp"
#include "message/fixture.hpp"
#include "message/values.hpp"
#include "wire/records.hpp"
#include "wire/value.hpp"

namespace xch::message_test {
namespace {

class NoteGrant : public ::testing::TestWithParam<SuiteId> {
 protected:
  /// with_roster opens an honest note by a roster that was changed and signed again.
  template <class Edit>
  Status with_roster(Edit edit) {
    const Bytes bytes = scene.envelope();
    Roster roster = first;
    edit(roster);
    scene["clinic"].roster = scene.coalition.adopt(roster);
    return scene.open(bytes);
  }
  static Party& party_in(Roster& roster, const std::string& name) {
    return *std::find_if(roster.parties.begin(), roster.parties.end(), [&](const Party& p) { return p.name == name; });
  }
  Scene scene{GetParam()};
  const Roster first = scene.coalition.roster_body();
};
XCH_FOR_EVERY_SUITE(NoteGrant);

TEST_P(NoteGrant, OfAnAuthorityThatWasNotValidWhenTheNoteWasSealedIsDenied) {
  const auto revoked_at = [&](Timestamp t) {
    return with_roster([&](Roster& r) { r.revoked = {{scene.coalition["office"].authority->id, t}}; });
  };
  EXPECT_TRUE(passes(revoked_at(kNow + 1)));
  EXPECT_TRUE(refuses(revoked_at(kNow), Code::open_grant_authority));
}

TEST_P(NoteGrant, OfADemandedSuiteIsDeniedInAnother) {
  const auto demanding = [&](SuiteId suite) {
    const auto held = scene.demanding(suite, "clinic");
    scene["clinic"].grants[held->hash()] = held;
    return scene.open_changed([&](Parts& p) { p.header.grant = held->hash(); });
  };
  // With the suite as it is, the first to fail are the wraps, which were made under the other grant.
  EXPECT_TRUE(refuses(demanding(GetParam()), Code::open_wrap));
  EXPECT_TRUE(refuses(demanding(testing::other_suite(GetParam())), Code::open_grant_suite));
}

TEST_P(NoteGrant, NeedsTheAgreementsOfBothPartiesWhenItWasSealed) {
  for (const std::string side : {"harbor", "clinic"}) {
    const auto until = [&](Timestamp t) {
      return with_roster([&](Roster& r) { party_in(r, side).agreement_not_after = t; });
    };
    EXPECT_TRUE(passes(until(kNow))) << side;
    EXPECT_TRUE(refuses(until(before_now(1)), Code::open_agreement)) << side;
    const auto from = [&](Timestamp t) {
      return with_roster([&](Roster& r) { party_in(r, side).agreement_not_before = t; });
    };
    EXPECT_TRUE(passes(from(kNow))) << side;
    EXPECT_TRUE(refuses(from(kNow + 1), Code::open_agreement)) << side;
  }
}

TEST_P(NoteGrant, OfOriginatorAuthorityKeepsToThePacksRows) {
  testing::GrantSpec spec;
  spec.authority = "patrol";
  spec.basis = Basis::originatorAuthority;
  spec.purposes = {Purpose::refer};
  spec.not_before = spec.effective_at = before_now(kDay);
  spec.not_after = after_now(20 * kDay);
  const Compartment con(FieldClass::con, Form::full);
  spec.rights = {{"patrol", con, Rights::both}, {"harbor", con, Rights::read}};
  spec.edges = {{"patrol", "harbor"}};
  Scene by_patrol(GetParam(), spec, builtin_type("referral.arrest"), "patrol");
  testing::StatusSpec list;
  list.authority = "patrol";
  auto note = by_patrol.note({{"phone", "555 0100"}}, {"harbor"});
  note.status = testing::hold_status(by_patrol.coalition, list);
  note.purpose = Purpose::refer;
  const Bytes bytes = by_patrol.for_party(by_patrol.seal({note}), "harbor");
  Reader& harbor = by_patrol["harbor"];
  const auto open = [&] { return by_patrol.open(bytes, "harbor"); };
  EXPECT_TRUE(passes(open()));

  // Each rule of the pack by itself: who may originate, how long, for what, which classes, to whom.
  const auto with_rules = [&](auto edit) {
    harbor.own_pack = default_pack();
    edit(harbor.own_pack.originator);
    return open();
  };
  EXPECT_TRUE(passes(with_rules([](PackOriginator& o) { o.max_days = 21; })));
  EXPECT_TRUE(refuses(with_rules([](PackOriginator& o) { o.max_days = 20; }), Code::open_originator));
  EXPECT_TRUE(refuses(with_rules([](PackOriginator& o) { o.kinds.clear(); }), Code::open_originator));
  EXPECT_TRUE(refuses(with_rules([](PackOriginator& o) { o.own = {FieldClass::id}; }), Code::open_originator));
  EXPECT_TRUE(refuses(with_rules([](PackOriginator& o) { o.rows.clear(); }), Code::open_originator));
  EXPECT_TRUE(refuses(with_rules([](PackOriginator& o) {
    for (auto& row : o.rows) row.readers = {Role::pros};
  }), Code::open_originator));
  EXPECT_TRUE(passes(with_rules([](PackOriginator&) {})));
  // Its one writer is the authority's own party.
  EXPECT_TRUE(refuses([&] {
    Parts parts = by_patrol.take_apart(bytes, "harbor");
    const auto& office = by_patrol.coalition["office"];
    parts.header.sender = office.id();
    parts.header.sender_key = office.seat.id;
    parts.signer = &*office.seat_key;
    parts.signer_id = office.seat.id;
    parts.chain.clear();
    for (const auto& record : office.seat_chain()) parts.chain.push_back(wire::encode(record));
    return by_patrol.open(by_patrol.put_together(parts), "harbor");
  }(), Code::open_originator));
}

TEST_P(NoteGrant, WithEmptyTermsIsRefused) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) {
    p.terms.compartments.clear();
    p.wraps.clear();
  }), Code::open_terms_empty));
}

// A list of the authority's own, well signed, that is not the one this grant stands in.
TEST_P(NoteGrant, StapledWithAnotherListOfItsAuthorityIsRefused) {
  const auto listed = [&](const StatusListId& id) {
    const auto& office = scene.coalition["office"];
    StatusBody body = scene.status->body();
    body.list = id;
    const StatusList list = must(grant::make_status_list(body, Bytes(256), office.authority_chain(), office.authority->id,
                                                         *office.authority_key), "list");
    const auto held = must(grant::verify_status_list(list, *scene.coalition.roster(), kNow), "list");
    return scene.open_changed([&](Parts& p) {
      p.header.status = held->hash();
      p.staples = {wire::encode(must(held->staple(7)))};
    });
  };
  EXPECT_TRUE(passes(listed(testing::status_list_of("office"))));
  EXPECT_TRUE(refuses(listed(testing::fixed_id<StatusListId>("another list")), Code::open_staple_authority));
}

// ---- values

TEST_P(NoteGrant, ListThatIsNullIsNoValue) {
  const auto list = [&](std::uint32_t size, const Bytes& value) {
    return scene.open_changed([&](Parts& p) {
      const MutableView plain = MutableView(p.salted.at(slot_at("goals"))).sub(message::kSaltSize);
      plain[0] = 1;
      store_u32(plain.data() + 1, size);
      std::copy(value.begin(), value.end(), plain.begin() + message::kPlainHead);
    });
  };
  EXPECT_TRUE(refuses(list(8, Bytes(8)), Code::open_value_null));
  EXPECT_TRUE(refuses(list(16, Bytes(16)), Code::open_value_type));
  EXPECT_TRUE(refuses(list(0, Bytes()), Code::open_value_type));
  HeapMemory memory;
  const std::uint16_t codes[] = {1, 7};
  const Bytes good = must(wire::value_from_codes({codes, 2}, memory)).copy();
  EXPECT_TRUE(passes(list(static_cast<std::uint32_t>(good.size()), good)));
}

}  // namespace
}  // namespace xch::message_test
