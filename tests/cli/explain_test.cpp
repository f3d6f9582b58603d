// `exchange explain`: every rule, code and word that the program shows has a sentence here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "program.hpp"
#include "table.hpp"

namespace xch::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const fs::path kSource = XCH_SOURCE_DIR;

std::vector<std::string> explained() { return json::parse(run({"explain", "--json"}).out)["names"]; }

TEST(Explain, KnowsEveryRuleOfTheLintWithItsCitation) {
  const std::regex rule(R"re(\{"([A-Za-z0-9-]+)", "([^"]+)"\})re");
  std::size_t count = 0;
  for (const char* file : {"lint.cpp", "elements.cpp", "events.cpp", "intermediaries.cpp"}) {
    const std::string text = read(kSource / "consent/authority" / file);
    for (std::sregex_iterator at(text.begin(), text.end(), rule), end; at != end; ++at) {
      const std::string id = (*at)[1], citation = (*at)[2];
      const auto ran = run({"explain", id, "--json"});
      ASSERT_EQ(ran.status, 0) << id << " is not explained";
      EXPECT_EQ(json::parse(ran.out)["citation"], citation) << id;
      ++count;
    }
  }
  EXPECT_GE(count, 25u);
}

TEST(Explain, KnowsEveryCodeOfTheRegistryThatIsShown) {
  const std::string text = read(kSource / "include/exchange/schema/registry.capnp");
  const std::regex code(R"re(\$code\("([^"]+)"\))re");
  std::size_t count = 0;
  for (const char* list : {"FieldClass", "Form", "Purpose", "Basis", "Role", "PartyKind", "Obligation"}) {
    const auto from = text.find("enum " + std::string(list) + " {");
    ASSERT_NE(from, std::string::npos) << list;
    const std::string body = text.substr(from, text.find("\n}", from) - from);
    for (std::sregex_iterator at(body.begin(), body.end(), code), end; at != end; ++at) {
      const std::string word = (*at)[1];
      const auto ran = run({"explain", word, "--json"});
      ASSERT_EQ(ran.status, 0) << list << " " << word << " is not explained";
      bool found = false;
      const auto answer = json::parse(ran.out);
      for (const auto& row : answer["rows"]) found |= row["list"] == list && row["code"] == word;
      EXPECT_TRUE(found) << list << " " << word;
      ++count;
    }
  }
  EXPECT_GE(count, 80u);
}

TEST(Explain, KnowsEveryRuleOfTheSchemaCheck) {
  const std::string text = read(kSource / "libexchange/wire/schema_rules.def");
  const std::regex rule(R"re(XCH_SCHEMA_RULE\(\w+, "([^"]+)")re");
  std::size_t count = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), rule), end; at != end; ++at, ++count) {
    const auto ran = run({"explain", (*at)[1]});
    EXPECT_EQ(ran.status, 0) << (*at)[1] << " is not explained";
    EXPECT_TRUE(fits(ran.out)) << ran.out;
  }
  EXPECT_GE(count, 45u);
}

TEST(Explain, AnswersEachOfItsNamesWithin80ColumnsAndPointsNowhereElse) {
  const auto names = explained();
  EXPECT_GT(names.size(), 150u);
  for (const auto& name : names) {
    const auto ran = run({"explain", name});
    EXPECT_EQ(ran.status, 0) << name;
    EXPECT_THAT(ran.err, IsEmpty()) << name;
    EXPECT_TRUE(fits(ran.out)) << ran.out;
    const auto answer = json::parse(run({"explain", name, "--json"}).out);
    if (!answer.contains("see")) continue;
    for (const auto& other : answer["see"]) EXPECT_THAT(names, Contains(other.get<std::string>())) << name;
  }
}

TEST(Explain, TakesWordsInAnyCaseAndOfSeveralParts) {
  EXPECT_THAT(run({"explain", "consent", "key"}).out, StartsWith("consent key\n"));
  EXPECT_EQ(run({"explain", "Consent", "KEY"}).out, run({"explain", "consent key"}).out);
  EXPECT_EQ(run({"explain", "p2-31-4i"}).out, run({"explain", "P2-31-4i"}).out);
  EXPECT_EQ(run({"explain", "ex2219"}).out, run({"explain", "EX2219"}).out);
  EXPECT_THAT(run({"explain", "EVAL"}).out, HasSubstr("a purpose"));
  EXPECT_THAT(run({"explain", "EVAL"}).out, HasSubstr("a role"));
  for (const char* word : {"redisclosure", "grant", "notice"}) EXPECT_EQ(run({"explain", word}).status, 0) << word;
}

TEST(Explain, SaysWhatAnErrorMeansWithoutAHome) {
  const auto ran = run({"explain", "EX2219"});
  EXPECT_THAT(ran.out, StartsWith("EX2219  the consent was revoked\n"));
  EXPECT_THAT(ran.out, HasSubstr("exit status  3"));
  EXPECT_EQ(run({"explain", "EX0000"}).status, 4);
}

TEST(Explain, SuggestsTheWordThatWasMeant) {
  const auto ran = run({"explain", "redisclosre"});
  EXPECT_EQ(ran.status, 4);
  EXPECT_THAT(ran.err, HasSubstr("did you mean \"redisclosure\"?"));
  EXPECT_THAT(run({"explain", "P2-31-4"}).err, HasSubstr("did you mean \"P2-31-"));
}

}  // namespace
}  // namespace xch::cli
