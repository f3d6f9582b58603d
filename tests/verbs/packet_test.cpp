// packet.seal and packet.preview: the agenda of a meeting as JSON.
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "verbs/caller.hpp"

namespace xch::verbs_test {
namespace {

using testing::must;
using wire::Json;

struct PacketVerbs : ::testing::Test {
  static void SetUpTestSuite() { world = session_test::world_with_care(); }
  static void TearDownTestSuite() { world.reset(); }
  static std::unique_ptr<session_test::World> world;
  static std::string person(const std::string& subject) {
    return to_hex(testing::fixed_id<Pseudonym>(subject + "-harbor"));
  }
  static std::string row(const std::string& subject, const std::string& note = R"({"asks": ["A quiet room."]})") {
    return R"({"subject":")" + person(subject) + R"(","note":)" + note + "}";
  }
  static std::string agenda(const std::string& rows, const std::string& more = "") {
    return R"({"agenda":{"type":"owg.packet","purpose":"COORD","to":["clinic","defender"],"rows":[)" + rows + "]" +
           more + "}}";
  }
};
std::unique_ptr<session_test::World> PacketVerbs::world;

TEST_F(PacketVerbs, ShowEachAttendeesRowsAndTellTheSenderWhoIsLeftOut) {
  Caller caller(*world);
  const std::string request = agenda(row("p") + "," + row("nobody"),
                                     R"(,"conflicts":[{"party":"defender","subject":")" + person("p") + R"("}])");
  const auto shown = caller.call("harbor", "packet.preview", request);
  ASSERT_TRUE(shown.is_answer()) << shown.id << " " << shown.path;
  EXPECT_EQ(shown.json.text_at("kind"), "packet-preview");
  const auto& seats = shown.json.find("attendees")->items();
  ASSERT_EQ(seats.size(), 2u);
  EXPECT_EQ(seats[0].text_at("to"), "clinic");
  ASSERT_EQ(seats[0].find("rows")->items().size(), 1u);
  EXPECT_EQ(seats[0].find("rows")->items()[0].text_at("subject"), person("p"));
  EXPECT_TRUE(seats[1].find("rows")->items().empty());
  const Json& left = shown.json.find("left_out")->items().front();
  EXPECT_EQ(left.natural_at("row"), 1u);
  EXPECT_EQ(left.find("why")->text_at("id"), "EX2103");
  EXPECT_TRUE(shown.json.find("withheld")->items().front().find("conflict")->as_boolean());

  const auto sealed = caller.call("harbor", "packet.seal", request);
  ASSERT_TRUE(sealed.is_answer()) << sealed.id;
  EXPECT_EQ(sealed.json.text_at("kind"), "packet-sealed");
  EXPECT_EQ(sealed.json.find("notes")->items().size(), 1u);
  EXPECT_EQ(sealed.json.find("left_out")->items().size(), 1u);
  for (const auto& envelope : sealed.json.find("envelopes")->items()) EXPECT_NE(envelope.text_at("to"), "defender");
}

TEST_F(PacketVerbs, RefuseAnAgendaThatIsNoneByItsPlace) {
  Caller caller(*world);
  const auto refusal = [&](const std::string& request) {
    const auto answer = caller.call("harbor", "packet.seal", request);
    return answer.id + " " + answer.path;
  };
  EXPECT_EQ(refusal("{}"), "EX1310 agenda");
  EXPECT_EQ(refusal(R"({"agenda":[]})"), "EX1307 agenda");
  EXPECT_EQ(refusal(R"({"agenda":{"typ":""}})"), "EX1306 agenda.member 1");
  EXPECT_EQ(refusal(agenda("7")), "EX1307 rows[0]");
  EXPECT_EQ(refusal(agenda(R"({"subject":""})")), "EX1310 rows[0].note");
  EXPECT_EQ(refusal(agenda(R"({"note":{},"nothing_to_share":true})")), "EX1311 rows[0].note");
  EXPECT_EQ(refusal(agenda(R"({"note":7})")), "EX1307 rows[0].note");
  EXPECT_EQ(refusal(agenda(row("p", R"({"asks": 7})"))), "EX1307 rows[0].asks");
  EXPECT_EQ(refusal(agenda(row("p"), R"(,"conflicts":7)")), "EX1307 conflicts");
  EXPECT_EQ(refusal(agenda(row("p"), R"(,"conflicts":[{"party":"defender"}])")), "EX1310 subject");
  EXPECT_EQ(refusal(agenda(row("p"), R"(,"expires":"soon")")), "EX1308 expires");
}

}  // namespace
}  // namespace xch::verbs_test
