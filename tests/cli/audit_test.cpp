// exchange audit: its exit status, what it prints and what it leaves; the checks themselves are those of tests/audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
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
  auto made = json::parse(read(folder.path / "out/report.json"));
  EXPECT_EQ(made["verdict"], "fail");
  EXPECT_FALSE(made.contains("html"));
  EXPECT_EQ(made["checks"].size(), 18u);
  EXPECT_THAT(read(folder.path / "out/findings.csv"), HasSubstr("tree,fail,"));
  EXPECT_THAT(read(folder.path / "out/disclosures.csv"), testing::StartsWith("time,from,to,"));
  EXPECT_THAT(read(folder.path / "out/report.html"), HasSubstr("class=\"verdict fail\""));
  auto as_json = words;
  as_json.push_back("--json");
  const auto other = demo().as("auditor", as_json);
  EXPECT_EQ(other.status, 5);
  auto printed = json::parse(other.out);
  for (auto* answer : {&made, &printed}) answer->erase("made");  // a second later it may be another time
  EXPECT_EQ(printed, made);
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
  const auto asked = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"audit", "accounting", "--subject", person, "--rule", "2.24"};
    words.insert(words.end(), more.begin(), more.end());
    return demo().as("case-management", words);
  };
  const auto through = json::parse(asked({"--via", "hub: " + to, "--requested", day(-3), "--json"}).out);
  ASSERT_FALSE(through["rows"].empty());
  for (const auto& row : through["rows"]) EXPECT_EQ(row["to"], to);
  EXPECT_EQ(through["via"], "hub");
  EXPECT_EQ(through["answer_by"], day(27));
  EXPECT_THAT(asked({"--via", "hub: nobody", "--requested", day(-3)}).out,
              HasSubstr("asked for on " + day(-3) + ", to be answered by " + day(27)));
  EXPECT_TRUE(json::parse(asked({"--via", "hub: nobody", "--json"}).out)["rows"].empty());
  const auto office = demo().as("program-office", {"audit", "accounting", "--grant", std::string(64, '0'), "--via", "hub"});
  EXPECT_EQ(office.status, 4) << "no consent of the office names it: " << office.err;
  EXPECT_EQ(asked({"--via", "hub"}).status, 2) << "only the office that issued the consents knows who is behind it";
  EXPECT_EQ(asked({"--requested", day(3)}).status, 2) << "a day that has not come";
  EXPECT_EQ(asked({"--requested", "yesterday"}).status, 2);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", std::string(32, '0')}).status, 4);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting"}).status, 2);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", person, "--suspend", to}).status, 2);
  EXPECT_EQ(demo().as("case-management", {"audit", "accounting", "--subject", person, "--rule", "2.99"}).status, 2);
}

/// What is given of a log of the demo: its folder and its key.
std::vector<std::string> log_words(const std::vector<std::string>& agencies) {
  std::vector<std::string> out;
  for (const auto& agency : agencies) {
    std::string key = demo().as(agency, {"log", "status", "--field", "log_key"}).out;
    key.pop_back();
    out.insert(out.end(), {"--log", demo().home(agency) / "log", "--log-key", key});
  }
  return out;
}
std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Audit, ReconcilesAHomeWithWhatOthersReceived) {
  const auto ran = demo().as("case-management", {"audit", "reconcile", "--json"});
  const auto answer = json::parse(ran.out);
  EXPECT_EQ(answer["kind"], "reconcile");
  EXPECT_GE(answer["disclosed"], 1);
  EXPECT_TRUE(answer["complete"]);
  EXPECT_EQ(ran.status, answer["outcome"] == "pass" ? 0 : 6) << ran.out;
  const Folder folder;
  const auto box = folder.path / "treatment" / "new";
  fs::create_directories(box);
  std::ofstream(box / "0123.lxe") << "an envelope";
  std::ofstream(box / "0123.lxs") << "a list";
  const std::vector<std::string> words = {"audit", "reconcile", "--outbox", folder.path};
  EXPECT_THAT(demo().as("case-management", words).out, HasSubstr("are known to have come"));
  const auto waiting = json::parse(demo().as("case-management", words + std::vector<std::string>{"--json"}).out);
  std::size_t rows = 0;
  for (const auto& row : waiting["rows"])
    rows += row["text"].get<std::string>().rfind("It lies in the outbox", 0) == 0 ? 1 : 0;
  EXPECT_EQ(rows, 1u) << waiting;
  EXPECT_EQ(demo().as("case-management", {"audit", "reconcile", "--outbox", folder.path / "nowhere"}).status, 4);
}

