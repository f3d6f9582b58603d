// Class isolation (28 CFR 94.115) in one message: the isolated compartment has a note of its own, and no other note has
// even a hash of it.
#include <algorithm>
#include <set>

#include "message/cells.hpp"
#include "message/cut.hpp"
#include "wire/records.hpp"

namespace xch::message_test {
namespace {

const Compartment kVictim(FieldClass::sdv, Form::full), kWho(FieldClass::id, Form::full);

/// victim_spec: liaison writes ID, CON and SDV for harbor, which reads SDV where `released`.
testing::GrantSpec victim_spec(bool released) {
  testing::GrantSpec spec;
  for (const auto k : {kWho, kVictim, Compartment(FieldClass::con, Form::full)}) {
    spec.rights.push_back({"liaison", k, Rights::write});
    if (k != kVictim || released) spec.rights.push_back({"harbor", k, Rights::read});
  }
  spec.edges = {{"liaison", "harbor"}};
  return spec;
}

/// AskedFor notes which compartments the gate's keys were asked for.
class AskedFor final : public message::CompartmentKeys {
 public:
  explicit AskedFor(message::CompartmentKeys& keys) : keys_(keys) {}
  Status secret(const GrantHash& grant, Compartment k, MutableView out) override {
    compartments.insert(k);
    return keys_.secret(grant, k, out);
  }
  Result<Bytes> wrap(const GrantHash& grant, Compartment k, const PartyId& reader) override {
    compartments.insert(k);
    return keys_.wrap(grant, k, reader);
  }
  Status keep_wrap(const GrantHash& grant, Compartment k, const PartyId& reader, ByteView sealed) override {
    return keys_.keep_wrap(grant, k, reader, sealed);
  }
  Status flush() override { return keys_.flush(); }
  std::set<Compartment> compartments;

