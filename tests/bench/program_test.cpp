// `exchange bench` as a process. What it prints is checked for being there; no time is judged.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <sstream>
#include <string>

#include "support/coalition.hpp"
#include "wire/json.hpp"

namespace xch::bench {
namespace {

using testing::must;
using wire::Json;

struct Outcome {
  int status = -1;
  std::string out;
};

Outcome run(const std::string& arguments) {
  Outcome outcome;
  FILE* pipe = ::popen(("'" XCH_EXCHANGE "' " + arguments).c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) outcome.out.append(buffer.data(), n);
  outcome.status = ::pclose(pipe);
  return outcome;
}

double number(const Json& row, const char* name) {
  const Json* value = row.find(name);
  EXPECT_NE(value, nullptr) << name;
  if (value == nullptr) return 0;
  return value->type() == Json::Type::real ? value->as_real() : static_cast<double>(value->as_natural());
}

const std::set<std::string> kRows{"seal.cold p256",        "seal.warm p256",       "seal.batch100 p256", "open p256",
                                  "open.cached p256",      "seal.cold x25519",     "seal.warm x25519",   "seal.batch100 x25519",
                                  "open x25519",           "open.cached x25519"};

TEST(ExchangeBench, PrintsOneObjectALineForEachItem) {
  const Outcome outcome = run("bench --quick --json");
  ASSERT_EQ(outcome.status, 0);
  std::set<std::string> rows;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    const Json row = must(wire::parse_json(line), "a line");
    const std::string item(row.find("item")->as_text()), suite(row.find("suite")->as_text());
    EXPECT_TRUE(rows.insert(item + " " + suite).second) << line;
    for (const char* name : {"floor_us", "actual_us", "ratio", "notes_per_s", "wire_bytes", "allocations", "allocated_bytes",
                             "peak_heap_bytes", "locked_kb", "process_peak_kb"})
      EXPECT_GT(number(row, name), 0) << item << " " << name;
    EXPECT_NEAR(number(row, "ratio"), number(row, "floor_us") / number(row, "actual_us"), 1e-6) << item;
    EXPECT_EQ(row.find("speedup") != nullptr, item == "seal.batch100") << item;

    // The floor is the sum of its parts, which a reader can add up.
    double sum = 0;
    ASSERT_NE(row.find("floor"), nullptr);
    for (const Json& part : row.find("floor")->items()) sum += number(part, "count") * number(part, "us");
    EXPECT_NEAR(sum / number(row, "notes"), number(row, "floor_us"), 1e-6 * sum) << item;
  }
  EXPECT_EQ(rows, kRows);
}

TEST(ExchangeBench, PrintsATableForPeople) {
  const Outcome outcome = run("bench --quick 2>/dev/null");
  ASSERT_EQ(outcome.status, 0);
  std::set<std::string> rows;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string item, suite, word;
    words >> item >> suite;
    if (kRows.count(item + " " + suite) == 0) continue;
    int cells = 2;
    while (words >> word) ++cells;
    EXPECT_EQ(cells, 9) << line;
    rows.insert(item + " " + suite);
  }
  EXPECT_EQ(rows, kRows);
  EXPECT_NE(outcome.out.find("seal.batch100 p256: "), std::string::npos);
}

}  // namespace
}  // namespace xch::bench
