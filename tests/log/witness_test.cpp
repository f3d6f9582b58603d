// Witnesses: what they cosign, every refusal, and what is left of them after races, crashes and damage.
#include "log/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/file.hpp"
#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/evidence.hpp"
#include "log/faults.hpp"
#include "log/folder.hpp"
#include "log/history.hpp"

namespace xch::log {
namespace {

namespace fs = std::filesystem;
using faults::Fault;

constexpr Timestamp kNow{1795000000};

class WitnessTest : public ::testing::Test {
 protected:
  Witness witness(const std::string& name = "w", std::uint8_t key = 1) {
    auto made = Witness::create(temp_.path() / name, sample_witness(key));
    EXPECT_TRUE(passes(made));
    EXPECT_TRUE(passes(made->trust(sample_log_key().verifier())));
    return std::move(*made);
  }
  static WitnessAnswer ask(const Witness& witness, const std::string& request, Timestamp now = kNow) {
    const auto answer = witness.add_checkpoint(request, now);
    EXPECT_TRUE(passes(answer));
    return answer ? *answer : WitnessAnswer{};
  }
  static unsigned status(const Witness& witness, const std::string& request) { return ask(witness, request).status; }
  static std::uint64_t held(const Witness& witness) { return witness.logs()->front().size; }
  fs::path record() const { return temp_.path() / "w/logs" / origin_hex(); }
  static std::string origin_hex() { return to_hex(crypto::sha256(ByteView(std::string_view("police.example/log")))); }

  TempFolder temp_;
  History history_{"a"};
};

TEST_F(WitnessTest, CosignsWhatContainsTheLastThatItCosigned) {
  const Witness w = witness();
  for (const auto& [old_size, size] : {std::pair{0u, 3u}, {3u, 3u}, {3u, 20u}, {20u, 300u}}) {
    const auto answer = ask(w, history_.request(old_size, size));
    ASSERT_EQ(answer.status, 200u);
    const std::string note = history_.note(size) + answer.body;
    const auto opened = open_checkpoint(note, sample_trust(1));
    ASSERT_TRUE(passes(opened));
    EXPECT_EQ(opened->cosigned[0].time.seconds, kNow.seconds);
    EXPECT_EQ(w.newest(origin_hex())->body, note);
    EXPECT_EQ(held(w), size);
  }
}

TEST_F(WitnessTest, CosignsAnEmptyLog) {
  const Witness w = witness();
  EXPECT_EQ(status(w, history_.request(0, 0)), 200u);
  EXPECT_EQ(status(w, history_.request(0, 4)), 200u);
  Checkpoint wrong{"police.example/log", 0, Digest(), {}};
  EXPECT_EQ(status(w, "old 0\n\n" + sample_note(wrong)), 422u);
}

TEST_F(WitnessTest, RefusesEachThingWithItsOwnStatus) {
  const Witness w = witness();
  ASSERT_EQ(status(w, history_.request(0, 10)), 200u);
  const std::string whole = history_.request(10, 20);
  const History other("b");
  Checkpoint unknown = sample_checkpoint(20);
  unknown.origin = "court.example/log";
  std::string unsigned_note = history_.note(20), forged = history_.note(20);
  unsigned_note.replace(unsigned_note.rfind(" police"), 7, " notice");
  forged[forged.size() - 9] ^= 1;
  const std::string hash = to_base64(Digest()) + "\n";
  std::string many;
  for (int i = 0; i < 64; ++i) many += hash;

  const std::vector<std::pair<std::string, unsigned>> cases{
      {"", 400},
      {"old 10\n", 400},
      {"new" + whole.substr(3), 400},
      {"old 010" + whole.substr(6), 400},
      {"old -1" + whole.substr(6), 400},
      {"old 10\nno hash\n\n" + history_.note(20), 400},
      {"old 21\n\n" + history_.note(20), 400},
      {"old 10\n" + many + "\n" + history_.note(20), 400},
      {"old 10\n\n" + sample_note(unknown), 404},
      {"old 10\n\n" + unsigned_note, 403},
      {"old 10\n\n" + forged, 403},
      {history_.request(9, 20), 409},
      {history_.request(11, 20), 409},
      {history_.request(0, 20), 409},
      {"old 10\n\n" + history_.note(20), 422},
      {"old 10\n" + hash + "\n" + history_.note(10), 422},
      {other.request(10, 20), 422},
      {other.request(10, 10), 422},
  };
  for (const auto& [request, expected] : cases) {
    const auto answer = ask(w, request);
    EXPECT_EQ(answer.status, expected) << request;
    EXPECT_EQ(answer.body, expected == 409 ? "10\n" : "");
  }
  EXPECT_EQ(held(w), 10u);
  EXPECT_EQ(status(w, whole), 200u);
}

TEST_F(WitnessTest, RefusesAProofForALogThatItHasNotSeen) {
  const Witness w = witness();
  EXPECT_EQ(status(w, "old 0\n" + to_base64(Digest()) + "\n\n" + history_.note(7)), 422u);
}

TEST_F(WitnessTest, RefusesEveryTruncationAndEveryChangedByteOfARequest) {
  const Witness w = witness();
  ASSERT_EQ(status(w, history_.request(0, 3)), 200u);
  const std::string whole = history_.request(3, 5);
  const auto refused = [&](const std::string& text) { EXPECT_NE(status(w, text), 200u) << text; };
  for_every_truncation(whole, refused);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] ^= 1;
    refused(changed);
  }
  EXPECT_EQ(held(w), 3u);
  EXPECT_EQ(encode_witness_request(*parse_witness_request(whole)), whole);
}

