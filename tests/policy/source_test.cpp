// What the compiler's sources may look like as TOML: how deep, and with which keys.
#include "consent/pack_compiler/source.hpp"

#include <gtest/gtest.h>

namespace xch::policy_test {
namespace {

std::string outcome(std::string_view toml) {
  const auto read = consent::parse_source(toml);
  return read ? "read" : std::string(read.error().info().name) + " " + read.error().path;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(Source, RefusesWhatIsNoTomlWithItsLine) {
  EXPECT_EQ(outcome("name = \"x\"\nversion\n"), "policy_pack_malformed line 2");
  EXPECT_EQ(outcome("a = 1\n\n\na = 2\n"), "policy_pack_malformed line 4");
}

// A million tables within each other end a process when they are freed, if not before.
TEST(Source, RefusesAKeyOfAMillionParts) {
  const std::string parts = repeated(".a", 1'000'000);
  EXPECT_EQ(outcome("\n# one.two\na" + parts + " = 1\n"), "policy_pack_malformed line 3");
  EXPECT_EQ(outcome("[a" + parts + "]\n"), "policy_pack_malformed line 1");
  EXPECT_EQ(outcome("[[a" + parts + "]]\n"), "policy_pack_malformed line 1");
  EXPECT_EQ(outcome("a = { b" + parts + " = 1 }\n"), "policy_pack_malformed line 1");
}

// Where a string ends as TOML sees it, so that no quotation mark hides what follows.
TEST(Source, RefusesItAfterStringsOfEveryKind) {
  const std::string key = "b" + repeated(".a", 1'000'000) + " = 1\n";
  for (const std::string_view first : {R"(a = "")", R"(a = ''  # ")", R"(a = "\"" # ")", R"(a = '\')", R"(a = "\\")", R"(a = """""")",
                                       R"(a = """"\"""""")", R"(a = """\"""")", R"(a = ''''\''')", R"(a = ''''''')", R"("a" = "#")"})
    EXPECT_EQ(outcome(std::string(first) + "\n" + key), "policy_pack_malformed line 2") << first;
  EXPECT_EQ(outcome("a = \"\"\"\n'\n\\\"\"\"\"\"\n" + key), "policy_pack_malformed line 4");
  EXPECT_EQ(outcome("a = { c = \"\"\"x\"\"\"\", " + key.substr(0, key.size() - 1) + " }"), "policy_pack_malformed line 1");
}

TEST(Source, RefusesValuesThatOnlyNest) {
  EXPECT_EQ(outcome("a = " + repeated("[", 32) + repeated("]", 32)), "policy_pack_malformed a");
  EXPECT_EQ(outcome("a = " + repeated("[", 40) + repeated("]", 40)), "policy_pack_malformed line 1");
  EXPECT_EQ(outcome("a = " + repeated("{ a = ", 40) + "1" + repeated(" }", 40)), "policy_pack_malformed line 1");
}

// Each line alone is short; what stands within brackets is one statement.
TEST(Source, RefusesTablesInTheListsOfTables) {
  EXPECT_EQ(outcome("a = " + repeated("[\n{ b.b.b.b.b.b = ", 200)), "policy_pack_malformed line 53");
}

TEST(Source, TakesAnyNumberOfDotsInStringsAndComments) {
  const std::string dots(100'000, '.');
  for (const std::string_view quote : {"\"", "'", "\"\"\"", "'''"}) {
    const std::string text = std::string(quote) + dots + std::string(quote);
    EXPECT_EQ(outcome("# " + dots + "\nname = " + text + " # " + dots), "read");
    EXPECT_EQ(outcome("names = [" + text + ", # " + dots + "\n" + text + "]"), "read");
  }
  EXPECT_EQ(outcome("name = \"\"\"\n" + dots + "\"\"\""), "read");
  EXPECT_EQ(outcome("name = \"\"\"" + dots + "\n\\\"\"\" " + dots + "\"\"\"\"\""), "read");
}

TEST(Source, CountsTheDotsOfEachStatementAlone) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "[a" + std::to_string(i) + ".b.c]\nd.e = [\"x\"]\n";
  EXPECT_EQ(outcome(lines), "read");
}

// Letters of other languages are neither white space nor part of a bare key (the build with sanitizers shows it).
TEST(Source, TakesLettersOfOtherLanguagesInStringsAlone) {
  for (const std::string letter : {"é", "ñ", "ʧ", "ҍ", "Ω"}) {
    EXPECT_EQ(outcome("a" + letter + " = 1"), "policy_pack_malformed line 1") << letter;
    EXPECT_EQ(outcome("a = 1 " + letter), "policy_pack_malformed line 1") << letter;
    EXPECT_EQ(outcome("a = \"\"\"\\" + letter + "\"\"\""), "policy_pack_malformed line 1") << letter;
    EXPECT_EQ(outcome("\"" + letter + "\" = '" + letter + "'  # " + letter), "read") << letter;
    const auto read = consent::parse_source("a = \"\"\"x \\\n  " + letter + "\"\"\"");
    ASSERT_TRUE(read) << letter;
    EXPECT_EQ(read->members.at("a").text, "x " + letter);
  }
}

TEST(Source, RefusesAKeyThatIsNoLine) {
  for (const std::string_view key : {R"("a\nb")", R"("\u0007")", R"("\u001b[2J")", R"("\u007f")", R"("")"}) {
    EXPECT_EQ(outcome(std::string(key) + " = 1"), "policy_pack_malformed ") << key;
    EXPECT_EQ(outcome("[class." + std::string(key) + "]\ntitle = 'x'"), "policy_pack_malformed class") << key;
  }
  EXPECT_EQ(outcome("\"día de corte\" = 1"), "read");
}

}  // namespace
}  // namespace xch::policy_test
