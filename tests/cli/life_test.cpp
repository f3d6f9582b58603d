// The rest of a consent's life, a medical emergency, and a decision made again, as those who work with it type it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = XCH_SOURCE_DIR;

Ran office(std::vector<std::string> words) { return spare().as("program-office", std::move(words)); }

/// Carries what waits in one home for another, and lets it be taken in; the answer names each file.
json carry(const std::string& from, const std::string& to, int status = 0) {
  const auto sent = spare().as(from, {"outbox", "send", "--to", to, "--into", spare().home(to) / "spool/in"});
  EXPECT_EQ(sent.status, 0) << sent.err;
  const auto taken = spare().as(to, {"inbox", "process", "--json"});
  EXPECT_EQ(taken.status, status) << taken.out << taken.err;
  return json::parse(taken.out)["items"];
}

std::vector<std::string> steps_of(const std::string& id) {
  const auto history = json::parse(office({"consent", "history", id, "--json"}).out);
  std::vector<std::string> out;
  for (const auto& row : history["rows"]) out.push_back(row["what"]);
  return out;
}

TEST(ConsentLife, TodayIsTheDayThatItIsByTheClocksOfTheConsent) {
  const Folder folder;
  auto draft = json::parse(read(kSource / "examples/consents/named-consent.json"));
  const auto begins = [&] {
    const auto checked =
        office({"consent", "check", folder.write("draft.json", draft.dump()), "--signed-form",
                kSource / "examples/consents/signed-form.txt", "--signed-day", "today", "--last-day", day(60), "--json"});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
    const auto answer = json::parse(checked.out);
    return answer["today"].get<std::string>() + " " + answer["not_before"].get<std::string>();
  };
  // Twenty hours apart: their calendars agree with each other for four hours of a day.
  const auto at_day = [](int hours_from_utc) { return day_at(std::time(nullptr) + hours_from_utc * 3600); };
  draft["zone"] = "Pacific/Guam";
  EXPECT_EQ(begins(), at_day(10) + " " + at_day(10 - 24) + "T14:00:00Z");
  draft["zone"] = "Pacific/Honolulu";
  EXPECT_EQ(begins(), at_day(-10) + " " + at_day(-10) + "T10:00:00Z");
  draft.erase("zone");
  draft["zone_offset_minutes"] = 840;
  EXPECT_EQ(begins(), at_day(14) + " " + at_day(14 - 24) + "T10:00:00Z");
}

TEST(ConsentLife, TodayOfARenewalIsThatOfTheClocksOfItsForm) {
  const Folder folder;
  auto draft = json::parse(read(kSource / "examples/consents/named-consent.json"));
  draft["subject"] = "p-907";
  draft["zone_offset_minutes"] = 840;  // its day is over 22 hours before that of the policy pack
  const auto issued = office({"consent", "issue", folder.write("draft.json", draft.dump()), "--signed-form",
                              kSource / "examples/consents/signed-form.txt", "--last-day", day(60), "--signed-day", "today", "--json"});
  ASSERT_EQ(issued.status, 0) << issued.err;
  carry("program-office", "treatment");
  carry("treatment", "program-office");
  const auto renewed = office({"consent", "renew", json::parse(issued.out)["id"], "--until", day(120), "--signed-day", "today",
                               "--signed-form", kSource / "examples/consents/named-consent.json", "--json"});
  ASSERT_EQ(renewed.status, 0) << renewed.err;
  carry("program-office", "treatment");
  carry("treatment", "program-office");
  EXPECT_EQ(json::parse(renewed.out)["not_before"], day_at(std::time(nullptr) + (14 - 24) * 3600) + "T10:00:00Z");
}

