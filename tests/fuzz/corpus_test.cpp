// The corpus as a test of every build: each input that is kept is run again, and so are a fixed series of changes of
// each target's seeds, so that targets and changes are known to work where there is no fuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "exchange/heap.hpp"
#include "fuzz/target.hpp"

namespace xch::fuzz {

void begin_work() { xch_host_heap(1, nullptr); }
Work end_work() {
  xch_heap_count count{};
  xch_host_heap(0, &count);
  return {count.calls, count.bytes};
}

// One byte set, one bit flipped, a run dropped or doubled.
std::size_t change_bytes(std::uint8_t* data, std::size_t size, std::size_t most, Draw& draw) {
  Bytes bytes(data, data + std::min(size, most));
  const std::size_t at = draw.below(bytes.size()), run = std::min<std::size_t>(1 + draw.below(8), bytes.size() - at);
  const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const Bytes piece(here, here + static_cast<std::ptrdiff_t>(run));
  switch (bytes.empty() ? 3 : draw.below(5)) {
    case 0: bytes[at] = static_cast<std::uint8_t>(draw.number()); break;
    case 1: bytes[at] ^= static_cast<std::uint8_t>(1u << draw.below(8)); break;
    case 2: bytes.erase(here, here + static_cast<std::ptrdiff_t>(run)); break;
    case 3: bytes.insert(here, static_cast<std::uint8_t>(draw.number())); break;
    default: bytes.insert(here, piece.begin(), piece.end());
  }
  if (bytes.size() > most) bytes.resize(most);
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

namespace {

namespace fs = std::filesystem;

fs::path corpus() { return fs::path(XCH_SOURCE_DIR) / "tests" / "fuzz" / "corpus"; }

class FuzzCorpus : public ::testing::TestWithParam<std::string> {
 protected:
  FuzzCorpus() : target(*find_target(GetParam())), seeds(target.seeds()) {}
  const Target& target;
  const std::vector<Bytes> seeds;
};

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& target : targets()) out.emplace_back(target.name);
  return out;
}
INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus, ::testing::ValuesIn(names()), [](const auto& run) { return run.param; });

class FuzzDepth : public FuzzCorpus {};
INSTANTIATE_TEST_SUITE_P(Targets, FuzzDepth, ::testing::Values("envelope", "view"),
                         [](const auto& run) { return run.param; });

TEST_P(FuzzCorpus, RunsEveryInputThatWasKept) {
  const auto inputs = kept_inputs((corpus() / (GetParam() + ".txt")).string());
  EXPECT_GE(inputs.size(), 10u);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    SCOPED_TRACE("line " + std::to_string(i + 1));
    EXPECT_NO_THROW(run_within_limits(target, inputs[i]));
  }
}

TEST_P(FuzzCorpus, RunsItsSeedsAndChangesOfThem) {
  constexpr std::size_t kMost = 32 * 1024, kChanges = 300;
  ASSERT_FALSE(seeds.empty());
  for (const auto& seed : seeds) EXPECT_NO_THROW(run_within_limits(target, seed));
  Draw draw(1);
  for (std::size_t i = 0; i < kChanges; ++i) {
    Bytes input = seeds[i % seeds.size()];
    for (std::size_t n = draw.below(4) + 1; n > 0; --n) input = target.change(input, kMost, draw);
    ASSERT_LE(input.size(), kMost);
    SCOPED_TRACE("change " + std::to_string(i));
    EXPECT_NO_THROW(run_within_limits(target, input));
  }
}

// Most changes of a note are met behind its seal and its signature: by checks of grant, status, cells and values.
TEST_P(FuzzDepth, IsReachedByChanges) {
  refusals().clear();
  Draw draw(2);
  constexpr std::size_t kChanges = 600;
  for (std::size_t i = 0; i < kChanges; ++i)
    ASSERT_NO_THROW(run_within_limits(target, target.change(target.change(seeds[0], 4096, draw), 4096, draw)));
  std::size_t behind = 0, ids = 0;
  for (const auto& [id, count] : refusals()) {
    const bool deep = id > "EX3216" && id < "EX3418";
    behind += deep ? count : 0;
    ids += deep ? 1 : 0;
  }
  EXPECT_GT(behind, kChanges / 6);
  EXPECT_GT(ids, 20u);
}

TEST(FuzzCorpusFolder, HasASmallFileForEachTargetAndNoOther) {
  std::set<std::string> files, expected;
  for (const auto& file : fs::directory_iterator(corpus())) {
    files.insert(file.path().filename().string());
    EXPECT_LE(file.file_size(), 24u * 1024) << file.path().filename();
  }
  for (const auto& name : names()) expected.insert(name + ".txt");
  EXPECT_EQ(files, expected);
}

}  // namespace
}  // namespace xch::fuzz
