// Class isolation: victim data is sealed in a note, a batch and an envelope of its own, for those alone who hold it,
// whether or not there is any (docs/format.md, "Class isolation"; 28 CFR 94.115).
#include <algorithm>

#include "session/world.hpp"

namespace xch::session_test {
namespace {

constexpr Compartment kVictim{FieldClass::sdv, Form::full};

struct Isolation : ::testing::Test {
  World world;
  GrantHash grant;

  void SetUp() override {
    // A coalition whose counsel lets the case manager send this note type on, and lets the clinic have victim data.
    for (auto& edge : world.pack().edges) {
      if (edge.schema != "referral.arrest") continue;
      edge.from = {Role::leo, Role::les, Role::cm};
      edge.to = {Role::pros, Role::pm, Role::cm, Role::txp, Role::pd};
    }
    for (auto& cell : world.pack().cells) {
      const bool clinic = cell.role == Role::txp || cell.role == Role::cm;
      if (cell.basis != Basis::part2Consent || cell.purpose != Purpose::coord || cell.field_class != FieldClass::sdv || !clinic)
        continue;
      cell.effect = Effect::allow;
      cell.form = Form::full;
    }
    world.found();
    GrantAsked asked;
    const Compartment id(FieldClass::id, Form::full);
    for (const auto k : {id, kVictim}) {
      asked.rights.push_back({"harbor", k, Rights::both});
      asked.rights.push_back({"clinic", k, Rights::read});
    }
    asked.rights.push_back({"defender", id, Rights::read});
    asked.edges = {{"harbor", "clinic"}, {"harbor", "defender"}};
    grant = world.issue(asked);
    world.publish_status();
    world.settle();
  }
  session::SealRequest referral(const std::string& json) {
    auto out = request(grant, json);
    out.notes.front().type = "referral.arrest";
    return out;
  }
  std::vector<std::pair<std::string, std::size_t>> shape(const session::SealAnswer& sealed) {
    std::vector<std::pair<std::string, std::size_t>> out;
    for (std::size_t i = 0; i < sealed.envelopes.size(); ++i)
      out.emplace_back(sealed.mailboxes[i], sealed.envelopes[i].envelope.size());
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(Isolation, GivesVictimDataANoteAndEnvelopesOfItsOwnForItsHoldersAlone) {
  const auto sealed = world["harbor"].seal(referral(R"({"name": "Zephyrine Quillfeather", "victimPresent": "yes"})"));
  ASSERT_TRUE(passes(sealed));
  ASSERT_EQ(sealed->notes.size(), 2u);
  EXPECT_EQ(sealed->notes[0].part, 0u);
  EXPECT_EQ(sealed->notes[1].part, kVictim.value);
  EXPECT_NE(sealed->notes[0].note_id, sealed->notes[1].note_id);
  EXPECT_EQ(sealed->envelopes.size(), 5u);  // clinic, defender, harbor; clinic, harbor
  EXPECT_EQ(std::count(sealed->mailboxes.begin(), sealed->mailboxes.end(), "defender"), 1);
  EXPECT_EQ(std::count(sealed->mailboxes.begin(), sealed->mailboxes.end(), "clinic"), 2);

  bool seen = false;
  for (const auto& e : sealed->envelopes) {
    if (e.to == world.party("defender").id) {
      const auto opened = world["defender"].open_envelope(e.envelope);
      ASSERT_TRUE(passes(opened));
      ASSERT_EQ(opened->notes.size(), 1u);
      EXPECT_EQ(opened->notes.front().opened.header.part, 0u);
      EXPECT_TRUE(value_of(opened->notes.front(), "victimPresent").empty());
    }
    if (e.to != world.party("clinic").id) continue;
    const auto opened = world["clinic"].open_envelope(e.envelope);
    ASSERT_TRUE(passes(opened));
    ASSERT_EQ(opened->notes.size(), 1u);
    const auto& note = opened->notes.front();
    EXPECT_EQ(value_of(note, "victimPresent").empty(), note.opened.header.part == 0);
    EXPECT_EQ(value_of(note, "name").empty(), note.opened.header.part != 0);
    seen = seen || !value_of(note, "victimPresent").empty();
  }
  EXPECT_TRUE(seen);
}

TEST_F(Isolation, S3MakesTheSameEnvelopesWhetherOrNotThereIsVictimData) {
  const auto with = must(world["harbor"].seal(referral(R"({"name": "A", "victimPresent": "yes"})")), "seal");
  const auto without = must(world["harbor"].seal(referral(R"({"name": "A"})")), "seal");
  EXPECT_EQ(shape(with), shape(without));
}

TEST_F(Isolation, NamesThatNoteInNoThread) {
  must(world["harbor"].seal(referral(R"({"name": "A"})")), "seal");
  const auto second = must(world["harbor"].seal(referral(R"({"name": "B"})")), "seal");
  for (const auto& e : second.envelopes) {
    if (e.to != world.party("clinic").id) continue;
    const auto opened = world["clinic"].open_envelope(e.envelope);
    ASSERT_TRUE(passes(opened));
    const auto& note = opened->notes.front().opened;
    EXPECT_EQ(note.terms.thread_prev.is_zero(), note.header.part != 0);
  }
}

}  // namespace
}  // namespace xch::session_test
