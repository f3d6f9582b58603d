#include "policy/obligations.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "policy/given.hpp"

namespace xch::policy {
namespace {

TEST(Obligations, EveryKnownOneHasAMeaningAndNoOtherNumberHas) {
  for (std::uint16_t n = 0; n < kObligationCount + 3; ++n) {
    const auto* row = obligation_row(static_cast<Obligation>(n));
    EXPECT_EQ(row != nullptr, n != 0 && n < kObligationCount) << n;
    if (row == nullptr) continue;
    EXPECT_EQ(row->obligation, static_cast<Obligation>(n));
    EXPECT_FALSE(row->says.empty());
    EXPECT_EQ(row->says.back(), '.') << row->says;
    EXPECT_FALSE(row->citation.empty());
  }
}

TEST(Obligations, OnlyDeleteAfterHasADate) {
  for (const auto obligation : every<Obligation>(kObligationCount)) {
    const auto date = done_by(obligation, Timestamp{77});
    EXPECT_EQ(date.has_value(), obligation == Obligation::deleteAfter);
    EXPECT_EQ(date.value_or(Timestamp{77}).seconds, 77u);
  }
}

// The page has a row for each: what it means, who keeps it, where.
TEST(Obligations, StandInTheirPage) {
  std::ifstream in(XCH_SOURCE_DIR "/docs/obligations.md");
  const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (const auto obligation : every<Obligation>(kObligationCount)) {
    const auto* row = obligation_row(obligation);
    ASSERT_NE(row, nullptr);
    const std::string line = "| `" + std::string(code_of(obligation)) + "` | " + std::string(row->says) + " | " +
                             std::string(kept_by_text(row->kept_by)) + " | ";
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace xch::policy
