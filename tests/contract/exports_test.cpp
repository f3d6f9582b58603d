// The binary boundary: what libexchange.so exports is what exports.txt says, and nothing but xch_*.
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "contract/tree.hpp"

namespace xch::contract {
namespace {

using Names = std::set<std::string>;

// nm prints "address letter name@@version"; letter A is a version node and no symbol.
Names exported(const std::string& library) {
  const Outcome r = run("nm -D --defined-only " + quoted(library));
  EXPECT_EQ(r.status, 0) << r.output;
  Names out;
  if (r.status != 0) return out;
  std::istringstream in(r.output);
  for (std::string address, letter, name; in >> address >> letter >> name;)
    if (letter != "A") out.insert(name.substr(0, name.find('@')));
  return out;
}

Names listed() {
  Names out;
  std::istringstream in(read_file(std::string(XCH_SOURCE_DIR) + "/tests/contract/exports.txt"));
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') out.insert(line);
  return out;
}

// A name may be added to the list; one that goes or changes breaks every binding that is already out.
TEST(Exports, AreExactlyTheListedNames) {
  const Names names = exported(std::string(XCH_BUILD_DIR) + "/lib/libexchange.so");
  EXPECT_EQ(names, listed());
  EXPECT_FALSE(names.empty());
  for (const auto& name : names) EXPECT_EQ(name.rfind("xch_", 0), 0u) << name;
}

TEST(Exports, AreDeclaredInExchangeH) {
  const std::string header = read_file(std::string(XCH_SOURCE_DIR) + "/include/exchange/exchange.h");
  Names declared;
  std::istringstream in(without_comments_and_raw_strings(header));
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("XCH_API ", 0) != 0) continue;
    const auto open = line.find('(');
    const auto end = line.find_last_not_of(' ', open - 1) + 1;
    const auto start = line.find_last_of(" *", end - 1) + 1;
    declared.insert(line.substr(start, end - start));
  }
  EXPECT_EQ(declared, listed());
}

TEST(Exports, OfAnotherLibraryAreSeen) {
  TempTree tree;
  tree.write("x.cpp", "extern \"C\" __attribute__((visibility(\"default\"))) int xch_one() { return 1; }\nint leaked() { return 2; }\nstatic int hidden() { return 3; }\nint (*keep)() = hidden;\n");
  const std::string root = tree.root();
  const Outcome built = run(quoted(XCH_CXX_COMPILER) + " -shared -fPIC -o " + quoted(root + "/x.so") + " " + quoted(root + "/x.cpp"));
  ASSERT_EQ(built.status, 0) << built.output;
  EXPECT_EQ(exported(root + "/x.so"), (Names{"keep", "xch_one", "_Z6leakedv"}));
}

}  // namespace
}  // namespace xch::contract
