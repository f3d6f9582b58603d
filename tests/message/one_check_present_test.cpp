// Faults that meet one check of passing on alone: presentations, redacted copies and object envelopes.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "message/cells.hpp"
#include "message/onward.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class OneCheckOnward : public Onward {
 protected:
  /// another_grant is what clinic or harbor holds of a second grant of the same person, built from the usual one.
  testing::TestGrant another_grant(const std::function<void(testing::GrantSpec&)>& edit) {
    auto spec = onward_spec();
    spec.grant_id = spec.seed = "grant two";
    edit(spec);
    return testing::make_grant(scene.coalition, spec);
  }
  /// under passes the fields on under such a grant, which both sides hold.
  Result<message::VerifiedPresentation> under(const std::function<void(testing::GrantSpec&)>& edit, Timestamp now = kNow) {
    const auto grant = another_grant(edit);
    request.under = grant.held.at("clinic");
    const auto held = grant.held.at("harbor");
    scene["harbor"].grants[held->hash()] = held;
    return verify(signed_by(body(now)), now);
  }
};
XCH_FOR_EVERY_SUITE(OneCheckOnward);

// ---- what a holder may pass on

TEST_P(OneCheckOnward, RequestNamesItsSlotsOnceAndAscending) {
  EXPECT_TRUE(passes(check()));
  const auto slots = request.slots;
  request.slots = {};
  EXPECT_TRUE(refuses(check(), Code::usage));
  request.slots = {slots[1], slots[0]};
  EXPECT_TRUE(refuses(check(), Code::usage));
  request.slots = {slots[0], slots[0]};
  EXPECT_TRUE(refuses(check(), Code::usage));
  request.slots = {static_cast<std::uint16_t>(progress().slots.size())};
  EXPECT_TRUE(refuses(check(), Code::present_absent));
}

TEST_P(OneCheckOnward, GrantMustBeOfTheSamePerson) {
  const auto same = another_grant([](auto&) {}), other = another_grant([](auto& s) { s.subject = "p-418"; });
  request.under = same.held.at("clinic");
  EXPECT_TRUE(passes(check()));
  request.under = other.held.at("clinic");
  EXPECT_TRUE(refuses(check(), Code::present_not_allowed));
  request.under = same.held.at("harbor");  // the person as another agency knows them
  EXPECT_TRUE(refuses(check(), Code::present_not_allowed));
}

TEST_P(OneCheckOnward, GrantMustBeInItsTimeWhenPassedOn) {
  const auto in = [&](Timestamp not_before, Timestamp effective_at, Timestamp not_after) {
    request.under = another_grant([&](auto& s) {
      s.not_before = not_before;
      s.effective_at = effective_at;
      s.not_after = not_after;
    }).held.at("clinic");
    return check();
  };
  const Timestamp past = before_now(kDay), end = after_now(kDay);
  EXPECT_TRUE(passes(in(kNow, past, kNow)));
  EXPECT_TRUE(passes(in(past, kNow, end)));
  EXPECT_TRUE(refuses(in(kNow + 1, past, end), Code::seal_grant_not_yet));
  EXPECT_TRUE(refuses(in(past, kNow + 1, end), Code::seal_grant_not_yet));
  EXPECT_TRUE(refuses(in(past, past, before_now(1)), Code::seal_grant_expired));
}

TEST_P(OneCheckOnward, RequestNeedsAPurpose) {
  request.purpose = Purpose::none;
  EXPECT_TRUE(refuses(check(), Code::seal_purpose_missing));
}

TEST_P(OneCheckOnward, AudienceMustHoldAPart2CompartmentAndReadEveryField) {
  const auto reading = [&](std::vector<FieldClass> classes) {
    request.under = another_grant([&](auto& s) {
      s.rights.erase(std::remove_if(s.rights.begin(), s.rights.end(), [](const auto& r) { return r.agency == "harbor"; }),
                     s.rights.end());
      for (const auto c : classes) s.rights.push_back({"harbor", Compartment(c, Form::full), Rights::both});
    }).held.at("clinic");
    return check();
  };
  EXPECT_TRUE(passes(reading({FieldClass::eng, FieldClass::need, FieldClass::sud})));
  EXPECT_TRUE(refuses(reading({FieldClass::eng, FieldClass::sud}), Code::present_audience));
}

TEST_P(OneCheckOnward, PackDecidesWhatTheAudiencesRoleMayBeShown) {
  PolicyPack pack = default_pack();
  EXPECT_TRUE(passes(check(kNow, pack)));
  for (auto& row : pack.bases)
    if (row.basis == Basis::justiceCondition) row.part2 = !row.part2;  // of no note here
  EXPECT_TRUE(passes(check(kNow, pack)));
  pack.cells.clear();
  EXPECT_TRUE(refuses(check(kNow, pack), Code::present_audience));
  pack = default_pack();
  pack.bases.clear();
  EXPECT_FALSE(check(kNow, pack).has_value());
}

