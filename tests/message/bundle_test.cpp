// Bundles: their limits and the strict form of what is in them (step 3), what all views of one share (step 6), and several
// notes to one reader, of which a bad one takes no other with it.
#include <functional>

#include "message/cells.hpp"
#include "message/cut.hpp"
#include "message/frame.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

class Bundle : public ::testing::TestWithParam<SuiteId> {
 protected:
  template <class Edit>
  Bytes recut(ByteView envelope, Edit edit, const std::string& by = "clinic") {
    Cut cut = cut_open(envelope, scene.coalition[by]);
    edit(cut);
    return sew_up(cut, scene.coalition[by], scene.random);
  }
  /// outcomes gives each view's code; `bug` where it opened.
  std::vector<Code> outcomes(ByteView envelope, const std::string& by = "clinic", Timestamp now = kNow) {
    std::vector<Code> out;
    for (const auto& view : must(scene.open_bundle(envelope, by, now), "bundle").views)
      out.push_back(view.opened ? Code::bug : view.opened.error().code);
    return out;
  }
  static constexpr Code opened = Code::bug;
  Scene scene{GetParam()};
};
XCH_FOR_EVERY_SUITE(Bundle);

// ---- the strict form of header and terms

TEST_P(Bundle, RefusesAHeaderOrTermsThatAreNotCanonicalOfAnotherVersionOrWithUnknownCodes) {
  const Bytes good = scene.envelope();
  const auto core = [&](auto edit) {
    return scene.open(recut(good, [&](Cut& c) {
      Bytes bytes = c.views.front().core.copy();
      edit(bytes);
      c.views.front().core = c.keep(std::move(bytes));
    }));
  };
  const auto terms = [&](auto edit) {
    return scene.open(recut(good, [&](Cut& c) {
      Bytes bytes = c.views.front().terms.copy();
      edit(bytes);
      c.views.front().terms = c.keep(std::move(bytes));
    }));
  };
  EXPECT_TRUE(passes(core([](Bytes&) {})));
  EXPECT_TRUE(passes(terms([](Bytes&) {})));
  for (const auto& at : {std::function<Status(std::function<void(Bytes&)>)>(core), {terms}}) {
    // Word 0 points to the struct; its data begins with the version.
    EXPECT_TRUE(refuses(at([](Bytes& b) { b.resize(b.size() + 8); }), Code::open_body_canonical));
    EXPECT_TRUE(refuses(at([](Bytes& b) { b[8] = 2; }), Code::open_body_version));
    EXPECT_TRUE(refuses(at([](Bytes& b) { b[8] = 0; }), Code::open_body_version));
    EXPECT_TRUE(refuses(at([](Bytes& b) { b.resize(8); }), Code::open_bundle));
    EXPECT_TRUE(refuses(at([](Bytes& b) { b.pop_back(); }), Code::open_bundle));
  }
  EXPECT_TRUE(refuses(core([](Bytes& b) { b[8 + 7] = 0x7f; }), Code::open_body_enum));   // basis
  EXPECT_TRUE(refuses(core([](Bytes& b) { b[8 + 3] = 0x7f; }), Code::open_body_enum));   // suite
  EXPECT_TRUE(refuses(terms([](Bytes& b) { b[8 + 3] = 0x7f; }), Code::open_body_enum));  // notice
}

// ---- limits

TEST_P(Bundle, RefusesMoreSlotsOrWrapsThanABundleHolds) {
  const Bytes good = scene.envelope();
  // Views of 256 leaves and 64 wraps each, all of headers of their own.
  const auto with = [&](std::size_t views, std::size_t slots, std::size_t wraps, std::size_t last_slots = 0,
                        std::size_t last_wraps = 0) {
    return recut(good, [&](Cut& c) {
      ViewBorrowed view = c.views.front();
      NoteHeader header = must(wire::decode_header(view.core));
      const ByteView leaf = c.keep(Bytes(32, 7));
      view.slots.assign(slots, leaf);
      const ByteView wrap = view.wraps.front().second;
      view.wraps.clear();
      for (std::uint16_t k = 1; view.wraps.size() < wraps; ++k)
        if (is_known(FieldClass(k % 20 + 1))) view.wraps.emplace_back(Compartment(FieldClass(k % 20 + 1), Form::full), wrap);
      c.views.clear();
      for (std::size_t i = 0; i < views; ++i) {
        if (i + 1 == views && last_slots != 0) {
          view.slots.resize(last_slots);
          view.wraps.resize(last_wraps);
        }
        store_u16(header.note_id.bytes.data(), static_cast<std::uint16_t>(i));
        view.core = c.keep(wire::encode(header));
        c.views.push_back(view);
      }
    });
  };
  static_assert(64 * 256 == kMaxBundleSlots && 64 * 64 == kMaxBundleWraps);
  EXPECT_EQ(outcomes(with(64, 256, 3)), std::vector<Code>(64, Code::open_slot_count));
  EXPECT_TRUE(refuses(scene.open(with(65, 256, 3)), Code::open_bundle_limit));
  // One slot and one wrap too many.
  EXPECT_TRUE(refuses(scene.open(with(65, 256, 3, 1, 3)), Code::open_bundle_limit));
  EXPECT_TRUE(refuses(scene.open(with(65, 8, 64, 8, 1)), Code::open_bundle_limit));
  EXPECT_EQ(outcomes(with(64, 8, 64)), std::vector<Code>(64, Code::open_slot_count));
  EXPECT_TRUE(refuses(scene.open(with(65, 8, 64)), Code::open_bundle_limit));
  EXPECT_EQ(outcomes(with(1024, 8, 3)), std::vector<Code>(1024, Code::open_slot_count));
}

