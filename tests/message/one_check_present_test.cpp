// Faults that meet one check of passing on alone: presentations, redacted copies and object envelopes.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "crypto/padme.hpp"
#include "message/cells.hpp"
#include "message/cut.hpp"
#include "message/onward.hpp"
#include "support/freed_memory.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class OneCheckOnward : public Onward {
 protected:
  /// known_as is a grant of another seed, as an agency holds it, in which every reader knows the person by this name.
  std::shared_ptr<const grant::HeldGrant> known_as(const std::string& seed, const Pseudonym& name, const std::string& agency) {
    auto spec = onward_spec();
    spec.grant_id = seed;
    auto plan = testing::plan_of(scene.coalition, spec);
    for (auto& reader : plan.readers) reader.pseudonym = name;
    const auto& office = scene.coalition["office"];
    const auto built = must(grant::build_grant(plan, office.authority->id, *office.authority_key, scene.random), "grant");
    for (const auto& view : built.views) {
      if (view.agency != scene.coalition[agency].id()) continue;
      return must(grant::verify_view(testing::object_of(scene.coalition, view), *scene.coalition.roster(), view.agency,
                                     view.encryption_key, kNow, {}), "view");
    }
    testing::give_up(Code::not_found, "the view");
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

// Two agencies, or two persons, whose pseudonyms happen to be alike, and grants that name none.
TEST_P(OneCheckOnward, PersonIsTheSameByAgencyAndPseudonymOrByTheGrantItself) {
  const Pseudonym usual = testing::pseudonym_of("p-417", "clinic"), none;
  const auto under_one = [&](const std::shared_ptr<const grant::HeldGrant>& came,
                             const std::shared_ptr<const grant::HeldGrant>& goes) {
    message::Opened held = note();
    held.grant = came;
    request.under = goes;
    return message::check_present(held, request, scene.coalition["clinic"].party, scene.coalition["harbor"].party,
                                  default_pack(), kNow);
  };
  EXPECT_TRUE(passes(under_one(known_as("one", usual, "clinic"), known_as("two", usual, "clinic"))));
  EXPECT_TRUE(refuses(under_one(known_as("one", usual, "clinic"), known_as("two", usual, "harbor")), Code::present_not_allowed));
  EXPECT_TRUE(refuses(under_one(known_as("one", none, "clinic"), known_as("two", none, "clinic")), Code::present_not_allowed));
  const auto unnamed = known_as("one", none, "clinic");
  EXPECT_TRUE(passes(under_one(unnamed, unnamed)));
}

// 42 CFR 2.33(b): the basis a note came under decides whether its holder may pass it on at all, and so does the basis it
// is to go under. Its own sender needs only the second, and a pack that knows both.
TEST_P(OneCheckOnward, BothBasesMustLetTheHolderPassItOn) {
  request.under = another_grant([](auto& s) { s.basis = Basis::justiceCondition; }).held.at("clinic");
  const auto with = [&](bool came, bool goes, const std::string& holder = "clinic", bool known = true) {
    PolicyPack pack = default_pack();
    pack.cells.clear();  // the check after these
    for (auto& row : pack.bases) {
      if (row.basis == Basis::part2Consent && !came) row.may_present.clear();
      if (row.basis == Basis::justiceCondition && goes) row.may_present = {PartyKind::part2Program};
    }
    if (!known)
      pack.bases.erase(std::find_if(pack.bases.begin(), pack.bases.end(),
                                    [](const auto& row) { return row.basis == Basis::part2Consent; }));
    return message::check_present(note(), request, scene.coalition[holder].party, scene.coalition["harbor"].party, pack, kNow);
  };
  EXPECT_TRUE(refuses(with(true, true), Code::present_audience));
  EXPECT_TRUE(refuses(with(false, true), Code::present_not_allowed));
  EXPECT_TRUE(refuses(with(true, false), Code::present_not_allowed));
  EXPECT_TRUE(refuses(with(false, true, "harbor"), Code::present_audience));
  EXPECT_TRUE(refuses(with(false, false, "harbor"), Code::present_not_allowed));
  EXPECT_TRUE(refuses(with(false, true, "harbor", false), Code::present_not_allowed));
}

// 42 CFR 2.33(b)(3), 2.12(d)(2): what came under Part 2 goes to nobody who holds nothing of Part 2.
TEST_P(OneCheckOnward, Part2NoteGoesToNobodyOutsidePart2) {
  const auto with = [&](bool part2, std::vector<FieldClass> classes) {
    request.under = another_grant([&](auto& s) {
      s.rights.erase(std::remove_if(s.rights.begin(), s.rights.end(), [](const auto& r) { return r.agency == "harbor"; }),
                     s.rights.end());
      for (const auto c : classes) s.rights.push_back({"harbor", Compartment(c, Form::full), Rights::both});
    }).held.at("clinic");
    PolicyPack pack = default_pack();
    for (auto& row : pack.classes) row.part2 = row.field_class == FieldClass::sud;
    for (auto& row : pack.bases)
      if (row.basis == Basis::part2Consent) row.part2 = part2;
    return check(kNow, pack);
  };
  EXPECT_TRUE(passes(with(true, {FieldClass::eng, FieldClass::need, FieldClass::sud})));
  EXPECT_TRUE(refuses(with(true, {FieldClass::eng, FieldClass::need}), Code::present_audience));
  EXPECT_TRUE(passes(with(false, {FieldClass::eng, FieldClass::need})));
}

TEST_P(OneCheckOnward, AbsentFieldIsNamedAndASlotThatIsNoneIsNot) {
  const auto path_of = [&](std::size_t slot) {
    request.slots = {static_cast<std::uint16_t>(slot)};
    const Status refused = check();
    EXPECT_TRUE(refuses(refused, Code::present_absent));
    return refused.error().path;
  };
  EXPECT_EQ(path_of(progress().slots.size() - 1), progress().slots.back().path);
  EXPECT_EQ(path_of(progress().slots.size()), "");
  const auto& clinic = scene.coalition["clinic"];
  request.slots = {slot_at("wellbeing")};  // not of this reader's terms
  EXPECT_TRUE(refuses(message::make_presentation(note(), request, clinic.id(), clinic.seat.id, default_pack(), kNow),
                      Code::present_absent));
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
  harbor.roster = scene.coalition.adopt(scene.coalition.without("harbor"));
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

// A refused presentation's values do not stay behind in freed memory.
TEST_P(OneCheckOnward, RefusedPresentationLeavesNoValueInFreedMemory) {
  const SealedObject object = signed_by(body());
  const std::string value = "call on Monday";
  testing::FreedMemory freed{ByteView(std::string_view(value))};
  EXPECT_TRUE(refuses(verify(object, kNow, false), Code::verify_nonce));
  EXPECT_EQ(freed.found(), 0u);
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

// Of an envelope with several notes the copy holds the one that was named, with its own staple and in a body of its own
// size, whatever the others are.
TEST_P(OneCheckOnward, RedactedCopyHoldsTheNoteThatWasNamed) {
  testing::StatusSpec lists[3];
  std::vector<message::NoteInput> notes;
  for (std::uint32_t i = 0; i < 3; ++i) {
    lists[i].version = i + 2;
    notes.push_back(scene.note());
    notes.back().status = testing::hold_status(scene.coalition, lists[i]);
  }
  notes[0].expires_at = kNow;  // will not open a second later, and spoils no other
  const auto batch = scene.seal(notes);
  const Bytes several = scene.for_party(batch, "clinic");
  const auto& clinic = scene.coalition["clinic"];
  for (const std::size_t which : {1u, 2u}) {
    const HeaderHash named = batch.notes[which].header;
    const Bytes copy = must(message::redact(several, named, {{slot_at("nextStep")}, "retention"}, scene["clinic"],
                                            scene["clinic"].keys.front(), clinic.encryption_key->public_key(),
                                            clinic.seat.id, *clinic.seat_key, scene.arenas, scene.random, kNow + 1));
    const auto again = must(scene.open_bundle(copy, "clinic", kNow + 1));
    ASSERT_EQ(again.views.size(), 1u);
    EXPECT_EQ(must(again.views.front().opened, "view").header_hash, named);
    const Cut cut = cut_open(copy, clinic);
    ASSERT_EQ(cut.bundle.staples.size(), 1u);
    EXPECT_EQ(grant::status_hash(must(wire::decode_staple(cut.bundle.staples.front())).signed_body.body),
              notes[which].status->hash());
    EXPECT_EQ(copy.size(), 6 + crypto::hpke_overhead(GetParam()) +
                               message::padded_body(message::bundle_bound({&progress()})));
  }
  EXPECT_TRUE(refuses(message::redact(several, batch.notes[0].header, {{slot_at("nextStep")}, "retention"}, scene["clinic"],
                                      scene["clinic"].keys.front(), clinic.encryption_key->public_key(), clinic.seat.id,
                                      *clinic.seat_key, scene.arenas, scene.random, kNow + 1), Code::not_found));
}

TEST_P(OneCheckOnward, RedactionTakesTheLastSlotAndNoneBehindIt) {
  const auto& clinic = scene.coalition["clinic"];
  const auto redacted = [&](std::vector<std::uint16_t> slots) {
    return message::redact(envelope, note().header_hash, {std::move(slots), "retention"}, scene["clinic"],
                           scene["clinic"].keys.front(), clinic.encryption_key->public_key(), clinic.seat.id,
                           *clinic.seat_key, scene.arenas, scene.random, kNow);
  };
  std::uint16_t last = 0;
  for (const auto& cell : note().cells) last = std::max(last, cell.slot);
  EXPECT_TRUE(passes(redacted({last})));
  for (const std::size_t behind : {progress().slots.size(), std::size_t{progress().slot_count}, std::size_t{65535}})
    EXPECT_TRUE(refuses(redacted({static_cast<std::uint16_t>(behind)}), Code::redact_nothing)) << behind;
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

TEST_P(OneCheckOfAnObject, IsKnownByItsFirstFourBytesAndNotByThree) {
  const Bytes bytes = sealed(message::kObjectBody);
  for (const std::size_t size : {std::size_t{4}, std::size_t{5}, bytes.size()}) {
    EXPECT_TRUE(message::is_object(ByteView(bytes).sub(0, size))) << size;
    EXPECT_TRUE(message::is_note(ByteView(envelope).sub(0, size))) << size;
    EXPECT_FALSE(message::is_note(ByteView(bytes).sub(0, size))) << size;
    EXPECT_FALSE(message::is_object(ByteView(envelope).sub(0, size))) << size;
  }
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_FALSE(message::is_object(ByteView(bytes).sub(0, size))) << size;
    EXPECT_FALSE(message::is_note(ByteView(envelope).sub(0, size))) << size;
  }
}

// The size asked for is kept as long as the object fits, be it on the grid or not; above it the grid begins.
TEST_P(OneCheckOfAnObject, HasTheSizeAskedForWhileItFits) {
  const auto needed = static_cast<std::uint32_t>(4 + wire::encode(signed_by(body())).size());
  ASSERT_NE(crypto::padme(needed), needed);
  EXPECT_EQ(sealed(needed).size(), frame + needed);
  EXPECT_EQ(sealed(needed + 1).size(), frame + needed + 1);
  EXPECT_EQ(sealed(needed - 1).size(), frame + crypto::padme(needed));
}

TEST_P(OneCheckOfAnObject, LargerThanItsUsualSizeOpensFromTheGrid) {
  SealedObject object = signed_by(body());
  object.object.body.resize(100000);
  const Bytes bytes = must(message::seal_object(object, harbor.id(), harbor.encryption.id,
                                                harbor.encryption_key->public_key(), message::kObjectBody, scene.random));
  EXPECT_GT(bytes.size(), frame + 100000);
  EXPECT_EQ(must(open(bytes), "object").object.object.body, object.object.body);
}

// A grant view carries consent keys, so what an object was before it was sealed is not left in freed memory.
TEST_P(OneCheckOfAnObject, LeavesNothingOfItselfInFreedMemory) {
  SealedObject object = signed_by(body());
  const std::string secret = "a consent key, say: 0123456789abcdef";
  object.object.body.assign(secret.begin(), secret.end());
  testing::FreedMemory freed{ByteView(std::string_view(secret))};
  const Bytes bytes = must(message::seal_object(object, harbor.id(), harbor.encryption.id,
                                                harbor.encryption_key->public_key(), message::kObjectBody, scene.random));
  EXPECT_EQ(freed.found(), 0u);
  const auto opened_again = must(open(bytes), "object");
  EXPECT_EQ(freed.found(), 0u);
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