TEST_P(OneCheckOnward, PresentationSaysWhatStandsInTheNote) {
  const Presentation p = body();
  EXPECT_EQ(p.role, PresenterRole::recipient);
  EXPECT_EQ(p.core, note().core);
  EXPECT_EQ(p.slots_root, note().slots_root);
  EXPECT_EQ(p.batch_root, note().batch_root);
  EXPECT_EQ(p.batch_signature, note().batch_signature);
  EXPECT_EQ(p.batch_position, note().batch_position);
  EXPECT_EQ(p.batch_path, note().batch_path);
  EXPECT_EQ(p.recipient_salt, note().recipient_salt);
  EXPECT_EQ(p.terms_digest, note().terms_digest);
  EXPECT_EQ(p.recipient_key, note().opened_under);
  EXPECT_EQ(p.recipient_position, note().recipient_position);
  EXPECT_EQ(p.recipient_path, note().recipient_path);
  EXPECT_EQ(p.redisclosing_grant, request.under->hash());
  EXPECT_EQ(p.audience, request.audience);
  EXPECT_EQ(p.audience_key, request.audience_key);
  EXPECT_EQ(p.nonce, request.nonce);
  EXPECT_EQ(p.time, kNow);
  EXPECT_EQ(p.purpose, request.purpose);
  EXPECT_EQ(p.presenter_key, scene.coalition["clinic"].seat.id);
  ASSERT_EQ(p.slots.size(), request.slots.size());
  for (std::size_t i = 0; i < p.slots.size(); ++i) EXPECT_EQ(p.slots[i].index, request.slots[i]);
}

// ---- what its verifier refuses

TEST_P(OneCheckOnward, VerifierNeedsARosterInForce) {
  const SealedObject object = signed_by(body());
  const Timestamp end = scene["harbor"].roster->roster().expires;
  (void)end;
  Reader& harbor = scene["harbor"];
  Roster roster = scene.coalition.roster_body();
  roster.expires = kNow;
  const auto then = harbor.roster;
  harbor.roster = scene.coalition.adopt(roster);
  harbor.older = then;
  EXPECT_TRUE(passes(verify(object)));
  EXPECT_TRUE(refuses(verify(object, kNow + 1), Code::open_roster_unsure));
  harbor.roster = then;
  harbor.roster_of_then = false;
  EXPECT_TRUE(refuses(verify(object), Code::open_roster_unsure));
  harbor.roster = nullptr;
  EXPECT_TRUE(refuses(verify(object), Code::open_roster_unsure));
}

TEST_P(OneCheckOnward, PresentedFiveMinutesAheadIsTakenAndNotASecondMore) {
  EXPECT_TRUE(passes(changed([](Presentation& p) { p.time = kNow + kClockSkew; })));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.time = kNow + kClockSkew + 1; }), Code::verify_presenter));
}

TEST_P(OneCheckOnward, PresenterNamesTheSeatThatSigned) {
  EXPECT_TRUE(refuses(changed([&](Presentation& p) { p.presenter_key = scene.coalition["clinic"].identity.id; }),
                      Code::verify_presenter));
}

TEST_P(OneCheckOnward, RecipientsLeafIsInItsTreeWhole) {
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.recipient_path.front().bytes[0] ^= 1; }), Code::verify_presenter));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.recipient_key.bytes[0] ^= 1; }), Code::verify_presenter));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.terms_digest.bytes[0] ^= 1; }), Code::verify_presenter));
  EXPECT_FALSE(changed([](Presentation& p) { p.recipient_path.pop_back(); }).has_value());
  EXPECT_FALSE(changed([](Presentation& p) { p.recipient_path.push_back(p.recipient_path.back()); }).has_value());
  EXPECT_FALSE(changed([](Presentation& p) { p.recipient_position = static_cast<std::uint8_t>(p.recipient_position + 32); })
                   .has_value());
}

TEST_P(OneCheckOnward, PackAndTypeOfTheNoteMustBeKnown) {
  const SealedObject object = signed_by(body());
  Reader& harbor = scene["harbor"];
  harbor.knows_type = false;
  EXPECT_TRUE(refuses(verify(object), Code::verify_slot));
  harbor.knows_type = true;
  harbor.knows_pack = false;
  EXPECT_TRUE(refuses(verify(object), Code::policy_pack_unknown));
  harbor.knows_pack = true;
  EXPECT_TRUE(passes(verify(object)));
}