TEST_P(Bundle, RefusesAHeaderThatClaimsMoreSlotsThanANoteHas) {
  const auto slots = [&](std::uint16_t count) { return scene.open_changed([&](Parts& p) { p.header.slot_count = count; }); };
  EXPECT_TRUE(refuses(slots(257), Code::open_bundle_limit));
  EXPECT_TRUE(refuses(slots(256), Code::open_slot_count));
  EXPECT_TRUE(passes(slots(progress().slot_count)));
}

TEST_P(Bundle, RefusesAnotherNumberOfSlotsThanTheSchemas) {
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.header.slot_count = 8; }), Code::open_slot_count));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.slots.pop_back(); }), Code::open_slot_count));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) { p.slots.push_back(p.slots.back()); }), Code::open_slot_count));
  EXPECT_TRUE(refuses(scene.open_changed([](Parts& p) {
    p.slots.pop_back();
    --p.header.slot_count;
  }), Code::open_slot_count));
}

// ---- what the views of one bundle share

TEST_P(Bundle, RefusesViewsOfTwoTimesOrTwoSeats) {
  const Bytes good = scene.for_party(scene.seal({scene.note(), scene.note()}), "clinic");
  const auto second = [&](auto edit) {
    return scene.open(recut(good, [&](Cut& c) {
      ASSERT_EQ(c.views.size(), 2u);
      NoteHeader header = must(wire::decode_header(c.views[1].core));
      edit(header);
      c.views[1].core = c.keep(wire::encode(header));
    }));
  };
  EXPECT_TRUE(passes(second([](NoteHeader&) {})));
  EXPECT_TRUE(refuses(second([](NoteHeader& h) { h.sealed_at = h.sealed_at + 1; }), Code::open_times_differ));
  EXPECT_TRUE(refuses(second([&](NoteHeader& h) { h.sender_key = scene.coalition["clinic"].seat.id; }), Code::open_sender_key));
  EXPECT_TRUE(refuses(second([](NoteHeader& h) { h.policy_pack.bytes[0] ^= 1; }), Code::open_policy_pack));
}

// The roster pins one suite. A reader that has a key of the other one too gets a bundle in it, with everything inside in
// order.
TEST_P(Bundle, RefusesAnEnvelopeInAnotherSuiteThanTheRosterPins) {
  const Bytes good = scene.envelope();
  const SuiteId other = testing::other_suite(GetParam());
  const auto key = must(crypto::KemPrivateKey::generate(other, scene.random));
  Reader& clinic = scene["clinic"];
  message::GateKey second = clinic.keys.front();
  second.id = testing::fixed_id<KeyId>("a key of the other suite");
  second.key = &key;
  clinic.keys.push_back(second);
  const Bytes sealed = must(message::seal_frame(message::kNoteMagic, key.public_key(),
                                                message::envelope_hpke_info(clinic.self_id, second.id), scene.body_of(good),
                                                scene.random));
  EXPECT_TRUE(refuses(scene.open(sealed), Code::open_suite_pin));
  EXPECT_TRUE(passes(scene.open(good)));
}

// ---- several notes to one reader