TEST(ConsentLife, IsRenewedConfirmedRevokedAndRemembered) {
  const Folder folder;
  auto draft = json::parse(read(kSource / "examples/consents/named-consent.json"));
  draft["subject"] = "p-900";
  const auto issued = office({"consent", "issue", folder.write("draft.json", draft.dump()), "--signed-form",
                              kSource / "examples/consents/signed-form.txt", "--first-day", day(-1), "--last-day",
                              day(60), "--signed-day", day(-1), "--json"});
  ASSERT_EQ(issued.status, 0) << issued.err;
  const std::string id = json::parse(issued.out)["id"];
  carry("program-office", "treatment");
  carry("treatment", "program-office");

  const std::vector<std::string> renew = {"consent",      "renew", id, "--until", day(120),
                                          "--signed-day", "today", "--signed-form"};
  auto same_paper = renew;
  same_paper.push_back(kSource / "examples/consents/signed-form.txt");
  EXPECT_THAT(office(same_paper).err, HasSubstr("(EX2017)"));
  auto new_paper = renew;
  new_paper.push_back(kSource / "examples/consents/named-consent.json");
  const auto renewed = office(new_paper);
  ASSERT_EQ(renewed.status, 0) << renewed.err;
  EXPECT_THAT(renewed.out, HasSubstr("version 2"));

  ASSERT_EQ(office({"consent", "revoke", id, "--yes"}).status, 0);
  const auto before = office({"consent", "status", id});
  for (const char* words : {"version 2, revoked", "not yet", "it cannot be taken back"})
    EXPECT_THAT(before.out, HasSubstr(words));
  carry("program-office", "treatment");
  carry("treatment", "program-office");
  const auto after = json::parse(office({"consent", "status", id, "--json"}).out);
  std::vector<std::string> confirmed;
  for (const auto& row : after["holders"])
    if (row.contains("end_confirmed_at")) confirmed.push_back(row["party"]);
  EXPECT_EQ(confirmed, std::vector<std::string>{"treatment"});
  const auto steps = steps_of(id);
  for (const char* step : {"signed", "issued", "renewed", "replaced", "revoked", "end-confirmed"})
    EXPECT_THAT(steps, Contains(step));
  EXPECT_THAT(office({"consent", "history", id}).out, HasSubstr("knows that it ended: treatment"));
}

TEST(ConsentLife, EndsWhenTheAgencyThatTheFormNamesSaysThatItsEventHasHappened) {
  const Folder folder;
  auto draft = json::parse(read(kSource / "examples/consents/named-consent.json"));
  draft["subject"] = "p-905";
  draft["ends_on"] = {{"event", "my case is closed"}, {"asserter", "prosecutor"}};
  const auto issued = office({"consent", "issue", folder.write("draft.json", draft.dump()), "--signed-form",
                              kSource / "examples/consents/signed-form.txt", "--first-day", day(-1), "--last-day",
                              day(60), "--signed-day", day(-1), "--json"});
  ASSERT_EQ(issued.status, 0) << issued.err;
  const std::string id = json::parse(issued.out)["id"];
  EXPECT_THAT(office({"consent", "show", id}).out,
              AllOf(HasSubstr("until the end of " + day(60) + ", by the clocks of America/Los_Angeles"),
                    HasSubstr("my case is closed (said by prosecutor)")));
  EXPECT_THAT(office({"consent", "due", "--within", "61d"}).out, AllOf(HasSubstr(day(60)), HasSubstr("America/Los_Angeles")));
  carry("program-office", "treatment");

  const auto says = [&](const std::string& who, const std::string& event, int status = 8) {
    EXPECT_EQ(spare().as(who, {"consent", "happened", id, event, "--to", "program-office", "--yes"}).status, 0);
    json found;
    for (const auto& item : carry(who, "program-office", status))
      if (item["what"] == "event") found = item;
    return found["error"].is_null() ? std::string() : found["error"]["id"].get<std::string>();
  };
  EXPECT_EQ(says("treatment", "my case is closed"), "EX3524");
  EXPECT_EQ(says("prosecutor", "my case is open"), "EX3523");
  EXPECT_THAT(office({"consent", "show", id}).out, HasSubstr("active"));
  EXPECT_EQ(says("prosecutor", "my case is closed", 0), "");
  EXPECT_THAT(office({"consent", "show", id}).out, HasSubstr("ended by its event"));
  EXPECT_EQ(says("prosecutor", "my case is closed"), "EX3526");
  // What was refused was set aside, and is thrown away.
  const auto aside = json::parse(office({"quarantine", "list", "--json"}).out)["rows"];
  EXPECT_EQ(aside.size(), 3u);
  for (const auto& file : aside) EXPECT_EQ(office({"quarantine", "drop", file["file"], "--yes"}).status, 0);

  carry("program-office", "treatment");
  carry("treatment", "program-office");
  const auto status = json::parse(office({"consent", "status", id, "--json"}).out);
  EXPECT_EQ(status["state"], "revoked");
  std::vector<std::string> confirmed;
  for (const auto& row : status["holders"])
    if (row.contains("end_confirmed_at")) confirmed.push_back(row["party"]);
  EXPECT_EQ(confirmed, std::vector<std::string>{"treatment"});
  for (const char* step : {"issued", "event-stated", "ended-by-event", "end-confirmed"}) EXPECT_THAT(steps_of(id), Contains(step));
  EXPECT_THAT(office({"consent", "history", id}).out, HasSubstr("said that its event has happened: prosecutor"));
  const auto copy = office({"consent", "form", id, "-o", "-"});
  EXPECT_THAT(copy.out, HasSubstr("What it was to end with has happened."));
}

