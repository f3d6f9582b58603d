// What valgrind's memcheck says of the probes (probe/): nothing of the library's, something of each that leaks on
// purpose.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

namespace xch::constant_time {
namespace {

constexpr int kReported = 99, kNotUnderValgrind = 2;

struct Outcome {
  int status = -1;
  std::string out;
};

Outcome run(const std::string& command) {
  Outcome outcome;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    outcome.out.append(buffer.data(), n);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
  return outcome;
}

// Where valgrind is not installed its path is ...-NOTFOUND, and every run fails.
Outcome under_valgrind(const std::string& names) {
  return run("'" XCH_VALGRIND "' --quiet --error-exitcode=99 '" XCH_PROBE "' " + names);
}

std::vector<std::string> probes(const std::string& option) {
  std::vector<std::string> out;
  std::istringstream lines(run("'" XCH_PROBE "' " + option).out);
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

TEST(ConstantTime, NoBranchAndNoIndexOfTheLibraryDependsOnASecret) {
  const auto names = probes("--list");
  ASSERT_EQ(names.size(), 14u);
  std::string all;
  for (const auto& name : names) all += " " + name;
  const Outcome outcome = under_valgrind(all);
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  for (const auto& name : names)
    EXPECT_NE(("\n" + outcome.out).find("\n" + name + ": 0 reports\n"), std::string::npos) << name << "\n"
                                                                                           << outcome.out;
}

TEST(ConstantTime, TheCheckerReportsEveryLeakMadeOnPurpose) {
  const auto names = probes("--list-leaks");
  ASSERT_EQ(names.size(), 7u);
  for (const auto& name : names) {
    const Outcome outcome = under_valgrind(name);
    EXPECT_EQ(outcome.status, kReported) << name << "\n" << outcome.out;
    const bool branch = outcome.out.find("Conditional jump or move depends on uninitialised") != std::string::npos;
    const bool index = outcome.out.find("Use of uninitialised value") != std::string::npos;
    EXPECT_TRUE(name == "leak.table" ? index : branch) << name << "\n" << outcome.out;
  }
}

TEST(ConstantTime, WithoutTheCheckerNoProbePasses) {
  for (const auto* name : {"compare", "leak.compare"})
    EXPECT_EQ(run(std::string("'" XCH_PROBE "' ") + name).status, kNotUnderValgrind) << name;
}

}  // namespace
}  // namespace xch::constant_time
