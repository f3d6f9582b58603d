// Break-glass (42 CFR 2.51): what is told to medical personnel in an emergency, and everything that is refused.
#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "message/break_glass.hpp"
#include "message/fixture.hpp"
#include "message/frame.hpp"
#include "support/freed_memory.hpp"
#include "wire/records.hpp"
#include "wire/records_limits.hpp"

namespace xch::message_test {
namespace {

/// Harbor, a Part 2 program, tells the clinic, whose people treat.
struct BreakGlassOf : ::testing::TestWithParam<SuiteId> {
  Scene scene{GetParam()};

  BreakGlass told() {
    BreakGlass v;
    v.id = testing::fixed_id<BreakGlassId>("emergency one");
    v.coalition = scene.coalition.id();
    v.sender = scene.coalition["harbor"].id();
    v.recipient = scene.coalition["clinic"].id();
    v.recipient_key = scene.coalition["clinic"].encryption.id;
    v.time = kNow;
    v.schema_id = progress().type_id;
    v.schema_digest = progress().digest;
    v.personnel = "Dr. Amal Haddad";
    v.facility = "County Hospital, emergency room";
    v.discloser = "J. Ortiz";
    v.nature = "found unconscious, overdose suspected";
    v.fields = {{slot_at("nextStep"), ByteView(std::string_view("call on Monday")).copy()}};
    return v;
  }
  SealedObject signed_by(const BreakGlass& v, const std::string& name, Kind kind = Kind::breakGlass) {
    const auto& party = scene.coalition[name];
    SealedObject out;
    out.chain = party.seat_chain();
    out.object = must(party::sign_object(kind, wire::encode(v), party.seat.id, *party.seat_key), "sign");
    return out;
  }
  Bytes sealed(const SealedObject& object, const std::string& to = "clinic") {
    const auto& party = scene.coalition[to];
    return must(message::seal_break_glass(object, party.id(), party.encryption.id, party.encryption_key->public_key(),
                                          scene.random),
                "seal");
  }
  Result<message::OpenedBreakGlass> open(ByteView envelope, const std::string& by = "clinic", Timestamp at = kNow) {
    return message::open_break_glass(envelope, scene[by], at);
  }
  template <class Change>
  Result<message::OpenedBreakGlass> changed(Change change, const std::string& by = "harbor") {
    BreakGlass v = told();
    change(v);
    return open(sealed(signed_by(v, by)));
  }
  /// The same content, padded as `body` says, under the right magic.
  Bytes framed(ByteView content, std::size_t size = message::kBreakGlassBody) {
    const auto& clinic = scene.coalition["clinic"];
    Bytes body(size);
    store_u32(body.data(), static_cast<std::uint32_t>(content.size()));
    std::copy(content.begin(), content.end(), body.begin() + 4);
    return framed_body(body, crypto::th(crypto::label::kBreakGlassInfo, {clinic.id(), clinic.encryption.id}));
  }
  Bytes framed_body(ByteView body, const Digest& bound) {
    const Bytes info = ByteWriter().raw(crypto::label::kBreakGlass).raw(bound).bytes();
    const auto& key = scene.coalition["clinic"].encryption_key->public_key();
    return must(message::seal_frame("LXB1", key, info, body, scene.random));
  }
};
XCH_FOR_EVERY_SUITE(BreakGlassOf);

TEST_P(BreakGlassOf, P2_51_AcceptsWhatAHolderTellsMedicalPersonnelWithItsFourFacts) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  EXPECT_EQ(envelope.size(), 6 + crypto::hpke_overhead(GetParam()) + message::kBreakGlassBody);
  const auto opened = must(open(envelope), "open");
  EXPECT_EQ(wire::encode(opened.told), wire::encode(told()));
  EXPECT_EQ(opened.type->schema().name, "progress.engagement");
}

TEST_P(BreakGlassOf, P2_51_RefusesWhenOneOfTheFourFactsIsMissing) {
  const std::vector<std::string BreakGlass::*> facts = {&BreakGlass::personnel, &BreakGlass::facility,
                                                        &BreakGlass::discloser, &BreakGlass::nature};
  for (const auto fact : facts)
    for (const std::string nothing : {"", "   ", "a\nb"})
      EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.*fact = nothing; }), Code::break_glass_facts));
  BreakGlass timeless = told();
  timeless.time = Timestamp{};
  EXPECT_TRUE(refuses(message::check_facts(timeless), Code::break_glass_facts));
}

