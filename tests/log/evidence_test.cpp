// A log with two histories: what proves it, and who notices.
#include "log/evidence.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "log/folder.hpp"
#include "log/history.hpp"

namespace xch::log {
namespace {

class EvidenceTest : public ::testing::Test {
 protected:
  static Result<Evidence> find(const std::string& one, const std::string& other, MemoryTree* tree = nullptr) {
    return find_evidence(one, other, sample_trust(), tree);
  }
  History a_{"a", 5}, b_{"b", 5};  // of one beginning
};

TEST_F(EvidenceTest, IsTwoRootsOfOneSize) {
  const auto found = find(a_.note(20), b_.note(20));
  ASSERT_TRUE(passes(found));
  EXPECT_FALSE(found->begins.has_value());
  EXPECT_TRUE(passes(check_evidence(*found, sample_trust())));
}

TEST_F(EvidenceTest, IsALargerTreeThatDoesNotBeginWithTheSmaller) {
  for (const bool swapped : {false, true}) {
    const auto found =
        swapped ? find(b_.note(300), a_.note(20), &b_.tree()) : find(a_.note(20), b_.note(300), &b_.tree());
    ASSERT_TRUE(passes(found));
    EXPECT_EQ(found->first, a_.note(20));
    EXPECT_TRUE(passes(check_evidence(*found, sample_trust())));
  }
}

TEST_F(EvidenceTest, IsNotFoundWhereThereIsOneHistory) {
  EXPECT_TRUE(refuses(find(a_.note(20), a_.note(20)), Code::log_evidence));
  EXPECT_TRUE(refuses(find(a_.note(20), a_.note(300), &a_.tree()), Code::log_evidence));
  EXPECT_TRUE(refuses(find(a_.note(5), b_.note(300), &b_.tree()), Code::log_evidence));
  EXPECT_TRUE(refuses(find(a_.note(0), b_.note(300), &b_.tree()), Code::log_evidence));
  EXPECT_TRUE(refuses(find(a_.note(20), b_.note(300)), Code::log_evidence));               // nothing to prove it with
  EXPECT_TRUE(refuses(find(a_.note(20), b_.note(300), &a_.tree()), Code::log_evidence));   // the tree of another
}

TEST_F(EvidenceTest, AccusesNobodyWithoutTheLogsOwnSignatures) {
  std::string forged = b_.note(20);
  forged[forged.size() - 9] ^= 1;
  EXPECT_TRUE(refuses(find(a_.note(20), forged), Code::log_note_signature));
  const auto other = LogTrust::make(signer("police.example/log", KeyType::ed25519, 9).verifier());
  EXPECT_TRUE(refuses(check_evidence(*find(a_.note(20), b_.note(20)), *other), Code::log_note_signature));
}

TEST_F(EvidenceTest, IsRefusedWithAnythingChangedOrMissing) {
  for (const auto& found : {find(a_.note(6), b_.note(6)), find(a_.note(6), b_.note(11), &b_.tree())}) {
    ASSERT_TRUE(passes(found));
    const std::string whole = encode_evidence(*found);
    const auto parsed = parse_evidence(whole);
    ASSERT_TRUE(passes(parsed));
    EXPECT_EQ(encode_evidence(*parsed), whole);
    const auto refused = [](const std::string& text) {
      const auto evidence = parse_evidence(text);
      EXPECT_FALSE(evidence && check_evidence(*evidence, sample_trust())) << text;
    };
    for_every_truncation(whole, refused);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string changed = whole;
      changed[i] ^= 1;
      refused(changed);
    }
    refused(whole + "\n");
  }
}

TEST_F(EvidenceTest, IsNotTwoLogsOfOnePolicy) {
  const auto court = signer("court.example/log", KeyType::ed25519, 9);
  const auto trust = *LogTrust::by_policy(*LogPolicy::parse("log " + sample_log_key().verifier().text() + "\nlog " +
                                                            court.verifier().text() + "\nquorum none\n"));
  Checkpoint of_court = b_.checkpoint(20);
  of_court.origin = "court.example/log";
  SignedNote note{encode_checkpoint(of_court), {}};
  note.signatures.push_back(*court.sign(note.text));
  EXPECT_TRUE(refuses(check_evidence({a_.note(20), encode_note(note), {}, {}}, trust), Code::log_evidence));
}

// ---- five agencies -------------------------------------------------------------------------------------------------

/// Five agencies, each with a witness. One log shows one history to some of them and another to the rest; then each
/// hands the newest checkpoint that its witness has cosigned to all others, once.
class FiveAgencies : public EvidenceTest {
 protected:
  void SetUp() override {
    for (std::uint8_t n = 0; n < 5; ++n) {
      auto made = Witness::create(temp_.path() / std::to_string(n), sample_witness(n));
      ASSERT_TRUE(passes(made));
      ASSERT_TRUE(passes(made->trust(sample_log_key().verifier())));
      agencies_.push_back(std::make_unique<Witness>(std::move(*made)));
    }
  }
  void show(std::size_t agency, const History& history, std::uint64_t size) {
    EXPECT_EQ(agencies_[agency]->add_checkpoint(history.request(0, size), Timestamp{1795000000})->status, 200u);
  }
  std::string newest(std::size_t agency) const { return agencies_[agency]->logs()->front().note; }

  /// round gives how many agencies hold evidence after it. `published` is what the log serves as its tiles.
  std::size_t round(MemoryTree& published) {
    std::size_t convinced = 0;
    for (std::size_t to = 0; to < 5; ++to) {
      bool proved = false;
      for (std::size_t from = 0; from < 5; ++from) {
        const auto found = find_evidence(newest(from), newest(to), sample_trust(), &published);
        if (found) proved = proved || check_evidence(*parse_evidence(encode_evidence(*found)), sample_trust());
      }
      convinced += proved ? 1 : 0;
    }
    return convinced;
  }

  TempFolder temp_;
  std::vector<std::unique_ptr<Witness>> agencies_;
};

TEST_F(FiveAgencies, CatchALogThatShowsTwoHistoriesOfOneSizeWithinOneRound) {
  for (const std::size_t agency : {0u, 1u, 2u}) show(agency, a_, 20);
  for (const std::size_t agency : {3u, 4u}) show(agency, b_, 20);
  EXPECT_EQ(round(a_.tree()), 5u);
  // And no witness takes the other side's checkpoint: it keeps it.
  EXPECT_EQ(agencies_[3]->add_checkpoint("old 20\n\n" + newest(0), Timestamp{1795000001})->status, 422u);
  EXPECT_TRUE(std::filesystem::exists(temp_.path() / "3/conflicts"));
  EXPECT_FALSE(std::filesystem::is_empty(temp_.path() / "3/conflicts"));
}

TEST_F(FiveAgencies, CatchItWhereTheHistoriesHaveDifferentSizes) {
  for (const std::size_t agency : {0u, 1u, 2u, 3u}) show(agency, a_, 20);
  show(4, b_, 300);
  EXPECT_EQ(round(b_.tree()), 5u);
}

TEST_F(FiveAgencies, AccuseNobodyWhereSomeAreBehind) {
  for (std::size_t agency = 0; agency < 5; ++agency) show(agency, a_, 20 + agency);
  EXPECT_EQ(round(a_.tree()), 0u);
  EXPECT_EQ(agencies_[0]->add_checkpoint(a_.request(20, 24), Timestamp{1795000001})->status, 200u);
}

}  // namespace
}  // namespace xch::log
