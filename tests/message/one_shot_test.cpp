// One-shot packets: what somebody outside the coalition gets, whom a consent names, and everything that is refused.
#include "message/one_shot.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/encoding.hpp"
#include "crypto/code_key.hpp"
#include "message/one_shot_code.hpp"
#include "message/one_shot_fixture.hpp"
#include "policy/decide.hpp"
#include "policy/external.hpp"
#include "support/freed_memory.hpp"

namespace xch::message_test {
namespace {

XCH_FOR_EVERY_SUITE(OneShotOf);

// ---- what goes -----------------------------------------------------------------------------------------------------

TEST_P(OneShotOf, TellsWhomTheConsentNamesWhatItLetsThemHaveAndNothingElse) {
  const Bytes packet = sealed();
  EXPECT_EQ(packet.size(), 6 + crypto::hpke_overhead(GetParam()) + message::kOneShotBody);
  const auto opened = must(open(packet), "open");
  ASSERT_EQ(opened.told.fields.size(), 1u);
  EXPECT_EQ(opened.told.fields[0].slot, slot_at("engaged", Form::yesNo));
  EXPECT_EQ(opened.told.to.name, kBakery);
  EXPECT_EQ(opened.sender, "harbor");
  EXPECT_EQ(opened.authority, "office");
  EXPECT_EQ(opened.grant_hash, scene.care.built.hash);
  EXPECT_EQ(opened.told.basis, Basis::part2Consent);
  EXPECT_EQ(opened.told.purpose, Purpose::coord);
  // 42 CFR 2.32: what part 2 protects goes with its notice, word for word.
  EXPECT_EQ(opened.told.notice, Notice::p2Long2024);
  EXPECT_EQ(opened.told.notice_text, policy::notice_row(outside_pack(), Notice::p2Long2024)->text);
  EXPECT_FALSE(opened.told.obligations.empty());
  EXPECT_TRUE(std::none_of(opened.told.entries.begin(), opened.told.entries.end(),
                           [&](const ProvenEntry& e) { return e.entry.agency != bakery; }));
}

TEST_P(OneShotOf, AFieldThatMayNotGoIsRefusedByItsNameAndNotLeftOut) {
  for (const char* path : {"nextStep", "participation", "wellbeing", "narrative", "medicationSupport"})
    EXPECT_TRUE(refuses_at(plan(note({{"engaged", "2"}, {path, Scene::usual().at(path)}})), Code::one_shot_field, path));
  EXPECT_TRUE(refuses(plan(note({})), Code::seal_terms_empty));
}

TEST_P(OneShotOf, WhomTheGrantDoesNotNameGetsNothing) {
  const auto input = note();
  for (const PartyId& other : {grant::external_id(scene.coalition.id(), "Corner Bakerz", kUntil),
                               grant::external_id(scene.coalition.id(), kBakery, after_now(6 * kDay)),
                               scene.coalition["clinic"].id()})
    EXPECT_TRUE(refuses(message::plan_one_shot(scene.sender, input, other, kNow), Code::one_shot_recipient));
  // Nor by another person's grant, which names nobody outside.
  auto theirs = input;
  const auto other = testing::make_grant(scene.coalition, Scene::spec_of());
  theirs.grant = other.held.at("harbor");
  EXPECT_TRUE(refuses(plan(theirs), Code::one_shot_recipient));
}

TEST_P(OneShotOf, IsNotSealedUnderAGrantThatIsRevokedSuspendedOrOver) {
  auto input = note();
  for (const auto& [state, code] : {std::pair(GrantState::revoked, Code::revoked), std::pair(GrantState::suspended, Code::suspended)}) {
    testing::StatusSpec spec;
    spec.states[7] = state;
    input.status = testing::hold_status(scene.coalition, spec);
    EXPECT_TRUE(refuses(plan(input), code));
  }
  input = note();
  input.next_version_from = kNow;
  EXPECT_TRUE(refuses(plan(input), Code::seal_grant_superseded));
  input = note();
  input.status = nullptr;
  EXPECT_TRUE(refuses(plan(input), Code::seal_status_missing));
  input = note();
  EXPECT_TRUE(refuses(plan(input, after_now(11 * kMinute)), Code::seal_status_stale));
  input.purpose = Purpose::housing;
  EXPECT_TRUE(refuses(plan(input), Code::seal_purpose));
}

TEST_P(OneShotOf, EndsNoLaterThanItsRecipientAndTheGrant) {
  auto input = note();
  input.expires_at = kUntil;
  EXPECT_TRUE(passes(plan(input)));
  input.expires_at = kUntil + 1;
  EXPECT_TRUE(refuses(plan(input), Code::seal_grant_expired));
  input.expires_at = before_now(1);
  EXPECT_TRUE(refuses(plan(input), Code::seal_grant_expired));
  testing::StatusSpec later;
  later.issued_at = kUntil, later.next_update = after_now(5 * kDay + kHour);
  input = note();
  input.expires_at = after_now(5 * kDay + kHour);
  input.status = must(grant::verify_status_list(testing::make_status(scene.coalition, later), *scene.coalition.roster(), kUntil));
  EXPECT_TRUE(refuses(plan(input, kUntil + 1), Code::seal_grant_expired));
}

TEST_P(OneShotOf, ThePackDecidesWhichTypeGoesOutsideAndToWhom) {
  PolicyPack pack = outside_pack();
  for (auto& edge : pack.edges)
    edge.to.erase(std::remove(edge.to.begin(), edge.to.end(), Role::ext), edge.to.end());
  scene.sender.pack = &pack;
  EXPECT_TRUE(refuses(plan(note()), Code::policy_denied));
  pack = outside_pack();
  for (auto& basis : pack.bases)
    basis.readers.erase(std::remove(basis.readers.begin(), basis.readers.end(), Role::ext), basis.readers.end());
  EXPECT_TRUE(refuses_at(plan(note()), Code::one_shot_field, "engaged"));
  pack = outside_pack();
  pack.executable.clear();
  EXPECT_TRUE(refuses(plan(note()), Code::obligation_unknown));
}

TEST(MayLeave, NoPackGivesAVictimsCriminalOrPrivilegedFactOrFreeTextToSomebodyOutside) {
  const PolicyPack& pack = default_pack();
  for (const auto c : {FieldClass::sdv, FieldClass::chri, FieldClass::lei, FieldClass::sudn, FieldClass::psyn, FieldClass::prv,
                       FieldClass::txt, FieldClass::orgs})
    for (std::uint16_t basis = 1; basis < kBasisCount; ++basis)
      EXPECT_FALSE(policy::class_may_leave(pack, static_cast<Basis>(basis), c)) << code_of(c);
  // 42 CFR 2.31(a)(4)(i): a consent of part 2 names its recipients; a general release is not enough.
  EXPECT_TRUE(policy::class_may_leave(pack, Basis::part2Consent, FieldClass::sud));
  EXPECT_FALSE(policy::class_may_leave(pack, Basis::plainRelease, FieldClass::sud));
  EXPECT_FALSE(policy::class_may_leave(pack, Basis::none, FieldClass::eng));
  EXPECT_TRUE(policy::class_may_leave(pack, Basis::plainRelease, FieldClass::eng));
  std::size_t texts = 0, victims = 0;
  for (const auto& bundle : wire::builtin_bundles())
    for (const auto& slot : builtin_type(bundle.name).schema().slots) {
      const bool full = slot.full_slot == slot.index;
      const bool says_anything = full && (slot.type == ValueType::text || (slot.type == ValueType::message && slot.codes.empty())) &&
                                 slot.format == TextFormat::free;
      if (says_anything || slot.isolate) {
        EXPECT_FALSE(policy::slot_may_leave(pack, Basis::victimRelease, slot)) << slot.path;
      }
      texts += says_anything, victims += slot.isolate;
    }
  EXPECT_GT(texts, 10u);
  EXPECT_GT(victims, 0u);
}

// ---- the code ------------------------------------------------------------------------------------------------------

std::string text_of(const crypto::SecretBytes& code) { return std::string(code.expose().text()); }

TEST(OneShotCode, IsReadAsItIsTypedAndSaysWhichGroupWasMisheard) {
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("codes"))};
  const std::string code = text_of(message::new_code(random));
  EXPECT_EQ(code.size(), message::kCodeText);
  EXPECT_NE(code, text_of(message::new_code(random)));
  EXPECT_EQ(text_of(must(message::read_code(code))), code);
  std::string typed;
  for (const char c : code) {
    const char low = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    typed += c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : low;
  }
  EXPECT_EQ(text_of(must(message::read_code("  " + typed + "\n"))), code);
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] == '-') continue;
    for (const char c : std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ*")) {
      if (c == code[at]) continue;
      std::string wrong = code;
      wrong[at] = c;
      ASSERT_TRUE(refuses_at(message::read_code(wrong), Code::one_shot_code, "group " + std::to_string(at / 6 + 1))) << at << c;
    }
  }
  for (std::size_t at = 0; at + 1 < code.size(); ++at) {  // two neighbours that changed places
    if (code[at] == '-' || code[at + 1] == '-' || code[at] == code[at + 1]) continue;
    std::string wrong = code;
    std::swap(wrong[at], wrong[at + 1]);
    EXPECT_TRUE(refuses(message::read_code(wrong), Code::one_shot_code));
  }
  const std::string swapped = code.substr(6, 5) + "-" + code.substr(0, 5) + code.substr(11);
  EXPECT_TRUE(refuses_at(message::read_code(swapped), Code::one_shot_code, "group 1"));
  for (std::size_t size = 0; size < code.size(); ++size)  // of no group: it is not as long as a code
    EXPECT_TRUE(refuses_at(message::read_code(code.substr(0, size)), Code::one_shot_code, ""));
  EXPECT_TRUE(refuses_at(message::read_code(code + "0"), Code::one_shot_code, ""));
}

