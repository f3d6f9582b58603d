#include "base/result.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "base/encoding.hpp"

namespace xch {
namespace {

TEST(ErrorTable, StandsInTheOrderOfItsCodes) {
  ASSERT_GT(code_count(), 200u);
  for (std::size_t i = 0; i < code_count(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(code_at(i).code), i);
    EXPECT_EQ(&info(code_at(i).code), &code_at(i));
    EXPECT_EQ(find_code(code_at(i).id), &code_at(i));
  }
}

TEST(ErrorTable, FindsNoOtherId) {
  for (const char* id : {"", "EX", "EX0000", "EX9999", "ex1001", "EX1001 ", " EX1001"}) EXPECT_EQ(find_code(id), nullptr) << id;
}

TEST(ErrorTable, HasOneIdAndOneNameForEachCode) {
  std::set<std::string_view> ids, names;
  for (std::size_t i = 0; i < code_count(); ++i) {
    const CodeInfo& row = code_at(i);
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    ASSERT_EQ(row.id.size(), 6u);
    EXPECT_EQ(row.id.substr(0, 2), "EX");
    EXPECT_EQ(row.id.find_first_not_of("0123456789", 2), std::string_view::npos) << row.id;
  }
}

// One line of plain words on a terminal of any kind: no line break, no formatting sign that could be filled in, no full stop.
TEST(ErrorTable, SaysEveryTextInOneLineOfAscii) {
  for (std::size_t i = 0; i < code_count(); ++i) {
    const CodeInfo& row = code_at(i);
    for (std::string_view text : {row.text, row.fix}) {
      EXPECT_FALSE(text.empty()) << row.id;
      EXPECT_LE(text.size(), 90u) << row.id;
      EXPECT_NE(text.back(), '.') << row.id;
      for (char c : text) EXPECT_TRUE(c >= 0x20 && c < 0x7f && c != '%' && c != '{' && c != '}') << row.id;
    }
  }
}

// The exit status of interfaces: 1, 2, 3, 4, 5, 6, 7, 75, 130; the ABI's codes are those of exchange.h.
TEST(ErrorTable, UsesOnlyTheCodesOfTheTwoBoundaries) {
  const std::set<int> exits = {1, 2, 3, 4, 5, 6, 7, 75, 130};
  const std::set<int> abi = {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6, -7, -8, -99};
  for (std::size_t i = 0; i < code_count(); ++i) {
    EXPECT_EQ(exits.count(code_at(i).exit), 1u) << code_at(i).id;
    EXPECT_EQ(abi.count(code_at(i).xch), 1u) << code_at(i).id;
  }
}

// From the first use of a key on a remote party learns nothing: everything `rejected` on the way in (EX31 to EX34) says that
// something is not valid and not what. Four codes say more, because an operator must hear of it: somebody signed two
// different things, under one number or in a note and in a log. All were verified first, so they tell nothing of a key.
TEST(ErrorTable, SaysNoReasonForARejectedNote) {
  int seen = 0;
  for (std::size_t i = 0; i < code_count(); ++i) {
    const CodeInfo& row = code_at(i);
    if (row.code == Code::open_status_alarm || row.code == Code::open_replay_alarm) continue;
    if (row.code == Code::open_log_fork || row.code == Code::open_contradicted) continue;
    if (row.errc != Errc::rejected || row.id < "EX3106" || row.id >= "EX3500") continue;
    ++seen;
    EXPECT_TRUE(row.text == "the envelope is not valid" || row.text == "the note is not valid") << row.id << " " << row.text;
  }
  EXPECT_GT(seen, 30);
}

// A class says what the caller should do; the exit status must not say something else.
TEST(ErrorTable, ExitsAsItsClassSays) {
  const std::map<Errc, std::set<int>> allowed = {
      {Errc::malformed, {2, 5, 7}}, {Errc::unsupported, {1, 2, 5, 7}}, {Errc::rejected, {5, 7}}, {Errc::denied, {3, 7}}, {Errc::missing, {4, 7}},
      {Errc::conflict, {2, 5}}, {Errc::io, {1, 6, 75, 130}}, {Errc::misuse, {1, 2, 7}}, {Errc::unsure, {6}}};
  for (std::size_t i = 0; i < code_count(); ++i) {
    const CodeInfo& row = code_at(i);
    EXPECT_EQ(allowed.at(row.errc).count(row.exit), 1u) << row.id << " " << row.name << " exits " << row.exit;
    EXPECT_TRUE(row.errc != Errc::unsure || row.xch == 6) << row.id;
    EXPECT_FALSE(row.xch > 0 && row.exit == 2) << row.id << ": an answer is no wrong call";
  }
}

Result<int> half(int v) {
  if (v % 2 != 0) return fail(Code::usage, "v");
  return v / 2;
}
Status check_half(int v) {
  XCH_TRY(half(v));
  return Ok{};
}
Result<int> quarter(int v) {
  XCH_ASSIGN(const int h, half(v));
  XCH_ASSIGN(const int q, half(h));
  return q;
}

TEST(Result, HandsTheFirstErrorUpWithItsPath) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_TRUE(check_half(2));
  const auto odd = quarter(6);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().code, Code::usage);
  EXPECT_EQ(odd.error().path, "v");
  EXPECT_EQ(odd.error().info().id, "EX1002");
  ASSERT_FALSE(check_half(1));
  EXPECT_EQ(check_half(1).error().path, "v");
}

}  // namespace
}  // namespace xch
