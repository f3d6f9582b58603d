// A consent office that was restored from a backup: what had ended does not come to life again, and what it had issued
// since is nobody's.
#include <gmock/gmock.h>

#include "consent/office.hpp"

namespace xch::testing {
namespace {

class RestoredOffice : public ::testing::Test {
 protected:
  Bench bench;

  consent::IssuedGrant issue(const std::string& subject) {
    auto draft = care_draft();
    draft.subject = subject;
    draft.signed_form = bytes_of("form of " + subject);
    return must(consent::issue(bench.desk(), draft), "issue");
  }
  /// The index of a grant in the office's list, as it was issued.
  std::uint32_t index_of(const GrantHash& hash) {
    for (const auto& [key, value] : bench.home.rows["authority.grants"]) {
      const auto file = must(consent::decode_grant_file(value), "file");
      if (file.hash == hash) return file.core.status_index;
    }
    return 0;
  }
};

TEST_F(RestoredOffice, SuspendsWhatWasInForce) {
  const auto before = issue("p-1");
  const auto backup = bench.home.rows;
  must(consent::revoke(bench.desk(), before.id, "asked by the person"), "revoke");
  bench.home.rows = backup;
  bench.now = bench.now + 3600;
  EXPECT_EQ(must(consent::close_gap(bench.desk(), false), "gap"), 1u);
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(before.hash), GrantState::suspended);
  EXPECT_EQ(must(consent::show(bench.desk(), before.id), "show").state, GrantState::suspended);
}

TEST_F(RestoredOffice, SuspendsNothingWhereAPersonSaysThatNothingEnded) {
  const auto before = issue("p-1");
  EXPECT_EQ(must(consent::close_gap(bench.desk(), true), "gap"), 0u);
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(before.hash), GrantState::active);
}

TEST_F(RestoredOffice, LeavesAsItIsWhatHadEndedBeforeTheBackup) {
  const auto before = issue("p-1");
  must(consent::revoke(bench.desk(), before.id, "asked by the person"), "revoke");
  EXPECT_EQ(must(consent::close_gap(bench.desk(), false), "gap"), 0u);
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.published_state(before.hash), GrantState::revoked);
}

TEST_F(RestoredOffice, RevokesWhatTheLostStoreIssued) {
  issue("p-1");
  const auto backup = bench.home.rows;
  const auto lost = issue("p-2");
  const auto index = index_of(lost.hash);
  bench.home.rows = backup;
  must(consent::close_gap(bench.desk(), true), "gap");
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(must(bench.newest_list()->state_of(index), "state"), GrantState::revoked);
  // And no later grant is given that index: its holders would take the lost one for active.
  for (int i = 0; i < 40; ++i) EXPECT_NE(index_of(issue("q-" + std::to_string(i)).hash), index);
  EXPECT_EQ(must(bench.newest_list()->state_of(index), "state"), GrantState::revoked);
}

TEST_F(RestoredOffice, GoesOnAboveEveryVersionThatWasPublished) {
  issue("p-1");
  const auto backup = bench.home.rows;
  std::uint32_t lost = 0;
  for (int i = 0; i < 20; ++i) {
    bench.now = bench.now + 900;
    lost = must(consent::publish_status(bench.desk()), "publish");
  }
  bench.home.rows = backup;
  must(consent::close_gap(bench.desk(), true), "gap");
  EXPECT_GT(must(consent::publish_status(bench.desk()), "publish"), lost);
}

TEST_F(RestoredOffice, ClosesItsGapAlsoWhereNothingCanBeSignedOrSent) {
  const auto before = issue("p-1");
  auto desk = bench.desk();
  desk.roster = nullptr;
  const auto lists = bench.lists.size();
  const auto sent = bench.home.sent.size();
  EXPECT_EQ(must(consent::close_gap(desk, false), "gap"), 1u);
  EXPECT_EQ(bench.lists.size(), lists);
  EXPECT_EQ(bench.home.sent.size(), sent);
  EXPECT_EQ(must(consent::show(bench.desk(), before.id), "show").state, GrantState::suspended);
}

TEST_F(RestoredOffice, IssuesTheSameConsentAnewAfterwards) {
  issue("p-1");
  must(consent::close_gap(bench.desk(), false), "gap");
  const auto again = issue("p-1");
  EXPECT_EQ(bench.published_state(again.hash), GrantState::active);
}

}  // namespace
}  // namespace xch::testing
