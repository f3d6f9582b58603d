// policy due, deleted, approve, and packet seal, in the demo's homes; tests/verbs has a pack that asks for more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST(PolicyDuties, SayThatNothingIsAskedWhereNothingIs) {
  const auto due = demo().as("public-defender", {"policy", "due"});
  EXPECT_EQ(due.status, 0) << due.err;
  EXPECT_EQ(due.out, "No note that was opened here asks to be deleted.\n");
  const auto deleted = demo().as("public-defender", {"policy", "deleted", std::string(64, 'a')});
  EXPECT_EQ(deleted.status, 4);
  EXPECT_THAT(deleted.err, HasSubstr("nothing was recorded"));
  EXPECT_EQ(demo().as("public-defender", {"policy", "deleted", "aa"}).status, 2);
  // A note that waits for nobody has nothing to approve.
  const std::string note = names(demo().home("case-management") / "spool/in/cur").front();
  const auto approved = demo().as("case-management", {"policy", "approve", note, "--by", "J. Ortiz"});
  EXPECT_NE(approved.status, 0);
  EXPECT_THAT(approved.err, HasSubstr("nothing was approved"));
}

/// The agenda of a meeting of the defender and the prosecutor, by what case management holds: the person of the
/// justice condition, and somebody whom nobody knows.
std::string agenda() {
  std::string person;
  const auto grants = json::parse(demo().as("case-management", {"grants", "--json"}).out);
  for (const auto& row : grants["rows"])
    if (row["basis"] == "justice-condition") person = row["subject"];
  const json rows = {{{"subject", person}, {"basis", "justice-condition"}, {"note", {{"engaged", "active"}}}},
                     {{"subject", std::string(32, '0')}, {"note", {{"engaged", "active"}}}}};
  return json{
      {"type", "progress.engagement"}, {"purpose", "FILING"}, {"to", {"prosecutor", "public-defender"}}, {"rows", rows}}
      .dump();
}

TEST(Packet, ShowsWhoWouldSeeWhatAndSealsItOnce) {
  const Folder folder;
  const auto file = folder.write("agenda.json", agenda()).string();
  const auto shown = demo().as("case-management", {"packet", "seal", file, "--dry-run"});
  EXPECT_EQ(shown.status, 8) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("prosecutor\n"));
  EXPECT_THAT(shown.out, HasSubstr("engaged"));
  EXPECT_THAT(shown.out, HasSubstr("Left out: row 2, 00000000000000000000000000000000: no grant in force covers"));
  EXPECT_THAT(shown.out, HasSubstr("Not for public-defender: row 1:"));
  EXPECT_THAT(shown.err, HasSubstr("Nothing was sealed (dry run)."));

  const std::vector<std::string> words = {"packet", "seal", file, "--no-deliver", "--key", "conference", "--json"};
  const auto sealed = demo().as("case-management", words);
  EXPECT_EQ(sealed.status, 8) << sealed.err;
  const auto answer = json::parse(sealed.out);
  EXPECT_EQ(answer["notes"].size(), 1u);
  EXPECT_EQ(answer["left_out"][0]["why"]["id"], "EX2103");
  const auto again = json::parse(demo().as("case-management", words).out);
  EXPECT_EQ(again["duplicate"], true);
  EXPECT_EQ(again["notes"], answer["notes"]);
}

TEST(Packet, RefusesAnAgendaByThePlaceOfItsFault) {
  With with;
  with.input = R"({"type":"owg.packet","rows":[{}]})";
  const auto ran = demo().as("case-management", {"packet", "seal", "-"}, with);
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("rows[0].note"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was sealed"));
}

}  // namespace
}  // namespace xch::cli
