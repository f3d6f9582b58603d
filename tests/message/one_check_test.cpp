// Faults that meet one check of opening alone: what every other check lets pass.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "message/cells.hpp"
#include "message/cut.hpp"
#include "message/fixture.hpp"
#include "message/open_view.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class OneCheck : public ::testing::TestWithParam<SuiteId> {
 protected:
  template <class Edit>
  Status changed(Edit edit, Timestamp now = kNow) {
    return scene.open_changed(edit, "clinic", now);
  }
  /// with_roster opens an honest note by a newest roster that was changed and signed again.
  template <class Edit>
  Status with_roster(Edit edit, bool also_then = true) {
    const Bytes bytes = scene.envelope();
    Roster roster = first;
    edit(roster);
    Reader& clinic = scene["clinic"];
    const auto then = clinic.roster;
    clinic.roster = scene.coalition.adopt(roster);
    clinic.older = also_then ? nullptr : then;
    return scene.open(bytes);
  }
  /// with_pack opens an honest note by a pack that was changed in the reader's hands.
  template <class Edit>
  Status with_pack(Edit edit) {
    const Bytes bytes = scene.envelope();
    edit(scene["clinic"].own_pack);
    const Status out = scene.open(bytes);
    scene["clinic"].own_pack = default_pack();
    return out;
  }
  template <class Edit>
  Bytes recut(ByteView envelope, Edit edit) {
    Cut cut = cut_open(envelope, scene.coalition["clinic"]);
    edit(cut);
    return sew_up(cut, scene.coalition["clinic"], scene.random);
  }
  /// in_another_chunk is a note under a grant of its own, which stands in another chunk of the list.
  message::NoteInput in_another_chunk() {
    auto spec = Scene::spec_of();
    spec.grant_id = spec.seed = "grant two";
    spec.status_index = 300;
    const auto other = testing::make_grant(scene.coalition, spec);
    const auto held = other.held.at("clinic");
    scene["clinic"].grants[held->hash()] = held;
    auto out = scene.note();
    out.grant = other.held.at("harbor");
    return out;
  }
  /// expect_ascending: a bundle of the usual note and this one opens with its two staples in their order alone.
  void expect_ascending(const message::NoteInput& second) {
    const Bytes good = scene.for_party(scene.seal({scene.note(), second}), "clinic");
    EXPECT_TRUE(passes(scene.open(good)));
    EXPECT_TRUE(passes(scene.open(recut(good, [](Cut&) {}))));
    EXPECT_TRUE(refuses(scene.open(recut(good, [](Cut& c) {
      ASSERT_EQ(c.bundle.staples.size(), 2u);
      std::swap(c.bundle.staples[0], c.bundle.staples[1]);
    })), Code::open_bundle));
  }
  Scene scene{GetParam()};
  const Roster first = scene.coalition.roster_body();
};
XCH_FOR_EVERY_SUITE(OneCheck);

// ---- 1 and 2: the frame and the keys

TEST_P(OneCheck, TooShortIsSaidBeforeTheMagicIsRead) {
  for (std::size_t size = 0; size < 6; ++size) EXPECT_TRUE(refuses(scene.open(Bytes(size, 7)), Code::open_too_short)) << size;
  EXPECT_TRUE(refuses(scene.open(Bytes(6, 7)), Code::open_magic));
}

TEST_P(OneCheck, EnvelopeOfTheGreatestSizeIsTried) {
  Bytes bytes = scene.envelope();
  bytes.resize(kMaxEnvelope);
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_outer));
}

TEST_P(OneCheck, KeyThatIsNotThereAndKeyOfTheOtherSuiteArePassedOver) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  const auto other = must(crypto::KemPrivateKey::generate(testing::other_suite(GetParam()), scene.random));
  message::GateKey none = clinic.keys.front(), foreign = none;
  none.key = nullptr;
  foreign.key = &other;
  clinic.keys.insert(clinic.keys.begin(), {none, foreign});
  EXPECT_TRUE(passes(scene.open(bytes)));
}

// ---- 3: staples

