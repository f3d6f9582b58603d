// A home asks the witnesses of its log, and what they sign stands in its folder.
#include <gmock/gmock.h>

#include "base/file.hpp"
#include "log/folder.hpp"
#include "log/policy.hpp"
#include "log/tiles.hpp"
#include "log/witness.hpp"
#include "session/clinic.hpp"
#include "session/doctor.hpp"
#include "session/exchange_log.hpp"
#include "support/expect.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;
using session::ExchangeLog;
using ::testing::HasSubstr;
using xch::testing::passes;
using xch::testing::refuses;

/// One home and three witnesses, of which its policy asks for two.
class LogWitnesses : public ::testing::Test {
 protected:
  LogWitnesses() {
    auto environment = cheap_environment();
    environment.clock = [this]() -> Result<Timestamp> { return now_; };
    EXPECT_TRUE(passes(session::create_agency_home(home(), clinic_plan(), some_root(), environment)));
    session_ = *session::Session::open(home(), environment);
    key_ = *log::VerifierKey::parse(log().standing()->verifier_key);
    for (std::uint8_t n = 0; n < 3; ++n) {
      const std::string name = "w" + std::to_string(n) + ".example";
      witnesses_.push_back(*log::Witness::create(
          temp_.path() / name, *log::SignerKey::make(name, log::KeyType::cosignature, Bytes(32, 40 + n))));
      EXPECT_TRUE(passes(witnesses_.back().trust(key_)));
      policy_ += "witness w" + std::to_string(n) + " " + witnesses_.back().verifier().text() + "\n";
    }
    policy_ += "group two 2 w0 w1 w2\nquorum two\n";
    EXPECT_TRUE(passes(log().set_policy(policy_)));
  }

  fs::path home() const { return temp_.path() / "home"; }
  ExchangeLog log() { return session_->exchange_log(); }
  std::string file(const std::string& name) const {
    return std::string(ByteView(*read_file(home() / "log" / name, 1 << 20)).text());
  }
  Result<log::OpenedCheckpoint> by_policy(const std::string& note) const {
    return log::open_checkpoint(note, *log::LogTrust::by_policy(*log::LogPolicy::parse(policy_), {key_}));
  }
  /// One witness is asked, and its answer is what comes back as a file.
  std::string answer_of(std::size_t n) {
    const auto asks = log().ask(witnesses_[n].verifier().name());
    EXPECT_TRUE(passes(asks));
    EXPECT_EQ(asks->size(), 1u);
    const auto answer = witnesses_[n].add_checkpoint(asks->front().request, now_);
    EXPECT_TRUE(passes(answer));
    return log::encode_witness_answer({witnesses_[n].verifier().name(), *answer});
  }
  void asked_and_signed(std::size_t n) {
    const auto done = log().collect(answer_of(n));
    ASSERT_TRUE(passes(done));
    EXPECT_TRUE(done->is_signed);
    EXPECT_EQ(done->size, log().standing()->size);
  }
  session::DoctorFinding finding(const std::string& check) {
    const auto all = *session_->doctor();
    for (const auto& one : all)
      if (one.check == check) return one;
    return {};
  }

  log::TempFolder temp_;
  Timestamp now_{1795000000};
  std::shared_ptr<session::Session> session_;
  log::VerifierKey key_ = *log::VerifierKey::make("a", log::KeyType::ed25519, Bytes(32, 1));
  std::vector<log::Witness> witnesses_;
  std::string policy_;
};

TEST_F(LogWitnesses, SignWhatStandsInTheFolder) {
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_EQ(log().ask()->size(), 3u);
  asked_and_signed(0);
  EXPECT_TRUE(refuses(by_policy(file("checkpoint")), Code::log_quorum));
  asked_and_signed(1);
  EXPECT_TRUE(passes(by_policy(file("checkpoint"))));
  EXPECT_EQ(file("checkpoint"), file("witnessed"));
  EXPECT_TRUE(log().witnessed()->is_enough);
  // Who has signed is not asked again.
  EXPECT_EQ(log().ask()->size(), 1u);
  EXPECT_TRUE(passes(log().flush()));
  EXPECT_EQ(log().ask()->size(), 3u);
  EXPECT_TRUE(passes(by_policy(file("witnessed")))) << "the newest cosigned one stays";
}

