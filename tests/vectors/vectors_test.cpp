// The published vectors: made again they are the committed files, and read back from those files alone the library
// answers each case as the file says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/file.hpp"
#include "vectors/given.hpp"
#include "vectors/notes.hpp"

namespace xch::vectors {
namespace {

using Make = VectorFile (*)(SuiteId);
struct FileSpec {
  Make make;
  SuiteId suite;
  std::string name;
  std::size_t cases;
};

void PrintTo(const FileSpec& file, std::ostream* out) { *out << file.name; }

std::vector<FileSpec> files() {
  return {{notes_file, SuiteId::p256, "p256-notes.json", 1},
          {notes_file, SuiteId::x25519, "x25519-notes.json", 1},
          {values_file, SuiteId::p256, "p256-values.json", 1}};
}

bool writing() { return std::getenv("XCH_WRITE_VECTORS") != nullptr; }

std::string read_text(const std::filesystem::path& path) {
  const auto bytes = read_file(path, 64u << 20);
  return bytes ? std::string(ByteView(*bytes).text()) : std::string();
}

class Vectors : public ::testing::TestWithParam<FileSpec> {
 protected:
  std::filesystem::path path() const { return vector_folder() / GetParam().name; }
  VectorFile from_disk() const { return from_text(read_text(path())); }
};
INSTANTIATE_TEST_SUITE_P(Files, Vectors, ::testing::ValuesIn(files()), [](const auto& run) {
  std::string name = run.param.name.substr(0, run.param.name.find('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(Vectors, AreByteForByteWhatTheGeneratorMakes) {
  const VectorFile made = GetParam().make(GetParam().suite);
  ASSERT_EQ(made.file_name(), GetParam().name);
  const std::string text = to_text(made);
  if (writing()) {
    ASSERT_TRUE(write_file_atomically(path(), ByteView(std::string_view(text)), 0644));
  }
  EXPECT_TRUE(read_text(path()) == text) << path().filename() << " differs; XCH_WRITE_VECTORS=1 writes it again";
}

TEST_P(Vectors, AreAnsweredByTheLibraryAsTheFileSays) {
  const VectorFile file = from_disk();
  std::size_t answered = 0;
  for (const auto& c : file.cases) {
    EXPECT_EQ(answer_to(file, c), c.expect) << c.name;
    ++answered;
  }
  EXPECT_EQ(answered, GetParam().cases);
}

TEST_P(Vectors, HaveANameOfTheirOwnEach) {
  std::set<std::string> names;
  for (const auto& c : from_disk().cases) {
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
    EXPECT_FALSE(c.says.empty()) << c.name;
  }
}

}  // namespace
}  // namespace xch::vectors
