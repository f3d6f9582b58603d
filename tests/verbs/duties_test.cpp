// What a vendor is told of the obligations on a note, and the verbs that carry them out.
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "verbs/caller.hpp"

namespace xch::verbs_test {
namespace {

using session_test::kNow;
using testing::must;
using wire::Json;

/// The clinic is shown treatment after an approval; whoever reads needs deletes them by the day.
struct Duties : ::testing::Test {
  GrantHash grant;
  session_test::World world;
  Bytes to_clinic, to_defender;
  std::string header;

  void SetUp() override {
    auto& pack = world.pack();
    pack.executable.push_back(Obligation::humanApproval);
    pack.executable.insert(std::find(pack.executable.begin(), pack.executable.end(), Obligation::noIntegrate),
                           Obligation::deleteAfter);
    for (auto& row : pack.classes) {
      if (row.field_class == FieldClass::need) row.obligations = {Obligation::deleteAfter};
      if (row.field_class == FieldClass::sud) row.obligations = {Obligation::humanApproval};
    }
    world.found();
    grant = world.issue(session_test::care());
    world.publish_status();
    world.settle();
    auto asked = session_test::request(grant);
    asked.expires_at = kNow + kDay;
    const auto sealed = must(world["harbor"].seal(asked), "seal");
    for (const auto& e : sealed.envelopes) {
      if (e.to == world.party("clinic").id) to_clinic = e.envelope;
      if (e.to == world.party("defender").id) to_defender = e.envelope;
    }
    header = to_hex(sealed.notes.front().header);
  }
};

const Json& row_of(const Json& rows, std::string_view obligation) {
  static const Json kNone = Json::object();
  for (const auto& row : rows.items())
    if (row.text_at("obligation") == obligation) return row;
  return kNone;
}

TEST_F(Duties, OpenSaysWhatEachObligationAsksAndByWhen) {
  Caller caller(world);
  const auto opened = caller.open("defender", to_defender);
  ASSERT_TRUE(opened.is_answer()) << opened.id;
  const Json& note = opened.json.find("notes")->items().front();
  const Json& duties = *note.find("duties");
  EXPECT_EQ(duties.items().size(), note.find("obligations")->items().size());
  EXPECT_EQ(row_of(duties, "delete-after").text_at("until"), "2026-11-27T12:00:00Z");
  EXPECT_EQ(row_of(duties, "delete-after").text_at("kept_by"), "both");
  EXPECT_EQ(row_of(duties, "no-redisclosure").find("until"), nullptr);
  EXPECT_EQ(row_of(duties, "minimum-necessary").text_at("kept_by"), "library");
  for (const auto& duty : duties.items()) EXPECT_FALSE(duty.text_at("says").empty());
}

TEST_F(Duties, ADeletionIsListedAndConfirmed) {
  Caller caller(world);
  EXPECT_TRUE(caller.call("defender", "policy.due", "{}").json.find("rows")->items().empty());
  ASSERT_TRUE(caller.open("defender", to_defender).is_answer());
  world.advance(kDay + 1);
  const auto due = caller.call("defender", "policy.due", "{}");
  ASSERT_EQ(due.json.find("rows")->items().size(), 1u);
  const Json& row = due.json.find("rows")->items().front();
  EXPECT_EQ(row.text_at("header"), header);
  EXPECT_EQ(row.text_at("sender"), "harbor");
  EXPECT_EQ(row.text_at("due"), "2026-11-27T12:00:00Z");
  EXPECT_TRUE(row.find("overdue")->as_boolean());
  EXPECT_EQ(row.find("confirmed_at")->type(), Json::Type::null);
  EXPECT_EQ(caller.call("defender", "policy.deleted", "{}").id, "EX1310");
  EXPECT_EQ(caller.call("defender", "policy.deleted", R"({"header":")" + std::string(64, 'a') + R"("})").id, "EX1017");
  ASSERT_TRUE(caller.call("defender", "policy.deleted", R"({"header":")" + header + R"("})").is_answer());
  const auto after = caller.call("defender", "policy.due", "{}");
  EXPECT_FALSE(after.json.find("rows")->items().front().find("overdue")->as_boolean());
  EXPECT_EQ(after.json.find("rows")->items().front().text_at("confirmed_at"), "2026-11-27T12:00:01Z");
}

TEST_F(Duties, AnApprovalIsLookedAtGivenAndThenTheNoteOpens) {
  Caller caller(world);
  const std::string envelope = R"("envelope":")" + to_base64(to_clinic) + '"';
  EXPECT_EQ(caller.open("clinic", to_clinic).id, "EX3419");
  const auto asked = caller.call("clinic", "policy.approval", "{" + envelope + "}");
  ASSERT_EQ(asked.json.find("rows")->items().size(), 1u);
  const Json& row = asked.json.find("rows")->items().front();
  EXPECT_EQ(row.text_at("header"), header);
  EXPECT_EQ(row.text_at("type"), "progress.engagement");
  EXPECT_EQ(row.text_at("purpose"), "COORD");
  EXPECT_EQ(row.find("classes")->items().size(), 3u);
  EXPECT_EQ(row.text_at("by"), "");
  EXPECT_EQ(caller.call("clinic", "policy.approve", "{" + envelope + "}").id, "EX1310");
  EXPECT_EQ(caller.call("clinic", "policy.approve", "{" + envelope + R"(,"by":""})").path, "by");
  EXPECT_EQ(caller.call("clinic", "policy.approve", R"({"file":"no-such","by":"a"})").is_answer(), false);
  const auto given = caller.call("clinic", "policy.approve", "{" + envelope + R"(,"by":"Dr. Haddad"})");
  ASSERT_TRUE(given.is_answer()) << given.id;
  EXPECT_EQ(given.json.find("rows")->items().front().text_at("by"), "Dr. Haddad");
  const auto opened = caller.open("clinic", to_clinic);
  ASSERT_EQ(opened.json.find("notes")->items().size(), 1u);
  EXPECT_EQ(row_of(*opened.json.find("notes")->items().front().find("duties"), "human-approval").text_at("kept_by"),
            "library");
}

}  // namespace
}  // namespace xch::verbs_test