/// Two notes under two lists, so that the bundle has two staples.
TEST_P(OneCheck, StaplesOfTwoListsAscend) {
  testing::StatusSpec spec;
  spec.version = 2;
  auto second = scene.note();
  second.status = testing::hold_status(scene.coalition, spec);
  expect_ascending(second);
}

TEST_P(OneCheck, StaplesOfTwoChunksOfOneListAscend) {
  expect_ascending(in_another_chunk());
}

TEST_P(OneCheck, StapleThatNoViewNamesIsSuperfluousUnlessAViewsOwnIsMissing) {
  testing::StatusSpec spec;
  spec.version = 2;
  const Bytes other = wire::encode(must(testing::hold_status(scene.coalition, spec)->staple(7)));
  const auto both = [&](bool other_first) {
    return changed([&](Parts& p) { p.staples.insert(other_first ? p.staples.begin() : p.staples.end(), other); });
  };
  // In one of the two orders they ascend; in that one it is superfluous, in the other out of order.
  EXPECT_TRUE(refuses(both(true), Code::open_bundle));
  EXPECT_TRUE(refuses(both(false), Code::open_bundle));
  EXPECT_TRUE(refuses(changed([&](Parts& p) { p.staples = {other}; }), Code::open_staple_missing));
}

// The list decides before the chunk: a later chunk of an earlier list does not stand behind it.
TEST_P(OneCheck, StaplesAscendByTheirListFirst) {
  auto second = in_another_chunk();
  testing::StatusSpec list;
  do {  // a list whose hash comes before the first one's
    ++list.version;
    second.status = testing::hold_status(scene.coalition, list);
  } while (!(second.status->hash() < scene.status->hash()));
  expect_ascending(second);
}

// One note's own staple is gone and another list's is there: that note cannot be judged, the other one can.
TEST_P(OneCheck, StapleInAnothersPlaceSpoilsNoOtherNote) {
  testing::StatusSpec spec;
  spec.version = 2;
  auto second = scene.note();
  second.status = testing::hold_status(scene.coalition, spec);
  spec.version = 3;
  const auto foreign = testing::hold_status(scene.coalition, spec);
  const Bytes good = scene.for_party(scene.seal({scene.note(), second}), "clinic");
  const auto bundle = must(scene.open_bundle(recut(good, [&](Cut& c) {
    std::vector<std::pair<StatusHash, Bytes>> staples{
        {scene.status->hash(), wire::encode(must(scene.status->staple(7)))},
        {foreign->hash(), wire::encode(must(foreign->staple(7)))}};
    std::sort(staples.begin(), staples.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    c.bundle.staples = {c.keep(staples[0].second), c.keep(staples[1].second)};
  })), "bundle");
  EXPECT_TRUE(passes(bundle.views[0].opened));
  EXPECT_TRUE(refuses(bundle.views[1].opened, Code::open_staple_missing));
}

// A damaged staple has no hash of its own, not even zeros.
TEST_P(OneCheck, StapleThatDoesNotDecodeIsNobodys) {
  EXPECT_TRUE(refuses(changed([](Parts& p) {
    p.header.status = {};
    std::fill_n(p.staples.front().begin(), 8, std::uint8_t{255});
  }), Code::open_staple_malformed));
}

TEST_P(OneCheck, StapleThatDoesNotDecodeSpoilsNoOtherNote) {
  testing::StatusSpec spec;
  spec.version = 2;
  auto second = scene.note();
  second.status = testing::hold_status(scene.coalition, spec);
  const Bytes good = scene.for_party(scene.seal({scene.note(), second}), "clinic");
  for (std::size_t broken = 0; broken < 2; ++broken) {
    StatusHash gone;
    const auto bundle = must(scene.open_bundle(recut(good, [&](Cut& c) {
      gone = grant::status_hash(must(wire::decode_staple(c.bundle.staples[broken])).signed_body.body);
      Bytes bytes = c.bundle.staples[broken].copy();
      std::fill_n(bytes.begin(), 8, std::uint8_t{255});
      c.bundle.staples[broken] = c.keep(std::move(bytes));
    })), "bundle");
    const StatusHash lists[] = {scene.status->hash(), second.status->hash()};
    for (std::size_t i = 0; i < 2; ++i) {
      if (lists[i] == gone) {
        EXPECT_TRUE(refuses(bundle.views[i].opened, Code::open_staple_malformed));
      } else {
        EXPECT_TRUE(passes(bundle.views[i].opened));
      }
    }
  }
}

// ---- 6: the roster

TEST_P(OneCheck, CannotBeToldUnderANewestRosterThatExpired) {
  const auto until = [&](Timestamp t) {
    return with_roster([&](Roster& r) { r.expires = t; }, false);
  };
  EXPECT_TRUE(passes(until(kNow)));
  EXPECT_TRUE(refuses(until(before_now(1)), Code::open_roster_unsure));
}

TEST_P(OneCheck, CannotBeToldWithoutTheNewestRoster) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  clinic.older = clinic.roster;
  clinic.roster = nullptr;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_roster_unsure));
  clinic.older = nullptr;
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_roster_unsure));
}