TEST_P(BreakGlassOf, P2_51_RefusesAFactThatIsTooLongOrNoLineOfText) {
  const auto said = [&](std::string BreakGlass::*fact, const std::string& text) {
    BreakGlass v = told();
    v.*fact = text;
    return message::check_facts(v);
  };
  for (const auto fact : {&BreakGlass::personnel, &BreakGlass::facility, &BreakGlass::discloser, &BreakGlass::nature}) {
    const std::size_t most = fact == &BreakGlass::nature ? wire::kMaxNature : wire::kMaxFact;
    EXPECT_TRUE(passes(said(fact, std::string(most, 'a'))));
    EXPECT_TRUE(refuses(said(fact, std::string(most + 1, 'a')), Code::break_glass_facts));
    EXPECT_TRUE(passes(said(fact, "a b")));
    for (const char control : {'\x01', '\x1f', '\x7f'})
      EXPECT_TRUE(refuses(said(fact, std::string("a") + control + "b"), Code::break_glass_facts)) << int{control};
    EXPECT_TRUE(passes(said(fact, "Jos\u00e9")));
    EXPECT_TRUE(refuses(said(fact, "Jos\xe9"), Code::break_glass_facts));
  }
}

TEST_P(BreakGlassOf, P2_51_MedicalPersonnelAreThreeRolesAtAProvider) {
  Party party = scene.coalition["clinic"].party;
  int medical = 0;
  for (int role = 0; role < 256; ++role) {
    party.role = static_cast<Role>(role);
    const bool treats = party.role == Role::med || party.role == Role::txp || party.role == Role::mhp;
    for (const auto kind : {PartyKind::part2Program, PartyKind::coveredEntity, PartyKind::justice, PartyKind::defence}) {
      party.kind = kind;
      const bool provider = kind == PartyKind::part2Program || kind == PartyKind::coveredEntity;
      EXPECT_EQ(message::may_tell(party), provider);
      EXPECT_EQ(message::is_medical(party), provider && treats) << role;
      medical += message::is_medical(party);
    }
  }
  EXPECT_EQ(medical, 6);
}

TEST_P(BreakGlassOf, P2_51_RefusesARecipientWhoTreatsNobody) {
  for (const std::string name : {"patrol", "liaison", "prosecutor", "defender", "office"}) {
    BreakGlass v = told();
    v.recipient = scene.coalition[name].id();
    v.recipient_key = scene.coalition[name].encryption.id;
    Reader reader(scene.coalition, scene.coalition[name], GetParam());
    EXPECT_TRUE(refuses(message::open_break_glass(sealed(signed_by(v, "harbor"), name), reader, kNow),
                        Code::break_glass_recipient))
        << name;
  }
  // A treating role alone does not make a provider of an agency of the police.
  Party surgeon = scene.coalition["patrol"].party;
  surgeon.role = Role::med;
  EXPECT_FALSE(message::is_medical(surgeon));
  surgeon.kind = PartyKind::coveredEntity;
  EXPECT_TRUE(message::is_medical(surgeon));
}

TEST_P(BreakGlassOf, ComesFromAProviderAlone) {
  for (const std::string name : {"patrol", "prosecutor", "defender", "office"})
    EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.sender = scene.coalition[name].id(); }, name), Code::verify_basis))
        << name;
}

TEST_P(BreakGlassOf, IsNoNoteAndNoObjectAndTheyAreNotIt) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  EXPECT_TRUE(message::is_break_glass(envelope));
  EXPECT_FALSE(message::is_note(envelope) || message::is_object(envelope));
  EXPECT_TRUE(refuses(scene.open(envelope, "clinic"), Code::break_glass_reserved));
  EXPECT_TRUE(refuses(message::open_object(envelope, scene["clinic"].self(), GetParam(), scene["clinic"].keys, 65536),
                      Code::break_glass_reserved));
  const auto& clinic = scene.coalition["clinic"];
  Bytes object = must(message::seal_object(signed_by(told(), "harbor"), clinic.id(), clinic.encryption.id,
                                           clinic.encryption_key->public_key(), message::kObjectBody, scene.random));
  EXPECT_TRUE(refuses(open(object), Code::object_magic));
  // Nor under the other's name: what it is sealed to names the format.
  object[2] = 'B';
  EXPECT_TRUE(refuses(open(object), Code::object_outer));
  Bytes renamed = envelope;
  renamed[2] = 'O';
  EXPECT_TRUE(refuses(message::open_object(renamed, scene["clinic"].self(), GetParam(), scene["clinic"].keys, 65536),
                      Code::object_outer));
}

TEST_P(BreakGlassOf, RefusesEveryTruncation) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  for (std::size_t size = 0; size < envelope.size(); ++size)
    ASSERT_TRUE(refuses(open(ByteView(envelope).sub(0, size)), Code::object_too_short)) << size;
  Bytes longer = envelope;
  longer.push_back(0);
  EXPECT_TRUE(refuses(open(longer), Code::object_outer));
}

