// A page that names a test as its witness names one that there is.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

const std::filesystem::path kRoot = XCH_SOURCE_DIR;

std::set<std::string> names(const std::string& text, const std::regex& pattern) {
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    out.insert((*at)[1].str() + "." + (*at)[2].str());
  return out;
}

TEST(ThreatModel, NamesOnlyTestsThatThereAre) {
  std::set<std::string> tests;
  for (const auto& file : files_below(kRoot / "tests", {".cpp"})) {
    const auto here = names(read_file(file), std::regex(R"(\bTEST(?:_F|_P)?\((\w+), (\w+)\))"));
    tests.insert(here.begin(), here.end());
  }
  const auto cited =
      names(read_file(kRoot / "docs/threat-model.md"), std::regex(R"(`([A-Z]\w+)\.([A-Z]\w+)`)"));
  EXPECT_GE(cited.size(), 50u);
  EXPECT_GT(tests.size(), cited.size());
  for (const auto& name : cited) EXPECT_TRUE(tests.count(name) != 0) << name;
}

}  // namespace
}  // namespace xch::contract
