// Notes about several persons at once: each under its own grant, each attendee with its own rows.
#include "session/packet.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Compartment full(FieldClass c) { return Compartment(c, Form::full); }

/// A consent of one person: harbor writes engagement and needs; who else is named reads them.
GrantAsked consent_of(const std::string& subject, std::uint32_t index, const std::vector<std::string>& readers) {
  GrantAsked asked;
  asked.subject = subject;
  asked.index = index;
  asked.id = testing::fixed_id<GrantId>("grant " + subject);
  for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud})
    asked.rights.push_back({"harbor", full(c), Rights::both});
  for (const auto& reader : readers) {
    for (const auto c : {FieldClass::eng, FieldClass::need, FieldClass::sud})
      asked.rights.push_back({reader, full(c), Rights::read});
    asked.edges.push_back({"harbor", reader});
  }
  return asked;
}

std::string known_as(const std::string& subject) { return to_hex(testing::fixed_id<Pseudonym>(subject + "-harbor")); }

std::string item(const std::string& ask) {
  return R"({"meetingOn": "2026-12-01", "agenda": ["permanentHousing"], "asks": [")" + ask +
         R"("], "owner": "caseManager"})";
}

session::PacketRow row(const std::string& subject) {
  session::PacketRow out;
  out.note.type = "owg.packet";
  out.note.json = item("about " + subject);
  out.subject = known_as(subject);
  return out;
}

/// The table is clinic and defender. Ann's consent names both, bob's the clinic alone, dan's was revoked, cyd has none.
struct Packet : ::testing::Test {
  static void SetUpTestSuite() {
    world = std::make_unique<World>();
    world->found();
    ann = world->issue(consent_of("ann", 7, {"clinic", "defender"}));
    world->issue(consent_of("bob", 8, {"clinic"}));
    world->issue(consent_of("dan", 9, {"clinic", "defender"}));
    world->publish_status({{9, GrantState::revoked}});
    world->settle();
  }
  static void TearDownTestSuite() { world.reset(); }

  session::Session& harbor = (*world)["harbor"];
  session::PacketRequest packet(const std::vector<std::string>& subjects) {
    session::PacketRequest out;
    for (const auto& subject : subjects) out.rows.push_back(row(subject));
    out.to = {"clinic", "defender"};
    out.purpose = Purpose::coord;
    return out;
  }
  /// What each attendee finds in its envelopes of this answer: the asks of its rows.
  std::map<std::string, std::vector<std::string>> opened(const session::PacketAnswer& answer) {
    std::map<std::string, std::vector<std::string>> out;
    for (std::size_t i = 0; i < answer.sealed.envelopes.size(); ++i) {
      const std::string& who = answer.sealed.mailboxes[i];
      const auto notes = must((*world)[who].open_envelope(answer.sealed.envelopes[i].envelope), "open");
      EXPECT_TRUE(notes.refused.empty());
      for (const auto& note : notes.notes) {
        const std::string list = value_of(note, "asks");
        const auto at = list.find("about ");
        out[who].push_back(at == std::string::npos ? "" : list.substr(at, 9));
      }
      std::sort(out[who].begin(), out[who].end());
    }
    return out;
  }

  static std::unique_ptr<World> world;
  static GrantHash ann;
};
std::unique_ptr<World> Packet::world;
GrantHash Packet::ann;

TEST_F(Packet, GivesEachAttendeeOneEnvelopeWithTheRowsOfItsOwnGrants) {
  const auto answer = harbor.packets().seal(packet({"ann", "bob"}));
  ASSERT_TRUE(passes(answer));
  EXPECT_EQ(answer->sealed.notes.size(), 2u);
  EXPECT_EQ(answer->sealed.envelopes.size(), 3u);  // the archive is the third
  EXPECT_TRUE(answer->left_out.empty());
  auto found = opened(*answer);
  EXPECT_THAT(found["clinic"], ElementsAre("about ann", "about bob"));
  EXPECT_THAT(found["defender"], ElementsAre("about ann"));
  ASSERT_EQ(answer->withheld.size(), 1u);
  EXPECT_EQ(answer->withheld.front().row, 1u);
  EXPECT_EQ(answer->withheld.front().party, "defender");
  ASSERT_TRUE(answer->withheld.front().why);
  EXPECT_EQ(answer->withheld.front().why->code, Code::seal_recipient_not_named);
}