// What the newest roster shows to be false is said to be false, though the roster of that time is not held.
TEST_P(OneCheck, SignatureIsJudgedByTheNewestRosterWhereThatOfThenIsNotHeld) {
  scene["clinic"].roster_of_then = false;
  EXPECT_TRUE(refuses(changed([](Parts&) {}), Code::open_roster_unsure));
  EXPECT_TRUE(refuses(changed([](Parts& p) { p.flip_signature = true; }), Code::open_batch_signature));
}

// ---- 7: the header

// One further is refused where the view is decoded (tests/wire): it would lead to the same root by its lower bits.
TEST_P(OneCheck, LastPositionsOfTheTreesAreTaken) {
  EXPECT_TRUE(passes(changed([](Parts& p) { p.batch_position = (1u << kBatchDepth) - 1; })));
  EXPECT_TRUE(passes(changed([](Parts& p) { p.recipient_position = (1u << kRecipientDepth) - 1; })));
}

TEST_P(OneCheck, RowOfThePackMustBeOfThisType) {
  EXPECT_TRUE(passes(with_pack([](PolicyPack&) {})));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) {
    for (auto& row : p.schemas) row.type_id ^= 1;
  }), Code::open_schema_not_allowed));
}

// ---- 8: the recipient

TEST_P(OneCheck, RecipientKeyCountsFromItsFirstSecond) {
  const Bytes bytes = scene.envelope();
  scene["clinic"].keys.front().not_before = kNow;
  EXPECT_TRUE(passes(scene.open(bytes)));
  scene["clinic"].keys.front().not_before = after_now(1);
  EXPECT_TRUE(refuses(scene.open(bytes), Code::open_recipient_window));
}

// ---- 9 and 10: the grant and its times

TEST_P(OneCheck, ReaderThatIsNotInTheRosterHasNoAgreement) {
  const PartyId clinic = scene.coalition["clinic"].id();
  EXPECT_TRUE(refuses(with_roster([&](Roster& r) {
    r.parties.erase(std::find_if(r.parties.begin(), r.parties.end(), [&](const Party& p) { return p.id == clinic; }));
  }), Code::open_agreement));
}

TEST_P(OneCheck, NoteIsOfTheGrantsTimeToTheSecond) {
  const auto sealed = [&](Timestamp not_before, Timestamp effective_at, Timestamp at) {
    auto spec = Scene::spec_of();
    spec.not_before = not_before;
    spec.effective_at = effective_at;
    Scene other(GetParam(), spec);
    return other.open_changed([&](Parts& p) { p.header.sealed_at = at; }, "clinic", after_now(120));
  };
  // put_together signs whatever sealed_at says; the sealer's own check is met by sealing later.
  const Timestamp begin = before_now(60);
  EXPECT_TRUE(passes(sealed(begin, before_now(kDay), begin)));
  EXPECT_TRUE(refuses(sealed(begin, before_now(kDay), Timestamp{begin.seconds - 1}), Code::open_before_grant));
  EXPECT_TRUE(passes(sealed(before_now(kDay), begin, begin)));
  EXPECT_TRUE(refuses(sealed(before_now(kDay), begin, Timestamp{begin.seconds - 1}), Code::open_before_grant));
}

