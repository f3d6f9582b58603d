// consent due: what ends soon, for people, programs and calendars.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Ran due(std::vector<std::string> more) {
  more.insert(more.begin(), {"consent", "due"});
  return demo().as("program-office", more);
}
json rows(std::vector<std::string> more) {
  more.push_back("--json");
  const auto ran = due(more);
  EXPECT_EQ(ran.status, 0) << ran.err;
  return json::parse(ran.out)["rows"];
}
json listed() { return json::parse(demo().as("program-office", {"consent", "list", "--json"}).out)["rows"]; }

TEST(ConsentDue, ListsWhatIsInForceAndEndsWithinTheDays) {
  std::vector<std::string> active, found;
  for (const auto& row : listed())
    if (row["state"] == "active") active.push_back(row["id"]);
  ASSERT_FALSE(active.empty());
  for (const auto& row : rows({"--within", "3000"})) found.push_back(row["id"]);
  std::sort(active.begin(), active.end());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, active);
  EXPECT_EQ(rows({"--within", "0d"}).size(), 0u);
}

TEST(ConsentDue, CountsTheDaysToTheEndAndTheDayOfARevocationThatWaits) {
  for (const auto& grant : listed()) {
    if (grant["state"] != "active") continue;
    const std::string ends = grant["pending"] == true ? grant["revocable_at"] : grant["not_after"];
    // A week and a second before it ends, and after it has ended.
    const std::string day_of_end = ends.substr(0, 10);
    const auto on_the_day = rows({"--within", "3000", "--at", day_of_end});
    const auto at =
        std::find_if(on_the_day.begin(), on_the_day.end(), [&](const json& row) { return row["id"] == grant["id"]; });
    ASSERT_NE(at, on_the_day.end());
    EXPECT_EQ((*at)["ends"], ends);
    EXPECT_EQ((*at)["days"], 0);
    const auto later = rows({"--within", "3000", "--at", std::to_string(std::stoi(ends.substr(0, 4)) + 1) + "-01-31"});
    EXPECT_TRUE(std::none_of(later.begin(), later.end(), [&](const json& row) { return row["id"] == grant["id"]; }));
  }
}

TEST(ConsentDue, SaysItInATableOrThatThereIsNone) {
  const auto table = due({"--within", "3000d"});
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("days left"));
  EXPECT_THAT(table.out, HasSubstr("p-417"));
  EXPECT_EQ(due({"--within", "0"}).out, "No grant ends within 0 days.\n");
}

TEST(ConsentDue, MakesACalendarThatNamesNobody) {
  const auto ran = due({"--within", "3000", "--ics"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
  const auto found = rows({"--within", "3000"});
  std::size_t events = 0;
  for (const auto& line : lines(ran.out)) {
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(line.back(), '\r');
    EXPECT_LE(line.size(), 76u);  // RFC 5545: 75 octets and the line's end
    events += line == "BEGIN:VEVENT\r" ? 1 : 0;
  }
  EXPECT_EQ(events, found.size());
  for (const auto& row : found) {
    EXPECT_THAT(ran.out, HasSubstr("UID:" + row["id"].get<std::string>()));
    EXPECT_THAT(ran.out, Not(HasSubstr(row["subject"].get<std::string>())));
    EXPECT_THAT(ran.out, Not(HasSubstr(row["basis"].get<std::string>())));
  }
}

TEST(ConsentDue, RefusesWhatIsNoNumberOfDays) {
  for (const char* text : {"soon", "d", "-3", "30 d", "99999", "3.5d"})
    EXPECT_EQ(due({"--within", text}).status, 2) << text;
}

}  // namespace
}  // namespace xch::cli