TEST_F(WitnessTest, KeepsASecondCheckpointOfOneSizeAsEvidence) {
  const Witness w = witness();
  const History other("b");
  ASSERT_EQ(status(w, history_.request(0, 10)), 200u);
  ASSERT_EQ(status(w, other.request(10, 10)), 422u);
  const auto kept = read_file(temp_.path() / "w/conflicts" / origin_hex(), kNoteMaxBytes);
  ASSERT_TRUE(passes(kept));
  const auto evidence = find_evidence(w.newest(origin_hex())->body, ByteView(*kept).text(), sample_trust(), nullptr);
  EXPECT_TRUE(passes(evidence));
}

TEST_F(WitnessTest, SignsNoTimeBeforeThatOfItsLastCosignature) {
  const Witness w = witness();
  ASSERT_EQ(status(w, history_.request(0, 10)), 200u);
  const auto answer = ask(w, history_.request(10, 20), Timestamp{kNow.seconds - 1000});
  const auto opened = open_checkpoint(history_.note(20) + answer.body, sample_trust(1));
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(opened->cosigned[0].time.seconds, kNow.seconds);
}

TEST_F(WitnessTest, TakesSignaturesOfOthersAndOfItselfWithoutKeepingThem) {
  const Witness w = witness();
  EXPECT_EQ(status(w, "old 0\n\n" + sample_note(history_.checkpoint(10), {1, 2})), 200u);
  EXPECT_EQ(parse_note(w.newest(origin_hex())->body)->signatures.size(), 2u);
}

TEST_F(WitnessTest, IsMadeOnceAndKnowsALogUnderOneKey) {
  const Witness w = witness();
  EXPECT_TRUE(refuses(Witness::create(temp_.path() / "w", sample_witness(2)), Code::home_exists));
  EXPECT_TRUE(refuses(Witness::create(temp_.path() / "x", sample_log_key()), Code::usage));
  EXPECT_TRUE(passes(w.trust(sample_log_key().verifier())));
  const auto other = signer("police.example/log", KeyType::ed25519, 2);
  EXPECT_TRUE(refuses(w.trust(other.verifier()), Code::log_verifier_key));
  EXPECT_TRUE(refuses(w.trust(sample_witness(2).verifier()), Code::log_verifier_key));
  ASSERT_EQ(status(w, history_.request(0, 10)), 200u);
  EXPECT_TRUE(passes(w.trust(sample_log_key().verifier())));
  EXPECT_EQ(held(*Witness::open(temp_.path() / "w")), 10u);
}

TEST_F(WitnessTest, OpensNoKeyThatOthersMayRead) {
  witness();
  fs::permissions(temp_.path() / "w/key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_TRUE(refuses(Witness::open(temp_.path() / "w"), Code::key_mode));
  EXPECT_TRUE(refuses(Witness::open(temp_.path() / "nowhere"), Code::witness_missing));
}

// ---- damage --------------------------------------------------------------------------------------------------------

TEST_F(WitnessTest, CosignsNothingOnADamagedRecord) {
  const Witness w = witness();
  const auto closed = [&](const std::string& text) {
    temp_.write("w/logs/" + origin_hex(), ByteView(text));
    for (const auto& request : {history_.request(0, 5), history_.request(3, 5)}) {
      const auto answer = w.add_checkpoint(request, kNow);
      EXPECT_TRUE(refuses(answer, Code::witness_state)) << text;
    }
    EXPECT_TRUE(refuses(w.newest(origin_hex()), Code::witness_state));
    EXPECT_TRUE(refuses(w.logs(), Code::witness_state));
  };
  const auto text = [&] { return std::string(ByteView(*read_file(record(), kNoteMaxBytes)).text()); };
  for_every_truncation(text(), closed);
  temp_.write("w/logs/" + origin_hex(), ByteView(sample_log_key().verifier().text() + "\nnothing\n"));
  ASSERT_EQ(status(w, history_.request(0, 3)), 200u);
  const std::string good = text();
  for_every_truncation(good, closed);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] ^= 1;
    closed(changed);
  }
  // A checkpoint without our cosignature is none that we have cosigned.
  closed(sample_log_key().verifier().text() + "\n" + history_.note(3));
  temp_.write("w/logs/" + origin_hex(), ByteView(good));
  EXPECT_EQ(status(w, history_.request(3, 5)), 200u);
}

