// Object envelopes, presentations and redacted copies.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "message/cells.hpp"
#include "message/onward.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class Present : public Onward {};
XCH_FOR_EVERY_SUITE(Present);

TEST_P(Present, S6ValidPresentationShowsItsFieldsAndStaysIndeterminateWithoutALog) {
  EXPECT_TRUE(passes(check()));
  const auto verified = must(changed([](Presentation&) {}));
  EXPECT_EQ(verified.verification, message::Verification::indeterminate);
  ASSERT_EQ(verified.slots.size(), 2u);
  EXPECT_EQ(verified.presenter, scene.coalition["clinic"].id());
  EXPECT_EQ(verified.header_hash, note().header_hash);
  for (const auto& slot : verified.slots) {
    if (slot.slot == slot_at("nextStep")) {
      EXPECT_EQ(slot.value.text(), "call on Monday");
    }
  }
}

TEST_P(Present, IsForOneAudienceAndOneOpenNonce) {
  EXPECT_TRUE(refuses(changed([&](Presentation& p) { p.audience = scene.coalition["defender"].id(); }), Code::verify_audience));
  EXPECT_TRUE(refuses(changed([&](Presentation& p) { p.audience_key.bytes[0] ^= 1; }), Code::verify_audience));
  EXPECT_TRUE(refuses(verify(signed_by(body(), "clinic"), kNow, false), Code::verify_nonce));
}

TEST_P(Present, ComesFromARecipientOrTheSenderOnly) {
  Presentation p = body();
  EXPECT_TRUE(refuses(verify(signed_by(p, "defender")), Code::verify_presenter));  // a seat it does not name
  p.presenter_key = scene.coalition["defender"].seat.id;
  EXPECT_TRUE(refuses(verify(signed_by(p, "defender")), Code::verify_presenter));  // another agency's leaf
  EXPECT_TRUE(refuses(changed([](Presentation& q) {
    q.role = PresenterRole::sender;
    q.recipient_salt = {};
    q.terms_digest = {};
    q.recipient_key = {};
    q.recipient_position = 0;
    q.recipient_path.clear();
  }), Code::verify_presenter));
  EXPECT_TRUE(refuses(changed([](Presentation& q) { q.recipient_salt.bytes[0] ^= 1; }), Code::verify_presenter));
  EXPECT_TRUE(refuses(changed([](Presentation& q) { q.time = kNow + kClockSkew + 1; }), Code::verify_presenter));
}

TEST_P(Present, ChainsOfPresenterAndSenderMustHoldAtTheirTimes) {
  const auto& clinic = scene.coalition["clinic"];
  const auto& harbor = scene.coalition["harbor"];
  SealedObject object = signed_by(body(), "clinic");
  EXPECT_TRUE(passes(verify(object)));
  object.chain.pop_back();
  EXPECT_TRUE(refuses(verify(object), Code::verify_chain));
  object = signed_by(body(), "clinic");
  object.chain.front() = clinic.encryption.signed_record;  // no seat
  EXPECT_TRUE(refuses(verify(object), Code::verify_chain));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.sender_chain.clear(); }), Code::verify_chain));
  EXPECT_TRUE(refuses(changed([&](Presentation& p) { p.sender_chain = clinic.seat_chain(); }), Code::verify_chain));

  // The presenter's chain as of the presentation, the sender's as of the note.
  Reader& verifier = scene["harbor"];
  verifier.older = verifier.roster;
  const auto revoked = [&](const KeyId& key, Timestamp t) {
    Roster roster = scene.coalition.roster_body();
    roster.revoked = {{key, t}};
    return scene.coalition.adopt(roster);
  };
  object = signed_by(body(), "clinic");
  verifier.roster = revoked(clinic.seat.id, kNow + 1);
  EXPECT_TRUE(passes(verify(object)));
  verifier.roster = revoked(clinic.seat.id, kNow);
  EXPECT_TRUE(refuses(verify(object), Code::verify_chain));
  verifier.roster = revoked(harbor.seat.id, kNow);  // after the note, by the roster of its time
  EXPECT_TRUE(passes(verify(object)));
  verifier.older = verifier.roster;
  EXPECT_TRUE(refuses(verify(object), Code::verify_chain));
}