TEST(OneShotCode, IsReadWithWhateverStandsForANumberAndPartsAGroup) {
  const std::string code = "147AD-8BEHS-FJNRH-PSWZT-X036S-47ADF-BEHM2";
  const auto typed = [&](char from, const std::string& to) {
    std::string out;
    for (const char c : code) out += c == from ? to : std::string(1, c);
    return message::read_code(out);
  };
  for (const char* zero : {"O", "o"}) EXPECT_EQ(text_of(must(typed('0', zero))), code) << zero;
  for (const char* one : {"I", "i", "L", "l"}) EXPECT_EQ(text_of(must(typed('1', one))), code) << one;
  for (const char* parting : {"", " ", "\t", "\n", "\r\n", " - "}) EXPECT_EQ(text_of(must(typed('-', parting))), code);
  for (const char* other : {".", "_", ",", "/"}) EXPECT_TRUE(refuses_at(typed('-', other), Code::one_shot_code, "")) << other;
}

TEST(OneShotCode, IsDrawnAnewInEveryPlaceButTheChecks) {
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("places"))};
  std::array<std::set<char>, message::kCodeText> seen;
  for (int i = 0; i < 500; ++i) {
    const std::string code = text_of(message::new_code(random));
    for (std::size_t at = 0; at < code.size(); ++at) seen[at].insert(code[at]);
  }
  for (std::size_t at = 0; at < seen.size(); ++at) EXPECT_EQ(seen[at].size(), at % 6 == 5 ? 1u : 32u) << at;
}