TEST_P(OneCheck, NoteMayExpireWithItsGrantAndWhenItIsSealed) {
  const Timestamp end = scene.care.held.at("clinic")->core().not_after;
  EXPECT_TRUE(passes(changed([&](Parts& p) { p.header.expires_at = end; })));
  EXPECT_TRUE(passes(changed([](Parts& p) { p.header.expires_at = kNow; })));
}

// ---- 11: cut-offs

TEST_P(OneCheck, EarliestOfTheCutOffsDecides) {
  const Bytes bytes = scene.envelope();
  Reader& clinic = scene["clinic"];
  const Timestamp later = after_now(kHour);
  const auto with = [&](Timestamp version, Timestamp list) {
    clinic.status = {version, list};
    return scene.open(bytes, "clinic", later);
  };
  EXPECT_TRUE(refuses(with(kNow, kNow + 1), Code::open_cut_off));
  EXPECT_TRUE(refuses(with(kNow + 1, kNow), Code::open_cut_off));
  EXPECT_TRUE(refuses(with(kNow + 1, kNow + 2), Code::open_held));
  clinic.received[crypto::sha256(bytes)] = kNow + 1;
  EXPECT_TRUE(refuses(with(kNow + 1, kNow + 2), Code::open_held));
  EXPECT_TRUE(refuses(with(kNow + 2, kNow + 1), Code::open_held));
  EXPECT_TRUE(passes(with(kNow + 2, kNow + 3)));
  EXPECT_TRUE(passes(with(kNow + 2, later + 1)));
}

TEST_P(OneCheck, CutOffCountsFromItsOwnSecond) {
  const Bytes bytes = scene.envelope();
  const Timestamp later = after_now(kHour);
  scene["clinic"].status.next_version_from = later;
  EXPECT_TRUE(refuses(scene.open(bytes, "clinic", later), Code::open_held));
  EXPECT_TRUE(passes(scene.open(bytes, "clinic", Timestamp{later.seconds - 1})));
}

// ---- 12: terms

TEST_P(OneCheck, SupersededOrUnknownNoticeIsRefused) {
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) {
    for (auto& row : p.notices) row.superseded = true;
  }), Code::open_notice));
  EXPECT_TRUE(refuses(with_pack([](PolicyPack& p) { p.notices.clear(); }), Code::open_notice));
}

// ---- 13: redaction records

class OneCheckOfARecord : public OneCheck {
 protected:
  /// redacted opens a note whose `nextStep` is a leaf, with a record for it that was changed before it was signed.
  template <class Edit>
  Status redacted(Edit edit, const std::string& by = "clinic") {
    Parts parts = parts_of();
    return scene.open(scene.put_together(with_record(std::move(parts), edit, by)));
  }
  Parts parts_of() {
    Parts parts = scene.take_apart(scene.envelope());
    const std::uint16_t slot = slot_at("nextStep");
    Digest leaf = message::cell_leaf(slot, commit_of(parts, slot), ct_hash_of(parts, slot));
    parts.raw(slot, leaf.view().copy());
    return parts;
  }
  template <class Edit>
  Parts with_record(Parts parts, Edit edit, const std::string& by) {
    const auto& seat = scene.coalition[by];
    Redaction record;
    record.header = scene.header_of_parts(parts);
    record.slots = {slot_at("nextStep")};
    record.reason = "retention";
    record.time = kNow;
    record.redactor = seat.seat.id;
    record.opened_under = scene.coalition["clinic"].encryption.id;
    edit(record);
    parts.redactions.push_back(
        wire::encode(must(party::sign_object(Kind::redaction, wire::encode(record), seat.seat.id, *seat.seat_key))));
    return parts;
  }
  static Digest commit_of(const Parts& parts, std::uint16_t slot) {
    Digest out;
    EXPECT_TRUE(out.copy_from(ByteView(parts.slots[slot]).sub(0, 32)));
    return out;
  }
  static Digest ct_hash_of(const Parts& parts, std::uint16_t slot) {
    return message::cell_ct_hash(ByteView(parts.slots[slot]).sub(32));
  }
  static constexpr auto nothing = [](Redaction&) {};
};
XCH_FOR_EVERY_SUITE(OneCheckOfARecord);