TEST_P(Present, SignatureOfPresenterAndSenderMustHold) {
  SealedObject object = signed_by(body(), "clinic");
  object.object.signature[9] ^= 1;
  EXPECT_TRUE(refuses(verify(object), Code::object_signature));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.batch_signature[9] ^= 1; }), Code::verify_signature));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots_root.bytes[9] ^= 1; }), Code::verify_signature));
  object = signed_by(body(), "clinic");
  object.object.kind = Kind::receipt;
  EXPECT_TRUE(refuses(verify(object), Code::object_kind));
}

TEST_P(Present, S6EveryByteOfAFieldIsUnderTheSendersSignature) {
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.back().plain[6] ^= 1; }), Code::verify_commitment));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.back().salt = p.slots.front().salt; }), Code::verify_commitment));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.back().ct_hash.bytes[0] ^= 1; }), Code::verify_commitment));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.front().path.front().bytes[0] ^= 1; }), Code::verify_commitment));
  EXPECT_TRUE(refuses(changed([](Presentation& p) {
    for (auto& slot : p.slots)
      if (slot.index == slot_at("engaged")) slot.index = slot_at("contacts");
  }), Code::verify_commitment));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.back().plain.push_back(0); }), Code::verify_value));
}

TEST_P(Present, AnAbsentFieldIsNeitherPresentedNorVerified) {
  request.slots = {slot_at("goals")};
  EXPECT_TRUE(refuses(check(), Code::present_absent));
  EXPECT_TRUE(refuses(verify(signed_by(body(), "clinic")), Code::verify_absent));
  request.slots = {slot_at("wellbeing")};  // not of this reader's terms
  EXPECT_TRUE(refuses(check(), Code::present_absent));
}

TEST_P(Present, TheNoticeIsThatOfTheNotesBasis) {
  EXPECT_TRUE(passes(verify(signed_by(body(), "clinic"))));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.notice = Notice::p2Short; }), Code::verify_basis));
}

TEST_P(Present, OtherPurposesGrantsAndHoldersAreDenied) {
  request.purpose = Purpose::filing;
  EXPECT_TRUE(refuses(check(), Code::seal_purpose));
  EXPECT_TRUE(refuses(verify(signed_by(body(), "clinic")), Code::verify_basis));
  request.purpose = Purpose::coord;
  EXPECT_TRUE(passes(check()));
  // 42 CFR 2.33(b): a defender has no onward right.
  EXPECT_TRUE(refuses(message::check_present(note(), request, scene.coalition["defender"].party,
                                             scene.coalition["harbor"].party, default_pack(), kNow),
                      Code::present_not_allowed));
  EXPECT_TRUE(refuses(message::check_present(note(), request, scene.coalition["clinic"].party,
                                             scene.coalition["patrol"].party, default_pack(), kNow),
                      Code::present_audience));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.redisclosing_grant.bytes[0] ^= 1; }), Code::open_grant_unknown));
  request.under = nullptr;
  EXPECT_TRUE(refuses(check(), Code::present_not_allowed));
}

TEST_P(Present, SlotsStandOnceInOrderAndAreOfTheNote) {
  // The order is kept twice: no body with slots out of order decodes.
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.push_back(p.slots.back()); }), Code::object_malformed));
  EXPECT_TRUE(refuses(changed([](Presentation& p) { p.slots.clear(); }), Code::verify_slot));
  EXPECT_TRUE(refuses(changed([](Presentation& p) {
    p.slots.back().index = static_cast<std::uint16_t>(progress().slots.size());
  }), Code::verify_slot));
}

TEST_P(Present, SenderPresentsItsOwnNoteFromItsArchive) {
  const auto batch = scene.seal({scene.note()});
  const Bytes archived = scene.for_party(batch, "harbor");
  const auto bundle = must(scene.open_bundle(archived, "harbor"));
  const auto& harbor = scene.coalition["harbor"];
  request.audience = scene.coalition["clinic"].id();
  request.audience_key = scene.coalition["clinic"].encryption.id;
  request.under = scene.care.held.at("harbor");
  const auto& own = *bundle.views.front().opened;
  EXPECT_TRUE(passes(message::check_present(own, request, harbor.party, scene.coalition["clinic"].party, default_pack(), kNow)));
  const Presentation p = must(message::make_presentation(own, request, harbor.id(), harbor.seat.id, default_pack(), kNow));
  EXPECT_EQ(p.role, PresenterRole::sender);
  EXPECT_TRUE(passes(message::verify_presentation(signed_by(p, "harbor"), scene["clinic"], request.audience_key, true, kNow)));
}