// Computed by another program from docs/format.md alone: hashlib, RFC 9180 and the curves written out in Python.
TEST(OneShotCode, MakesTheKeyThatTheFormatSays) {
  const std::string code = "147AD-8BEHS-FJNRH-PSWZT-X036S-47ADF-BEHM2";
  ASSERT_EQ(text_of(must(message::read_code(code))), code);
  const auto public_key = [&](SuiteId suite) {
    return to_hex(must(crypto::code_key(suite, ByteView(std::string_view(code))), "key").public_key().bytes());
  };
  EXPECT_EQ(public_key(SuiteId::p256),
            "04db97cc7f9702882d2764325d146b0a226774f5c2258c6413181a69686ff1ba749cb7a5c88e9e4a444797c2ca9115eebd54c94ce9d73a5e"
            "f9359c8ac971f78043");
  EXPECT_EQ(public_key(SuiteId::x25519), "7c01d075371427848a063c54955783315e2a91ae11ec9f30f3658843d78f9200");
  EXPECT_TRUE(refuses(crypto::code_key(SuiteId::pq, ByteView(std::string_view(code))), Code::key_suite));
}

// ---- bytes ---------------------------------------------------------------------------------------------------------

TEST_P(OneShotOf, IsNoNoteAndNoObjectAndTheyAreNotIt) {
  const Bytes packet = sealed();
  EXPECT_TRUE(message::is_one_shot(packet));
  EXPECT_FALSE(message::is_note(packet) || message::is_object(packet));
  EXPECT_TRUE(refuses(scene.open(packet, "clinic"), Code::one_shot_elsewhere));
  EXPECT_TRUE(refuses(message::open_object(packet, scene["clinic"].self(), GetParam(), scene["clinic"].keys, 65536),
                      Code::one_shot_elsewhere));
  Bytes renamed = packet;
  renamed[2] = 'O';
  EXPECT_TRUE(refuses(open(renamed), Code::object_magic));
  EXPECT_TRUE(refuses(open(scene.envelope()), Code::object_magic));
  const auto& clinic = scene.coalition["clinic"];
  Bytes object = must(message::seal_object(signed_by(told()), clinic.id(), clinic.encryption.id, key.public_key(),
                                           message::kObjectBody, scene.random));
  object[2] = 'P';
  EXPECT_TRUE(refuses(open(object), Code::one_shot_closed));
}