// ---- two at once ---------------------------------------------------------------------------------------------------

TEST_F(WitnessTest, IsNotRolledBackByTwoRequestsAtOnce) {
  const Witness w = witness();
  std::uint64_t at = 0;
  for (int round = 0; round < 40; ++round) {
    const std::string small = history_.request(at, at + 3), large = history_.request(at, at + 5);
    WitnessAnswer one, other;
    // Each through a witness of its own, as two processes have it.
    std::thread first([&] { one = ask(*Witness::open(temp_.path() / "w"), small); });
    std::thread second([&] { other = ask(*Witness::open(temp_.path() / "w"), large); });
    first.join();
    second.join();
    const bool small_won = one.status == 200;
    EXPECT_EQ(small_won ? other.status : one.status, 409u);
    at += small_won ? 3 : 5;
    EXPECT_EQ((small_won ? other : one).body, std::to_string(at) + "\n");
    ASSERT_EQ(held(w), at);
  }
}

// ---- crashes -------------------------------------------------------------------------------------------------------

class WitnessFault : public WitnessTest {
 protected:
  static constexpr int kUntouched = 7;  // the exit status where no call met the fault
  /// Lets each call that writes meet the fault in turn; in the end there is one more, after the answer has left.
  void everywhere(Fault fault) {
    for (int at = 1;; ++at) {
      SCOPED_TRACE(at);
      fs::remove_all(temp_.path() / "w");
      const Witness w = witness();
      ASSERT_EQ(status(w, history_.request(0, 3)), 200u);
      int answers[2];
      ASSERT_EQ(pipe(answers), 0);
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        faults::arm(fault, at);
        const auto answer = w.add_checkpoint(history_.request(3, 5), kNow);
        if (answer && answer->status == 200) (void)syscall(SYS_write, answers[1], "a", 1);
        if (fault == Fault::error) _exit(faults::disarm() < at ? kUntouched : 0);
        (void)write_file_atomically(temp_.path() / "after", Bytes(1, 0));
        _exit(0);
      }
      close(answers[1]);
      char answer = 0;
      const bool answered = read(answers[0], &answer, 1) == 1;
      close(answers[0]);
      int how = 0;
      ASSERT_EQ(waitpid(child, &how, 0), child);
      ASSERT_TRUE(WIFEXITED(how));
      const bool untouched = WEXITSTATUS(how) == kUntouched;
      ASSERT_TRUE(untouched || WEXITSTATUS(how) == (fault == Fault::error ? 0 : faults::kCrashed));
      const std::uint64_t now = held(w);
      EXPECT_TRUE(now == 3 || now == 5) << now;
      EXPECT_TRUE(!answered || now == 5u) << now;
      // Who asks again from what it holds is answered.
      EXPECT_EQ(status(w, history_.request(now, 5)), 200u);
      EXPECT_EQ(status(w, history_.request(5, 9)), 200u);
      // A file that cannot be closed is written all the same: such a fault takes no answer away.
      if (fault == Fault::error ? !untouched : !answered) continue;
      EXPECT_TRUE(answered);
      EXPECT_GT(at, 4);
      return;
    }
  }
};
TEST_F(WitnessFault, OfTheProcessLosesNoAnswer) { everywhere(Fault::kill); }
TEST_F(WitnessFault, OfThePowerLosesNoAnswer) { everywhere(Fault::power_all); }
TEST_F(WitnessFault, OfThePowerThatLosesSomeOfItLosesNoAnswer) { everywhere(Fault::power_some); }
TEST_F(WitnessFault, OfOneCallGivesNoWrongAnswer) { everywhere(Fault::error); }

// ---- answers as files ----------------------------------------------------------------------------------------------

TEST(WitnessAnswers, GoIntoFilesAndComeBackTheSame) {
  const std::string text = encode_witness_answer({"office.example", {409, "17\n"}});
  EXPECT_EQ(text, "409 office.example\n17\n");
  const auto read = parse_witness_answer(text);
  ASSERT_TRUE(passes(read));
  EXPECT_EQ(encode_witness_answer(*read), text);
  EXPECT_EQ(*size_of(read->answer), 17u);
  EXPECT_EQ(error_of(read->answer).code, Code::witness_size);
  for (const char* bad : {"", "409", "409 \n", "409 a", "4 a\n", "049 a\n", "409 a b\n", "-09 a\n"})
    EXPECT_TRUE(refuses(parse_witness_answer(bad), Code::witness_answer)) << bad;
  for (const char* bad : {"", "17", "017\n", "17\n\n", "x\n"})
    EXPECT_TRUE(refuses(size_of({409, bad}), Code::witness_answer)) << bad;
  EXPECT_TRUE(refuses(size_of({200, "17\n"}), Code::witness_answer));
  EXPECT_EQ(error_of({404, ""}).code, Code::witness_log_unknown);
  EXPECT_EQ(error_of({500, ""}).code, Code::witness_silent);
}

}  // namespace
}  // namespace xch::log