TEST_F(LogWitnesses, MayAnswerAfterTheLogHasGoneOn) {
  ASSERT_TRUE(passes(log().flush()));
  const std::string first = answer_of(0), second = answer_of(1);
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_TRUE(log().collect(first)->is_signed);
  EXPECT_TRUE(log().collect(second)->is_signed);
  EXPECT_TRUE(log().collect(second)->is_signed) << "the same answer may come again";
  EXPECT_TRUE(refuses(by_policy(file("checkpoint")), Code::log_quorum));
  const auto witnessed = by_policy(file("witnessed"));
  ASSERT_TRUE(passes(witnessed));
  EXPECT_EQ(witnessed->note.signatures.size(), 3u);
  EXPECT_EQ(witnessed->checkpoint.size, 32u);
  asked_and_signed(2);
  EXPECT_EQ(log::open_checkpoint(file("witnessed"), *log::LogTrust::make(key_))->checkpoint.size, 64u);
}

TEST_F(LogWitnesses, AreAskedFromTheSizeThatTheyHold) {
  ASSERT_TRUE(passes(log().flush()));
  // The answer never arrives; the next request meets a witness that knows more than the home thinks.
  answer_of(0);
  ASSERT_TRUE(passes(log().flush()));
  const auto again = log().collect(answer_of(0));
  ASSERT_TRUE(passes(again));
  EXPECT_FALSE(again->is_signed);
  EXPECT_EQ(again->size, 32u);
  asked_and_signed(0);
}

TEST_F(LogWitnesses, AreBelievedForTheirOwnSignatureOfWhatWasAskedAlone) {
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_TRUE(refuses(log().collect("200 w0.example\n"), Code::witness_answer)) << "it was not asked";
  const std::string good = answer_of(0);
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(log().collect(good.substr(0, n)).has_value()) << good.substr(0, n);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] ^= 1;
    const auto done = log().collect(changed);
    EXPECT_FALSE(done && done->is_signed) << changed;
  }
  const std::string body = good.substr(good.find('\n') + 1);
  EXPECT_TRUE(refuses(log().collect("200 w1.example\n" + body), Code::witness_answer)) << "not asked";
  EXPECT_TRUE(refuses(log().collect("200 other.example\n" + body), Code::witness_answer));
  for (const auto& [status, code] : {std::pair{400u, Code::witness_request}, {403u, Code::log_note_signature},
                                     {404u, Code::witness_log_unknown}, {422u, Code::log_consistency},
                                     {500u, Code::witness_silent}})
    EXPECT_TRUE(refuses(log().collect(std::to_string(status) + " w0.example\n"), code));
  EXPECT_EQ(log::parse_note(file("checkpoint"))->signatures.size(), 1u);
  EXPECT_FALSE(fs::exists(home() / "log/witnessed"));
  EXPECT_TRUE(log().collect(good)->is_signed);
}

TEST_F(LogWitnesses, AreThoseOfAPolicyThatIsOne) {
  EXPECT_TRUE(refuses(log().set_policy("quorum w0\n"), Code::log_policy));
  const auto other = log::SignerKey::make("court.example/log", log::KeyType::ed25519, Bytes(32, 9));
  const std::string of_other = "log " + other->verifier().text() + "\n";
  EXPECT_TRUE(refuses(log().set_policy(of_other + policy_), Code::log_origin));
  EXPECT_TRUE(passes(log().set_policy(of_other + "log " + key_.text() + "\n" + policy_)));
  EXPECT_TRUE(refuses(log().ask(), Code::log_behind)) << "there is nothing to sign yet";
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_TRUE(refuses(log().ask("nobody.example"), Code::not_found));
}

TEST_F(LogWitnesses, AreLookedAfterByTheDoctor) {
  EXPECT_TRUE(finding("log").ok);
  EXPECT_EQ(finding("witnesses").check, "") << "nothing is written yet";
  now_.seconds += 2 * kDay;
  const auto waits = finding("log");
  EXPECT_FALSE(waits.ok);
  EXPECT_THAT(waits.fix, HasSubstr("exchange log flush --home "));
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_TRUE(finding("log").ok);
  const auto behind = finding("witnesses");
  EXPECT_FALSE(behind.ok);
  EXPECT_THAT(behind.text, HasSubstr("w0.example has signed 0 of 32 entries"));
  EXPECT_THAT(behind.fix, HasSubstr("exchange log submit --witness w0.example -o requests --home "));
  asked_and_signed(0);
  asked_and_signed(1);
  asked_and_signed(2);
  EXPECT_TRUE(finding("witnesses").ok);
  // A witness that is a little behind is none to worry about, and one that stays behind is.
  ASSERT_TRUE(passes(log().flush()));
  EXPECT_TRUE(finding("witnesses").ok);
  now_.seconds += 3 * kDay;
  EXPECT_THAT(finding("witnesses").text, HasSubstr("nothing for 3 days"));
  ASSERT_TRUE(passes(log().set_policy(policy_.substr(0, policy_.find("group")) + "quorum w1\n")));
  asked_and_signed(1);
}

}  // namespace
}  // namespace xch::session_test
