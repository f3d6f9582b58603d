// The table of errors, its page, and the code that uses it.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "base/result.hpp"
#include "contract/tree.hpp"

namespace xch::contract {
namespace {

namespace fs = std::filesystem;

const std::string kSource = XCH_SOURCE_DIR;

TEST(ErrorPage, IsWhatTheTableSays) {
  const Outcome r = run("/usr/bin/python3 " + quoted(kSource + "/scripts/errors_md") + " --check");
  EXPECT_EQ(r.status, 0) << r.output;
}

// A table of three rows with its script and page: the generator must be seen to refuse.
class SmallTable : public testing::Test {
 protected:
  SmallTable() {
    tree_.write("scripts/errors_md", read_file(kSource + "/scripts/errors_md"));
    table(kOne + kTwo + kThree);
    EXPECT_EQ(write().status, 0);
    EXPECT_EQ(check().status, 0);
  }
  void table(const std::string& rows) const { tree_.write("libexchange/base/errors.def", "// EX10nn: the call\n" + rows); }
  Outcome write() const { return run("mkdir -p " + quoted(root() + "/docs") + " && /usr/bin/python3 " + quoted(root() + "/scripts/errors_md")); }
  Outcome check() const { return run("/usr/bin/python3 " + quoted(root() + "/scripts/errors_md") + " --check"); }
  std::string root() const { return tree_.root(); }

  const std::string kOne = "XCH_ERROR(one, misuse, \"EX1001\", -1, 2,\n          \"first \"\n          \"text\", \"fix\")\n";
  const std::string kTwo = "XCH_ERROR(two, io, \"EX1002\", -5, 1, \"second\", \"fix\")\n";
  const std::string kThree = "XCH_ERROR(three, denied, \"EX1003\", 1, 3, \"third\", \"fix\")\n";
  TempTree tree_;
};

TEST_F(SmallTable, JoinsTheLiteralsOfAText) {
  EXPECT_NE(read_file(root() + "/docs/errors.md").find("| EX1001 | `one` | first text | fix | misuse | `XCH_E_USAGE` | 2 |\n"), std::string::npos);
}

TEST_F(SmallTable, RefusesAPageThatIsBehindTheTable) {
  table(kOne + kTwo + kThree + "XCH_ERROR(four, io, \"EX1004\", -5, 1, \"fourth\", \"fix\")\n");
  EXPECT_NE(check().output.find("run scripts/errors_md"), std::string::npos);
  EXPECT_EQ(check().status, 1);
  EXPECT_EQ(write().status, 0);
  EXPECT_EQ(check().status, 0);
}

TEST_F(SmallTable, RefusesToDropOrRenameAPublishedId) {
  table(kOne + kThree);
  EXPECT_NE(write().output.find("EX1002 two is published"), std::string::npos);
  EXPECT_EQ(write().status, 1);
  table(kOne + "XCH_ERROR(other, io, \"EX1002\", -5, 1, \"second\", \"fix\")\n" + kThree);
  EXPECT_EQ(write().status, 1);
}

TEST_F(SmallTable, RefusesIdsOutOfOrderTwiceOrInAnotherSection) {
  for (const std::string& rows : {kOne + kThree + kTwo, kOne + kTwo + kTwo + kThree,
                                  kOne + kTwo + kThree + "XCH_ERROR(one, io, \"EX1004\", -5, 1, \"again\", \"fix\")\n",
                                  kOne + kTwo + kThree + "XCH_ERROR(far, io, \"EX1101\", -5, 1, \"far\", \"fix\")\n"}) {
    table(rows);
    EXPECT_EQ(write().status, 1) << rows;
  }
}

TEST_F(SmallTable, RefusesARowItCannotReadAndACodeOfNobody) {
  table(kOne + kTwo + kThree + "XCH_ERROR(four, io, EX1004, -5, 1, \"fourth\", \"fix\")\n");
  EXPECT_EQ(write().status, 1);
  table(kOne + kTwo + kThree + "XCH_ERROR(four, io, \"EX1004\", -55, 1, \"fourth\", \"fix\")\n");
  EXPECT_EQ(write().status, 1);
}

std::set<std::string> codes_used_in(const fs::path& folder) {
  static const std::regex kUse("\\bCode::(\\w+)");
  std::set<std::string> out;
  for (const auto& file : files_below(folder, {".hpp", ".cpp"})) {
    const std::string code = without_comments_and_raw_strings(read_file(file));
    for (std::sregex_iterator it(code.begin(), code.end(), kUse), end; it != end; ++it) out.insert((*it)[1]);
  }
  return out;
}

// A code that nothing can give is a promise without a check behind it.
TEST(ErrorCodes, AreEachGivenSomewhere) {
  auto used = codes_used_in(kSource + "/libexchange");
  used.merge(codes_used_in(kSource + "/consent"));
  // What only the program can meet (its own interruption) it names by id.
  std::string program;
  for (const auto& file : fs::directory_iterator(kSource + "/tools/exchange"))
    if (file.path().extension() == ".cpp") program += read_file(file.path().string());
  int unused = 0;
  std::string names;
  for (std::size_t i = 0; i < code_count(); ++i) {
    if (used.count(std::string(code_at(i).name)) != 0) continue;
    if (program.find(std::string(code_at(i).id)) != std::string::npos) continue;
    ++unused;
    names += "  " + std::string(code_at(i).id) + " " + std::string(code_at(i).name) + "\n";
  }
  EXPECT_EQ(unused, 0) << "never given:\n" << names;
}

TEST(ErrorCodes, AreFoundInCodeAndNotInComments) {
  TempTree tree;
  tree.write("a.cpp", "return fail(Code::usage);  // Code::clock\n/* Code::bug */ auto c = xch::Code::file_io;\n");
  EXPECT_EQ(codes_used_in(tree.root()), (std::set<std::string>{"file_io", "usage"}));
}

}  // namespace
}  // namespace xch::contract