TEST(ConsentLife, OfTheOfficesOwnEventEndsAtOnce) {
  const Folder folder;
  auto draft = json::parse(read(kSource / "examples/consents/named-consent.json"));
  draft["subject"] = "p-906";
  draft["ends_on"] = {{"event", "I leave the program"}, {"asserter", "program-office"}};
  const auto issued = office({"consent", "issue", folder.write("draft.json", draft.dump()), "--signed-form",
                              kSource / "examples/consents/signed-form.txt", "--first-day", day(-1), "--last-day",
                              day(60), "--signed-day", day(-1), "--json"});
  ASSERT_EQ(issued.status, 0) << issued.err;
  const std::string id = json::parse(issued.out)["id"];
  EXPECT_EQ(office({"consent", "happened", id, "something else", "--yes"}).status, 5);
  const auto said = office({"consent", "happened", id, "I leave the program", "--yes"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(office({"consent", "show", id}).out, HasSubstr("ended by its event"));
}

TEST(BreakGlassCommand, TellsAProviderAndKeepsTheFourFacts) {
  const Folder folder;
  const std::string note = folder.write("note.json", R"({"medicationSupport": "yes"})");
  const auto tell = [&](const std::string& to, const std::string& nature) {
    return spare().as("case-management",
                      {"break-glass", "tell", note, "--type", "progress.engagement", "--to", to, "--personnel",
                       "Dr. Haddad", "--facility", "County Hospital", "--discloser", "J. Ortiz", "--nature", nature});
  };
  EXPECT_THAT(tell("patrol", "found unconscious").err, AllOf(HasSubstr("(EX2130)"), HasSubstr("nothing was told")));
  EXPECT_THAT(tell("treatment", "").err, HasSubstr("(EX2129)"));
  const auto told = tell("treatment", "found unconscious");
  ASSERT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out, AllOf(HasSubstr("Dr. Haddad, County Hospital"), HasSubstr("medicationSupport")));
  EXPECT_THAT(told.out, Not(HasSubstr("yes")));

  std::string file;
  for (const auto& item : carry("case-management", "treatment"))
    if (item["what"] == "break-glass") file = item["file"];
  ASSERT_NE(file, "");
  EXPECT_THAT(spare().as("treatment", {"inbox", "open", file}).err, HasSubstr("exchange break-glass open"));
  const auto opened = spare().as("treatment", {"break-glass", "open", file});
  EXPECT_EQ(opened.status, 0) << opened.err;
  for (const char* words : {"told by case-management", "found unconscious", "yes"})
    EXPECT_THAT(opened.out, HasSubstr(words));
  EXPECT_THAT(spare().as("treatment", {"break-glass", "open", file}).out, HasSubstr("opened here before"));
  for (const char* home : {"case-management", "treatment"})
    EXPECT_THAT(spare().as(home, {"break-glass", "list"}).out, HasSubstr("Dr. Haddad, County Hospital")) << home;
}

TEST(PolicyReplay, MakesADecisionAgainAndSaysWhatAnotherPackWouldGive) {
  const auto journal = json::parse(demo().as("case-management", {"journal", "--limit", "1000", "--json"}).out);
  std::string seq;
  for (const auto& row : journal["rows"])
    if (row["event"] == "disclosed") seq = std::to_string(row["seq"].get<int>());
  ASSERT_NE(seq, "");
  const auto same = demo().as("case-management", {"policy", "replay", "--seq", seq});
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("same\n"));

  const Folder folder;
  auto record = json::parse(demo().as("case-management", {"policy", "replay", "--seq", seq, "--json"}).out)["record"];
  const auto replay = [&](const json& of, std::vector<std::string> also = {}) {
    std::vector<std::string> words = {"policy", "replay", folder.write("decision.json", of.dump())};
    words.insert(words.end(), also.begin(), also.end());
    return demo().as("case-management", words);
  };
  EXPECT_EQ(replay(record).status, 0);
  const auto other = replay(record, {"--policy", kSource / "consent/packs/santa-fe/pack.toml"});
  EXPECT_THAT(other.err, HasSubstr("not the policy pack that decided"));
  auto less = record;
  less["sender_may_write"] = json::array();
  const auto different = replay(less);
  EXPECT_EQ(different.status, 5) << different.err;
  EXPECT_THAT(different.out, AllOf(HasSubstr("different"), HasSubstr("no more  ")));
  auto unknown = record;
  unknown["policy"] = std::string(64, 'a');
  const auto refused = replay(unknown);
  EXPECT_EQ(refused.status, 6);
  EXPECT_THAT(refused.err, HasSubstr("(EX2003)"));
  auto wrong = record;
  wrong["compartments"] = {"SUD whole"};
  EXPECT_EQ(replay(wrong).status, 2);
  EXPECT_EQ(demo().as("case-management", {"policy", "replay", "--seq", "1"}).status, 4);
}

}  // namespace
}  // namespace xch::cli