TEST_P(OneShotOf, RefusesEveryTruncation) {
  const Bytes packet = sealed();
  for (std::size_t size = 0; size < packet.size(); ++size)
    ASSERT_TRUE(refuses(open(ByteView(packet).sub(0, size)), Code::object_too_short)) << size;
  Bytes longer = packet;
  longer.push_back(0);
  EXPECT_TRUE(refuses(open(longer), Code::one_shot_closed));
  longer.resize(kMaxEnvelope + 1);
  EXPECT_TRUE(refuses(open(longer), Code::object_padding));
}

TEST_P(OneShotOf, RefusesAChangedByteOfThePacket) {
  const Bytes packet = sealed();
  const auto change = [&](std::size_t at) {
    Bytes bytes = packet;
    bytes[at] ^= 1;
    return open(bytes);
  };
  for (std::size_t at = 0; at < 4; ++at) EXPECT_TRUE(refuses(change(at), Code::object_magic));
  for (const std::size_t at : {4u, 5u}) EXPECT_TRUE(refuses(change(at), Code::object_suite));
  for (std::size_t at = 6; at < packet.size(); at += at < 100 ? 1 : 1009)
    ASSERT_TRUE(refuses(change(at), Code::one_shot_closed)) << at;
  ASSERT_TRUE(refuses(change(packet.size() - 1), Code::one_shot_closed));
}

TEST_P(OneShotOf, RefusesEveryChangedByteAndEveryTruncationOfWhatIsInside) {
  const Bytes all = content();
  ASSERT_TRUE(passes(open(framed(all))));
  const std::size_t roster = 4 + load_u32(all.data());
  for (std::size_t at = 0; at < all.size(); at += at < 4 || at >= roster ? 1 : 7) {
    Bytes bytes = all;
    bytes[at] ^= 0x20;
    ASSERT_FALSE(open(framed(bytes))) << at << " of " << all.size();
  }
  for (std::size_t size = 0; size < all.size(); size += size < 64 || size + 64 > all.size() ? 1 : 61)
    ASSERT_TRUE(refuses(open(framed(ByteView(all).sub(0, size))), Code::object_malformed)) << size;
  Bytes longer = all;
  longer.push_back(0);
  EXPECT_TRUE(refuses(open(framed(longer)), Code::object_malformed));
}

TEST_P(OneShotOf, RefusesPaddingAndSizesThatNobodyMakes) {
  const Bytes inside = content();
  Bytes body(message::kOneShotBody);
  store_u32(body.data(), static_cast<std::uint32_t>(inside.size()));
  std::copy(inside.begin(), inside.end(), body.begin() + 4);
  ASSERT_TRUE(passes(open(framed_body(body))));
  body.back() = 1;
  EXPECT_TRUE(refuses(open(framed_body(body)), Code::object_padding));
  body.back() = 0;
  store_u32(body.data(), message::kOneShotBody);
  EXPECT_TRUE(refuses(open(framed_body(body)), Code::object_padding));
  EXPECT_TRUE(refuses(open(framed(inside, message::kOneShotBody + 8)), Code::object_padding));
}

