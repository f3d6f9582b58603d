// What one call of seal hands out, and what it asks of the gate's keys.
#include <algorithm>
#include <map>
#include <set>

#include "message/cells.hpp"
#include "message/cut.hpp"
#include "message/fixture.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

/// CountedKeys counts what was asked of the gate's keys, and fails the call of one number.
class CountedKeys final : public message::CompartmentKeys {
 public:
  explicit CountedKeys(message::CompartmentKeys& keys, std::size_t failing = 0) : keys_(keys), failing_(failing) {}
  Status secret(const GrantHash& grant, Compartment k, MutableView out) override {
    ++secrets[{grant, k}];
    XCH_TRY(count());
    return keys_.secret(grant, k, out);
  }
  Result<Bytes> wrap(const GrantHash& grant, Compartment k, const PartyId& reader) override {
    ++wraps[{{grant, k}, reader}];
    XCH_TRY(count());
    return keys_.wrap(grant, k, reader);
  }
  Status keep_wrap(const GrantHash& grant, Compartment k, const PartyId& reader, ByteView sealed) override {
    XCH_TRY(count());
    return keys_.keep_wrap(grant, k, reader, sealed);
  }
  Status flush() override {
    ++flushed;
    XCH_TRY(count());
    return keys_.flush();
  }
  std::map<std::pair<GrantHash, Compartment>, unsigned> secrets;
  std::map<std::pair<std::pair<GrantHash, Compartment>, PartyId>, unsigned> wraps;
  std::size_t flushed = 0, calls = 0;

 private:
  Status count() {
    if (++calls == failing_) return fail(Code::out_of_memory);
    return Ok{};
  }
  message::CompartmentKeys& keys_;
  std::size_t failing_;
};

class Batch : public ::testing::TestWithParam<SuiteId> {
 protected:
  message::Opened opened(const message::SealedBatch& batch, const std::string& by, std::size_t view = 0) {
    bundles.push_back(must(scene.open_bundle(scene.for_party(batch, by), by), "bundle"));
    return must(std::move(bundles.back().views[view].opened), "view");
  }
  /// listed is a note under the list of another version, so that it needs a staple of its own.
  message::NoteInput listed(std::uint32_t version, const std::vector<std::string>& to) {
    testing::StatusSpec spec;
    spec.version = version;
    auto out = scene.note(Scene::usual(), to);
    out.status = testing::hold_status(scene.coalition, spec);
    return out;
  }
  Scene scene{GetParam()};
  std::deque<message::OpenedBundle> bundles;
};
XCH_FOR_EVERY_SUITE(Batch);

// ---- the gate's keys

TEST_P(Batch, AsksForEachSecretAndEachWrapOnce) {
  CountedKeys keys(scene.keys);
  must(message::seal(scene.sender, {scene.note(), scene.note()}, kNow, keys, scene.arenas, scene.random), "seal");
  EXPECT_FALSE(keys.secrets.empty());
  for (const auto& [name, asked] : keys.secrets) EXPECT_EQ(asked, 1u);
  EXPECT_GT(keys.wraps.size(), keys.secrets.size());
  for (const auto& [name, asked] : keys.wraps) EXPECT_EQ(asked, 1u);
  EXPECT_EQ(keys.flushed, 1u);
}

TEST_P(Batch, FailsWithEveryCallOfTheKeysThatFails) {
  const std::vector<message::NoteInput> notes{scene.note()};
  GateKeys fresh(scene.random);
  CountedKeys counted(fresh);
  must(message::seal(scene.sender, notes, kNow, counted, scene.arenas, scene.random), "seal");
  for (std::size_t n = 1; n <= counted.calls; ++n) {
    GateKeys empty(scene.random);
    CountedKeys failing(empty, n);
    EXPECT_TRUE(refuses(message::seal(scene.sender, notes, kNow, failing, scene.arenas, scene.random), Code::out_of_memory))
        << n;
    EXPECT_EQ(failing.calls, n);
  }
}

// ---- what is handed out

TEST_P(Batch, ReceiptsSayWhatWasSealedForWhom) {
  const std::vector<message::NoteInput> notes{scene.note(), scene.note(Scene::usual(), {"defender"})};
  const auto batch = scene.seal(notes);
  ASSERT_EQ(batch.notes.size(), 2u);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const message::SealReceipt& receipt = batch.notes[i];
    EXPECT_EQ(receipt.note_id, notes[i].note_id);
    EXPECT_EQ(receipt.grant, scene.care.built.hash);
    EXPECT_EQ(receipt.status, scene.status->hash());
    EXPECT_EQ(receipt.part, 0);
    ASSERT_EQ(receipt.to.size(), notes[i].to.size());
    for (std::size_t r = 0; r < receipt.to.size(); ++r) {
      const auto& to = receipt.to[r];
      EXPECT_EQ(to.party, notes[i].to[r].party);
      const auto names = scene.coalition.names();
      const auto name = *std::find_if(names.begin(), names.end(),
                                      [&](const auto& n) { return scene.coalition[n].id() == to.party; });
      EXPECT_EQ(to.key, scene.coalition[name].encryption.id);
      const auto view = opened(batch, name, name == "defender" ? i : 0);
      EXPECT_EQ(receipt.header, view.header_hash);
      EXPECT_EQ(to.terms, view.terms_digest);
      EXPECT_EQ(wire::encode(to.plain_terms), wire::encode(view.terms));
    }
  }
}