TEST_P(Present, RevokedOrSupersededGrantCarriesNothingOn) {
  const SealedObject object = signed_by(body(), "clinic");
  EXPECT_TRUE(passes(verify(object)));
  scene["harbor"].status.inactive_since = kNow;
  EXPECT_TRUE(refuses(verify(object), Code::verify_basis));
  scene["harbor"].status = {after_now(1), {}};
  EXPECT_TRUE(passes(verify(object)));
}

// ---- redaction

TEST_P(Present, S6RedactedCopyKeepsTheSignedRootAndNamesWhatIsGone) {
  const auto& clinic = scene.coalition["clinic"];
  const auto redacted = [&](const std::vector<std::uint16_t>& slots, const std::string& reason = "retention") {
    return message::redact(envelope, note().header_hash, {slots, reason}, scene["clinic"], scene["clinic"].keys.front(),
                           clinic.encryption_key->public_key(), clinic.seat.id, *clinic.seat_key, scene.arenas,
                           scene.random, kNow);
  };
  const std::uint16_t slot = slot_at("nextStep");
  const Bytes copy = must(redacted({slot}));
  const auto again = must(scene.open_bundle(copy));
  ASSERT_TRUE(passes(again.views.front().opened));
  const message::Opened& view = *again.views.front().opened;
  EXPECT_EQ(view.slots_root, note().slots_root);
  EXPECT_EQ(view.header_hash, note().header_hash);
  // Whole compartments: every slot of NEED is gone, no other.
  std::vector<std::uint16_t> expected;
  for (const auto& cell : note().cells)
    if (progress().slots[cell.slot].compartment == progress().slots[slot].compartment) expected.push_back(cell.slot);
  EXPECT_EQ(view.redacted, expected);
  EXPECT_EQ(view.cells.size() + expected.size(), note().cells.size());
  EXPECT_TRUE(refuses(redacted({}), Code::redact_nothing));
  EXPECT_TRUE(refuses(redacted({slot}, "Not A Code"), Code::redact_nothing));
  EXPECT_TRUE(refuses(redacted({slot_at("wellbeing")}), Code::redact_nothing));

  // Its record is one of our own seats: unknown, changed or for a slot still there, it is refused.
  Parts parts = scene.take_apart(copy);
  parts.redactions.clear();
  EXPECT_TRUE(refuses(scene.open(scene.put_together(parts)), Code::open_cell_withheld));
  scene["clinic"].seats.clear();
  EXPECT_TRUE(refuses(scene.open(copy), Code::open_redaction));
}

TEST_P(Present, S6RedactedCopyOpensAfterTheKeyOfTheOriginalIsGone) {
  const auto& clinic = scene.coalition["clinic"];
  Reader& reader = scene["clinic"];
  const message::GateKey old = reader.keys.front();
  message::GateKey fresh = old;
  fresh.id = testing::fixed_id<KeyId>("the next key");
  reader.keys = {fresh, old};
  reader.former[old.id] = old;
  const Bytes copy = must(message::redact(envelope, note().header_hash, {{slot_at("engaged")}, "retention"}, reader, fresh,
                                          clinic.encryption_key->public_key(), clinic.seat.id, *clinic.seat_key,
                                          scene.arenas, scene.random, kNow));
  reader.keys = {fresh};
  EXPECT_TRUE(passes(scene.open(copy)));
  EXPECT_TRUE(refuses(scene.open(envelope), Code::open_outer));
  reader.former.clear();
  EXPECT_TRUE(refuses(scene.open(copy), Code::open_recipient_key));
}

// ---- object envelopes