TEST_P(OneShotOf, ALargeRosterMakesALargerPacketOnPadmesGrid) {
  Roster roster = scene.coalition.roster_body();
  roster.parties[0].name = std::string(200, 'n');
  for (int i = 0; i < 2000; ++i) roster.revoked.push_back({testing::fixed_id<KeyId>("revoked " + std::to_string(i)), kNow});
  scene.coalition.adopt(roster);
  scene.sender.roster = scene.coalition.roster();
  const Bytes packet = sealed();
  const std::size_t body = packet.size() - 6 - crypto::hpke_overhead(GetParam());
  EXPECT_GT(body, message::kOneShotBody);
  EXPECT_TRUE(crypto::is_padme(body));
  EXPECT_TRUE(passes(open(packet)));
}

// ---- who ------------------------------------------------------------------------------------------------------------

TEST_P(OneShotOf, AnotherKeyOpensNothing) {
  const Bytes packet = sealed();
  const auto other = must(crypto::KemPrivateKey::generate(GetParam(), scene.random));
  EXPECT_TRUE(refuses(message::open_one_shot(packet, other, knowledge(), kNow), Code::one_shot_closed));
  const SuiteId another = testing::other_suite(GetParam());
  const auto wrong = must(crypto::KemPrivateKey::generate(another, scene.random));
  EXPECT_TRUE(refuses(message::open_one_shot(packet, wrong, knowledge(), kNow), Code::object_suite));
  // Nor does a packet that somebody else's code has opened pass for one of this code's.
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.key.bytes[0] ^= 1; }), Code::object_signature));
}

TEST_P(OneShotOf, AnotherCoalitionIsToldByItsRoots) {
  const Bytes packet = sealed();
  auto known = knowledge();
  known.are_roots = [](const Digest&) { return false; };
  EXPECT_TRUE(refuses(message::open_one_shot(packet, key, known, kNow), Code::one_shot_roots));
  // The digest names all roots, how many must sign, and the coalition; a later version of the roster has the same.
  const Roster roster = scene.coalition.roster_body();
  const Digest roots = party::roots_digest(roster);
  Roster other = roster;
  other.roots.pop_back();
  EXPECT_NE(party::roots_digest(other), roots);
  other = roster;
  --other.threshold;
  EXPECT_NE(party::roots_digest(other), roots);
  other = roster;
  other.coalition.bytes[0] ^= 1;
  EXPECT_NE(party::roots_digest(other), roots);
  other = roster;
  ++other.version;
  other.parties.pop_back();
  EXPECT_EQ(party::roots_digest(other), roots);
  // A roster that too few of those roots have signed proves nothing.
  const Bytes alone = wire::encode(scene.coalition.sign(roster, {0}));
  EXPECT_TRUE(refuses(open(framed(with_roster(alone, signed_by(told())))), Code::object_signature));
}

TEST_P(OneShotOf, IsSignedByASeatOfItsSenderThatWasGoodAtItsTime) {
  EXPECT_TRUE(refuses(open(put(signed_by(told(), "harbor", Kind::presentation))), Code::object_kind));
  EXPECT_TRUE(refuses(open(put(signed_by(told(), "defender"))), Code::object_signature));  // names harbor
  auto object = signed_by(told());
  object.object.signature[5] ^= 1;
  EXPECT_TRUE(refuses(open(put(object)), Code::object_signature));
  object = signed_by(told());
  object.chain.pop_back();
  EXPECT_TRUE(refuses(open(put(object)), Code::object_signature));
  object = signed_by(told(), "harbor", Kind::receipt);
  object.object.kind = Kind::oneShot;  // another label
  EXPECT_TRUE(refuses(open(put(object)), Code::object_signature));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.coalition.bytes[0] ^= 1; }), Code::object_signature));
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.sender = scene.coalition["clinic"].id(); }), Code::object_signature));
  // Before the roster was made, and before the seat was.
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.sealed_at = before_now(31 * kDay); }), Code::object_signature));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.sealed_at = after_now(61 * kDay); }, after_now(61 * kDay)),
                      Code::object_signature));
}

TEST_P(OneShotOf, ARevokedSeatHasSealedNothing) {
  Roster roster = scene.coalition.roster_body();
  const Bytes before = content();
  roster.revoked.push_back({scene.coalition["harbor"].seat.id, before_now(kDay)});
  scene.coalition.adopt(roster);
  EXPECT_TRUE(refuses(open(put(signed_by(told()))), Code::object_signature));
  EXPECT_TRUE(passes(open(framed(before))));  // whoever opens it knows the roster that came with it, and no later one
}

// ---- when ----------------------------------------------------------------------------------------------------------