TEST_P(BreakGlassOf, RefusesAChangedByteOfTheEnvelope) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  const auto change = [&](std::size_t at) {
    Bytes bytes = envelope;
    bytes[at] ^= 1;
    return open(bytes);
  };
  for (std::size_t at = 0; at < 4; ++at) EXPECT_TRUE(refuses(change(at), Code::object_magic));
  for (const std::size_t at : {4u, 5u}) EXPECT_TRUE(refuses(change(at), Code::object_suite));
  for (std::size_t at = 6; at < envelope.size(); at += at < 100 ? 1 : 1009)
    ASSERT_TRUE(refuses(change(at), Code::object_outer)) << at;
}

TEST_P(BreakGlassOf, RefusesEveryChangedByteOfWhatWasSigned) {
  const Bytes content = wire::encode(signed_by(told(), "harbor"));
  ASSERT_TRUE(passes(open(framed(content))));
  for (std::size_t at = 0; at < content.size(); ++at) {
    Bytes bytes = content;
    bytes[at] ^= 0x20;
    ASSERT_FALSE(open(framed(bytes))) << at;
  }
}

TEST_P(BreakGlassOf, RefusesPaddingAndSizesThatNobodyMakes) {
  const auto& clinic = scene.coalition["clinic"];
  const auto bound = crypto::th(crypto::label::kBreakGlassInfo, {clinic.id(), clinic.encryption.id});
  const Bytes content = wire::encode(signed_by(told(), "harbor"));
  Bytes body(message::kBreakGlassBody);
  store_u32(body.data(), static_cast<std::uint32_t>(content.size()));
  std::copy(content.begin(), content.end(), body.begin() + 4);
  body.back() = 1;
  EXPECT_TRUE(refuses(open(framed_body(body, bound)), Code::object_padding));
  body.back() = 0;
  store_u32(body.data(), message::kBreakGlassBody);
  EXPECT_TRUE(refuses(open(framed_body(body, bound)), Code::object_padding));
  EXPECT_TRUE(refuses(open(framed(content, message::kBreakGlassBody + 8)), Code::object_padding));
  EXPECT_TRUE(refuses(open(framed(Bytes(64, 7))), Code::object_malformed));
  // Bound to another party, or to another key of the same one.
  const auto other = crypto::th(crypto::label::kBreakGlassInfo, {scene.coalition["harbor"].id(), clinic.encryption.id});
  store_u32(body.data(), static_cast<std::uint32_t>(content.size()));
  EXPECT_TRUE(refuses(open(framed_body(body, other)), Code::object_outer));
}

TEST_P(BreakGlassOf, IsSignedByASeatOfItsSenderForThisKeyAndThisTime) {
  EXPECT_TRUE(refuses(open(sealed(signed_by(told(), "harbor", Kind::presentation))), Code::object_kind));
  EXPECT_TRUE(refuses(open(sealed(signed_by(told(), "defender"))), Code::object_signature));  // names harbor
  SealedObject object = signed_by(told(), "harbor");
  object.object.signature[5] ^= 1;
  EXPECT_TRUE(refuses(open(sealed(object)), Code::object_signature));
  object = signed_by(told(), "harbor");
  object.chain.pop_back();
  EXPECT_TRUE(refuses(open(sealed(object)), Code::object_signature));
  object = signed_by(told(), "harbor");
  object.object = must(party::sign_object(Kind::receipt, object.object.body, scene.coalition["harbor"].seat.id,
                                          *scene.coalition["harbor"].seat_key));
  object.object.kind = Kind::breakGlass;  // another label
  EXPECT_TRUE(refuses(open(sealed(object)), Code::object_signature));

  const PartyId harbor = scene.coalition["harbor"].id();
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.recipient = harbor; }), Code::object_signature));
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.recipient_key.bytes[0] ^= 1; }), Code::object_signature));
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.coalition.bytes[0] ^= 1; }), Code::object_signature));
  EXPECT_TRUE(passes(changed([&](BreakGlass& v) { v.time = kNow + kClockSkew; })));
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.time = kNow + kClockSkew + 1; }), Code::object_signature));
  // The clinic's key is a target from three days ago on.
  EXPECT_TRUE(passes(changed([&](BreakGlass& v) { v.time = before_now(3 * kDay); })));
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.time = before_now(3 * kDay + 1); }), Code::object_signature));
}

TEST_P(BreakGlassOf, ComesFromASeatThatWasGoodAtItsTime) {
  // The key would do: its window is longer than the seat's.
  scene["clinic"].keys.front().not_before = before_now(70 * kDay);
  EXPECT_TRUE(passes(changed([&](BreakGlass& v) { v.time = before_now(59 * kDay); })));
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.time = before_now(61 * kDay); }), Code::object_signature));
}

