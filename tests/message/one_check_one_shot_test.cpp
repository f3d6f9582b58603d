// One-shot packets: faults that meet one check alone, of sealing and of opening, and the last value that each lets pass.
#include <tuple>

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "message/one_shot_fixture.hpp"
#include "support/freed_memory.hpp"

namespace xch::message_test {
namespace {

struct OneShotCheck : OneShotOf {
  /// giving is the scene in which bakery reads other compartments, by a pack that gives them.
  void giving(const std::vector<Compartment>& reads) {
    wide = outside_pack();
    const auto place = [](const PackCell& c) { return std::tuple(c.basis, c.purpose, c.role, c.field_class); };
    for (const auto k : reads) {
      PackCell cell;
      cell.basis = Basis::part2Consent, cell.purpose = Purpose::coord, cell.role = Role::ext, cell.field_class = k.field_class();
      cell.effect = k.form() == Form::full ? Effect::allow : Effect::generalise;
      cell.form = k.form();
      const auto at = std::lower_bound(wide.cells.begin(), wide.cells.end(), cell, [&](const auto& l, const auto& r) { return place(l) < place(r); });
      if (at != wide.cells.end() && place(*at) == place(cell)) *at = cell;
      else wide.cells.insert(at, cell);
    }
    auto spec = Scene::spec_of();
    for (const auto k : reads) {
      const auto has = [&](const testing::GrantRight& r) { return r.agency == "harbor" && r.compartment == k; };
      if (std::none_of(spec.rights.begin(), spec.rights.end(), has)) spec.rights.push_back({"harbor", k, Rights::write});
    }
    spec.externals = {{kBakery, kUntil, reads, {"harbor"}}};
    scene.care = testing::make_grant(scene.coalition, spec);
    scene.sender.pack = &wide;
  }
  /// by_roster opens a packet that was sealed before the roster in it was changed.
  template <class Edit>
  Status by_roster(Edit edit) {
    const OneShot v = told();
    Roster roster = scene.coalition.roster_body();
    edit(roster);
    scene.coalition.adopt(roster);
    const auto opened = open(put(signed_by(v)));
    return opened ? Status(Ok{}) : fail(opened.error());
  }
  Result<message::SealedOneShot> seal(const PartyId& to, const message::OneShotPlan& planned, const crypto::KemPublicKey& by) {
    return message::seal_one_shot(scene.sender, note(), to, planned, roster_bytes(), by, scene.random, kNow);
  }
  /// granted makes the told grant one of these entries alone, each proven.
  Result<message::OpenedOneShot> granted(const std::vector<GrantEntry>& entries) {
    return changed([&](OneShot& v) {
      std::vector<Digest> leaves;
      for (const auto& entry : entries) leaves.push_back(grant::entry_leaf(wire::encode_entry(entry)));
      GrantCore core = must(wire::decode_grant_core(v.grant.body));
      core.leaf_count = static_cast<std::uint16_t>(leaves.size());
      core.entries_root = crypto::merkle_root(leaves);
      v.grant = granted_by_office(wire::encode(core));
      v.entries.clear();
      for (std::size_t i = 0; i < entries.size(); ++i) v.entries.push_back({entries[i], crypto::merkle_path(i, leaves)});
    });
  }
  GrantEntry entry(std::uint16_t index, Rights rights = Rights::read) {
    GrantEntry out = told().entries.at(0).entry;
    out.index = index;
    out.rights = rights;
    out.salt.bytes[0] = static_cast<std::uint8_t>(index);
    return out;
  }
  PolicyPack wide;
};
XCH_FOR_EVERY_SUITE(OneShotCheck);

// ---- what would go -------------------------------------------------------------------------------------------------

TEST_P(OneShotCheck, TheWholeValueGoesWhereConsentAndPackHaveItAndItsFormsDoNot) {
  giving({Compartment(FieldClass::eng, Form::full), Compartment(FieldClass::sud, Form::full)});
  const auto input = note({{"engaged", "2"}, {"medicationSupport", "2"}});
  const auto planned = must(plan(input), "plan");
  EXPECT_EQ(planned.slots, (std::vector<std::uint16_t>{slot_at("engaged"), slot_at("medicationSupport")}));
}

TEST_P(OneShotCheck, AFieldWhoseFormIsNotThereIsRefusedAndNotSentEmpty) {
  auto input = note();
  input.slots[slot_at("engaged", Form::yesNo)].present = false;
  EXPECT_TRUE(refuses_at(plan(input), Code::one_shot_field, "engaged"));
}

TEST_P(OneShotCheck, FreeTextDoesNotGoWhateverPackAndConsentSay) {
  giving({Compartment(FieldClass::need, Form::full)});
  EXPECT_TRUE(refuses_at(plan(note({{"nextStep", "call on Monday"}})), Code::one_shot_field, "nextStep"));
}

TEST_P(OneShotCheck, ANoteIsOneOfItsTypeAndNoPart) {
  const auto one = [&](const std::function<void(message::NoteInput&)>& change) {
    auto input = note();
    change(input);
    return plan(input);
  };
  EXPECT_TRUE(refuses(one([](auto& n) { n.schema = nullptr; }), Code::usage));
  EXPECT_TRUE(refuses(one([](auto& n) { n.part = kTakesPart.value; }), Code::usage));
  EXPECT_TRUE(refuses(one([](auto& n) { n.slots.emplace_back(); }), Code::usage));
  EXPECT_TRUE(refuses(one([](auto& n) { n.slots.pop_back(); }), Code::usage));
}

TEST_P(OneShotCheck, ASenderSealsByARosterInForceUnderAnAgreementInForce) {
  message::NoteInput input = note();
  Roster roster = scene.coalition.roster_body();
  EXPECT_TRUE(passes(plan(input)));
  for (auto& party : roster.parties)
    if (party.id == scene.sender.party) party.agreement_not_after = before_now(1);
  scene.sender.roster = scene.coalition.adopt(roster);
  EXPECT_TRUE(refuses(plan(input), Code::seal_agreement));
  roster = scene.coalition.roster_body();
  roster.expires = before_now(1);
  scene.sender.roster = scene.coalition.adopt(roster);
  EXPECT_TRUE(refuses(plan(input), Code::seal_roster_expired));
}

TEST_P(OneShotCheck, ANoteOfATypeThatThePackDoesNotKnowIsRefused) {
  PolicyPack pack = outside_pack();
  pack.schemas.clear();
  scene.sender.pack = &pack;
  EXPECT_TRUE(refuses(plan(note()), Code::seal_schema));
}

TEST_P(OneShotCheck, AValueThatTheSenderMayNotWriteOrThatIsTooLargeIsRefused) {
  auto spec = outside_spec();  // bakery reads the form; harbor writes it, and no longer what it is made of
  spec.rights.erase(std::remove_if(spec.rights.begin(), spec.rights.end(), [](const auto& r) {
                      return r.agency == "harbor" && r.compartment == Compartment(FieldClass::eng, Form::full);
                    }),
                    spec.rights.end());
  const auto input = note();
  auto theirs = input;
  theirs.grant = testing::make_grant(scene.coalition, spec).held.at("harbor");
  EXPECT_TRUE(refuses_at(plan(theirs), Code::seal_no_write_right, "engaged"));
  EXPECT_TRUE(passes(plan(input)));
}

TEST_P(OneShotCheck, APacketWaitsAWeekWhereNobodySaysOtherwise) { EXPECT_EQ(message::kOneShotDays, 7u); }

// Computed in Python from docs/format.md, "Conventions": hashlib.sha256(fr(label) + m). The keys are public keys of RFC 9180,
// appendices A.3.1 and A.1.1 (pkRm).
TEST(OneShotKey, IsWhatPythonComputes) {
  const auto key = [](SuiteId suite, std::string_view hex) {
    return to_hex(message::one_shot_key(must(crypto::KemPublicKey::parse(suite, from_hex(hex).value()))));
  };
  EXPECT_EQ(key(SuiteId::p256,
                "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d"
                "128aafd68a2ce72ea0"),
            "925205b5538e7d67295d9306ff9cc60daf1ec1fca854b8bcfa942d36a6a3d52f");
  EXPECT_EQ(key(SuiteId::x25519, "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
            "742cd47fb8b7c53d6a5b156e9d3462d23efee1d38b96ff08d7ed4d26de61fb91");
}

// ---- sealing -------------------------------------------------------------------------------------------------------

TEST_P(OneShotCheck, SealingAsksForARecipientSomethingToSendAndAKeyOfTheSuite) {
  const auto planned = must(plan(note()), "plan");
  EXPECT_TRUE(passes(seal(bakery, planned, key.public_key())));
  EXPECT_TRUE(refuses(seal(scene.coalition["clinic"].id(), planned, key.public_key()), Code::usage));
  EXPECT_TRUE(refuses(seal(bakery, {}, key.public_key()), Code::usage));
  const auto other = must(crypto::KemPrivateKey::generate(testing::other_suite(GetParam()), scene.random));
  EXPECT_TRUE(refuses(seal(bakery, planned, other.public_key()), Code::usage));
}

TEST_P(OneShotCheck, APacketNamesItsNoteItsStatusListAndOnlyTheEntriesOfWhatItHas) {
  giving({kTakesPart, Compartment(FieldClass::sud, Form::full)});
  const auto input = note();
  const auto planned = must(plan(input), "plan");
  const auto sealed = must(message::seal_one_shot(scene.sender, input, bakery, planned, roster_bytes(), key.public_key(),
                                                  scene.random, kNow),
                           "seal");
  const auto opened = must(open(sealed.packet), "open");
  EXPECT_EQ(opened.told.id, input.note_id);
  EXPECT_EQ(opened.told.status, input.status->hash());
  EXPECT_EQ(opened.told.entries.size(), 1u);
  EXPECT_EQ(sealed.body, crypto::sha256(wire::encode(opened.told)));
}

TEST_P(OneShotCheck, SealingLeavesNothingInFreedMemory) {
  const std::string secret = "whatever stands in the field that goes";
  auto input = note();
  const auto planned = must(plan(input), "plan");
  input.slots[planned.slots.at(0)].value = ByteView(std::string_view(secret));
  testing::FreedMemory freed{ByteView(std::string_view(secret))};
  EXPECT_TRUE(passes(message::seal_one_shot(scene.sender, input, bakery, planned, roster_bytes(), key.public_key(), scene.random, kNow)));
  EXPECT_EQ(freed.found(), 0u);
}

// ---- bytes ---------------------------------------------------------------------------------------------------------

TEST_P(OneShotCheck, LengthComesBeforeMagicMagicBeforeSuiteAndSuiteBeforeRoom) {
  const auto judged = [](Bytes bytes) { return message::suite_of_one_shot(bytes); };
  EXPECT_TRUE(refuses(judged({'L', 'X', 'N', '1', 0}), Code::object_too_short));
  EXPECT_TRUE(refuses(judged({'L', 'X', 'N', '1', 0, 1}), Code::object_magic));
  EXPECT_TRUE(refuses(judged({'L', 'X', 'P', '1', 0, 1}), Code::object_too_short));
  Bytes packet = sealed();
  for (const std::uint8_t suite : {0, 3, 255}) {
    packet[5] = suite;
    EXPECT_TRUE(refuses(judged(packet), Code::object_suite)) << int{suite};
  }
  packet = sealed();
  packet.resize(kMaxEnvelope);
  EXPECT_TRUE(passes(judged(packet)));
  packet.push_back(0);
  EXPECT_TRUE(refuses(judged(packet), Code::object_padding));
}

TEST_P(OneShotCheck, ARosterAndAnObjectThatAreNoneAreRefused) {
  const auto object = signed_by(told());
  EXPECT_TRUE(refuses(open(framed(with_roster(Bytes(40, 1), object))), Code::object_malformed));
  EXPECT_TRUE(refuses(open(framed(ByteWriter().u32(static_cast<std::uint32_t>(roster_bytes().size())).raw(roster_bytes()).raw(Bytes(40, 1)).bytes())),
                      Code::object_malformed));
  SealedObject garbage = object;
  const auto& harbor = scene.coalition["harbor"];
  garbage.object = must(party::sign_object(Kind::oneShot, Bytes(64, 1), harbor.seat.id, *harbor.seat_key));
  EXPECT_TRUE(refuses(open(put(garbage)), Code::object_malformed));
}

// ---- who and when --------------------------------------------------------------------------------------------------

TEST_P(OneShotCheck, ARosterOfAnotherSuiteIsRefusedAlsoWhereItsRootsAreTheOnesThatWereGiven) {
  const testing::Coalition other(testing::other_suite(GetParam()));
  auto known = knowledge();
  known.are_roots = [](const Digest&) { return true; };
  const Bytes packet = framed(with_roster(wire::encode(other.signed_roster()), signed_by(told())));
  EXPECT_TRUE(refuses(message::open_one_shot(packet, key, known, kNow), Code::object_suite));
}

TEST_P(OneShotCheck, IsSealedInItsRostersTimeFromTheFirstSecondOn) {
  const Timestamp issued = scene.coalition.roster_body().issued;
  const auto at = [&](Timestamp sealed) { return changed([&](OneShot& v) { v.sealed_at = sealed; }); };
  EXPECT_TRUE(refuses(at(issued), Code::one_shot_grant)) << "in the roster's time, and before the grant's";
  EXPECT_TRUE(refuses(at(Timestamp{issued.seconds - 1}), Code::object_signature));
}

TEST_P(OneShotCheck, ASendersAgreementIsInForceWhenItSeals) {
  const auto ends = [&](Timestamp end) {
    return by_roster([&](Roster& roster) {
      for (auto& party : roster.parties)
        if (party.id == scene.sender.party) party.agreement_not_after = end;
    });
  };
  EXPECT_TRUE(refuses(ends(before_now(1)), Code::object_signature));
  EXPECT_TRUE(passes(ends(kNow)));
}

TEST_P(OneShotCheck, TheKeyThatSignedTheGrantIsGoodWhenThePacketIsSealed) {
  const auto opened = by_roster([&](Roster& roster) {
    roster.revoked.push_back({scene.coalition["office"].authority->id, before_now(1)});
  });
  EXPECT_TRUE(refuses(opened, Code::one_shot_grant));
}

// ---- the consent ---------------------------------------------------------------------------------------------------

TEST_P(OneShotCheck, AGrantIsOneThatDecodesOfABasisThatItsAuthorityHas) {
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.grant = granted_by_office(Bytes(64, 1)); }), Code::one_shot_grant));
  // Grant and packet agree on a basis, and the office has no right to it.
  EXPECT_TRUE(refuses(changed([&](OneShot& v) {
                        GrantCore core = must(wire::decode_grant_core(v.grant.body));
                        v.basis = core.basis = Basis::plainRelease;
                        v.grant = granted_by_office(wire::encode(core));
                      }),
                      Code::one_shot_grant));
}