TEST_P(OneShotOf, IsRefusedBeforeItWasSealedAndAfterItHasExpired) {
  const Bytes packet = sealed();
  EXPECT_TRUE(passes(open(packet, before_now(kClockSkew))));
  EXPECT_TRUE(refuses(open(packet, before_now(kClockSkew + 1)), Code::one_shot_early));
  EXPECT_TRUE(passes(open(packet, kExpires)));
  EXPECT_TRUE(refuses(open(packet, kExpires + 1), Code::one_shot_expired));
}

// ---- the consent ---------------------------------------------------------------------------------------------------

TEST_P(OneShotOf, CarriesTheGrantThatNamesItsRecipientAndIsHeldToIt) {
  ASSERT_TRUE(passes(regranted([](GrantCore&) {})));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.basis = Basis::justiceCondition; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.basis = Basis::plainRelease; }), Code::one_shot_grant));  // not the office's
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.purposes = {Purpose::housing}; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.not_after = before_now(1); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.not_after = before_now(1) + 2 * kDay; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.not_before = after_now(1); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.effective_at = after_now(1); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.coalition.bytes[0] ^= 1; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([&](GrantCore& g) { g.authority = scene.coalition["clinic"].id(); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(regranted([](GrantCore& g) { g.entries_root.bytes[0] ^= 1; }), Code::one_shot_grant));
  const SuiteId another = testing::other_suite(GetParam());
  EXPECT_TRUE(refuses(regranted([&](GrantCore& g) { g.required_suite = another; }), Code::one_shot_grant));
  EXPECT_TRUE(passes(regranted([&](GrantCore& g) { g.required_suite = GetParam(); })));

  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.grant.signature[3] ^= 1; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.authority.clear(); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.authority = scene.coalition["harbor"].seat_chain(); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.basis = Basis::plainRelease; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.purpose = Purpose::housing; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.expires_at = kUntil + 1; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.sealed_at = kNow + 1, v.expires_at = kNow; }), Code::one_shot_grant));
}

TEST_P(OneShotOf, NoSenderChangesTheNameTheEndOrTheFieldsThatTheConsentHas) {
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.to.name = "Corner Tavern"; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.to.until = kUntil + 1; }), Code::one_shot_grant));
  const auto renamed = [&](OneShot& v) {
    v.to.name = "Corner Tavern";
    v.to.id = grant::external_id(v.coalition, v.to.name, v.to.until);
  };
  EXPECT_TRUE(refuses(changed(renamed), Code::one_shot_grant));
  // The whole value in place of the form; a field without an entry; an entry without a field; an agency's own entry.
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.fields[0].slot = slot_at("engaged"); }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.entries.clear(); }), Code::one_shot_grant));
  const auto full = [&] {
    for (const auto& view : scene.care.built.views)
      for (const auto& proven : view.own)
        if (view.agency == scene.coalition["clinic"].id() && proven.entry.compartment == Compartment(FieldClass::eng, Form::full))
          return proven;
    testing::give_up(Code::not_found, "the clinic's entry");
  }();
  EXPECT_TRUE(refuses(changed([&](OneShot& v) { v.entries = {full}, v.fields[0].slot = slot_at("engaged"); }),
                      Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([&](OneShot& v) {
                        v.entries = {full}, v.fields[0].slot = slot_at("engaged");
                        v.entries[0].entry.agency = bakery;
                      }),
                      Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.entries[0].path[0].bytes[0] ^= 1; }), Code::one_shot_grant));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.entries[0].entry.salt.bytes[0] ^= 1; }), Code::one_shot_grant));
}

TEST_P(OneShotOf, GivesFieldsOfAKnownTypeWithValuesThatItAllows) {
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.schema_digest.bytes[0] ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.schema_id ^= 1; }), Code::open_schema_unknown));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.fields[0].slot = 255; }), Code::verify_slot));
  EXPECT_TRUE(refuses(changed([](OneShot& v) { v.fields[0].value = Bytes(8, 0x7f); }), Code::verify_value));
}

TEST_P(OneShotOf, LeavesNothingInFreedMemoryWhereItIsRefused) {
  OneShot v = told();
  const std::string secret = "call on Monday, and say so to nobody";
  v.fields = {{slot_at("nextStep"), ByteView(std::string_view(secret)).copy()}};
  const Bytes packet = put(signed_by(v));
  message::forget(v);
  testing::FreedMemory freed{ByteView(std::string_view(secret))};
  EXPECT_TRUE(refuses(open(packet), Code::one_shot_grant));
  EXPECT_EQ(freed.found(), 0u);
}