TEST_P(OneCheckOfARecord, OfOurOwnSeatOrTheSendersStandsForItsCell) {
  EXPECT_TRUE(passes(redacted(nothing, "clinic")));
  EXPECT_TRUE(passes(redacted(nothing, "harbor")));
  EXPECT_TRUE(refuses(redacted(nothing, "defender"), Code::open_redaction));
}

TEST_P(OneCheckOfARecord, IsOfThisHeaderAndOfWhoSignedIt) {
  EXPECT_TRUE(refuses(redacted([](Redaction& r) { r.header.bytes[0] ^= 1; }), Code::open_redaction));
  EXPECT_TRUE(refuses(redacted([&](Redaction& r) { r.redactor = scene.coalition["harbor"].seat.id; }), Code::open_redaction));
}

TEST_P(OneCheckOfARecord, MustBeSignedAsARecord) {
  const auto signed_as = [&](Kind kind, bool flipped) {
    Parts parts = with_record(parts_of(), nothing, "clinic");
    Signed record = must(wire::decode_signed(parts.redactions.front()));
    const auto& clinic = scene.coalition["clinic"];
    record = must(party::sign_object(kind, record.body, clinic.seat.id, *clinic.seat_key));
    if (flipped) record.signature[9] ^= 1;
    parts.redactions = {wire::encode(record)};
    return scene.open(scene.put_together(parts));
  };
  EXPECT_TRUE(passes(signed_as(Kind::redaction, false)));
  EXPECT_TRUE(refuses(signed_as(Kind::redaction, true), Code::open_redaction));
  EXPECT_TRUE(refuses(signed_as(Kind::receipt, false), Code::open_redaction));
  // Signed as a record, and called something else.
  Parts parts = with_record(parts_of(), nothing, "clinic");
  Signed record = must(wire::decode_signed(parts.redactions.front()));
  record.kind = Kind::receipt;
  parts.redactions = {wire::encode(record)};
  EXPECT_TRUE(refuses(scene.open(scene.put_together(parts)), Code::open_redaction));
}

TEST_P(OneCheckOfARecord, ThatDoesNotDecodeIsRefused) {
  const auto& clinic = scene.coalition["clinic"];
  Parts parts = parts_of();
  parts.redactions = {wire::encode(must(party::sign_object(Kind::redaction, Bytes(16, 1), clinic.seat.id, *clinic.seat_key)))};
  EXPECT_TRUE(refuses(scene.open(scene.put_together(parts)), Code::open_redaction));
  parts.redactions = {Bytes(16, 1)};
  EXPECT_FALSE(scene.open(scene.put_together(parts)).has_value());
}

TEST_P(OneCheckOfARecord, NamesNoSlotOutsideTheTermsOrTheSchema) {
  const auto also = [&](std::uint16_t slot) {
    return redacted([&](Redaction& r) {
      r.slots.push_back(slot);
      std::sort(r.slots.begin(), r.slots.end());
    });
  };
  EXPECT_TRUE(refuses(also(slot_at("wellbeing")), Code::open_redaction));
  EXPECT_TRUE(refuses(also(static_cast<std::uint16_t>(progress().slot_count - 1)), Code::open_redaction));
  EXPECT_TRUE(refuses(also(static_cast<std::uint16_t>(progress().slot_count)), Code::open_redaction));
  EXPECT_TRUE(refuses(also(255), Code::open_redaction));
}

// Whatever lies behind the list of slots in memory is not asked.
TEST_P(OneCheckOfARecord, NamesNoSlotBehindTheLast) {
  for (std::uint16_t slot = progress().slot_count; slot < 256; ++slot)
    ASSERT_TRUE(refuses(redacted([&](Redaction& r) { r.slots = {slot_at("nextStep"), slot}; }), Code::open_redaction)) << slot;
}

TEST_P(OneCheckOfARecord, StandsForNoCellThatIsStillThere) {
  EXPECT_TRUE(refuses(redacted([&](Redaction& r) {
    r.slots.push_back(slot_at("engaged"));
    std::sort(r.slots.begin(), r.slots.end());
  }), Code::open_redaction));
}