TEST_P(Present, ObjectEnvelopeOpensForItsAddresseeAndRefusesTheRest) {
  const auto& harbor = scene.coalition["harbor"];
  const SealedObject object = signed_by(body(), "clinic");
  const Bytes good = must(message::seal_object(object, harbor.id(), harbor.encryption.id,
                                               harbor.encryption_key->public_key(), message::kObjectBody, scene.random));
  EXPECT_EQ(good.size(), 6 + crypto::hpke_overhead(GetParam()) + message::kObjectBody);
  const auto open = [&](ByteView bytes, const std::string& by = "harbor") {
    return message::open_object(bytes, scene[by].self(), GetParam(), scene[by].keys, 65536);
  };
  const auto opened_object = must(open(good));
  EXPECT_EQ(opened_object.object.object.body, object.object.body);
  EXPECT_EQ(opened_object.opened_under, harbor.encryption.id);
  EXPECT_TRUE(message::is_object(good));
  EXPECT_FALSE(message::is_note(good));
  EXPECT_TRUE(refuses(open(good, "clinic"), Code::object_outer));
  EXPECT_TRUE(refuses(scene.open(good, "harbor"), Code::open_magic));

  const auto flipped = [&](std::size_t at) {
    Bytes bytes = good;
    bytes[at] ^= 1;
    return open(bytes);
  };
  EXPECT_TRUE(refuses(flipped(0), Code::object_magic));
  EXPECT_TRUE(refuses(flipped(4), Code::object_suite));
  EXPECT_TRUE(refuses(flipped(7), Code::object_outer));
  EXPECT_TRUE(refuses(flipped(good.size() - 1), Code::object_outer));
  EXPECT_TRUE(refuses(open(ByteView(good).sub(0, good.size() - 1)), Code::object_too_short));
  EXPECT_TRUE(refuses(open(ByteView(good).sub(0, 5)), Code::object_too_short));
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_TRUE(refuses(open(longer), Code::object_outer));
  Bytes reserved = good;
  reserved[2] = 'B';
  EXPECT_TRUE(refuses(open(reserved), Code::break_glass_reserved));
  Bytes other = good;
  store_u16(other.data() + 4, static_cast<std::uint16_t>(testing::other_suite(GetParam())));
  EXPECT_TRUE(refuses(open(other), Code::object_suite));
}

TEST_P(Present, ObjectEnvelopeHasOneSizeUntilItsContentDoesNotFitAndThenAnEndToo) {
  const auto& harbor = scene.coalition["harbor"];
  SealedObject object = signed_by(body(), "clinic");
  const auto sealed = [&](std::size_t size) {
    object.object.body = Bytes(size, 7);
    return message::seal_object(object, harbor.id(), harbor.encryption.id, harbor.encryption_key->public_key(),
                                message::kObjectBody, scene.random);
  };
  const std::size_t around = wire::encode(object).size() - object.object.body.size();
  const std::size_t frame = 6 + crypto::hpke_overhead(GetParam());
  EXPECT_EQ(must(sealed(8)).size(), frame + message::kObjectBody);
  EXPECT_EQ(must(sealed(message::kObjectBody - around - 16)).size(), frame + message::kObjectBody);
  EXPECT_GT(must(sealed(message::kObjectBody)).size(), frame + message::kObjectBody);
  // 16 MiB is the end: Padme's last size that leaves room for the frame is 256 KiB less.
  const std::size_t last = 63 * 256 * 1024;
  EXPECT_EQ(must(sealed(last - around - 16)).size(), frame + last);
  EXPECT_TRUE(refuses(sealed(last), Code::envelope_too_large));
}

TEST_P(Present, ObjectEnvelopeMustBePaddedAndWellFormedInside) {
  const auto& harbor = scene.coalition["harbor"];
  const auto sealed = [&](const Bytes& inside) {
    Bytes out(6 + crypto::hpke_overhead(GetParam()) + inside.size());
    std::copy_n("LXO1", 4, out.begin());
    store_u16(out.data() + 4, static_cast<std::uint16_t>(GetParam()));
    must(crypto::hpke_seal(harbor.encryption_key->public_key(), message::object_hpke_info(harbor.id(), harbor.encryption.id),
                           ByteView(out).sub(0, 6), inside, scene.random, MutableView(out).sub(6)));
    return message::open_object(out, scene["harbor"].self(), GetParam(), scene["harbor"].keys, 65536);
  };
  const Bytes encoded = wire::encode(signed_by(body(), "clinic"));
  Bytes inside(message::kObjectBody);
  store_u32(inside.data(), static_cast<std::uint32_t>(encoded.size()));
  std::copy(encoded.begin(), encoded.end(), inside.begin() + 4);
  EXPECT_TRUE(passes(sealed(inside)));
  Bytes bad = inside;
  bad.back() = 1;
  EXPECT_TRUE(refuses(sealed(bad), Code::object_padding));
  bad = inside;
  store_u32(bad.data(), message::kObjectBody - 3);
  EXPECT_TRUE(refuses(sealed(bad), Code::object_padding));
  bad = inside;
  bad.push_back(0);
  EXPECT_TRUE(refuses(sealed(bad), Code::object_padding));
  EXPECT_TRUE(refuses(sealed(Bytes(message::kObjectBody)), Code::object_malformed));
}

}  // namespace
}  // namespace xch::message_test