TEST_P(OneShotCheck, EveryDayCountsToItsLastSecond) {
  EXPECT_TRUE(passes(regranted([](GrantCore& g) { g.not_before = kNow; })));
  EXPECT_TRUE(passes(regranted([](GrantCore& g) { g.effective_at = kNow; })));
  EXPECT_TRUE(passes(regranted([](GrantCore& g) { g.not_after = kExpires; })));
  EXPECT_TRUE(passes(changed([](OneShot& v) { v.expires_at = v.sealed_at; })));
  EXPECT_TRUE(passes(changed([](OneShot& v) { v.expires_at = kUntil; })));
}

TEST_P(OneShotCheck, AnEntryIsReadAloneAndOneForACompartment) {
  EXPECT_TRUE(passes(granted({entry(0)})));
  EXPECT_TRUE(refuses(granted({entry(0, Rights::both)}), Code::one_shot_grant));
  EXPECT_TRUE(refuses(granted({entry(0), entry(1)}), Code::one_shot_grant));
}

TEST_P(OneShotCheck, ASlotIsOneOfTheType) {
  const auto count = static_cast<std::uint16_t>(progress().slots.size());
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.fields[0].slot = count; }), Code::verify_slot));
  const auto last = changed([&](OneShot& v) { v.fields[0].slot = static_cast<std::uint16_t>(count - 1); });
  EXPECT_FALSE(refuses(last, Code::verify_slot)) << "the last one is a slot";
  EXPECT_FALSE(passes(last));
}

TEST_P(OneShotCheck, AVictimsFactIsNoFieldOfAPacketWhateverItsSenderSigned) {
  const wire::NoteType& type = builtin_type("housing.coord");
  auto known = knowledge();
  known.note_type = [&](const SchemaDigest&) { return &type; };
  OneShot v = told();
  v.schema_id = type.schema().type_id;
  v.schema_digest = type.schema().digest;
  v.fields = {{slot_of(type.schema(), "victimRelocation"), Bytes{1}}};
  EXPECT_TRUE(refuses(message::open_one_shot(put(signed_by(v)), key, known, kNow), Code::verify_slot));
}

}  // namespace
}  // namespace xch::message_test
