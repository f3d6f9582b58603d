// exchange audit: its exit status, what it prints and what it leaves; the checks themselves are those of tests/audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST(Audit, OfTheDemoPassesAndLeavesAReport) {
  const auto report = read(demo().folder / "report.html");
  EXPECT_THAT(report, HasSubstr("PASS: what these logs say holds"));
  EXPECT_THAT(report, Not(HasSubstr("<script")));
  EXPECT_THAT(demo().ran.out, HasSubstr("10. The auditor"));
}

TEST(Audit, OfADamagedLogFailsAndSaysWhere) {
  const Folder folder;
  const auto copy = folder.path / "copy";
  // As the demo left it: other tests may have flushed since.
  fs::copy(demo().home("public-defender") / "log", copy, fs::copy_options::recursive);
  std::string key = demo().as("public-defender", {"log", "status", "--field", "log_key"}).out;
  key.pop_back();
  const std::vector<std::string> words = {"audit",     "run", "--log", copy,
                                          "--log-key", key,   "--out", folder.path / "out"};
  EXPECT_EQ(demo().as("auditor", words).status, 6) << "its notes come from others";
  fs::path bundle;
  for (const auto& file : fs::recursive_directory_iterator(copy / "tile" / "entries"))
    if (file.is_regular_file()) bundle = file.path();
  std::string changed = read(bundle);
  changed[100] = static_cast<char>(changed[100] ^ 1);
  std::ofstream(bundle, std::ios::binary | std::ios::trunc) << changed;
  const auto ran = demo().as("auditor", words);
  EXPECT_EQ(ran.status, 5);
  EXPECT_THAT(ran.out, HasSubstr("FAIL: "));
  EXPECT_THAT(ran.out, HasSubstr("EX4113"));
  for (const auto& line : lines(ran.out))
    EXPECT_TRUE(line.size() <= 80u || line.find(folder.path.string()) != std::string::npos) << line;
  const auto made = json::parse(read(folder.path / "out/report.json"));
  EXPECT_EQ(made["verdict"], "fail");
  EXPECT_FALSE(made.contains("html"));
  EXPECT_EQ(made["checks"].size(), 16u);
  EXPECT_THAT(read(folder.path / "out/findings.csv"), HasSubstr("tree,fail,"));
  EXPECT_THAT(read(folder.path / "out/disclosures.csv"), testing::StartsWith("time,from,to,"));
  EXPECT_THAT(read(folder.path / "out/report.html"), HasSubstr("class=\"verdict fail\""));
  auto as_json = words;
  as_json.push_back("--json");
  const auto other = demo().as("auditor", as_json);
  EXPECT_EQ(other.status, 5);
  EXPECT_EQ(json::parse(other.out), made);
}

TEST(Audit, WithoutAHomeChecksTheTreeAndOpensNothing) {
  std::string key = demo().as("public-defender", {"log", "status", "--field", "log_key"}).out;
  key.pop_back();
  const auto ran = run({"audit", "run", "--log", demo().home("public-defender") / "log", "--log-key", key, "--json"});
  EXPECT_EQ(ran.status, 6) << ran.err;
  const auto answer = json::parse(ran.out);
  EXPECT_EQ(answer["logs"][0]["events"], 0);
  for (const auto& check : answer["checks"]) {
    if (check["id"] == "tree" || check["id"] == "checkpoint") { EXPECT_EQ(check["outcome"], "pass") << check; }
    if (check["id"] == "day-keys") { EXPECT_EQ(check["outcome"], "indeterminate") << check; }
  }
  EXPECT_EQ(run({"audit", "run"}).status, 2) << "without a home and a log there is nothing to look at";
  EXPECT_EQ(run({"audit", "run", "--log", "nowhere"}).status, 6);
}

TEST(Audit, AccountsForOnePersonsGrantsAlone) {
  const auto held = json::parse(demo().as("case-management", {"grants", "--json"}).out);
  std::string person;  // as the consent office names them to this agency; other authorities use other pseudonyms
  for (const auto& row : held["rows"])
    if (row["basis"] == "part2-consent") person = row["subject"];
  const auto ran = demo().as("case-management", {"audit", "accounting", "--subject", person, "--json"});
  const auto answer = json::parse(ran.out);
  ASSERT_FALSE(answer["rows"].empty()) << ran.out;
  for (const auto& row : answer["rows"]) EXPECT_EQ(row["from"], "case-management");
  const std::string to = answer["rows"][0]["to"];
  const auto without = json::parse(demo()
                                       .as("case-management", {"audit", "accounting", "--subject", person, "--suspend",
                                                               to + ":" + day(30), "--json"})
                                       .out);
  for (const auto& row : without["rows"]) EXPECT_NE(row["to"], to);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", std::string(32, '0')}).status, 4);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting"}).status, 2);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", person, "--suspend", to}).status, 2);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", person, "--rule", "2.99"}).status, 2);
}

}  // namespace
}  // namespace xch::cli