TEST_P(OneCheckOfARecord, TwoOfOneViewNameOneKey) {
  const auto second = [&](const KeyId& under) {
    Parts parts = with_record(parts_of(), nothing, "clinic");
    return scene.open(scene.put_together(with_record(std::move(parts), [&](Redaction& r) { r.opened_under = under; }, "harbor")));
  };
  EXPECT_TRUE(passes(second(scene.coalition["clinic"].encryption.id)));
  EXPECT_TRUE(refuses(second(testing::fixed_id<KeyId>("another key")), Code::open_redaction));
}

// ---- what is derived for a view

TEST_P(OneCheck, BytesDerivedForAViewThatFailedAreWiped) {
  auto arena = must(scene.arenas.lease());
  for (const bool kept : {false, true}) {
    std::vector<MutableView> pieces;
    {
      message::Derived derived(*arena);
      for (const std::size_t size : {1u, 40u, 4000u}) {
        pieces.push_back(must(derived.take(size)));
        std::fill_n(pieces.back().data(), size, std::uint8_t{0x5a});
      }
      if (kept) derived.keep();
    }
    for (const auto& piece : pieces)
      EXPECT_EQ(ByteView(piece).copy(), Bytes(piece.size(), kept ? 0x5a : 0)) << kept << ' ' << piece.size();
  }
}

// ---- what an opened view says

TEST_P(OneCheck, OpenedViewSaysWhatStandsInIt) {
  const Bytes bytes = scene.envelope();
  const Parts parts = scene.take_apart(bytes);
  const auto bundle = must(scene.open_bundle(bytes));
  const message::Opened& view = must(bundle.views.front().opened, "view");
  const Bytes core = wire::encode(parts.header);
  EXPECT_EQ(view.header_hash, scene.header_of_parts(parts));
  EXPECT_EQ(wire::encode(view.header), core);
  EXPECT_EQ(view.core, core);
  EXPECT_EQ(view.type, &progress_type());
  EXPECT_EQ(view.schema, &progress());
  EXPECT_EQ(wire::encode(view.terms), wire::encode(parts.terms));
  EXPECT_EQ(view.grant, scene.care.held.at("clinic"));
  EXPECT_TRUE(view.redacted.empty());
  EXPECT_FALSE(view.repeat);
  EXPECT_EQ(view.opened_under, scene.coalition["clinic"].encryption.id);
  EXPECT_EQ(view.terms_digest, message::terms_digest(parts.terms_salt, wire::encode(parts.terms)));
  EXPECT_EQ(view.batch_root, scene.batch_root_of(parts));
  EXPECT_EQ(view.header_hash, message::header_hash(core, view.slots_root));
  EXPECT_EQ(view.batch_position, parts.batch_position);
  EXPECT_EQ(view.batch_path, parts.batch_path);
  EXPECT_EQ(view.recipient_salt, parts.recipient_salt);
  EXPECT_EQ(view.terms_salt, parts.terms_salt);
  EXPECT_EQ(view.recipient_position, parts.recipient_position);
  EXPECT_EQ(view.recipient_path, parts.recipient_path);
  EXPECT_EQ(view.staple, parts.staples.front());
  EXPECT_EQ(view.leaves.size(), parts.slots.size());
  ASSERT_EQ(view.sender_chain.size(), parts.chain.size());
  for (std::size_t i = 0; i < parts.chain.size(); ++i) EXPECT_EQ(wire::encode(view.sender_chain[i]), parts.chain[i]);
  ASSERT_EQ(view.cells.size(), parts.salted.size());
  for (const auto& cell : view.cells) {
    const ByteView salted(parts.salted.at(cell.slot));
    EXPECT_TRUE(equal(cell.salt, salted.sub(0, 32)));
    EXPECT_TRUE(equal(cell.plain, salted.sub(32)));
    EXPECT_EQ(cell.ct_hash, message::cell_ct_hash(ByteView(parts.slots[cell.slot]).sub(32)));
  }
  EXPECT_EQ(bundle.envelope_hash, crypto::sha256(bytes));
  EXPECT_EQ(bundle.views.front().header_hash, view.header_hash);
}

}  // namespace
}  // namespace xch::message_test
