#include "log/policy.hpp"

#include <gtest/gtest.h>

#include "log/checkpoint.hpp"
#include "log/sample.hpp"

namespace xch::log {
namespace {

std::string key(std::uint8_t n) { return sample_witness(n).verifier().text(); }
std::string log_line() { return "log " + sample_log_key().verifier().text() + "\n"; }
/// Three witnesses, the first with a URL.
std::string three() {
  return log_line() + "witness w1 " + key(1) + " http://127.0.0.1:8417\nwitness w2 " + key(2) + "\nwitness w3 " +
         key(3) + "\n";
}
LogPolicy policy(const std::string& text) {
  auto read = LogPolicy::parse(text);
  EXPECT_TRUE(passes(read)) << text;
  return std::move(*read);
}

TEST(LogPolicy, ReadsLogsWitnessesAndTheirPlaces) {
  const LogPolicy read = policy("# whom we ask\n\n \t # and why\n" + three() + "\tquorum \t w1 \n");
  ASSERT_EQ(read.logs().size(), 1u);
  EXPECT_EQ(read.logs()[0].key.text(), sample_log_key().verifier().text());
  ASSERT_EQ(read.witnesses().size(), 3u);
  EXPECT_EQ(read.witnesses()[0].url, "http://127.0.0.1:8417");
  EXPECT_EQ(read.witnesses()[1].url, "");
  EXPECT_EQ(read.witnesses()[2].name, "w3");
}

TEST(LogPolicy, AsksForTheWitnessesOfItsQuorum) {
  struct Case {
    const char* rules;
    std::vector<std::vector<std::size_t>> met, unmet;
  };
  const std::vector<Case> cases{
      {"quorum none\n", {{}, {0}}, {}},
      {"quorum w2\n", {{1}, {0, 1}}, {{}, {0}, {0, 2}}},
      {"group g any w1 w2 w3\nquorum g\n", {{0}, {1}, {2}}, {{}}},
      {"group g all w1 w2\nquorum g\n", {{0, 1}, {0, 1, 2}}, {{0}, {1, 2}, {}}},
      {"group g 2 w1 w2 w3\nquorum g\n", {{0, 1}, {2, 0}}, {{0}, {}}},
      {"group g any w1 w2\ngroup h all g w3\nquorum h\n", {{0, 2}, {1, 2}}, {{0, 1}, {2}}},
  };
  for (const auto& one : cases) {
    const LogPolicy read = policy(three() + one.rules);
    for (const auto& witnesses : one.met) EXPECT_TRUE(read.is_met(witnesses)) << one.rules;
    for (const auto& witnesses : one.unmet) EXPECT_FALSE(read.is_met(witnesses)) << one.rules;
  }
}

TEST(LogPolicy, RefusesWhatIsNoPolicy) {
  const std::string ml_dsa = VerifierKey::make("post.example", KeyType::ml_dsa_44, Bytes(1312, 7))->text();
  const std::vector<std::string> bad{
      "",                                                 // no quorum
      three(),                                            // likewise
      three() + "quorum none\nquorum none\n",             // two
      three() + "quorum w4\n",                            // of nobody
      three() + "quorum w1 w2\n",
      three() + "quorum\n",
      three() + "quorum none",                            // no end of the line
      three() + "group g 0 w1\nquorum g\n",
      three() + "group g 2 w1\nquorum g\n",
      three() + "group g 01 w1\nquorum g\n",
      three() + "group g some w1\nquorum g\n",
      three() + "group g all\nquorum g\n",
      three() + "group g all w1 w1\nquorum g\n",          // once for each name
      three() + "group g all w1\ngroup h all w1\nquorum h\n",
      three() + "group g all g\nquorum g\n",              // itself
      three() + "group g all none\nquorum g\n",
      three() + "quorum g\ngroup g all w1\n",             // only afterwards
      three() + "group w1 all w2\nquorum w1\n",           // a name for two
      three() + "group none all w1\nquorum none\n",
      three() + "witness w1 " + key(4) + "\nquorum none\n",
      three() + "witness w4 " + key(1) + "\nquorum none\n",  // a key for two
      three() + log_line() + "quorum none\n",
      three() + "witness none " + key(4) + "\nquorum none\n",
      three() + "witness w4 " + sample_log_key().verifier().text() + "\nquorum none\n",  // a log's key
      "log " + key(1) + "\nquorum none\n",                // a witness's key
      "log " + ml_dsa + "\nquorum none\n",
      "log\nquorum none\n",
      log_line().substr(0, log_line().size() - 1) + " http://a.example b\nquorum none\n",
      "witness w1\nquorum none\n",
      "witness w1 " + key(1) + " http://a.example b\nquorum none\n",
      "witness w1 " + key(1).substr(1) + "\nquorum none\n",
      "wittness w1 " + key(1) + "\nquorum none\n",
      "quorum none\r\n",
      std::string("quorum none\n\0", 13),
      "quorum none \x7f\n",
  };
  for (const auto& text : bad) EXPECT_TRUE(refuses(LogPolicy::parse(text), Code::log_policy)) << text;
  // What is not checked here may stand there, and is never enough.
  EXPECT_FALSE(policy("witness post " + ml_dsa + "\nquorum post\n").is_met({}));
}

TEST(LogPolicy, RefusesEveryTruncation) {
  for_every_truncation(three() + "group g 2 w1 w2 w3\nquorum g\n", [](const std::string& text) {
    EXPECT_TRUE(refuses(LogPolicy::parse(text), Code::log_policy)) << text;
  });
}

TEST(LogPolicy, TakesThirtyTwoOfEachAndBoundsWhatAStrangerSends) {
  std::string text, group = "group all-of-us all";
  for (std::uint8_t i = 1; i <= 32; ++i) {
    const auto log = signer("log" + std::to_string(i), KeyType::ed25519, static_cast<std::uint8_t>(100 + i));
    const std::string n = std::to_string(i);
    text += "log " + log.verifier().text() + "\nwitness w" + n + " " + key(i) + "\ngroup g" + n + " any w" + n + "\n";
    group += " g" + n;
  }
  const LogPolicy read = policy(text + group + "\nquorum all-of-us\n");
  EXPECT_EQ(read.logs().size(), 32u);
  EXPECT_EQ(read.witnesses().size(), 32u);
  EXPECT_TRUE(refuses(LogPolicy::parse(std::string(kPolicyMaxBytes, '\n') + "quorum none\n"), Code::log_policy));
}

TEST(OpenCheckpoint, CannotTellWhereThePolicysQuorumIsMissing) {
  const auto trust = LogTrust::by_policy(policy(three() + "group g 2 w1 w2 w3\nquorum g\n"));
  ASSERT_TRUE(passes(trust));
  EXPECT_EQ(open_checkpoint(sample_note(sample_checkpoint(), {3, 1}), *trust)->cosigned.size(), 2u);
  EXPECT_TRUE(refuses(open_checkpoint(sample_note(sample_checkpoint(), {2, 2}), *trust), Code::log_quorum));
  EXPECT_TRUE(refuses(open_checkpoint(sample_note(sample_checkpoint(), {4, 5, 1}), *trust), Code::log_quorum));
  // A signature that does not hold is forged, and more signatures do not make up for it.
  const std::string forged = sample_note(sample_checkpoint(), {1}) +
                             sample_note(sample_checkpoint(8), {2}).substr(sample_note(sample_checkpoint(8)).size());
  EXPECT_TRUE(refuses(open_checkpoint(forged, *trust), Code::log_note_signature));
}

TEST(OpenCheckpoint, TakesAnyLogOfThePolicyUnderItsOwnName) {
  const auto other = signer("court.example/log", KeyType::ed25519, 9);
  const auto trust = *LogTrust::by_policy(policy(log_line() + "log " + other.verifier().text() + "\nquorum none\n"));
  EXPECT_TRUE(passes(open_checkpoint(sample_note(sample_checkpoint()), trust)));
  Checkpoint of_court = sample_checkpoint();
  of_court.origin = "court.example/log";
  SignedNote note{encode_checkpoint(of_court), {}};
  note.signatures.push_back(*other.sign(note.text));
  EXPECT_TRUE(passes(open_checkpoint(encode_note(note), trust)));
  // One log of the policy does not sign for another.
  EXPECT_TRUE(refuses(open_checkpoint(sample_note(of_court), trust), Code::log_note_signature));
  EXPECT_TRUE(refuses(LogTrust::by_policy(policy("quorum none\n")), Code::usage));
}

}  // namespace
}  // namespace xch::log