TEST_P(Bundle, OfSeveralNotesOpensEachWithItsOwnValues) {
  std::vector<message::NoteInput> notes;
  for (const std::string step : {"one", "two", "three"}) notes.push_back(scene.note({{"nextStep", step}}));
  notes[1].to.pop_back();  // the second goes to harbor and clinic alone
  const auto batch = scene.seal(notes);
  ASSERT_EQ(batch.envelopes.size(), 3u);
  const auto steps = [&](const std::string& by) {
    std::vector<std::string> out;
    for (const auto& view : must(scene.open_bundle(scene.for_party(batch, by), by)).views)
      for (const auto& cell : must(view.opened, "view").cells)
        if (cell.slot == slot_at("nextStep")) out.push_back(std::string(cell.value.text()));
    return out;
  };
  EXPECT_EQ(steps("clinic"), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(steps("defender"), (std::vector<std::string>{"one", "three"}));
  const auto bundle = must(scene.open_bundle(scene.for_party(batch, "clinic")));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(bundle.views[i].header_hash, batch.notes[i].header);
    EXPECT_EQ(bundle.views[i].note_id, notes[i].note_id);
    EXPECT_EQ(bundle.views[i].sender, scene.sender.party);
  }
  // One chain, one signature, one staple for all three.
  const Cut cut = cut_open(scene.for_party(batch, "clinic"), scene.coalition["clinic"]);
  EXPECT_EQ(cut.bundle.staples.size(), 1u);
  EXPECT_EQ(cut.bundle.chain.size(), 2u);
}

TEST_P(Bundle, BadViewTakesNoOtherWithIt) {
  const Bytes good = scene.for_party(scene.seal({scene.note(), scene.note(), scene.note()}), "clinic");
  EXPECT_EQ(outcomes(good), (std::vector<Code>{opened, opened, opened}));
  for (std::size_t bad = 0; bad < 3; ++bad) {
    const auto damaged = [&](Code code, const std::function<void(Cut&, ViewBorrowed&)>& edit) {
      std::vector<Code> expected(3, opened);
      expected[bad] = code;
      EXPECT_EQ(outcomes(recut(good, [&](Cut& c) { edit(c, c.views[bad]); })), expected) << bad;
    };
    damaged(Code::open_batch_path, [](Cut&, ViewBorrowed& v) { v.batch_path[0].bytes[0] ^= 1; });
    damaged(Code::open_recipient_path, [](Cut&, ViewBorrowed& v) { v.recipient_salt.bytes[0] ^= 1; });
    damaged(Code::open_slots_root, [](Cut& c, ViewBorrowed& v) { v.slots.back() = c.keep(Bytes(32, 7)); });
    damaged(Code::open_wraps, [](Cut&, ViewBorrowed& v) { v.wraps.pop_back(); });
    damaged(Code::open_cell_tag, [](Cut& c, ViewBorrowed& v) { v.note_secret = c.keep(Bytes(32, 7)); });
  }
  // Step 3 is the bundle's: one header that is none takes all with it.
  EXPECT_TRUE(refuses(scene.open(recut(good, [](Cut& c) { c.views[1].core = c.keep(Bytes(7)); })), Code::open_bundle));
}

TEST_P(Bundle, OfTwoGrantsOpensTheNotesOfTheOneThatIsHeld) {
  auto spec = Scene::spec_of();
  spec.grant_id = "grant two";
  spec.status_index = 300;  // of another chunk, so the bundle has two staples
  spec.seed = "grant two";
  const auto second = testing::make_grant(scene.coalition, spec);
  auto other = scene.note();
  other.grant = second.held.at("harbor");
  const Bytes bytes = scene.for_party(scene.seal({scene.note(), other, scene.note()}), "clinic");
  EXPECT_EQ(cut_open(bytes, scene.coalition["clinic"]).bundle.staples.size(), 2u);
  EXPECT_EQ(outcomes(bytes), (std::vector<Code>{opened, Code::open_grant_unknown, opened}));
  const auto held = second.held.at("clinic");
  scene["clinic"].grants[held->hash()] = held;
  EXPECT_EQ(outcomes(bytes), (std::vector<Code>{opened, opened, opened}));
}

TEST_P(Bundle, OfNotesWithTwoEndsOpensTheOneThatHasNotExpired) {
  auto brief = scene.note();
  brief.expires_at = after_now(60);
  const Bytes bytes = scene.for_party(scene.seal({brief, scene.note()}), "clinic");
  EXPECT_EQ(outcomes(bytes, "clinic", after_now(60)), (std::vector<Code>{opened, opened}));
  EXPECT_EQ(outcomes(bytes, "clinic", after_now(61)), (std::vector<Code>{Code::open_expired, opened}));
}

}  // namespace
}  // namespace xch::message_test