TEST_P(OneCheckOnward, PartyOutsideTheNewestRosterPassesNothingOn) {
  const SealedObject object = signed_by(body());
  Reader& harbor = scene["harbor"];
  harbor.older = harbor.roster;
  const auto without = [&](const std::string& name) {
    Roster roster = scene.coalition.roster_body();
    const PartyId id = scene.coalition[name].id();
    roster.parties.erase(
        std::find_if(roster.parties.begin(), roster.parties.end(), [&](const Party& p) { return p.id == id; }));
    return roster;
  };
  harbor.roster = scene.coalition.adopt(without("harbor"));
  EXPECT_TRUE(refuses(verify(object), Code::verify_basis));
}

TEST_P(OneCheckOnward, GrantCarriesNothingOutsideItsTime) {
  const auto in = [&](Timestamp not_before, Timestamp effective_at, Timestamp not_after) {
    return under([&](auto& s) {
      s.not_before = not_before;
      s.effective_at = effective_at;
      s.not_after = not_after;
    });
  };
  const Timestamp past = before_now(kDay), end = after_now(kDay);
  EXPECT_TRUE(passes(in(kNow, past, kNow)));
  EXPECT_TRUE(passes(in(past, kNow, end)));
  EXPECT_TRUE(refuses(in(kNow + 1, past, end), Code::verify_basis));
  EXPECT_TRUE(refuses(in(past, kNow + 1, end), Code::verify_basis));
  EXPECT_TRUE(refuses(in(past, past, before_now(1)), Code::verify_basis));
}

TEST_P(OneCheckOnward, GrantCarriesNothingFromAnEdgeItDoesNotHave) {
  EXPECT_TRUE(passes(under([](auto&) {})));
  const auto grant = another_grant([](auto& s) { s.edges = {{"harbor", "defender"}, {"clinic", "defender"}}; });
  request.under = grant.held.at("clinic");
  const auto held = grant.held.at("harbor");
  scene["harbor"].grants[held->hash()] = held;
  EXPECT_TRUE(refuses(verify(signed_by(body())), Code::verify_basis));
}

TEST_P(OneCheckOnward, EndOfTheGrantCountsFromItsOwnSecond) {
  const SealedObject object = signed_by(body());
  auto& status = scene["harbor"].status;
  for (auto* end : {&status.inactive_since, &status.next_version_from}) {
    *end = kNow + 1;
    EXPECT_TRUE(passes(verify(object)));
    *end = kNow;
    EXPECT_TRUE(refuses(verify(object), Code::verify_basis));
    end->reset();
  }
}

TEST_P(OneCheckOnward, VerifierShowsItselfOnlyWhatItReadsAndThePackAllows) {
  const SealedObject object = signed_by(body());
  const auto with_pack = [&](auto edit) {
    Reader& harbor = scene["harbor"];
    harbor.own_pack = default_pack();
    edit(harbor.own_pack);
    const auto out = verify(object);
    harbor.own_pack = default_pack();
    return out;
  };
  EXPECT_TRUE(passes(with_pack([](PolicyPack&) {})));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.cells.clear(); }), Code::verify_basis));
  EXPECT_FALSE(with_pack([](PolicyPack& p) { p.bases.clear(); }).has_value());
  EXPECT_TRUE(refuses(under([](auto& s) {
    s.rights.erase(std::remove_if(s.rights.begin(), s.rights.end(), [](const auto& r) {
      return r.agency == "harbor" && r.compartment == Compartment(FieldClass::need, Form::full);
    }), s.rights.end());
  }), Code::verify_basis));
}

// ---- redacted copies

TEST_P(OneCheckOnward, ReasonOfARedactionIsAShortCode) {
  const auto& clinic = scene.coalition["clinic"];
  const auto because = [&](const std::string& reason) -> Status {
    const auto copy = message::redact(envelope, note().header_hash, {{slot_at("nextStep")}, reason}, scene["clinic"],
                                      scene["clinic"].keys.front(), clinic.encryption_key->public_key(), clinic.seat.id,
                                      *clinic.seat_key, scene.arenas, scene.random, kNow);
    if (!copy) return fail(copy.error());
    return Ok{};
  };
  for (const std::string good : {"a", "z", "0", "9", "-", "az-09"}) EXPECT_TRUE(passes(because(good))) << good;
  EXPECT_TRUE(passes(because(std::string(32, 'r'))));
  EXPECT_TRUE(refuses(because(std::string(33, 'r')), Code::redact_nothing));
  EXPECT_TRUE(refuses(because(""), Code::redact_nothing));
  for (const char bad : {'`', '{', '/', ':', ',', '.', 'A', ' '})
    EXPECT_TRUE(refuses(because(std::string("a") + bad), Code::redact_nothing)) << bad;
}

