// Vectors that an earlier state of the library published: the same envelopes give the same answers. What a case needs to
// know, schemas and policy pack among it, stands in the file. XCH_KEEP_VECTORS=NAME keeps a few of this state's.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "compat/kept.hpp"
#include "vectors/given.hpp"

namespace xch::compat {
namespace {

namespace fs = std::filesystem;
using namespace xch::vectors;

std::vector<fs::path> kept_files() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(kept_folder()))
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

/// Every case that opens and needs nothing of its own, of each kind of refusal the first; and all that have a log proof.
VectorFile some_of(const VectorFile& all) {
  VectorFile out = all;
  out.cases.clear();
  std::set<std::string> seen;
  for (const auto& one : all.cases)
    if (one.given.contains("log_proofs")) out.cases.push_back(one);
  for (const auto& one : all.cases)
    if (one.given.empty() && one.input.contains("bytes") && seen.insert(one.expect.dump()).second && out.cases.size() < 40)
      out.cases.push_back(one);
  return out;
}

TEST(KeptVectors, GiveTheAnswersTheyAlwaysGave) {
  if (const char* name = std::getenv("XCH_KEEP_VECTORS")) {
    for (const auto* file : {"p256-notes.json", "x25519-notes.json"}) {
      const auto path = kept_folder() / name / file;
      ASSERT_FALSE(fs::exists(path)) << "kept vectors are never written again";
      fs::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << to_text(some_of(from_text(read_text(vector_folder() / file))));
    }
  }
  std::size_t ran = 0;
  for (const auto& path : kept_files()) {
    const auto file = from_text(read_text(path));
    for (const auto& one : file.cases) {
      EXPECT_EQ(answer_to(file, one), one.expect) << path.filename() << ": " << one.name;
      ++ran;
    }
  }
  EXPECT_GE(ran, 120u);
}

}  // namespace
}  // namespace xch::compat