TEST_P(BreakGlassOf, IsForTheTimeOfTheKeyThatOpenedItAndOfNoOther) {
  auto& keys = scene["clinic"].keys;
  const auto at = [&](Timestamp time) { return changed([&](BreakGlass& v) { v.time = time; }); };
  keys.front().not_after = kNow;
  EXPECT_TRUE(passes(at(kNow)));
  EXPECT_TRUE(refuses(at(after_now(1)), Code::object_signature));
  // A key of another time stands before it, and after it.
  message::GateKey other = keys.front();
  other.id.bytes[0] ^= 1;
  other.not_before = other.not_after = after_now(1);
  keys.insert(keys.begin(), other);
  EXPECT_TRUE(passes(at(kNow)));
  EXPECT_TRUE(refuses(at(after_now(1)), Code::object_signature));
  // Nothing is believed of a key that is not there.
  keys.clear();
  EXPECT_TRUE(refuses(message::verify_told(signed_by(told(), "harbor"), told().recipient_key, scene["clinic"], kNow),
                      Code::object_signature));
}

TEST_P(BreakGlassOf, WhomTheRosterNoLongerKnowsIsToldNothing) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  scene["clinic"].roster = scene.coalition.adopt(scene.coalition.without("clinic"));
  EXPECT_TRUE(refuses(open(envelope), Code::break_glass_recipient));
}

TEST_P(BreakGlassOf, ItsSizeIsReadBeforeItsMagicAndItsSuite) {
  const std::string start = "LXB1\xff\xff";
  const auto of = [&](std::size_t size) { return ByteView(std::string_view(start).substr(0, size)).copy(); };
  for (std::size_t size = 0; size < 6; ++size) EXPECT_TRUE(refuses(open(of(size)), Code::object_too_short)) << size;
  EXPECT_TRUE(refuses(open(of(6)), Code::object_suite));
}

TEST_P(BreakGlassOf, LeavesNothingOfWhatIsToldInFreedMemoryWhereItIsRefused) {
  BreakGlass v = told();
  v.personnel = "  ";  // the last thing that is looked at before the fields
  const std::string secret = "call on Monday, and say so to nobody";
  v.fields.front().value = ByteView(std::string_view(secret)).copy();
  const Bytes envelope = sealed(signed_by(v, "harbor"));
  testing::FreedMemory freed{ByteView(std::string_view(secret))};
  EXPECT_TRUE(refuses(open(envelope), Code::break_glass_facts));
  EXPECT_EQ(freed.found(), 0u);
}

TEST_P(BreakGlassOf, WhatIsForgottenIsNoLongerInMemory) {
  BreakGlass v = told();
  const auto* value = v.fields.front().value.data();
  message::forget(v);
  EXPECT_TRUE(std::all_of(value, value + v.fields.front().value.size(), [](std::uint8_t b) { return b == 0; }));
}

TEST_P(BreakGlassOf, AnExpiredRosterTellsNothing) {
  const Bytes envelope = sealed(signed_by(told(), "harbor"));
  EXPECT_TRUE(refuses(open(envelope, "clinic", after_now(61 * kDay)), Code::open_roster_unsure));
  scene["clinic"].roster = nullptr;
  EXPECT_TRUE(refuses(open(envelope), Code::open_roster_unsure));
}

TEST_P(BreakGlassOf, GivesWholeFieldsOfAKnownTypeAndNoVictims) {
  EXPECT_TRUE(refuses(changed([](BreakGlass& v) { v.schema_digest.bytes[0] ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](BreakGlass& v) { v.schema_id ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](BreakGlass& v) { v.fields[0].slot = 255; }), Code::verify_slot));
  const auto level = slot_at("engaged", Form::level);
  EXPECT_TRUE(refuses(changed([&](BreakGlass& v) { v.fields[0].slot = level; }), Code::verify_slot));
  EXPECT_TRUE(refuses(changed([](BreakGlass& v) { v.fields[0].value = Bytes{0xff}; }), Code::verify_value));
  BreakGlass v = told();
  v.fields.clear();
  EXPECT_TRUE(refuses(message::check_fields(v, progress_type()), Code::verify_slot));
  v.fields = {{static_cast<std::uint16_t>(progress().slots.size()), Bytes(1, 1)}};
  EXPECT_TRUE(refuses(message::check_fields(v, progress_type()), Code::verify_slot));
  std::size_t victims = 0;
  for (const auto& bundle : wire::builtin_bundles()) {
    const auto& type = builtin_type(must(wire::NoteType::load(bundle.bytes)).schema().name);
    for (const auto& slot : type.schema().slots) {
      if (!slot.isolate || slot.full_slot != slot.index) continue;
      v.fields = {{slot.index, Bytes(8, 1)}};
      EXPECT_TRUE(refuses(message::check_fields(v, type), Code::seal_schema)) << slot.path;
      ++victims;
    }
  }
  EXPECT_GT(victims, 0u);
}

}  // namespace
}  // namespace xch::message_test