// The size says how many rows the attendee itself has, and nothing of the others.
TEST_F(Packet, S3ToldNobodyHowManyOthersThereWere) {
  const auto sizes = [&](const std::vector<std::string>& subjects) {
    std::map<std::string, std::size_t> out;
    const auto answer = must(harbor.packets().seal(packet(subjects)), "seal");
    for (std::size_t i = 0; i < answer.sealed.envelopes.size(); ++i)
      out[answer.sealed.mailboxes[i]] = answer.sealed.envelopes[i].envelope.size();
    return out;
  };
  EXPECT_EQ(sizes({"ann"})["defender"], sizes({"ann", "bob", "cyd"})["defender"]);
}

TEST_F(Packet, LeavesOutWhoHasNoGrantOrAnEndedOneAndTellsTheSenderAlone) {
  const auto answer = must(harbor.packets().seal(packet({"cyd", "ann", "dan"})), "seal");
  ASSERT_EQ(answer.left_out.size(), 2u);
  EXPECT_EQ(answer.left_out[0].row, 0u);
  EXPECT_EQ(answer.left_out[0].subject, known_as("cyd"));
  EXPECT_EQ(answer.left_out[0].why.code, Code::seal_no_grant);
  EXPECT_EQ(answer.left_out[0].why.path, "rows[0]");
  EXPECT_EQ(answer.left_out[1].row, 2u);
  EXPECT_EQ(answer.left_out[1].why.code, Code::revoked);
  auto found = opened(answer);
  EXPECT_THAT(found["clinic"], ElementsAre("about ann"));
  // Nobody at all: nothing is sealed, and that is no error of the call.
  const auto before = count_events(harbor, EventKind::sealed);
  const auto none = must(harbor.packets().seal(packet({"cyd", "dan"})), "none");
  EXPECT_TRUE(none.sealed.envelopes.empty());
  EXPECT_EQ(none.left_out.size(), 2u);
  EXPECT_EQ(count_events(harbor, EventKind::sealed), before);
}

TEST_F(Packet, KeepsADefenderWithAConflictFromThatPersonsRowAlone) {
  auto asked = packet({"ann", "bob"});
  asked.conflicts = {{"defender", known_as("ann")}};
  const auto answer = must(harbor.packets().seal(asked), "seal");
  auto found = opened(answer);
  EXPECT_THAT(found["clinic"], ElementsAre("about ann", "about bob"));
  EXPECT_EQ(found.count("defender"), 0u);
  ASSERT_EQ(answer.withheld.size(), 2u);
  EXPECT_FALSE(answer.withheld.front().why);  // the conflict
  // Without one the defender has the row; with one of somebody else too.
  asked.conflicts = {{"defender", known_as("bob")}};
  EXPECT_THAT(opened(must(harbor.packets().seal(asked), "seal"))["defender"], ElementsAre("about ann"));
}

TEST_F(Packet, RefusesAConflictThatWouldKeepNobodyOut) {
  auto asked = packet({"ann"});
  asked.conflicts = {{"defender", known_as("bob")}};
  const auto no_such_row = harbor.packets().seal(asked);
  ASSERT_TRUE(refuses(no_such_row, Code::usage));
  EXPECT_EQ(no_such_row.error().path, "conflicts[0].subject");
  asked.conflicts = {{"patrol", known_as("ann")}};
  const auto not_there = harbor.packets().seal(asked);
  ASSERT_TRUE(refuses(not_there, Code::usage));
  EXPECT_EQ(not_there.error().path, "conflicts[0].party");
}

// What is said about a third person goes under that person's own grant, or nowhere.
TEST_F(Packet, SendsNoFactThatTheRowsOwnGrantDoesNotCover) {
  auto asked = packet({"ann", "bob"});
  for (auto& each : asked.rows) each.note.type = "progress.engagement";
  asked.rows[0].note.json = R"({"engaged": "active", "narrative": "Her brother bob was there."})";
  asked.rows[1].note.json = R"({"engaged": "active"})";
  asked.keep_archive_copy = false;
  const auto answer = must(harbor.packets().seal(asked), "seal");
  ASSERT_EQ(answer.left_out.size(), 1u);
  EXPECT_EQ(answer.left_out.front().row, 0u);
  EXPECT_EQ(answer.left_out.front().why.code, Code::seal_no_write_right);
  EXPECT_EQ(answer.left_out.front().why.path, "rows[0].narrative");
  EXPECT_EQ(answer.sealed.notes.size(), 1u);
}