// ---- the grant's side ----------------------------------------------------------------------------------------------

TEST_P(OneShotOf, TheGrantViewNamesExternalRecipientsToWhoeverMaySendToThem) {
  const auto held = scene.care.held.at("harbor");
  ASSERT_EQ(held->externals().size(), 1u);
  EXPECT_EQ(held->externals()[0].name, kBakery);
  EXPECT_EQ(held->may_read(bakery), std::vector<Compartment>{kTakesPart});
  EXPECT_EQ(held->external_entries(bakery).size(), 1u);
  for (const char* other : {"clinic", "defender"}) {
    EXPECT_TRUE(scene.care.held.at(other)->externals().empty());
    EXPECT_TRUE(scene.care.held.at(other)->may_read(bakery).empty());
  }
}

TEST_P(OneShotOf, AGrantViewWithAnotherNameOrEndOfAnExternalRecipientIsRefused) {
  const auto& views = scene.care.built.views;
  const auto harbors = std::find_if(views.begin(), views.end(), [&](const auto& v) { return v.agency == scene.sender.party; });
  ASSERT_NE(harbors, views.end());
  const auto verify = [&](const std::function<void(GrantView&)>& change) {
    GrantView view = *harbors;
    change(view);
    return grant::verify_view(testing::object_of(scene.coalition, view), *scene.coalition.roster(), view.agency,
                              view.encryption_key, kNow, {});
  };
  EXPECT_TRUE(passes(verify([](GrantView&) {})));
  EXPECT_TRUE(refuses(verify([](GrantView& v) { v.externals[0].name += "!"; }), Code::grant_external));
  EXPECT_TRUE(refuses(verify([](GrantView& v) { ++v.externals[0].until.seconds; }), Code::grant_external));
  EXPECT_TRUE(refuses(verify([](GrantView& v) { v.externals[0].id.bytes[0] ^= 1; }), Code::grant_external));
  EXPECT_TRUE(refuses(verify([&](GrantView& v) {  // nobody of whom there is an entry
                        const auto id = grant::external_id(scene.coalition.id(), "Tavern", kUntil);
                        v.externals = {{id, "Tavern", kUntil}};
                      }),
                      Code::grant_external));
}

TEST_P(OneShotOf, AGrantIsNotBuiltForAnExternalRecipientThatWritesOrReadsNothing) {
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("build"))};
  const auto build = [&](const std::function<void(grant::GrantPlan&)>& change) {
    auto plan = testing::plan_of(scene.coalition, outside_spec());
    change(plan);
    const auto& office = scene.coalition["office"];
    return grant::build_grant(plan, office.authority->id, *office.authority_key, random);
  };
  EXPECT_TRUE(passes(build([](grant::GrantPlan&) {})));
  const auto right_of = [&](grant::GrantPlan& plan) {
    return std::find_if(plan.rights.begin(), plan.rights.end(), [&](const auto& r) { return r.agency == bakery; });
  };
  EXPECT_TRUE(refuses(build([&](grant::GrantPlan& p) { right_of(p)->rights = Rights::both; }), Code::consent_incomplete));
  EXPECT_TRUE(refuses(build([&](grant::GrantPlan& p) { p.rights.erase(right_of(p)); }), Code::consent_incomplete));
  EXPECT_TRUE(refuses(build([](grant::GrantPlan& p) { p.externals[0].name = "Tavern"; }), Code::consent_incomplete));
  EXPECT_TRUE(refuses(build([](grant::GrantPlan& p) { p.externals.push_back(p.externals[0]); }), Code::consent_incomplete));
  EXPECT_TRUE(refuses(build([](grant::GrantPlan& p) { p.externals.clear(); }), Code::consent_incomplete));
}

TEST(AnExternalRecipient, StandsInNoRoster) {
  testing::Coalition coalition(SuiteId::p256);
  Roster roster = coalition.roster_body();
  roster.parties.back().role = Role::ext;
  EXPECT_TRUE(refuses(party::verify_roster(coalition.sign(roster), nullptr), Code::roster_malformed));
}

}  // namespace
}  // namespace xch::message_test
