// The rule table of the default pack: what it says is kept by the library has its tests, what people keep its paragraph.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <set>
#include <sstream>

#include "consent/office.hpp"
#include "consent/pack_compiler/rule_table.hpp"

namespace xch::testing {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

const std::vector<consent::RuleRow>& rows() {
  static const std::vector<consent::RuleRow> kRows = must(consent::rule_table(consent::default_rules_toml()), "rules");
  return kRows;
}

/// The names of all tests of the tree.
const std::vector<std::string>& test_names() {
  static const std::vector<std::string> kNames = [] {
    const std::regex test(R"(TEST(_F|_P)?\(\s*\w+,\s*(\w+)\))");
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(XCH_SOURCE_DIR) / "tests")) {
      if (entry.path().extension() != ".cpp") continue;
      const auto text = text_of(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), test), end; at != end; ++at) out.push_back((*at)[2]);
    }
    return out;
  }();
  return kNames;
}

/// name_of writes an id as it stands in a test's name: "P2-31-8/9" is "P2_31_8_9", "CJ-AU3(3)" is "CJ_AU3_3".
std::string name_of(std::string id) {
  for (auto& c : id)
    if (c == '-' || c == '/' || c == '(') c = '_';
  id.erase(std::remove(id.begin(), id.end(), ')'), id.end());
  return id;
}

bool has_case(const std::string& id, const std::string& verb) {
  const auto& names = test_names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.find(name_of(id) + "_" + verb) != std::string::npos;
  });
}

TEST(RuleTable, GivesEachRuleACitationASentenceAndWhoKeepsIt) {
  for (const auto& row : rows()) {
    EXPECT_FALSE(row.citation.empty()) << row.id;
    EXPECT_EQ(row.says.back(), '.') << row.id;
    EXPECT_TRUE(row.enforced == "library" || row.enforced == "organisation") << row.id;
  }
  EXPECT_EQ(rows().size(), 87u);
}

TEST(RuleTable, HasAnAcceptedAndARefusedCaseForWhatTheLibraryKeeps) {
  for (const auto& row : rows()) {
    if (row.enforced != "library") continue;
    EXPECT_TRUE(has_case(row.id, "Accepts")) << row.id << ": no test named " << name_of(row.id) << "_Accepts...";
    EXPECT_TRUE(has_case(row.id, "Refuses")) << row.id << ": no test named " << name_of(row.id) << "_Refuses...";
  }
}

TEST(RuleTable, HasAParagraphForWhatPeopleKeepAndNoOther) {
  const auto page = text_of(fs::path(XCH_SOURCE_DIR) / "docs/organisation.md");
  std::set<std::string> headed;
  const std::regex heading("\n## (\\S+)\n\n(\\S[^\n]{20,})");
  for (std::sregex_iterator at(page.begin(), page.end(), heading), end; at != end; ++at) headed.insert((*at)[1]);
  std::set<std::string> kept;
  for (const auto& row : rows())
    if (row.enforced == "organisation") kept.insert(row.id);
  EXPECT_EQ(headed, kept);
}

TEST(RuleTable, HasEveryElementThatABasisOfThePackDemands) {
  std::set<std::string> ids{"P2-31-8", "P2-31-9"};  // one row for both
  for (const auto& row : rows()) ids.insert(row.id);
  for (const auto& basis : default_pack().bases)
    for (const auto& element : basis.elements)
      if (element.substr(0, 4) != "ROI-") {
        EXPECT_EQ(ids.count(element), 1u) << element;
      }
}

}  // namespace
}  // namespace xch::testing
