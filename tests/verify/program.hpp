// exchange-verify as a program, and a second verifier beside it. For tests only.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

#include "log/folder.hpp"
#include "log/sample.hpp"
#include "verify/other.hpp"

namespace xch::log {

constexpr int kVerified = 0, kUsage = 2, kForged = 5, kUnsure = 6;

struct Answer {
  int exit = -1;
  std::string output;  // both streams
};
inline Answer verify(const std::string& arguments) {
  std::FILE* pipe = popen((std::string(XCH_VERIFY) + " " + arguments + " 2>&1").c_str(), "r");
  Answer run;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) run.output.append(buffer.data(), n);
  const int status = pclose(pipe);
  run.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -status;
  if (OtherVerifier* other = OtherVerifier::named()) {
    const auto also = other->ask(arguments);
    EXPECT_EQ(also.exit, run.exit) << arguments << "\n" << run.output << "the other: " << also.sentence;
  }
  return run;
}

// Where a second verifier runs beside it: that it was asked as often as verify_js_test.py says there is to ask.
class AsksTheOther : public ::testing::Environment {
  void TearDown() override {
    OtherVerifier* const other = OtherVerifier::named();
    if (other == nullptr) return;
    const char* const wanted = std::getenv("XCH_OTHER_VERIFIER_ASKED");
    EXPECT_EQ(std::to_string(other->asked()), wanted == nullptr ? "unset" : wanted);
  }
};
inline const auto* const kAsksTheOther = ::testing::AddGlobalTestEnvironment(new AsksTheOther);

class Verify : public ::testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view bytes) {
    temp_.write(name, ByteView(bytes));
    return (temp_.path() / name).string();
  }
  std::string path(const std::string& name) { return (temp_.path() / name).string(); }
  static std::string key(const VerifierKey& key) { return "--log-key " + key.text(); }
  static std::string log_key() { return key(sample_log_key().verifier()); }
  static std::string witness(std::uint8_t n) { return " --witness " + sample_witness(n).verifier().text(); }
  TempFolder temp_;
};

}  // namespace xch::log