 private:
  message::CompartmentKeys& keys_;
};

class Part : public ::testing::TestWithParam<SuiteId> {
 protected:
  message::NoteInput note(std::uint16_t part, const Scene::Values& values = values_of()) {
    auto out = scene.note(values, {"harbor"});
    out.part = part;
    return out;
  }
  static Scene::Values values_of() { return {{"name", "Maria Reyes"}, {"phone", "555 0100"}, {"victimPresent", "2"}}; }
  Bytes sealed(const message::NoteInput& note) { return scene.for_party(scene.seal({note}), "harbor"); }
  std::uint16_t slot(const std::string& path) { return slot_of(scene.schema(), path, Form::full); }
  Scene scene{GetParam(), victim_spec(true), builtin_type("referral.arrest"), "liaison"};
};
XCH_FOR_EVERY_SUITE(Part);

TEST_P(Part, HoldsItsOwnCompartmentAlone) {
  const Bytes bytes = sealed(note(kVictim.value));
  const auto opened = must(scene.open_bundle(bytes, "harbor"));
  const message::Opened& view = must(opened.views.front().opened, "view");
  EXPECT_EQ(view.header.part, kVictim.value);
  EXPECT_EQ(view.terms.compartments, std::vector<Compartment>{kVictim});
  ASSERT_EQ(view.cells.size(), 1u);
  EXPECT_EQ(view.cells.front().slot, slot("victimPresent"));
  EXPECT_TRUE(view.cells.front().present);
}

TEST_P(Part, LeavesNothingOfItInTheGeneralNote) {
  const Bytes with = sealed(note(0)), without = sealed(note(0, {{"name", "Maria Reyes"}, {"phone", "555 0100"}}));
  EXPECT_EQ(with.size(), without.size());
  for (const Bytes& bytes : {with, without}) {
    const Cut cut = cut_open(bytes, scene.coalition["harbor"]);
    EXPECT_EQ(cut.views.front().slots[slot("victimPresent")].size(), message::kLeafSize);
    const auto opened = must(scene.open_bundle(bytes, "harbor"));
    const message::Opened& view = must(opened.views.front().opened, "view");
    EXPECT_FALSE(std::binary_search(view.terms.compartments.begin(), view.terms.compartments.end(), kVictim));
    EXPECT_EQ(std::count_if(view.cells.begin(), view.cells.end(),
                            [&](const auto& cell) { return cell.slot == slot("victimPresent"); }), 0);
  }
}

// The general note is sealed without any secret of the isolated compartment, so its leaf there is made of no cell.
TEST_P(Part, IsAskedForNoSecretByTheGeneralNote) {
  const auto asked_for = [&](std::uint16_t part) {
    AskedFor keys(scene.keys);
    must(message::seal(scene.sender, {note(part)}, kNow, keys, scene.arenas, scene.random), "seal");
    return keys.compartments;
  };
  EXPECT_EQ(asked_for(0).count(kVictim), 0u);
  EXPECT_EQ(asked_for(0).count(kWho), 1u);
  EXPECT_EQ(asked_for(kVictim.value), std::set<Compartment>{kVictim});
}

TEST_P(Part, GoesToNobodyWhoDoesNotHoldIt) {
  Scene other(GetParam(), victim_spec(false), builtin_type("referral.arrest"), "liaison");
  auto to_harbor = other.note(values_of(), {"harbor"});
  to_harbor.part = kVictim.value;
  EXPECT_TRUE(refuses(other.try_seal({to_harbor}), Code::seal_terms_empty));
  to_harbor.part = 0;
  EXPECT_TRUE(passes(other.try_seal({to_harbor})));
  EXPECT_TRUE(passes(scene.try_seal({note(kVictim.value)})));
}

// What a note holds for its other parts is neither sealed with this one nor asked for.
TEST_P(Part, AsksForTheWriteRightOfItsOwnFieldsAlone) {
  const auto without = [&](Compartment k) {
    auto spec = victim_spec(true);
    spec.rights.erase(std::remove_if(spec.rights.begin(), spec.rights.end(), [&](const auto& r) {
      return r.compartment == k && r.rights == Rights::write;
    }), spec.rights.end());
    return spec;
  };
  const auto sealed_by = [&](Compartment k, std::uint16_t part) -> Status {
    Scene other(GetParam(), without(k), builtin_type("referral.arrest"), "liaison");
    auto whole = other.note(values_of(), {"harbor"});
    whole.part = part;
    XCH_TRY(message::check_seal(other.sender, {whole}, kNow));
    return Ok{};
  };
  EXPECT_TRUE(passes(sealed_by(kWho, kVictim.value)));
  EXPECT_TRUE(refuses(sealed_by(kWho, 0), Code::seal_no_write_right));
  EXPECT_TRUE(passes(sealed_by(kVictim, 0)));
  EXPECT_FALSE(sealed_by(kVictim, kVictim.value).has_value());
}

TEST_P(Part, IsNamedInTheReceipt) {
  EXPECT_EQ(scene.seal({note(kVictim.value)}).notes.front().part, kVictim.value);
  EXPECT_EQ(scene.seal({note(0)}).notes.front().part, 0);
}

TEST_P(Part, IsNeverInABatchWithAnother) {
  EXPECT_TRUE(refuses(scene.try_seal({note(kVictim.value), note(0)}), Code::usage));
  EXPECT_TRUE(passes(scene.try_seal({note(kVictim.value), note(kVictim.value)})));
}

TEST_P(Part, IsNamedInNoThread) {
  auto threaded = note(kVictim.value);
  threaded.to.front().thread_prev = testing::fixed_id<HeaderHash>("the note before");
  const auto opened = must(scene.open_bundle(sealed(threaded), "harbor"));
  EXPECT_TRUE(must(opened.views.front().opened, "view").terms.thread_prev.is_zero());
  threaded.part = 0;
  const auto general = must(scene.open_bundle(sealed(threaded), "harbor"));
  EXPECT_EQ(must(general.views.front().opened, "view").terms.thread_prev, testing::fixed_id<HeaderHash>("the note before"));
}

// A sender that tries it all the same.
TEST_P(Part, IsRefusedWhereItsTermsNameAnotherCompartment) {
  const auto changed = [&](std::uint16_t part, auto edit) {
    Parts parts = scene.take_apart(sealed(note(part)), "harbor");
    edit(parts);
    return scene.open(scene.put_together(parts), "harbor");
  };
  const auto nothing = [](Parts&) {};
  EXPECT_TRUE(passes(changed(kVictim.value, nothing)));
  EXPECT_TRUE(passes(changed(0, nothing)));
  EXPECT_TRUE(refuses(changed(0, [](Parts& p) {
    p.terms.compartments.push_back(kVictim);
    std::sort(p.terms.compartments.begin(), p.terms.compartments.end());
  }), Code::open_terms));
  EXPECT_TRUE(refuses(changed(kVictim.value, [](Parts& p) { p.terms.compartments.insert(p.terms.compartments.begin(), kWho); }),
                      Code::open_terms));
  // The number of a part that is none, and of the other part.
  EXPECT_TRUE(refuses(changed(kVictim.value, [](Parts& p) { p.header.part = kWho.value; }), Code::open_part));
  EXPECT_TRUE(refuses(changed(kVictim.value, [](Parts& p) { p.header.part = 0; }), Code::open_terms));
  EXPECT_TRUE(refuses(changed(0, [](Parts& p) { p.header.part = kVictim.value; }), Code::open_terms));
  // Its cell in the general note, or another's in its own.
  EXPECT_TRUE(refuses(changed(0, [&](Parts& p) { p.raw(slot("victimPresent"), Bytes(message::cell_size(32), 7)); }),
                      Code::open_cell_outside));
  EXPECT_TRUE(refuses(changed(kVictim.value, [&](Parts& p) { p.raw(slot("name"), Bytes(message::cell_size(256), 7)); }),
                      Code::open_cell_outside));
}

}  // namespace
}  // namespace xch::message_test