TEST_F(Packet, ShowsWhatEachWouldSeeAndWritesNothing) {
  auto asked = packet({"ann", "bob", "cyd"});
  const auto before = must(harbor.journal(1, 100000), "journal").size();
  const auto shown = must(harbor.packets().preview(asked), "preview");
  EXPECT_EQ(must(harbor.journal(1, 100000), "journal").size(), before);
  ASSERT_EQ(shown.attendees.size(), 2u);
  const auto rows_of = [&](std::size_t i) {
    std::vector<std::size_t> out;
    for (const auto& each : shown.attendees[i].rows) out.push_back(each.row);
    return out;
  };
  EXPECT_EQ(shown.attendees[0].party, "clinic");
  EXPECT_THAT(rows_of(0), ElementsAre(0, 1));
  EXPECT_EQ(shown.attendees[1].party, "defender");
  EXPECT_THAT(rows_of(1), ElementsAre(0));
  ASSERT_EQ(shown.left_out.size(), 1u);
  EXPECT_EQ(shown.left_out.front().row, 2u);
  // The very rows that the seal then makes.
  const auto sealed = must(harbor.packets().seal(asked), "seal");
  ASSERT_EQ(sealed.left_out.size(), 1u);
  EXPECT_THAT(opened(sealed)["defender"], ElementsAre("about ann"));
}

TEST_F(Packet, TheSameKeyGivesTheSameEnvelopesAndNoOtherPacket) {
  auto asked = packet({"ann", "bob"});
  asked.idempotency_key = "conference of tuesday";
  const auto first = must(harbor.packets().seal(asked), "first"), again = must(harbor.packets().seal(asked), "again");
  EXPECT_FALSE(first.sealed.duplicate);
  EXPECT_TRUE(again.sealed.duplicate);
  ASSERT_EQ(again.sealed.envelopes.size(), first.sealed.envelopes.size());
  for (std::size_t i = 0; i < first.sealed.envelopes.size(); ++i)
    EXPECT_EQ(again.sealed.envelopes[i].envelope, first.sealed.envelopes[i].envelope);
  auto other = asked;
  other.conflicts = {{"defender", known_as("ann")}};
  EXPECT_TRUE(refuses(harbor.packets().seal(other), Code::idempotency_conflict));
  other = asked;
  other.rows[1].note.json = item("something else");
  EXPECT_TRUE(refuses(harbor.packets().seal(other), Code::idempotency_conflict));
}

TEST_F(Packet, RefusesWhatIsWrongWithThePacketAsAWhole) {
  const auto refusal = [&](auto change) {
    auto asked = packet({"ann", "bob"});
    change(asked);
    const auto answer = harbor.packets().seal(asked);
    return answer ? std::string() : std::string(info(answer.error().code).name) + " " + answer.error().path;
  };
  EXPECT_EQ(refusal([](auto&) {}), "");
  EXPECT_EQ(refusal([](auto& p) { p.rows.clear(); }), "usage rows");
  EXPECT_EQ(refusal([](auto& p) { p.to.clear(); }), "usage to");
  EXPECT_EQ(refusal([](auto& p) { p.to.push_back("clinic"); }), "usage to[2]");
  EXPECT_EQ(refusal([](auto& p) { p.to.push_back("nobody"); }), "seal_recipient_unknown to[2]");
  EXPECT_EQ(refusal([](auto& p) { p.purpose = Purpose::none; }), "seal_purpose_missing ");
  EXPECT_EQ(refusal([](auto& p) { p.rows[1] = p.rows[0]; }), "usage rows[1].subject");
  EXPECT_EQ(refusal([](auto& p) { p.rows[1].subject = "bob"; }), "usage rows[1].subject");
  EXPECT_EQ(refusal([](auto& p) {
              p.rows[1].grant = GrantHash{};
              p.rows[1].subject = "";
            }),
            "seal_no_grant rows[1].subject");
  EXPECT_EQ(refusal([](auto& p) { p.rows[1].grant = ann; }), "usage rows[1].subject");  // ann's, a second time
  EXPECT_EQ(refusal([](auto& p) { p.rows[1].note.json = R"({"askz": []})"; }).substr(0, 26),
            "json_unknown_field rows[1]");
}

}  // namespace
}  // namespace xch::session_test
