// The examples, run as a reader of the documentation runs them: as programs, against homes that the demo made.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "c_api/demo_home.hpp"

namespace {

using xch::test::demo_folder;
using xch::test::demo_home;
using xch::test::demo_passphrase;

struct Ran {
  int status = -1;
  std::string text;  // stdout and stderr
};

/// shell runs a command line, stderr with stdout.
Ran shell(const std::string& line) {
  const std::string command = line + " 2>&1";
  Ran out;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.text.append(buffer, n);
  const int ended = ::pclose(pipe);
  if (WIFEXITED(ended)) out.status = WEXITSTATUS(ended);
  return out;
}

Ran run(const std::string& program, const std::string& home, const std::string& passphrase, const std::string& note) {
  return shell(program + " '" + home + "' '" + passphrase + "' '" XCH_SOURCE_DIR "/examples/" + note + "'");
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t out = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++out;
  return out;
}

class Examples : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_FALSE(demo_folder().empty()) << "exchange demo did not run to its end"; }
};

TEST_P(Examples, SealForTheProsecutorAndReadTheirOwnCopy) {
  const Ran ran = run(GetParam(), demo_home(), demo_passphrase(), "filing.progress.json");
  EXPECT_EQ(ran.status, 0) << ran.text;
  EXPECT_EQ(count(ran.text, "envelopes: 2\n"), 1u) << ran.text;
  EXPECT_EQ(count(ran.text, "to prosecutor: "), 1u) << ran.text;
  EXPECT_EQ(count(ran.text, "to case-management: "), 1u) << ran.text;
  for (const auto* field : {"field engaged\n", "field contacts\n", "field participation\n"})
    EXPECT_GE(count(ran.text, field), 1u) << field << ran.text;
  EXPECT_EQ(count(ran.text, "asRequired"), 0u) << "an example prints names of fields, never values";
}

TEST_P(Examples, EndWithTheExitStatusOfARefusal) {
  // The whole note holds needs and free text, which nobody may write under a justice condition.
  const Ran ran = run(GetParam(), demo_home(), demo_passphrase(), "notes/progress.engagement.json");
  EXPECT_EQ(ran.status, 3) << ran.text;
  EXPECT_EQ(count(ran.text, "EX2115"), 1u) << ran.text;
  EXPECT_EQ(count(ran.text, "envelopes:"), 0u) << ran.text;
}

TEST_P(Examples, SayWhenThereIsNoHome) {
  const Ran ran = run(GetParam(), demo_folder() + "/nobody", demo_passphrase(), "filing.progress.json");
  EXPECT_EQ(ran.status, 4) << ran.text;
  EXPECT_EQ(count(ran.text, "EX1015"), 1u) << ran.text;
}

TEST_P(Examples, SayWhenThereIsNoPassphrase) {
  const Ran ran = run(GetParam(), demo_home(), demo_folder() + "/nobody", "filing.progress.json");
  EXPECT_EQ(ran.status, 7) << ran.text;
  EXPECT_EQ(count(ran.text, "EX6106"), 1u) << ran.text;
}

// A program that is not built with AddressSanitizer loads a library that is: the runtime has to be there first.
#if defined(__SANITIZE_ADDRESS__)
#define XCH_BEFORE_PYTHON                                                                                           \
  "env LD_PRELOAD=\"$(cc -print-file-name=libasan.so):$(cc -print-file-name=libubsan.so)\" ASAN_OPTIONS=detect_leaks=0 "
#else
#define XCH_BEFORE_PYTHON ""
#endif

std::string language(const testing::TestParamInfo<const char*>& example) {
  return example.index == 0 ? "Cpp" : example.index == 1 ? "C" : "Python";
}

INSTANTIATE_TEST_SUITE_P(
    Languages, Examples,
    testing::Values("'" XCH_BUILD_DIR "/bin/examples/seal_and_open'", "'" XCH_BUILD_DIR "/bin/examples/embed_c'",
                    XCH_BEFORE_PYTHON "/usr/bin/python3 -B '" XCH_SOURCE_DIR "/examples/python/seal_and_open.py' '" XCH_BUILD_DIR
                    "/lib/libexchange.so'"),
    language);

// ---- the typed front

/// grant_of gives the hash of the grant that case management holds on this basis.
std::string grant_of(const std::string& basis) {
  const auto listed = shell("EXCHANGE_HOME='" + demo_home() + "' EXCHANGE_PASSPHRASE_FILE='" + demo_passphrase() +
                            "' '" XCH_BUILD_DIR "/bin/exchange' grants --json").text;
  const std::string member = "\"grant\":\"";
  const auto at = listed.rfind(member, listed.find("\"basis\":\"" + basis + "\""));
  return at == std::string::npos ? "" : listed.substr(at + member.size(), 64);
}
Ran run_typed(const std::string& grant) {
  return shell("'" XCH_BUILD_DIR "/bin/examples/typed' '" + demo_home() + "' '" + demo_passphrase() + "' '" + grant + "'");
}

TEST(TypedExample, SealsAndReadsANoteThroughCapnpsOwnClasses) {
  ASSERT_FALSE(demo_folder().empty()) << "exchange demo did not run to its end";
  const Ran ran = run_typed(grant_of("justice-condition"));
  EXPECT_EQ(ran.status, 0) << ran.text;
  EXPECT_EQ(count(ran.text, "to prosecutor: "), 1u) << ran.text;
  EXPECT_EQ(count(ran.text, "as it was written: yes\n"), 1u) << ran.text;
}

TEST(TypedExample, EndsWithTheExitStatusOfARefusal) {
  const Ran ran = run_typed(grant_of("part2-consent"));  // revoked at the end of the demo
  EXPECT_EQ(ran.status, 3) << ran.text;
  EXPECT_EQ(count(ran.text, "to prosecutor"), 0u) << ran.text;
  EXPECT_EQ(run_typed("0000").status, 2);
}

}  // namespace