// Envelopes are made one after the other in the same memory: the padding of a short one lies where a long one was.
TEST_P(Batch, NothingOfAnEnvelopeIsInTheNextWhicheverIsLonger) {
  for (const std::string more : {"harbor", "clinic", "defender"}) {
    const auto batch = scene.seal({scene.note(), scene.note(Scene::usual(), {more})});
    for (const std::string by : {"harbor", "clinic", "defender"}) {
      const auto bundle = must(scene.open_bundle(scene.for_party(batch, by), by), "bundle");
      EXPECT_EQ(bundle.views.size(), by == more ? 2u : 1u) << by;
    }
  }
}

TEST_P(Batch, SaltsOfTheReadersAreFreshForEachOfThem) {
  const auto batch = scene.seal({scene.note(), scene.note()});
  std::set<Bytes> seen{Bytes(32)};
  for (const std::string by : {"harbor", "clinic", "defender"})
    for (std::size_t i = 0; i < 2; ++i) {
      const auto view = opened(batch, by, i);
      EXPECT_TRUE(seen.insert(view.terms_salt.view().copy()).second) << by << i;
      EXPECT_TRUE(seen.insert(view.recipient_salt.view().copy()).second) << by << i;
    }
}

TEST_P(Batch, HeadersCarryTheSendersNewestCheckpoint) {
  scene.sender.checkpoint.origin = crypto::sha256(ByteView(std::string_view("origin")));
  scene.sender.checkpoint.size = 417;
  const auto view = opened(scene.seal({scene.note()}), "clinic");
  EXPECT_EQ(view.header.checkpoint.origin, scene.sender.checkpoint.origin);
  EXPECT_EQ(view.header.checkpoint.size, 417u);
  EXPECT_EQ(view.header.checkpoint.root, scene.sender.checkpoint.root);
}

TEST_P(Batch, RecipientGetsTheStaplesOfItsOwnNotes) {
  const auto batch = scene.seal({listed(2, {"clinic"}), listed(3, {"defender"}), listed(2, {"clinic"})});
  for (const std::string by : {"clinic", "defender"}) {
    const Bytes envelope = scene.for_party(batch, by);
    EXPECT_TRUE(passes(scene.open(envelope, by))) << by;
    EXPECT_EQ(cut_open(envelope, scene.coalition[by]).bundle.staples.size(), 1u) << by;
  }
}

// Every value of the sender's own is in the envelope for its archive, the last slot's among them.
TEST_P(Batch, ArchiveOpensForItsSenderWithAllItMayRead) {
  auto spec = Scene::spec_of();
  for (auto& right : spec.rights)
    if (right.agency == "harbor") right.rights = Rights::both;
  Scene reading(GetParam(), spec);
  const auto bundle = must(reading.open_bundle(reading.envelope("harbor"), "harbor"));
  const message::Opened& view = must(bundle.views.front().opened, "view");
  std::size_t present = 0;
  for (const auto& cell : view.cells) present += cell.present ? 1 : 0;
  EXPECT_EQ(present, Scene::usual().size());
  std::uint16_t last = 0;  // that has a value
  for (const auto& [path, text] : Scene::usual()) last = std::max(last, slot_at(path));
  EXPECT_TRUE(std::any_of(view.cells.begin(), view.cells.end(),
                          [&](const auto& cell) { return cell.slot == last && cell.present; }));
}

// One envelope is made where the one before it was: what that left behind must not lie in the padding.
TEST_P(Batch, EnvelopeAfterALargerOneIsStillPaddedWithZeros) {
  for (const std::string larger : {"clinic", "defender"}) {
    const std::string smaller = larger == "clinic" ? "defender" : "clinic";
    std::vector<message::NoteInput> notes;
    for (int i = 0; i < 9; ++i) notes.push_back(scene.note(Scene::usual(), {larger}));
    notes.push_back(scene.note(Scene::usual(), {smaller}));
    const auto batch = scene.seal(notes);
    EXPECT_TRUE(passes(scene.open(scene.for_party(batch, larger), larger))) << larger;
    EXPECT_TRUE(passes(scene.open(scene.for_party(batch, smaller), smaller))) << larger;
  }
}

TEST_P(Batch, RoomOfOneEnvelopeServesThemAll) {
  const std::vector<std::string> readers{"harbor", "clinic", "defender"};
  auto spec = Scene::spec_of();
  for (auto& right : spec.rights)
    if (right.agency == "harbor") right.rights = Rights::both;
  for (const auto c : {FieldClass::mh, FieldClass::txt})
    spec.rights.push_back({"clinic", Compartment(c, Form::full), Rights::read});
  Scene wider(GetParam(), spec);
  std::vector<message::NoteInput> notes;
  for (int i = 0; i < 12; ++i) notes.push_back(wider.note(Scene::usual(), readers));
  const auto batch = wider.seal(notes);
  std::size_t all = 0;
  for (const auto& by : readers) all += cut_open(wider.for_party(batch, by), wider.coalition[by]).bundle_size;
  EXPECT_GT(all, message::padded_body(message::bundle_bound(std::vector<const NoteSchema*>(12, &progress()))));
}

}  // namespace
}  // namespace xch::message_test