TEST_P(OneCheckOnward, NoteThatIsNotInTheEnvelopeIsNotRedacted) {
  const auto& clinic = scene.coalition["clinic"];
  HeaderHash other = note().header_hash;
  other.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(message::redact(envelope, other, {{slot_at("nextStep")}, "retention"}, scene["clinic"],
                                      scene["clinic"].keys.front(), clinic.encryption_key->public_key(), clinic.seat.id,
                                      *clinic.seat_key, scene.arenas, scene.random, kNow), Code::not_found));
}

TEST_P(OneCheckOnward, RecordOfARedactionSaysWhatWasAskedAndWhen) {
  const auto& clinic = scene.coalition["clinic"];
  const Bytes copy = must(message::redact(envelope, note().header_hash, {{slot_at("nextStep")}, "retention"},
                                          scene["clinic"], scene["clinic"].keys.front(),
                                          clinic.encryption_key->public_key(), clinic.seat.id, *clinic.seat_key,
                                          scene.arenas, scene.random, kNow + 3));
  const Parts parts = scene.take_apart(copy);
  ASSERT_EQ(parts.redactions.size(), 1u);
  const Redaction record = must(wire::decode_redaction(must(wire::decode_signed(parts.redactions.front())).body));
  EXPECT_EQ(record.header, note().header_hash);
  EXPECT_EQ(record.reason, "retention");
  EXPECT_EQ(record.time, kNow + 3);
  EXPECT_EQ(record.redactor, clinic.seat.id);
  EXPECT_EQ(record.opened_under, clinic.encryption.id);
}

// ---- object envelopes

class OneCheckOfAnObject : public OneCheckOnward {
 protected:
  const testing::TestParty& harbor = scene.coalition["harbor"];
  std::size_t frame = 6 + crypto::hpke_overhead(GetParam());
  std::vector<message::GateKey> keys = scene["harbor"].keys;

  auto open(ByteView bytes, std::uint32_t grant_view_body = message::kObjectBody) {
    return message::open_object(bytes, harbor.id(), GetParam(), keys, grant_view_body);
  }
  Bytes sealed(std::uint32_t least) {
    return must(message::seal_object(signed_by(body()), harbor.id(), harbor.encryption.id,
                                     harbor.encryption_key->public_key(), least, scene.random));
  }
};
XCH_FOR_EVERY_SUITE(OneCheckOfAnObject);

TEST_P(OneCheckOfAnObject, TooShortIsSaidBeforeTheMagicIsRead) {
  for (std::size_t size = 0; size < 6; ++size) EXPECT_TRUE(refuses(open(Bytes(size, 7)), Code::object_too_short)) << size;
  EXPECT_TRUE(refuses(open(Bytes(6, 7)), Code::object_magic));
}

TEST_P(OneCheckOfAnObject, HasThePacksSizeOfAGrantViewOrTheUsualOneOrAPaddedOne) {
  const std::uint32_t small = message::kObjectBody - 1000, large = message::kObjectBody + 1000;
  EXPECT_TRUE(passes(open(sealed(message::kObjectBody), large)));
  EXPECT_TRUE(passes(open(sealed(message::kObjectBody), small)));
  EXPECT_TRUE(passes(open(sealed(large), large)));
  EXPECT_TRUE(refuses(open(sealed(large), large + 1), Code::object_padding));
  EXPECT_TRUE(passes(open(sealed(small), small)));
  EXPECT_TRUE(refuses(open(sealed(small), small + 1), Code::object_too_short));
  EXPECT_TRUE(refuses(open(sealed(small), small - 1), Code::object_padding));
}

TEST_P(OneCheckOfAnObject, OfTheGreatestSizeIsTriedAndOneByteMoreIsNot) {
  Bytes bytes = sealed(message::kObjectBody);
  bytes.resize(kMaxEnvelope);
  EXPECT_TRUE(refuses(open(bytes), Code::object_outer));
  bytes.push_back(0);
  EXPECT_TRUE(refuses(open(bytes), Code::object_padding));
}

TEST_P(OneCheckOfAnObject, InASuiteThatIsNotBuiltIsRefused) {
  Bytes bytes = sealed(message::kObjectBody);
  store_u16(bytes.data() + 4, static_cast<std::uint16_t>(SuiteId::pq));
  EXPECT_TRUE(refuses(message::open_object(bytes, harbor.id(), SuiteId::pq, keys, message::kObjectBody), Code::object_suite));
}

TEST_P(OneCheckOfAnObject, KeyThatIsNotThereAndKeyOfTheOtherSuiteArePassedOver) {
  const auto other = must(crypto::KemPrivateKey::generate(testing::other_suite(GetParam()), scene.random));
  message::GateKey none = keys.front(), foreign = none;
  none.key = nullptr;
  foreign.key = &other;
  keys.insert(keys.begin(), {none, foreign});
  EXPECT_TRUE(passes(open(sealed(message::kObjectBody))));
}

}  // namespace
}  // namespace xch::message_test