TEST(Audit, ExtractsTablesAndNoPerson) {
  const Folder folder;
  std::string records;
  for (int i = 0; i < 30; ++i)
    records += "{\"studyPseudonym\":\"Zephyrine" + std::to_string(i) + "\",\"gender\":\"" + (i < 4 ? "man" : "woman") +
               "\",\"arrestsBefore\":\"oneToTwo\",\"arrestsAfter\":\"none\"}\n";
  const auto file = folder.write("records.jsonl", records);
  const auto ran = run({"audit", "extract", file, "--out", folder.path / "out"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Arrests before and after"));
  for (const auto& text : {ran.out, read(folder.path / "out/extract.csv"), read(folder.path / "out/extract.html")})
    EXPECT_THAT(text, Not(HasSubstr("Zephyrine")));
  EXPECT_THAT(read(folder.path / "out/extract.csv"), HasSubstr("gender,man,all,*"));
  EXPECT_THAT(read(folder.path / "out/extract.csv"), HasSubstr("gender,woman,all,*"));
  // As exchange open --json gives them, among notes of other types.
  const auto opened = folder.write(
      "opened.json",
      "{\"notes\":[{\"type\":\"eval.extract\",\"note\":{\"studyPseudonym\":\"S1\"}},{\"type\":\"court.event\",\"note\":{}}]}");
  EXPECT_EQ(run({"audit", "extract", opened}).status, 0);
  const auto other = folder.write("other.json", "{\"studyPseudonym\":\"S1\",\"name\":\"Zephyrine\"}");
  const auto refused = run({"audit", "extract", other});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("records[0]"));
  EXPECT_THAT(refused.err, Not(HasSubstr("Zephyrine")));
  EXPECT_EQ(run({"audit", "extract"}).status, 2);
  EXPECT_EQ(run({"audit", "extract", folder.write("none.json", "{\"notes\":[]}")}).status, 2);
}

TEST(Audit, TakesAPolicyInPlaceOfWitnesses) {
  const auto log = log_words({"public-defender"});
  const Folder folder;
  const auto witness = json::parse(run({"init", "witness", folder.path / "w", "--name", "office", "--json"},
                                       {.env = {{"EXCHANGE_PASSPHRASE", "witness"}}})
                                       .out);
  const std::string key = witness["key"];
  const auto policy = folder.write("policy", "log " + log[3] + "\nwitness w " + key + "\nquorum w\n");
  const auto ran = run({"audit", "run", "--log", log[1], "--policy", policy, "--json"});
  const auto answer = json::parse(ran.out);
  for (const auto& check : answer["checks"]) {
    if (check["id"] == "cosigned") { EXPECT_EQ(check["outcome"], "indeterminate") << check; }
    if (check["id"] == "checkpoint") { EXPECT_EQ(check["outcome"], "pass") << "the policy names the log's key"; }
  }
  EXPECT_EQ(run(std::vector<std::string>{"audit", "run", "--policy", policy, "--witness", key} + log).status, 2);
  EXPECT_EQ(run(std::vector<std::string>{"audit", "run", "--policy", folder.write("bad", "quorum\n")} + log).status, 2);
}

TEST(Audit, PrintsWhatItsPublishedSchemasSay) {
  const char* python = "/usr/bin/python3";
  if (std::system((std::string(python) + " -c 'import jsonschema' 2>/dev/null").c_str()) != 0) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "python3-jsonschema is missing: scripts/setup installs it";
    GTEST_SKIP() << "not run: python3-jsonschema is missing (scripts/setup installs it)";
  }
  const Folder folder;
  const auto keep = [&](const std::string& name, const Ran& ran) {
    ASSERT_FALSE(ran.out.empty()) << name << ran.err;
    folder.write(name + ".json", ran.out);
  };
  const auto words = log_words({"treatment", "case-management", "public-defender"});
  keep("audit", demo().as("auditor", std::vector<std::string>{"audit", "run", "--json"} + words));
  keep("audit-small", demo().as("treatment", {"audit", "run", "--small-counts", "--json"}));
  const std::string person = json::parse(demo().as("treatment", {"grants", "--json"}).out)["rows"][0]["subject"];
  keep("accounting", demo().as("treatment", {"audit", "accounting", "--subject", person, "--json"}));
  keep("accounting-office", demo().as("treatment", {"audit", "accounting", "--subject", person, "--copy", "office",
                                                    "--suspend", "case-management:" + day(30), "--json"}));
  keep("accounting-via", demo().as("treatment", {"audit", "accounting", "--subject", person, "--via", "hub: case-management",
                                                 "--requested", day(-1), "--json"}));
  std::string key;
  const auto held = json::parse(demo().as("case-management", {"key", "list", "--json"}).out);
  for (const auto& row : held["rows"])
    if (row["kind"] == "agency-encryption") key = row["id"];
  keep("breach", demo().as("auditor", std::vector<std::string>{"audit", "breach", "--key", key, "--json"} + words));
  keep("reconcile", demo().as("treatment", {"audit", "reconcile", "--json"}));
  keep("reconcile-all", demo().as("auditor", std::vector<std::string>{"audit", "reconcile", "--json"} + words));
  const auto record = folder.path / "record";
  std::ofstream(record) << "{\"studyPseudonym\":\"S1\"}";
  keep("extract", run({"audit", "extract", record, "--json"}));
  const std::string command = std::string(python) + " -B " + XCH_SOURCE_DIR "/tests/cli/audit_schemas.py " +
                              XCH_SOURCE_DIR "/docs/schemas " + folder.path.string() + " >" +
                              (folder.path / "said").string() + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read(folder.path / "said");
  EXPECT_THAT(read(folder.path / "said"), testing::StartsWith("9 answers, "));
}

}  // namespace
}  // namespace xch::cli
